import type { BookView } from '../market/book-view.ts';
import { ONE_DOLLAR, price, type Price } from '../money/price.ts';
import type { BookSide } from './intent.ts';

/** Prices an order may carry, both ends included, on the YES scale. */
export type PriceCollar = { readonly lowest: Price; readonly highest: Price };

const UNITS_PER_CENT = 100;
const LOWEST_PRICE = 1;
const HIGHEST_PRICE = ONE_DOLLAR - 1;

/**
 * How far through the touch an order may reach: a bid at most `cents` above the best ask, an ask at most `cents` below
 * the best bid, always strictly between zero and one dollar. Null when there is nothing to trade against. The exchange
 * has no market orders; this bounds the limit that stands in for one.
 */
export function collarThrough({
  bookSide,
  view,
  cents,
}: {
  readonly bookSide: BookSide;
  readonly view: BookView;
  readonly cents: number;
}): PriceCollar | null {
  const touch = bookSide === 'bid' ? view.asks[0] : view.bids[0];
  if (touch === undefined) return null;
  const reach = cents * UNITS_PER_CENT;
  return bookSide === 'bid'
    ? { lowest: price(LOWEST_PRICE), highest: inside(touch.price + reach) }
    : { lowest: inside(touch.price - reach), highest: price(HIGHEST_PRICE) };
}

function inside(units: number): Price {
  return price(Math.min(HIGHEST_PRICE, Math.max(LOWEST_PRICE, units)));
}
