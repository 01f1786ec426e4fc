import type {
  HttpReply,
  HttpRequest,
  HttpTransport,
} from '../../shared/adapters/kalshi/http-transport.ts';
import {
  DOCUMENTED_COSTS,
  endpointCoster,
  type AccountLimits,
} from '../../shared/adapters/kalshi/wire/account-limits.ts';
import {
  encodeAccountLimits,
  encodeEndpointCosts,
} from '../../shared/adapters/kalshi/wire/account-limits-encode.ts';
import { routeOf, type BucketName } from '../../shared/adapters/kalshi/wire/request-route.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { Timers } from '../../shared/ports/timers.ts';

export type Arrival = {
  readonly atMs: EpochMs;
  readonly method: string;
  readonly path: string;
  readonly status: number;
};

/**
 * The exchange's end of the token buckets, counted in tokens and real time and with nothing shared with the client's
 * arithmetic: 201 where every bucket holds the cost, else the exchange's own 429.
 */
export class MeteredExchange {
  readonly arrivals: Arrival[] = [];
  limits: AccountLimits;
  readonly #timers: Timers;
  readonly #levels = new Map<BucketName, { tokens: number; atMs: EpochMs }>();

  constructor(limits: AccountLimits, timers: Timers) {
    this.limits = limits;
    this.#timers = timers;
  }

  get refused(): number {
    return this.arrivals.filter(({ status }) => status === 429).length;
  }

  /** A process's way to it; `delayMs` is drawn for each request. */
  transport(delayMs: () => number = () => 0): HttpTransport {
    return {
      request: async (request) => {
        const delay = delayMs();
        if (delay > 0) await this.#timers.sleep(delay);
        return this.#answer(request);
      },
    };
  }

  /** Somebody else of the account takes tokens. */
  take(bucket: BucketName, tokens: number): void {
    const level = this.#level(bucket);
    level.tokens = Math.max(0, level.tokens - tokens);
  }

  #answer(request: HttpRequest): HttpReply {
    const { method, path } = request;
    const { buckets, items } = routeOf(request);
    const cost = endpointCoster(DOCUMENTED_COSTS)(request) * items;
    const levels = buckets.map((bucket) => this.#level(bucket));
    const fits = levels.every(({ tokens }) => tokens >= cost);
    if (fits) for (const level of levels) level.tokens -= cost;
    const status = fits ? (method === 'GET' ? 200 : 201) : 429;
    this.arrivals.push({ atMs: this.#timers.nowMs(), method, path, status });
    const body = fits ? this.#body(path) : '{"error":"too many requests"}';
    return { kind: 'answered', status, body };
  }

  #body(path: string): string {
    if (path === '/account/limits') return encodeAccountLimits(this.limits);
    if (path !== '/account/endpoint_costs') return '{}';
    return encodeEndpointCosts(DOCUMENTED_COSTS.defaultCost, DOCUMENTED_COSTS.costs);
  }

  #level(bucket: BucketName): { tokens: number; atMs: EpochMs } {
    const nowMs = this.#timers.nowMs();
    const { refillPerS, capacity } = bucket === 'read' ? this.limits.read : this.limits.write;
    const level = this.#levels.get(bucket) ?? { tokens: capacity, atMs: nowMs };
    level.tokens = Math.min(capacity, level.tokens + ((nowMs - level.atMs) * refillPerS) / 1_000);
    level.atMs = nowMs;
    this.#levels.set(bucket, level);
    return level;
  }
}

const order = (reduceOnly: boolean, exchangeIndex: number | null) =>
  JSON.stringify({
    ticker: 'KXNFLGAME-26NOV22-KC',
    reduce_only: reduceOnly,
    ...(exchangeIndex !== null && { exchange_index: exchangeIndex }),
  });

const post = (body: string): HttpRequest => ({
  method: 'POST',
  path: '/portfolio/events/orders',
  query: {},
  body,
});

export const entryRequest = (shard: number | null = 0): HttpRequest => post(order(false, shard));
export const exitRequest = (shard: number | null = 0): HttpRequest => post(order(true, shard));
export const cancelRequest = (shard = 0): HttpRequest => ({
  method: 'DELETE',
  path: '/portfolio/events/orders/o-1',
  query: { market_ticker: 'KXNFLGAME-26NOV22-KC', exchange_index: String(shard) },
  body: null,
});
export const readRequest = (path = '/portfolio/fills'): HttpRequest => ({
  method: 'GET',
  path,
  query: {},
  body: null,
});
