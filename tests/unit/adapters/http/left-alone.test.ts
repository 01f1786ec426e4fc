import { expect, it } from 'vitest';
import { LeftAlone } from '../../../../shared/adapters/http/left-alone.ts';
import { Breaker } from '../../../../shared/domain/feeds/breaker.ts';

const open = () => {
  const breaker = new Breaker({ failures: 1, openMs: 100 });
  return { breaker, left: new LeftAlone(breaker, { firstMs: 1_000, mostMs: 3_000 }) };
};
const headers = (retryAfter: string | null) =>
  new Headers(retryAfter === null ? {} : { 'retry-after': retryAfter });

it('a source is left alone for as long as it says, also longer than our longest pause', () => {
  const { left } = open();
  left.tooMany(headers('120'), 0);
  expect(left.untilMs(0)).toBe(120_000);
  left.tooMany(headers('Thu, 01 Jan 1970 00:05:00 GMT'), 0);
  expect(left.untilMs(0)).toBe(300_000);
});

it('one that does not say is left alone for a pause that doubles until it answers', () => {
  const { left } = open();
  const pauses = [null, '0', 'soon', null].map((said, nth) => {
    const nowMs = nth * 10_000;
    left.tooMany(headers(said), nowMs);
    return left.untilMs(nowMs) - nowMs;
  });
  expect(pauses).toEqual([1_000, 2_000, 3_000, 3_000]);
  left.answered();
  left.tooMany(headers(null), 100_000);
  expect(left.untilMs(100_000)).toBe(101_000);
});

it('is no failure of a source that works, and no trial that went well', () => {
  const { breaker, left } = open();
  left.tooMany(headers(null), 0);
  expect(breaker.state.kind).toBe('closed');
  breaker.failed(0);
  breaker.admit(100);
  left.tooMany(headers(null), 100);
  expect(breaker.state).toEqual({ kind: 'open', untilMs: 200 });
});

it('a clock that is set back does not make the wait longer than it was', () => {
  const { left } = open();
  const nowMs = 86_400_000;
  expect(left.untilMs(nowMs)).toBe(nowMs);
  left.tooMany(headers('120'), nowMs);
  expect(left.untilMs(nowMs - 1_000)).toBe(nowMs + 120_000);
  expect(left.untilMs(0)).toBe(0);
  left.tooMany(headers('60'), 0);
  expect(left.untilMs(0)).toBe(60_000);
});
