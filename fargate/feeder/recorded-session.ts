import {
  GAME_MAX_AGE_MS,
  type FeederLine,
  type FeedName,
  type FrameSource,
} from '../../shared/contracts/feeder-frames.ts';
import type { GameState } from '../../shared/domain/market/game-state.ts';
import type { EpochMs, Market, MarketTicker } from '../../shared/domain/market/market.ts';
import type { MarketDataEvent } from '../../shared/ports/market-data.ts';
import type { OddsEvent } from '../../shared/ports/odds-feed.ts';
import type { DirectoryEntry, FeederParts } from './feeder-parts.ts';
import type { FeederCommand, FeederSession } from './session.ts';
import type { TaskTimers } from './task-timers.ts';

/** How soon what conflation held back is looked at again. */
const FLUSH_MS = 100;

/**
 * The session of an epoch with a clock and a recorder: whatever it is told is recorded with the time that it is given,
 * so that a recording plays again to the same bytes. What it asks for is carried out, until the epoch is over.
 */
export class RecordedSession {
  readonly #parts: FeederParts;
  readonly #tasks: TaskTimers;
  readonly #carryOut: (command: FeederCommand) => void;
  readonly #session: FeederSession;
  readonly #gameMaxAgeMs: number;
  #held = '';
  #flushPlanned = false;

  constructor(
    parts: FeederParts,
    { epoch, tasks }: { readonly epoch: number; readonly tasks: TaskTimers },
    carryOut: (command: FeederCommand) => void,
  ) {
    this.#parts = parts;
    this.#tasks = tasks;
    this.#carryOut = carryOut;
    this.#gameMaxAgeMs = parts.pricing?.gameMaxAgeMs ?? GAME_MAX_AGE_MS;
    this.#session = parts.newSession(epoch, this.#gameMaxAgeMs);
  }

  /** What it knows; to be told, it has the methods here. */
  get known(): Pick<
    FeederSession,
    'bookOf' | 'freshness' | 'game' | 'games' | 'inputs' | 'isOver'
  > {
    return this.#session;
  }

  onEpoch(epoch: number): void {
    this.#line({ kind: 'epoch', epoch, gameMaxAgeMs: this.#gameMaxAgeMs });
  }

  /** A frame as it came, before it is read. */
  onFrame(source: FrameSource, frame: string, receivedMs: EpochMs): void {
    this.#record(source, frame, receivedMs);
  }

  onConnection(change: 'connected' | 'disconnected'): void {
    this.#line({ kind: 'connection', change });
    this.#session.onDisconnect();
  }

  onSubscribed(subscription: number, markets: readonly MarketTicker[]): void {
    this.#line({ kind: 'subscribed', subscription, markets });
    this.#session.onSubscribed(subscription, markets);
  }

  onSubscriptionMarkets(subscription: number, markets: readonly MarketTicker[]): void {
    const nowMs = this.#now();
    this.#line({ kind: 'subscription_markets', subscription, markets }, nowMs);
    this.#session.onSubscriptionMarkets(subscription, markets, nowMs);
  }

  onLost(subscription: number, frames: number): void {
    const nowMs = this.#now();
    this.#line({ kind: 'lost', subscription, frames }, nowMs);
    this.#session.onLost(subscription, nowMs);
  }

  onStreamEvent(event: MarketDataEvent, receivedMs: EpochMs): void {
    this.#execute(() => this.#session.onStreamEvent(event, receivedMs));
  }

  /**
   * What frames of odds were understood to say is recorded beside them: it depends on those before, and comes later.
   */
  onOdds(event: OddsEvent, receivedMs: EpochMs): void {
    if (event.kind !== 'alive') this.#line({ kind: 'odds_told', event }, receivedMs);
    this.#execute(() => this.#session.onOdds(event, receivedMs));
  }

  onGameState(state: GameState, receivedMs: EpochMs): void {
    this.#execute(() => this.#session.onGameState(state, receivedMs));
  }

  onSourceLost(source: FeedName): void {
    const nowMs = this.#now();
    this.#line({ kind: 'source_lost', source }, nowMs);
    this.#execute(() => this.#session.onSourceLost(source, nowMs));
  }

  /** Markets as they were read from the exchange, asked for at a time. */
  onMarketsRead(markets: readonly Market[], askedAtMs: EpochMs): void {
    const nowMs = this.#now();
    this.#line({ kind: 'markets_read', askedAtMs, markets }, nowMs);
    this.#execute(() => this.#session.onMarkets(markets, askedAtMs, nowMs));
  }

  follow({ market, mapping }: DirectoryEntry): void {
    this.#line({ kind: 'market', market, mapping });
    this.#session.addMarket(market, mapping);
  }

  unfollow(markets: readonly MarketTicker[]): void {
    this.#line({ kind: 'unfollowed', markets });
    this.#session.removeMarkets(markets);
  }

  /** Markets with a position, and those of them that are near an exit. */
  setHeld(markets: readonly MarketTicker[], near: readonly MarketTicker[]): void {
    const text = JSON.stringify({ markets, near });
    if (text === this.#held) return;
    this.#held = text;
    this.#line({ kind: 'held', markets, near });
    this.#session.setHeld(markets, near);
  }

  /** Books that somebody distrusts. Those of markets that are not followed are nobody's. */
  resnapshot(markets: readonly MarketTicker[]): void {
    const nowMs = this.#now();
    this.#line({ kind: 'resnapshot', markets }, nowMs);
    this.#execute(() => this.#session.resnapshot(markets, nowMs));
  }

  /** Publishes what is due. */
  onTimer(): void {
    const nowMs = this.#now();
    const commands = this.#session.onTimer(nowMs);
    if (commands.length === 0) return;
    this.#line({ kind: 'timer' }, nowMs);
    this.#execute(() => commands);
  }

  #execute(decide: () => readonly FeederCommand[]): void {
    if (this.#tasks.isOver) return;
    for (const command of decide()) this.#carryOut(command);
    this.#planFlush();
  }

  #planFlush(): void {
    if (this.#flushPlanned) return;
    this.#flushPlanned = true;
    this.#parts.timers.after(FLUSH_MS, 'feeder flushes', () => {
      this.#flushPlanned = false;
      if (!this.#tasks.isOver) this.onTimer();
    });
  }

  #now(): EpochMs {
    return this.#parts.timers.nowMs();
  }

  #line(line: FeederLine, atMs: EpochMs = this.#now()): void {
    this.#record('feeder', JSON.stringify(line), atMs);
  }

  #record(source: FrameSource, payload: string, receivedMs: EpochMs): void {
    this.#parts.recorder?.record({ source, payload, receivedMs });
  }
}
