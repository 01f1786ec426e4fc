import { joinedQuery } from '../../adapters/kalshi/wire/request-query.ts';
import { isInScope, type HeldKey } from './key-ring.ts';
import type { RestRequest } from './rest-router.ts';

/** What a key of one subaccount may not do at all (Kalshi "API Keys"). */
const OF_THE_OWNER =
  /^(POST \/portfolio\/subaccounts(\/transfer)?|POST \/portfolio\/target_balance_allocation|POST \/api_keys(\/generate)?|DELETE \/api_keys\/[^/]+)$/;
/** Requests that name the subaccount in their body. All others name it in their query. */
const IN_THE_BODY =
  /^((POST|DELETE) \/portfolio\/events\/orders\/batched|POST \/portfolio\/events\/orders|POST \/portfolio\/order_groups\/create)$/;
const TRANSFER = 'POST /portfolio/intra_exchange_instance_transfer';
/** Every name that a body has for a subaccount. */
const FIELDS = ['subaccount', 'subaccount_number', 'source_subaccount', 'destination_subaccount'];

type Fields = Readonly<Record<string, unknown>>;

/**
 * A request as far as its key lets it: null when the key has not the scope or is for another subaccount. A key of one
 * subaccount leaves the number out or gives its own, in the query as in the body; what it leaves out is filled in here.
 */
export function withinKey(key: HeldKey, request: RestRequest): RestRequest | null {
  const { method, path, query, body } = request;
  if (!isInScope(key.scopes, { method, path })) return null;
  if (key.subaccount === null) return request;
  const own = key.subaccount;
  const asks = `${method} ${path}`;
  const { subaccount: asked, ...others } = query;
  if (OF_THE_OWNER.test(asks)) return null;
  if (asked !== undefined && joinedQuery(query)['subaccount'] !== String(own)) return null;
  const fields = body === null ? null : objectFrom(body);
  if (fields !== null && namesOther(fields, own)) return null;
  if (asks === TRANSFER && fields !== null) {
    const bound = { ...fields, source_subaccount: own, destination_subaccount: own };
    return { ...request, body: JSON.stringify(bound) };
  }
  if (!IN_THE_BODY.test(asks)) return { ...request, query: { ...others, subaccount: String(own) } };
  return { ...request, query: others, body: fields === null ? body : boundBody(fields, own) };
}

/** Each order of a batch names its subaccount by itself. */
function boundBody(fields: Fields, own: number): string {
  const orders = ordersOf(fields);
  return JSON.stringify(
    orders === null
      ? { ...fields, subaccount: own }
      : {
          ...fields,
          orders: orders.map((order) => (isFields(order) ? { ...order, subaccount: own } : order)),
        },
  );
}

function namesOther(fields: Fields, own: number): boolean {
  return [fields, ...(ordersOf(fields) ?? [])].some(
    (item) =>
      isFields(item) && FIELDS.some((field) => item[field] !== undefined && item[field] !== own),
  );
}

function ordersOf(fields: Fields): readonly unknown[] | null {
  const orders = fields['orders'];
  return Array.isArray(orders) ? orders : null;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text that is no object is the decoder's to refuse. */
function objectFrom(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}
