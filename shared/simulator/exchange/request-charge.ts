import { AUTO_ROUTE } from '../../adapters/kalshi/wire/order-bodies.ts';
import { readChargedFacts, type ChargedFacts } from '../../adapters/kalshi/wire/charged-facts.ts';

/** A request as its charge depends on it; the path is below `/trade-api/v2`. */
export type ChargedRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string | null;
};

export type Charge = {
  /** Every one of these is charged, or none. */
  readonly buckets: readonly BucketName[];
  /** Orders in a batch, each charged; 1 for anything else. */
  readonly items: number;
};
export type BucketName = 'read' | 'write' | `write ${number}`;

const ORDERS = '/portfolio/events/orders';
const BATCH = `${ORDERS}/batched`;
const ROOT = '/trade-api/v2';

export const DEFAULT_COST = 10;
/** The endpoints that cost something else (docs.kalshi.com, "Rate Limits and Tiers"); a batch pays it for each item. */
export const ENDPOINT_COSTS = [
  { method: 'DELETE', path: `${ROOT}${ORDERS}/:order_id`, cost: 2 },
  { method: 'DELETE', path: `${ROOT}${BATCH}`, cost: 2 },
  { method: 'DELETE', path: `${ROOT}${ORDERS}`, cost: 2 },
  { method: 'GET', path: `${ROOT}/portfolio/orders/:order_id`, cost: 2 },
  { method: 'POST', path: `${ROOT}/account/api_usage_level/upgrade`, cost: 30 },
] as const;

const ONE_ORDER = /^\/portfolio\/orders\/[^/]+$/;
const UPGRADE = '/account/api_usage_level/upgrade';
const QUEUE = '/portfolio/orders/queue_positions';
const SINGLE_WRITE = /^\/portfolio\/events\/orders\/[^/]+(\/(amend|decrease))?$/;

/** Tokens of one request, or of one item of a batch. */
export function costOf({ method, path }: Pick<ChargedRequest, 'method' | 'path'>): number {
  const isCheapRead = method === 'GET' && path !== QUEUE && ONE_ORDER.test(path);
  const isCancel = method === 'DELETE' && (path === ORDERS || path.startsWith(`${ORDERS}/`));
  if (method === 'POST' && path === UPGRADE) return 30;
  return isCheapRead || isCancel ? 2 : DEFAULT_COST;
}

/**
 * Which buckets a request draws from: reads from theirs; a single create, cancel, amend or decrease with an explicit
 * shard above 0 from the write bucket of that shard, with shard 0 from the common one, and one that the exchange has to
 * route from all; batches and all other writes from the common one.
 */
export function chargeOf(request: ChargedRequest, shards: readonly number[]): Charge {
  const { method, path } = request;
  if (method === 'GET') return { buckets: ['read'], items: 1 };
  if (path === BATCH)
    return { buckets: ['write'], items: Math.max(1, readChargedFacts(request).orders ?? 1) };
  const isSingle = (method === 'POST' && path === ORDERS) || SINGLE_WRITE.test(path);
  if (!isSingle) return { buckets: ['write'], items: 1 };
  return { buckets: singleBuckets(readChargedFacts(request), shards), items: 1 };
}

function singleBuckets(
  { exchangeIndex, namesMarket }: ChargedFacts,
  shards: readonly number[],
): readonly BucketName[] {
  const shard = exchangeIndex ?? (namesMarket ? AUTO_ROUTE : 0);
  if (shard === AUTO_ROUTE) return ['write', ...shards.map(bucketOf)];
  return [shards.includes(shard) ? bucketOf(shard) : 'write'];
}

function bucketOf(shard: number): BucketName {
  return `write ${shard}`;
}
