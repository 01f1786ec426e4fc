import type { Discovery } from '../../shared/application/discover-markets.ts';
import type { GameListing } from '../../shared/domain/market/game-listing.ts';
import { gameNamed } from '../../shared/domain/mapping/game-named.ts';
import { mapMarkets } from '../../shared/domain/mapping/map-markets.ts';
import type { League } from '../../shared/domain/market/leagues.ts';
import type { GameId, Market, MarketTicker } from '../../shared/domain/market/market.ts';
import type { Exchange, Read } from '../../shared/ports/exchange.ts';
import type { MarketCatalogue } from '../../shared/ports/market-catalogue.ts';
import type { Telemetry } from '../../shared/ports/telemetry.ts';
import type { DirectoryEntry } from './feeder-parts.ts';

export type DirectoryParts = {
  /** Open markets that pass the filters. */
  readonly discover: () => Promise<Read<Pick<Discovery, 'kept'>>>;
  /** Forgets what discovery keeps for a while, such as fees. */
  readonly forget: () => void;
  readonly games: () => Promise<Read<readonly GameListing[]>>;
  readonly reader: Pick<Exchange, 'markets'>;
  /** Markets in which there is a position: they are followed also when they are no longer open. */
  readonly held: () => Promise<readonly MarketTicker[]>;
  readonly telemetry: Telemetry;
};

/** Which markets there are and which game each is about: the exchange's listing joined with the scoreboard's. */
export class MarketDirectory {
  readonly #parts: DirectoryParts;
  #games: readonly GameListing[] = [];

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
  }

  /** Every open market that is about a listed game, and every one in which there is a position. */
  async read(
    how: { readonly afresh: boolean } = { afresh: false },
  ): Promise<Read<readonly DirectoryEntry[]>> {
    if (how.afresh) this.#parts.forget();
    const games = await this.#parts.games();
    if (games.kind === 'unavailable') return games;
    this.#games = games.value;
    const found = await this.#parts.discover();
    if (found.kind === 'unavailable') return found;
    const discovered = new Map(
      found.value.kept.map((one) => [one.listing.market.ticker, one] as const),
    );
    const markets = [...discovered.values()].map(({ listing }) => listing.market);
    const held = await this.#heldBeside(markets);
    if (held.kind === 'unavailable') return held;
    const { mapped, unmapped } = mapMarkets([...markets, ...held.value], games.value);
    this.#tell(markets, unmapped.length);
    const heldTickers = new Set(held.value.map(({ ticker }) => ticker));
    const orphans = unmapped.flatMap(({ market }) => {
      const orphan = heldTickers.has(market)
        ? held.value.find(({ ticker }) => ticker === market)
        : undefined;
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
    return named.kind === 'found' ? named.game.gameId : null;
  }

  async #heldBeside(open: readonly Market[]): Promise<Read<readonly Market[]>> {
    const listed = new Set(open.map(({ ticker }) => ticker));
    const tickers = (await this.#parts.held()).filter((ticker) => !listed.has(ticker));
    if (tickers.length === 0) return { kind: 'read', value: [] };
    const read = await this.#parts.reader.markets({ tickers });
    return read.kind === 'unavailable'
      ? read
      : { kind: 'read', value: read.value.map(({ market }) => market) };
  }

  #tell(markets: readonly Market[], unmapped: number): void {
    this.#parts.telemetry.log('info', 'directory_read', {
      games: this.#games.length,
      markets: markets.length,
      unmapped,
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
