import { describe, expect, it } from 'vitest';
import type { HttpReply, HttpRequest } from '../../../../shared/adapters/kalshi/http-transport.ts';
import {
  RateLimitedTransport,
  type RateLimitedOptions,
} from '../../../../shared/adapters/kalshi/rate-limited-transport.ts';
import { BASIC_LIMITS } from '../../../../shared/adapters/kalshi/wire/account-limits.ts';
import { MemoryTokenBudget } from '../../../../shared/adapters/memory/memory-token-budget.ts';
import { Scheduler } from '../../../../shared/simulator/scheduler.ts';
import {
  cancelRequest,
  entryRequest,
  exitRequest,
  MeteredExchange,
  readRequest,
} from '../../../support/metered-exchange.ts';
import { NOON } from '../../../support/trade-builders.ts';

const turn = () => new Promise<void>((done) => setImmediate(done));

function desk(change: Partial<RateLimitedOptions> = {}, limits = BASIC_LIMITS) {
  const timers = new Scheduler({ startMs: NOON });
  const exchange = new MeteredExchange(limits, timers);
  const counts: Record<string, number> = {};
  const transport = new RateLimitedTransport({
    inner: exchange.transport(),
    budget: new MemoryTokenBudget(),
    alone: new MemoryTokenBudget(),
    clock: timers,
    random: () => 0.5,
    shared: false,
    count: (metric, by) => {
      counts[metric] = (counts[metric] ?? 0) + by;
    },
    ...change,
  });
  /** Sends and notes when the answer came. */
  const send = async (request: HttpRequest) => {
    const reply = await transport.request(request);
    return { reply, atMs: timers.nowMs() - NOON };
  };
  /** Sends all of them at a time after noon. */
  const later = (atMs: number, ...requests: readonly HttpRequest[]) =>
    new Promise<Awaited<ReturnType<typeof send>>[]>((resolve) => {
      timers.at(NOON + atMs, 'send', async () => resolve(await Promise.all(requests.map(send))));
    });
  const run = (untilMs = 60_000) => timers.run({ untilMs: NOON + untilMs, turn });
  return { timers, exchange, transport, counts, send, later, run };
}

const statusOf = ({ reply }: { readonly reply: HttpReply }) =>
  reply.kind === 'answered' ? reply.status : reply.cause;

const statuses = (answers: readonly { readonly reply: HttpReply }[]) => {
  const tally: Record<string, number> = {};
  for (const answer of answers) {
    const status = String(statusOf(answer));
    tally[status] = (tally[status] ?? 0) + 1;
  }
  return tally;
};

const times = (count: number, request: () => HttpRequest) => Array.from({ length: count }, request);

const broken = () => Promise.reject(new Error('the table is away'));

describe('the rate-limited transport', () => {
  it('reads limits and costs at the first request, and again ten minutes later', async () => {
    const premier = {
      tier: 'premier',
      read: { refillPerS: 1_200, capacity: 3_600 },
      write: { refillPerS: 1_200, capacity: 3_600 },
    };
    const { exchange, transport, send, later, run } = desk({}, premier);
    expect(transport.limits).toEqual(BASIC_LIMITS);
    const first = send(entryRequest());
    await run(1_000);
    expect(statusOf(await first)).toBe(201);
    expect(transport.limits).toEqual(premier);
    exchange.limits = { ...premier, tier: 'basic' };
    void later(599_000, readRequest());
    await run(599_500);
    expect(transport.limits.tier).toBe('premier');
    void later(601_000, readRequest());
    await run(602_000);
    expect(transport.limits.tier).toBe('basic');
  });

  it('keeps to the lowest tier, and asks again soon, where limits cannot be read', async () => {
    const { transport, counts, run, later } = desk({
      inner: { request: () => Promise.resolve({ kind: 'answered', status: 404, body: '' }) },
    });
    for (const atMs of [0, 10_000, 31_000]) void later(atMs, readRequest());
    await run();
    expect(transport.limits).toEqual(BASIC_LIMITS);
    expect(counts['rate.limits_unread']).toBe(2);
  });

  it('never makes the exchange say 429, and gives up entries that are late instead', async () => {
    const { exchange, send, run, counts } = desk();
    const answers = times(40, () => entryRequest()).map(send);
    await run();
    const settled = await Promise.all(answers);
    expect(exchange.refused).toBe(0);
    const tally = statuses(settled);
    // Ninety thousandths of a second's tokens are ours, a fifth of them only for cancels; then 250 ms of refill.
    expect(tally['201']).toBe(9);
    expect(tally['429']).toBe(31);
    expect(counts['rate.kept_back']).toBe(31);
    const kept = settled.find((answer) => statusOf(answer) === 429)?.reply;
    expect(kept).toMatchObject({ body: expect.stringContaining('"code":"rate_limited"') });
    expect(Math.max(...settled.map(({ atMs }) => atMs))).toBeLessThanOrEqual(250);
  });

  it('lets reads wait for their turn instead', async () => {
    const { exchange, send, run } = desk();
    const answers = times(80, () => readRequest()).map(send);
    await run();
    expect(statuses(await Promise.all(answers))).toEqual({ '200': 80 });
    expect(exchange.refused).toBe(0);
  });

  it('serves cancels before exits before entries, whoever came first', async () => {
    const { exchange, send, later, run } = desk();
    void Promise.all(times(7, () => entryRequest()).map(send));
    void later(20, entryRequest(), exitRequest(), cancelRequest());
    await run();
    const last = exchange.arrivals.filter(({ atMs }) => atMs >= NOON + 20);
    expect(last.map(({ method }) => method)).toEqual(['DELETE', 'POST', 'POST']);
    const writes = exchange.arrivals.filter(({ method }) => method !== 'GET');
    expect(writes.every(({ status }) => status === 201)).toBe(true);
    expect(last[0]?.atMs).toBe(NOON + 20);
  });

  it('sends cancels from the reserve while nothing else may go', async () => {
    const { exchange, send, later, run } = desk();
    void Promise.all(times(30, () => entryRequest()).map(send));
    const cancels = later(5, ...times(8, () => cancelRequest()));
    await run();
    for (const { atMs } of await cancels) expect(atMs).toBe(5);
    expect(exchange.refused).toBe(0);
  });

  it('gives each shard above 0 a write bucket of its own', async () => {
    const { exchange, send, run } = desk();
    const answers = [0, 1, 2, 3].flatMap((shard) => times(7, () => entryRequest(shard)).map(send));
    await run();
    expect(statuses(await Promise.all(answers))).toEqual({ '201': 28 });
    expect(exchange.refused).toBe(0);
    const all = await Promise.resolve(exchange.arrivals.filter(({ method }) => method === 'POST'));
    expect(all.every(({ atMs }) => atMs === NOON)).toBe(true);
  });

  it('answers an entry that the exchange limited as it is, and sends it once', async () => {
    const { exchange, send, run, counts } = desk();
    exchange.take('write', 100);
    const answer = send(entryRequest());
    await run();
    expect(statusOf(await answer)).toBe(429);
    expect(exchange.arrivals.filter(({ method }) => method === 'POST')).toHaveLength(1);
    expect(counts['rate.too_many_requests']).toBe(1);
  });

  it.each([
    ['a cancel', cancelRequest],
    ['an exit', exitRequest],
    ['a read', readRequest],
  ])('sends %s again after the refill when the exchange limited it', async (_, request) => {
    const { exchange, send, run } = desk();
    exchange.take('write', 100);
    exchange.take('read', 200);
    const answer = send(request());
    await run();
    const { reply, atMs } = await answer;
    expect(reply).toMatchObject({ kind: 'answered', status: request === readRequest ? 200 : 201 });
    expect(atMs).toBeGreaterThan(0);
    expect(atMs).toBeLessThan(2_000);
  });

  it.each([
    ['cancels', cancelRequest, 6, 5_000],
    ['exits', exitRequest, 4, 2_000],
    ['reads', readRequest, 3, 5_000],
  ])('tries %s a bounded number of times', async (_, request, most, withinMs) => {
    const sent: HttpRequest[] = [];
    const { send, run } = desk({
      inner: {
        request: (one) => {
          sent.push(one);
          return Promise.resolve({ kind: 'answered', status: 429, body: '' });
        },
      },
    });
    const answer = send(request());
    await run();
    expect(statusOf(await answer)).toBe(429);
    const own = sent.filter(({ path }) => !path.startsWith('/account'));
    expect(own.length).toBeGreaterThan(1);
    expect(own.length).toBeLessThanOrEqual(most);
    expect((await answer).atMs).toBeLessThanOrEqual(withinMs);
  });

  it('does not send again what was lost on the way', async () => {
    let sent = 0;
    const { send, run } = desk({
      inner: {
        request: ({ method }) => {
          if (method !== 'GET') sent += 1;
          return Promise.resolve({ kind: 'failed', cause: 'timeout' });
        },
      },
    });
    const answer = send(exitRequest());
    await run();
    expect(await answer).toMatchObject({ reply: { kind: 'failed', cause: 'timeout' } });
    expect(sent).toBe(1);
  });

  it('allows itself a tenth while the shared budget cannot be asked', async () => {
    const { exchange, send, run, counts } = desk({
      budget: { take: broken, drain: broken },
      shared: true,
    });
    const answers = times(10, () => exitRequest()).map(send);
    await run();
    const tally = statuses(await Promise.all(answers));
    expect(tally['201']).toBeGreaterThanOrEqual(2);
    expect(tally['201']).toBeLessThanOrEqual(4);
    expect(exchange.refused).toBe(0);
    expect(counts['rate.budget_failed']).toBeGreaterThan(0);
  });

  it('asks the shared budget once for a rush, and not at all for what was fetched ahead', async () => {
    const shared = new MemoryTokenBudget();
    let asked: string[] = [];
    const { transport, send, later, run, timers } = desk({
      shared: true,
      budget: {
        take: (ask) => {
          asked.push(ask.bucket);
          return shared.take(ask);
        },
        drain: (bucket) => shared.drain(bucket),
      },
    });
    void send(readRequest('/portfolio/fills'));
    await run(100);
    asked = [];
    timers.at(NOON + 3_000, 'ahead', () => transport.prefetch('write'));
    await run(3_000);
    expect(asked).toEqual(['write']);
    void later(3_020, entryRequest());
    await run(3_020);
    expect(asked).toEqual(['write']);
    void later(6_000, entryRequest(), entryRequest());
    await run(6_100);
    expect(asked).toEqual(['write', 'write']);
    // What was fetched and not used is given up.
    timers.at(NOON + 9_000, 'ahead', () => transport.prefetch('write'));
    void later(9_251, entryRequest());
    await run(9_300);
    expect(asked).toEqual(['write', 'write', 'write', 'write']);
  });
});
