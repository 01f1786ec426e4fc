import * as z from 'zod';
import type { BookSide, ExchangeOrderId } from '../../../domain/execution/intent.ts';
import type { EpochMs, MarketTicker } from '../../../domain/market/market.ts';
import { formatContracts, type Contracts } from '../../../domain/money/contracts.ts';
import type { Money } from '../../../domain/money/money.ts';
import { formatPrice, type Price } from '../../../domain/money/price.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import {
  AUTO_ROUTE,
  checkOrder,
  readOrderBody,
  refused,
  shardField,
  type RefusedBody,
} from './order-bodies.ts';
import { averageFields } from './orders.ts';
import {
  countField,
  epochMsField,
  epochSecondsField,
  nameField,
  openPriceField,
} from './wire-fields.ts';
import { readWire } from './wire-text.ts';

/** Changes of a resting order, both sides of the wire (docs.kalshi.com, "Amend Order" and "Decrease Order", V2). */

/** What becomes of the expiry: it is kept when the body does not speak of it, and removed by a zero. */
export type ExpiryChange =
  | { readonly kind: 'keep' }
  | { readonly kind: 'remove' }
  /** Whole seconds on the wire. */
  | { readonly kind: 'at'; readonly atMs: EpochMs };

export type AmendOrder = {
  readonly market: MarketTicker;
  readonly bookSide: BookSide;
  readonly limitPrice: Price;
  /** What may fill in all, with what has filled already. */
  readonly count: Contracts;
  /** The id that the order has now; null leaves it unsaid. */
  readonly clientOrderId: string | null;
  /** The id that it shall have; null leaves it. */
  readonly updatedClientOrderId: string | null;
  readonly exchangeIndex: number;
  readonly expiry: ExpiryChange;
};
export type AmendOrderBody = AmendOrder & { readonly kind: 'amend_order' };

const amendOrder = z.object({
  ticker: nameField,
  side: z.enum(['bid', 'ask']),
  price: openPriceField,
  count: countField,
  client_order_id: nameField.nullish(),
  updated_client_order_id: nameField.nullish(),
  exchange_index: shardField,
  expiration_time: epochSecondsField.nullish(),
});

export function encodeAmendOrder(amend: AmendOrder): string {
  const { expiry } = amend;
  return JSON.stringify({
    ticker: amend.market,
    side: amend.bookSide,
    price: formatPrice(amend.limitPrice),
    count: formatContracts(amend.count),
    ...(amend.clientOrderId !== null && { client_order_id: amend.clientOrderId }),
    ...(amend.updatedClientOrderId !== null && {
      updated_client_order_id: amend.updatedClientOrderId,
    }),
    exchange_index: amend.exchangeIndex,
    ...(expiry.kind !== 'keep' && {
      expiration_time: expiry.kind === 'remove' ? 0 : Math.floor(expiry.atMs / 1_000),
    }),
  });
}

/** The exchange's reading of an amend body, with the refusals of a create body. */
export function decodeAmendOrderBody(text: string): AmendOrderBody | RefusedBody {
  const raw = readOrderBody(text);
  if (raw.kind === 'refused') return raw;
  if (raw.fields['ticker'] === undefined) return refused('missing_parameters', 'ticker is missing');
  const checked = checkOrder(amendOrder, raw.fields);
  if (checked.kind === 'refused') return checked;
  const amend = checked.value;
  if (amend.count === 0) return refused('invalid_order', 'count must be positive');
  return {
    kind: 'amend_order',
    market: amend.ticker,
    bookSide: amend.side,
    limitPrice: amend.price,
    count: amend.count,
    clientOrderId: amend.client_order_id ?? null,
    updatedClientOrderId: amend.updated_client_order_id ?? null,
    exchangeIndex: amend.exchange_index ?? AUTO_ROUTE,
    expiry: expiryFrom(amend.expiration_time ?? null),
  };
}

function expiryFrom(atMs: EpochMs | null): ExpiryChange {
  if (atMs === null) return { kind: 'keep' };
  return atMs === 0 ? { kind: 'remove' } : { kind: 'at', atMs };
}

/** What the exchange answers to an amendment. */
export type AmendedOrder = {
  readonly exchangeOrderId: ExchangeOrderId;
  readonly clientOrderId: string | null;
  /** What filled by crossing and what rests now; null when neither happened to change. */
  readonly change: {
    readonly filled: Contracts;
    readonly remaining: Contracts;
    readonly cost: Money;
    readonly fees: Money;
  } | null;
  readonly exchangeTimeMs: EpochMs;
};

/** The 200 body: counts only when something filled or the resting size changed, averages only when something filled. */
export function encodeAmendResponse({ change, ...order }: AmendedOrder): string {
  return JSON.stringify({
    order_id: order.exchangeOrderId,
    ...(order.clientOrderId !== null && { client_order_id: order.clientOrderId }),
    ...(change !== null && {
      remaining_count: formatContracts(change.remaining),
      fill_count: formatContracts(change.filled),
      ...averageFields(change),
    }),
    ts_ms: order.exchangeTimeMs,
  });
}

const changedOrder = z.object({
  order_id: nameField,
  client_order_id: z.string().max(200).nullish(),
  remaining_count: countField.nullish(),
  fill_count: countField.nullish(),
  ts_ms: epochMsField,
});

/** What an amend or decrease answer says of the order that it names; null where it says nothing. */
export type ChangedOrder = {
  readonly kind: 'changed';
  readonly exchangeOrderId: ExchangeOrderId;
  readonly clientOrderId: string | null;
  /** What filled by the amendment, not in all. */
  readonly filled: Contracts | null;
  readonly remaining: Contracts | null;
  readonly exchangeTimeMs: EpochMs;
};

/** Reads a 200 of amend or decrease. It may describe another order: compare `exchangeOrderId`. */
export function decodeChangedOrder(text: string): ChangedOrder | FrameRefusal {
  const read = readWire(changedOrder, text, 'changed order');
  if (read.kind === 'refused') return read;
  const { value } = read;
  return {
    kind: 'changed',
    exchangeOrderId: value.order_id,
    clientOrderId: value.client_order_id ?? null,
    filled: value.fill_count ?? null,
    remaining: value.remaining_count ?? null,
    exchangeTimeMs: value.ts_ms,
  };
}

export type DecreaseOrder = {
  readonly decrease: { readonly kind: 'by' | 'to'; readonly count: Contracts };
  /** Null leaves it to the ticker, and without one to shard 0. */
  readonly exchangeIndex: number | null;
  readonly market: MarketTicker | null;
};
export type DecreaseOrderBody = DecreaseOrder & { readonly kind: 'decrease_order' };

const decreaseOrder = z.object({
  reduce_by: countField.nullish(),
  reduce_to: countField.nullish(),
  exchange_index: shardField,
  market_ticker: nameField.nullish(),
});

export function encodeDecreaseOrder({ decrease, exchangeIndex, market }: DecreaseOrder): string {
  return JSON.stringify({
    [decrease.kind === 'by' ? 'reduce_by' : 'reduce_to']: formatContracts(decrease.count),
    ...(exchangeIndex !== null && { exchange_index: exchangeIndex }),
    ...(market !== null && { market_ticker: market }),
  });
}

/** The exchange's reading of a decrease body: exactly one of the two counts, and `reduce_by` positive. */
export function decodeDecreaseOrderBody(text: string): DecreaseOrderBody | RefusedBody {
  const raw = readOrderBody(text);
  if (raw.kind === 'refused') return raw;
  const checked = checkOrder(decreaseOrder, raw.fields);
  if (checked.kind === 'refused') return checked;
  const { reduce_by: by, reduce_to: to, exchange_index, market_ticker } = checked.value;
  const where = {
    kind: 'decrease_order',
    exchangeIndex: exchange_index ?? null,
    market: market_ticker ?? null,
  } as const;
  if (typeof by === 'number' && typeof to !== 'number' && by > 0)
    return { ...where, decrease: { kind: 'by', count: by } };
  if (typeof to === 'number' && typeof by !== 'number')
    return { ...where, decrease: { kind: 'to', count: to } };
  return refused('invalid_order', 'exactly one of reduce_by (positive) and reduce_to');
}

/** The 200 body of a decrease. */
export function encodeDecreaseResponse(order: {
  readonly exchangeOrderId: ExchangeOrderId;
  readonly clientOrderId: string | null;
  readonly remaining: Contracts;
  readonly exchangeTimeMs: EpochMs;
}): string {
  return JSON.stringify({
    order_id: order.exchangeOrderId,
    ...(order.clientOrderId !== null && { client_order_id: order.clientOrderId }),
    remaining_count: formatContracts(order.remaining),
    ts_ms: order.exchangeTimeMs,
  });
}

/** The schemas by the exchange's own names, to be compared with those that it publishes. */
export const ORDER_CHANGE_ANSWERS = {
  AmendOrderV2Response: changedOrder,
  DecreaseOrderV2Response: changedOrder,
};
