import { invariant } from '../../domain/money/invariant.ts';
import type { Rng } from '../rng.ts';

/** A delay that is log-normal, as network and queue delays roughly are: its median and its 99th percentile. */
export type Delay = { readonly medianMs: number; readonly p99Ms: number };

export const NO_DELAY: Delay = { medianMs: 0, p99Ms: 0 };

/** Standard queues to their consumer, published figures: p50 16 ms, p99 105 ms. */
export const STANDARD_QUEUE_DELAY: Delay = { medianMs: 16, p99Ms: 105 };

/** The 99th percentile of the standard normal. */
const Z99 = 2.326_347_874_040_841;
/** No delay is longer than this many times the 99th percentile. */
const LONGEST = 10;

/** A delay in whole milliseconds, rounded up. Takes its draws even when the delay is nothing. */
export function drawDelayMs(rng: Rng, delay: Delay): number {
  invariant(
    delay.medianMs >= 0 && delay.p99Ms >= delay.medianMs,
    `a delay has 0 <= median <= p99, not ${delay.medianMs} and ${delay.p99Ms}`,
  );
  const z = rng.normal();
  if (delay.medianMs === 0) return 0;
  const sigma = Math.log(delay.p99Ms / delay.medianMs) / Z99;
  return Math.ceil(Math.min(delay.medianMs * Math.exp(sigma * z), LONGEST * delay.p99Ms));
}
