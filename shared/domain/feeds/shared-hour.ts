import { invariant } from '../money/invariant.ts';
import type { MilliTokens, UsableLimit } from '../rate/token-bucket.ts';

/** The requests to one source of all processes, as a bucket of tokens that they take from. */
export type SharedHour = {
  readonly limit: UsableLimit;
  /** Of one request. */
  readonly cost: MilliTokens;
};

const HOUR_MS = 3_600_000;
/** Of the hour: what goes at once, such as the first look at each league after a start. */
const BURST_SHARE = 0.04;

/**
 * A bucket that gets `perHour` requests back in an hour and holds 4 % of them: who asks as often as planned is never
 * kept back, and processes that start anew again and again go beyond the hour by no more than what it holds. A token
 * of the bucket is the 3,600,000th of a request, so that refilling needs no fraction.
 */
export function sharedHour(perHour: number): SharedHour {
  invariant(Number.isSafeInteger(perHour) && perHour >= 1, 'a whole number of requests an hour');
  const room = Math.max(1, Math.floor(BURST_SHARE * perHour)) * HOUR_MS;
  return { limit: { refillPerMs: perHour, room, largest: room }, cost: HOUR_MS };
}
