import type { GameState } from '../domain/market/game-state.ts';
import type { EpochMs, MarketTicker } from '../domain/market/market.ts';
import type { FrameRefusal, MarketDataEvent } from './market-data.ts';
import type { OddsEvent } from './odds-feed.ts';

/** What every push feed tells of its connection. Handlers are called one at a time and do not throw. */
export type FeedHandlers = {
  /** A new connection is up: nothing that the old one said of numbers or state counts any more. */
  readonly onConnected: () => void;
  readonly onDisconnected: (reason: string) => void;
  /** A frame that could not be used; the feed goes on. */
  readonly onRefused: (refusal: FrameRefusal) => void;
  /** Each frame as it arrived, before it is read: for the recording. */
  readonly onFrame: (frame: string, receivedMs: EpochMs) => void;
};

export type MarketStreamHandlers = FeedHandlers & {
  /** The exchange has acknowledged a subscription; its numbers start at one. `markets` is empty where it has none. */
  readonly onSubscribed: (subscription: number, markets: readonly MarketTicker[]) => void;
  /** The markets of a subscription are these from now on; its numbers go on. Books of new ones follow as snapshots. */
  readonly onMarkets: (subscription: number, markets: readonly MarketTicker[]) => void;
  /**
   * So many frames of a subscription were let go because they came faster than they were used: its books are suspect
   * until their snapshots, which the stream asks for as soon as there is time. Messages about our own orders are never
   * among them. Told as it happens, before frames that came earlier and still wait.
   */
  readonly onLost: (subscription: number, frames: number) => void;
  readonly onEvent: (event: MarketDataEvent, receivedMs: EpochMs) => void;
};

/** The exchange's stream of books, lifecycle and our own orders. Reconnects by itself until it is closed. */
export interface MarketStream {
  open(markets: readonly MarketTicker[], handlers: MarketStreamHandlers): void;
  /** Follows these markets from now on, on the connection that is open. Before `open` it is a bug. */
  setMarkets(markets: readonly MarketTicker[]): void;
  /** Asks for books of one subscription again; ignored when that subscription is gone. */
  requestSnapshots(subscription: number, markets: readonly MarketTicker[]): void;
  /** Resolves when nothing more will be delivered. */
  close(): Promise<void>;
}

export type OddsStreamHandlers = FeedHandlers & {
  readonly onEvent: (event: OddsEvent, receivedMs: EpochMs) => void;
};

/** A stream of sportsbooks' odds. Reconnects by itself until it is closed. */
export interface OddsStream {
  open(handlers: OddsStreamHandlers): void;
  close(): Promise<void>;
}

export type ScoreboardHandlers = {
  readonly onState: (state: GameState) => void;
  /** A look at the scoreboard that failed or could not be read. */
  readonly onRefused: (refusal: FrameRefusal) => void;
};

/** Where the games stand, looked at again and again until it is closed. */
export interface Scoreboard {
  open(handlers: ScoreboardHandlers): void;
  close(): Promise<void>;
}
