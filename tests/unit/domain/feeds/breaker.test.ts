import { expect, it } from 'vitest';
import { Breaker } from '../../../../shared/domain/feeds/breaker.ts';

const LIMITS = { failures: 3, openMs: 1_000 };

/** A breaker that opened at a time. */
function openAt(nowMs: number): Breaker {
  const breaker = new Breaker(LIMITS);
  for (let failure = 0; failure < LIMITS.failures; failure += 1) breaker.failed(nowMs);
  return breaker;
}

it('opens by failures in a row, and says so once', () => {
  const breaker = new Breaker(LIMITS);
  expect([breaker.failed(0), breaker.failed(0)]).toEqual([false, false]);
  expect(breaker.succeeded()).toBe(false);
  expect([breaker.failed(0), breaker.failed(0), breaker.admit(0)]).toEqual([false, false, true]);
  expect(breaker.failed(5)).toBe(true);
  expect(breaker.state).toEqual({ kind: 'open', untilMs: 1_005 });
  expect(breaker.failed(6)).toBe(false);
  expect(breaker.state).toEqual({ kind: 'open', untilMs: 1_005 });
});

it('lets one trial go after its time, and goes by what becomes of it', () => {
  const breaker = openAt(0);
  expect(breaker.admit(999)).toBe(false);
  expect([breaker.admit(1_000), breaker.admit(1_000)]).toEqual([true, false]);
  expect(breaker.failed(1_100)).toBe(true);
  expect([breaker.admit(2_099), breaker.admit(2_100)]).toEqual([false, true]);
  expect(breaker.succeeded()).toBe(true);
  expect(breaker.state).toEqual({ kind: 'closed', failures: 0 });
});

it('does not wait for ever for a trial of which nothing is heard', () => {
  const breaker = openAt(0);
  expect(breaker.admit(1_000)).toBe(true);
  expect([breaker.admit(1_999), breaker.admit(2_000), breaker.admit(2_000)]).toEqual([
    false,
    true,
    false,
  ]);
});

it('opens at once for a refusal, from any state', () => {
  const breaker = new Breaker(LIMITS);
  breaker.refused(0);
  expect([breaker.admit(999), breaker.admit(1_000)]).toEqual([false, true]);
  breaker.refused(1_500);
  expect([breaker.admit(2_499), breaker.admit(2_500)]).toEqual([false, true]);
});

it('does not wait longer because the clock was set back', () => {
  const breaker = openAt(1_000_000);
  expect(breaker.admit(999_999)).toBe(true);
});

it.each([
  { failures: 0, openMs: 1 },
  { failures: 1, openMs: 0 },
])('cannot be made of %j', (limits) => {
  expect(() => new Breaker(limits)).toThrow('opens by failures');
});
