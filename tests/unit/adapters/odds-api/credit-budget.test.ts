import { describe, expect, it } from 'vitest';
import { CreditBudget, oddsCost } from '../../../../shared/adapters/odds-api/credit-budget.ts';

const HOUR_MS = 3_600_000;
const MONTH_MS = 30 * 24 * HOUR_MS;

function budget(remaining: number | null, renewal: (() => number) | null = () => MONTH_MS) {
  const made = new CreditBudget({ intervalMs: 60_000, reserve: 20, renewal });
  made.observe({ remaining, used: null, lastCost: null });
  return made;
}

describe('a question for odds', () => {
  it.each([
    [1, 1],
    [10, 1],
    [11, 2],
    [30, 3],
  ])('of %d books costs %d', (books, cost) => {
    expect(oddsCost(books)).toBe(cost);
  });

  it('is afforded while it leaves the reserve alone, or nothing is known', () => {
    expect([null, 21, 20].map((remaining) => budget(remaining).affords(1))).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('the interval', () => {
  it('is the one that was set while the credits last', () => {
    expect(budget(100_000).intervalMs(1, 1, 0)).toBe(60_000);
    expect(budget(null).intervalMs(3, 1, 0)).toBe(60_000);
    expect(budget(30, null).intervalMs(3, 1, 0)).toBe(60_000);
  });

  it('grows with the leagues and with what is missing', () => {
    expect(budget(740).intervalMs(1, 1, 0)).toBe(HOUR_MS);
    expect(budget(740).intervalMs(3, 2, 0)).toBe(6 * HOUR_MS);
    expect(budget(20).intervalMs(1, 1, 0)).toBe(Number.POSITIVE_INFINITY);
  });

  it('makes the credits last until the renewal, whatever there is of them', () => {
    for (const credits of [21, 100, 500, 20_000]) {
      let left = credits;
      let nowMs = 0;
      while (nowMs < MONTH_MS && left > 20) {
        nowMs += budget(left).intervalMs(2, 1, nowMs);
        left -= 2;
      }
      expect(nowMs).toBeGreaterThanOrEqual(MONTH_MS - 60_000 * credits);
      expect(left).toBeGreaterThanOrEqual(19);
    }
  });
});
