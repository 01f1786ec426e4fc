import type { Discovery } from '../../shared/application/discover-markets.ts';
import type { MapReport } from '../../shared/application/map-catalogue.ts';
import { toldEvents } from '../../shared/application/told-events.ts';
import {
  checkStart,
  summariseStarts,
  type StartCheck,
} from '../../shared/domain/feeds/start-check.ts';
import { gameNamed } from '../../shared/domain/mapping/game-named.ts';
import { mapMarkets } from '../../shared/domain/mapping/map-markets.ts';
import { countUnmapped } from '../../shared/domain/mapping/mapping-refusal.ts';
import type { GameListing } from '../../shared/domain/market/game-listing.ts';
import type { League } from '../../shared/domain/market/leagues.ts';
import type { EpochMs, GameId, MarketTicker } from '../../shared/domain/market/market.ts';
import type { OddsFeedName } from '../../shared/domain/odds/line.ts';
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

/** A start that is further off is that of another game: teams of one series meet again the next day. */
const OTHER_GAME_MS = 12 * 3_600_000;
/** How many games are named in a line of log. */
const MOST_NAMED = 5;

/** What the odds feeds said of a game's start: one that agrees with the scoreboard outweighs one that does not. */
type OddsStart = { readonly startTimeMs: EpochMs; readonly agrees: boolean };

/** Which markets there are and which game each is about: the exchange's listing joined with the scoreboard's. */
export class MarketDirectory {
  readonly #parts: DirectoryParts;
  readonly #oddsStarts = new Map<GameId, OddsStart>();
  /** What each odds feed last said of the start of each listed game. */
  readonly #starts = new Map<OddsFeedName, Map<GameId, StartCheck>>();
  /** Of each feed what was last told of its starts. */
  readonly #toldStarts = new Map<OddsFeedName, string>();
  /** Markets that were mapped to a game: they are followed without one when that is not certain any more. */
  #mapped: ReadonlySet<MarketTicker> = new Set();
  /** The game that each market was first mapped to, for as long as the market is told of. */
  #firstGames: ReadonlyMap<MarketTicker, GameId> = new Map();
  #games: readonly GameListing[] = [];
  #report: MapReport = { games: 0, markets: 0, checked: [], unmapped: [], starts: [] };

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
  }

  /** The listed games as last read. */
  get games(): readonly GameListing[] {
    return this.#games;
  }

  /**
   * Every open market that is about a listed game, and every one in which there is a position. One that is open or held
   * and was about a game, and is not certainly now, is told of without it: nothing prices it, and exits go on.
   */
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
    const holding = new Set(await this.#parts.held());
    const held = await this.#heldBeside(holding, discovered);
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
      firstGames: this.#firstGames,
    });
    const mappedTo = new Map(mapped.map(({ market, mapping }) => [market.ticker, mapping.gameId]));
    this.#firstGames = new Map(
      told.flatMap(({ market: { ticker } }) => {
        const gameId = this.#firstGames.get(ticker) ?? mappedTo.get(ticker);
        return gameId === undefined ? [] : [[ticker, gameId] as const];
      }),
    );
    this.#report = {
      games: games.value.length,
      markets: told.length,
      checked,
      unmapped,
      starts: this.#startsOfFeeds(),
    };
    this.#tell();
    const refused = new Set(unmapped.map(({ market }) => market));
    const orphans = told.flatMap(({ market }) =>
      refused.has(market.ticker) && (holding.has(market.ticker) || this.#mapped.has(market.ticker))
        ? [{ market, mapping: null }]
        : [],
    );
    this.#mapped = new Set([
      ...mapped.map(({ market }) => market.ticker),
      ...orphans.map(({ market }) => market.ticker),
    ]);
    const entries = [...mapped, ...orphans].map((entry) => {
      const of = discovered.get(entry.market.ticker);
      return { ...entry, category: of?.category ?? null, researchGap: of?.researchGap ?? false };
    });
    return { kind: 'read', value: entries };
  }

  /**
   * Our game of what a feed names by league, teams and start; null when it is not exactly one of the listed games.
   * Teams of one name play in several leagues, so that a sport that is none of ours names no game.
   */
  gameIdOf(
    feed: OddsFeedName,
    said: {
      readonly league: League | null;
      readonly home: string;
      readonly away: string;
      readonly startTimeMs: number;
    },
  ): GameId | null {
    if (said.league === null) return null;
    const named = gameNamed(this.#games, said);
    if (named.kind !== 'found' && named.kind !== 'start_differs') return null;
    const { gameId, startTimeMs: scoreboardMs } = named.game;
    if (Math.abs(said.startTimeMs - scoreboardMs) > OTHER_GAME_MS) return null;
    const check = checkStart({ feedMs: said.startTimeMs, scoreboardMs });
    this.#startsOf(feed).set(gameId, check);
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
    for (const starts of this.#starts.values())
      for (const gameId of starts.keys())
        if (now.get(gameId) !== was.get(gameId)) starts.delete(gameId);
    this.#games = games;
  }

  #startsOf(feed: OddsFeedName): Map<GameId, StartCheck> {
    const known = this.#starts.get(feed);
    if (known !== undefined) return known;
    const starts = new Map<GameId, StartCheck>();
    this.#starts.set(feed, starts);
    return starts;
  }

  #startsOfFeeds(): MapReport['starts'] {
    return [...this.#starts].map(([feed, starts]) => ({
      feed,
      ...summariseStarts([...starts.values()]),
    }));
  }

  async #heldBeside(
    holding: ReadonlySet<MarketTicker>,
    listed: ReadonlyMap<MarketTicker, unknown>,
  ): Promise<Read<readonly MarketListing[]>> {
    const tickers = [...holding].filter((ticker) => !listed.has(ticker));
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
    for (const summary of this.#report.starts) this.#tellStarts(summary);
  }

  /** A feed whose starts are off by a zone: critical when most of them are, and once for each change. */
  #tellStarts({ feed, ...summary }: MapReport['starts'][number]): void {
    const { zoneSuspected, isZoneSwitch } = summary;
    const { telemetry } = this.#parts;
    telemetry.gauge(`odds_starts.${feed}.zone_suspected`, zoneSuspected);
    const now = `${zoneSuspected} ${isZoneSwitch}`;
    const before = this.#toldStarts.get(feed) ?? '0 false';
    this.#toldStarts.set(feed, now);
    if (now === before) return;
    const games = [...this.#startsOf(feed)]
      .filter(([, { kind }]) => kind === 'zone_suspected')
      .map(([gameId]) => gameId);
    telemetry.log(
      isZoneSwitch ? 'critical' : zoneSuspected > 0 ? 'warn' : 'info',
      'odds_zone_suspected',
      { feed, ...summary, games: games.slice(0, MOST_NAMED).join(', ') },
    );
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
