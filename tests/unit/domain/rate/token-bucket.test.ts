import { describe, expect, it } from 'vitest';
import {
  drained,
  FULL_BUCKET,
  levelOf,
  refillMs,
  take,
  takeTokens,
  usableLimit,
} from '../../../../shared/domain/rate/token-bucket.ts';
import { NOON } from '../../../support/trade-builders.ts';

/** Basic writes: 100 tokens a second, 100 at most. */
const limit = usableLimit({ refillPerS: 100, capacity: 100 }, 0);
const ORDER = 10_000;
const CANCEL = 2_000;

const at = (nowMs: number) => ({ limit, keep: 0, nowMs });

function spend(times: number, cost: number, nowMs = NOON) {
  let bucket = FULL_BUCKET;
  for (let n = 0; n < times; n += 1) {
    const taken = take(bucket, { ...at(nowMs), cost });
    if (taken.kind !== 'granted') throw new Error(`taking ${n + 1} was not granted`);
    ({ bucket } = taken);
  }
  return bucket;
}

describe('a token bucket', () => {
  it('grants a full bucket at once, and then by its refill', () => {
    const empty = spend(10, ORDER);
    expect(levelOf(empty, limit, NOON)).toBe(0);
    expect(take(empty, { ...at(NOON), cost: ORDER })).toEqual({
      kind: 'wait',
      untilMs: NOON + 100,
    });
    expect(take(empty, { ...at(NOON + 99), cost: ORDER }).kind).toBe('wait');
    expect(take(empty, { ...at(NOON + 100), cost: ORDER }).kind).toBe('granted');
  });

  it('holds no more than its capacity however long nobody takes', () => {
    expect(levelOf(spend(10, ORDER), limit, NOON + 3_600_000)).toBe(100_000);
    expect(levelOf(FULL_BUCKET, limit, NOON)).toBe(100_000);
  });

  it('leaves what is kept back for those who may take it', () => {
    const bucket = spend(8, ORDER);
    const kept = take(bucket, { ...at(NOON), keep: 20_000, cost: ORDER });
    expect(kept).toEqual({ kind: 'wait', untilMs: NOON + 100 });
    expect(take(bucket, { ...at(NOON), cost: CANCEL }).kind).toBe('granted');
  });

  it('takes as much of what is wanted as there is', () => {
    const taken = takeTokens(spend(7, ORDER), {
      ...at(NOON),
      least: ORDER,
      wanted: 90_000,
      keep: 5_000,
    });
    expect(taken).toMatchObject({ kind: 'granted', tokens: 25_000 });
  });

  it('refuses what no bucket ever holds, and grants what only a full one does', () => {
    const spread = usableLimit({ refillPerS: 100, capacity: 100 }, 350);
    expect(spread.room).toBe(65_000);
    expect(take(FULL_BUCKET, { ...at(NOON), limit: spread, cost: 101_000 }).kind).toBe('too_large');
    const large = take(FULL_BUCKET, { ...at(NOON), limit: spread, cost: 90_000 });
    expect(large.kind).toBe('granted');
    const after = large.kind === 'granted' ? large.bucket : FULL_BUCKET;
    expect(levelOf(after, spread, NOON)).toBe(0);
    expect(take(after, { ...at(NOON), limit: spread, cost: 90_000 })).toEqual({
      kind: 'wait',
      untilMs: NOON + 900,
    });
  });

  it('keeps a twentieth where the spread of time eats the capacity', () => {
    expect(usableLimit({ refillPerS: 1_200, capacity: 400 }, 350).room).toBe(20_000);
  });

  it('is empty after the exchange said so, and never fuller than it was', () => {
    const bucket = drained(FULL_BUCKET, limit, NOON);
    expect(levelOf(bucket, limit, NOON)).toBe(0);
    expect(levelOf(bucket, limit, NOON + 250)).toBe(25_000);
    const deeper = { fullAtUs: (NOON + 1_500) * 1_000 };
    expect(drained(deeper, limit, NOON)).toEqual(deeper);
  });

  it('counts as empty when its time lies where only a clock that was set back explains it', () => {
    const tomorrow = spend(1, ORDER, NOON + 86_400_000);
    expect(levelOf(tomorrow, limit, NOON)).toBe(0);
    expect(take(tomorrow, { ...at(NOON), cost: ORDER })).toEqual({
      kind: 'wait',
      untilMs: NOON + 100,
    });
  });

  it('does not give twice what a slower clock saw', () => {
    const bucket = spend(10, ORDER, NOON + 50);
    expect(take(bucket, { ...at(NOON), cost: ORDER })).toEqual({
      kind: 'wait',
      untilMs: NOON + 150,
    });
  });

  it('says how long tokens take to come back, rounded up', () => {
    expect(refillMs(ORDER, limit)).toBe(100);
    expect(refillMs(CANCEL, usableLimit({ refillPerS: 1_200, capacity: 3_600 }, 0))).toBe(2);
  });
});
