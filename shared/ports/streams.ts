import type { GameListing } from '../domain/market/game-listing.ts';
import type { GameState } from '../domain/market/game-state.ts';
import type { League } from '../domain/market/leagues.ts';
import type { ScoreboardFinding } from '../domain/market/scoreboard-quality.ts';
import type { EpochMs, GameId, MarketTicker } from '../domain/market/market.ts';
import type { Read } from './exchange.ts';
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

/** Why a source of odds or scores cannot be believed at all, until it says otherwise. */
export type SourceDown = {
  readonly code:
    /** It does not know the key, or the key may not do this. */
    | 'unauthorized'
    | 'denied'
    /** What was paid for is used up, or nothing more may be asked. */
    | 'quota_exhausted'
    /** It answered, and nothing was in the answer that must have had something. */
    | 'empty'
    /** It failed too often; it is left alone until a trial request. */
    | 'breaker_open';
  /** For people. Never a key, never an address with one. */
  readonly detail: string;
};

export type SourceHandlers = {
  /** Nothing that this source said counts any more. */
  readonly onDown: (why: SourceDown) => void;
  /** It answers again; what it says from now on counts. */
  readonly onUp: () => void;
};

export type OddsStreamHandlers = FeedHandlers &
  SourceHandlers & {
    readonly onEvent: (event: OddsEvent, receivedMs: EpochMs) => void;
  };

/**
 * A source of sportsbooks' odds, pushed or polled. Reconnects, or asks again, by itself until it is closed. Each event
 * is of one feed, which its legs name.
 */
export interface OddsStream {
  open(handlers: OddsStreamHandlers): void;
  close(): Promise<void>;
}

export type ScoreboardHandlers = SourceHandlers & {
  readonly onState: (state: GameState) => void;
  /** What is odd in what was shown, for people and for metrics. */
  readonly onFinding: (finding: GameFinding) => void;
  /** A look at the scoreboard that failed or could not be read. */
  readonly onRefused: (refusal: FrameRefusal) => void;
};

export type GameFinding = {
  readonly league: League;
  readonly gameId: GameId;
  readonly finding: ScoreboardFinding;
};

/** Where the games stand, looked at again and again until it is closed, as often as matters. */
export interface Scoreboard {
  open(handlers: ScoreboardHandlers): void;
  /** One look: every game that is listed from yesterday to tomorrow, US Eastern. */
  listings(): Promise<Read<readonly GameListing[]>>;
  close(): Promise<void>;
}
