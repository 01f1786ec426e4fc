import { describe, expect, it } from 'vitest';
import { probability } from '../../../../shared/domain/money/probability.ts';
import {
  bandOf,
  deciles,
  fitCalibrationLine,
  logit,
  scoredOutcomes,
} from '../../../../shared/domain/reports/calibration.ts';
import { quantile } from '../../../../shared/domain/reports/quantile.ts';
import {
  wilsonInterval,
  type ScoredForecast,
} from '../../../../shared/domain/reports/probability-score.ts';

/** `hits` of `n` forecasts of one probability came true. */
const group = (p: number, n: number, hits: number): readonly ScoredForecast[] =>
  Array.from({ length: n }, (_, at) => ({
    probability: probability(p),
    outcome: at < hits ? 1 : 0,
  }));

describe('deciles', () => {
  it('are ten parts of equal count, from the lowest forecasts to the highest', () => {
    const forecasts = Array.from({ length: 20 }, (_, at): ScoredForecast => ({
      // 0.02 to 0.97, shuffled.
      probability: probability(0.02 + 0.05 * ((at * 7) % 20)),
      outcome: (at * 7) % 20 >= 10 ? 1 : 0,
    }));
    const parts = deciles(forecasts);
    expect(parts.map(({ decile, n }) => [decile, n])).toEqual(
      Array.from({ length: 10 }, (_, at) => [at + 1, 2]),
    );
    expect(parts[0]).toMatchObject({ lowest: 0.02, highest: 0.07, observedShare: 0 });
    expect(parts[0]?.meanForecast).toBeCloseTo(0.045, 12);
    expect(parts[9]).toMatchObject({ observedShare: 1, interval: wilsonInterval(2, 2) });
  });

  it('leave no forecast out when their number is no multiple of ten', () => {
    expect(deciles(group(0.3, 47, 12)).reduce((sum, { n }) => sum + n, 0)).toBe(47);
    expect(deciles(group(0.3, 3, 1))).toHaveLength(3);
    expect(deciles([])).toEqual([]);
  });
});

describe('bands', () => {
  it.each([
    [0, 0],
    [0.0999, 0],
    [0.1, 1],
    [0.5, 3],
    [0.9, 5],
    [1, 5],
  ])('the probability %f is in band %i', (p, band) => expect(bandOf(p)).toBe(band));
});

describe('the calibration line', () => {
  it('goes through what was observed where two forecasts leave it no other choice', () => {
    // 3 of 10 at 0.2 and 9 of 10 at 0.8: slope = (logit 0.9 − logit 0.3) / (logit 0.8 − logit 0.2).
    const line = fitCalibrationLine([...group(0.2, 10, 3), ...group(0.8, 10, 9)]);
    const slope = (logit(0.9) - logit(0.3)) / (logit(0.8) - logit(0.2));
    expect(line?.slope).toBeCloseTo(slope, 8);
    expect(line?.intercept).toBeCloseTo(logit(0.9) - slope * logit(0.8), 8);
  });

  it('is the diagonal for forecasts that come true as often as they say', () => {
    const line = fitCalibrationLine([...group(0.25, 40, 10), ...group(0.6, 50, 30)]);
    expect(line?.slope).toBeCloseTo(1, 8);
    expect(line?.intercept).toBeCloseTo(0, 8);
  });

  it('does not exist for forecasts that are all alike, that never err, or that are none', () => {
    expect(fitCalibrationLine(group(0.5, 20, 9))).toBeNull();
    expect(fitCalibrationLine([...group(0.2, 9, 0), ...group(0.8, 9, 9)])).toBeNull();
    expect(fitCalibrationLine([])).toBeNull();
  });
});

describe('the outcomes that are looked at', () => {
  it('are the first of two, because the second mirrors it, and each of three', () => {
    expect(scoredOutcomes([0.3, 0.7], 1, 'independent')).toEqual([
      { probability: 0.3, outcome: 0 },
    ]);
    expect(scoredOutcomes([0.3, 0.7], 1, 'all').map(({ outcome }) => outcome)).toEqual([0, 1]);
    expect(scoredOutcomes([0.5, 0.3, 0.2], 2, 'independent')).toHaveLength(3);
  });
});

describe('a quantile', () => {
  it('lies between the two nearest values in proportion', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([4, 1, 3, 2], 1)).toBe(4);
    expect(quantile([10, 20], 0.25)).toBe(12.5);
  });
});
