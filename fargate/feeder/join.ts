import { GAME_MAX_AGE_MS } from '../../shared/contracts/feeder-frames.ts';
import { OrderBook } from '../../shared/domain/market/order-book.ts';
import type { GameState, ScoreSource } from '../../shared/domain/market/game-state.ts';
import type {
  EpochMs,
  GameId,
  GameMapping,
  GameOutcome,
  Market,
} from '../../shared/domain/market/market.ts';
import { arbitrateGame, compareWords } from '../../shared/domain/market/game-arbitration.ts';
import type { MarketTick, TickStamp } from '../../shared/domain/market/market-tick.ts';
import type { ModelForecast } from '../../shared/domain/models/forecast.ts';
import { latestLegs, legKey, orderOf, saidMs } from '../../shared/domain/odds/assembly.ts';
import type { LineLeg, OddsFeedName, OddsSource } from '../../shared/domain/odds/line.ts';
import type { OddsEvent } from '../../shared/ports/odds-feed.ts';
import { legsThatCount, noteSpoken, type SpokenLegs } from './spoken-legs.ts';

/** Levels of each side that a tick carries: enough to walk any order that the caps allow. */
export const TICK_DEPTH = 10;

/** One market as the feeder knows it. */
export type JoinedMarket = {
  market: Market;
  mapping: GameMapping | null;
  readonly book: OrderBook;
  /** The exchange's time up to which the book is known to be complete. */
  bookTimeMs: EpochMs;
  /** Snapshots and deltas that were applied to the book. */
  bookChanges: number;
  /** When the last of them came, by our clock. */
  bookChangedMs: EpochMs;
  /** When the stream last said something of the market itself; minus infinity when never. */
  lifecycleMs: EpochMs;
  /** The number of the market's last tick. */
  stamped: number;
};

/** A game that is not followed is forgotten when nothing was said of it for so long, while something was of others. */
export const FORGET_AFTER_MS = 48 * 3_600_000;

type JoinedGame = SpokenLegs & {
  /** When something was last received of any game, as this one was heard of; null where nothing had been yet. */
  heardMs: EpochMs | null;
  /** What each source last said of it. */
  readonly states: Map<ScoreSource, GameState>;
  /** Up to where in its source's order a leg was taken away; an older one that comes late does not bring it back. */
  readonly removedAt: Map<string, number>;
};

/** What is known of the game of a market. */
export type JoinedGameView = {
  readonly mapping: GameMapping;
  readonly legs: readonly LineLeg[];
  readonly state: GameState | null;
  readonly forecast: ModelForecast | null;
};

const NO_GAME: Omit<JoinedGameView, 'mapping'> = { legs: [], state: null, forecast: null };

const SIDES = ['home', 'away', 'draw'] as const;

/**
 * Both sides of a price, joined: the exchange's books and the oracle's legs and game states, so that a tick carries
 * all that scoring needs. Holds no clock; every method takes the time it needs.
 */
export class Join {
  readonly #markets = new Map<string, JoinedMarket>();
  readonly #games = new Map<GameId, JoinedGame>();
  readonly #marketsOfGame = new Map<GameId, string[]>();
  readonly #forecasts = new Map<GameId, ModelForecast>();
  readonly #gameMaxAgeMs: number;
  #newestMs: EpochMs | null = null;
  /** No market that was forgotten had a tick of a higher number: one that comes back goes on above it. */
  #stampedBefore = 0;
  /** Feeds that were lost and have said nothing since: what they would say is not known. */
  readonly #lostFeeds = new Set<OddsFeedName>();

  /** An older word of a game gives way to a fresh one of another source. */
  constructor(gameMaxAgeMs: number = GAME_MAX_AGE_MS) {
    this.#gameMaxAgeMs = gameMaxAgeMs;
  }

  /** A market that is known keeps its book and what the stream has said of it; its game may be another one. */
  addMarket(market: Market, mapping: GameMapping | null): void {
    const known = this.#markets.get(market.ticker);
    if (known === undefined) {
      const book = new OrderBook();
      this.#markets.set(market.ticker, {
        market,
        mapping,
        book,
        bookTimeMs: 0,
        bookChanges: 0,
        bookChangedMs: -Infinity,
        lifecycleMs: -Infinity,
        stamped: this.#stampedBefore,
      });
    } else {
      this.#removeFromGame(known);
      known.mapping = mapping;
    }
    if (mapping === null) return;
    const markets = this.#marketsOfGame.get(mapping.gameId) ?? [];
    markets.push(market.ticker);
    this.#marketsOfGame.set(mapping.gameId, markets);
  }

  /** Forgets a market that is not followed any more. */
  removeMarket(ticker: string): void {
    const known = this.#markets.get(ticker);
    if (known === undefined) return;
    this.#removeFromGame(known);
    this.#markets.delete(ticker);
    this.#stampedBefore = Math.max(this.#stampedBefore, known.stamped);
  }

  #removeFromGame({ market, mapping }: JoinedMarket): void {
    if (mapping === null) return;
    const others = this.marketsOf(mapping.gameId).filter((ticker) => ticker !== market.ticker);
    if (others.length === 0) this.#marketsOfGame.delete(mapping.gameId);
    else this.#marketsOfGame.set(mapping.gameId, [...others]);
  }

  markets(): Iterable<JoinedMarket> {
    return this.#markets.values();
  }

  market(ticker: string): JoinedMarket | undefined {
    return this.#markets.get(ticker);
  }

  /** How many games something is known of, followed or not. */
  get gamesKnown(): number {
    return this.#games.size;
  }

  tickers(): readonly string[] {
    return [...this.#markets.keys()];
  }

  marketsOf(gameId: GameId): readonly string[] {
    return this.#marketsOfGame.get(gameId) ?? [];
  }

  /** When the newest line and the newest state of a game were said, by their sources; null when never. */
  gameTimes(gameId: GameId): {
    readonly lineTimeMs: EpochMs | null;
    readonly gameTimeMs: EpochMs | null;
  } {
    const game = this.#games.get(gameId);
    const lines = [...(game?.legs.values() ?? [])].map(({ sourceTimeMs }) => sourceTimeMs);
    return {
      lineTimeMs: lines.length === 0 ? null : Math.max(...lines),
      gameTimeMs: newest(game?.states),
    };
  }

  putForecast(forecast: ModelForecast): void {
    this.#forecasts.set(forecast.gameId, forecast);
  }

  /** Takes a game state unless a newer one of the same source is known. True when something changed. */
  putGameState(state: GameState): boolean {
    const { states } = this.#heard(state);
    const known = states.get(state.source);
    if (known !== undefined && compareWords(state, known) <= 0) return false;
    states.set(state.source, state);
    return true;
  }

  /**
   * An odds feed was lost: nothing that it said counts any more, and until it says something again no forecast is
   * joined: a model may speak where nobody quotes, not where nobody is heard. The games whose legs changed.
   */
  dropFeed(feed: OddsFeedName): ReadonlySet<GameId> {
    const changed = new Set<GameId>();
    if (!this.#lostFeeds.has(feed))
      for (const gameId of this.#forecasts.keys()) changed.add(gameId);
    this.#lostFeeds.add(feed);
    for (const [gameId, { legs, removedAt }] of this.#games) {
      for (const [key, leg] of legs) if (leg.feed === feed && legs.delete(key)) changed.add(gameId);
      for (const key of removedAt.keys()) if (isOfFeed(key, feed)) removedAt.delete(key);
    }
    return changed;
  }

  /**
   * A source of scores was lost. Its word that a game is on, over, off or stopped stands until somebody says else: it
   * keeps from trading, or to the limits of play, and forgetting it would not.
   */
  dropScores(source: ScoreSource): ReadonlySet<GameId> {
    const changed = new Set<GameId>();
    for (const [gameId, { states }] of this.#games) {
      const phase = states.get(source)?.phase;
      if (phase === 'pregame' && states.delete(source)) changed.add(gameId);
    }
    return changed;
  }

  /** What is known of the game of each followed market, once a game. */
  *followedGames(nowMs: EpochMs): Iterable<JoinedGameView> {
    for (const gameId of this.#marketsOfGame.keys()) {
      const game = this.followedGame(gameId, nowMs);
      if (game !== null) yield game;
    }
  }

  /** One of them; null for a game without a followed market. */
  followedGame(gameId: GameId, nowMs: EpochMs): JoinedGameView | null {
    const [ticker] = this.marketsOf(gameId);
    const mapping = ticker === undefined ? null : (this.#markets.get(ticker)?.mapping ?? null);
    return mapping === null ? null : { mapping, ...this.gameView(gameId, nowMs) };
  }

  /** The legs that count of a game, the state that counts of those that its sources gave, and the forecast. */
  gameView(gameId: GameId, nowMs: EpochMs): Omit<JoinedGameView, 'mapping'> {
    const game = this.#games.get(gameId);
    const states = [...(game?.states.values() ?? [])];
    const legs = game === undefined ? [] : legsThatCount(game);
    return {
      legs,
      state: arbitrateGame(states, nowMs, this.#gameMaxAgeMs),
      forecast: this.#maySpeak(game, legs) ? (this.#forecasts.get(gameId) ?? null) : null,
    };
  }

  /** No model is joined where a feed is not heard, nor where a book has taken its line off: it knows why, we do not. */
  #maySpeak(game: JoinedGame | undefined, legs: readonly LineLeg[]): boolean {
    const isKnown = game !== undefined && (game.legs.size > 0 || game.removedAt.size > 0);
    const isTakenOff = isKnown && legs.length === 0;
    return this.#lostFeeds.size === 0 && !isTakenOff;
  }

  /**
   * Applies one odds event that came at a time; the games whose legs changed. The source's own sequence decides, never
   * arrival.
   */
  putOdds(event: OddsEvent, receivedMs: EpochMs): ReadonlySet<GameId> {
    const changed = new Set<GameId>();
    for (const feed of feedsOf(event)) this.#lostFeeds.delete(feed);
    switch (event.kind) {
      case 'alive':
        break;
      case 'legs':
        for (const leg of event.legs) if (this.#putLeg(leg)) changed.add(leg.gameId);
        break;
      case 'replace': {
        const said = new Set(event.legs.map((leg) => leg.side));
        for (const leg of event.legs) if (this.#putLeg(leg)) changed.add(leg.gameId);
        for (const side of SIDES)
          if (!said.has(side) && this.#removeLeg(event, side, receivedMs))
            changed.add(event.gameId);
        break;
      }
      case 'removed':
        for (const side of SIDES)
          if (this.#removeLeg(event, side, receivedMs)) changed.add(event.gameId);
        break;
    }
    return changed;
  }

  /** What is known of one market now, stamped. */
  tick(joined: JoinedMarket, stamp: TickStamp, nowMs: EpochMs): MarketTick {
    const { mapping } = joined;
    const game = mapping === null ? NO_GAME : this.gameView(mapping.gameId, nowMs);
    return {
      stamp,
      market: joined.market,
      mapping,
      book: {
        sync: joined.book.sync,
        view: joined.book.view(TICK_DEPTH),
        exchangeTimeMs: joined.bookTimeMs,
      },
      legs: game.legs,
      forecast: game.forecast,
      game: game.state,
      feederTimeMs: nowMs,
    };
  }

  #putLeg(leg: LineLeg): boolean {
    const game = this.#heard(leg);
    const { legs, removedAt } = game;
    const key = legKey(leg);
    const known = legs.get(key);
    const overtakes = noteSpoken(game, leg, saidMs(leg));
    if (orderOf(leg) <= (removedAt.get(key) ?? Number.NEGATIVE_INFINITY)) return overtakes;
    if (known !== undefined && latestLegs([known, leg])[0] === known) return overtakes;
    legs.set(key, leg);
    return true;
  }

  /** Takes a leg away unless a later message of its source has said it again. */
  #removeLeg(
    event: {
      readonly feed: OddsFeedName;
      readonly source: OddsSource;
      readonly gameId: GameId;
      readonly sequence: number;
    },
    side: GameOutcome,
    receivedMs: EpochMs,
  ): boolean {
    const game = this.#game(event.gameId);
    const { legs, removedAt } = game;
    const key = legKey({ ...event, side });
    const order = orderOf({ sequence: event.sequence, receivedMs });
    removedAt.set(key, Math.max(removedAt.get(key) ?? order, order));
    const sourceTimeMs = Math.floor(event.sequence / 1_000);
    const overtakes = noteSpoken(game, { ...event, side }, saidMs({ sourceTimeMs, receivedMs }));
    const known = legs.get(key);
    const isGone = known !== undefined && orderOf(known) <= order && legs.delete(key);
    return isGone || overtakes;
  }

  #heard({ gameId, receivedMs }: Pick<LineLeg, 'gameId' | 'receivedMs'>): JoinedGame {
    this.#newestMs = Math.max(this.#newestMs ?? receivedMs, receivedMs);
    const game = this.#game(gameId);
    game.heardMs = this.#newestMs;
    return game;
  }

  #game(gameId: GameId): JoinedGame {
    let game = this.#games.get(gameId);
    if (game === undefined) {
      this.#forgetOld();
      game = {
        heardMs: this.#newestMs,
        states: new Map(),
        legs: new Map(),
        removedAt: new Map(),
        spokenMs: new Map(),
      };
      this.#games.set(gameId, game);
    }
    return game;
  }

  /** Games that are over: a feeder runs through a season. */
  #forgetOld(): void {
    const sinceMs = (this.#newestMs ?? 0) - FORGET_AFTER_MS;
    for (const [gameId, { heardMs }] of this.#games)
      if (heardMs !== null && heardMs < sinceMs && !this.#marketsOfGame.has(gameId))
        this.#games.delete(gameId);
    for (const [gameId, { asOfMs }] of this.#forecasts)
      if (asOfMs < sinceMs && !this.#games.has(gameId) && !this.#marketsOfGame.has(gameId))
        this.#forecasts.delete(gameId);
  }
}

/** The feeds that say something of a game by an event. */
function feedsOf(event: OddsEvent): readonly OddsFeedName[] {
  if (event.kind === 'alive') return [];
  return event.kind === 'legs' ? event.legs.map(({ feed }) => feed) : [event.feed];
}

function isOfFeed(key: string, feed: OddsFeedName): boolean {
  return key.endsWith(` ${feed}`);
}

function newest(states: ReadonlyMap<ScoreSource, GameState> | undefined): EpochMs | null {
  const times = [...(states?.values() ?? [])].map(({ sourceTimeMs }) => sourceTimeMs);
  return times.length === 0 ? null : Math.max(...times);
}
