import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Crash } from '../../../../shared/simulator/faults/crash-plan.ts';
import { SimQueue, type QueueCounters } from '../../../../shared/simulator/faults/sim-queue.ts';
import { seededRng } from '../../../../shared/simulator/rng.ts';
import { Scheduler } from '../../../../shared/simulator/scheduler.ts';
import { runs } from '../../../support/property-settings.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

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
  workMs: fc.integer({ min: 0, max: 400 }),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

type Outcome = {
  readonly counters: QueueCounters;
  readonly trace: readonly string[];
  readonly processed: ReadonlySet<number>;
  readonly dead: ReadonlySet<number>;
  readonly mostRunning: number;
  readonly isBalancedThroughout: boolean;
};

function isBalanced(c: QueueCounters): boolean {
  return (
    c.sent + c.duplicated === c.processed + c.deadLettered + c.waiting + c.inFlight &&
    c.waiting >= 0 &&
    c.inFlight >= 0
  );
}

async function play(w: World): Promise<Outcome> {
  const scheduler = new Scheduler({ startMs: 0, maxEvents: 200_000 });
  const work = seededRng(w.seed).fork('consumer');
  const queue = new SimQueue<number>({
    scheduler,
    rng: seededRng(w.seed).fork('queue'),
    name: 'q',
    faults: {
      delay: { medianMs: 16, p99Ms: 105 },
      duplicate: w.duplicate,
      reorder: w.reorder,
      lostDelete: w.lostDelete,
    },
    ...w,
  });
  const processed = new Set<number>();
  const trace: string[] = [];
  let running = 0;
  let mostRunning = 0;
  let isBalancedThroughout = true;
  queue.consume(async (messages) => {
    running += 1;
    mostRunning = Math.max(mostRunning, running);
    try {
      await scheduler.sleep(work.integer(w.workMs + 1));
      trace.push(`${scheduler.nowMs()} ${messages.join(' ')}`);
      if (work.chance(w.crashing)) throw new Crash('between_two_effects');
      const failed = [...messages.keys()].filter(() => work.chance(w.failing));
      for (const [index, message] of messages.entries()) {
        if (!failed.includes(index)) processed.add(message);
      }
      return { failed };
    } finally {
      running -= 1;
    }
  });
  for (let n = 0; n < w.messages; n += 1) {
    scheduler.at(n * 7, 'send', () => queue.send([n]));
  }
  await scheduler.run({
    untilMs: 10_000_000,
    turn,
    onEvent: () => {
      isBalancedThroughout &&= isBalanced(queue.counters);
    },
  });
  return {
    counters: queue.counters,
    trace,
    processed,
    dead: new Set(queue.deadLetters.map(({ message }) => message)),
    mostRunning,
    isBalancedThroughout,
  };
}

describe('a queue under failures, crashes, duplicates and lost deletes', () => {
  it('loses nothing: each message is processed or dead, and all copies are accounted for', async () => {
    await fc.assert(
      fc.asyncProperty(world, async (w) => {
        const { counters, processed, dead, mostRunning, isBalancedThroughout } = await play(w);
        for (let n = 0; n < w.messages; n += 1) {
          expect(processed.has(n) || dead.has(n)).toBe(true);
        }
        expect(counters.sent).toBe(w.messages);
        expect(counters).toMatchObject({ waiting: 0, inFlight: 0 });
        expect(isBalancedThroughout).toBe(true);
        expect(mostRunning).toBeLessThanOrEqual(w.maxConcurrency);
      }),
      runs(150),
    );
  });

  it('lets no message die whose consumer works', async () => {
    await fc.assert(
      fc.asyncProperty(world, async (w) => {
        // Work is shorter than the timeout, and a message may come twice by a lost delete.
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
