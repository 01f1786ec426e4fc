import type { Breaker } from '../../domain/feeds/breaker.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import { retryAfterMs } from './answer-age.ts';

/** How long a source is left alone that does not say for how long: doubling from the first to the most. */
export type PauseLimits = { readonly firstMs: number; readonly mostMs: number };

/**
 * What HTTP 429 means, the same for every source: nothing goes out for as long as the source says (`retryAfterMs`),
 * else for a pause that doubles until the source answers again.
 */
export class LeftAlone {
  readonly #breaker: Breaker;
  readonly #limits: PauseLimits;
  #pauseMs: number;
  #waitMs = 0;
  #untilMs: EpochMs = Number.NEGATIVE_INFINITY;

  constructor(breaker: Breaker, limits: PauseLimits) {
    this.#breaker = breaker;
    this.#limits = limits;
    this.#pauseMs = limits.firstMs;
  }

  /**
   * Until when nothing goes out; now at the earliest. What is left of a wait and much longer is of a clock set back
   * since.
   */
  untilMs(nowMs: EpochMs): EpochMs {
    const isSetBack = this.#untilMs - nowMs > 2 * this.#waitMs;
    return isSetBack ? nowMs : Math.max(nowMs, this.#untilMs);
  }

  /** It answers, so that is no failure of the source; but it is no proof either that a trial went well. */
  tooMany(headers: Pick<Headers, 'get'>, nowMs: EpochMs): void {
    const saidMs = retryAfterMs(headers, nowMs) ?? 0;
    const waitMs = saidMs > 0 ? saidMs : this.#pauseMs;
    this.#untilMs = Math.max(this.untilMs(nowMs), nowMs + waitMs);
    this.#waitMs = this.#untilMs - nowMs;
    this.#pauseMs = Math.min(this.#limits.mostMs, this.#pauseMs * 2);
    if (this.#breaker.state.kind === 'half_open') this.#breaker.failed(nowMs);
  }

  answered(): void {
    this.#pauseMs = this.#limits.firstMs;
  }
}
