import { Feeder, type FeederCounts, type FeederStatus } from '../../fargate/feeder/feeder.ts';
import {
  FEEDER_LIMITS,
  NO_CHECKS,
  type FeederChecks,
  type FeederLimits,
  type FeederPricing,
  type FeederRecorder,
} from '../../fargate/feeder/feeder-parts.ts';
import { FeederPublisher } from '../../fargate/feeder/publish.ts';
import type { FeederCommand, FeederSession, OrderMessage } from '../../fargate/feeder/session.ts';
import type { BoltGame } from '../../shared/adapters/boltodds/wire/frames.ts';
import type { TradingDeps } from '../../shared/application/trading-deps.ts';
import type { GameState } from '../../shared/domain/market/game-state.ts';
import type { GameId } from '../../shared/domain/market/market.ts';
import type { MarketTick } from '../../shared/domain/market/market-tick.ts';
import type { CommandSource } from '../../shared/ports/command-source.ts';
import type { Exchange } from '../../shared/ports/exchange.ts';
import type { EventBus } from '../../shared/ports/history.ts';
import type { HotStore } from '../../shared/ports/hot-store.ts';
import type { Queue } from '../../shared/ports/queue.ts';
import type { QuotingExchange } from '../../shared/ports/quoting.ts';
import type { Telemetry } from '../../shared/ports/telemetry.ts';
import type { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import { Crash } from '../../shared/simulator/faults/crash-plan.ts';
import type { FaultyLink, LinkCounters } from '../../shared/simulator/faults/delivery.ts';
import type { FaultPlan } from '../../shared/simulator/faults/fault-plan.ts';
import type { Rng } from '../../shared/simulator/rng.ts';
import type { Scheduler } from '../../shared/simulator/scheduler.ts';
import type { ListedMarket } from './virtual-markets.ts';
import { VirtualMarketStream, VirtualOddsStream, VirtualScoreboard } from './virtual-streams.ts';

export type FeederOptions = {
  readonly scheduler: Scheduler;
  readonly rng: Rng;
  readonly exchange: SimExchange;
  readonly account: string;
  readonly markets: readonly ListedMarket[];
  /** What a new subscriber of the odds gets. */
  readonly openOdds: (nowMs: number) => readonly string[];
  /** Which of our games a message of the odds feed is about. */
  readonly gameIdOf: (game: BoltGame) => GameId | null;
  /** The exchange's REST side, for what a stream may have lost. */
  readonly reader: Pick<Exchange, 'markets'>;
  readonly store: HotStore;
  readonly queues: {
    readonly ticks: Queue<MarketTick>;
    readonly heldTicks: Queue<MarketTick>;
    readonly orderUpdates: Queue<OrderMessage>;
  };
  readonly bus: EventBus;
  readonly telemetry: Telemetry;
  readonly faults: FaultPlan<string>;
  readonly maxFrameBytes: number;
  readonly untilMs: number;
  /** Told of each command of the session: the invariants of published books are checked there. */
  readonly onCommand: (command: FeederCommand) => void;
  readonly newSession: (epoch: number, gameMaxAgeMs: number) => FeederSession;
  /** How lines are made, to be watched and told; null where nobody prices. */
  readonly pricing: FeederPricing | null;
  /** What recovery, the resolver and stops work with; left out where nobody trades. */
  readonly trading?: {
    readonly deps: TradingDeps;
    readonly quoting: Pick<QuotingExchange, 'cancelAll' | 'resting'>;
    readonly lookupIntervalMs: number;
  };
  readonly checks?: FeederChecks;
  readonly commands?: CommandSource;
  readonly recorder?: FeederRecorder;
};

/**
 * The feeder in the virtual world: the deployed class over links of the simulator. Its sockets outlive it, so that it
 * can lose them and get them back, or die and be started again as another process with the next epoch.
 */
export class FeederProcess {
  readonly #options: FeederOptions;
  readonly #stream: VirtualMarketStream;
  readonly #odds: VirtualOddsStream;
  readonly #scoreboard = new VirtualScoreboard();
  #feeder: Feeder | null = null;
  #processes = 0;
  #reconnects = 0;
  #before = { starts: 0, refused: 0 };

  constructor(options: FeederOptions) {
    this.#options = options;
    this.#stream = new VirtualMarketStream(options);
    this.#odds = new VirtualOddsStream(options);
  }

  get odds(): FaultyLink<string> {
    return this.#odds.link;
  }

  get counts(): { readonly starts: number; readonly reconnects: number; readonly refused: number } {
    const now = this.#feeder?.counts;
    return {
      starts: this.#before.starts + (now?.starts ?? 0),
      refused: this.#before.refused + (now?.refused ?? 0),
      reconnects: this.#reconnects,
    };
  }

  /** Of the process that runs now; null when there is none. */
  get feederCounts(): FeederCounts | null {
    return this.#feeder?.counts ?? null;
  }

  /** How the process that runs now is; null when there is none. */
  get status(): FeederStatus | null {
    return this.#feeder?.status() ?? null;
  }

  /** Of each link, since the start of the world. */
  linkCounters(): Readonly<Record<'book' | 'user' | 'odds', LinkCounters>> {
    return { ...this.#stream.counters, odds: this.#odds.link.counters };
  }

  /** A new process takes the lease and begins, or waits while somebody else holds it. */
  async start(): Promise<void> {
    if (this.#feeder !== null) return;
    this.#processes += 1;
    this.#feeder = this.#compose(`feeder-${this.#processes}`);
    await this.#feeder.start();
  }

  /** The socket dies: nothing that is under way arrives, and every book is suspect. */
  disconnect(): void {
    this.#stream.drop();
  }

  reconnect(): void {
    this.#reconnects += 1;
    this.#stream.restore();
  }

  /** The process dies: its books, lines and stamps are gone, and its lease runs out. */
  kill(): void {
    this.#feeder?.kill();
    this.#forget();
  }

  /** The process is told to end: it sends what is pending and gives its lease back. */
  async drain(): Promise<void> {
    await this.#feeder?.drain();
    this.#forget();
  }

  onGameState(state: GameState): void {
    this.#scoreboard.tell(state);
  }

  #forget(): void {
    const { starts, refused } = this.counts;
    this.#before = { starts, refused };
    this.#feeder = null;
  }

  #compose(holder: string): Feeder {
    const { scheduler, markets, queues, telemetry, trading, untilMs } = this.#options;
    const limits: FeederLimits = {
      ...FEEDER_LIMITS,
      ...(trading !== undefined && { lookupIntervalMs: trading.lookupIntervalMs }),
      directoryIntervalMs: null,
      untilMs,
    };
    return new Feeder({
      timers: scheduler,
      newStream: () => this.#stream,
      oddsFeeds: [{ feed: 'boltodds', newStream: () => this.#odds }],
      scoreboards: [{ source: 'espn', newScoreboard: () => this.#scoreboard }],
      pricing: this.#options.pricing,
      directory: () => Promise.resolve({ kind: 'read', value: markets }),
      reader: this.#options.reader,
      trading: trading?.deps ?? null,
      quoting: trading?.quoting ?? null,
      checks: this.#options.checks ?? NO_CHECKS,
      commands: this.#options.commands ?? null,
      store: this.#options.store,
      publisher: new FeederPublisher({
        timers: scheduler,
        ticks: queues.ticks,
        heldTicks: queues.heldTicks,
        orderMessages: queues.orderUpdates,
        bus: this.#options.bus,
        telemetry,
      }),
      recorder: this.#options.recorder ?? null,
      telemetry,
      holder,
      run: { stage: 'virtual', commit: null, branch: null },
      limits,
      newSession: this.#options.newSession,
      onCommand: this.#options.onCommand,
      onFailure: (task, error) => {
        if (!(error instanceof Crash)) throw error;
        telemetry.log('warn', 'process_died', { point: error.point, task });
      },
    });
  }
}
