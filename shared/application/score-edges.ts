import { createHash, type Hash } from 'node:crypto';
import type { SkipReason } from '../domain/decisions/skip-reason.ts';
import type { FairValue } from '../domain/pricing/fair-value.ts';
import type { EpochMs } from '../domain/market/market.ts';
import { compareStamps, type MarketTick, type TickStamp } from '../domain/market/market-tick.ts';
import { probabilityToNanos } from '../domain/money/probability.ts';
import { decideEntry, type EntrySignal } from '../domain/strategies/decide-entry.ts';
import type { Queue } from '../ports/queue.ts';
import { entryRules, type TradingConfig } from './trading-config.ts';

/** What one batch of ticks came to: skips are counted and hashed, signals are sent on. */
export type ScoreResult = {
  readonly scored: number;
  readonly signals: readonly EntrySignal[];
  readonly skips: ReadonlyMap<SkipReason, number>;
};

/**
 * Scores a batch of ticks. Reads no store: a tick carries all that is needed. Of several ticks of one market in a
 * batch only the newest is scored.
 */
export async function scoreEdges(
  deps: {
    readonly config: TradingConfig;
    readonly signals: Queue<EntrySignal>;
    readonly skipDigest: SkipDigest;
    readonly onFair?: (tick: MarketTick, fair: FairValue) => void;
  },
  ticks: readonly MarketTick[],
  nowMs: EpochMs,
): Promise<ScoreResult> {
  const rules = entryRules(deps.config);
  const signals: EntrySignal[] = [];
  const skips = new Map<SkipReason, number>();
  for (const tick of newestPerMarket(ticks)) {
    const decision = decideEntry({ tick, nowMs, ...rules });
    if (decision.fair !== null) deps.onFair?.(tick, decision.fair);
    if (decision.kind === 'signal') {
      signals.push(decision);
    } else {
      skips.set(decision.reason, (skips.get(decision.reason) ?? 0) + 1);
      deps.skipDigest.add(tick.market.ticker, tick.stamp, decision.reason, decision.fair);
    }
  }
  if (signals.length > 0) await deps.signals.send(signals);
  return { scored: ticks.length, signals, skips };
}

/** A running hash over every skip, so that a replay can be held against production without storing each one. */
export class SkipDigest {
  #hash: Hash = createHash('sha256');

  add(market: string, stamp: TickStamp, reason: SkipReason, fair: FairValue | null): void {
    const worth = fair === null ? '' : probabilityToNanos(fair.probability);
    this.#hash.update(`${market}|${stamp.epoch}|${stamp.n}|${reason}|${worth}\n`);
  }

  hex(): string {
    return this.#hash.copy().digest('hex');
  }
}

function newestPerMarket(ticks: readonly MarketTick[]): Iterable<MarketTick> {
  if (ticks.length === 1) return ticks;
  const newest = new Map<string, MarketTick>();
  for (const tick of ticks) {
    const known = newest.get(tick.market.ticker);
    if (known === undefined || compareStamps(tick.stamp, known.stamp) > 0)
      newest.set(tick.market.ticker, tick);
  }
  return newest.values();
}
