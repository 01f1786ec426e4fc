import type { HttpReply, HttpTransport } from '../../shared/adapters/kalshi/http-transport.ts';
import { RateLimitedTransport } from '../../shared/adapters/kalshi/rate-limited-transport.ts';
import { encodeAccountLimits } from '../../shared/adapters/kalshi/wire/account-limits-encode.ts';
import { MemoryTokenBudget } from '../../shared/adapters/memory/memory-token-budget.ts';
import { FULL_BUCKET, take, usableLimit } from '../../shared/domain/rate/token-bucket.ts';
import { encodeCreateOrder } from '../../shared/adapters/kalshi/wire/orders.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { price } from '../../shared/domain/money/price.ts';
import type { BenchRow } from './bench-row.ts';
import { fastestSeconds, quantile, rounded } from './measure.ts';

const REQUESTS = 2_000;
const ROUNDS = 20;
/** Far more than is sent, so that nothing ever waits. */
const PLENTY = { refillPerS: 9_000_000, capacity: 9_000_000 };

/** What keeping within the buckets costs one order that need not wait: the same transport with and without. */
export async function benchRateLimit(): Promise<BenchRow[]> {
  const reply: HttpReply = {
    kind: 'answered',
    status: 200,
    body: encodeAccountLimits({ tier: 'bench', read: PLENTY, write: PLENTY }),
  };
  const inner: HttpTransport = { request: () => Promise.resolve(reply) };
  let waited = 0;
  const limited = new RateLimitedTransport({
    inner,
    budget: new MemoryTokenBudget(),
    alone: new MemoryTokenBudget(),
    clock: { nowMs: () => Date.now(), sleep: () => Promise.resolve() },
    random: Math.random,
    shared: true,
    count: (metric) => {
      if (metric === 'rate.kept_back') waited += 1;
    },
  });
  await limited.refresh();
  const times = await timesOf(limited);
  const each = await fastestEach(limited);
  const bare = await fastestEach(inner);
  invariant(waited === 0, 'nothing is kept back while there are tokens');
  const limit = usableLimit({ refillPerS: 1_200, capacity: 3_600 }, 350);
  const bucket = fastestSeconds(ROUNDS, () => {
    let at = FULL_BUCKET;
    for (let n = 0; n < REQUESTS; n += 1) {
      const taken = take(at, { limit, keep: 0, nowMs: 1_795_262_400_000 + n * 9, cost: 10_000 });
      if (taken.kind === 'granted') at = taken.bucket;
    }
  });
  return [
    {
      name: 'rate limit: one order, over the bare transport',
      value: rounded((each - bare) * 1e6),
      unit: 'µs',
      note: `${REQUESTS} orders one after another; the bar is 20 µs`,
    },
    {
      name: 'rate limit: one order through it, p50',
      value: rounded(quantile(times, 0.5) * 1e3),
      unit: 'µs',
      aim: { atMost: 1_000 },
      note: `${times.length} orders one after another; the bare transport is in it`,
    },
    {
      name: 'rate limit: one order through it, p99',
      value: rounded(quantile(times, 0.99) * 1e3),
      unit: 'µs',
      aim: { atMost: 1_000 },
      note: 'the same',
    },
    {
      name: 'rate limit: one taking from a bucket',
      value: rounded((bucket / REQUESTS) * 1e6),
      unit: 'µs',
      note: 'the arithmetic alone',
    },
  ];
}

const ORDER = {
  method: 'POST',
  path: '/portfolio/events/orders',
  query: {},
  body: encodeCreateOrder({
    clientOrderId: '7b1f1f0e-93ab-4c5b-8e6c-6f5f0b0d7a11',
    market: 'KXNFLGAME-26NOV22-KC',
    exchangeIndex: 0,
    bookSide: 'bid',
    limitPrice: price(5_200),
    count: contracts(1_000),
    reduceOnly: false,
    selfTrade: 'cancel_taker',
    orderGroupId: null,
  }),
} as const;

/** Milliseconds of each request, one after another. */
async function timesOf(transport: HttpTransport): Promise<readonly number[]> {
  const times: number[] = [];
  for (let n = 0; n < ROUNDS * REQUESTS; n += 1) {
    const startedMs = performance.now();
    await transport.request(ORDER);
    times.push(performance.now() - startedMs);
  }
  return times;
}

/** Seconds of one request in the fastest round. */
async function fastestEach(transport: HttpTransport): Promise<number> {
  let fastest = Infinity;
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedMs = performance.now();
    for (let n = 0; n < REQUESTS; n += 1) await transport.request(ORDER);
    fastest = Math.min(fastest, performance.now() - startedMs);
  }
  return fastest / 1_000 / REQUESTS;
}
