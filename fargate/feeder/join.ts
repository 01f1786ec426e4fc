import { OrderBook } from '../../shared/domain/market/order-book.ts';
import type { GameState } from '../../shared/domain/market/game-state.ts';
import type {
  EpochMs,
  GameId,
  GameMapping,
  GameOutcome,
  Market,
} from '../../shared/domain/market/market.ts';
import type { MarketTick, TickStamp } from '../../shared/domain/market/market-tick.ts';
import type { ModelForecast } from '../../shared/domain/models/forecast.ts';
import { latestLegs, legKey } from '../../shared/domain/odds/assembly.ts';
import type { LineLeg, OddsFeedName, OddsSource } from '../../shared/domain/odds/line.ts';
import type { OddsEvent } from '../../shared/ports/odds-feed.ts';

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
};

type JoinedGame = {
  state: GameState | null;
  readonly legs: Map<string, LineLeg>;
  /** Up to which sequence a leg was taken away; an older one that comes late does not bring it back. */
  readonly removedAt: Map<string, number>;
};

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
  }

  #removeFromGame({ market, mapping }: JoinedMarket): void {
    if (mapping === null) return;
    const others = this.marketsOf(mapping.gameId).filter((ticker) => ticker !== market.ticker);
    this.#marketsOfGame.set(mapping.gameId, [...others]);
  }

  markets(): Iterable<JoinedMarket> {
    return this.#markets.values();
  }

  market(ticker: string): JoinedMarket | undefined {
    return this.#markets.get(ticker);
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
      gameTimeMs: game?.state?.sourceTimeMs ?? null,
    };
  }

  putForecast(forecast: ModelForecast): void {
    this.#forecasts.set(forecast.gameId, forecast);
  }

  /** Takes a game state unless a newer one of the same source is known. True when something changed. */
  putGameState(state: GameState): boolean {
    const game = this.#game(state.gameId);
    if (game.state !== null && game.state.sourceTimeMs >= state.sourceTimeMs) return false;
    game.state = state;
    return true;
  }

  /** Applies one odds event; the games whose legs changed. The source's own sequence decides, never arrival. */
  putOdds(event: OddsEvent): ReadonlySet<GameId> {
    const changed = new Set<GameId>();
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
          if (!said.has(side) && this.#removeLeg(event, side)) changed.add(event.gameId);
        break;
      }
      case 'removed':
        for (const side of SIDES) if (this.#removeLeg(event, side)) changed.add(event.gameId);
        break;
    }
    return changed;
  }

  /** What is known of one market now, stamped. */
  tick(joined: JoinedMarket, stamp: TickStamp, nowMs: EpochMs): MarketTick {
    const game = joined.mapping === null ? undefined : this.#games.get(joined.mapping.gameId);
    return {
      stamp,
      market: joined.market,
      mapping: joined.mapping,
      book: {
        sync: joined.book.sync,
        view: joined.book.view(TICK_DEPTH),
        exchangeTimeMs: joined.bookTimeMs,
      },
      legs: game === undefined ? [] : [...game.legs.values()],
      forecast:
        joined.mapping === null ? null : (this.#forecasts.get(joined.mapping.gameId) ?? null),
      game: game?.state ?? null,
      feederTimeMs: nowMs,
    };
  }

  #putLeg(leg: LineLeg): boolean {
    const { legs, removedAt } = this.#game(leg.gameId);
    const key = legKey(leg);
    const known = legs.get(key);
    if (leg.sequence <= (removedAt.get(key) ?? Number.NEGATIVE_INFINITY)) return false;
    if (known !== undefined && latestLegs([known, leg])[0] === known) return false;
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
  ): boolean {
    const { legs, removedAt } = this.#game(event.gameId);
    const key = legKey({ ...event, side });
    removedAt.set(key, Math.max(removedAt.get(key) ?? event.sequence, event.sequence));
    const known = legs.get(key);
    return known !== undefined && known.sequence <= event.sequence && legs.delete(key);
  }

  #game(gameId: GameId): JoinedGame {
    let game = this.#games.get(gameId);
    if (game === undefined) {
      game = { state: null, legs: new Map(), removedAt: new Map() };
      this.#games.set(gameId, game);
    }
    return game;
  }
}
