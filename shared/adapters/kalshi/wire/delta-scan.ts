import type { MarketDataEvent } from '../../../ports/market-data.ts';
import { ONE_DOLLAR, type Price } from '../../../domain/money/price.ts';

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const BACKSLASH = 92;
const BRACE = 125;
const MAX_NAME_LENGTH = 200;
/** Digits of an integer that a double holds whatever they are. */
const MAX_DIGITS = 15;
/** Digits before the point of a count that stays below the limit of the general decoder. */
const MAX_COUNT_DIGITS = 9;

const HEAD = '{"type":"orderbook_delta","sid":';
const SEQUENCE = '"seq":';
const TICKER = '"msg":{"market_ticker":"';
const MARKET_ID = ',"market_id":"';
const PRICE = ',"price_dollars":"0.';
const CHANGE = '","delta_fp":"';
const SIDE = ',"side":"';
const TIME = ',"ts":"';
const TIME_MS = ',"ts_ms":';

/** Where the last token ended, and the value of the last number. One scan at a time: nothing here is re-entered. */
let at = 0;
let scanned = 0;

/**
 * Reads a delta in the exact layout in which the exchange writes one that is not ours, checking every byte on the way.
 * Null at the first deviation, also for valid JSON in another layout or invalid values: the general decoder then
 * decides, and a property test holds the two equal. tests/bench/book-deltas.ts measures it beside JSON.parse.
 */
export function scanDelta(
  text: string,
  useYesPrice: boolean,
): Extract<MarketDataEvent, { kind: 'book_delta' }> | null {
  at = 0;
  if (!skip(text, HEAD) || !integer(text, COMMA)) return null;
  const subscription = scanned;
  if (!skip(text, SEQUENCE) || !integer(text, COMMA)) return null;
  const sequence = scanned;
  if (!skip(text, TICKER)) return null;
  const tickerFrom = at;
  if (!string(text)) return null;
  const tickerTo = at - 1;
  if (tickerTo === tickerFrom || tickerTo - tickerFrom > MAX_NAME_LENGTH) return null;
  if (!skip(text, MARKET_ID) || !string(text)) return null;

  // The documentation writes the side before the price, the recorded wire after the change.
  const sideFirst = text.charCodeAt(at + 2) === 115;
  let side: 'bid' | 'ask' | null = null;
  if (sideFirst && (side = sideOf(text)) === null) return null;
  if (!skip(text, PRICE) || !fraction(text, 4)) return null;
  const units = scanned;
  if (units === 0) return null;
  if (!skip(text, CHANGE) || !signed(text)) return null;
  const change = scanned;
  if (!sideFirst) side = sideOf(text);
  if (side === null || !skip(text, TIME) || !string(text)) return null;
  if (!skip(text, TIME_MS) || !integer(text, BRACE)) return null;
  if (text.charCodeAt(at) !== BRACE || at + 1 !== text.length) return null;

  const price = (side === 'bid' || useYesPrice ? units : ONE_DOLLAR - units) as Price;
  return {
    kind: 'book_delta',
    sequence: { subscription, sequence },
    delta: {
      market: text.slice(tickerFrom, tickerTo),
      side,
      price,
      change,
      exchangeTimeMs: scanned,
      clientOrderId: null,
    },
  };
}

function skip(text: string, literal: string): boolean {
  if (!text.startsWith(literal, at)) return false;
  at += literal.length;
  return true;
}

/** The rest of a string without escapes, and its closing quote. */
function string(text: string): boolean {
  for (let index = at; ; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) {
      at = index + 1;
      return true;
    }
    // NaN, past the end, is no code at all and fails the comparison too.
    if (!(code >= 32) || code === BACKSLASH) return false;
  }
}

/** A non-negative JSON integer and the character after it. */
function integer(text: string, after: number): boolean {
  const from = at;
  let value = 0;
  let index = from;
  let digit = text.charCodeAt(index) - ZERO;
  while (digit >= 0 && digit <= 9) {
    value = value * 10 + digit;
    index += 1;
    digit = text.charCodeAt(index) - ZERO;
  }
  const length = index - from;
  if (length === 0 || length > MAX_DIGITS || digit + ZERO !== after) return false;
  if (length > 1 && text.charCodeAt(from) === ZERO) return false;
  at = index + 1;
  scanned = value;
  return true;
}

/** Exactly `digits` digits, the cursor left at what follows. */
function fraction(text: string, digits: number): boolean {
  let value = 0;
  for (let index = at; index < at + digits; index += 1) {
    const digit = text.charCodeAt(index) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return false;
    value = value * 10 + digit;
  }
  at += digits;
  scanned = value;
  return true;
}

/** A signed decimal with two digits after the point, and its closing quote. */
function signed(text: string): boolean {
  const negative = text.charCodeAt(at) === MINUS;
  const from = negative ? at + 1 : at;
  let whole = 0;
  let index = from;
  let digit = text.charCodeAt(index) - ZERO;
  while (digit >= 0 && digit <= 9) {
    whole = whole * 10 + digit;
    index += 1;
    digit = text.charCodeAt(index) - ZERO;
  }
  const length = index - from;
  if (length === 0 || length > MAX_COUNT_DIGITS || digit + ZERO !== POINT) return false;
  at = index + 1;
  if (!fraction(text, 2) || text.charCodeAt(at) !== QUOTE) return false;
  at += 1;
  const magnitude = whole * 100 + scanned;
  scanned = negative && magnitude !== 0 ? -magnitude : magnitude;
  return true;
}

function sideOf(text: string): 'bid' | 'ask' | null {
  if (!skip(text, SIDE)) return null;
  if (skip(text, 'yes"')) return 'bid';
  return skip(text, 'no"') ? 'ask' : null;
}
