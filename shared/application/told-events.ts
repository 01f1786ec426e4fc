import type { ToldEvent } from '../domain/mapping/checked-mapping.ts';
import { gameSeries } from '../domain/mapping/series.ts';
import type { EventTicker, Market } from '../domain/market/market.ts';
import type { SettlementSource } from '../domain/market/settlement-facts.ts';
import type { Read } from '../ports/exchange.ts';
import type { MarketCatalogue } from '../ports/market-catalogue.ts';

/** Events that the open list of their series does not show and that are asked for by themselves. */
const SINGLE_READS = 100;

/**
 * What the exchange tells of the events of some markets: titles, exclusion, and who settles them, which is their series'
 * where the event names nobody. Series that are none of game winners are not asked for. What cannot be read in full is
 * not read: a market without its event is mapped to nothing.
 */
export async function toldEvents(
  catalogue: Pick<MarketCatalogue, 'series' | 'events' | 'event'>,
  markets: readonly Market[],
): Promise<Read<ReadonlyMap<EventTicker, ToldEvent>>> {
  const told = new Map<EventTicker, ToldEvent>();
  const bySeries = Map.groupBy(markets, ({ seriesTicker }) => seriesTicker);
  let single = 0;
  for (const [seriesTicker, ofSeries] of bySeries) {
    if (gameSeries(seriesTicker) === null) continue;
    const series = await catalogue.series(seriesTicker);
    if (series.kind === 'unavailable') return series;
    const open = await catalogue.events({ seriesTicker, status: 'open' });
    if (open.kind === 'unavailable') return open;
    const sources = series.value?.settlementSources ?? [];
    const wanted = new Set(ofSeries.map(({ eventTicker }) => eventTicker));
    for (const event of open.value)
      if (wanted.delete(event.eventTicker))
        told.set(event.eventTicker, withSources(event, sources));
    for (const eventTicker of wanted) {
      if (single === SINGLE_READS) break;
      single += 1;
      const event = await catalogue.event(eventTicker);
      if (event.kind === 'unavailable') return event;
      if (event.value !== null) told.set(eventTicker, withSources(event.value, sources));
    }
  }
  return { kind: 'read', value: told };
}

function withSources(event: ToldEvent, ofSeries: readonly SettlementSource[]): ToldEvent {
  const { eventTicker, title, isMutuallyExclusive, settlementSources } = event;
  return {
    eventTicker,
    title,
    isMutuallyExclusive,
    settlementSources: settlementSources.length > 0 ? settlementSources : ofSeries,
  };
}
