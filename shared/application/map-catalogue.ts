import type { StartsSummary } from '../domain/feeds/start-check.ts';
import type { CheckedMapping } from '../domain/mapping/checked-mapping.ts';
import { mapMarkets } from '../domain/mapping/map-markets.ts';
import type { Unmapped } from '../domain/mapping/mapping-refusal.ts';
import type { GameListing } from '../domain/market/game-listing.ts';
import type { OddsFeedName } from '../domain/odds/line.ts';
import type { Read } from '../ports/exchange.ts';
import type { MarketCatalogue, MarketListing } from '../ports/market-catalogue.ts';
import { toldEvents } from './told-events.ts';

/** Each market's mapping with its evidence, and what is mapped to nothing and why. */
export type MapReport = {
  /** How many games were listed, and how many markets were looked at. */
  readonly games: number;
  readonly markets: number;
  readonly checked: readonly CheckedMapping[];
  readonly unmapped: readonly Unmapped[];
  /** Of each odds feed that named games, how its starts stand against the scoreboard's. */
  readonly starts: readonly (StartsSummary & { readonly feed: OddsFeedName })[];
};

/** Maps every open market of some series, whatever its quotes are. Unavailable when a list cannot be read in full. */
export async function mapCatalogue(
  catalogue: Pick<MarketCatalogue, 'markets' | 'series' | 'events' | 'event'>,
  request: {
    readonly series: readonly string[];
    readonly seriesNamed: readonly string[];
    readonly games: readonly GameListing[];
  },
): Promise<Read<MapReport>> {
  const told: MarketListing[] = [];
  for (const seriesTicker of request.series) {
    const open = await catalogue.markets({ seriesTicker, status: 'open' });
    if (open.kind === 'unavailable') return open;
    told.push(...open.value);
  }
  const events = await toldEvents(
    catalogue,
    told.map(({ market }) => market),
  );
  if (events.kind === 'unavailable') return events;
  const { games, seriesNamed } = request;
  const { checked, unmapped } = mapMarkets({
    markets: told,
    events: events.value,
    games,
    seriesNamed,
  });
  const report = { games: games.length, markets: told.length, checked, unmapped, starts: [] };
  return { kind: 'read', value: report };
}
