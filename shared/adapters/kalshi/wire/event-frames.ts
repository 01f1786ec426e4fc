import * as z from 'zod';
import type {
  FrameRefusal,
  LifecycleEvent,
  MarketDataEvent,
  StreamSequence,
} from '../../../ports/market-data.ts';
import { marketResultFrom } from './market-result.ts';
import { fillMessage, userOrderMessage } from './own-frames.ts';
import {
  bookSideFrom,
  countField,
  directionFields,
  epochMsField,
  epochSecondsField,
  nameField,
  openPriceField,
  priceField,
  priceRangesField,
} from './wire-fields.ts';
import { checkWire, refuseWire } from './wire-text.ts';

/** The frames that are rare beside book deltas (docs.kalshi.com: Public Trades, User Fills, User Orders, Lifecycle). */

const MAX_TITLE_LENGTH = 2_000;

/** Known to be sent, and not read by us. */
const unread = z.unknown().optional();

const tradeMessage = z.object({
  trade_id: nameField,
  market_ticker: nameField,
  yes_price_dollars: openPriceField,
  no_price_dollars: unread,
  count_fp: countField,
  taker_book_side: directionFields.book_side,
  taker_outcome_side: directionFields.outcome_side,
  /** Deprecated, and all that frames before May 2026 had. */
  taker_side: z.enum(['yes', 'no']).optional(),
  is_block_trade: unread,
  ts: epochSecondsField.nullish(),
  ts_ms: epochMsField.nullish(),
});

export function decodeTrade(
  sequence: StreamSequence,
  message: unknown,
): MarketDataEvent | FrameRefusal {
  const checked = checkWire(tradeMessage, message, 'trade');
  if (checked.kind === 'refused') return checked;
  const trade = checked.value;
  const takerSide = bookSideFrom({
    book_side: trade.taker_book_side,
    outcome_side: trade.taker_outcome_side ?? trade.taker_side,
  });
  const exchangeTimeMs = trade.ts_ms ?? trade.ts ?? null;
  if (takerSide === null) return refuseWire('malformed', 'trade taker_book_side is missing');
  if (exchangeTimeMs === null) return refuseWire('malformed', 'trade ts_ms is missing');
  return {
    kind: 'public_trade',
    sequence,
    tradeId: trade.trade_id,
    market: trade.market_ticker,
    price: trade.yes_price_dollars,
    count: trade.count_fp,
    takerSide,
    exchangeTimeMs,
  };
}

const LIFECYCLE_EVENTS: readonly LifecycleEvent[] = [
  'created',
  'activated',
  'deactivated',
  'close_date_updated',
  'determined',
  'settled',
  'price_level_structure_updated',
  'metadata_updated',
];

const metadata = z.object({
  title: z.string().max(MAX_TITLE_LENGTH).nullish(),
  expected_expiration_ts: epochSecondsField.nullish(),
});

const lifecycleMessage = z.object({
  market_ticker: nameField,
  event_type: z.string().max(100),
  exchange_index: unread,
  open_ts: epochSecondsField.nullish(),
  close_ts: epochSecondsField.nullish(),
  determination_ts: epochSecondsField.nullish(),
  settled_ts: epochSecondsField.nullish(),
  result: z.string().nullish(),
  settlement_value: priceField.nullish(),
  is_deactivated: unread,
  price_level_structure: unread,
  price_ranges: priceRangesField.nullish(),
  additional_metadata: metadata.nullish(),
  strike_type: unread,
  floor_strike: unread,
  cap_strike: unread,
  custom_strike: unread,
});

/**
 * An event type that is not known becomes a control message: it keeps its number and changes no market. Combos are told
 * by messages of another type that say the same (docs.kalshi.com, "Market and Event Lifecycle").
 */
export function decodeLifecycle(
  sequence: StreamSequence,
  message: unknown,
): MarketDataEvent | FrameRefusal {
  const checked = checkWire(lifecycleMessage, message, 'market_lifecycle_v2');
  if (checked.kind === 'refused') return checked;
  const lifecycle = checked.value;
  const event = LIFECYCLE_EVENTS.find((known) => known === lifecycle.event_type);
  if (event === undefined)
    return { kind: 'control', sequence, type: `market_lifecycle_v2:${lifecycle.event_type}` };
  const market = lifecycle.market_ticker;
  const ranges = lifecycle.price_ranges ?? [];
  if (event === 'price_level_structure_updated' && ranges.length > 0)
    return { kind: 'price_grid_told', sequence, market, priceRanges: ranges };
  const facts = lifecycle.additional_metadata ?? null;
  if (event === 'metadata_updated' && facts !== null)
    return {
      kind: 'market_facts_told',
      sequence,
      market,
      title: facts.title ?? null,
      openTimeMs: lifecycle.open_ts ?? null,
      closeTimeMs: lifecycle.close_ts ?? null,
      expectedExpirationMs: facts.expected_expiration_ts ?? null,
    };
  const saidAtMs =
    event === 'settled'
      ? (lifecycle.settled_ts ?? lifecycle.determination_ts)
      : lifecycle.determination_ts;
  return {
    kind: 'lifecycle',
    sequence,
    market,
    event,
    result: marketResultFrom(lifecycle.result ?? '', lifecycle.settlement_value ?? null),
    closeTimeMs: lifecycle.close_ts ?? null,
    exchangeTimeMs: saidAtMs ?? null,
  };
}

/** 10 channel error and 25 subscription buffer overflow end the subscription (docs.kalshi.com, "WebSocket Connection"). */
const TERMINAL_CODES: readonly number[] = [10, 25];

const errorMessage = z.object({
  code: z.number().int(),
  msg: z.string(),
  market_ticker: unread,
  market_tickers: unread,
});

export function decodeStreamError(
  sequence: StreamSequence,
  subscription: number | null,
  message: unknown,
): MarketDataEvent | FrameRefusal {
  const checked = checkWire(errorMessage, message, 'error');
  if (checked.kind === 'refused') return checked;
  const { code, msg } = checked.value;
  return {
    kind: 'stream_error',
    sequence,
    subscription,
    code,
    message: msg.slice(0, 200),
    terminal: TERMINAL_CODES.includes(code),
  };
}

/** The fields that each of these messages is known to have; whatever else comes is counted, never an error. */
export const KNOWN_EVENT_FIELDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['trade', Object.keys(tradeMessage.shape)],
  ['fill', Object.keys(fillMessage.shape)],
  ['user_order', Object.keys(userOrderMessage.shape)],
  ['market_lifecycle_v2', Object.keys(lifecycleMessage.shape)],
  ['multivariate_market_lifecycle', Object.keys(lifecycleMessage.shape)],
  ['error', Object.keys(errorMessage.shape)],
]);
