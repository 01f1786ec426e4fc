import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MachineTimers } from '../../shared/adapters/machine/machine-timers.ts';
import { Functions } from '../../local/cloud/functions.ts';
import { CloudQueue } from '../../local/cloud/cloud-queue.ts';
import { Metrics } from '../../local/cloud/metrics.ts';
import { QueueMapping } from '../../local/cloud/queue-mapping.ts';
import { StreamMapping } from '../../local/cloud/stream-mapping.ts';
import type { StreamSource } from '../../local/cloud/stream-source.ts';
import { Scheduler } from '../../shared/simulator/scheduler.ts';
import { NOON } from '../support/trade-builders.ts';
import { timersContract } from './timers-contract.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const opened: MachineTimers[] = [];
const errors: string[] = [];

function machineTimers(): MachineTimers {
  const timers = new MachineTimers({
    onError: (error, label) => errors.push(`${label}: ${String(error)}`),
  });
  opened.push(timers);
  return timers;
}

afterEach(() => {
  for (const timers of opened.splice(0)) timers.close();
  errors.length = 0;
});

timersContract('the virtual clock', () => {
  const timers = new Scheduler({ startMs: NOON });
  return {
    timers,
    pass: async (ms) => {
      await timers.run({ untilMs: timers.nowMs() + ms, turn });
    },
  };
});
timersContract('the clock of the machine', () => ({ timers: machineTimers(), pass: sleep }));

describe('the clock of the machine', () => {
  it('tells what tasks throw or reject with, and goes on', async () => {
    const timers = machineTimers();
    let ran = 0;
    timers.after(1, 'throws', () => {
      throw new Error('at once');
    });
    timers.after(2, 'rejects', () => Promise.reject(new Error('later')));
    timers.after(3, 'runs', () => void (ran += 1));
    await vi.waitUntil(() => timers.waiting === 0 && errors.length === 2);
    // On a machine that is late, tasks a millisecond apart come in any order.
    expect(errors.toSorted()).toEqual(['rejects: Error: later', 'throws: Error: at once']);
    expect(ran).toBe(1);
  });

  it('calls nothing more once it is closed', async () => {
    const timers = machineTimers();
    let ran = 0;
    timers.after(0, 'now', () => void (ran += 1));
    timers.after(5, 'later', () => void (ran += 1));
    expect(timers.waiting).toBe(2);
    timers.close();
    timers.after(0, 'after the end', () => void (ran += 1));
    expect(timers.waiting).toBe(0);
    await sleep(20);
    expect(ran).toBe(0);
  });

  it('waits longer than one timeout of the machine can', async () => {
    const timers = machineTimers();
    let ran = 0;
    timers.after(2 ** 31 + 1_000, 'in 25 days', () => void (ran += 1));
    await sleep(20);
    expect(ran).toBe(0);
    expect(timers.waiting).toBe(1);
  });
});

describe('the parts of the cloud on the clock of the machine', () => {
  it('bring a message to its function within milliseconds', async () => {
    const timers = machineTimers();
    const queue = new CloudQueue({ timers, name: 'ticks', visibilityTimeoutMs: 5_000 });
    const functions = new Functions({ timers, metrics: new Metrics(), onError: () => undefined });
    const arrived: number[] = [];
    functions.register('score-edges', () => Promise.resolve(void arrived.push(performance.now())), {
      timeoutMs: 1_000,
    });
    const mapping = new QueueMapping({
      timers,
      queue,
      functions,
      functionName: 'score-edges',
      batchSize: 10,
      maxConcurrency: 2,
      reportsItemFailures: true,
    });
    mapping.start();
    const sentMs = performance.now();
    queue.send(['a', 'b']);
    await sleep(100);
    expect(arrived).toHaveLength(1);
    expect(arrived[0]! - sentMs).toBeLessThan(50);
    expect(queue.counters).toMatchObject({ processed: 2, inFlight: 0 });
  });

  it('wake a long poll at once', async () => {
    const timers = machineTimers();
    const queue = new CloudQueue({ timers, name: 'ticks', visibilityTimeoutMs: 5_000 });
    const poll = queue.receive({ max: 10, waitMs: 20_000 });
    queue.send(['a']);
    expect(await poll).toMatchObject([{ body: 'a' }]);
  });

  it('read a stream on after a read that failed', async () => {
    const timers = machineTimers();
    const listeners: (() => void)[] = [];
    let reads = 0;
    const source: StreamSource = {
      read: () => {
        reads += 1;
        return reads === 1 ? Promise.reject(new Error('the table is away')) : Promise.resolve([]);
      },
      onArrival: (listener) => listeners.push(listener),
    };
    const metrics = new Metrics();
    const mapping = new StreamMapping({
      timers,
      metrics,
      source,
      table: 'journal',
      functions: new Functions({ timers, metrics, onError: () => undefined }),
      functionName: 'write-ledger',
      batchSize: 1,
      bisectsOnError: false,
      maxRetries: 0,
      reportsItemFailures: false,
      onGivenUp: () => undefined,
      retryMs: 20,
    });
    mapping.start();
    for (const listener of listeners) listener();
    await sleep(100);
    expect(reads).toBe(2);
    expect(errors).toEqual(['journal stream is read: Error: the table is away']);
    await mapping.stop();
  });
});
