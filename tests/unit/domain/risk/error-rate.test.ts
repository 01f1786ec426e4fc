import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  API_ERROR_LIMIT,
  errorRate,
  isErrorStorm,
  newErrorWindow,
  notAfter,
  withCall,
  type ErrorWindow,
} from '../../../../shared/domain/risk/error-rate.ts';

type Call = { readonly atMs: number; readonly isError: boolean };
const EMPTY = newErrorWindow(1_000, 60);
const seen = (calls: readonly Call[], from: ErrorWindow = EMPTY): ErrorWindow =>
  calls.reduce(withCall, from);
const many = (calls: number, errors: number, atMs = 0): readonly Call[] =>
  Array.from({ length: calls }, (_, index) => ({ atMs, isError: index < errors }));

describe('the rate of failed calls', () => {
  it.each([
    [0, 0, 0],
    [20, 2, 100_000],
    [3, 1, 333_334],
    [1, 1, 1_000_000],
  ])('of %d calls with %d errors is %d millionths, rounded up', (calls, errors, rateMillionths) => {
    expect(errorRate(seen(many(calls, errors)), 0)).toEqual({ calls, errors, rateMillionths });
  });

  it('forgets what is older than its window', () => {
    const window = seen(many(10, 10, 0));
    expect(errorRate(window, 59_999).errors).toBe(10);
    expect(errorRate(window, 60_000)).toEqual({ calls: 0, errors: 0, rateMillionths: 0 });
  });

  it('sees calls again at once when the clock was ahead and is set back', () => {
    const ahead = seen(many(10, 10, 3_600_000));
    const back = seen(many(20, 20, 1_000), notAfter(ahead, 1_000));
    expect(errorRate(back, 1_500)).toMatchObject({ calls: 20, errors: 20 });
    expect(back.counts).toHaveLength(1);
  });

  it.each([
    ['ten per cent of twenty', 20, 2, true],
    ['less than ten per cent', 21, 2, false],
    ['too few calls to tell', 19, 19, false],
    ['nothing at all', 0, 0, false],
  ])('is a storm or not: %s', (_, calls, errors, storm) => {
    expect(isErrorStorm(errorRate(seen(many(calls, errors)), 0), API_ERROR_LIMIT)).toBe(storm);
  });

  const someCalls = fc.array(
    fc.record({ atMs: fc.integer({ min: 0, max: 200_000 }), isError: fc.boolean() }),
    { maxLength: 60 },
  );

  it('is that of a plain list, in whatever order the calls are told, and its size has a bound', () => {
    fc.assert(
      fc.property(someCalls, fc.nat(1_000), (calls, shuffle) => {
        const told = calls.toSorted(
          (a, b) => ((a.atMs * 7_919) ^ shuffle) - ((b.atMs * 7_919) ^ shuffle),
        );
        const nowMs = Math.max(0, ...calls.map(({ atMs }) => atMs));
        const window = seen(told);
        expect(window.counts.length).toBeLessThanOrEqual(60);
        const inside = calls.filter(
          ({ atMs }) => Math.floor(atMs / 1_000) > Math.floor(nowMs / 1_000) - 60,
        );
        expect(errorRate(window, nowMs)).toMatchObject({
          calls: inside.length,
          errors: inside.filter(({ isError }) => isError).length,
        });
      }),
    );
  });
});
