import * as z from 'zod';
import { soleValue, type RequestQuery } from './request-query.ts';

/** Which of the account's buckets requests draw from: one for reads, one for writes, and one more for writes on each shard above 0. */
export type BucketName = 'read' | 'write' | `write:${number}`;

/** Higher first: what takes risk off comes before what puts it on. */
export const PURPOSES = ['cancel', 'exit', 'entry', 'read'] as const;
export type RequestPurpose = (typeof PURPOSES)[number];

export type RequestRoute = {
  readonly purpose: RequestPurpose;
  /** Every one of these is charged. */
  readonly buckets: readonly BucketName[];
  /** Orders in a batch; 1 for anything else. Each is charged. */
  readonly items: number;
};

/** A request as its route depends on it. The path is below `/trade-api/v2`. */
export type RoutedRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: RequestQuery;
  readonly body: string | null;
};

/** Shards above 0 that the exchange is known to have; a request that it must route itself is charged on each. */
export const WRITE_SHARDS: readonly number[] = [1, 2, 3];

const ORDERS = '/portfolio/events/orders';
const BATCH = `${ORDERS}/batched`;
const ONE_ORDER = /^\/portfolio\/events\/orders\/[^/]+(\/amend|\/decrease)?$/;
const GROUP_TRIGGER = /^\/portfolio\/order_groups\/[^/]+\/trigger$/;
const ORDER_GROUP = /^\/portfolio\/order_groups\/[^/]+$/;

const orderBody = z.object({
  ticker: z.string().optional().catch(undefined),
  market_ticker: z.string().optional().catch(undefined),
  reduce_only: z.boolean().nullish().catch(undefined),
  exchange_index: z.number().int().nullish().catch(undefined),
});
const batchBody = z.object({ orders: z.array(orderBody).min(1) });

/**
 * Where a request draws its tokens (docs.kalshi.com, "Rate Limits and Tiers"): reads from the read bucket; a single
 * create, cancel, amend or decrease with an explicit shard of 1 or more from that shard's write bucket, with shard 0
 * from the unscoped one, to be routed by its ticker from all of them; batches and all other writes from the unscoped one.
 */
export function routeOf(
  request: RoutedRequest,
  shards: readonly number[] = WRITE_SHARDS,
): RequestRoute {
  const { method, path } = request;
  if (method === 'GET') return { purpose: 'read', buckets: ['read'], items: 1 };
  if (path === BATCH) return batchRoute(request);
  const isCreate = method === 'POST' && path === ORDERS;
  if (!isCreate && !(path !== ORDERS && ONE_ORDER.test(path)))
    return { purpose: otherPurpose(request), buckets: ['write'], items: 1 };
  const order = orderOf(request);
  return { purpose: orderPurpose(request, order), buckets: bucketsOf(order, shards), items: 1 };
}

type OrderFacts = z.infer<typeof orderBody>;

/** What the body says, and over it what the query says: a cancel has no body. */
function orderOf({ body, query }: RoutedRequest): OrderFacts {
  const parsed = orderBody.safeParse(body === null ? {} : jsonOrNull(body));
  const facts = parsed.success ? parsed.data : {};
  const shard = soleValue(query, 'exchange_index');
  const market = soleValue(query, 'market_ticker');
  return {
    ...facts,
    ...(market !== undefined && { market_ticker: market }),
    ...(shard !== undefined && /^-?\d+$/.test(shard) && { exchange_index: Number(shard) }),
  };
}

/** Without a shard and without a ticker the exchange takes shard 0. */
function bucketsOf(order: OrderFacts, shards: readonly number[]): readonly BucketName[] {
  const shard = order.exchange_index ?? null;
  if (shard !== null && shard >= 1) return [`write:${shard}`];
  const hasTicker = order.ticker !== undefined || order.market_ticker !== undefined;
  const isRoutedByTicker = shard === null ? hasTicker : shard < 0;
  return isRoutedByTicker
    ? ['write', ...shards.map((index): BucketName => `write:${index}`)]
    : ['write'];
}

/** To decrease takes risk off like an exit; to amend may put it on. */
function orderPurpose({ method, path }: RoutedRequest, order: OrderFacts): RequestPurpose {
  if (method === 'DELETE') return 'cancel';
  return path.endsWith('/decrease') || order.reduce_only === true ? 'exit' : 'entry';
}

/** Cancel-all and the fuses of order groups are cancels; what is left is in no hurry. */
function otherPurpose({ method, path }: RoutedRequest): RequestPurpose {
  const isFuse = method === 'PUT' && GROUP_TRIGGER.test(path);
  const isRemoval = method === 'DELETE' && (path === ORDERS || ORDER_GROUP.test(path));
  return isFuse || isRemoval ? 'cancel' : 'entry';
}

function batchRoute({ method, body }: RoutedRequest): RequestRoute {
  const parsed = batchBody.safeParse(body === null ? null : jsonOrNull(body));
  const orders = parsed.success ? parsed.data.orders : [];
  const isExit = orders.length > 0 && orders.every((order) => order.reduce_only === true);
  return {
    purpose: method === 'DELETE' ? 'cancel' : isExit ? 'exit' : 'entry',
    buckets: ['write'],
    items: Math.max(1, orders.length),
  };
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
