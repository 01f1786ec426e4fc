import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QueueCounters } from '../../../../local/cloud/queue-types.ts';
import { Crash } from '../../../../shared/simulator/faults/crash-plan.ts';
import { seededRng } from '../../../../shared/simulator/rng.ts';
import { MappedQueue } from '../../../support/mapped-queue.ts';
import { runs } from '../../../support/property-settings.ts';

const world = fc.record({
  seed: fc.integer(),
  messages: fc.integer({ min: 1, max: 60 }),
  batchSize: fc.integer({ min: 1, max: 10 }),
  maxConcurrency: fc.integer({ min: 1, max: 4 }),
  visibilityTimeoutMs: fc.integer({ min: 50, max: 5_000 }),
  maxReceives: fc.integer({ min: 1, max: 5 }),
  duplicate: fc.double({ min: 0, max: 0.5, noNaN: true }),
  reorder: fc.double({ min: 0, max: 1, noNaN: true }),
  lostDelete: fc.double({ min: 0, max: 0.5, noNaN: true }),
  failing: fc.double({ min: 0, max: 0.6, noNaN: true }),
  crashing: fc.double({ min: 0, max: 0.4, noNaN: true }),
  /** Shorter than some of the work: an invocation that runs out of time fails its batch. */
  timeoutMs: fc.integer({ min: 50, max: 5_000 }),
  workMs: fc.integer({ min: 0, max: 400 }),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

type Outcome = {
  readonly counters: QueueCounters;
  readonly trace: readonly string[];
  readonly processed: ReadonlySet<string>;
  /** Receives of each dead letter, the one from the dead-letter queue included. */
  readonly dead: ReadonlyMap<string, number>;
  readonly deadCounters: QueueCounters;
  readonly mostRunning: number;
  readonly isBalancedThroughout: boolean;
};

function isBalanced(c: QueueCounters): boolean {
  return (
    c.sent + c.duplicated === c.processed + c.deadLettered + c.expired + c.waiting + c.inFlight &&
    c.waiting >= 0 &&
    c.inFlight >= 0
  );
}

async function play(w: World): Promise<Outcome> {
  const { duplicate, reorder, lostDelete } = w;
  const all = new MappedQueue({
    ...w,
    faults: { delay: { medianMs: 16, p99Ms: 105 }, duplicate, reorder, lostDelete },
  });
  const work = seededRng(w.seed).fork('consumer');
  const processed = new Set<string>();
  const trace: string[] = [];
  let running = 0;
  let mostRunning = 0;
  let isBalancedThroughout = true;
  all.consume(async (bodies) => {
    running += 1;
    mostRunning = Math.max(mostRunning, Math.min(running, all.mapping.counters.active));
    try {
      await all.scheduler.sleep(work.integer(w.workMs + 1));
      trace.push(`${all.scheduler.nowMs()} ${bodies.join(' ')}`);
      if (work.chance(w.crashing)) throw new Crash('between_two_effects');
      const failed = [...bodies.keys()].filter(() => work.chance(w.failing));
      for (const [index, body] of bodies.entries()) {
        if (!failed.includes(index)) processed.add(body);
      }
      return failed;
    } finally {
      running -= 1;
    }
  });
  for (let n = 0; n < w.messages; n += 1) {
    all.scheduler.at(n * 7, 'send', () => void all.queue.send([String(n)]));
  }
  await all.finish(() => {
    isBalancedThroughout &&= isBalanced(all.queue.counters) && isBalanced(all.dead.counters);
  });
  const deadCounters = all.dead.counters;
  return {
    counters: all.queue.counters,
    trace,
    processed,
    dead: new Map(all.dead.take(1_000).map(({ body, receives }) => [body, receives])),
    deadCounters,
    mostRunning,
    isBalancedThroughout,
  };
}

describe('a queue under failures, crashes, timeouts, duplicates and lost deletes', () => {
  it('loses nothing: each message is processed or dead, and all copies are accounted for', async () => {
    await fc.assert(
      fc.asyncProperty(world, async (w) => {
        const outcome = await play(w);
        for (let n = 0; n < w.messages; n += 1) {
          const body = String(n);
          expect(outcome.processed.has(body) || outcome.dead.has(body)).toBe(true);
        }
        expect(outcome.counters.sent).toBe(w.messages);
        expect(outcome.counters).toMatchObject({ waiting: 0, inFlight: 0 });
        expect(outcome.isBalancedThroughout).toBe(true);
        expect(outcome.mostRunning).toBeLessThanOrEqual(w.maxConcurrency);
      }),
      runs(150),
    );
  });

  it('moves a message to the dead-letter queue after exactly its receives', async () => {
    let died = 0;
    await fc.assert(
      fc.asyncProperty(world, async (w) => {
        const { dead, counters, deadCounters } = await play(w);
        for (const receives of dead.values()) expect(receives).toBe(w.maxReceives + 1);
        expect(deadCounters.sent).toBe(counters.deadLettered);
        died += counters.deadLettered;
      }),
      runs(80),
    );
    expect(died).toBeGreaterThan(0);
  });

  it('lets no message die whose function works', async () => {
    await fc.assert(
      fc.asyncProperty(world, async (w) => {
        // Work is shorter than both times, and a message may come twice by a lost delete.
        const healthy = {
          ...w,
          failing: 0,
          crashing: 0,
          maxReceives: 2,
          workMs: Math.min(w.workMs, 49),
        };
        const { counters, processed } = await play(healthy);
        expect(counters.deadLettered).toBe(0);
        expect(processed.size).toBe(w.messages);
      }),
      runs(60),
    );
  });

  it('plays the same for the same seed', async () => {
    await fc.assert(
      fc.asyncProperty(world, async (w) => {
        const [first, second] = [await play(w), await play(w)];
        expect(second.trace).toEqual(first.trace);
        expect(second.counters).toEqual(first.counters);
      }),
      runs(30),
    );
  });
});
