import {
  applyOrderUpdate,
  type OrderMessage,
} from '../../shared/application/apply-order-update.ts';
import { evaluateExits } from '../../shared/application/evaluate-exits.ts';
import { placeEntry } from '../../shared/application/place-entry.ts';
import { reconcile, type Reconciled } from '../../shared/application/reconcile.ts';
import { resolveOrders } from '../../shared/application/resolve-orders.ts';
import { scoreEdges, SkipDigest } from '../../shared/application/score-edges.ts';
import { settleMarket, type Settled } from '../../shared/application/settle-market.ts';
import { startAndRecover, type Recovery } from '../../shared/application/start-and-recover.ts';
import type { TradingDeps } from '../../shared/application/trading-deps.ts';
import { writeLedger } from '../../shared/application/write-ledger.ts';
import type { JournalEntry } from '../../shared/domain/ledger/journal.ts';
import type { MarketTicker } from '../../shared/domain/market/market.ts';
import type { MarketTick } from '../../shared/domain/market/market-tick.ts';
import type { EntrySignal } from '../../shared/domain/strategies/decide-entry.ts';
import type { LedgerStore } from '../../shared/ports/ledger-store.ts';
import type { Queue } from '../../shared/ports/queue.ts';
import type { RunStats } from '../../shared/application/report/run-stats.ts';

/** Settlements are read again from this long before now when a market says that it was settled. */
const SETTLEMENT_LOOKBACK_MS = 600_000;

/**
 * The use cases of one account around one set of stores, and what the run counts of them. Each method is what one
 * function does with one message; which queue calls it is decided by the composition root.
 */
export class TradingApp {
  readonly deps: TradingDeps;
  readonly skipDigest = new SkipDigest();
  readonly #ledger: LedgerStore;
  readonly #signals: Queue<EntrySignal>;
  readonly #stats: RunStats;

  constructor(parts: {
    readonly deps: TradingDeps;
    readonly ledger: LedgerStore;
    readonly signals: Queue<EntrySignal>;
    readonly stats: RunStats;
  }) {
    this.deps = parts.deps;
    this.#ledger = parts.ledger;
    this.#signals = parts.signals;
    this.#stats = parts.stats;
  }

  async onTicks(ticks: readonly MarketTick[]): Promise<void> {
    for (const tick of ticks) this.#stats.onTick(tick);
    const result = await scoreEdges(
      {
        config: this.deps.config,
        signals: this.#signals,
        skipDigest: this.skipDigest,
        onFair: (tick, fair) => this.#stats.onFair(tick, fair),
      },
      ticks,
      this.deps.clock.nowMs(),
    );
    this.#stats.onScored(result);
  }

  async onSignal(signal: EntrySignal): Promise<void> {
    const placement = await placeEntry(this.deps, signal);
    if (placement.kind === 'refused') this.#stats.skip(placement.code);
  }

  async onHeldTick(tick: MarketTick): Promise<void> {
    await evaluateExits(this.deps, tick);
  }

  async onOrderMessage(message: OrderMessage): Promise<void> {
    await applyOrderUpdate(this.deps, message);
  }

  /** A market was settled: what the exchange's own record says it paid is booked. `not_yet` while the record lags. */
  async onMarketSettled(market: MarketTicker): Promise<Settled> {
    const position = await this.deps.store.get('positions', market);
    if (position === null || position.value.state === 'closed') return 'nothing_held';
    const sinceMs = this.deps.clock.nowMs() - SETTLEMENT_LOOKBACK_MS;
    const listed = await this.deps.exchange.settlements({ sinceMs });
    if (listed.kind !== 'read') return 'not_yet';
    const record = listed.value.find((settlement) => settlement.market === market);
    return record === undefined ? 'not_yet' : settleMarket(this.deps, record);
  }

  async onJournal(entries: readonly JournalEntry[]): Promise<void> {
    await writeLedger(this.#ledger, entries);
  }

  resolveOrders(): Promise<number> {
    return resolveOrders(this.deps);
  }

  reconcile(): Promise<Reconciled> {
    return reconcile(this.deps);
  }

  recover(): Promise<Recovery> {
    return startAndRecover(this.deps);
  }
}
