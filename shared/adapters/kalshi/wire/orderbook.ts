import * as z from 'zod';
import type { Level } from '../../../domain/market/book-view.ts';
import type { MarketTicker } from '../../../domain/market/market.ts';
import type { BookSnapshot } from '../../../domain/market/order-book.ts';
import { formatContracts } from '../../../domain/money/contracts.ts';
import { complement, formatPrice, type Price } from '../../../domain/money/price.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import { wireObject } from './known-fields.ts';
import { countField, nameField, openPriceField } from './wire-fields.ts';
import { MAX_LIST_BYTES } from './wire-lists.ts';
import { checkWire, readWire } from './wire-text.ts';

const sideField = z
  .array(z.tuple([openPriceField, countField]))
  .max(9_999)
  .nullish();
/** Both legs of a book by REST. */
export const BOOK = wireObject(
  'OrderbookCountFp',
  z.object({ yes_dollars: sideField, no_dollars: sideField }),
  [],
);
const bookFields = BOOK.schema.nullish();
const body = z.object({ orderbook_fp: bookFields });

/**
 * The book by REST (docs.kalshi.com, "Orderbook Responses"): bids of both legs, each on its own scale, so NO bids
 * become YES asks here. An absent, null or empty side is an empty side, and so is an empty book.
 */
export function decodeOrderbook(
  text: string,
  market: MarketTicker,
): { readonly kind: 'book'; readonly snapshot: BookSnapshot } | FrameRefusal {
  const read = readWire(body, text, `orderbook ${market}`);
  return read.kind === 'refused'
    ? read
    : { kind: 'book', snapshot: snapshotFrom(market, read.value.orderbook_fp) };
}

/** One of many books. */
export const MARKET_BOOK = wireObject(
  'MarketOrderbookFp',
  z.object({ ticker: nameField, orderbook_fp: bookFields }),
  [],
);
const manyBody = z.object({ orderbooks: z.array(z.unknown()).max(1_000).nullish() });

/** The body of `GET /markets/orderbooks`; a book that cannot be read stands aside. */
export function decodeOrderbooks(text: string):
  | {
      readonly kind: 'books';
      readonly snapshots: readonly BookSnapshot[];
      readonly refused: readonly FrameRefusal[];
    }
  | FrameRefusal {
  const read = readWire(manyBody, text, 'orderbooks', MAX_LIST_BYTES);
  if (read.kind === 'refused') return read;
  const snapshots: BookSnapshot[] = [];
  const refused: FrameRefusal[] = [];
  for (const value of read.value.orderbooks ?? []) {
    const checked = checkWire(MARKET_BOOK.schema, value, 'orderbook');
    if (checked.kind === 'refused') refused.push(checked);
    else snapshots.push(snapshotFrom(checked.value.ticker, checked.value.orderbook_fp));
  }
  return { kind: 'books', snapshots, refused };
}

function snapshotFrom(market: MarketTicker, fields: z.output<typeof bookFields>): BookSnapshot {
  const { yes_dollars, no_dollars } = fields ?? {};
  const levels = (side: typeof yes_dollars, toYes: (price: Price) => Price): readonly Level[] =>
    (side ?? []).map(([price, count]) => ({ price: toYes(price), count }));
  return {
    market,
    bids: levels(yes_dollars, (price) => price),
    asks: levels(no_dollars, complement),
    exchangeTimeMs: null,
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
