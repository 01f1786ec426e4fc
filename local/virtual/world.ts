import { FeederSession } from '../../fargate/feeder/session.ts';
import { KalshiExchange } from '../../shared/adapters/kalshi/kalshi-exchange.ts';
import { MemoryDecisionLog } from '../../shared/adapters/memory/memory-decision-log.ts';
import { MemoryJournalStore } from '../../shared/adapters/memory/memory-journal-store.ts';
import { MemoryHotStore } from '../../shared/adapters/memory/memory-hot-store.ts';
import { MemoryLedgerStore } from '../../shared/adapters/memory/memory-ledger-store.ts';
import { MemoryTelemetry } from '../../shared/adapters/memory/memory-telemetry.ts';
import { uuidV5 } from '../../shared/application/client-order-id.ts';
import { EFFECT_POINTS, type EffectPoint } from '../../shared/application/effect-points.ts';
import {
  lifecycleEvent,
  marketEvent,
  marksEvent,
} from '../../shared/application/history-events.ts';
import { tradingConfigOf } from '../../shared/application/trading-config.ts';
import type { TradingDeps } from '../../shared/application/trading-deps.ts';
import type { DomainConfig } from '../../shared/contracts/domain-config.ts';
import type { EpochMs, MarketResult } from '../../shared/domain/market/market.ts';
import type { HistoryEvent } from '../../shared/ports/history.ts';
import type { TimeWindow } from '../../shared/simulator/faults/delivery.ts';
import { Crash, CrashPlan } from '../../shared/simulator/faults/crash-plan.ts';
import {
  drawFaultPlan,
  faultPlanOf,
  NO_FAULTS,
  type FaultPlan,
} from '../../shared/simulator/faults/fault-plan.ts';
import { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import type { Game } from '../../shared/simulator/games/game.ts';
import { seededRng, type Rng } from '../../shared/simulator/rng.ts';
import { Scheduler } from '../../shared/simulator/scheduler.ts';
import { InvariantChecker } from '../invariants/invariant-checker.ts';
import { RunStats } from '../../shared/application/report/run-stats.ts';
import { TradingApp } from '../trading/trading-app.ts';
import { FeederProcess } from './feeder-process.ts';
import { eachMessage, makeQueues, RetryLater, type Queues } from './queues.ts';
import type { Scenario } from './scenarios.ts';
import { gameLookup, marketsOfGame, seriesLookup, type ListedMarket } from './virtual-markets.ts';
import { DETERMINE_AFTER_MS, VenueScript } from './venue-script.ts';
import { venueTruth } from './venue-truth.ts';
import { VirtualTransport } from './virtual-transport.ts';

export const ACCOUNT = 'fairline';
/** Namespace of virtual accounts: a seed always gives the same ids. */
const NAMESPACE = '6f0f3a3e-52d5-5d0a-9a3b-6c6f2f1d7e11';

const MINUTE_MS = 60_000;
const RECONCILE_MS = MINUTE_MS;
const RECOVERY_RETRY_MS = 2_000;
/** For everything to be settled after the exchange has determined the last market. */
const TAIL_MS = 10 * MINUTE_MS;

/** What stands in for a part of the world: a test that breaks one shows that the checker notices. */
export type StandIns = {
  readonly deps?: (deps: TradingDeps) => TradingDeps;
  readonly session?: (epoch: number) => FeederSession;
  /** Exactly what goes wrong, instead of what the scenario says; `window` is when the exchange trades. */
  readonly faults?: (window: TimeWindow) => FaultPlan<EffectPoint>;
};

export type WorldOptions = {
  readonly seed: number;
  readonly scenario: Scenario;
  readonly config: DomainConfig;
  readonly configFingerprint: string;
  readonly standIns?: StandIns;
};

/**
 * The whole system on the virtual clock: games, sportsbooks, the exchange and its crowd, the feeder, the queues and the
 * use cases over memory stores. Same options, same bytes.
 */
export class World {
  readonly scheduler: Scheduler;
  readonly exchange: SimExchange;
  readonly games: readonly Game[];
  readonly markets: readonly ListedMarket[];
  readonly queues: Queues;
  readonly store: MemoryHotStore;
  readonly ledger = new MemoryLedgerStore();
  readonly decisions = new MemoryDecisionLog();
  readonly telemetry = new MemoryTelemetry();
  readonly stats = new RunStats();
  readonly checker: InvariantChecker;
  readonly transport: VirtualTransport;
  readonly feeder: FeederProcess;
  readonly app: TradingApp;
  readonly faults: FaultPlan<EffectPoint>;
  readonly crashes: CrashPlan<EffectPoint>;
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  readonly #options: WorldOptions;
  readonly #rng: Rng;
  readonly #venues: VenueScript;
  #closing = false;

  constructor(options: WorldOptions) {
    this.#options = options;
    const { scenario, config } = options;
    const rng = seededRng(options.seed).fork(scenario.name);
    this.#rng = rng;
    this.games = scenario
      .schedule(rng.fork('schedule'))
      .map((game) => scenario.play(rng.fork('games'), game));
    this.startMs = Math.min(...this.games.map((game) => game.startTimeMs)) - scenario.leadMs;
    this.endMs =
      Math.max(...this.games.map((game) => game.finalAtMs)) + DETERMINE_AFTER_MS + TAIL_MS;
    this.scheduler = new Scheduler({ startMs: this.startMs });
    this.markets = this.games.flatMap((game) => marketsOfGame(game, this.startMs));
    this.faults = this.#drawFaults();
    this.crashes = new CrashPlan(this.faults.crashes);
    this.exchange = new SimExchange({ rng: rng.fork('read lag') });
    // Paid in before the day began, so that even a lagging read shows it.
    this.exchange.deposit(ACCOUNT, 0, config.openingCash);
    for (const { market } of this.markets) this.exchange.addMarket(market, this.startMs);
    this.queues = makeQueues({
      scheduler: this.scheduler,
      rng: rng.fork('queues'),
      faults: this.faults.queue,
    });
    this.store = new MemoryHotStore((entries) => {
      this.checker.onJournal(entries);
      this.stats.onJournal(entries);
      void this.queues.ledger.send(entries);
    });
    this.transport = this.#transportOf('transport');
    const deps: TradingDeps = {
      clock: this.scheduler,
      store: this.store,
      exchange: new KalshiExchange(this.transport),
      decisions: this.decisions,
      telemetry: this.telemetry,
      config: tradingConfigOf(config, {
        fingerprint: options.configFingerprint,
        namespace: uuidV5(NAMESPACE, `virtual|${options.seed}`),
      }),
      points: this.crashes,
    };
    this.app = new TradingApp({
      deps: options.standIns?.deps?.(deps) ?? deps,
      books: { ledger: this.ledger, journal: new MemoryJournalStore() },
      signals: this.queues.intents,
      history: { send: (events) => Promise.resolve(this.#onHistory(events)) },
    });
    const byTicker = new Map(this.markets.map(({ market }) => [market.ticker, market]));
    this.checker = new InvariantChecker({
      books: {
        store: this.store,
        ledger: this.ledger,
        decisions: this.decisions,
        config: deps.config,
      },
      truth: () => venueTruth(this.exchange, ACCOUNT),
      marketOf: (ticker) => byTicker.get(ticker),
      venueBooks: {
        changedMs: (ticker) => this.exchange.bookChangedMs(ticker),
        view: (ticker) => this.exchange.book(ticker),
      },
      where: () =>
        `seed=${options.seed} scenario=${scenario.name} step=${this.scheduler.events} t=${this.scheduler.nowMs()}`,
    });
    this.#venues = new VenueScript({
      timers: this.scheduler,
      rng,
      exchange: this.exchange,
      games: this.games,
      markets: this.markets,
      startMs: this.startMs,
      endMs: this.endMs,
      determineAfterMs: DETERMINE_AFTER_MS,
      onOdds: (frame) => this.feeder.odds.send(frame),
      onGameState: (state) => this.feeder.onGameState(state),
      onResult: (ticker, result) => this.#onResult(ticker, result),
    });
    this.feeder = this.#makeFeeder();
    this.#onHistory(
      this.markets.map(({ market, mapping }) => marketEvent(market, mapping, this.startMs)),
    );
    this.#consume();
  }

  /** Puts everything on the clock; the caller then runs the scheduler. */
  begin(): void {
    this.scheduler.at(this.startMs, 'feeder starts', () => this.feeder.start());
    this.scheduler.at(this.startMs, 'recovery', () => this.#recover());
    this.#venues.begin();
    this.#dropSockets();
    this.#every(RECONCILE_MS, 'reconcile', () => this.#reconcile());
    this.#every(this.#options.config.execution.lookupIntervalMs, 'resolver', async () => {
      await this.app.resolveOrders();
    });
  }

  /** Stops what repeats itself, so that the clock can run out. */
  close(): void {
    this.#closing = true;
    this.#venues.close();
  }

  #onHistory(events: readonly HistoryEvent[]): void {
    for (const event of events) this.stats.onHistory(event);
  }

  #onResult(market: string, result: MarketResult): void {
    const nowMs = this.scheduler.nowMs();
    this.#onHistory([
      lifecycleEvent(
        {
          kind: 'lifecycle',
          sequence: null,
          market,
          event: 'determined',
          result,
          closeTimeMs: null,
          exchangeTimeMs: nowMs,
        },
        nowMs,
      ),
    ]);
  }

  #drawFaults(): FaultPlan<EffectPoint> {
    const { faults } = this.#options.scenario;
    const plan = {
      rng: this.#rng.fork('faults'),
      window: { fromMs: this.startMs + MINUTE_MS, untilMs: this.endMs - TAIL_MS },
      crashPoints: EFFECT_POINTS,
    };
    const planned = this.#options.standIns?.faults;
    if (planned !== undefined) return planned(plan.window);
    switch (faults.kind) {
      case 'none':
        return NO_FAULTS;
      case 'drawn':
        return drawFaultPlan(plan);
      case 'named':
        return faultPlanOf(faults.names, plan);
    }
  }

  #makeFeeder(): FeederProcess {
    return new FeederProcess({
      scheduler: this.scheduler,
      rng: this.#rng.fork('feeder'),
      exchange: this.exchange,
      account: ACCOUNT,
      markets: this.markets,
      openOdds: (nowMs) => this.#venues.connectOdds(nowMs),
      gameIdOf: gameLookup(this.games),
      reader: new KalshiExchange(this.#transportOf('feeder transport'), seriesLookup(this.markets)),
      store: this.store,
      queues: this.queues,
      telemetry: this.telemetry,
      faults: this.faults,
      maxFrameBytes: this.#options.config.feeds.maxFrameBytes,
      untilMs: this.endMs,
      onCommand: (command) => this.checker.onFeederCommand(command),
      newSession: this.#options.standIns?.session ?? ((epoch) => new FeederSession(epoch)),
    });
  }

  /** A process's own connection to the exchange, with latencies of its own. */
  #transportOf(process: string): VirtualTransport {
    return new VirtualTransport({
      scheduler: this.scheduler,
      rng: this.#rng.fork(process),
      exchange: this.exchange,
      account: ACCOUNT,
      faults: this.faults.submit,
      timeoutMs: this.#options.config.execution.submitTimeoutMs,
      onWrite: (request) => this.checker.onWrite(request),
    });
  }

  #consume(): void {
    const { queues, app } = this;
    const retry = (error: Error): void =>
      this.telemetry.log('warn', 'message_will_come_again', { why: error.message });
    queues.ticks.consume(async (ticks) => {
      await app.onTicks(ticks);
      return { failed: [] };
    });
    queues.heldTicks.consume((ticks) => eachMessage(ticks, (tick) => app.onHeldTick(tick), retry));
    queues.intents.consume((signals) =>
      eachMessage(signals, (signal) => app.onSignal(signal), retry),
    );
    queues.orderUpdates.consume((messages) =>
      eachMessage(messages, (message) => app.onOrderMessage(message), retry),
    );
    queues.settlements.consume((events) =>
      eachMessage(
        events,
        async (event) => {
          const settled = await app.onMarketSettled(event.market);
          if (settled === 'not_yet') throw new RetryLater(`${event.market} is not settled yet`);
        },
        retry,
      ),
    );
    queues.ledger.consume(async (entries) => {
      await app.onJournal(entries);
      return { failed: [] };
    });
  }

  async #recover(): Promise<void> {
    const recovery = await this.#survive(() => this.app.recover());
    if (recovery?.kind === 'open' || this.#closing) return;
    this.scheduler.after(RECOVERY_RETRY_MS, 'recovery', () => this.#recover());
  }

  async #reconcile(): Promise<void> {
    await this.#survive(() => this.app.reconcile());
    const positions = await this.store.list('positions');
    const marks = marksEvent(
      positions.map(({ value }) => value),
      this.scheduler.nowMs(),
    );
    if (marks !== null) this.#onHistory([marks]);
    await this.checker.atRest();
  }

  /** A process that dies in the middle is started again: the next one begins from the stores. */
  async #survive<T>(run: () => Promise<T>): Promise<T | null> {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      this.telemetry.log('warn', 'process_died', { point: error.point });
      return null;
    }
  }

  #every(intervalMs: number, label: string, run: () => Promise<void>): void {
    this.scheduler.after(intervalMs, label, async () => {
      if (this.#closing) return;
      await this.#survive(run);
      this.#every(intervalMs, label, run);
    });
  }

  /** Sockets that die and come back; every second time the feeder itself has died with its socket. */
  #dropSockets(): void {
    for (const [index, { fromMs, untilMs }] of this.faults.socketDrops.entries()) {
      const dies = index % 2 === 1;
      this.scheduler.at(fromMs, 'socket drops', () => {
        if (dies) this.feeder.kill();
        else this.feeder.disconnect();
      });
      this.scheduler.at(untilMs, 'socket returns', async () => {
        if (dies) await this.feeder.start();
        else this.feeder.reconnect();
      });
    }
  }
}
