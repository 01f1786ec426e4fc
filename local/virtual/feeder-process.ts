import type { FeederCommand, FeederSession } from '../../fargate/feeder/session.ts';
import { decodeFrame, type BoltGame } from '../../shared/adapters/boltodds/wire/frames.ts';
import { decodeStreamFrame } from '../../shared/adapters/kalshi/wire/stream-frames.ts';
import { renewLease, takeLease } from '../../shared/application/feeder-lease.ts';
import type { GameState } from '../../shared/domain/market/game-state.ts';
import type { GameId } from '../../shared/domain/market/market.ts';
import type { Exchange } from '../../shared/ports/exchange.ts';
import type { HotStore, Lease } from '../../shared/ports/hot-store.ts';
import type { Telemetry } from '../../shared/ports/telemetry.ts';
import type { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import { FaultyLink, type LinkCounters } from '../../shared/simulator/faults/delivery.ts';
import type { FaultPlan } from '../../shared/simulator/faults/fault-plan.ts';
import type { Rng } from '../../shared/simulator/rng.ts';
import type { Scheduler } from '../../shared/simulator/scheduler.ts';
import type { ListedMarket } from './virtual-markets.ts';
import type { Queues } from './queues.ts';

/** How soon what conflation held back is looked at again. */
const FLUSH_MS = 100;
const LEASE_RENEWAL_MS = 1_000;
const REFRESH_RETRY_MS = 5_000;

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
  readonly queues: Queues;
  readonly telemetry: Telemetry;
  readonly faults: FaultPlan<string>;
  readonly maxFrameBytes: number;
  readonly untilMs: number;
  /** Told of each command of the session: the invariants of published books are checked there. */
  readonly onCommand: (command: FeederCommand) => void;
  readonly newSession: (epoch: number) => FeederSession;
};

type Channel = 'book' | 'user';

/**
 * The feeder as a process of the virtual world: one socket to the exchange, one to the odds, a lease, and a session
 * that decides. It can lose its socket and come back, or die and be started again with the next epoch.
 */
export class FeederProcess {
  readonly #options: FeederOptions;
  readonly #links: Readonly<Record<Channel, FaultyLink<string>>>;
  readonly odds: FaultyLink<string>;
  #session: FeederSession | null = null;
  #lease: Lease | null = null;
  #listeners: ((frame: string) => void)[] = [];
  #flushPlanned = false;
  #starts = 0;
  #reconnects = 0;
  #refusedFrames = 0;

  constructor(options: FeederOptions) {
    this.#options = options;
    const { scheduler, rng, faults } = options;
    const link = (label: Channel, mix: typeof faults.bookLink): FaultyLink<string> =>
      new FaultyLink<string>({
        scheduler,
        rng: rng.fork(label),
        label: `${label} frame`,
        faults: mix,
        deliver: (frame) => this.#onFrame(frame),
      });
    this.#links = { book: link('book', faults.bookLink), user: link('user', faults.userLink) };
    this.odds = new FaultyLink<string>({
      scheduler,
      rng: rng.fork('odds'),
      label: 'odds frame',
      faults: faults.oddsLink,
      silences: faults.oddsSilences,
      deliver: (frame) => this.#onOddsFrame(frame),
    });
  }

  get counts(): { readonly starts: number; readonly reconnects: number; readonly refused: number } {
    return { starts: this.#starts, reconnects: this.#reconnects, refused: this.#refusedFrames };
  }

  /** Of each link, since the start of the world. */
  linkCounters(): Readonly<Record<Channel | 'odds', LinkCounters>> {
    const { book, user } = this.#links;
    return { book: book.counters, user: user.counters, odds: this.odds.counters };
  }

  /** Takes the lease, begins a session with its epoch and connects. Tries again while somebody else holds it. */
  async start(): Promise<void> {
    const { scheduler, store, markets, newSession } = this.#options;
    const lease = await takeLease(store, `feeder-${this.#starts + 1}`, scheduler.nowMs());
    if (lease === null) {
      scheduler.after(LEASE_RENEWAL_MS, 'feeder waits for the lease', () => this.start());
      return;
    }
    this.#starts += 1;
    this.#lease = lease;
    this.#session = newSession(lease.epoch);
    for (const { market, mapping } of markets) this.#session.addMarket(market, mapping);
    this.connect();
    this.odds.connect();
    for (const frame of this.#options.openOdds(scheduler.nowMs())) this.odds.send(frame);
    this.#keepLease();
  }

  /** Opens the socket and subscribes; what the old connection still had under way is lost. */
  connect(): void {
    const { exchange, account, markets, scheduler } = this.#options;
    const session = this.#session;
    if (session === null) return;
    const nowMs = scheduler.nowMs();
    const tickers = markets.map(({ market }) => market.ticker);
    for (const channel of ['book', 'user'] as const) {
      const link = this.#links[channel];
      link.connect();
      const listener = (frame: string): void => link.send(frame);
      this.#listeners.push(listener);
      const opened = exchange.subscribe(
        listener,
        {
          account,
          channels: channel === 'book' ? BOOK_CHANNELS : USER_CHANNELS,
          markets: channel === 'book' ? tickers : null,
          useYesPrice: true,
        },
        nowMs,
      );
      for (const { sid, channel: name } of opened)
        session.onSubscribed(sid, name === 'orderbook_delta' ? tickers : []);
    }
    this.#refreshMarkets(session);
  }

  /** Reads what the markets are now, again and again until the exchange answers or the session is over. */
  #refreshMarkets(session: FeederSession): void {
    const { scheduler, markets, reader } = this.#options;
    scheduler.after(0, 'feeder reads markets', async () => {
      if (session !== this.#session) return;
      const askedAtMs = scheduler.nowMs();
      const read = await reader.markets({ tickers: markets.map(({ market }) => market.ticker) });
      if (session !== this.#session) return;
      if (read.kind === 'read') {
        const found = read.value.map(({ market }) => market);
        this.#execute(session.onMarkets(found, askedAtMs, scheduler.nowMs()));
        if (found.length === markets.length) return;
      }
      // No answer, or one that lacks markets because the exchange's reads are behind.
      if (scheduler.nowMs() + REFRESH_RETRY_MS <= this.#options.untilMs)
        scheduler.after(REFRESH_RETRY_MS, 'feeder reads markets again', () =>
          this.#refreshMarkets(session),
        );
    });
  }

  /** The socket dies: nothing that is under way arrives, and every book is suspect. */
  disconnect(): void {
    for (const listener of this.#listeners) this.#options.exchange.disconnect(listener);
    this.#listeners = [];
    this.#links.book.disconnect();
    this.#links.user.disconnect();
    this.#session?.onDisconnect();
  }

  reconnect(): void {
    this.#reconnects += 1;
    this.connect();
  }

  /** The process dies: its books, lines and stamps are gone, and its lease runs out. */
  kill(): void {
    this.disconnect();
    this.odds.disconnect();
    this.#session = null;
    this.#lease = null;
  }

  onGameState(state: GameState): void {
    const nowMs = this.#options.scheduler.nowMs();
    if (this.#session !== null) this.#execute(this.#session.onGameState(state, nowMs));
  }

  #onFrame(frame: string): void {
    const { scheduler, maxFrameBytes } = this.#options;
    if (this.#session === null) return;
    const event = decodeStreamFrame(frame, { maxBytes: maxFrameBytes, useYesPrice: true });
    if (event.kind === 'refused') {
      this.#refuse(event.code);
      return;
    }
    this.#execute(this.#session.onStreamEvent(event, scheduler.nowMs()));
  }

  #onOddsFrame(frame: string): void {
    const { scheduler, maxFrameBytes, gameIdOf } = this.#options;
    const nowMs = scheduler.nowMs();
    if (this.#session === null) return;
    const events = decodeFrame(frame, { maxBytes: maxFrameBytes, receivedMs: nowMs, gameIdOf });
    for (const event of events) {
      if (event.kind === 'refused') this.#refuse(event.code);
      else this.#execute(this.#session.onOdds(event, nowMs));
    }
  }

  #refuse(code: string): void {
    this.#refusedFrames += 1;
    this.#options.telemetry.log('warn', 'frame_refused', { code });
  }

  #execute(commands: readonly FeederCommand[]): void {
    const { queues, exchange, scheduler } = this.#options;
    for (const command of commands) {
      this.#options.onCommand(command);
      switch (command.kind) {
        case 'publish_tick':
          void queues.ticks.send([command.tick]);
          if (command.held) void queues.heldTicks.send([command.tick]);
          break;
        case 'publish_order_message':
          void queues.orderUpdates.send([command.message]);
          break;
        case 'publish_lifecycle':
          if (command.event.event === 'settled') void queues.settlements.send([command.event]);
          break;
        case 'refresh_markets':
          if (this.#session !== null) this.#refreshMarkets(this.#session);
          break;
        case 'request_snapshots':
          exchange.getSnapshot(command.subscription, command.markets, scheduler.nowMs());
          break;
      }
    }
    this.#planFlush();
  }

  #planFlush(): void {
    if (this.#flushPlanned) return;
    this.#flushPlanned = true;
    this.#options.scheduler.after(FLUSH_MS, 'feeder flushes', () => {
      this.#flushPlanned = false;
      const commands = this.#session?.onTimer(this.#options.scheduler.nowMs()) ?? [];
      if (commands.length > 0) this.#execute(commands);
    });
  }

  /** Renews the lease while the socket is healthy, and learns with it in which markets there is a position. */
  #keepLease(): void {
    const { scheduler, untilMs } = this.#options;
    const lease = this.#lease;
    if (lease === null || scheduler.nowMs() + LEASE_RENEWAL_MS > untilMs) return;
    scheduler.after(LEASE_RENEWAL_MS, 'feeder renews its lease', async () => {
      if (this.#lease !== lease) return;
      if (this.#links.book.isOpen) {
        const renewed = await renewLease(this.#options.store, lease, scheduler.nowMs());
        if (renewed === null) {
          this.kill();
          await this.start();
          return;
        }
        this.#lease = renewed;
      }
      await this.#learnPositions();
      this.#keepLease();
    });
  }

  async #learnPositions(): Promise<void> {
    const rows = await this.#options.store.list('positions');
    const held = rows.filter(({ value }) => value.state === 'open').map(({ key }) => key);
    const session = this.#session;
    if (session === null) return;
    session.setHeld(held);
    this.#execute(session.onTimer(this.#options.scheduler.nowMs()));
  }
}

const BOOK_CHANNELS = ['orderbook_delta', 'market_lifecycle_v2'] as const;
const USER_CHANNELS = ['fill', 'user_orders'] as const;
