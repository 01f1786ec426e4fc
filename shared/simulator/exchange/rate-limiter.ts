import type { EpochMs } from '../../domain/market/market.ts';
import { invariant } from '../../domain/money/invariant.ts';
import { costOf, chargeOf, type ChargedRequest } from './request-charge.ts';
import type { AccountName } from './sim-order.ts';

/** One token bucket in whole tokens: how many come back in a second, and how many it holds. */
export type BucketTerms = { readonly refillPerS: number; readonly capacity: number };
export type AccountTerms = {
  readonly tier: Tier;
  readonly read: BucketTerms;
  readonly write: BucketTerms;
};

/**
 * The tiers (docs.kalshi.com, "Rate Limits and Tiers", as of 2026-09-24): one second of burst for Basic, three above
 * it (measured at 900 for Advanced).
 */
export const TIERS = {
  basic: terms('basic', { read: 200, write: 100, burstS: 1 }),
  advanced: terms('advanced', { read: 300, write: 300, burstS: 3 }),
  expert: terms('expert', { read: 600, write: 600, burstS: 3 }),
  premier: terms('premier', { read: 1_200, write: 1_200, burstS: 3 }),
  paragon: terms('paragon', { read: 2_400, write: 2_400, burstS: 3 }),
  prime: terms('prime', { read: 4_800, write: 4_800, burstS: 3 }),
  prestige: terms('prestige', { read: 12_000, write: 9_600, burstS: 3 }),
} as const;
export type Tier = 'basic' | 'advanced' | 'expert' | 'premier' | 'paragon' | 'prime' | 'prestige';

export type RateLimitOptions = {
  /** What every account has. */
  readonly tier: Tier;
  /** Those that have another one. */
  readonly tierOf?: ReadonlyMap<AccountName, Tier>;
  /** Shards beside the default one; each has a write bucket of its own. */
  readonly shards?: readonly number[];
};

const SHARDS: readonly number[] = [1, 2, 3];

/** In thousandths of a token, so that a refill by milliseconds is whole. */
type Bucket = { level: number; atMs: EpochMs };

/**
 * The token buckets of every account: one for reads, one for writes, and one more for writes on each further shard. A
 * request that does not find its tokens in all of its buckets takes none and is told so; there is no other penalty.
 */
export class RateLimiter {
  readonly #options: RateLimitOptions | null;
  readonly #buckets = new Map<string, Bucket>();
  /** Tiers that were given while it ran. */
  readonly #given = new Map<AccountName, Tier>();

  constructor(options: RateLimitOptions | null) {
    this.#options = options;
  }

  /** What an account may ask for; without limits the highest tier is told, and not enforced. */
  termsOf(account: AccountName): AccountTerms {
    const told = this.#options?.tierOf?.get(account) ?? this.#options?.tier ?? 'prestige';
    return TIERS[this.#given.get(account) ?? told];
  }

  /** Buckets keep their level, cut to what the new ones hold. */
  setTier(account: AccountName, tier: Tier): void {
    this.#given.set(account, tier);
  }

  /** The tier that an account was given while the exchange ran; null when it has the one that it began with. */
  givenTier(account: AccountName): Tier | null {
    return this.#given.get(account) ?? null;
  }

  /** Every bucket is full again. */
  refill(): void {
    this.#buckets.clear();
  }

  /** Empties the buckets of an account: its next requests are refused until tokens come back. */
  drain(account: AccountName, nowMs: EpochMs): void {
    if (this.#options === null) return;
    const shards = this.#options.shards ?? SHARDS;
    for (const name of ['read', 'write', ...shards.map((shard) => `write ${shard}`)])
      this.#buckets.set(`${account} ${name}`, { level: 0, atMs: nowMs });
  }

  /** Takes the tokens of one request and says whether they were there. Whoever does not authenticate has no buckets. */
  admit(account: AccountName, request: ChargedRequest, nowMs: EpochMs): boolean {
    if (this.#options === null || account === '') return true;
    const charge = chargeOf(request, this.#options.shards ?? SHARDS);
    const tokens = costOf(request) * charge.items * 1_000;
    const own = this.termsOf(account);
    const buckets = charge.buckets.map((name) =>
      this.#refilled(`${account} ${name}`, name === 'read' ? own.read : own.write, nowMs),
    );
    if (buckets.some(({ level }) => level < tokens)) return false;
    for (const bucket of buckets) bucket.level -= tokens;
    return true;
  }

  #refilled(key: string, { refillPerS, capacity }: BucketTerms, nowMs: EpochMs): Bucket {
    const full = capacity * 1_000;
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      const fresh = { level: full, atMs: nowMs };
      this.#buckets.set(key, fresh);
      return fresh;
    }
    invariant(nowMs >= bucket.atMs, 'time does not go back between requests');
    // Tokens a second are thousandths a millisecond.
    bucket.level = Math.min(full, bucket.level + refillPerS * (nowMs - bucket.atMs));
    bucket.atMs = nowMs;
    return bucket;
  }
}

function terms(
  tier: Tier,
  rate: { readonly read: number; readonly write: number; readonly burstS: number },
): AccountTerms {
  const { read, write, burstS } = rate;
  return {
    tier,
    read: { refillPerS: read, capacity: read * burstS },
    write: { refillPerS: write, capacity: write * burstS },
  };
}
