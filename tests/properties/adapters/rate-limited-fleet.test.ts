import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateLimitedTransport } from '../../../shared/adapters/kalshi/rate-limited-transport.ts';
import { MemoryTokenBudget } from '../../../shared/adapters/memory/memory-token-budget.ts';
import { seededRng, type Rng } from '../../../shared/simulator/rng.ts';
import { Scheduler } from '../../../shared/simulator/scheduler.ts';
import type { TokenBudget } from '../../../shared/ports/token-budget.ts';
import {
  cancelRequest,
  entryRequest,
  exitRequest,
  MeteredExchange,
  readRequest,
} from '../../support/metered-exchange.ts';
import { runs } from '../../support/property-settings.ts';
import { NOON } from '../../support/trade-builders.ts';

const turn = () => new Promise<void>((done) => setImmediate(done));

const RUN_MS = 10_000;
/** The table answers within this, and a request is this long on its way at most. */
const TABLE_MS = 20;
const WAY_MS = 60;

type Fleet = {
  readonly world: number;
  readonly processes: number;
  readonly refillPerS: number;
  readonly burstS: number;
  readonly perProcessPerS: number;
};

/** Processes with clocks that differ, demand in bursts, and lives that end with tokens in the hand. */
async function runFleet({ world, processes, refillPerS, burstS, perProcessPerS }: Fleet) {
  const rng = seededRng(world);
  const timers = new Scheduler({ startMs: NOON });
  const write = { refillPerS, capacity: refillPerS * burstS };
  const read = { refillPerS: 2 * refillPerS, capacity: 2 * refillPerS * burstS };
  const exchange = new MeteredExchange({ tier: 'test', read, write }, timers);
  const table = new MemoryTokenBudget();
  let answered = 0;
  let keptBack = 0;
  let lateCancels = 0;
  for (let n = 0; n < processes; n += 1) {
    const own = rng.fork(`process-${n}`);
    const skewMs = own.integer(31);
    const diesAtMs = own.chance(0.3) ? own.integer(RUN_MS) : Infinity;
    let isDead = false;
    const clock = {
      nowMs: () => timers.nowMs() + skewMs,
      sleep: (ms: number) => timers.sleep(ms),
    };
    const inner = exchange.transport(() => own.integer(WAY_MS));
    const transport = new RateLimitedTransport({
      // A process that died sends nothing more, whatever it holds.
      inner: { request: (one) => (isDead ? new Promise(() => {}) : inner.request(one)) },
      budget: behind(table, timers, own),
      alone: new MemoryTokenBudget(),
      clock,
      random: () => own.uniform(),
      shared: true,
    });
    timers.at(NOON, 'start', () => transport.refresh());
    for (let at = 0; at < RUN_MS; at += own.exponential(1_000 / perProcessPerS)) {
      timers.at(NOON + Math.floor(at), 'send', async () => {
        if (at >= diesAtMs) isDead = true;
        if (isDead) return;
        const [request, isCancel] = drawn(own);
        const startedMs = timers.nowMs();
        const reply = await transport.request(request);
        answered += 1;
        if (reply.kind === 'answered' && reply.body.includes('rate_limited')) keptBack += 1;
        if (isCancel && timers.nowMs() - startedMs > 2_000) lateCancels += 1;
      });
    }
  }
  await timers.run({ untilMs: NOON + RUN_MS + 20_000, turn });
  return { exchange, answered, keptBack, lateCancels };
}

function drawn(rng: Rng) {
  const dice = rng.integer(10);
  if (dice < 3) return [cancelRequest(), true] as const;
  if (dice < 5) return [exitRequest(), false] as const;
  return [dice < 7 ? readRequest() : entryRequest(), false] as const;
}

/** The budget at the end of a wire. */
function behind(budget: TokenBudget, timers: Scheduler, rng: Rng): TokenBudget {
  return {
    take: async (ask) => {
      await timers.sleep(rng.integer(TABLE_MS / 2));
      const grant = await budget.take(ask);
      await timers.sleep(rng.integer(TABLE_MS / 2));
      return grant;
    },
    drain: (bucket) => budget.drain(bucket),
  };
}

describe('processes that share an account', () => {
  it('never draw more than the exchange’s buckets hold, however much they want and whoever dies', async () => {
    let sent = 0;
    let kept = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          world: fc.integer({ min: 0, max: 1_000_000 }),
          processes: fc.integer({ min: 1, max: 12 }),
          refillPerS: fc.constantFrom(100, 300, 1_200),
          burstS: fc.constantFrom(1, 2, 3),
          perProcessPerS: fc.constantFrom(1, 5, 20),
        }),
        async (fleet) => {
          const { exchange, keptBack } = await runFleet(fleet);
          expect(exchange.arrivals.filter(({ status }) => status === 429)).toEqual([]);
          sent += exchange.arrivals.length;
          kept += keptBack;
        },
      ),
      runs(25),
    );
    // Neither by sending nothing, nor by never having to keep anything back.
    expect(sent).toBeGreaterThan(2_000);
    expect(kept).toBeGreaterThan(100);
  });

  it('use most of what the account may send when they want more than that', async () => {
    const { exchange, lateCancels } = await runFleet({
      world: 4,
      processes: 8,
      refillPerS: 300,
      burstS: 2,
      perProcessPerS: 20,
    });
    const spent = exchange.arrivals
      .filter(({ method, atMs }) => method !== 'GET' && atMs <= NOON + RUN_MS)
      .reduce((sum, { method }) => sum + (method === 'DELETE' ? 2 : 10), 0);
    expect(exchange.refused).toBe(0);
    expect(spent / (300 * (RUN_MS / 1_000))).toBeGreaterThan(0.7);
    expect(lateCancels).toBe(0);
  });
});
