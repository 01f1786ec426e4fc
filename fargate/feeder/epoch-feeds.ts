import type { GameState } from '../../shared/domain/market/game-state.ts';
import type { EpochMs, MarketTicker } from '../../shared/domain/market/market.ts';
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
import type { TaskTimers } from './task-timers.ts';

export type FeedName = 'kalshi' | 'odds' | 'scoreboard';
export type FeedHealth = { readonly connected: boolean; readonly lastFrameMs: EpochMs | null };

/** A connection came up or went; `isNews` when it was not so before. */
export type ConnectionChange = {
  readonly feed: 'kalshi' | 'odds';
  readonly change: 'connected' | 'disconnected';
  readonly why: string;
  readonly isNews: boolean;
};

/** Who hears what the feeds say; nothing is said once the epoch is over. */
export type FeedListener = {
  readonly onConnection: (change: ConnectionChange) => void;
  /** Each frame as it came, before it is read. */
  readonly onFrame: (source: FeedName, frame: string, receivedMs: EpochMs) => void;
  readonly onSubscribed: (subscription: number, markets: readonly MarketTicker[]) => void;
  readonly onMarkets: (subscription: number, markets: readonly MarketTicker[]) => void;
  readonly onLost: (subscription: number, frames: number) => void;
  readonly onStreamEvent: (event: MarketDataEvent, receivedMs: EpochMs) => void;
  readonly onOdds: (event: OddsEvent, receivedMs: EpochMs) => void;
  readonly onGameState: (state: GameState, receivedMs: EpochMs) => void;
};

/** The feeds of one epoch: opened once, heard by one listener, and known by their health and their counts. */
export class EpochFeeds {
  readonly #parts: FeederParts;
  readonly #tasks: TaskTimers;
  readonly #listener: FeedListener;
  readonly #odds: OddsStream;
  readonly #scoreboard: Scoreboard | null;
  readonly #health: Record<FeedName, { connected: boolean; lastFrameMs: EpochMs | null }> = {
    kalshi: { connected: false, lastFrameMs: null },
    odds: { connected: false, lastFrameMs: null },
    scoreboard: { connected: false, lastFrameMs: null },
  };
  #stream: MarketStream;
  #connections = 0;
  #frames = 0;
  #refused = 0;

  constructor(parts: FeederParts, tasks: TaskTimers, listener: FeedListener) {
    this.#parts = parts;
    this.#tasks = tasks;
    this.#listener = listener;
    this.#stream = parts.newStream();
    this.#odds = parts.newOdds();
    this.#scoreboard = parts.newScoreboard?.() ?? null;
  }

  get health(): Readonly<Record<FeedName, FeedHealth>> {
    return this.#health;
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
    this.#odds.open({
      ...this.#handlers('odds'),
      ...this.#sourceHandlers('odds'),
      onEvent: (event, receivedMs) => this.#listener.onOdds(event, receivedMs),
    });
    this.#scoreboard?.open({
      ...this.#sourceHandlers('scoreboard'),
      onFinding: ({ league, gameId, finding }) => {
        this.#parts.telemetry.count(`scoreboard.finding.${finding.code}`, 1);
        this.#parts.telemetry.log('warn', 'scoreboard_finding', {
          league,
          gameId,
          code: finding.code,
        });
      },
      onState: (state) => {
        if (this.#tasks.isOver) return;
        const nowMs = this.#parts.timers.nowMs();
        this.#onFrame('scoreboard', JSON.stringify(state), nowMs);
        this.#listener.onGameState(state, nowMs);
      },
      onRefused: (refusal) => this.#refuse('scoreboard', refusal),
    });
  }

  /** The exchange's stream ends; `reopen` begins another one. False when the epoch ended meanwhile. */
  async closeStream(why: string): Promise<boolean> {
    await this.#stream.close();
    if (this.#tasks.isOver) return false;
    if (this.#health.kalshi.connected) this.#onConnection('kalshi', 'disconnected', why);
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
    await Promise.all([this.#stream.close(), this.#odds.close(), this.#scoreboard?.close()]);
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

  #handlers(feed: 'kalshi' | 'odds'): FeedHandlers {
    return {
      onConnected: () => {
        if (this.#tasks.isOver) return;
        if (feed === 'kalshi') this.#connections += 1;
        this.#onConnection(feed, 'connected', '');
      },
      onDisconnected: (reason) => {
        if (!this.#tasks.isOver) this.#onConnection(feed, 'disconnected', reason);
      },
      onRefused: (refusal) => this.#refuse(feed, refusal),
      onFrame: (frame, receivedMs) => this.#onFrame(feed, frame, receivedMs),
    };
  }

  #sourceHandlers(feed: FeedName): SourceHandlers {
    return {
      onDown: ({ code, detail }) => {
        if (this.#tasks.isOver) return;
        this.#parts.telemetry.count(`feeder.source_down.${feed}.${code}`, 1);
        this.#parts.telemetry.log('critical', 'source_down', { feed, code, detail });
      },
      onUp: () => {
        if (!this.#tasks.isOver) this.#parts.telemetry.log('info', 'source_up', { feed });
      },
    };
  }

  #onConnection(feed: 'kalshi' | 'odds', change: 'connected' | 'disconnected', why: string): void {
    const health = this.#health[feed];
    const isNews = health.connected !== (change === 'connected');
    health.connected = change === 'connected';
    this.#listener.onConnection({ feed, change, why, isNews });
  }

  #onFrame(source: FeedName, frame: string, receivedMs: EpochMs): void {
    if (this.#tasks.isOver) return;
    this.#frames += 1;
    this.#health[source].lastFrameMs = receivedMs;
    this.#listener.onFrame(source, frame, receivedMs);
  }

  #refuse(feed: FeedName, refusal: FrameRefusal): void {
    if (this.#tasks.isOver) return;
    this.#refused += 1;
    this.#parts.telemetry.count('feeder.frames_refused', 1);
    this.#parts.telemetry.log('warn', 'frame_refused', { feed, code: refusal.code });
  }
}
