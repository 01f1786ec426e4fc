import * as z from 'zod';
import type { ExchangeOrderId } from '../../../domain/execution/intent.ts';
import type { SubmitOutcome } from '../../../domain/execution/outcome.ts';
import type { EpochMs } from '../../../domain/market/market.ts';
import { formatContracts, type Contracts } from '../../../domain/money/contracts.ts';
import type { Money } from '../../../domain/money/money.ts';
import { invariant } from '../../../domain/money/invariant.ts';
import { formatPrice } from '../../../domain/money/price.ts';
import { formatScaled } from '../../../domain/money/decimal-text.ts';
import { nearestDivide } from '../../../domain/money/rounding.ts';
import type {
  CancelOutcome,
  ORDER_ALREADY_EXISTS,
  OrderRequest,
  SelfTradeRule,
} from '../../../ports/exchange.ts';
import type { POST_ONLY_CROSS, QuoteRequest } from '../../../ports/quoting.ts';
import { readExchangeError } from './exchange-error.ts';
import { countField, epochMsField, nameField } from './wire-fields.ts';
import { readWire } from './wire-text.ts';

/** An HTTP answer of the exchange, as text. */
export type HttpAnswer = { readonly status: number; readonly body: string };

/** The exchange's names of which of two own orders goes. */
const SELF_TRADE_PREVENTION = {
  cancel_taker: 'taker_at_cross',
  cancel_resting: 'maker',
} as const satisfies Readonly<Record<SelfTradeRule, string>>;

/**
 * The body of a create-order request (docs.kalshi.com, "Create Order" V2): one limit on the YES book, decimal texts made
 * of integers, immediate or cancel, the market's own shard. Nothing that protects us is left to a default.
 */
export function encodeCreateOrder(request: OrderRequest): string {
  return JSON.stringify({
    ...orderFields(request),
    time_in_force: 'immediate_or_cancel',
    reduce_only: request.reduceOnly,
  });
}

/**
 * The body of an order that may rest: good till cancelled with an end, in whole Unix seconds rounded down, so that it
 * never rests longer than was said.
 */
export function encodeQuote(request: QuoteRequest): string {
  return JSON.stringify({
    ...orderFields(request),
    time_in_force: 'good_till_canceled',
    expiration_time: Math.floor(request.expiresAtMs / 1_000),
    post_only: request.postOnly,
  });
}

function orderFields(request: OrderRequest | QuoteRequest): Readonly<Record<string, unknown>> {
  invariant(
    Number.isSafeInteger(request.exchangeIndex) && request.exchangeIndex >= 0,
    'an order names its shard: to be routed costs tokens of each of them',
  );
  return {
    ticker: request.market,
    client_order_id: request.clientOrderId,
    side: request.bookSide,
    count: formatContracts(request.count),
    price: formatPrice(request.limitPrice),
    self_trade_prevention_type: SELF_TRADE_PREVENTION[request.selfTrade],
    cancel_order_on_pause: true,
    ...(request.orderGroupId !== null && { order_group_id: request.orderGroupId }),
    exchange_index: request.exchangeIndex,
  };
}

/** `average_*` are not read: fees and prices are booked from fills. */
const createdOrder = z.object({
  order_id: nameField,
  client_order_id: nameField,
  fill_count: countField,
  remaining_count: countField.nullish().catch(null),
  ts_ms: epochMsField,
});

/** What of a request its answer is held against. */
type Asked = Pick<OrderRequest, 'clientOrderId' | 'count'>;

/**
 * What a create-order answer says. The HTTP class decides first: 408, any 5xx and whatever is neither 2xx nor 4xx leave
 * the outcome unknown; a 4xx is a rejection. A 2xx counts only when its body names our own order and a possible fill:
 * empty, unreadable (no order id among them) and mismatched bodies leave it unknown. `remaining_count` is not read:
 * it is 0 after an immediate-or-cancel order whether or not it filled.
 */
export function decodeSubmitResponse({
  status,
  body,
  request,
}: HttpAnswer & { readonly request: Asked }): SubmitOutcome {
  if (status === 408) return { kind: 'unknown', cause: 'request_timeout_408' };
  if (status >= 400 && status < 500) {
    const refusal = readExchangeError(status, body);
    return { kind: 'rejected', ...(status === 409 ? withExistsCode(refusal) : refusal) };
  }
  if (status < 200 || status >= 300) return { kind: 'unknown', cause: 'server_error' };
  if (body.trim() === '') return { kind: 'unknown', cause: 'empty_success' };
  const read = readWire(createdOrder, body, 'created order');
  if (read.kind === 'refused') return { kind: 'unknown', cause: 'unreadable_success' };
  const { order_id, client_order_id, fill_count, ts_ms } = read.value;
  if (client_order_id !== request.clientOrderId || fill_count > request.count)
    return { kind: 'unknown', cause: 'mismatched_success' };
  return {
    kind: 'accepted',
    exchangeOrderId: order_id,
    filled: fill_count,
    exchangeTimeMs: ts_ms,
  };
}

const EXISTS: typeof ORDER_ALREADY_EXISTS = 'order_already_exists';
/** Codes are case-sensitive and some are upper case; FIX and REST name the same thing in their own ways. */
const EXISTS_WORDS = /already[ _-]?exists|duplicate/i;

/**
 * A refusal of an id that was used before, under the one code for it. Taken for a refusal of the order, what the first
 * request has filled would be nobody's.
 */
export function withExistsCode<T extends { readonly code: string; readonly message: string }>(
  refusal: T,
): T {
  const isKnown = EXISTS_WORDS.test(`${refusal.code} ${refusal.message}`);
  return isKnown ? { ...refusal, code: EXISTS } : refusal;
}

const CROSS: typeof POST_ONLY_CROSS = 'post_only_cross';
/** How the exchange says that an order would have traded although it may not, under a code of many meanings. */
const POST_ONLY_WORDS = /post[ _-]?only[ _-]?cross/i;

/**
 * `decodeSubmitResponse` of a quote. One that would have crossed is refused with `post_only_cross` however the exchange
 * puts it: as a 400, or by taking it and dropping it at once. The latter is seen by nothing having filled and nothing
 * resting.
 */
export function decodeQuoteResponse({
  status,
  body,
  request,
}: HttpAnswer & { readonly request: Asked & Pick<QuoteRequest, 'postOnly'> }): SubmitOutcome {
  const outcome = decodeSubmitResponse({ status, body, request });
  if (outcome.kind === 'rejected') return withPostOnlyCode(outcome);
  if (outcome.kind !== 'accepted' || !request.postOnly || outcome.filled > 0) return outcome;
  const read = readWire(createdOrder, body, 'created order');
  return read.kind === 'checked' && read.value.remaining_count === 0 ? droppedAtOnce() : outcome;
}

/** A refusal with the code that says most. */
export function withPostOnlyCode<T extends { readonly code: string; readonly message: string }>(
  refusal: T,
): T {
  const isCross = POST_ONLY_WORDS.test(`${refusal.code} ${refusal.message}`);
  return isCross ? { ...refusal, code: CROSS } : refusal;
}

/** A post-only order that was taken and of which nothing filled and nothing rests. */
export function droppedAtOnce(): SubmitOutcome {
  return {
    kind: 'rejected',
    code: CROSS,
    message: 'taken and dropped at once: it would have traded',
  };
}

/** What the exchange answers to a created order, as its own side knows it. */
export type CreatedOrder = {
  readonly exchangeOrderId: ExchangeOrderId;
  readonly clientOrderId: string | null;
  readonly filled: Contracts;
  /** What rests now: nothing after an immediate-or-cancel order, filled or not. */
  readonly resting: Contracts;
  /** Paid for what filled, and the fees on it. */
  readonly cost: Money;
  readonly fees: Money;
  readonly exchangeTimeMs: EpochMs;
};

/** The 201 body. */
export function encodeCreateOrderResponse(order: CreatedOrder): string {
  return JSON.stringify(createdOrderFields(order));
}

/** The fields of the 201 body; a batch has a list of them. */
export function createdOrderFields(order: CreatedOrder): Readonly<Record<string, unknown>> {
  return {
    order_id: order.exchangeOrderId,
    ...(order.clientOrderId !== null && { client_order_id: order.clientOrderId }),
    fill_count: formatContracts(order.filled),
    remaining_count: formatContracts(order.resting),
    ...averageFields(order),
    ts_ms: order.exchangeTimeMs,
  };
}

/** Averages per contract, rounded to the nearest 1e-4 dollars; absent when nothing filled. */
export function averageFields(
  filled: Pick<CreatedOrder, 'filled' | 'cost' | 'fees'>,
): Readonly<Record<string, string>> {
  if (filled.filled === 0) return {};
  const average = (total: Money): string => formatScaled(nearestDivide(total, filled.filled), 4);
  return {
    average_fill_price: average(filled.cost),
    average_fee_paid: average(filled.fees),
  };
}

const cancelledOrder = z.object({ order_id: nameField, reduced_by: countField });

/**
 * What a cancel answer says. 404 is ambiguous by the exchange's own account (cancelled, filled, unknown, wrong shard).
 * A success that describes another order proves nothing about ours.
 */
export function decodeCancelResponse({
  status,
  body,
  exchangeOrderId,
}: HttpAnswer & { readonly exchangeOrderId: ExchangeOrderId }): CancelOutcome {
  if (status === 404) return { kind: 'not_found' };
  if (status === 408 || status < 200 || (status >= 300 && status < 400) || status >= 500)
    return { kind: 'unknown' };
  if (status >= 400) return { kind: 'rejected', ...readExchangeError(status, body) };
  const read = readWire(cancelledOrder, body, 'cancelled order');
  if (read.kind === 'refused' || read.value.order_id !== exchangeOrderId)
    return { kind: 'unknown' };
  return { kind: 'cancelled', reducedBy: read.value.reduced_by };
}

/** What the exchange took off the book. */
export type CancelledOrder = {
  readonly exchangeOrderId: ExchangeOrderId;
  readonly clientOrderId: string | null;
  readonly reducedBy: Contracts;
  readonly exchangeTimeMs: EpochMs;
};

/** The 200 body of a cancel. */
export function encodeCancelResponse(cancelled: CancelledOrder): string {
  return JSON.stringify(cancelledOrderFields(cancelled));
}

/** The fields of the 200 body of a cancel; a batch has a list of them. */
export function cancelledOrderFields(
  cancelled: CancelledOrder,
): Readonly<Record<string, string | number>> {
  return {
    order_id: cancelled.exchangeOrderId,
    ...(cancelled.clientOrderId !== null && { client_order_id: cancelled.clientOrderId }),
    reduced_by: formatContracts(cancelled.reducedBy),
    ts_ms: cancelled.exchangeTimeMs,
  };
}

/** The schemas by the exchange's own names, to be compared with those that it publishes. */
export const ORDER_ANSWERS = {
  CreateOrderV2Response: createdOrder,
  CancelOrderV2Response: cancelledOrder,
};
