import { Feeder } from '../../../fargate/feeder/feeder.ts';
import { FEEDER_LIMITS, NO_CHECKS } from '../../../fargate/feeder/feeder-parts.ts';
import { FeederPublisher } from '../../../fargate/feeder/publish.ts';
import { FeederSession, type FeederCommand } from '../../../fargate/feeder/session.ts';
import { BusyCrowd } from '../../../local/venues/busy-crowd.ts';
import { startExchangeServer, type ExchangeServer } from '../../../local/venues/exchange-server.ts';
import { FrameFaults } from '../../../local/venues/frame-faults.ts';
import { InjectedFaults } from '../../../local/venues/injected-faults.ts';
import { RequestFaults } from '../../../local/venues/request-faults.ts';
import { ScheduledPauses } from '../../../local/venues/scheduled-pauses.ts';
import { SignatureClock } from '../../../local/venues/signature-clock.ts';
import { KalshiCatalogue } from '../../../shared/adapters/kalshi/kalshi-catalogue.ts';
import { KalshiExchange } from '../../../shared/adapters/kalshi/kalshi-exchange.ts';
import { KalshiMarketStream } from '../../../shared/adapters/kalshi/kalshi-market-stream.ts';
import { KalshiQuoting } from '../../../shared/adapters/kalshi/kalshi-quoting.ts';
import { MemoryHotStore } from '../../../shared/adapters/memory/memory-hot-store.ts';
import { MemoryTelemetry } from '../../../shared/adapters/memory/memory-telemetry.ts';
import { MissedMessages } from '../../../shared/application/find-missed-messages.ts';
import type { EpochMs, Market, MarketTicker } from '../../../shared/domain/market/market.ts';
import type { MarketTick } from '../../../shared/domain/market/market-tick.ts';
import { invariant } from '../../../shared/domain/money/invariant.ts';
import { money, MICROS_PER_DOLLAR } from '../../../shared/domain/money/money.ts';
import type { MarketStream, OddsStream } from '../../../shared/ports/streams.ts';
import { SimExchange } from '../../../shared/simulator/exchange/sim-exchange.ts';
import { seededRng, type Rng } from '../../../shared/simulator/rng.ts';
import { Scheduler } from '../../../shared/simulator/scheduler.ts';
import { InMemorySockets } from '../../support/in-memory-sockets.ts';
import { aMarket } from '../../support/trade-builders.ts';
import { ACCOUNTS_OF_US, ed25519Signer } from '../../support/venue-client.ts';
import { ConnectionLog } from './connection-log.ts';
import { OurFills } from './our-fills.ts';
import { OurOrders } from './our-orders.ts';
import { SoakClock } from './soak-clock.ts';
import { HOUR_MS, MAX_FRAME_BYTES, OWN_MESSAGES_EVERY_MS } from './soak-limits.ts';
import { SoakRest } from './soak-rest.ts';

/** What is wrong on purpose: a soak that does not notice proves nothing. */
export type SoakDefect =
  /** Sockets are dropped and nobody says so. */
  | 'unannounced_drop'
  /** Drops are announced and do not happen. */
  | 'missing_drop'
  /** Fills that the stream did not bring are not looked for. */
  | 'no_reconciliation'
  /** A fill that is told twice is booked twice. */
  | 'no_deduplication'
  /** Suspect books are not asked for again. */
  | 'no_resnapshot'
  /** Everything that was decided is kept. */
  | 'keeps_everything';

export type SoakWorldOptions = {
  readonly seed: number;
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  readonly broken: SoakDefect | null;
};

const MARKETS = 40;
const OUR_MARKETS = 20;
/** Orders of the crowd a second; about as many frames. */
const CROWD_RATE = 3;
const CROWD_STEP_MS = 100;
const WAKE_EVERY_MS = 1_000;
const OURS = 'us';
const SERIES = 'KXSOAK';
/** Less often than deployed: a day has 34,560 looks otherwise, and each is a signed request. */
const AUDIT_EVERY_MS = 20_000;
const SILENT_ODDS: OddsStream = { open: () => {}, close: () => Promise.resolve() };

/**
 * The exchange with its crowd behind its real server, and the deployed feeder with the real client, on one virtual
 * clock: the WebSocket protocol runs over sockets in memory, REST beside it.
 */
export class SoakWorld {
  readonly sockets = new InMemorySockets();
  readonly scheduler: Scheduler;
  readonly clock: SoakClock;
  readonly venue: SimExchange;
  readonly markets: readonly Market[];
  readonly faults: {
    readonly frames: FrameFaults;
    readonly requests: RequestFaults;
    readonly clock: SignatureClock;
  };
  readonly rest: SoakRest;
  readonly connections: ConnectionLog;
  readonly fills: OurFills;
  readonly orders: OurOrders;
  readonly ticks = new Map<MarketTicker, MarketTick>();
  /** What failed inside the feeder: nothing may. */
  readonly failures: string[] = [];
  readonly feeder: Feeder;
  readonly #options: SoakWorldOptions;
  readonly #rng: Rng;
  readonly #crowd: BusyCrowd;
  readonly #exchange: KalshiExchange;
  readonly #telemetry = new MemoryTelemetry(100);
  readonly #missed: MissedMessages;
  readonly #pauses: ScheduledPauses;
  readonly #kept: FeederCommand[] = [];
  #server: ExchangeServer | null = null;
  #session: FeederSession | null = null;
  #gapsBefore = 0;

  constructor(options: SoakWorldOptions) {
    const { seed, startMs, endMs, broken } = options;
    this.#options = options;
    this.#rng = seededRng(seed).fork('soak');
    const rng = this.#rng;
    this.scheduler = new Scheduler({ startMs });
    this.clock = new SoakClock(this.scheduler, this.sockets);
    const { clock } = this;
    this.venue = new SimExchange({ rng: rng.fork('read lag') });
    this.markets = Array.from({ length: MARKETS }, (_, n) => marketOf(n + 1, startMs, endMs));
    this.venue.deposit(OURS, 0, money(10_000_000 * MICROS_PER_DOLLAR));
    for (const market of this.markets) this.venue.addMarket(market, startMs);
    this.#crowd = new BusyCrowd({
      exchange: this.venue,
      markets: this.markets,
      rng: rng.fork('crowd'),
      timers: clock,
      rate: CROWD_RATE,
      stepMs: CROWD_STEP_MS,
    });
    const injected = new InjectedFaults({ clock, rng: rng.fork('faults') });
    this.faults = {
      frames: new FrameFaults({ faults: injected, timers: clock }),
      requests: new RequestFaults(injected),
      clock: new SignatureClock({ clock, faults: injected }),
    };
    this.rest = new SoakRest({
      exchange: this.venue,
      accounts: ACCOUNTS_OF_US,
      timers: clock,
      signatureClock: this.faults.clock,
      signer: ed25519Signer,
      faults: this.faults.requests,
    });
    const { fees } = aMarket();
    this.#exchange = new KalshiExchange(this.rest, () => ({ seriesTicker: SERIES, fees }));
    this.connections = new ConnectionLog(clock, { losesQuestions: broken === 'no_resnapshot' });
    this.fills = new OurFills({ booksTwice: broken === 'no_deduplication' });
    this.#missed = new MissedMessages({
      clock,
      reader: this.#exchange,
      store: new MemoryHotStore(),
      telemetry: this.#telemetry,
      tell: (message) => {
        if (message.kind === 'fill') this.fills.book(message.fill, 'repaired');
      },
    });
    this.feeder = this.#composeFeeder();
    this.orders = new OurOrders({
      markets: this.markets.slice(0, OUR_MARKETS),
      rng: rng.fork('our orders'),
      timers: clock,
      exchange: this.#exchange,
      quoting: new KalshiQuoting({ transport: this.rest, nowMs: () => clock.nowMs() }),
      venue: this.venue,
    });
    this.#pauses = new ScheduledPauses({
      exchange: this.venue,
      timers: clock,
      dropStreams: () => {
        this.connections.expect({ name: 'Thursday pause', disconnects: 'must' });
        this.#server?.dropStreams();
      },
    });
  }

  /** Gaps in the numbers of the stream so far. */
  get gaps(): number {
    return this.#gapsBefore + (this.#session?.gaps ?? 0);
  }

  /** The exchange opens its doors, and the crowd and our orders begin; `listens` says whether the feeder does too. */
  async begin(listens: boolean): Promise<void> {
    const { clock, venue, orders, faults } = this;
    this.#server = await startExchangeServer({
      exchange: venue,
      accounts: ACCOUNTS_OF_US,
      timers: clock,
      port: 0,
      faults,
      signatureClock: faults.clock,
    });
    this.#crowd.begin();
    orders.begin();
    this.#pauses.begin();
    this.#wake();
    if (!listens) return;
    void this.feeder.start();
    if (this.#options.broken === 'no_reconciliation') return;
    this.connections.onConnected(() => this.lookForFills(2_500));
    this.#lookAgain();
  }

  /** No more orders, of the crowd or of ours. */
  calm(): void {
    this.orders.end();
    this.#crowd.close();
  }

  /** One look for fills that the stream did not bring, so long from now. */
  lookForFills(inMs: number): void {
    if (this.#options.broken === 'no_reconciliation') return;
    this.clock.after(inMs, 'missed fills are looked for', async () => {
      await this.#missed.look();
    });
  }

  async close(): Promise<void> {
    this.#pauses.close();
    await this.#server?.close();
    await this.sockets.settle();
  }

  /** One of the markets that still trade; never the last ten, so that there is something to trade. */
  anyOpen(): Market | undefined {
    const laterMs = this.clock.nowMs() + HOUR_MS / 6;
    const open = this.markets.filter(
      ({ ticker }) => (this.venue.floor.listing(ticker)?.life.closeTimeMs ?? 0) > laterMs,
    );
    return open.length > 10 ? open[this.#rng.integer(open.length)] : undefined;
  }

  /** Where our books are not the exchange's, by their best levels as they are now. */
  differingTops(): readonly string[] {
    const session = this.#session;
    if (session === null) return [];
    return this.markets.flatMap(({ ticker }) => {
      const ours = session.bookOf(ticker);
      const real = this.venue.book(ticker);
      if (ours === null) return [`${ticker}: its book is not to be believed`];
      const told = JSON.stringify([ours.view.bids[0], ours.view.asks[0]]);
      const is = JSON.stringify([real?.bids[0], real?.asks[0]]);
      return told === is ? [] : [`${ticker}: its top is ${told}, not ${is}`];
    });
  }

  /** Where the newest published books and states are not the exchange's. */
  differingTicks(): readonly string[] {
    return this.markets.flatMap(({ ticker }) => {
      const tick = this.ticks.get(ticker);
      const real = this.venue.book(ticker);
      if (tick === undefined || real === null) return [`${ticker}: no tick was published`];
      if (tick.book.sync !== 'synced') return [`${ticker}: its book is still ${tick.book.sync}`];
      const status = this.venue.floor.listing(ticker)?.life.status;
      // Opening and closing by the clock is told by nobody.
      if (status !== 'closed' && status !== tick.market.status)
        return [`${ticker}: it is ${status}, not ${tick.market.status}`];
      const { bids, asks } = tick.book.view;
      const told = JSON.stringify({ bids, asks });
      const is = JSON.stringify({
        bids: real.bids.slice(0, TICK_LEVELS),
        asks: real.asks.slice(0, TICK_LEVELS),
      });
      return told === is ? [] : [`${ticker}: its book is ${told}, not ${is}`];
    });
  }

  #lookAgain(): void {
    this.clock.after(OWN_MESSAGES_EVERY_MS, 'missed fills are looked for', async () => {
      await this.#missed.look();
      this.#lookAgain();
    });
  }

  /** Closings, expiries and settlements happen when it is time. */
  #wake(): void {
    this.clock.after(WAKE_EVERY_MS, 'the exchange wakes', () => {
      this.venue.advance(this.clock.nowMs());
      this.#wake();
    });
  }

  #composeFeeder(): Feeder {
    const { clock, connections } = this;
    const exchange = this.#exchange;
    const telemetry = this.#telemetry;
    const tickers = this.markets.map(({ ticker }) => ticker);
    return new Feeder({
      timers: clock,
      newStream: () => connections.watch(this.#newStream()),
      oddsFeeds: [{ feed: 'boltodds', newStream: () => SILENT_ODDS }],
      scoreboards: [],
      pricing: null,
      directory: async () => {
        const read = await exchange.markets({ tickers });
        return read.kind === 'read'
          ? { kind: 'read', value: read.value.map(({ market }) => ({ market, mapping: null })) }
          : read;
      },
      reader: exchange,
      trading: null,
      quoting: null,
      commands: null,
      store: new MemoryHotStore(),
      publisher: new FeederPublisher({
        timers: clock,
        ticks: {
          send: (ticks) => {
            for (const tick of ticks) this.ticks.set(tick.market.ticker, tick);
            return Promise.resolve();
          },
        },
        heldTicks: { send: () => Promise.resolve() },
        orderMessages: {
          send: (messages) => {
            for (const message of messages) {
              this.#missed.onMessage(message);
              if (message.kind === 'fill') this.fills.book(message.fill, 'streamed');
            }
            return Promise.resolve();
          },
        },
        bus: { publish: () => Promise.resolve() },
        telemetry,
      }),
      recorder: null,
      telemetry,
      holder: 'soak',
      run: { stage: 'demo', commit: null, branch: null },
      limits: { ...FEEDER_LIMITS, bookAuditIntervalMs: AUDIT_EVERY_MS },
      checks: { ...NO_CHECKS, books: new KalshiCatalogue({ transport: this.rest }) },
      newSession: (epoch) => {
        this.#gapsBefore = this.gaps;
        const session = new FeederSession(epoch);
        this.#session = session;
        return session;
      },
      onCommand: (command) => {
        if (this.#options.broken === 'keeps_everything') this.#kept.push(command);
      },
      onFailure: (task, error) =>
        this.failures.push(
          `${task} failed: ${error instanceof Error ? error.stack : String(error)}`,
        ),
    });
  }

  #newStream(): MarketStream {
    const { clock, sockets } = this;
    return new KalshiMarketStream({
      wsUrl: 'ws://exchange.soak/trade-api/ws/v2',
      signer: ed25519Signer,
      timers: clock,
      random: () => this.#rng.uniform(),
      maxFrameBytes: MAX_FRAME_BYTES,
      connect: () => {
        const server = this.#server;
        invariant(server !== null, 'the exchange is open');
        const ends = sockets.pair();
        server.accept(ends.server);
        return ends.client;
      },
    });
  }
}

/** Levels of a side that a tick carries. */
const TICK_LEVELS = 10;

function marketOf(n: number, startMs: EpochMs, endMs: EpochMs): Market {
  const eventTicker = `${SERIES}-${n}`;
  return aMarket({
    ticker: `${eventTicker}-YES`,
    eventTicker,
    seriesTicker: SERIES,
    title: `Soak ${n}`,
    openTimeMs: startMs - HOUR_MS,
    closeTimeMs: endMs + 48 * HOUR_MS,
    expectedExpirationMs: endMs + 48 * HOUR_MS,
  });
}
