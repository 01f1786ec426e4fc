import { describe, expect, it } from 'vitest';
import { probability } from '../../../../shared/domain/money/probability.ts';
import { chooseMethod } from '../../../../shared/domain/reports/choose-method.ts';
import { brier, logLoss } from '../../../../shared/domain/reports/probability-score.ts';
import {
  scoreSeries,
  type ForecastSeries,
  type ScoredEvent,
} from '../../../../shared/domain/reports/score-series.ts';
import { seededRng } from '../../../../shared/simulator/rng.ts';

function resampling(seed = 1, resamples = 120) {
  const rng = seededRng(seed);
  return { resamples, draw: (below: number) => rng.integer(below) };
}

/** Two-way events, four to a day; the first outcome happens as often as `share` says. */
function eventsOf(count: number, share: number, seed = 5): readonly ScoredEvent[] {
  const rng = seededRng(seed);
  return Array.from({ length: count }, (_, at) => ({
    cluster: `day ${Math.floor(at / 4)}`,
    happened: rng.chance(share) ? 0 : 1,
  }));
}

const always = <Name extends string>(
  name: Name,
  events: readonly ScoredEvent[],
  answer: readonly number[] | null,
): ForecastSeries<Name> => ({ name, answers: events.map(() => answer) });

describe('scores of series', () => {
  const events = eventsOf(200, 0.7);

  it('of two outcomes are the usual Brier score and log loss of the first', () => {
    const [score] = scoreSeries({
      events,
      series: [always('a', events, [0.6, 0.4])],
      references: [],
      resampling: resampling(),
    });
    const usual = events.map(({ happened }) => ({
      probability: probability(0.6),
      outcome: happened === 0 ? (1 as const) : (0 as const),
    }));
    expect(score?.brier?.value).toBeCloseTo(brier(usual)!, 12);
    expect(score?.logLoss?.value).toBeCloseTo(logLoss(usual)!, 12);
    expect(score).toMatchObject({ n: 200, clusters: 50 });
  });

  it('of three outcomes: half the squared errors, and minus the logarithm of what happened', () => {
    const one: readonly ScoredEvent[] = [
      { cluster: 'a', happened: 0 },
      { cluster: 'b', happened: 2 },
    ];
    const [score] = scoreSeries({
      events: one,
      series: [always('x', one, [0.5, 0.3, 0.2])],
      references: [],
      resampling: resampling(),
    });
    // (0.25 + 0.09 + 0.04) / 2 = 0.19 and (0.25 + 0.09 + 0.64) / 2 = 0.49.
    expect(score?.brier?.value).toBeCloseTo((0.19 + 0.49) / 2, 12);
    expect(score?.logLoss?.value).toBeCloseTo(-(Math.log(0.5) + Math.log(0.2)) / 2, 12);
  });

  it('compare two series over the events of which both say something, and count what is left out', () => {
    const half = events.map((_, at) => (at % 2 === 0 ? [0.7, 0.3] : null));
    const [, part] = scoreSeries({
      events,
      series: [always('all', events, [0.5, 0.5]), { name: 'part' as const, answers: half }],
      references: ['all'],
      resampling: resampling(),
    });
    expect(part?.n).toBe(100);
    const [difference] = part!.differences;
    expect(difference?.n).toBe(100);
    const answered = events.filter((_, at) => at % 2 === 0);
    const byHand = answered.map(({ happened }) => -Math.log(happened === 0 ? 0.7 : 0.3) - Math.LN2);
    expect(difference?.logLoss?.value).toBeCloseTo(byHand.reduce((a, b) => a + b, 0) / 100, 12);
  });

  it('say how far what happened lies from what was forecast, by band', () => {
    const [score] = scoreSeries({
      events,
      series: [always('a', events, [0.6, 0.4])],
      references: [],
      resampling: resampling(),
    });
    const share = events.filter(({ happened }) => happened === 0).length / events.length;
    expect(score?.bands.map(({ from, to, n }) => [from, to, n])).toEqual([
      [0.25, 0.5, 200],
      [0.5, 0.75, 200],
    ]);
    expect(score?.bands[1]?.bias.value).toBeCloseTo(share - 0.6, 12);
    expect(score?.bands[0]?.bias.value).toBeCloseTo(0.6 - share, 12);
  });

  it('have doubt about a band in which nothing happened', () => {
    const none = Array.from({ length: 12 }, (_, at) => ({ cluster: `day ${at}`, happened: 1 }));
    const [score] = scoreSeries({
      events: none,
      series: [always('a', none, [0.05, 0.95])],
      references: [],
      resampling: resampling(),
    });
    // Wilson: 0 of 12 may still be z² / (12 + z²) = 0.2425.
    expect(score?.bands[0]?.bias.value).toBeCloseTo(-0.05, 12);
    expect(score?.bands[0]?.bias.high).toBeCloseTo(0.2425 - 0.05, 3);
  });

  const withSeed = (seed: number) =>
    scoreSeries({
      events,
      series: [always('a', events, [0.6, 0.4]), always('b', events, [0.7, 0.3])],
      references: ['a'],
      resampling: resampling(seed),
    });

  it('are the same for the same seed', () => {
    expect(withSeed(2)).toEqual(withSeed(2));
    expect(withSeed(2)).not.toEqual(withSeed(3));
  });
});

describe('the choice of a method', () => {
  const events = eventsOf(800, 0.7);
  const scored = (better: readonly number[] | null, seed = 1) =>
    scoreSeries({
      events,
      series: [always('used', events, [0.5, 0.5]), always('other', events, better)],
      references: ['used'],
      resampling: resampling(seed),
    });

  it('is another one only when it is better by more than chance', () => {
    const choice = chooseMethod(scored([0.7, 0.3]), 'used');
    expect(choice).toMatchObject({ kind: 'change', from: 'used', to: 'other' });
    expect(choice.difference!.high).toBeLessThan(0);
  });

  it('stays when the other is worse, hardly better, or the same but for rounding', () => {
    expect(chooseMethod(scored([0.2, 0.8]), 'used')).toMatchObject({ kind: 'keep', best: 'used' });
    const share = events.filter(({ happened }) => happened === 0).length / events.length;
    // Right on one side of 0.5 by a hair: the mean is lower for one event in thousands.
    const few = events.slice(0, 30);
    const close = scoreSeries({
      events: few,
      series: [
        always('used', few, [share, 1 - share]),
        always('other', few, [share + 0.05, 0.95 - share]),
      ],
      references: ['used'],
      resampling: resampling(),
    });
    expect(chooseMethod(close, 'used').kind).toBe('keep');
    expect(chooseMethod(scored([0.5 + 1e-12, 0.5 - 1e-12]), 'used')).toMatchObject({
      kind: 'keep',
      best: 'used',
      difference: null,
    });
  });

  it('is never one that refused what the used one answered', () => {
    const answers = events.map((_, at) => (at === 3 ? null : [0.7, 0.3]));
    const scores = scoreSeries({
      events,
      series: [always('used', events, [0.5, 0.5]), { name: 'other' as const, answers }],
      references: ['used'],
      resampling: resampling(),
    });
    expect(chooseMethod(scores, 'used')).toMatchObject({ kind: 'keep', best: 'used' });
  });
});
