import { describe, expect, it } from 'vitest';
import { Crash } from '../../../../shared/simulator/faults/crash-plan.ts';
import { NO_DELAY } from '../../../../shared/simulator/faults/delay.ts';
import {
  HEALTHY_QUEUE,
  SimQueue,
  type QueueOptions,
} from '../../../../shared/simulator/faults/sim-queue.ts';
import { seededRng } from '../../../../shared/simulator/rng.ts';
import { Scheduler } from '../../../../shared/simulator/scheduler.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const ALL_DONE = { failed: [] };

function queueWith(options: Partial<QueueOptions<number>> = {}): {
  readonly scheduler: Scheduler;
  readonly queue: SimQueue<number>;
  readonly finish: () => Promise<void>;
} {
  const scheduler = new Scheduler({ startMs: 0, maxEvents: 100_000 });
  const queue = new SimQueue<number>({
    scheduler,
    rng: seededRng(1),
    name: 'intents',
    faults: { ...HEALTHY_QUEUE, delay: NO_DELAY },
    batchSize: 1,
    maxConcurrency: 10,
    visibilityTimeoutMs: 60_000,
    maxReceives: 3,
    ...options,
  });
  const finish = async (): Promise<void> => {
    await scheduler.run({ untilMs: 10_000_000, turn });
  };
  return { scheduler, queue, finish };
}

describe('a queue', () => {
  it('delivers what was sent before and after its consumer came, in batches', async () => {
    const { queue, finish, scheduler } = queueWith({ batchSize: 4 });
    await queue.send([1, 2, 3, 4, 5]);
    const batches: (readonly number[])[] = [];
    queue.consume((messages) => {
      batches.push(messages);
      return Promise.resolve(ALL_DONE);
    });
    scheduler.at(1_000, 'later', () => queue.send([6]));
    await finish();
    expect(batches).toEqual([[1, 2, 3, 4], [5], [6]]);
    expect(queue.isIdle).toBe(true);
    expect(queue.counters).toMatchObject({
      sent: 6,
      delivered: 6,
      redelivered: 0,
      processed: 6,
      deadLettered: 0,
      waiting: 0,
      inFlight: 0,
    });
  });

  it('runs no more consumers at a time than it may', async () => {
    const { queue, finish, scheduler } = queueWith({ maxConcurrency: 2 });
    let running = 0;
    let most = 0;
    queue.consume(async () => {
      running += 1;
      most = Math.max(most, running);
      await scheduler.sleep(100);
      running -= 1;
      return ALL_DONE;
    });
    await queue.send([1, 2, 3, 4, 5, 6, 7]);
    await finish();
    expect(most).toBe(2);
    expect(scheduler.nowMs()).toBeGreaterThanOrEqual(400);
    expect(queue.counters.processed).toBe(7);
  });

  it('brings back only the failed messages of a batch, after the visibility timeout', async () => {
    const { queue, finish, scheduler } = queueWith({ batchSize: 10 });
    const seen: string[] = [];
    queue.consume((messages) => {
      seen.push(`${scheduler.nowMs()}: ${messages.join(' ')}`);
      return Promise.resolve({ failed: scheduler.nowMs() === 0 ? [1, 2] : [] });
    });
    await queue.send([10, 11, 12, 13]);
    await finish();
    expect(seen).toEqual(['0: 10 11 12 13', '60000: 11 12']);
    expect(queue.counters).toMatchObject({ processed: 4, redelivered: 2, delivered: 6 });
  });

  it('gives up after the receives it allows, and tells', async () => {
    const dead: number[] = [];
    const { queue, finish } = queueWith({ onDeadLetter: ({ message }) => dead.push(message) });
    let calls = 0;
    queue.consume(([message]) => {
      calls += 1;
      return Promise.resolve({ failed: message === 2 ? [0] : [] });
    });
    await queue.send([1, 2, 3]);
    await finish();
    expect(calls).toBe(5);
    expect(dead).toEqual([2]);
    expect(queue.deadLetters).toEqual([{ message: 2, receives: 3 }]);
    expect(queue.counters).toMatchObject({
      processed: 2,
      deadLettered: 1,
      waiting: 0,
      inFlight: 0,
    });
  });

  it('redelivers the whole batch of a consumer that crashed, and goes on meanwhile', async () => {
    const { queue, finish, scheduler } = queueWith({ batchSize: 2, maxConcurrency: 1 });
    const seen: string[] = [];
    queue.consume(async (messages) => {
      await scheduler.sleep(5);
      seen.push(`${scheduler.nowMs()}: ${messages.join(' ')}`);
      if (seen.length === 1) throw new Crash('after_send_before_record');
      return ALL_DONE;
    });
    await queue.send([1, 2, 3]);
    await finish();
    expect(seen).toEqual(['5: 1 2', '10: 3', '60005: 1 2']);
    expect(queue.counters).toMatchObject({ crashes: 1, processed: 3, deadLettered: 0 });
  });

  it('ends the run on any other error of a consumer: that is a bug', async () => {
    const { queue, finish } = queueWith();
    queue.consume(() => Promise.reject(new Error('a bug in the consumer')));
    await queue.send([1]);
    await expect(finish()).rejects.toThrow('a bug in the consumer');
  });

  it('shows a message to a second consumer when the first is slower than the timeout', async () => {
    const { queue, finish, scheduler } = queueWith({ visibilityTimeoutMs: 1_000 });
    const started: number[] = [];
    queue.consume(async () => {
      started.push(scheduler.nowMs());
      await scheduler.sleep(1_500);
      return ALL_DONE;
    });
    await queue.send([1]);
    await finish();
    expect(started).toEqual([0, 1_000]);
    expect(queue.counters).toMatchObject({ processed: 1, delivered: 2, redelivered: 1 });
    expect(queue.isIdle).toBe(true);
  });

  it('brings a processed message again when the delete is lost', async () => {
    const { queue, finish, scheduler } = queueWith({
      faults: { ...HEALTHY_QUEUE, delay: NO_DELAY, lostDelete: 1 },
    });
    const times: number[] = [];
    queue.consume(() => {
      times.push(scheduler.nowMs());
      return Promise.resolve(ALL_DONE);
    });
    await queue.send([1]);
    await finish();
    expect(times).toEqual([0, 60_000]);
    expect(queue.counters).toMatchObject({ processed: 1, deadLettered: 0 });
  });

  it('refuses a second consumer, and an index that is not in the batch', async () => {
    const { queue, finish } = queueWith();
    queue.consume(() => Promise.resolve({ failed: [1] }));
    expect(() => queue.consume(() => Promise.resolve(ALL_DONE))).toThrow(/one consumer/);
    await queue.send([1]);
    await expect(finish()).rejects.toThrow(/one of the batch/);
  });
});
