import type { EpochMs } from '../market/market.ts';
import { invariant } from '../money/invariant.ts';

/** When a source is left alone, and for how long. */
export type BreakerLimits = {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** From its opening until one trial request. */
  readonly openMs: number;
};

/**
 * `closed`: requests go. `open`: none goes until `untilMs`. `half_open`: one trial request is under way, and what
 * becomes of it decides; one of which nothing was heard until `untilMs` is given up, and another may go.
 */
export type BreakerState =
  | { readonly kind: 'closed'; readonly failures: number }
  | { readonly kind: 'open' | 'half_open'; readonly untilMs: EpochMs };

/**
 * Keeps a source that fails from being asked again and again (Nygard, Release It!, 2007). One for each source, whatever
 * requests it gets. Holds no clock; every method takes the time it needs.
 */
export class Breaker {
  readonly #limits: BreakerLimits;
  #state: BreakerState = { kind: 'closed', failures: 0 };

  constructor(limits: BreakerLimits) {
    invariant(limits.failures >= 1 && limits.openMs > 0, 'a breaker opens by failures, for a time');
    this.#limits = limits;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Whether a request may go now. True once an open time is over: the request is the trial, and others wait for it. */
  admit(nowMs: EpochMs): boolean {
    if (this.#state.kind === 'closed') return true;
    if (!this.#isOver(this.#state.untilMs, nowMs)) return false;
    this.#state = { kind: 'half_open', untilMs: nowMs + this.#limits.openMs };
    return true;
  }

  /** A request that went was answered. True when the breaker closes by it. */
  succeeded(): boolean {
    const isNews = this.#state.kind !== 'closed';
    this.#state = { kind: 'closed', failures: 0 };
    return isNews;
  }

  /**
   * A request that went failed. True when the breaker opens by it, or its trial failed. One that was sent before the
   * breaker opened says nothing new.
   */
  failed(nowMs: EpochMs): boolean {
    if (this.#state.kind === 'open') return false;
    const failures = this.#state.kind === 'closed' ? this.#state.failures + 1 : Infinity;
    if (failures < this.#limits.failures) {
      this.#state = { kind: 'closed', failures };
      return false;
    }
    this.#open(nowMs);
    return true;
  }

  /** No request can succeed before a person has acted: open at once, such as for a key that is not known. */
  refused(nowMs: EpochMs): void {
    this.#open(nowMs);
  }

  #open(nowMs: EpochMs): void {
    this.#state = { kind: 'open', untilMs: nowMs + this.#limits.openMs };
  }

  /** Also when our clock was set back: no wait is longer than an open time. */
  #isOver(untilMs: EpochMs, nowMs: EpochMs): boolean {
    return nowMs >= untilMs || untilMs - nowMs > this.#limits.openMs;
  }
}
