import type { EpochMs } from '../market/market.ts';

const HOUR_MS = 3_600_000;

/** Counts requests to one source over the last hour, whoever makes them. Holds no clock. */
export class HourlyRequests {
  readonly #most: number;
  #times: EpochMs[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether one more may go now; it is then counted. */
  take(nowMs: EpochMs): boolean {
    if (this.used(nowMs) >= this.#most) return false;
    this.#times.push(nowMs);
    return true;
  }

  /** Requests of the last hour. After a clock was set back by an hour at most all of them count, else none. */
  used(nowMs: EpochMs): number {
    this.#times = this.#times.filter(
      (timeMs) => nowMs - timeMs < HOUR_MS && timeMs - nowMs <= HOUR_MS,
    );
    return this.#times.length;
  }

  /** How many may go now. */
  left(nowMs: EpochMs): number {
    return Math.max(0, this.#most - this.used(nowMs));
  }

  /** When one more may go; now when it may. */
  nextMs(nowMs: EpochMs): EpochMs {
    const [oldest] = this.#times;
    return this.left(nowMs) > 0 || oldest === undefined ? nowMs : oldest + HOUR_MS;
  }
}
