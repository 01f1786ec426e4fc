import {
  applyOrderUpdate,
  type OrderMessage,
} from '../../shared/application/apply-order-update.ts';
import { evaluateExits } from '../../shared/application/evaluate-exits.ts';
import { enterOnSignal } from '../../shared/application/enter-on-signal.ts';
import { reconcile, type Reconciled } from '../../shared/application/reconcile.ts';
import { resolveOrders } from '../../shared/application/resolve-orders.ts';
import { scoreEdges, SkipDigest } from '../../shared/application/score-edges.ts';
import { settleIfHeld, type Settled } from '../../shared/application/settle-market.ts';
import { startAndRecover, type Recovery } from '../../shared/application/start-and-recover.ts';
import type { TradingDeps } from '../../shared/application/trading-deps.ts';
import { writeLedger, type WriteLedgerDeps } from '../../shared/application/write-ledger.ts';
import type { JournalEntry } from '../../shared/domain/ledger/journal.ts';
import type { MarketTicker } from '../../shared/domain/market/market.ts';
import type { MarketTick } from '../../shared/domain/market/market-tick.ts';
import type { EntrySignal } from '../../shared/domain/strategies/decide-entry.ts';
import type { HistoryEvent } from '../../shared/ports/history.ts';
import type { Queue } from '../../shared/ports/queue.ts';

/**
 * The use cases of one account around one set of stores. Each method is what one function does with one message; which
 * queue calls it is decided by the composition root.
 */
export class TradingApp {
  readonly deps: TradingDeps;
  readonly skipDigest = new SkipDigest();
  readonly #books: WriteLedgerDeps;
  readonly #signals: Queue<EntrySignal>;
  readonly #history: Queue<HistoryEvent>;

  constructor(parts: {
    readonly deps: TradingDeps;
    readonly books: WriteLedgerDeps;
    readonly signals: Queue<EntrySignal>;
    readonly history: Queue<HistoryEvent>;
  }) {
    this.deps = parts.deps;
    this.#books = parts.books;
    this.#signals = parts.signals;
    this.#history = parts.history;
  }

  async onTicks(ticks: readonly MarketTick[]): Promise<void> {
    const { config, clock } = this.deps;
    const deps = {
      config,
      signals: this.#signals,
      history: this.#history,
      skipDigest: this.skipDigest,
    };
    await scoreEdges(deps, ticks, clock.nowMs());
  }

  async onSignal(signal: EntrySignal): Promise<void> {
    await enterOnSignal({ ...this.deps, history: this.#history }, signal);
  }

  async onHeldTick(tick: MarketTick): Promise<void> {
    await evaluateExits(this.deps, tick);
  }

  async onOrderMessage(message: OrderMessage): Promise<void> {
    await applyOrderUpdate(this.deps, message);
  }

  onMarketSettled(market: MarketTicker): Promise<Settled> {
    return settleIfHeld(this.deps, market);
  }

  async onJournal(entries: readonly JournalEntry[]): Promise<void> {
    await writeLedger(this.#books, entries);
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
