import type { EpochMs } from '../market/market.ts';
import { invariant } from '../money/invariant.ts';

/** Thousandths of a token, whole: r tokens a second are r thousandths a millisecond, so refilling needs no fraction. */
export type MilliTokens = number;

/** What the exchange says of one bucket, in whole tokens (docs.kalshi.com, "Rate Limits and Tiers"). */
export type BucketLimit = { readonly refillPerS: number; readonly capacity: number };

/** As much of a bucket as may be used by whoever knows its level only up to a spread of time. */
export type UsableLimit = {
  readonly refillPerMs: MilliTokens;
  /** What a full bucket holds for us. */
  readonly room: MilliTokens;
  /** No request may cost more: the real bucket never holds more. */
  readonly largest: MilliTokens;
};

/**
 * A bucket as the time at which it is full again, in microseconds since 1970: what it holds at any time follows from
 * that alone, so filling up costs no write, and taking is an addition that many can make to one number.
 */
export type TokenBucket = { readonly fullAtUs: number };

export const FULL_BUCKET: TokenBucket = { fullAtUs: 0 };

/** A bucket that fills later than any spending explains was written by a clock that has been set back since. */
const CLOCK_SET_BACK_US = 5_000_000;
const US_PER_MS = 1_000;

/**
 * The part of a bucket that can be used safely. Spending that keeps to `room` and the refill, and reaches the exchange
 * between `l` and `l + spreadMs` later (time in a lease, on the way, clocks that differ), amounts in any span of the
 * exchange's time to at most room + refill × (span + spread): with room = capacity − refill × spread the real bucket
 * never runs dry. Where the spread eats the whole capacity a twentieth remains.
 */
export function usableLimit({ refillPerS, capacity }: BucketLimit, spreadMs: number): UsableLimit {
  invariant(
    Number.isSafeInteger(refillPerS) && refillPerS > 0 && Number.isSafeInteger(capacity),
    'a bucket refills by whole tokens',
  );
  invariant(capacity > 0 && Number.isSafeInteger(spreadMs) && spreadMs >= 0, 'a bucket holds some');
  const largest = capacity * 1_000;
  const room = Math.max(Math.ceil(largest / 20), largest - refillPerS * spreadMs);
  return { refillPerMs: refillPerS, room, largest };
}

/** What the bucket holds now, rounded down. Negative never: who took more than the room waits for a full one. */
export function levelOf(bucket: TokenBucket, limit: UsableLimit, nowMs: EpochMs): MilliTokens {
  const missing = Math.ceil((emptinessUs(bucket, limit, nowMs) * limit.refillPerMs) / US_PER_MS);
  return Math.max(0, limit.room - missing);
}

export type TokenTaking = {
  readonly limit: UsableLimit;
  /** No fewer are of use. */
  readonly least: MilliTokens;
  /** At most so many, when they are there. */
  readonly wanted: MilliTokens;
  /** What must stay in the bucket, for those who may take it. */
  readonly keep: MilliTokens;
  readonly nowMs: EpochMs;
};

export type TakenTokens =
  | { readonly kind: 'granted'; readonly tokens: MilliTokens; readonly bucket: TokenBucket }
  /** Not before then; the time is rounded up. */
  | { readonly kind: 'wait'; readonly untilMs: EpochMs }
  /** More than the bucket ever holds. */
  | { readonly kind: 'too_large' };

/**
 * Takes between `least` and `wanted` tokens, leaving `keep`. What costs more than the room leaves is granted from a full
 * bucket, which then takes longer to fill. Times of spending are rounded up to the microsecond: against us.
 */
export function takeTokens(bucket: TokenBucket, taking: TokenTaking): TakenTokens {
  const { limit, least, wanted, keep, nowMs } = taking;
  invariant(
    least > 0 && wanted >= least && keep >= 0,
    'some tokens are taken, and none are kept twice',
  );
  if (least > limit.largest) return { kind: 'too_large' };
  const emptyUs = emptinessUs(bucket, limit, nowMs);
  const depthUs =
    Math.floor((limit.room * US_PER_MS) / limit.refillPerMs) - spendingUs(keep, limit);
  const allowedUs = Math.max(0, depthUs - spendingUs(least, limit));
  const nowUs = nowMs * US_PER_MS;
  if (emptyUs > allowedUs) {
    return { kind: 'wait', untilMs: Math.ceil((nowUs + emptyUs - allowedUs) / US_PER_MS) };
  }
  const spare = Math.floor(((depthUs - emptyUs) * limit.refillPerMs) / US_PER_MS);
  const tokens = Math.max(least, Math.min(wanted, spare));
  return {
    kind: 'granted',
    tokens,
    bucket: { fullAtUs: nowUs + emptyUs + spendingUs(tokens, limit) },
  };
}

/** One request's tokens, all or none. */
export function take(
  bucket: TokenBucket,
  { cost, ...taking }: Omit<TokenTaking, 'least' | 'wanted'> & { readonly cost: MilliTokens },
): TakenTokens {
  return takeTokens(bucket, { ...taking, least: cost, wanted: cost });
}

/** The bucket of which the exchange has just said that it is empty: somebody else draws from it too. */
export function drained(bucket: TokenBucket, limit: UsableLimit, nowMs: EpochMs): TokenBucket {
  const emptyAtUs = nowMs * US_PER_MS + spendingUs(limit.room, limit);
  return { fullAtUs: Math.max(bucketOrReset(bucket, limit, nowMs).fullAtUs, emptyAtUs) };
}

/** Time in which so many tokens come back, in whole milliseconds rounded up. */
export function refillMs(tokens: MilliTokens, limit: UsableLimit): number {
  return Math.ceil(tokens / limit.refillPerMs);
}

/** How long until it is full. */
function emptinessUs(bucket: TokenBucket, limit: UsableLimit, nowMs: EpochMs): number {
  return Math.max(0, bucketOrReset(bucket, limit, nowMs).fullAtUs - nowMs * US_PER_MS);
}

/** After a clock that was set back the bucket counts as empty now. */
function bucketOrReset(bucket: TokenBucket, limit: UsableLimit, nowMs: EpochMs): TokenBucket {
  const nowUs = nowMs * US_PER_MS;
  const deepestUs = spendingUs(limit.room, limit) + spendingUs(limit.largest, limit);
  return bucket.fullAtUs - nowUs > deepestUs + CLOCK_SET_BACK_US
    ? { fullAtUs: nowUs + spendingUs(limit.room, limit) }
    : bucket;
}

function spendingUs(tokens: MilliTokens, { refillPerMs }: UsableLimit): number {
  return Math.ceil((tokens * US_PER_MS) / refillPerMs);
}
