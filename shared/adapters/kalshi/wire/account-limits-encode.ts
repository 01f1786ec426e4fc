import type { EpochMs } from '../../../domain/market/market.ts';

/** The exchange's side of `/account/limits` and `/account/endpoint_costs` (docs.kalshi.com, "Rate Limits and Tiers"). */

/** One token bucket: whole tokens a second, and how many it holds. */
type Bucket = { readonly refillPerS: number; readonly capacity: number };

/** What raised the account's tier; one without an end is permanent. */
export type TierGrant = {
  readonly lane: 'event_contract' | 'margined';
  readonly level: string;
  readonly endsAtMs: EpochMs | null;
  readonly source: 'volume' | 'manual';
};

export function encodeAccountLimits(
  limits: {
    readonly tier: string;
    readonly read: Bucket;
    readonly write: Bucket;
  },
  grants: readonly TierGrant[] = [],
): string {
  return JSON.stringify({
    usage_tier: limits.tier,
    read: bucketFields(limits.read),
    write: bucketFields(limits.write),
    grants: grants.map(({ lane, level, endsAtMs, source }) => ({
      exchange_instance: lane,
      level,
      ...(endsAtMs !== null && { expires_ts: Math.floor(endsAtMs / 1_000) }),
      source,
    })),
  });
}

/** Costs of the endpoints that do not have the default one; a path has its parameters as `:name`. */
export function encodeEndpointCosts(
  defaultCost: number,
  costs: readonly { readonly method: string; readonly path: string; readonly cost: number }[],
): string {
  return JSON.stringify({ default_cost: defaultCost, endpoint_costs: costs });
}

function bucketFields({ refillPerS, capacity }: Bucket): Readonly<Record<string, number>> {
  return { refill_rate: refillPerS, bucket_capacity: capacity };
}
