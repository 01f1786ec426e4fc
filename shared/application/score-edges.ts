import { createHash, type Hash } from 'node:crypto';
import type { SkipReason } from '../domain/decisions/skip-reason.ts';
import type { FairValue } from '../domain/pricing/fair-value.ts';
import type { EpochMs } from '../domain/market/market.ts';
import { compareStamps, type MarketTick, type TickStamp } from '../domain/market/market-tick.ts';
import { probabilityToNanos } from '../domain/money/probability.ts';
import { decideEntry, type EntrySignal } from '../domain/strategies/decide-entry.ts';
import type { HistoryEvent, ScoredMarket } from '../ports/history.ts';
import type { Queue } from '../ports/queue.ts';
import { edgeEvent, scoredEvent, scoredMarket } from './history-events.ts';
import { entryRules, type TradingConfig } from './trading-config.ts';

/** What one batch of ticks came to: skips are counted and hashed, signals are sent on. */
export type ScoreResult = {
  readonly scored: number;
  readonly signals: readonly EntrySignal[];
  readonly skips: ReadonlyMap<SkipReason, number>;
};

export type ScoreEdgesDeps = {
  readonly config: TradingConfig;
  readonly signals: Queue<EntrySignal>;
  readonly history: Queue<HistoryEvent>;
  readonly skipDigest: SkipDigest;
};

/**
 * Scores a batch of ticks. Reads no store: a tick carries all that is needed. Of several ticks of one market in a
 * batch only the newest is scored. Signals go out first; what was looked at is told to the history after them.
 */
export async function scoreEdges(
  deps: ScoreEdgesDeps,
  ticks: readonly MarketTick[],
  nowMs: EpochMs,
): Promise<ScoreResult> {
  const rules = entryRules(deps.config);
  const signals: EntrySignal[] = [];
  const skips = new Map<SkipReason, number>();
  const markets: ScoredMarket[] = [];
  for (const { tick, count } of newestPerMarket(ticks)) {
    const decision = decideEntry({ tick, nowMs, ...rules });
    const { fair } = decision;
    const isSignal = decision.kind === 'signal';
    markets.push(scoredMarket(tick, { ticks: count, edges: isSignal ? 1 : 0, fair }));
    if (isSignal) {
      signals.push(decision);
    } else {
      skips.set(decision.reason, (skips.get(decision.reason) ?? 0) + 1);
      deps.skipDigest.add(tick.market.ticker, tick.stamp, decision.reason, fair);
    }
  }
  if (signals.length > 0) await deps.signals.send(signals);
  if (ticks.length > 0)
    await deps.history.send([
      scoredEvent(ticks, { skips: Object.fromEntries(skips), markets, atMs: nowMs }),
      ...signals.map((signal) => edgeEvent(signal, deps.config.strategy)),
    ]);
  return { scored: ticks.length, signals, skips };
}

/** A running hash over every skip, so that a replay can be held against production without storing each one. */
export class SkipDigest {
  readonly #hash: Hash = createHash('sha256');
  /** Lines that the hash has not taken yet: it takes a long text in little more time than a short one. */
  #lines = '';

  add(market: string, stamp: TickStamp, reason: SkipReason, fair: FairValue | null): void {
    const worth = fair === null ? '' : probabilityToNanos(fair.probability);
    this.#lines += `${market}|${stamp.epoch}|${stamp.n}|${reason}|${worth}\n`;
    if (this.#lines.length >= TAKEN_AT) this.#take();
  }

  hex(): string {
    this.#take();
    return this.#hash.copy().digest('hex');
  }

  #take(): void {
    this.#hash.update(this.#lines);
    this.#lines = '';
  }
}

/** Characters. */
const TAKEN_AT = 8_192;

type Newest = { readonly tick: MarketTick; readonly count: number };

/** The newest tick of each market, and how many of the market there were. */
function newestPerMarket(ticks: readonly MarketTick[]): Iterable<Newest> {
  const newest = new Map<string, Newest>();
  for (const tick of ticks) {
    const known = newest.get(tick.market.ticker);
    const isNewer = known === undefined || compareStamps(tick.stamp, known.tick.stamp) > 0;
    newest.set(tick.market.ticker, {
      tick: isNewer ? tick : known.tick,
      count: (known?.count ?? 0) + 1,
    });
  }
  return newest.values();
}
