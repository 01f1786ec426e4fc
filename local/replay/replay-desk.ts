import { MemoryDecisionLog } from '../../shared/adapters/memory/memory-decision-log.ts';
import { MemoryJournalStore } from '../../shared/adapters/memory/memory-journal-store.ts';
import { MemoryHotStore } from '../../shared/adapters/memory/memory-hot-store.ts';
import { MemoryLedgerStore } from '../../shared/adapters/memory/memory-ledger-store.ts';
import { MemoryTelemetry } from '../../shared/adapters/memory/memory-telemetry.ts';
import { uuidV5 } from '../../shared/application/client-order-id.ts';
import { NO_FAULTS } from '../../shared/application/effect-points.ts';
import { LEASE_MS, renewLease, takeLease } from '../../shared/application/feeder-lease.ts';
import {
  lifecycleEvent,
  marketEvent,
  marksEvent,
} from '../../shared/application/history-events.ts';
import { tradingConfigOf } from '../../shared/application/trading-config.ts';
import type { DomainConfig } from '../../shared/contracts/domain-config.ts';
import type { JournalEntry } from '../../shared/domain/ledger/journal.ts';
import type {
  EpochMs,
  GameMapping,
  Market,
  MarketTicker,
} from '../../shared/domain/market/market.ts';
import type { MarketTick } from '../../shared/domain/market/market-tick.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import type { EntrySignal } from '../../shared/domain/strategies/decide-entry.ts';
import type { Lease } from '../../shared/ports/hot-store.ts';
import { RecordedVenue, type RecordedVenueConfig } from '../../shared/replay/recorded-venue.ts';
import type { RecordedResult } from '../../shared/replay/recording.ts';
import { InvariantChecker } from '../invariants/invariant-checker.ts';
import { RunStats } from '../../shared/application/report/run-stats.ts';
import { TradingApp } from '../trading/trading-app.ts';
import { CheckedVenue, recordedTruth } from './checked-venue.ts';

/** Namespace of replayed accounts: the same recording and rules give the same ids. */
const NAMESPACE = '0a7c5d1e-8f53-5b1a-bb5c-2f4c1d9e6a33';
const DAY_MS = 24 * 3_600_000;

export type ReplayDeskOptions = {
  readonly dir: string;
  readonly config: DomainConfig;
  readonly configFingerprint: string;
  readonly venue: Partial<RecordedVenueConfig>;
  /** How much recorded time passes between two looks at the marks. */
  readonly lookEveryMs: EpochMs;
  /** Called at each of these looks; what it returns is awaited. */
  readonly onLook: () => Promise<void>;
};

/**
 * The use cases of one account over the recorded venue, one event at a time: no queue and no latency but that of the
 * venue. Who plays a recording tells it what happened, in order, after the venue has taken it.
 */
export class ReplayDesk {
  readonly store: MemoryHotStore;
  readonly ledger = new MemoryLedgerStore();
  readonly decisions = new MemoryDecisionLog();
  readonly telemetry = new MemoryTelemetry();
  readonly stats = new RunStats();
  readonly venue: RecordedVenue;
  readonly checker: InvariantChecker;
  readonly app: TradingApp;
  startMs: EpochMs = 0;
  nowMs: EpochMs = 0;
  /** Time of the last event. */
  endMs: EpochMs = 0;
  events = 0;
  readonly #options: ReplayDeskOptions;
  readonly #markets = new Map<MarketTicker, Market>();
  readonly #results = new Set<MarketTicker>();
  #journal: JournalEntry[] = [];
  #lease: Lease | null = null;
  #lookMs: EpochMs = 0;
  #dayMs: EpochMs = 0;

  constructor(options: ReplayDeskOptions) {
    this.#options = options;
    const { config } = options;
    this.venue = new RecordedVenue({ openingCash: config.openingCash, ...options.venue });
    this.store = new MemoryHotStore((entries) => {
      this.stats.onJournal(entries);
      this.#journal.push(...entries);
      this.checker.onJournal(entries);
    });
    const tradingConfig = tradingConfigOf(config, {
      fingerprint: options.configFingerprint,
      namespace: uuidV5(NAMESPACE, options.configFingerprint),
    });
    this.checker = new InvariantChecker({
      books: {
        store: this.store,
        ledger: this.ledger,
        decisions: this.decisions,
        config: tradingConfig,
      },
      truth: () => recordedTruth(this.venue),
      marketOf: (ticker) => this.#markets.get(ticker),
      venueBooks: null,
      where: () => `replay=${options.dir} step=${this.events} t=${this.nowMs}`,
    });
    this.app = new TradingApp({
      deps: {
        clock: { nowMs: () => this.nowMs },
        store: this.store,
        exchange: new CheckedVenue(this.venue, this.checker),
        groups: null,
        decisions: this.decisions,
        telemetry: this.telemetry,
        config: tradingConfig,
        points: NO_FAULTS,
      },
      books: { ledger: this.ledger, journal: new MemoryJournalStore() },
      signals: { send: (signals) => this.#place(signals) },
      history: {
        send: (events) => {
          for (const event of events) this.stats.onHistory(event);
          return Promise.resolve();
        },
      },
    });
  }

  /** A market was listed. */
  async onMarket(market: Market, mapping: GameMapping | null, atMs: EpochMs): Promise<void> {
    await this.#at(atMs);
    this.#markets.set(market.ticker, market);
    this.stats.onHistory(marketEvent(market, mapping, this.nowMs));
    await this.#after();
  }

  async onTick(tick: MarketTick, atMs: EpochMs): Promise<void> {
    await this.#at(atMs);
    await this.#decide(tick);
    await this.#after();
  }

  /** The venue has paid a market out. */
  async onResult(result: Pick<RecordedResult, 'market' | 'result'>, atMs: EpochMs): Promise<void> {
    await this.#at(atMs);
    this.stats.onHistory(lifecycleEvent(resultMessage(result, atMs), this.nowMs));
    this.#results.add(result.market);
    await this.app.onMarketSettled(result.market);
    await this.#after();
  }

  /** Something happened that only moves time. */
  async onOther(atMs: EpochMs): Promise<void> {
    await this.#at(atMs);
    await this.#after();
  }

  /**
   * The recording is over: everything is held against the venue's truth. A position may be left in a market of which the
   * recording tells no result.
   */
  async end(): Promise<void> {
    this.endMs = this.nowMs;
    this.nowMs += DAY_MS;
    await this.app.reconcile();
    await this.#drain();
    await this.checker.atEnd({
      messages: { lost: this.#journal.length, dead: 0, waiting: 0 },
      redeliver: () => this.#redeliver(),
      mayHold: (market) => !this.#results.has(market),
    });
  }

  async #at(atMs: EpochMs): Promise<void> {
    this.events += 1;
    this.nowMs = atMs;
    if (this.startMs === 0) await this.#open();
  }

  async #after(): Promise<void> {
    await this.#drain();
    if (this.nowMs - this.#lookMs < this.#options.lookEveryMs) return;
    this.#lookMs = this.nowMs;
    await this.#look();
    await this.#options.onLook();
  }

  async #open(): Promise<void> {
    this.startMs = this.nowMs;
    this.#lookMs = this.nowMs;
    this.#dayMs = this.nowMs;
    this.#lease = await takeLease(this.store, 'replay', this.nowMs);
    await this.app.recover();
    // The venue's reads reach only up to its last event: a moment later they are complete.
    this.nowMs += 1;
    await this.app.recover();
  }

  async #decide(tick: MarketTick): Promise<void> {
    this.checker.onTick(tick);
    if (this.store.peek('positions', tick.market.ticker)?.state === 'open') {
      await this.app.onHeldTick(tick);
      await this.app.resolveOrders();
    }
    await this.app.onTicks([tick]);
  }

  async #place(signals: readonly EntrySignal[]): Promise<void> {
    invariant(this.#lease !== null, 'a replay holds its lease from its first event');
    if (this.#lease.expiresAtMs < this.nowMs + LEASE_MS)
      this.#lease = await renewLease(this.store, this.#lease, this.nowMs);
    for (const signal of signals) await this.app.onSignal(signal);
    await this.app.resolveOrders();
  }

  async #look(): Promise<void> {
    const marks = marksEvent(this.store.peekAll('positions'), this.nowMs);
    if (marks !== null) this.stats.onHistory(marks);
    if (this.nowMs - this.#dayMs < DAY_MS) return;
    this.#dayMs = this.nowMs;
    await this.app.reconcile();
    await this.#drain();
    await this.checker.atRest();
  }

  /** The ledger follows the journal at once. */
  async #drain(): Promise<void> {
    if (this.#journal.length === 0) return;
    const entries = this.#journal;
    this.#journal = [];
    await this.app.onJournal(entries);
  }

  async #redeliver(): Promise<void> {
    for (const { fill, clientOrderId } of this.store.peekAll('fills'))
      await this.app.onOrderMessage({ kind: 'fill', fill, clientOrderId });
    for (const market of this.#markets.keys()) await this.app.onMarketSettled(market);
    await this.app.onJournal(this.stats.journal);
  }
}

/** What the exchange's stream would have said of a recorded result. */
function resultMessage(
  { market, result }: Pick<RecordedResult, 'market' | 'result'>,
  atMs: EpochMs,
) {
  return {
    kind: 'lifecycle',
    sequence: null,
    market,
    event: 'determined',
    result,
    closeTimeMs: null,
    exchangeTimeMs: atMs,
  } as const;
}
