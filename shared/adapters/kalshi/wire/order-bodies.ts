import * as z from 'zod';
import type { EpochMs } from '../../../domain/market/market.ts';
import type { OrderRequest } from '../../../ports/exchange.ts';
import type { ExchangeError } from './exchange-error.ts';
import { countField, epochSecondsField, nameField, openPriceField } from './wire-fields.ts';
import { checkWire, MAX_WIRE_BYTES, readJson } from './wire-text.ts';

/** A create-order body as the exchange reads it, with the options that our own orders do not use. */
export type CreateOrderBody = Omit<OrderRequest, 'clientOrderId' | 'selfTrade'> & {
  readonly kind: 'create_order';
  readonly clientOrderId: string | null;
  readonly timeInForce: 'good_till_canceled' | 'immediate_or_cancel' | 'fill_or_kill';
  readonly selfTradePrevention: 'taker_at_cross' | 'maker';
  readonly postOnly: boolean;
  readonly cancelOnPause: boolean;
  readonly expirationMs: EpochMs | null;
  /** 0 is the primary account. */
  readonly subaccount: number;
};

/** The exchange's shard when a body leaves it out: found by the ticker. */
export const AUTO_ROUTE = -1;

/** The shard in a body: −1 or nothing leaves it to the exchange. */
export const shardField = z.number().int().min(AUTO_ROUTE).max(1_000).nullish();
export const subaccountField = z.number().int().min(0).max(63).nullish();

const createOrder = z.object({
  ticker: nameField,
  client_order_id: nameField.nullish(),
  side: z.enum(['bid', 'ask']),
  count: countField,
  price: openPriceField,
  time_in_force: z.enum(['good_till_canceled', 'immediate_or_cancel', 'fill_or_kill']),
  self_trade_prevention_type: z.enum(['taker_at_cross', 'maker']),
  reduce_only: z.boolean().nullish(),
  post_only: z.boolean().nullish(),
  cancel_order_on_pause: z.boolean().nullish(),
  expiration_time: epochSecondsField.nullish(),
  order_group_id: nameField.nullish(),
  subaccount: subaccountField,
  exchange_index: shardField,
});

/** Decimal texts: a JSON number in their place is refused as malformed, not as an invalid order. */
const TYPED_TEXTS = [
  'count',
  'price',
  'ticker',
  'client_order_id',
  'updated_client_order_id',
  'reduce_by',
  'reduce_to',
];

/** What the exchange answers to a body that it does not take. */
export type RefusedBody = ExchangeError & { readonly kind: 'refused' };

/**
 * The exchange's reading of a create-order body, with its refusals: `bad_request` for what is not JSON or has a number
 * where a text belongs, `missing_parameters` without a ticker, `invalid_price` for a price outside the open interval,
 * `invalid_order` for the rest (docs.kalshi.com, "Order Errors").
 */
export function decodeCreateOrderBody(text: string): CreateOrderBody | RefusedBody {
  const raw = readOrderBody(text);
  return raw.kind === 'refused' ? raw : createOrderFrom(raw.fields);
}

/** `decodeCreateOrderBody` of one that is read already, such as an order of a batch. */
export function createOrderFrom(value: unknown): CreateOrderBody | RefusedBody {
  const raw = orderFields(value);
  if (raw.kind === 'refused') return raw;
  if (raw.fields['ticker'] === undefined) return refused('missing_parameters', 'ticker is missing');
  const checked = checkOrder(createOrder, raw.fields);
  if (checked.kind === 'refused') return checked;
  const order = checked.value;
  if (order.count === 0) return refused('invalid_order', 'count must be positive');
  return {
    kind: 'create_order',
    clientOrderId: order.client_order_id ?? null,
    market: order.ticker,
    exchangeIndex: order.exchange_index ?? AUTO_ROUTE,
    bookSide: order.side,
    limitPrice: order.price,
    count: order.count,
    reduceOnly: order.reduce_only ?? false,
    timeInForce: order.time_in_force,
    selfTradePrevention: order.self_trade_prevention_type,
    postOnly: order.post_only ?? false,
    cancelOnPause: order.cancel_order_on_pause ?? false,
    expirationMs: order.expiration_time ?? null,
    orderGroupId: order.order_group_id ?? null,
    subaccount: order.subaccount ?? 0,
  };
}

type OrderFields = {
  readonly kind: 'fields';
  readonly fields: Readonly<Record<string, unknown>>;
};

/** The fields of a body of the order surface; `bad_request` in the flat shape for what is not a JSON object. */
export function readOrderBody(text: string): OrderFields | RefusedBody {
  const json = readJson(text, MAX_WIRE_BYTES);
  return json.kind === 'refused'
    ? { ...refused('bad_request', json.detail), shape: 'flat' }
    : orderFields(json.value);
}

function orderFields(value: unknown): OrderFields | RefusedBody {
  const raw = z.record(z.string(), z.unknown()).safeParse(value);
  if (!raw.success) return { ...refused('bad_request', 'not a JSON object'), shape: 'flat' };
  for (const field of TYPED_TEXTS) {
    const text = raw.data[field];
    if (text !== undefined && text !== null && typeof text !== 'string')
      return { ...refused('bad_request', `${field} must be a string`), shape: 'flat' };
  }
  return { kind: 'fields', fields: raw.data };
}

/** Checks the fields of an order: `invalid_price` for a price that is there and not one, else `invalid_order`. */
export function checkOrder<Schema extends z.ZodType>(
  schema: Schema,
  fields: Readonly<Record<string, unknown>>,
): { readonly kind: 'checked'; readonly value: z.output<Schema> } | RefusedBody {
  const checked = checkWire(schema, fields, 'order');
  if (checked.kind === 'checked') return checked;
  const isPrice = checked.detail.startsWith('order price') && fields['price'] !== undefined;
  return refused(isPrice ? 'invalid_price' : 'invalid_order', checked.detail);
}

/** A 400 in the nested shape. */
export function refused(code: string, message: string): RefusedBody {
  return { kind: 'refused', status: 400, code, message, details: null, shape: 'nested' };
}
