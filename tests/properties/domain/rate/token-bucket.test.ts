import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FULL_BUCKET,
  levelOf,
  take,
  takeTokens,
  usableLimit,
  type BucketLimit,
} from '../../../../shared/domain/rate/token-bucket.ts';
import { runs } from '../../../support/property-settings.ts';
import { NOON } from '../../../support/trade-builders.ts';

const bucketLimit = fc.record({
  refillPerS: fc.integer({ min: 1, max: 12_000 }),
  capacity: fc.integer({ min: 1, max: 40_000 }),
});

/** The exchange's bucket, counted exactly: thousandths of a token, refilled each millisecond. */
class RealBucket {
  readonly #limit: BucketLimit;
  #level: number;
  #atMs = NOON;

  constructor(limit: BucketLimit) {
    this.#limit = limit;
    this.#level = limit.capacity * 1_000;
  }

  /** False is a 429. */
  accepts(cost: number, atMs: number): boolean {
    const filled = this.#level + (atMs - this.#atMs) * this.#limit.refillPerS;
    this.#level = Math.min(this.#limit.capacity * 1_000, filled);
    this.#atMs = atMs;
    if (this.#level < cost) return false;
    this.#level -= cost;
    return true;
  }
}

describe('a token bucket', () => {
  it('never grants what a bucket of the exchange would refuse, and never keeps back what it has', () => {
    fc.assert(
      fc.property(
        bucketLimit,
        fc.array(fc.tuple(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 1, max: 150 }))),
        (bucketOf, asks) => {
          const limit = usableLimit(bucketOf, 0);
          const real = new RealBucket(bucketOf);
          let bucket = FULL_BUCKET;
          let nowMs = NOON;
          for (const [laterMs, tokens] of asks) {
            nowMs += laterMs;
            const cost = tokens * 1_000;
            const taken = take(bucket, { limit, keep: 0, nowMs, cost });
            if (taken.kind === 'granted') {
              ({ bucket } = taken);
              expect(real.accepts(cost, nowMs)).toBe(true);
            } else if (taken.kind === 'wait') {
              expect(taken.untilMs).toBeGreaterThan(nowMs);
              expect(take(bucket, { limit, keep: 0, nowMs: taken.untilMs, cost }).kind).toBe(
                'granted',
              );
              expect(take(bucket, { limit, keep: 0, nowMs: taken.untilMs - 1, cost }).kind).toBe(
                'wait',
              );
            } else expect(cost).toBeGreaterThan(bucketOf.capacity * 1_000);
          }
        },
      ),
      runs(300),
    );
  });

  it('leaves what is kept back, and gives no more than is wanted and is there', () => {
    fc.assert(
      fc.property(
        bucketLimit,
        fc.record({
          emptyMs: fc.integer({ min: 0, max: 5_000 }),
          least: fc.integer({ min: 1, max: 20_000 }),
          more: fc.integer({ min: 0, max: 200_000 }),
          keep: fc.integer({ min: 0, max: 20_000 }),
        }),
        (bucketOf, { emptyMs, least, more, keep }) => {
          const limit = usableLimit(bucketOf, 0);
          const bucket = { fullAtUs: (NOON + emptyMs) * 1_000 };
          const ask = { limit, least, wanted: least + more, keep, nowMs: NOON };
          const before = levelOf(bucket, limit, NOON);
          const taken = takeTokens(bucket, ask);
          if (taken.kind !== 'granted') return;
          const after = levelOf(taken.bucket, limit, NOON);
          expect(taken.tokens).toBeGreaterThanOrEqual(least);
          expect(taken.tokens).toBeLessThanOrEqual(least + more);
          expect(after).toBeLessThanOrEqual(Math.max(0, before - taken.tokens + 1));
          // A request larger than the room leaves is granted from a full bucket alone.
          if (least + keep < limit.room)
            expect(after).toBeGreaterThanOrEqual(keep - limit.refillPerMs);
        },
      ),
      runs(300),
    );
  });

  it('spending that reaches the exchange late by up to the spread never empties its bucket', () => {
    fc.assert(
      fc.property(
        fc.record({
          refillPerS: fc.integer({ min: 50, max: 2_000 }),
          seconds: fc.integer({ min: 1, max: 3 }),
        }),
        fc.integer({ min: 0, max: 500 }),
        fc.array(
          fc.record({
            laterMs: fc.integer({ min: 0, max: 200 }),
            tokens: fc.integer({ min: 1, max: 20 }),
            onTheWay: fc.double({ min: 0, max: 1, noNaN: true }),
          }),
          { maxLength: 60 },
        ),
        ({ refillPerS, seconds }, spreadMs, asks) => {
          const bucketOf = { refillPerS, capacity: refillPerS * seconds };
          const limit = usableLimit(bucketOf, spreadMs);
          const sent: { readonly atMs: number; readonly cost: number }[] = [];
          let bucket = FULL_BUCKET;
          let nowMs = NOON;
          for (const { laterMs, tokens, onTheWay } of asks) {
            nowMs += laterMs;
            const cost = tokens * 1_000;
            const taken = take(bucket, { limit, keep: 0, nowMs, cost });
            if (taken.kind !== 'granted' || cost > limit.room) continue;
            ({ bucket } = taken);
            sent.push({ atMs: nowMs + Math.floor(onTheWay * spreadMs), cost });
          }
          const real = new RealBucket(bucketOf);
          for (const { atMs, cost } of sent.toSorted((a, b) => a.atMs - b.atMs))
            expect(real.accepts(cost, atMs)).toBe(true);
        },
      ),
      runs(300),
    );
  });
});
