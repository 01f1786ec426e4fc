import type { FeederChecks } from '../../fargate/feeder/feeder-parts.ts';
import { FeederSession } from '../../fargate/feeder/session.ts';
import { KalshiCalendar } from '../../shared/adapters/kalshi/kalshi-calendar.ts';
import { KalshiCatalogue } from '../../shared/adapters/kalshi/kalshi-catalogue.ts';
import { KalshiExchange } from '../../shared/adapters/kalshi/kalshi-exchange.ts';
import { KalshiOrderGroups } from '../../shared/adapters/kalshi/kalshi-order-groups.ts';
import { KalshiQuoting } from '../../shared/adapters/kalshi/kalshi-quoting.ts';
import { MemoryDecisionLog } from '../../shared/adapters/memory/memory-decision-log.ts';
import { MemoryGameRecords } from '../../shared/adapters/memory/memory-game-records.ts';
import { MemoryHotStore } from '../../shared/adapters/memory/memory-hot-store.ts';
import { MemoryLedgerStore } from '../../shared/adapters/memory/memory-ledger-store.ts';
import { MemoryTelemetry } from '../../shared/adapters/memory/memory-telemetry.ts';
import { uuidV5 } from '../../shared/application/client-order-id.ts';
import { EFFECT_POINTS, type EffectPoint } from '../../shared/application/effect-points.ts';
import { tradingConfigOf } from '../../shared/application/trading-config.ts';
import type { TradingDeps } from '../../shared/application/trading-deps.ts';
import type { DomainConfig } from '../../shared/contracts/domain-config.ts';
import { orderMessageCodec, tickCodec } from '../../shared/contracts/messages.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { TimeWindow } from '../../shared/simulator/faults/delivery.ts';
import { CrashPlan } from '../../shared/simulator/faults/crash-plan.ts';
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
import { StatsHistory } from '../run/stats-history.ts';
import { FeederProcess } from './feeder-process.ts';
import type { Scenario } from './scenarios.ts';
import { gameLookup, marketsOfGame, seriesLookup, type ListedMarket } from './virtual-markets.ts';
import { DETERMINE_AFTER_MS, VenueScript } from './venue-script.ts';
import { venueTruth } from './venue-truth.ts';
import { VirtualAccount } from './virtual-account.ts';
import { VirtualTransport } from './virtual-transport.ts';

export const ACCOUNT = 'fairline';
/** Namespace of virtual accounts: a seed always gives the same ids. */
const NAMESPACE = '6f0f3a3e-52d5-5d0a-9a3b-6c6f2f1d7e11';

const MINUTE_MS = 60_000;
/** For everything to be settled after the exchange has determined the last market. */
const TAIL_MS = 10 * MINUTE_MS;

/** What stands in for a part of the world: a test that breaks one shows that the checker notices. */
export type StandIns = {
  readonly deps?: (deps: TradingDeps) => TradingDeps;
  readonly session?: (epoch: number, gameMaxAgeMs: number) => FeederSession;
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
  readonly store: MemoryHotStore;
  readonly ledger = new MemoryLedgerStore();
  readonly decisions = new MemoryDecisionLog();
  readonly telemetry = new MemoryTelemetry();
  readonly checker: InvariantChecker;
  readonly transport: VirtualTransport;
  readonly feeder: FeederProcess;
  readonly account: VirtualAccount;
  /** What the use cases reach the world through. */
  readonly deps: TradingDeps;
  readonly stats = new RunStats();
  readonly history = new StatsHistory(this.stats);
  readonly records = new MemoryGameRecords();
  readonly faults: FaultPlan<EffectPoint>;
  readonly crashes: CrashPlan<EffectPoint>;
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  readonly #options: WorldOptions;
  readonly #rng: Rng;
  readonly #venues: VenueScript;

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
    for (const { market, details } of this.markets)
      this.exchange.addMarket(market, this.startMs, details);
    this.store = new MemoryHotStore((entries) => {
      this.checker.onJournal(entries);
      this.stats.onJournal(entries);
      this.account.onJournal(entries);
    });
    this.transport = this.#transportOf('transport');
    const deps: TradingDeps = {
      clock: this.scheduler,
      store: this.store,
      exchange: new KalshiExchange(this.transport),
      groups: new KalshiOrderGroups(this.transport),
      decisions: this.decisions,
      telemetry: this.telemetry,
      config: tradingConfigOf(config, {
        fingerprint: options.configFingerprint,
        namespace: uuidV5(NAMESPACE, `virtual|${options.seed}`),
      }),
      points: this.crashes,
    };
    this.deps = options.standIns?.deps?.(deps) ?? deps;
    this.account = new VirtualAccount({
      timers: this.scheduler,
      deps: this.deps,
      ledger: this.ledger,
      history: {
        append: async (events) => {
          await this.history.append(events);
          await this.records.append(events);
        },
      },
      records: this.records,
      leagues: config.feeds.leagues,
      faults: { rng: rng.fork('queues'), queue: this.faults.queue },
      onReconciled: () => this.checker.atRest(),
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
      factor: 1,
      onOdds: (frame) => this.feeder.odds.send(frame),
      onGameState: (state) => this.feeder.onGameState(state),
      onResult: () => {},
    });
    this.feeder = this.#makeFeeder();
  }

  /** Puts everything on the clock; the caller then runs the scheduler. */
  begin(): void {
    this.scheduler.at(this.startMs, 'feeder starts', () => this.feeder.start());
    this.#venues.begin();
    this.#dropSockets();
    this.account.cloud.start();
  }

  /** Stops what repeats itself, so that the clock can run out. */
  close(): void {
    this.account.cloud.stopRepeating();
    this.#venues.close();
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
      queues: {
        ticks: this.account.queue('ticks', tickCodec),
        heldTicks: this.account.queue('held-ticks', tickCodec),
        orderUpdates: this.account.queue('order-updates', orderMessageCodec),
      },
      bus: this.account.bus,
      commands: this.account.commands,
      checks: this.#checks(),
      trading: {
        deps: this.deps,
        quoting: new KalshiQuoting({
          transport: this.#transportOf('kill switch'),
          nowMs: () => this.scheduler.nowMs(),
        }),
        lookupIntervalMs: this.#options.config.execution.lookupIntervalMs,
      },
      telemetry: this.telemetry,
      faults: this.faults,
      maxFrameBytes: this.#options.config.feeds.maxFrameBytes,
      untilMs: this.endMs,
      onCommand: (command) => this.checker.onFeederCommand(command),
      pricing: { ...this.#options.config.pricing, books: this.#options.config.feeds.books },
      newSession:
        this.#options.standIns?.session ??
        ((epoch, gameMaxAgeMs) => new FeederSession(epoch, gameMaxAgeMs)),
    });
  }

  /** What the feeder asks beside its work, over a connection of its own. Both clocks are one here. */
  #checks(): FeederChecks {
    const transport = this.#transportOf('feeder checks');
    return {
      calendar: new KalshiCalendar(transport),
      account: new KalshiExchange(transport),
      books: new KalshiCatalogue({ transport }),
      fees: null,
      key: null,
      clockOffset: null,
      healAfterMs: this.#options.config.risk.healAfterMs,
    };
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
