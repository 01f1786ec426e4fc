import type { EpochMs } from '../../domain/market/market.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { Rng } from '../rng.ts';

/** How far reads are behind writes, in whole milliseconds, bounds included. */
export type ReadLag = { readonly minMs: number; readonly maxMs: number };

/**
 * The as-of time of the exchange's user-data reads (Kalshi `user_data_timestamp`). Each look draws a lag, but what was
 * once readable stays readable: the as-of time never goes back.
 */
export class ReadClock {
  #lag: ReadLag;
  readonly #rng: Rng;
  #asOfMs = Number.NEGATIVE_INFINITY;

  constructor(lag: ReadLag, rng: Rng) {
    this.#lag = checked(lag);
    this.#rng = rng;
  }

  /** From the next look on. What was once readable stays readable. */
  setLag(lag: ReadLag): void {
    this.#lag = checked(lag);
  }

  /** Up to when a read made now is complete. */
  asOfMs(nowMs: EpochMs): EpochMs {
    const { minMs, maxMs } = this.#lag;
    const lagMs = minMs + this.#rng.integer(maxMs - minMs + 1);
    this.#asOfMs = Math.max(this.#asOfMs, nowMs - lagMs);
    return this.#asOfMs;
  }
}

function checked(lag: ReadLag): ReadLag {
  invariant(
    Number.isInteger(lag.minMs) &&
      Number.isInteger(lag.maxMs) &&
      lag.minMs >= 0 &&
      lag.maxMs >= lag.minMs,
    `a read lag is a range of whole milliseconds, not ${lag.minMs} to ${lag.maxMs}`,
  );
  return lag;
}
