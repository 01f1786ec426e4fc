import * as z from 'zod';
import type { ExchangeOrderId } from '../../../domain/execution/intent.ts';
import type { SubmitOutcome } from '../../../domain/execution/outcome.ts';
import type { EpochMs } from '../../../domain/market/market.ts';
import { formatContracts, type Contracts } from '../../../domain/money/contracts.ts';
import type { Money } from '../../../domain/money/money.ts';
import { formatPrice } from '../../../domain/money/price.ts';
import { formatScaled } from '../../../domain/money/decimal-text.ts';
import { nearestDivide } from '../../../domain/money/rounding.ts';
import type { CancelOutcome, OrderRequest } from '../../../ports/exchange.ts';
import { readExchangeError } from './exchange-error.ts';
import { countField, epochMsField, nameField } from './wire-fields.ts';
import { readWire } from './wire-text.ts';

/** An HTTP answer of the exchange, as text. */
export type HttpAnswer = { readonly status: number; readonly body: string };

/**
 * The body of a create-order request (docs.kalshi.com, "Create Order" V2): one limit on the YES book, decimal texts,
 * immediate or cancel, the market's own shard, the taker side cancelled on a self-cross.
 */
export function encodeCreateOrder(request: OrderRequest): string {
  return JSON.stringify({
    ticker: request.market,
    client_order_id: request.clientOrderId,
    side: request.bookSide,
    count: formatContracts(request.count),
    price: formatPrice(request.limitPrice),
    time_in_force: 'immediate_or_cancel',
    self_trade_prevention_type: 'taker_at_cross',
    reduce_only: request.reduceOnly,
    exchange_index: request.exchangeIndex,
  });
}

/** `average_*` are not read: fees and prices are booked from fills. */
const createdOrder = z.object({
  order_id: nameField,
  client_order_id: nameField,
  fill_count: countField,
  ts_ms: epochMsField,
});

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
}: HttpAnswer & { readonly request: OrderRequest }): SubmitOutcome {
  if (status === 408) return { kind: 'unknown', cause: 'request_timeout_408' };
  if (status >= 400 && status < 500)
    return { kind: 'rejected', ...readExchangeError(status, body) };
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
