import type { Market } from '../../shared/domain/market/market.ts';
import type { MarketDataEvent } from '../../shared/ports/market-data.ts';

type Told<K extends MarketDataEvent['kind']> = Extract<MarketDataEvent, { readonly kind: K }>;

/** A market with what a read of it may change; null when that is what was known. */
export function afterRead(known: Market, read: Market): Market | null {
  const after = { ...known, ...readFacts(read) };
  return factsText(after) === factsText(known) ? null : after;
}

/** What the stream said of a market's words and times; null is not said. */
export function toldFacts(event: Told<'market_facts_told'>): Partial<Market> {
  const { title, openTimeMs, closeTimeMs, expectedExpirationMs } = event;
  return {
    ...(title !== null && { title }),
    ...(openTimeMs !== null && { openTimeMs }),
    ...(closeTimeMs !== null && { closeTimeMs }),
    ...(expectedExpirationMs !== null && { expectedExpirationMs }),
  };
}

/** A market after what the stream says has happened to it (Kalshi: Market and Event Lifecycle). */
export function afterLifecycle(market: Market, event: Told<'lifecycle'>): Market {
  switch (event.event) {
    case 'activated':
      return { ...market, status: 'active' };
    case 'deactivated':
      return { ...market, status: 'inactive' };
    case 'close_date_updated':
      return event.closeTimeMs === null ? market : { ...market, closeTimeMs: event.closeTimeMs };
    case 'determined':
      return { ...market, status: 'determined' };
    case 'settled':
      return { ...market, status: 'finalized' };
    case 'created':
    case 'price_level_structure_updated':
    case 'metadata_updated':
      return market;
  }
}

function readFacts(read: Market): Partial<Market> {
  const { status, openTimeMs, closeTimeMs, expectedExpirationMs, priceRanges, fees } = read;
  return { status, openTimeMs, closeTimeMs, expectedExpirationMs, priceRanges, fees };
}

function factsText(market: Market): string {
  return JSON.stringify(readFacts(market));
}
