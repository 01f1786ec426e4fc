import * as z from 'zod';
import type {
  FrameRefusal,
  LifecycleEvent,
  MarketDataEvent,
  StreamSequence,
} from '../../../ports/market-data.ts';
import { marketResultFrom } from './market-result.ts';
import {
  bookSideFrom,
  countField,
  directionFields,
  dollarsField,
  epochMsField,
  epochSecondsField,
  nameField,
  openPriceField,
  priceField,
  priceRangesField,
  rfc3339Field,
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

const fillMessage = z.object({
  trade_id: nameField,
  order_id: nameField,
  client_order_id: z.string().max(200).nullish(),
  market_ticker: nameField,
  exchange_index: unread,
  is_taker: z.boolean(),
  ...directionFields,
  side: unread,
  action: unread,
  purchased_side: unread,
  yes_price_dollars: openPriceField,
  count_fp: countField,
  fee_cost: dollarsField,
  post_position_fp: unread,
  ts: epochSecondsField.nullish(),
  ts_ms: epochMsField.nullish(),
  subaccount: unread,
});

export function decodeFillFrame(message: unknown): MarketDataEvent | FrameRefusal {
  const checked = checkWire(fillMessage, message, 'fill');
  if (checked.kind === 'refused') return checked;
  const fill = checked.value;
  const bookSide = bookSideFrom(fill);
  const exchangeTimeMs = fill.ts_ms ?? fill.ts ?? null;
  if (bookSide === null) return refuseWire('malformed', 'fill book_side is missing');
  if (exchangeTimeMs === null) return refuseWire('malformed', 'fill ts_ms is missing');
  return {
    kind: 'fill',
    clientOrderId: clientOrderIdFrom(fill.client_order_id),
    fill: {
      tradeId: fill.trade_id,
      exchangeOrderId: fill.order_id,
      market: fill.market_ticker,
      bookSide,
      price: fill.yes_price_dollars,
      count: fill.count_fp,
      fee: fill.fee_cost,
      role: fill.is_taker ? 'taker' : 'maker',
      exchangeTimeMs,
    },
  };
}

const userOrderMessage = z.object({
  order_id: nameField,
  client_order_id: z.string().max(200).nullish(),
  user_id: unread,
  ticker: nameField,
  exchange_index: unread,
  status: z.string(),
  ...directionFields,
  side: unread,
  is_yes: unread,
  yes_price_dollars: openPriceField,
  initial_count_fp: countField,
  fill_count_fp: countField,
  remaining_count_fp: unread,
  taker_fill_cost_dollars: unread,
  maker_fill_cost_dollars: unread,
  taker_fees_dollars: unread,
  maker_fees_dollars: unread,
  order_group_id: unread,
  self_trade_prevention_type: unread,
  created_time: rfc3339Field.nullish(),
  created_ts_ms: epochMsField.nullish(),
  last_update_time: rfc3339Field.nullish(),
  last_updated_ts_ms: epochMsField.nullish(),
  expiration_time: unread,
  expiration_ts_ms: unread,
  subaccount_number: unread,
  last_update_reason: unread,
});

const ORDER_STATUS = {
  resting: 'resting',
  canceled: 'cancelled',
  executed: 'executed',
} as const;

/** Our word for the exchange's status of an order; null for words that are not known. */
export function orderStatusFrom(word: string): 'resting' | 'cancelled' | 'executed' | null {
  return word === 'resting' || word === 'canceled' || word === 'executed'
    ? ORDER_STATUS[word]
    : null;
}

export function decodeUserOrder(message: unknown): MarketDataEvent | FrameRefusal {
  const checked = checkWire(userOrderMessage, message, 'user_order');
  if (checked.kind === 'refused') return checked;
  const order = checked.value;
  const bookSide = bookSideFrom(order);
  const exchangeTimeMs =
    order.last_updated_ts_ms ?? order.last_update_time ?? order.created_ts_ms ?? order.created_time;
  if (bookSide === null) return refuseWire('malformed', 'user_order book_side is missing');
  if (exchangeTimeMs === undefined || exchangeTimeMs === null)
    return refuseWire('malformed', 'user_order last_updated_ts_ms is missing');
  return {
    kind: 'order_update',
    update: {
      exchangeOrderId: order.order_id,
      clientOrderId: clientOrderIdFrom(order.client_order_id),
      market: order.ticker,
      bookSide,
      limitPrice: order.yes_price_dollars,
      status: orderStatusFrom(order.status) ?? 'unrecognised',
      initialCount: order.initial_count_fp,
      filled: order.fill_count_fp,
      exchangeTimeMs,
    },
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

function clientOrderIdFrom(text: string | null | undefined): string | null {
  return text === undefined || text === null || text === '' ? null : text;
}
