import { describe, expect, it } from 'vitest';
import { money } from '../../../../shared/domain/money/money.ts';
import {
  dailyReturns,
  maxDrawdown,
  sharpeRatio,
  sortinoRatio,
} from '../../../../shared/domain/reports/performance.ts';

const HOUR = 3_600_000;
const curve = (...points: readonly (readonly [hours: number, equity: number])[]) =>
  points.map(([hours, equity]) => ({
    atMs: hours * HOUR,
    cash: money(equity),
    positions: money(0),
    equity: money(equity),
  }));

describe('the largest drawdown', () => {
  it('is the deepest fall in dollars from a running high', () => {
    expect(maxDrawdown(curve([0, 100], [1, 120], [2, 90], [3, 150], [4, 115], [5, 140]))).toEqual({
      amount: 35,
      fraction: 35 / 150,
      peakAtMs: 3 * HOUR,
      troughAtMs: 4 * HOUR,
    });
  });

  it('is nothing when equity never falls, and unknown without a curve', () => {
    expect(maxDrawdown(curve([0, 100], [1, 100], [2, 120]))).toMatchObject({
      amount: 0,
      fraction: 0,
    });
    expect(maxDrawdown([])).toBeNull();
  });
});

describe('daily returns', () => {
  it('go from close to close, start at the first point, and are zero on a day without one', () => {
    const returns = dailyReturns(curve([1, 100], [20, 110], [30, 90], [40, 121], [80, 60.5 * 2]));
    expect(returns).toHaveLength(4);
    expect(returns[0]).toBeCloseTo(0.1, 12);
    expect(returns[1]).toBeCloseTo(0.1, 12);
    expect(returns[2]).toBe(0);
    expect(returns[3]).toBe(0);
  });

  it('mean nothing once equity was not positive', () => {
    expect(dailyReturns(curve([0, 100], [30, 0], [60, 50]))).toEqual([]);
    expect(dailyReturns([])).toEqual([]);
  });
});

describe('ratios', () => {
  const returns = [0.02, -0.01, 0.03, 0];

  it('Sharpe: mean 0.01 over a sample deviation of 0.0182574, by the root of 365', () => {
    expect(sharpeRatio(returns)).toBeCloseTo((0.01 / 0.0182574186) * 19.1049731745, 6);
  });

  it('Sortino: mean 0.01 over a downside deviation of 0.005, by the root of 365', () => {
    expect(sortinoRatio(returns)).toBeCloseTo((0.01 / 0.005) * 19.1049731745, 8);
  });

  it('do not exist where there is nothing to divide by', () => {
    expect(sharpeRatio([0.01])).toBeNull();
    expect(sharpeRatio([0, 0, 0])).toBeNull();
    expect(sortinoRatio([0.01, 0.02])).toBeNull();
    expect(sortinoRatio([-0.01])).toBeNull();
  });
});
