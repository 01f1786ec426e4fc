import type { EpochMs } from '../../domain/market/market.ts';
import {
  refillMs,
  usableLimit,
  type BucketLimit,
  type UsableLimit,
} from '../../domain/rate/token-bucket.ts';
import type { Timers } from '../../ports/timers.ts';
import type { TokenAsk, TokenBudget, TokenGrant } from '../../ports/token-budget.ts';
import type { HttpReply, HttpRequest, HttpTransport } from './http-transport.ts';
import { TokenLane } from './token-lane.ts';
import {
  BASIC_LIMITS,
  decodeAccountLimits,
  decodeEndpointCosts,
  DOCUMENTED_COSTS,
  endpointCoster,
  type AccountLimits,
} from './wire/account-limits.ts';
import { encodeExchangeError } from './wire/exchange-error.ts';
import { PURPOSES, routeOf, type BucketName, type RequestPurpose } from './wire/request-route.ts';

/** What a request may wait for in all, and how often it is sent when the exchange answers 429: it was not processed then. */
type PurposeRule = { readonly maxWaitMs: number; readonly attempts: number };

const RULES: Readonly<Record<RequestPurpose, PurposeRule>> = {
  cancel: { maxWaitMs: 5_000, attempts: 6 },
  exit: { maxWaitMs: 2_000, attempts: 4 },
  // What an entry was decided on is old soon; the next tick decides again.
  entry: { maxWaitMs: 250, attempts: 1 },
  read: { maxWaitMs: 5_000, attempts: 3 },
};

/** A fifth of a bucket is kept for cancels. */
const CANCEL_RESERVE_THOUSANDTHS = 200;
/** How much earlier or later than another a request may reach the exchange, clocks that differ included. */
const WAY_SPREAD_MS = 100;
/** How long tokens stay with the process that took them, when others take from the same buckets. */
export const SHARED_LEASE_MS = 250;
const OWN_LEASE_MS = 10;
const REFRESH_AFTER_MS = 600_000;
const RETRY_REFRESH_AFTER_MS = 30_000;
/** While the shared budget cannot be asked, a process allows itself this part of each bucket. */
const ALONE_SHARE = 10;

export type RateLimitedOptions = {
  readonly inner: HttpTransport;
  readonly budget: TokenBudget;
  readonly clock: Pick<Timers, 'nowMs' | 'sleep'>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Whether other processes take from the same budget. */
  readonly shared: boolean;
  /** What a process takes from while the budget cannot be asked. */
  readonly alone: TokenBudget;
  /** Counts of rate.waited, rate.kept_back, rate.too_many_requests, rate.budget_failed, rate.limits_unread. */
  readonly count?: (metric: string, by: number) => void;
};

/**
 * Keeps requests within the account's token buckets, so that the exchange has no reason to answer 429: cancels before
 * exits before entries before reads, with a reserve that only cancels may use. What cannot be sent in time is answered
 * here with a 429 of code `rate_limited`; like one of the exchange's it says that nothing was processed. A 429 of the
 * exchange empties our view of the bucket for all processes; reads, exits and cancels try again after the refill and a
 * random wait, a bounded number of times. Limits and costs are the exchange's own, read at the first request and every
 * ten minutes; until then the lowest tier's.
 */
export class RateLimitedTransport implements HttpTransport {
  readonly #options: RateLimitedOptions;
  readonly #leaseMs: number;
  readonly #lanes = new Map<BucketName, TokenLane>();
  readonly #usable = new Map<'read' | 'write', UsableLimit>();
  #costOf = endpointCoster(DOCUMENTED_COSTS);
  #limits: AccountLimits = BASIC_LIMITS;
  #refreshDueMs: EpochMs = Number.NEGATIVE_INFINITY;

  constructor(options: RateLimitedOptions) {
    this.#options = options;
    this.#leaseMs = options.shared ? SHARED_LEASE_MS : OWN_LEASE_MS;
    this.#setLimits(BASIC_LIMITS);
  }

  /** What the exchange last said of the account. */
  get limits(): AccountLimits {
    return this.#limits;
  }

  request(request: HttpRequest): Promise<HttpReply> {
    this.#refreshWhenDue();
    return this.#limited(request);
  }

  /** Reads limits and costs now. What cannot be read stays as it was, and is read again soon. */
  async refresh(): Promise<void> {
    const nowMs = this.#options.clock.nowMs();
    this.#refreshDueMs = nowMs + REFRESH_AFTER_MS;
    const [limitsText, costsText] = await Promise.all([
      this.#read('/account/limits'),
      this.#read('/account/endpoint_costs'),
    ]);
    const limits = limitsText === null ? null : decodeAccountLimits(limitsText);
    const costs = costsText === null ? null : decodeEndpointCosts(costsText);
    if (limits?.kind === 'limits') this.#setLimits(limits.limits);
    if (costs?.kind === 'costs') this.#costOf = endpointCoster(costs.costs);
    if (limits?.kind === 'limits' && costs?.kind === 'costs') return;
    this.#refreshDueMs = nowMs + RETRY_REFRESH_AFTER_MS;
    this.#count('rate.limits_unread');
  }

  /** Has tokens for one order here before it is known whether there will be one. */
  async prefetch(bucket: BucketName): Promise<void> {
    await this.#lane(bucket).prefetch(
      this.#costOf({ method: 'POST', path: '/portfolio/events/orders' }) * 1_000,
    );
  }

  async #limited(request: HttpRequest): Promise<HttpReply> {
    const { clock, inner } = this.#options;
    const route = routeOf(request);
    const cost = this.#costOf(request) * route.items * 1_000;
    const rule = RULES[route.purpose];
    const deadlineMs = clock.nowMs() + rule.maxWaitMs;
    for (let attempt = 1; ; attempt += 1) {
      for (const bucket of route.buckets)
        if (
          cost > 0 &&
          !(await this.#granted(bucket, { cost, purpose: route.purpose, deadlineMs }))
        )
          return this.#keptBack(route.purpose);
      const reply = await inner.request(request);
      if (reply.kind !== 'answered' || reply.status !== 429) return reply;
      this.#count('rate.too_many_requests');
      await Promise.all(route.buckets.map((bucket) => this.#drain(bucket)));
      if (attempt >= rule.attempts) return reply;
      const waitMs = this.#backoffMs(route.buckets, cost, attempt);
      if (clock.nowMs() + waitMs > deadlineMs) return reply;
      await clock.sleep(waitMs);
    }
  }

  #granted(
    bucket: BucketName,
    demand: {
      readonly cost: number;
      readonly purpose: RequestPurpose;
      readonly deadlineMs: EpochMs;
    },
  ): boolean | Promise<boolean> {
    const { cost, purpose, deadlineMs } = demand;
    const lane = this.#lane(bucket);
    if (lane.tryTake(cost)) return true;
    this.#count('rate.waited');
    const rank = PURPOSES.indexOf(purpose);
    return lane.wait({ cost, rank, mayUseReserve: purpose === 'cancel', deadlineMs });
  }

  /** Full jitter: a uniform share of the time in which the tokens come back, doubled with each try. */
  #backoffMs(buckets: readonly BucketName[], cost: number, attempt: number): number {
    const refill = Math.max(...buckets.map((bucket) => refillMs(cost, this.#usableOf(bucket))));
    return Math.floor(this.#options.random() * refill * 2 ** attempt);
  }

  #keptBack(purpose: RequestPurpose): HttpReply {
    this.#count('rate.kept_back');
    const body = encodeExchangeError({
      status: 429,
      code: 'rate_limited',
      message: `not sent: no tokens within ${RULES[purpose].maxWaitMs} ms`,
      details: null,
      shape: 'nested',
    });
    return { kind: 'answered', status: 429, body };
  }

  #lane(bucket: BucketName): TokenLane {
    const known = this.#lanes.get(bucket);
    if (known !== undefined) return known;
    const lane = new TokenLane({
      clock: this.#options.clock,
      limit: () => this.#usableOf(bucket),
      reserve: bucket === 'read' ? 0 : CANCEL_RESERVE_THOUSANDTHS,
      leaseMs: this.#leaseMs,
      take: (ask) => this.#take({ bucket, ...ask }),
    });
    this.#lanes.set(bucket, lane);
    return lane;
  }

  async #take(ask: TokenAsk): Promise<TokenGrant> {
    try {
      return await this.#options.budget.take(ask);
    } catch {
      this.#count('rate.budget_failed');
      return this.#options.alone.take({ ...ask, limit: aloneLimit(ask.limit), keep: 0 });
    }
  }

  async #drain(bucket: BucketName): Promise<void> {
    this.#lane(bucket).empty();
    const nowMs = this.#options.clock.nowMs();
    try {
      await this.#options.budget.drain({ bucket, limit: this.#usableOf(bucket), nowMs });
    } catch {
      this.#count('rate.budget_failed');
    }
  }

  #usableOf(bucket: BucketName): UsableLimit {
    const kind = bucket === 'read' ? 'read' : 'write';
    const known = this.#usable.get(kind);
    if (known !== undefined) return known;
    const usable = usableLimit(this.#limits[kind], this.#leaseMs + WAY_SPREAD_MS);
    this.#usable.set(kind, usable);
    return usable;
  }

  #setLimits(limits: AccountLimits): void {
    this.#limits = limits;
    this.#usable.clear();
  }

  #refreshWhenDue(): void {
    const leftMs = this.#refreshDueMs - this.#options.clock.nowMs();
    // A time that is further away than any refresh was set before the clock was set back.
    if (leftMs <= 0 || leftMs > REFRESH_AFTER_MS) void this.refresh();
  }

  async #read(path: string): Promise<string | null> {
    const reply = await this.#limited({ method: 'GET', path, query: {}, body: null });
    return reply.kind === 'answered' && reply.status === 200 ? reply.body : null;
  }

  #count(metric: string): void {
    this.#options.count?.(metric, 1);
  }
}

/** A tenth of the refill, and as much as one request may need. */
function aloneLimit(limit: UsableLimit): UsableLimit {
  const part: BucketLimit = {
    refillPerS: Math.max(1, Math.floor(limit.refillPerMs / ALONE_SHARE)),
    capacity: Math.max(1, Math.floor(limit.room / ALONE_SHARE / 1_000)),
  };
  return { ...usableLimit(part, 0), largest: limit.largest };
}
