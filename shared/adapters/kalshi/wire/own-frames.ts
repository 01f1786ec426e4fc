import * as z from 'zod';
import type { FrameRefusal, MarketDataEvent } from '../../../ports/market-data.ts';
import {
  bookSideFrom,
  countField,
  directionFields,
  dollarsField,
  epochMsField,
  epochSecondsField,
  nameField,
  openPriceField,
  rfc3339Field,
} from './wire-fields.ts';
import { checkWire, refuseWire } from './wire-text.ts';

/** The frames about own fills and orders (docs.kalshi.com: User Fills, User Orders). */

/** Known to be sent, and not read by us. */
const unread = z.unknown().optional();

export const fillMessage = z.object({
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

export const userOrderMessage = z.object({
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

function clientOrderIdFrom(text: string | null | undefined): string | null {
  return text === undefined || text === null || text === '' ? null : text;
}
