import {
  filterMarket,
  type MarketFilterCode,
  type MarketFilters,
} from '../domain/market/market-filters.ts';
import type { EpochMs } from '../domain/market/market.ts';
import type { Read } from '../ports/exchange.ts';
import type { MarketCatalogue, MarketListing, Series } from '../ports/market-catalogue.ts';
import type { Telemetry } from '../ports/telemetry.ts';

export type DiscoverDeps = {
  readonly catalogue: Pick<MarketCatalogue, 'series' | 'seriesList' | 'markets'>;
  readonly filters: MarketFilters;
  readonly telemetry: Telemetry;
};

/** A market to look at. A research gap is one that somebody should look into before it is traded. */
export type DiscoveredMarket = {
  readonly listing: MarketListing;
  readonly category: string | null;
  readonly researchGap: boolean;
};

export type Discovery = {
  readonly kept: readonly DiscoveredMarket[];
  /** How many markets each filter kept out, by the first one that did. */
  readonly refused: ReadonlyMap<MarketFilterCode, number>;
};

/**
 * The open markets that pass the filters, of the named series or of all when none is named. A market's category is that
 * of its series. A list that cannot be read in full is none: a market that is missing would be taken for one that closed.
 */
export async function discoverMarkets(
  { catalogue, filters, telemetry }: DiscoverDeps,
  request: { readonly series: readonly string[]; readonly nowMs: EpochMs },
): Promise<Read<Discovery>> {
  const series = await readSeries(catalogue, request.series);
  if (series.kind === 'unavailable') return series;
  const listings = await readListings(catalogue, request.series);
  if (listings.kind === 'unavailable') return listings;
  const categories = new Map(series.value.map((one) => [one.seriesTicker, one.category]));
  const kept: DiscoveredMarket[] = [];
  const refused = new Map<MarketFilterCode, number>();
  for (const listing of listings.value) {
    const { market, isCombo, bid, ask } = listing;
    const category = categories.get(market.seriesTicker) ?? null;
    const verdict = filterMarket({ market, category, isCombo, bid, ask }, filters, request.nowMs);
    if (verdict.kind === 'kept') kept.push({ listing, category, researchGap: verdict.researchGap });
    else refused.set(verdict.code, (refused.get(verdict.code) ?? 0) + 1);
  }
  const discovery = { kept, refused };
  tell(telemetry, discovery, listings.value.length);
  return { kind: 'read', value: discovery };
}

/** A series that is named and not known has no markets, and is left to the list of markets to tell. */
async function readSeries(
  catalogue: DiscoverDeps['catalogue'],
  named: readonly string[],
): Promise<Read<readonly Series[]>> {
  if (named.length === 0) return catalogue.seriesList({});
  const found: Series[] = [];
  for (const ticker of named) {
    const read = await catalogue.series(ticker);
    if (read.kind === 'unavailable') return read;
    if (read.value !== null) found.push(read.value);
  }
  return { kind: 'read', value: found };
}

async function readListings(
  catalogue: DiscoverDeps['catalogue'],
  named: readonly string[],
): Promise<Read<readonly MarketListing[]>> {
  if (named.length === 0) return catalogue.markets({ status: 'open' });
  const listings: MarketListing[] = [];
  for (const seriesTicker of named) {
    const read = await catalogue.markets({ seriesTicker, status: 'open' });
    if (read.kind === 'unavailable') return read;
    listings.push(...read.value);
  }
  return { kind: 'read', value: listings };
}

function tell(telemetry: Telemetry, { kept, refused }: Discovery, looked: number): void {
  const researchGaps = kept.filter(({ researchGap }) => researchGap).length;
  telemetry.count('discovery.kept', kept.length);
  telemetry.count('discovery.research_gaps', researchGaps);
  for (const [code, markets] of refused) telemetry.count(`discovery.refused.${code}`, markets);
  telemetry.log('info', 'markets_discovered', {
    looked,
    kept: kept.length,
    researchGaps,
    ...Object.fromEntries([...refused].map(([code, markets]) => [`refused_${code}`, markets])),
  });
}
