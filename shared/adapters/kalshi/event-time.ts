import type { EpochMs } from '../../domain/market/market.ts';
import type { MarketDataEvent } from '../../ports/market-data.ts';

/** When the exchange wrote a message, to the millisecond; null where it does not say, or only to the second. */
export function timeOfEvent(event: MarketDataEvent): EpochMs | null {
  switch (event.kind) {
    case 'book_delta':
      return event.delta.exchangeTimeMs;
    case 'public_trade':
    case 'order_group_told':
      return event.exchangeTimeMs;
    case 'fill':
      return event.fill.exchangeTimeMs;
    case 'order_update':
      return event.update.exchangeTimeMs;
    case 'quote_summary':
      return event.quote.exchangeTimeMs;
    case 'book_snapshot':
    case 'lifecycle':
    case 'price_grid_told':
    case 'market_facts_told':
    case 'event_told':
    case 'event_fees_told':
    case 'position_told':
    case 'control':
    case 'stream_error':
      return null;
  }
}
