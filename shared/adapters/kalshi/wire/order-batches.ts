import * as z from 'zod';
import type { MarketTicker } from '../../../domain/market/market.ts';
import type { Contracts } from '../../../domain/money/contracts.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import type { ExchangeError } from './exchange-error.ts';
import {
  readOrderBody,
  refused,
  shardField,
  subaccountField,
  type RefusedBody,
} from './order-bodies.ts';
import {
  cancelledOrderFields,
  createdOrderFields,
  type CancelledOrder,
  type CreatedOrder,
} from './orders.ts';
import { countField, epochMsField, nameField } from './wire-fields.ts';
import { checkWire, readWire } from './wire-text.ts';

/**
 * Batches of creates and cancels, both sides of the wire (docs.kalshi.com, "Batch Create Orders" and "Batch Cancel
 * Orders", V2). Items are independent: each has its own outcome.
 */

const MAX_ITEMS = 10_000;

export type CancelItem = {
  readonly orderId: string;
  readonly exchangeIndex: number | null;
  readonly market: MarketTicker | null;
};

/** A create batch of bodies that are made already. */
export function encodeBatchCreate(bodies: readonly string[]): string {
  return `{"orders":[${bodies.join(',')}]}`;
}

export function encodeBatchCancel(items: readonly CancelItem[]): string {
  const orders = items.map(({ orderId, exchangeIndex, market }) => ({
    order_id: orderId,
    ...(exchangeIndex !== null && { exchange_index: exchangeIndex }),
    ...(market !== null && { market_ticker: market }),
  }));
  return JSON.stringify({ orders });
}

const items = z.array(z.unknown()).min(1).max(MAX_ITEMS);
const cancelItem = z.object({
  order_id: nameField,
  subaccount: subaccountField,
  exchange_index: shardField,
  market_ticker: nameField.nullish(),
});

/** The items of a batch body, unread; `bad_request` when there is no list of at least one. */
export function decodeBatchBody(
  text: string,
): { readonly kind: 'batch'; readonly items: readonly unknown[] } | RefusedBody {
  const raw = readOrderBody(text);
  if (raw.kind === 'refused') return raw;
  const list = items.safeParse(raw.fields['orders']);
  return list.success
    ? { kind: 'batch', items: list.data }
    : { ...refused('bad_request', 'orders must be a list of at least one'), shape: 'flat' };
}

/** One item of a cancel batch. */
export function cancelItemFrom(
  item: unknown,
): (CancelItem & { readonly kind: 'cancel'; readonly subaccount: number }) | RefusedBody {
  const checked = checkWire(cancelItem, item, 'cancel');
  if (checked.kind === 'refused') return refused('invalid_order', checked.detail);
  const { order_id, subaccount, exchange_index, market_ticker } = checked.value;
  return {
    kind: 'cancel',
    orderId: order_id,
    subaccount: subaccount ?? 0,
    exchangeIndex: exchange_index ?? null,
    market: market_ticker ?? null,
  };
}

/** What the exchange did with one item; the names are those of the item, where it had them. */
export type CreatedItem =
  | { readonly kind: 'created'; readonly order: CreatedOrder }
  | {
      readonly kind: 'refused';
      readonly clientOrderId: string | null;
      readonly error: ExchangeError;
    };
export type CancelledItem =
  | { readonly kind: 'cancelled'; readonly order: CancelledOrder }
  | { readonly kind: 'refused'; readonly orderId: string; readonly error: ExchangeError };

export function encodeBatchCreateResponse(results: readonly CreatedItem[]): string {
  const orders = results.map((item) =>
    item.kind === 'created'
      ? createdOrderFields(item.order)
      : {
          ...(item.clientOrderId !== null && { client_order_id: item.clientOrderId }),
          error: errorFields(item.error),
        },
  );
  return JSON.stringify({ orders });
}

export function encodeBatchCancelResponse(results: readonly CancelledItem[]): string {
  const orders = results.map((item) =>
    item.kind === 'cancelled'
      ? cancelledOrderFields(item.order)
      : { order_id: item.orderId, reduced_by: '0.00', error: errorFields(item.error) },
  );
  return JSON.stringify({ orders });
}

/** An item's error always has details (docs.kalshi.com, "Order Errors"). */
function errorFields({ code, message, details }: ExchangeError): Readonly<Record<string, string>> {
  return { code, message, details: details ?? message };
}

const itemError = z.object({
  code: z.string().min(1).max(100).catch('bad_request'),
  message: z.string().max(1_000).catch(''),
  details: z.string().max(1_000).optional().catch(undefined),
});
const batchItem = z.object({
  order_id: nameField.nullish(),
  client_order_id: z.string().max(200).nullish(),
  fill_count: countField.nullish(),
  remaining_count: countField.nullish(),
  reduced_by: countField.nullish(),
  ts_ms: epochMsField.nullish(),
  error: itemError.nullish(),
});
const batchResponse = z.object({ orders: z.array(z.unknown()).max(MAX_ITEMS) });

/** One item of a batch answer as its reader sees it: match it by its ids, the order of the items is not promised. */
export type BatchItem = {
  readonly exchangeOrderId: string | null;
  readonly clientOrderId: string | null;
  readonly filled: Contracts | null;
  readonly remaining: Contracts | null;
  readonly reducedBy: Contracts | null;
  readonly exchangeTimeMs: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
};

/**
 * Reads the answer of either batch. An item that cannot be read is left out: nothing is known of it, and something of the
 * others.
 */
export function decodeBatchResponse(
  text: string,
): { readonly kind: 'batch'; readonly items: readonly BatchItem[] } | FrameRefusal {
  const read = readWire(batchResponse, text, 'batch');
  if (read.kind === 'refused') return read;
  return { kind: 'batch', items: read.value.orders.flatMap(batchItemsFrom) };
}

function batchItemsFrom(row: unknown): readonly BatchItem[] {
  const checked = checkWire(batchItem, row, 'batch item');
  if (checked.kind === 'refused') return [];
  const { value: item } = checked;
  return [
    {
      exchangeOrderId: item.order_id ?? null,
      clientOrderId: item.client_order_id ?? null,
      filled: item.fill_count ?? null,
      remaining: item.remaining_count ?? null,
      reducedBy: item.reduced_by ?? null,
      exchangeTimeMs: item.ts_ms ?? null,
      error: errorOf(item.error ?? null),
    },
  ];
}

/** The details tell apart what shares a code, and are repeated in the message when the exchange had nothing to add. */
function errorOf(error: z.output<typeof itemError> | null): BatchItem['error'] {
  if (error === null) return null;
  const { code, message, details } = error;
  const hasMore = details !== undefined && details !== message;
  return { code, message: hasMore ? `${message}: ${details}` : message };
}

/** The schemas by the exchange's own names, to be compared with those that it publishes. */
export const BATCH_ANSWERS = {
  BatchCreateOrdersV2ResponseOrdersInner: batchItem,
  BatchCancelOrdersV2ResponseOrdersInner: batchItem,
};
