import { decodeFrame, type BoltGame } from '../../shared/adapters/boltodds/wire/frames.ts';
import { decodeStreamFrame } from '../../shared/adapters/kalshi/wire/stream-frames.ts';
import type { Read } from '../../shared/ports/exchange.ts';
import type { GameListing } from '../../shared/domain/market/game-listing.ts';
import type { GameState } from '../../shared/domain/market/game-state.ts';
import type { EpochMs, GameId, MarketTicker } from '../../shared/domain/market/market.ts';
import type {
  MarketStream,
  MarketStreamHandlers,
  OddsStream,
  OddsStreamHandlers,
  Scoreboard,
  ScoreboardHandlers,
} from '../../shared/ports/streams.ts';
import type { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import { FaultyLink, type LinkCounters } from '../../shared/simulator/faults/delivery.ts';
import type { FaultPlan } from '../../shared/simulator/faults/fault-plan.ts';
import type { Rng } from '../../shared/simulator/rng.ts';
import type { Scheduler } from '../../shared/simulator/scheduler.ts';

type StreamParts = {
  readonly scheduler: Scheduler;
  readonly rng: Rng;
  readonly faults: FaultPlan<string>;
  readonly maxFrameBytes: number;
};

type Channel = 'book' | 'user';

const BOOK_CHANNELS = ['orderbook_delta', 'market_lifecycle_v2'] as const;
const USER_CHANNELS = ['fill', 'user_orders'] as const;

/**
 * The exchange's stream over links that delay, lose, double and reorder. `drop` and `restore` are the socket's own
 * fate, whoever has it open.
 */
export class VirtualMarketStream implements MarketStream {
  readonly #parts: StreamParts & { readonly exchange: SimExchange; readonly account: string };
  readonly #links: Readonly<Record<Channel, FaultyLink<string>>>;
  #listeners: ((frame: string) => void)[] = [];
  #handlers: MarketStreamHandlers | null = null;
  #markets: readonly MarketTicker[] = [];
  #books: number | null = null;
  #isDown = false;

  constructor(parts: StreamParts & { readonly exchange: SimExchange; readonly account: string }) {
    this.#parts = parts;
    const { scheduler, rng, faults } = parts;
    const link = (label: Channel, mix: typeof faults.bookLink): FaultyLink<string> =>
      new FaultyLink<string>({
        scheduler,
        rng: rng.fork(label),
        label: `${label} frame`,
        faults: mix,
        deliver: (frame) => this.#onFrame(frame),
      });
    this.#links = { book: link('book', faults.bookLink), user: link('user', faults.userLink) };
  }

  get counters(): Readonly<Record<Channel, LinkCounters>> {
    return { book: this.#links.book.counters, user: this.#links.user.counters };
  }

  open(markets: readonly MarketTicker[], handlers: MarketStreamHandlers): void {
    this.#markets = markets;
    this.#handlers = handlers;
    if (!this.#isDown) this.#connect(handlers);
  }

  setMarkets(markets: readonly MarketTicker[]): void {
    const { exchange, scheduler } = this.#parts;
    const added = markets.filter((market) => !this.#markets.includes(market));
    const gone = this.#markets.filter((market) => !markets.includes(market));
    this.#markets = markets;
    if (this.#books === null || added.length + gone.length === 0) return;
    this.#handlers?.onMarkets(this.#books, markets);
    if (added.length > 0) exchange.addMarkets(this.#books, added, scheduler.nowMs());
    if (gone.length > 0) exchange.deleteMarkets(this.#books, gone, scheduler.nowMs());
  }

  requestSnapshots(subscription: number, markets: readonly MarketTicker[]): void {
    if (subscription !== this.#books) return;
    this.#parts.exchange.getSnapshot(subscription, markets, this.#parts.scheduler.nowMs());
  }

  close(): Promise<void> {
    this.#disconnect();
    this.#handlers = null;
    return Promise.resolve();
  }

  /** The socket dies: nothing that is under way arrives. */
  drop(): void {
    this.#isDown = true;
    this.#disconnect();
    this.#handlers?.onDisconnected('the socket died');
  }

  /** The socket comes back, if it is open. */
  restore(): void {
    if (!this.#isDown) return;
    this.#isDown = false;
    if (this.#handlers !== null) this.#connect(this.#handlers);
  }

  #connect(handlers: MarketStreamHandlers): void {
    const { exchange, account, scheduler } = this.#parts;
    handlers.onConnected();
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
          markets: channel === 'book' ? this.#markets : null,
          useYesPrice: true,
        },
        scheduler.nowMs(),
      );
      for (const { sid, channel: name } of opened) {
        if (name === 'orderbook_delta') this.#books = sid;
        handlers.onSubscribed(sid, name === 'orderbook_delta' ? this.#markets : []);
      }
    }
  }

  #disconnect(): void {
    for (const listener of this.#listeners) this.#parts.exchange.disconnect(listener);
    this.#listeners = [];
    this.#books = null;
    this.#links.book.disconnect();
    this.#links.user.disconnect();
  }

  #onFrame(frame: string): void {
    const { scheduler, maxFrameBytes } = this.#parts;
    const handlers = this.#handlers;
    if (handlers === null) return;
    const nowMs = scheduler.nowMs();
    handlers.onFrame(frame, nowMs);
    const event = decodeStreamFrame(frame, { maxBytes: maxFrameBytes, useYesPrice: true });
    if (event.kind === 'refused') handlers.onRefused(event);
    else handlers.onEvent(event, nowMs);
  }
}

type OddsParts = StreamParts & {
  /** What a new subscriber of the odds gets. */
  readonly openOdds: (nowMs: EpochMs) => readonly string[];
  /** Which of our games a message of the odds feed is about. */
  readonly gameIdOf: (game: BoltGame) => GameId | null;
};

/** The odds feed over a link of its own. */
export class VirtualOddsStream implements OddsStream {
  readonly #parts: OddsParts;
  readonly link: FaultyLink<string>;
  #handlers: OddsStreamHandlers | null = null;

  constructor(parts: OddsParts) {
    this.#parts = parts;
    const { scheduler, rng, faults } = parts;
    this.link = new FaultyLink<string>({
      scheduler,
      rng: rng.fork('odds'),
      label: 'odds frame',
      faults: faults.oddsLink,
      silences: faults.oddsSilences,
      deliver: (frame) => this.#onFrame(frame),
    });
  }

  open(handlers: OddsStreamHandlers): void {
    this.#handlers = handlers;
    this.link.connect();
    handlers.onConnected();
    for (const frame of this.#parts.openOdds(this.#parts.scheduler.nowMs())) this.link.send(frame);
  }

  close(): Promise<void> {
    this.link.disconnect();
    this.#handlers = null;
    return Promise.resolve();
  }

  #onFrame(frame: string): void {
    const { scheduler, maxFrameBytes, gameIdOf } = this.#parts;
    const handlers = this.#handlers;
    if (handlers === null) return;
    const nowMs = scheduler.nowMs();
    handlers.onFrame(frame, nowMs);
    const events = decodeFrame(frame, { maxBytes: maxFrameBytes, receivedMs: nowMs, gameIdOf });
    for (const event of events) {
      if (event.kind === 'refused') handlers.onRefused(event);
      else handlers.onEvent(event, nowMs);
    }
  }
}

/** A scoreboard that is told by the world. */
export class VirtualScoreboard implements Scoreboard {
  #handlers: ScoreboardHandlers | null = null;

  open(handlers: ScoreboardHandlers): void {
    this.#handlers = handlers;
  }

  close(): Promise<void> {
    this.#handlers = null;
    return Promise.resolve();
  }

  /** The world lists its own games. */
  listings(): Promise<Read<readonly GameListing[]>> {
    return Promise.resolve({ kind: 'read', value: [] });
  }

  tell(state: GameState): void {
    this.#handlers?.onState(state);
  }
}
