import type { Discovery } from '../../shared/application/discover-markets.ts';
import type { MapReport } from '../../shared/application/map-catalogue.ts';
import { toldEvents } from '../../shared/application/told-events.ts';
import { gameNamed } from '../../shared/domain/mapping/game-named.ts';
import { mapMarkets } from '../../shared/domain/mapping/map-markets.ts';
import { countUnmapped } from '../../shared/domain/mapping/mapping-refusal.ts';
import type { GameListing } from '../../shared/domain/market/game-listing.ts';
import type { League } from '../../shared/domain/market/leagues.ts';
import type { EpochMs, GameId, MarketTicker } from '../../shared/domain/market/market.ts';
import type { Exchange, Read } from '../../shared/ports/exchange.ts';
import type { MarketCatalogue, MarketListing } from '../../shared/ports/market-catalogue.ts';
import type { Telemetry } from '../../shared/ports/telemetry.ts';
import type { DirectoryEntry } from './feeder-parts.ts';

export type DirectoryParts = {
  /** Open markets that pass the filters. */
  readonly discover: () => Promise<Read<Pick<Discovery, 'kept'>>>;
  /** Forgets what discovery keeps for a while, such as fees. */
  readonly forget: () => void;
  readonly games: () => Promise<Read<readonly GameListing[]>>;
  readonly catalogue: Pick<MarketCatalogue, 'markets' | 'series' | 'events' | 'event'>;
  /** Series that nobody has confirmed and that are on all the same. */
  readonly seriesNamed?: readonly string[];
  /** Markets in which there is a position: they are followed also when they are no longer open. */
  readonly held: () => Promise<readonly MarketTicker[]>;
  readonly telemetry: Telemetry;
};

/** What the odds feed said of a game's start: one that agrees with the scoreboard outweighs one that does not. */
type OddsStart = { readonly startTimeMs: EpochMs; readonly agrees: boolean };

/** Which markets there are and which game each is about: the exchange's listing joined with the scoreboard's. */
export class MarketDirectory {
  readonly #parts: DirectoryParts;
  readonly #oddsStarts = new Map<GameId, OddsStart>();
  #games: readonly GameListing[] = [];
  #report: MapReport = { games: 0, markets: 0, checked: [], unmapped: [] };

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
  }

  /** The listed games as last read. */
  get games(): readonly GameListing[] {
    return this.#games;
  }

  /** Every open market that is about a listed game, and every one in which there is a position. */
  async read(
    how: { readonly afresh: boolean } = { afresh: false },
  ): Promise<Read<readonly DirectoryEntry[]>> {
    if (how.afresh) this.#parts.forget();
    const games = await this.#parts.games();
    if (games.kind === 'unavailable') return games;
    this.#follow(games.value);
    const found = await this.#parts.discover();
    if (found.kind === 'unavailable') return found;
    const discovered = new Map(
      found.value.kept.map((one) => [one.listing.market.ticker, one] as const),
    );
    const held = await this.#heldBeside(discovered);
    if (held.kind === 'unavailable') return held;
    const told = [...[...discovered.values()].map(({ listing }) => listing), ...held.value];
    const events = await toldEvents(
      this.#parts.catalogue,
      told.map(({ market }) => market),
    );
    if (events.kind === 'unavailable') return events;
    const { mapped, checked, unmapped } = mapMarkets({
      markets: told,
      events: events.value,
      games: games.value,
      seriesNamed: this.#parts.seriesNamed ?? [],
      oddsStarts: new Map(
        [...this.#oddsStarts].map(([gameId, { startTimeMs }]) => [gameId, startTimeMs]),
      ),
    });
    this.#report = { games: games.value.length, markets: told.length, checked, unmapped };
    this.#tell();
    const heldMarkets = new Map(held.value.map(({ market }) => [market.ticker, market]));
    const orphans = unmapped.flatMap(({ market }) => {
      const orphan = heldMarkets.get(market);
      return orphan === undefined ? [] : [{ market: orphan, mapping: null }];
    });
    const entries = [...mapped, ...orphans].map((entry) => {
      const of = discovered.get(entry.market.ticker);
      return { ...entry, category: of?.category ?? null, researchGap: of?.researchGap ?? false };
    });
    return { kind: 'read', value: entries };
  }

  /** Our game of what a feed names by teams and start; null when it is not exactly one of the listed games. */
  gameIdOf(said: {
    readonly league?: League | null;
    readonly home: string;
    readonly away: string;
    readonly startTimeMs: number;
  }): GameId | null {
    const named = gameNamed(this.#games, { ...said, league: said.league ?? null });
    if (named.kind !== 'found' && named.kind !== 'start_differs') return null;
    const { gameId } = named.game;
    const agrees = named.kind === 'found';
    if (agrees || this.#oddsStarts.get(gameId)?.agrees !== true)
      this.#oddsStarts.set(gameId, { startTimeMs: said.startTimeMs, agrees });
    return agrees ? gameId : null;
  }

  /** What was last read, for people. */
  report(): MapReport {
    return this.#report;
  }

  /** What was said of the start of a game that moved, or is not listed any more, says nothing of it now. */
  #follow(games: readonly GameListing[]): void {
    const was = new Map(this.#games.map(({ gameId, startTimeMs }) => [gameId, startTimeMs]));
    const now = new Map(games.map(({ gameId, startTimeMs }) => [gameId, startTimeMs]));
    for (const gameId of this.#oddsStarts.keys())
      if (now.get(gameId) !== was.get(gameId)) this.#oddsStarts.delete(gameId);
    this.#games = games;
  }

  async #heldBeside(
    listed: ReadonlyMap<MarketTicker, unknown>,
  ): Promise<Read<readonly MarketListing[]>> {
    const tickers = (await this.#parts.held()).filter((ticker) => !listed.has(ticker));
    if (tickers.length === 0) return { kind: 'read', value: [] };
    return this.#parts.catalogue.markets({ tickers });
  }

  #tell(): void {
    const { games, markets, unmapped } = this.#report;
    this.#parts.telemetry.log('info', 'directory_read', {
      games,
      markets,
      unmapped: unmapped.length,
      ...Object.fromEntries(
        countUnmapped(unmapped).map(({ league, code, count }) => [
          `unmapped.${league ?? 'other'}.${code}`,
          count,
        ]),
      ),
    });
  }
}

/** Markets by their tickers as the catalogue lists them, fees of series and event included. */
export function marketReader(
  catalogue: Pick<MarketCatalogue, 'markets'>,
): Pick<Exchange, 'markets'> {
  return {
    markets: async ({ tickers }) => {
      if (tickers.length === 0) return { kind: 'read', value: [] };
      const read = await catalogue.markets({ tickers });
      if (read.kind === 'unavailable') return read;
      return { kind: 'read', value: read.value.map(({ market, result }) => ({ market, result })) };
    },
  };
}
