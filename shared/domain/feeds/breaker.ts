import type { EpochMs } from '../market/market.ts';

/** When a source is left alone, and for how long. */
export type BreakerLimits = {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** From its opening until one trial request. */
  readonly openMs: number;
};

/**
 * `closed`: requests go. `open`: none goes until `untilMs`. `half_open`: one trial request is under way, and what becomes
 * of it decides.
 */
export type BreakerState =
  | { readonly kind: 'closed'; readonly failures: number }
  | { readonly kind: 'open'; readonly untilMs: EpochMs }
  | { readonly kind: 'half_open' };

/**
 * Keeps a source that fails from being asked again and again (Nygard, Release It!, 2007). One for each source, whatever
 * requests it gets. Holds no clock; every method takes the time it needs.
 */
export class Breaker {
  readonly #limits: BreakerLimits;
  #state: BreakerState = { kind: 'closed', failures: 0 };

  constructor(limits: BreakerLimits) {
    this.#limits = limits;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Whether a request may go now. True once an open time is over: the request is the trial, and others wait for it. */
  admit(nowMs: EpochMs): boolean {
    switch (this.#state.kind) {
      case 'closed':
        return true;
      case 'half_open':
        return false;
      case 'open':
        if (nowMs < this.#state.untilMs) return false;
        this.#state = { kind: 'half_open' };
        return true;
    }
  }

  /** A request that went was answered. True when the breaker closes by it. */
  succeeded(): boolean {
    const isNews = this.#state.kind !== 'closed';
    this.#state = { kind: 'closed', failures: 0 };
    return isNews;
  }

  /** A request that went failed. True when the breaker opens by it, or its trial failed. */
  failed(nowMs: EpochMs): boolean {
    const failures = this.#state.kind === 'closed' ? this.#state.failures + 1 : Infinity;
    if (this.#state.kind === 'open') return false;
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
}
