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
import type { RecordingManifest } from '../../shared/contracts/recording.ts';
import type { JournalEntry } from '../../shared/domain/ledger/journal.ts';
import type { EpochMs, Market } from '../../shared/domain/market/market.ts';
import type { MarketTick } from '../../shared/domain/market/market-tick.ts';
import type { ModelVersion } from '../../shared/domain/models/forecast.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import type { EntrySignal } from '../../shared/domain/strategies/decide-entry.ts';
import type { Lease } from '../../shared/ports/hot-store.ts';
import { playRecording, type ReplayStep } from '../../shared/replay/play-recording.ts';
import { PregameForecasts } from '../../shared/replay/pregame-forecasts.ts';
import { RecordedVenue, type RecordedVenueConfig } from '../../shared/replay/recorded-venue.ts';
import { ReplaySource } from '../../shared/replay/replay-source.ts';
import { InvariantChecker } from '../invariants/invariant-checker.ts';
import { RunStats } from '../../shared/application/report/run-stats.ts';
import { TradingApp } from '../trading/trading-app.ts';
import { CheckedVenue, recordedTruth } from './checked-venue.ts';

/** Namespace of replayed accounts: the same recording and rules give the same ids. */
const NAMESPACE = '0a7c5d1e-8f53-5b1a-bb5c-2f4c1d9e6a33';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export type ReplayRunOptions = {
  readonly dir: string;
  readonly config: DomainConfig;
  readonly configFingerprint: string;
  /** Whose forecasts price; null for nobody's. */
  readonly model: ModelVersion | null;
  readonly venue: Partial<RecordedVenueConfig>;
  /** Called once an hour of recorded time at most; what it returns is awaited. */
  readonly onHour: (run: ReplayRun, share: number) => Promise<void>;
};

/**
 * A recording through the same use cases as everything else, one event at a time: no queue and no latency but that of
 * the venue, because a recording of minutes knows nothing finer. The order of events is the recording's.
 */
export class ReplayRun {
  readonly store: MemoryHotStore;
  readonly ledger = new MemoryLedgerStore();
  readonly decisions = new MemoryDecisionLog();
  readonly telemetry = new MemoryTelemetry();
  readonly stats = new RunStats();
  readonly forecasts = new PregameForecasts();
  readonly venue: RecordedVenue;
  readonly checker: InvariantChecker;
  readonly app: TradingApp;
  startMs: EpochMs = 0;
  nowMs: EpochMs = 0;
  events = 0;
  readonly #options: ReplayRunOptions;
  readonly #markets = new Map<string, Market>();
  #journal: JournalEntry[] = [];
  #lease: Lease | null = null;
  #hourMs: EpochMs = 0;
  #dayMs: EpochMs = 0;

  constructor(options: ReplayRunOptions) {
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

  /** Plays the whole recording and holds the result against the venue's truth. */
  async run(): Promise<RecordingManifest> {
    let share = 0;
    const manifest = await playRecording({
      dir: this.#options.dir,
      venue: this.venue,
      source: new ReplaySource({
        model: this.#options.model,
        book: (ticker) => this.venue.book(ticker),
      }),
      onStep: async (step) => {
        await this.#onStep(step);
        if (this.nowMs - this.#hourMs < HOUR_MS) return;
        this.#hourMs = this.nowMs;
        await this.#everyHour();
        await this.#options.onHour(this, share);
      },
      onProgress: (progress) => {
        share = progress.total === 0 ? 1 : progress.lines / progress.total;
      },
    });
    this.nowMs += DAY_MS;
    await this.app.reconcile();
    await this.#drain();
    await this.checker.atEnd({
      messages: { lost: this.#journal.length, dead: 0, waiting: 0 },
      redeliver: () => this.#redeliver(),
    });
    return manifest;
  }

  async #onStep({ event, tick }: ReplayStep): Promise<void> {
    this.events += 1;
    this.nowMs = event.atMs;
    if (this.startMs === 0) await this.#open();
    this.forecasts.onEvent(event);
    if (event.kind === 'market') {
      const { market, mapping } = event;
      this.#markets.set(market.ticker, market);
      this.stats.onHistory(marketEvent(market, mapping, this.nowMs));
    }
    if (tick !== null) await this.#onTick(tick);
    if (event.kind === 'result') {
      this.stats.onHistory(lifecycleEvent(resultMessage(event), this.nowMs));
      await this.app.onMarketSettled(event.market);
    }
    await this.#drain();
  }

  async #open(): Promise<void> {
    this.startMs = this.nowMs;
    this.#hourMs = this.nowMs;
    this.#dayMs = this.nowMs;
    this.#lease = await takeLease(this.store, 'replay', this.nowMs);
    await this.app.recover();
    // The venue's reads reach only up to its last event: a moment later they are complete.
    this.nowMs += 1;
    await this.app.recover();
  }

  async #onTick(tick: MarketTick): Promise<void> {
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

  async #everyHour(): Promise<void> {
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
function resultMessage({ market, result, atMs }: Extract<ReplayStep['event'], { kind: 'result' }>) {
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
