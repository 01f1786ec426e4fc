import * as z from 'zod';
import type { BucketLimit } from '../../../domain/rate/token-bucket.ts';
import type { AccountAllowance } from '../../../ports/exchange-account.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import { epochSecondsField } from './wire-fields.ts';
import { readWire } from './wire-text.ts';

/** What an account may ask for and what asking costs (docs.kalshi.com, "Rate Limits and Tiers"). */

export type AccountLimits = {
  readonly tier: string;
  readonly read: BucketLimit;
  readonly write: BucketLimit;
};

/** The lowest tier: what every account has at the least. */
export const BASIC_LIMITS: AccountLimits = {
  tier: 'basic',
  read: { refillPerS: 200, capacity: 200 },
  write: { refillPerS: 100, capacity: 100 },
};

const bucketObject = z
  .object({
    refill_rate: z.number().int().positive().max(1e9),
    bucket_capacity: z.number().int().positive().max(1e9),
  })
  .transform((bucket): BucketLimit => ({
    refillPerS: bucket.refill_rate,
    capacity: bucket.bucket_capacity,
  }));
const limitsObject = z.object({
  usage_tier: z.string().max(100),
  read: bucketObject,
  write: bucketObject,
});

export function decodeAccountLimits(
  text: string,
): { readonly kind: 'limits'; readonly limits: AccountLimits } | FrameRefusal {
  const read = readWire(limitsObject, text, 'account limits');
  if (read.kind === 'refused') return read;
  const { usage_tier: tier, ...buckets } = read.value;
  return { kind: 'limits', limits: { tier, ...buckets } };
}

/** Of what is granted only the lane of event contracts is ours; a grant that cannot be read has no end that we know. */
const grantsObject = z.object({
  grants: z
    .array(
      z
        .object({ exchange_instance: z.string().max(100), expires_ts: epochSecondsField.nullish() })
        .nullable()
        .catch(null),
    )
    .max(1_000)
    .nullish()
    .catch(null),
});

/** The limits, and when the first of the grants that they rest on ends. */
export function decodeAccountAllowance(
  text: string,
): { readonly kind: 'allowance'; readonly allowance: AccountAllowance } | FrameRefusal {
  const limits = decodeAccountLimits(text);
  if (limits.kind === 'refused') return limits;
  const read = readWire(grantsObject, text, 'account limits');
  if (read.kind === 'refused') return read;
  const ends = (read.value.grants ?? []).flatMap((grant) => {
    const endsAtMs = grant?.expires_ts ?? null;
    return grant?.exchange_instance === 'event_contract' && endsAtMs !== null ? [endsAtMs] : [];
  });
  const grantEndsAtMs = ends.length === 0 ? null : Math.min(...ends);
  return { kind: 'allowance', allowance: { ...limits.limits, grantEndsAtMs } };
}

/** The path is from the root of the host, with its parameters as `:name`. */
export type EndpointCost = {
  readonly method: string;
  readonly path: string;
  readonly cost: number;
};
export type EndpointCosts = {
  readonly defaultCost: number;
  readonly costs: readonly EndpointCost[];
};

const ROOT = '/trade-api/v2';

/** The costs as they were documented last, for as long as the exchange's own are not read. */
export const DOCUMENTED_COSTS: EndpointCosts = {
  defaultCost: 10,
  costs: [
    { method: 'DELETE', path: `${ROOT}/portfolio/events/orders/:order_id`, cost: 2 },
    { method: 'DELETE', path: `${ROOT}/portfolio/events/orders/batched`, cost: 2 },
    { method: 'DELETE', path: `${ROOT}/portfolio/events/orders`, cost: 2 },
    { method: 'GET', path: `${ROOT}/portfolio/orders/:order_id`, cost: 2 },
  ],
};

const costsObject = z.object({
  default_cost: z.number().int().min(0).max(1e6),
  endpoint_costs: z
    .array(
      z.object({
        method: z.string().max(20),
        path: z.string().max(500),
        cost: z.number().int().min(0).max(1e6),
      }),
    )
    .max(10_000)
    .nullish(),
});

export function decodeEndpointCosts(
  text: string,
): { readonly kind: 'costs'; readonly costs: EndpointCosts } | FrameRefusal {
  const read = readWire(costsObject, text, 'endpoint costs');
  if (read.kind === 'refused') return read;
  const { default_cost: defaultCost, endpoint_costs: costs } = read.value;
  return { kind: 'costs', costs: { defaultCost, costs: costs ?? [] } };
}

/** The cost of a request, its path below `/trade-api/v2`. A path written out goes before one with a parameter in its place. */
export function endpointCoster({
  defaultCost,
  costs,
}: EndpointCosts): (request: { readonly method: string; readonly path: string }) => number {
  const known = costs
    .map(({ method, path, cost }) => {
      const parts = (path.startsWith(`${ROOT}/`) ? path.slice(ROOT.length) : path).split('/');
      return { method, parts, cost, parameters: parts.filter(isParameter).length };
    })
    .toSorted((a, b) => a.parameters - b.parameters);
  return ({ method, path }) => {
    const parts = path.split('/');
    const found = known.find(
      (endpoint) =>
        endpoint.method === method &&
        endpoint.parts.length === parts.length &&
        endpoint.parts.every((part, index) => isParameter(part) || part === parts[index]),
    );
    return found?.cost ?? defaultCost;
  };
}

function isParameter(part: string): boolean {
  return part.startsWith(':');
}

/** The schemas by the exchange's own names, to be compared with those that it publishes. */
export const LIMIT_ANSWERS = {
  GetAccountApiLimitsResponse: limitsObject.extend(grantsObject.shape),
  GetAccountEndpointCostsResponse: costsObject,
};
