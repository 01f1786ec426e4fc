import { parseRfc3339 } from '../../../contracts/rfc3339.ts';
import type { Level } from '../../../domain/market/book-view.ts';
import { parseContracts } from '../../../domain/money/contracts.ts';
import { complement, ONE_DOLLAR, parsePrice, type Price } from '../../../domain/money/price.ts';
import type { FrameRefusal, MarketDataEvent, StreamSequence } from '../../../ports/market-data.ts';
import { parseSigned } from './wire-fields.ts';
import { refuseWire } from './wire-text.ts';

/**
 * The two frames of the hot path, checked by hand: the general schema checker takes several times as long as the whole
 * decoding (docs.kalshi.com, "Orderbook Updates").
 */

type Fields = Readonly<Record<string, unknown>>;

/** A book of every price on the finest grid has 9,999 levels a side. */
const MAX_LEVELS = 9_999;
const MAX_NAME_LENGTH = 200;
const MAX_UNITS = 1e12;
const MAX_TIME_MS = 8.64e15;

export function decodeSnapshot(
  sequence: StreamSequence,
  fields: Fields,
  useYesPrice: boolean,
): MarketDataEvent | FrameRefusal {
  const market = nameOf(fields['market_ticker']);
  if (market === null) return refuseWire('malformed', 'orderbook_snapshot market_ticker');
  if (sequence === null) return refuseWire('malformed', 'orderbook_snapshot without sid and seq');
  const bids = levelsOf(fields['yes_dollars_fp'], (price) => price);
  const asks = levelsOf(fields['no_dollars_fp'], useYesPrice ? (price) => price : complement);
  if (bids === null) return refuseWire('malformed', `orderbook_snapshot ${market} yes_dollars_fp`);
  if (asks === null) return refuseWire('malformed', `orderbook_snapshot ${market} no_dollars_fp`);
  return {
    kind: 'book_snapshot',
    sequence,
    snapshot: { market, bids, asks, exchangeTimeMs: null },
  };
}

export function decodeDelta(
  sequence: StreamSequence,
  fields: Fields,
  useYesPrice: boolean,
): MarketDataEvent | FrameRefusal {
  const market = nameOf(fields['market_ticker']);
  if (market === null) return refuseWire('malformed', 'orderbook_delta market_ticker');
  const refused = (field: string): FrameRefusal =>
    refuseWire('malformed', `orderbook_delta ${market} ${field} ${textOf(fields[field])}`);
  if (sequence === null) return refuseWire('malformed', 'orderbook_delta without sid and seq');
  const side = fields['side'];
  if (side !== 'yes' && side !== 'no') return refused('side');
  const price = openPrice(fields['price_dollars']);
  if (price === null) return refused('price_dollars');
  const text = fields['delta_fp'];
  const change = typeof text === 'string' ? parseSigned(text) : null;
  if (typeof change !== 'number') return refused('delta_fp');
  const exchangeTimeMs = timeOf(fields);
  if (exchangeTimeMs === null) return refused('ts_ms');
  const clientOrderId = fields['client_order_id'] ?? null;
  if (clientOrderId !== null && typeof clientOrderId !== 'string')
    return refused('client_order_id');
  return {
    kind: 'book_delta',
    sequence,
    delta: {
      market,
      side: side === 'yes' ? 'bid' : 'ask',
      price: side === 'yes' || useYesPrice ? price : complement(price),
      change,
      exchangeTimeMs,
      clientOrderId: clientOrderId === '' ? null : clientOrderId,
    },
  };
}

/** The levels of one side; an empty side is an absent key, null or an empty list. Null when one is not a level. */
function levelsOf(value: unknown, toYes: (price: Price) => Price): readonly Level[] | null {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || value.length > MAX_LEVELS) return null;
  const levels: Level[] = [];
  for (const item of value as readonly unknown[]) {
    if (!Array.isArray(item) || item.length !== 2) return null;
    const [priceText, countText] = item as readonly unknown[];
    const price = openPrice(priceText);
    if (price === null || typeof countText !== 'string') return null;
    const count = parseContracts(countText);
    if (typeof count !== 'number' || count > MAX_UNITS) return null;
    levels.push({ price: toYes(price), count });
  }
  return levels;
}

function openPrice(value: unknown): Price | null {
  if (typeof value !== 'string') return null;
  const price = parsePrice(value);
  return typeof price === 'number' && price > 0 && price < ONE_DOLLAR ? price : null;
}

/** `ts_ms`; frames before April 2026 had only the deprecated text. */
function timeOf(fields: Fields): number | null {
  const timeMs = fields['ts_ms'];
  if (timeMs === undefined) {
    const text = fields['ts'];
    const parsed = typeof text === 'string' ? parseRfc3339(text) : null;
    return typeof parsed === 'number' ? parsed : null;
  }
  return typeof timeMs === 'number' &&
    Number.isInteger(timeMs) &&
    timeMs >= 0 &&
    timeMs <= MAX_TIME_MS
    ? timeMs
    : null;
}

function nameOf(value: unknown): string | null {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_NAME_LENGTH
    ? value
    : null;
}

function textOf(value: unknown): string {
  return value === undefined ? 'is missing' : (JSON.stringify(value) ?? '').slice(0, 40);
}
