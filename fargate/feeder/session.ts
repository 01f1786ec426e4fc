import { FEED_OF_SCORES, type FeedName } from '../../shared/contracts/feeder-frames.ts';
import type { BookView } from '../../shared/domain/market/book-view.ts';
import { SCORE_SOURCES, type GameState } from '../../shared/domain/market/game-state.ts';
import type { StreamedBook } from '../../shared/application/audit-books.ts';
import type {
  EpochMs,
  EventTicker,
  GameId,
  GameMapping,
  Market,
} from '../../shared/domain/market/market.ts';
import type { BookSync, MarketTick } from '../../shared/domain/market/market-tick.ts';
import type { ModelForecast } from '../../shared/domain/models/forecast.ts';
import { ODDS_FEEDS } from '../../shared/domain/odds/line.ts';
import type { MarketDataEvent, ToldPosition } from '../../shared/ports/market-data.ts';
import type { OddsEvent } from '../../shared/ports/odds-feed.ts';
import { Conflator } from './conflate.ts';
import { StreamFollower, type StreamCommand } from './follow-stream.ts';
import { Join, type JoinedGameView } from './join.ts';
import { streamedBook, takeDelta, takeSnapshot } from './joined-book.ts';
import { afterLifecycle, afterRead, toldFacts } from './market-facts.ts';

/** What the feeder does after an event; the runtime around it has the sockets and the queues. */
export type FeederCommand =
  | { readonly kind: 'publish_tick'; readonly tick: MarketTick; readonly held: boolean }
  | { readonly kind: 'publish_order_message'; readonly message: OrderMessage }
  | { readonly kind: 'publish_lifecycle'; readonly event: LifecycleMessage }
  /** The fees of followed markets change by this event's override. */
  | { readonly kind: 'fees_told'; readonly eventTicker: EventTicker }
  | { readonly kind: 'group_told'; readonly message: GroupMessage }
  /** What the exchange's stream says of a position of ours: a hint to look. */
  | { readonly kind: 'position_told'; readonly position: ToldPosition }
  | StreamCommand;

export type OrderMessage = Extract<MarketDataEvent, { kind: 'fill' | 'order_update' }>;
export type GroupMessage = Extract<MarketDataEvent, { kind: 'order_group_told' }>;
export type LifecycleMessage = Extract<MarketDataEvent, { kind: 'lifecycle' }>;

/** A held market is looked at at least this often, also without a change. */
export const HELD_INTERVAL_MS = 30_000;
/** And one whose position is near an exit at least this often. */
export const NEAR_INTERVAL_MS = 5_000;
/** No read of the exchange is further behind its stream than this. */
const READ_LAG_MS = 5_000;

/** Up to when each part of a market's ticks is known; exchange's and sources' times, null where there is none yet. */
export type MarketFreshness = {
  readonly market: Market;
  readonly sync: BookSync;
  readonly bookTimeMs: EpochMs;
  readonly lineTimeMs: EpochMs | null;
  readonly gameTimeMs: EpochMs | null;
  readonly publishedMs: EpochMs;
};

/** What one market would be priced by now. */
export type PricingInput = Omit<JoinedGameView, 'mapping'> & {
  readonly market: Market;
  readonly mapping: GameMapping | null;
  readonly sync: BookSync;
  readonly view: BookView;
};

const UNMAPPED: Omit<JoinedGameView, 'mapping'> = { legs: [], state: null, forecast: null };

/**
 * The feeder between its sockets: one event in, commands out; no clock, no socket, no queue. A gap in a subscription's
 * numbers makes all of its books suspect until new snapshots come.
 */
export class FeederSession {
  readonly #epoch: number;
  readonly #join: Join;
  readonly #conflator = new Conflator();
  readonly #stream: StreamFollower;
  readonly #held = new Set<string>();
  readonly #near = new Set<string>();

  constructor(epoch: number, gameMaxAgeMs?: number) {
    this.#epoch = epoch;
    this.#join = new Join(gameMaxAgeMs);
    this.#stream = new StreamFollower(this.#join);
  }

  get gaps(): number {
    return this.#stream.gaps;
  }

  addMarket(market: Market, mapping: GameMapping | null): void {
    this.#join.addMarket(market, mapping);
  }

  /** Markets that are not followed any more. Nobody holds a position in them. */
  removeMarkets(markets: readonly string[]): void {
    for (const market of markets) {
      this.#join.removeMarket(market);
      this.#conflator.forget(market);
    }
  }

  putForecast(forecast: ModelForecast): void {
    this.#join.putForecast(forecast);
  }

  /** A new connection: nothing of the old one's numbers means anything, and its books are suspect. */
  onDisconnect(): void {
    this.#stream.onDisconnect();
    for (const ticker of this.#join.tickers()) this.#join.market(ticker)?.book.markGapped();
  }

  /** The markets in which there is a position, and those of them that are near an exit; learned from the stores. */
  setHeld(markets: Iterable<string>, near: Iterable<string> = []): void {
    this.#held.clear();
    for (const market of markets) this.#held.add(market);
    this.#near.clear();
    for (const market of near) this.#near.add(market);
  }

  /** Somebody distrusts the books of these markets: they are suspect until their snapshots come. */
  resnapshot(markets: readonly string[], nowMs: EpochMs): readonly FeederCommand[] {
    return this.#stream.distrust(markets, nowMs);
  }

  /** The exchange has acknowledged a subscription; its numbers start at one. */
  onSubscribed(subscription: number, markets: readonly string[]): void {
    this.#stream.onSubscribed(subscription, markets);
  }

  /** A subscription's markets are these from now on. */
  onSubscriptionMarkets(subscription: number, markets: readonly string[], nowMs: EpochMs): void {
    this.#stream.onMarkets(subscription, markets, nowMs);
  }

  /** Frames of a subscription were let go. */
  onLost(subscription: number, nowMs: EpochMs): void {
    this.#stream.onLost(subscription, nowMs);
  }

  /** How fresh each market's data is, and which books are not to be believed. */
  freshness(): readonly MarketFreshness[] {
    return [...this.#join.markets()].map(({ market, mapping, book, bookTimeMs }) => {
      const game = mapping === null ? null : this.#join.gameTimes(mapping.gameId);
      return {
        market,
        sync: book.sync,
        bookTimeMs,
        lineTimeMs: game?.lineTimeMs ?? null,
        gameTimeMs: game?.gameTimeMs ?? null,
        publishedMs: this.#conflator.lastPublishedMs(market.ticker),
      };
    });
  }

  /** The book of a market as it is now, with how many changes it has seen; null when it is not to be believed. */
  bookOf(ticker: string): StreamedBook | null {
    const joined = this.#join.market(ticker);
    return joined === undefined ? null : streamedBook(joined);
  }

  /** The games of followed markets, each once, with what is known of them. */
  games(nowMs: EpochMs): Iterable<JoinedGameView> {
    return this.#join.followedGames(nowMs);
  }

  game(gameId: GameId, nowMs: EpochMs): JoinedGameView | null {
    return this.#join.followedGame(gameId, nowMs);
  }

  /** Whether scoreboards say that a game is over, or off; followed or not. False where they say nothing. */
  isOver(gameId: GameId, nowMs: EpochMs): boolean {
    const phase = this.#join.gameView(gameId, nowMs).state?.phase;
    return phase === 'final' || phase === 'off';
  }

  /** What each followed market would be priced by now, and its best prices. */
  inputs(nowMs: EpochMs): readonly PricingInput[] {
    return [...this.#join.markets()].map(({ market, mapping, book }) => ({
      market,
      mapping,
      sync: book.sync,
      view: book.view(1),
      ...(mapping === null ? UNMAPPED : this.#join.gameView(mapping.gameId, nowMs)),
    }));
  }

  onStreamEvent(event: MarketDataEvent, nowMs: EpochMs): readonly FeederCommand[] {
    switch (event.kind) {
      case 'fill':
      case 'order_update':
        return [{ kind: 'publish_order_message', message: event }];
      case 'lifecycle':
        return this.#stream.numbered(event.sequence, null, nowMs, () =>
          this.#onLifecycle(event, nowMs),
        );
      case 'public_trade':
        return this.#stream.numbered(event.sequence, event.exchangeTimeMs, nowMs, () => []);
      case 'stream_error':
      case 'control':
      case 'event_told':
        return this.#stream.numbered(event.sequence, null, nowMs, () => []);
      case 'price_grid_told':
        return this.#stream.numbered(event.sequence, null, nowMs, () =>
          this.#onFacts(event.market, { priceRanges: event.priceRanges }, nowMs),
        );
      case 'market_facts_told':
        return this.#stream.numbered(event.sequence, null, nowMs, () =>
          this.#onFacts(event.market, toldFacts(event), nowMs),
        );
      case 'event_fees_told':
        return this.#stream.numbered(event.sequence, null, nowMs, () =>
          this.#hasEvent(event.eventTicker)
            ? [{ kind: 'fees_told', eventTicker: event.eventTicker }]
            : [],
        );
      case 'order_group_told':
        return this.#stream.numbered(event.sequence, null, nowMs, () => [
          { kind: 'group_told', message: event },
        ]);
      case 'quote_summary':
        return [];
      case 'position_told':
        return [{ kind: 'position_told', position: event.position }];
      case 'book_snapshot':
        return this.#onSnapshot(event, nowMs);
      case 'book_delta':
        return this.#onDelta(event, nowMs);
    }
  }

  /**
   * Markets as they were read from the exchange, asked for at a time. Reads lag: what the stream has said of a market
   * since shortly before the question is newer than the answer.
   */
  onMarkets(
    markets: readonly Market[],
    askedAtMs: EpochMs,
    nowMs: EpochMs,
  ): readonly FeederCommand[] {
    return markets.flatMap((read) => {
      const joined = this.#join.market(read.ticker);
      if (joined === undefined || joined.lifecycleMs >= askedAtMs - READ_LAG_MS) return [];
      const after = afterRead(joined.market, read);
      if (after === null) return [];
      joined.market = after;
      return this.#changed(read.ticker, 'at_once', nowMs);
    });
  }

  onOdds(event: OddsEvent, nowMs: EpochMs): readonly FeederCommand[] {
    const commands: FeederCommand[] = [];
    for (const gameId of this.#join.putOdds(event, nowMs)) {
      for (const market of this.#join.marketsOf(gameId))
        commands.push(...this.#changed(market, 'at_once', nowMs));
    }
    return commands;
  }

  onGameState(state: GameState, nowMs: EpochMs): readonly FeederCommand[] {
    if (!this.#join.putGameState(state)) return [];
    return this.#join
      .marketsOf(state.gameId)
      .flatMap((market) => this.#changed(market, 'at_once', nowMs));
  }

  /** A source was lost: nothing that it said counts any more, and its markets say so at once. */
  onSourceLost(source: FeedName, nowMs: EpochMs): readonly FeederCommand[] {
    const commands: FeederCommand[] = [];
    for (const gameId of this.#drop(source))
      for (const market of this.#join.marketsOf(gameId))
        commands.push(...this.#changed(market, 'at_once', nowMs));
    return commands;
  }

  #drop(source: FeedName): ReadonlySet<GameId> {
    const odds = ODDS_FEEDS.find((feed) => feed === source);
    if (odds !== undefined) return this.#join.dropFeed(odds);
    const scores = SCORE_SOURCES.find((each) => FEED_OF_SCORES[each] === source);
    return scores === undefined ? new Set() : this.#join.dropScores(scores);
  }

  /** Publishes what conflation held back and what must be looked at although nothing changed. */
  onTimer(nowMs: EpochMs): readonly FeederCommand[] {
    const due = new Set(this.#conflator.due(nowMs));
    for (const market of this.#held) {
      if (this.#join.market(market) === undefined) continue;
      const intervalMs = this.#near.has(market) ? NEAR_INTERVAL_MS : HELD_INTERVAL_MS;
      if (nowMs - this.#conflator.lastPublishedMs(market) < intervalMs) continue;
      this.#conflator.publish(market, nowMs);
      due.add(market);
    }
    const commands: FeederCommand[] = [];
    for (const market of due) commands.push(...this.#publish(market, nowMs));
    commands.push(...this.#stream.onTimer(nowMs));
    return commands;
  }

  #onSnapshot(
    event: Extract<MarketDataEvent, { kind: 'book_snapshot' }>,
    nowMs: EpochMs,
  ): readonly FeederCommand[] {
    const { market, exchangeTimeMs } = event.snapshot;
    if (event.sequence !== null) this.#stream.owns(event.sequence, market);
    return this.#stream.numbered(event.sequence, exchangeTimeMs, nowMs, () => {
      const joined = this.#join.market(market);
      if (joined === undefined) return [];
      const askedMs = this.#stream.answered(event.sequence, market, nowMs);
      const isNews = takeSnapshot(joined, event.snapshot, { askedMs, nowMs });
      return isNews ? this.#changed(market, 'at_once', nowMs) : [];
    });
  }

  #onDelta(
    event: Extract<MarketDataEvent, { kind: 'book_delta' }>,
    nowMs: EpochMs,
  ): readonly FeederCommand[] {
    const { delta, sequence } = event;
    return this.#stream.numbered(sequence, delta.exchangeTimeMs, nowMs, () => {
      const joined = this.#join.market(delta.market);
      if (joined === undefined || joined.book.sync === 'gapped') return [];
      const change = takeDelta(joined, delta, nowMs);
      if (change === 'misfit') return this.#stream.misfit(sequence, delta.market, nowMs);
      return this.#changed(delta.market, change === 'best' ? 'at_once' : 'depth', nowMs);
    });
  }

  #onFacts(ticker: string, facts: Partial<Market>, nowMs: EpochMs): readonly FeederCommand[] {
    const joined = this.#join.market(ticker);
    if (joined === undefined) return [];
    joined.market = { ...joined.market, ...facts };
    joined.lifecycleMs = nowMs;
    return this.#changed(ticker, 'at_once', nowMs);
  }

  #hasEvent(eventTicker: EventTicker): boolean {
    return [...this.#join.markets()].some(({ market }) => market.eventTicker === eventTicker);
  }

  #onLifecycle(event: LifecycleMessage, nowMs: EpochMs): readonly FeederCommand[] {
    const joined = this.#join.market(event.market);
    if (joined === undefined) return [];
    joined.market = afterLifecycle(joined.market, event);
    joined.lifecycleMs = nowMs;
    return [{ kind: 'publish_lifecycle', event }, ...this.#changed(event.market, 'at_once', nowMs)];
  }

  #changed(market: string, urgency: 'at_once' | 'depth', nowMs: EpochMs): readonly FeederCommand[] {
    return this.#conflator.changed(market, urgency, nowMs) ? this.#publish(market, nowMs) : [];
  }

  #publish(market: string, nowMs: EpochMs): readonly FeederCommand[] {
    const joined = this.#join.market(market);
    if (joined === undefined) return [];
    joined.stamped += 1;
    const tick = this.#join.tick(joined, { epoch: this.#epoch, n: joined.stamped }, nowMs);
    return [{ kind: 'publish_tick', tick, held: this.#held.has(market) }];
  }
}
