import { FEED_OF_SCORES, type FeedName } from '../../shared/contracts/feeder-frames.ts';
import type { GameState, ScoreSource } from '../../shared/domain/market/game-state.ts';
import type { EpochMs, GameId, MarketTicker } from '../../shared/domain/market/market.ts';
import type { OddsFeedName } from '../../shared/domain/odds/line.ts';
import type { FrameRefusal, MarketDataEvent } from '../../shared/ports/market-data.ts';
import type { OddsEvent } from '../../shared/ports/odds-feed.ts';
import type {
  FeedHandlers,
  MarketStream,
  OddsStream,
  Scoreboard,
  SourceHandlers,
} from '../../shared/ports/streams.ts';
import type { FeederParts } from './feeder-parts.ts';
import { SourceWatch, type FeedContact, type SourceHealth } from './source-watch.ts';
import type { TaskTimers } from './task-timers.ts';

/** A source that is looked at is connected once it has answered, until it is down. */
export type FeedHealth = FeedContact;

/** A connection came up or went; `isNews` when it was not so before. */
export type ConnectionChange = {
  readonly feed: FeedName;
  readonly change: 'connected' | 'disconnected';
  readonly why: string;
  readonly isNews: boolean;
};

/** Who hears what the feeds say; nothing is said once the epoch is over. */
export type FeedListener = {
  readonly onConnection: (change: ConnectionChange) => void;
  /** Nothing that this source has said counts any more. */
  readonly onSourceLost: (source: FeedName) => void;
  /** Each frame as it came, before it is read. */
  readonly onFrame: (source: FeedName, frame: string, receivedMs: EpochMs) => void;
  readonly onSubscribed: (subscription: number, markets: readonly MarketTicker[]) => void;
  readonly onMarkets: (subscription: number, markets: readonly MarketTicker[]) => void;
  readonly onLost: (subscription: number, frames: number) => void;
  readonly onStreamEvent: (event: MarketDataEvent, receivedMs: EpochMs) => void;
  readonly onOdds: (event: OddsEvent, receivedMs: EpochMs) => void;
  readonly onGameState: (state: GameState, receivedMs: EpochMs) => void;
  /** Whether what was said so far of a game says that it is over, or off. */
  readonly isOver: (gameId: GameId) => boolean;
};

const SOURCES_EVERY_MS = 60_000;

/** The feeds of one epoch: opened once, heard by one listener, and known by their health and their counts. */
export class EpochFeeds {
  readonly #parts: FeederParts;
  readonly #tasks: TaskTimers;
  readonly #listener: FeedListener;
  readonly #odds: readonly { readonly feed: OddsFeedName; readonly stream: OddsStream }[];
  readonly #scoreboards: readonly { readonly source: ScoreSource; readonly board: Scoreboard }[];
  readonly #health: Partial<Record<FeedName, { connected: boolean; lastFrameMs: EpochMs | null }>> =
    {};
  readonly #sources: SourceWatch;
  #stream: MarketStream;
  #connections = 0;
  #frames = 0;
  #refused = 0;

  constructor(parts: FeederParts, tasks: TaskTimers, listener: FeedListener) {
    this.#parts = parts;
    this.#tasks = tasks;
    this.#listener = listener;
    const oddsNames = parts.oddsFeeds.map(({ feed }) => feed);
    const scoreNames = parts.scoreboards.map(({ source }) => FEED_OF_SCORES[source]);
    const names = [...oddsNames, ...scoreNames];
    for (const feed of ['kalshi' as const, ...names])
      this.#health[feed] = { connected: false, lastFrameMs: null };
    const sources = (this.#sources = new SourceWatch(parts.telemetry, names, (gameId) =>
      listener.isOver(gameId),
    ));
    this.#stream = parts.newStream();
    this.#odds = parts.oddsFeeds.map(({ feed, newStream }) => ({
      feed,
      stream: newStream(sources.toldBy(feed)),
    }));
    this.#scoreboards = parts.scoreboards.map(({ source, newScoreboard }) => ({
      source,
      board: newScoreboard(),
    }));
  }

  get health(): Readonly<Partial<Record<FeedName, FeedHealth>>> {
    return this.#health;
  }

  /** How each source of odds and scores is. */
  get sources(): readonly SourceHealth[] {
    return this.#sources.health(this.#health);
  }

  get isExchangeConnected(): boolean {
    return this.#contact('kalshi').connected;
  }

  /** Connections to the exchange so far. */
  get connections(): number {
    return this.#connections;
  }

  get counts(): { readonly frames: number; readonly refused: number; readonly reconnects: number } {
    const reconnects = Math.max(0, this.#connections - 1);
    return { frames: this.#frames, refused: this.#refused, reconnects };
  }

  open(markets: readonly MarketTicker[]): void {
    this.#openStream(markets);
    for (const { feed, stream } of this.#odds)
      stream.open({
        ...this.#handlers(feed),
        ...this.#sourceHandlers(feed),
        onEvent: (event, receivedMs) => this.#onOdds(feed, event, receivedMs),
      });
    for (const { source, board } of this.#scoreboards) this.#openScoreboard(source, board);
    this.#tasks.every(SOURCES_EVERY_MS, 'sources are told of', () => {
      this.#sources.publish();
      return Promise.resolve();
    });
  }

  /** The exchange's stream ends; `reopen` begins another one. False when the epoch ended meanwhile. */
  async closeStream(why: string): Promise<boolean> {
    await this.#stream.close();
    if (this.#tasks.isOver) return false;
    if (this.isExchangeConnected) this.#onConnection('kalshi', 'disconnected', why);
    return true;
  }

  reopenStream(markets: readonly MarketTicker[]): void {
    this.#stream = this.#parts.newStream();
    this.#openStream(markets);
  }

  /** The stream follows these markets from now on. */
  setMarkets(markets: readonly MarketTicker[]): void {
    this.#stream.setMarkets(markets);
  }

  requestSnapshots(subscription: number, markets: readonly MarketTicker[]): void {
    this.#stream.requestSnapshots(subscription, markets);
  }

  /** Resolves when the feeds deliver nothing more. */
  async close(): Promise<void> {
    await Promise.all([
      this.#stream.close(),
      ...this.#odds.map(({ stream }) => stream.close()),
      ...this.#scoreboards.map(({ board }) => board.close()),
    ]);
  }

  #openStream(markets: readonly MarketTicker[]): void {
    this.#stream.open(markets, {
      ...this.#handlers('kalshi'),
      onSubscribed: (subscription, acknowledged) => {
        if (!this.#tasks.isOver) this.#listener.onSubscribed(subscription, acknowledged);
      },
      onMarkets: (subscription, followed) => {
        if (!this.#tasks.isOver) this.#listener.onMarkets(subscription, followed);
      },
      onLost: (subscription, frames) => {
        if (!this.#tasks.isOver) this.#listener.onLost(subscription, frames);
      },
      onEvent: (event, receivedMs) => this.#listener.onStreamEvent(event, receivedMs),
    });
  }

  #openScoreboard(source: ScoreSource, board: Scoreboard): void {
    const feed = FEED_OF_SCORES[source];
    board.open({
      ...this.#sourceHandlers(feed),
      onFinding: (found) => {
        if (!this.#tasks.isOver) this.#sources.onFinding(feed, found);
      },
      onState: (state) => {
        if (this.#tasks.isOver) return;
        const nowMs = this.#parts.timers.nowMs();
        this.#answered(feed);
        this.#sources.onAge(feed, state.sourceTimeMs, state.receivedMs);
        this.#onFrame(feed, JSON.stringify(state), nowMs);
        this.#listener.onGameState(state, nowMs);
      },
      onRefused: (refusal) => this.#refuse(feed, refusal),
    });
  }

  /** What a feed that is down still says, such as the rest of the frame that denied it, is not heard. */
  #onOdds(feed: OddsFeedName, event: OddsEvent, receivedMs: EpochMs): void {
    if (this.#sources.isDown(feed)) return;
    if (event.kind === 'legs' || event.kind === 'replace')
      for (const { sourceTimeMs } of event.legs.slice(0, 1))
        this.#sources.onAge(feed, sourceTimeMs, receivedMs);
    this.#listener.onOdds(event, receivedMs);
  }

  #handlers(feed: FeedName): FeedHandlers {
    return {
      onConnected: () => {
        if (this.#tasks.isOver) return;
        if (feed === 'kalshi') this.#connections += 1;
        this.#onConnection(feed, 'connected', '');
      },
      onDisconnected: (reason) => {
        if (this.#tasks.isOver) return;
        this.#onConnection(feed, 'disconnected', reason);
        if (feed !== 'kalshi') this.#listener.onSourceLost(feed);
      },
      onRefused: (refusal) => this.#refuse(feed, refusal),
      onFrame: (frame, receivedMs) => this.#onFrame(feed, frame, receivedMs),
    };
  }

  #sourceHandlers(feed: FeedName): SourceHandlers {
    return {
      onDown: (why) => {
        if (this.#tasks.isOver) return;
        this.#sources.onDown(feed, why);
        if (this.#contact(feed).connected) this.#onConnection(feed, 'disconnected', why.code);
        this.#listener.onSourceLost(feed);
      },
      onUp: () => {
        if (!this.#tasks.isOver) this.#sources.onUp(feed);
      },
    };
  }

  /** A source that is looked at answered. */
  #answered(feed: FeedName): void {
    if (!this.#contact(feed).connected) this.#onConnection(feed, 'connected', '');
  }

  #onConnection(feed: FeedName, change: 'connected' | 'disconnected', why: string): void {
    const health = this.#contact(feed);
    const isNews = health.connected !== (change === 'connected');
    health.connected = change === 'connected';
    this.#listener.onConnection({ feed, change, why, isNews });
  }

  #onFrame(source: FeedName, frame: string, receivedMs: EpochMs): void {
    if (this.#tasks.isOver) return;
    this.#frames += 1;
    this.#contact(source).lastFrameMs = receivedMs;
    this.#listener.onFrame(source, frame, receivedMs);
  }

  #refuse(feed: FeedName, refusal: FrameRefusal): void {
    if (this.#tasks.isOver) return;
    this.#refused += 1;
    this.#parts.telemetry.count('feeder.frames_refused', 1);
    this.#parts.telemetry.log('warn', 'frame_refused', { feed, code: refusal.code });
  }

  #contact(feed: FeedName): { connected: boolean; lastFrameMs: EpochMs | null } {
    return (this.#health[feed] ??= { connected: false, lastFrameMs: null });
  }
}
