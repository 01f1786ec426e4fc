import { describe, expect, it } from 'vitest';
import { probability } from '../../../../shared/domain/money/probability.ts';
import {
  brier,
  expectedCalibrationError,
  logLoss,
  reliability,
  wilsonInterval,
  type ScoredForecast,
} from '../../../../shared/domain/reports/probability-score.ts';

const scored = (...pairs: readonly (readonly [number, 0 | 1])[]): readonly ScoredForecast[] =>
  pairs.map(([value, outcome]) => ({ probability: probability(value), outcome }));

describe('scores of probabilities', () => {
  // By hand: (0.7−1)² = 0.09, (0.2−0)² = 0.04, (0.9−0)² = 0.81; mean 0.94 / 3.
  const three = scored([0.7, 1], [0.2, 0], [0.9, 0]);

  it('the Brier score is the mean squared error', () => {
    expect(brier(three)).toBeCloseTo(0.94 / 3, 12);
    expect(brier(scored([1, 1], [0, 0]))).toBe(0);
    expect(brier(scored([0.5, 1], [0.5, 0]))).toBe(0.25);
  });

  it('the log loss is the mean surprise in nats', () => {
    // −ln 0.7 = 0.356675, −ln 0.8 = 0.223144, −ln 0.1 = 2.302585; sum 2.882404.
    expect(logLoss(three)).toBeCloseTo(2.882404 / 3, 5);
    expect(logLoss(scored([0.5, 1]))).toBeCloseTo(Math.LN2, 12);
  });

  it('the log loss of one certain error is large and finite', () => {
    expect(logLoss(scored([0, 1]))).toBeCloseTo(34.539, 2);
    expect(logLoss(scored([1, 0]))).toBeCloseTo(34.539, 2);
    expect(logLoss(scored([1, 1]))).toBeCloseTo(0, 12);
  });

  it('do not exist without forecasts', () => {
    expect(brier([])).toBeNull();
    expect(logLoss([])).toBeNull();
    expect(expectedCalibrationError(reliability([], 10))).toBeNull();
  });
});

describe("Wilson's interval", () => {
  it.each([
    // 0 of 10 and 10 of 10: z²/(n+z²) = 3.8415/13.8415. 5 of 10 and 81 of 263 (Newcombe 1998, table I).
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
    [5, 10, 0.2366, 0.7634],
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i is %f to %f', (hits, n, low, high) => {
    const interval = wilsonInterval(hits, n);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });
});

describe('reliability', () => {
  const forecasts = scored([0.1, 0], [0.15, 1], [0.5, 1], [0.59, 0], [0.55, 1], [1, 1]);

  it('groups forecasts by range, with 1 in the last and empty ranges left out', () => {
    const bins = reliability(forecasts, 10);
    expect(bins.map(({ from, to, n }) => [from, to, n])).toEqual([
      [0.1, 0.2, 2],
      [0.5, 0.6, 3],
      [0.9, 1, 1],
    ]);
    expect(bins[1]?.meanForecast).toBeCloseTo(1.64 / 3, 12);
    expect(bins[1]?.observedShare).toBeCloseTo(2 / 3, 12);
    expect(bins[2]?.interval).toEqual(wilsonInterval(1, 1));
  });

  it('has an expected error of the gaps weighted by their count', () => {
    // |0.125 − 0.5| × 2 + |0.546667 − 0.666667| × 3 + 0 = 0.75 + 0.36; over 6.
    expect(expectedCalibrationError(reliability(forecasts, 10))).toBeCloseTo(1.11 / 6, 12);
  });
});
