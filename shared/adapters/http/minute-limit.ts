import type { EpochMs } from '../../domain/market/market.ts';
import { invariant } from '../../domain/money/invariant.ts';

const MINUTE_MS = 60_000;

/** So many requests in any sixty seconds, counted by ourselves: the plan's limit, which the vendor enforces too. */
export class MinuteLimit {
  readonly #most: number;
  #sentMs: readonly EpochMs[] = [];

  constructor(requestsPerMinute: number) {
    invariant(requestsPerMinute >= 1, 'a plan allows some request in a minute');
    this.#most = requestsPerMinute;
  }

  /** Takes one if there is one. */
  take(nowMs: EpochMs): boolean {
    if (nowMs < this.freeAtMs(nowMs)) return false;
    this.#sentMs = [...this.#sentMs, nowMs];
    return true;
  }

  /** When the next request may go; now at the earliest. What was sent after now was sent by a clock set back since. */
  freeAtMs(nowMs: EpochMs): EpochMs {
    this.#sentMs = this.#sentMs.filter((sentMs) => Math.abs(nowMs - sentMs) < MINUTE_MS);
    const oldest = this.#sentMs.at(-this.#most);
    return oldest === undefined ? nowMs : Math.max(nowMs, oldest + MINUTE_MS);
  }
}
