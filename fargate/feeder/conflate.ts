import type { EpochMs } from '../../shared/domain/market/market.ts';

/** How often one market may be published. */
export type ConflationLimits = {
  /** Between two ticks of one market, whatever happens. */
  readonly minIntervalMs: number;
  /** A change deeper than the best prices waits at most this long. */
  readonly depthIntervalMs: number;
};

export const CONFLATION: ConflationLimits = { minIntervalMs: 100, depthIntervalMs: 1_000 };

type Pending = { lastMs: EpochMs; dueMs: EpochMs };

/**
 * Latest wins: decides when a changed market is published, at once on a change of best price or oracle, later on a
 * change of depth, never more often than the limits say. Keeps times only; what is published is read when it is due.
 */
export class Conflator {
  readonly #limits: ConflationLimits;
  readonly #markets = new Map<string, Pending>();

  constructor(limits: ConflationLimits = CONFLATION) {
    this.#limits = limits;
  }

  /** True when the market is to be published now; otherwise it becomes due later. */
  changed(market: string, urgency: 'at_once' | 'depth', nowMs: EpochMs): boolean {
    const pending = this.#of(market);
    const wait = urgency === 'at_once' ? this.#limits.minIntervalMs : this.#limits.depthIntervalMs;
    const dueMs = pending.lastMs + wait;
    if (dueMs <= nowMs) return this.#published(pending, nowMs);
    pending.dueMs = Math.min(pending.dueMs, dueMs);
    return false;
  }

  /** The markets whose time has come, each once. */
  due(nowMs: EpochMs): readonly string[] {
    const due: string[] = [];
    for (const [market, pending] of this.#markets) {
      if (pending.dueMs > nowMs) continue;
      this.#published(pending, nowMs);
      due.push(market);
    }
    return due;
  }

  /** The market is published now for another reason than a change. */
  publish(market: string, nowMs: EpochMs): void {
    this.#published(this.#of(market), nowMs);
  }

  /** When `market` was last published; minus infinity when never. */
  lastPublishedMs(market: string): EpochMs {
    return this.#markets.get(market)?.lastMs ?? -Infinity;
  }

  /** A market that is not followed any more is never due. */
  forget(market: string): void {
    this.#markets.delete(market);
  }

  #published(pending: Pending, nowMs: EpochMs): true {
    pending.lastMs = nowMs;
    pending.dueMs = Infinity;
    return true;
  }

  #of(market: string): Pending {
    let pending = this.#markets.get(market);
    if (pending === undefined) {
      pending = { lastMs: -Infinity, dueMs: Infinity };
      this.#markets.set(market, pending);
    }
    return pending;
  }
}
