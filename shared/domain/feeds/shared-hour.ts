import { invariant } from '../money/invariant.ts';
import type { MilliTokens, UsableLimit } from '../rate/token-bucket.ts';

/** The requests to one source of all processes, as a bucket of tokens that they take from. */
export type SharedHour = {
  readonly limit: UsableLimit;
  /** Of one request. */
  readonly cost: MilliTokens;
  /** How many requests come back in an hour: who plans for more will wait. */
  readonly perHour: number;
};

const HOUR_MS = 3_600_000;
/** Of the hour: what goes at once, such as the first look at each league after a start. */
const BURST_SHARE = 0.04;

/**
 * A bucket that lets `most` requests go in any hour, however many processes take from it and however often they start
 * anew: what it holds and what comes back in an hour are `most` together. A token of the bucket is the
 * 3,600,000th of a request, so that refilling needs no fraction.
 */
export function sharedHour(most: number): SharedHour {
  invariant(
    Number.isSafeInteger(most) && most >= 2,
    'some requests of an hour go at once, some later',
  );
  const burst = Math.max(1, Math.floor(BURST_SHARE * most));
  const perHour = most - burst;
  const room = burst * HOUR_MS;
  return { limit: { refillPerMs: perHour, room, largest: room }, cost: HOUR_MS, perHour };
}
