import type { GameListing } from '../../shared/domain/market/game-listing.ts';
import { gameNamed, mapMarkets } from '../../shared/domain/mapping/map-markets.ts';
import type { GameId, Market, MarketTicker } from '../../shared/domain/market/market.ts';
import type { Exchange, ExchangeMarket, Read } from '../../shared/ports/exchange.ts';
import type { Telemetry } from '../../shared/ports/telemetry.ts';
import type { DirectoryEntry } from './feeder-parts.ts';

/** Markets of one read: their tickers stand in an address. */
const TICKERS_PER_READ = 100;

export type DirectoryParts = {
  /** Open markets of a series; from then on the exchange's reads know its fees. */
  readonly discover: (seriesTicker: string) => Promise<Read<readonly Market[]>>;
  readonly games: () => Promise<Read<readonly GameListing[]>>;
  readonly reader: Pick<Exchange, 'markets'>;
  /** Markets in which there is a position: they are followed also when they are no longer open. */
  readonly held: () => Promise<readonly MarketTicker[]>;
  readonly series: readonly string[];
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
  async read(): Promise<Read<readonly DirectoryEntry[]>> {
    const games = await this.#parts.games();
    if (games.kind === 'unavailable') return games;
    this.#games = games.value;
    const markets: Market[] = [];
    for (const series of this.#parts.series) {
      const found = await this.#parts.discover(series);
      if (found.kind === 'unavailable') return found;
      markets.push(...found.value);
    }
    const held = await this.#heldBeside(markets);
    if (held.kind === 'unavailable') return held;
    const { mapped, unmapped } = mapMarkets([...markets, ...held.value], games.value);
    this.#tell(markets, unmapped.length);
    const heldTickers = new Set(held.value.map(({ ticker }) => ticker));
    const orphans = unmapped.flatMap(({ market }) => {
      const found = heldTickers.has(market)
        ? held.value.find(({ ticker }) => ticker === market)
        : undefined;
      return found === undefined ? [] : [{ market: found, mapping: null }];
    });
    return { kind: 'read', value: [...mapped, ...orphans] };
  }

  /** Our game of what a feed names by teams and start; null when it is not exactly one of the listed games. */
  gameIdOf(said: {
    readonly home: string;
    readonly away: string;
    readonly startTimeMs: number;
  }): GameId | null {
    return gameNamed(this.#games, said)?.gameId ?? null;
  }

  async #heldBeside(open: readonly Market[]): Promise<Read<readonly Market[]>> {
    const listed = new Set(open.map(({ ticker }) => ticker));
    const tickers = (await this.#parts.held()).filter((ticker) => !listed.has(ticker));
    if (tickers.length === 0) return { kind: 'read', value: [] };
    const read = await inChunks(this.#parts.reader).markets({ tickers });
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

/** A reader that asks for any number of markets a hundred at a time. One part that fails fails the whole. */
export function inChunks(reader: Pick<Exchange, 'markets'>): Pick<Exchange, 'markets'> {
  return {
    markets: async ({ tickers }) => {
      const found: ExchangeMarket[] = [];
      for (let from = 0; from < tickers.length; from += TICKERS_PER_READ) {
        const part = tickers.slice(from, from + TICKERS_PER_READ);
        const read = await reader.markets({ tickers: part });
        if (read.kind === 'unavailable') return read;
        found.push(...read.value);
      }
      return { kind: 'read', value: found };
    },
  };
}
