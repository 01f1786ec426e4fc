import { describe, expect, it } from 'vitest';
import { probability } from '../../../../shared/domain/money/probability.ts';
import {
  modelVsMarket,
  type PairedForecast,
} from '../../../../shared/domain/reports/model-vs-market.ts';

function pair(model: number, market: number, outcome: 0 | 1, cluster: string): PairedForecast {
  return { model: probability(model), market: probability(market), outcome, cluster };
}

describe('a model against the market', () => {
  it('has the scores of both and the paired difference of a worked example', () => {
    // Squared errors 0.04, 0.09, 0.36 against 0.09, 0.16, 0.25: differences −0.05, −0.07, +0.11.
    const scored = modelVsMarket([
      pair(0.8, 0.7, 1, 'a'),
      pair(0.3, 0.4, 0, 'b'),
      pair(0.4, 0.5, 1, 'c'),
    ])!;
    expect(scored.n).toBe(3);
    expect(scored.model.brier).toBeCloseTo(0.49 / 3, 12);
    expect(scored.market.brier).toBeCloseTo(0.5 / 3, 12);
    expect(scored.model.logLoss).toBeCloseTo(
      -(Math.log(0.8) + Math.log(0.7) + Math.log(0.4)) / 3,
      12,
    );
    const mean = -0.01 / 3;
    const squares = [-0.05, -0.07, 0.11].reduce((sum, d) => sum + (d - mean) ** 2, 0);
    const half = (1.959963984540054 * Math.sqrt((3 / 2) * squares)) / 3;
    expect(scored.difference.brier.mean).toBeCloseTo(mean, 12);
    expect(scored.difference.brier.low).toBeCloseTo(mean - half, 12);
    expect(scored.difference.brier.high).toBeCloseTo(mean + half, 12);
    expect(scored.difference.brier.verdict).toBe('undecided');
  });

  it('widens the interval when forecasts share their events', () => {
    const forecasts = Array.from({ length: 40 }, (_, index) =>
      pair(index % 4 < 2 ? 0.7 : 0.5, 0.6, 1, String(index)),
    );
    const apart = modelVsMarket(forecasts)!;
    const together = modelVsMarket(
      forecasts.map((one, index) => ({ ...one, cluster: String(Math.floor(index / 2)) })),
    )!;
    const width = ({ difference: { brier } }: typeof apart): number => brier.high - brier.low;
    expect(together.clusters).toBe(20);
    expect(width(together)).toBeGreaterThan(1.3 * width(apart));
    expect(together.difference.brier.mean).toBe(apart.difference.brier.mean);
  });

  it('names the better one when the interval leaves zero', () => {
    const sure = Array.from({ length: 20 }, (_, index) => pair(0.9, 0.6, 1, String(index)));
    expect(modelVsMarket(sure)?.difference.brier.verdict).toBe('model_better');
    const turned = sure.map((one) => ({ ...one, model: one.market, market: one.model }));
    expect(modelVsMarket(turned)?.difference.logLoss.verdict).toBe('market_better');
  });

  it('says nothing of fewer than two events', () => {
    expect(modelVsMarket([])).toBeNull();
    expect(modelVsMarket([pair(0.5, 0.5, 1, 'a'), pair(0.6, 0.5, 0, 'a')])).toBeNull();
  });
});
