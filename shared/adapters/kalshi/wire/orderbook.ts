import * as z from 'zod';
import type { Level } from '../../../domain/market/book-view.ts';
import type { MarketTicker } from '../../../domain/market/market.ts';
import type { BookSnapshot } from '../../../domain/market/order-book.ts';
import { formatContracts } from '../../../domain/money/contracts.ts';
import { complement, formatPrice, type Price } from '../../../domain/money/price.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import { countField, openPriceField } from './wire-fields.ts';
import { readWire } from './wire-text.ts';

const sideField = z
  .array(z.tuple([openPriceField, countField]))
  .max(9_999)
  .nullish();
const body = z.object({
  orderbook_fp: z.object({ yes_dollars: sideField, no_dollars: sideField }).nullish(),
});

/**
 * The book by REST (docs.kalshi.com, "Orderbook Responses"): bids of both legs, each on its own scale, so NO bids
 * become YES asks here. An absent, null or empty side is an empty side.
 */
export function decodeOrderbook(
  text: string,
  market: MarketTicker,
): { readonly kind: 'book'; readonly snapshot: BookSnapshot } | FrameRefusal {
  const read = readWire(body, text, `orderbook ${market}`);
  if (read.kind === 'refused') return read;
  const { yes_dollars, no_dollars } = read.value.orderbook_fp ?? {};
  const levels = (side: typeof yes_dollars, toYes: (price: Price) => Price): readonly Level[] =>
    (side ?? []).map(([price, count]) => ({ price: toYes(price), count }));
  return {
    kind: 'book',
    snapshot: {
      market,
      bids: levels(yes_dollars, (price) => price),
      asks: levels(no_dollars, complement),
      exchangeTimeMs: null,
    },
  };
}

/** The same body from the exchange's side. */
export function encodeOrderbook(snapshot: BookSnapshot): string {
  return JSON.stringify({
    orderbook_fp: {
      yes_dollars: encodeLevels(snapshot.bids, (price) => price),
      no_dollars: encodeLevels(snapshot.asks, complement),
    },
  });
}

/** Levels as the exchange writes them: price and count as texts, ascending, so that a leg's best bid is last. */
export function encodeLevels(
  levels: readonly Level[],
  toWire: (price: Price) => Price,
): readonly (readonly [string, string])[] {
  return levels
    .map(({ price, count }) => ({ price: toWire(price), count }))
    .toSorted((a, b) => a.price - b.price)
    .map(({ price, count }) => [formatPrice(price), formatContracts(count)] as const);
}
