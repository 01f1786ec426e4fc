import { setImmediate } from 'node:timers/promises';
import {
  HEALTHY_QUEUE,
  SimQueue,
  type QueueFaults,
} from '../../shared/simulator/faults/sim-queue.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { Scheduler } from '../../shared/simulator/scheduler.ts';
import { NOON } from '../support/trade-builders.ts';
import { clockContract } from './clock-contract.ts';
import { queueContract, type QueueWorld } from './queue-contract.ts';

const turn = (): Promise<void> => setImmediate();

clockContract('the scheduler of the virtual world', () => {
  const clock = new Scheduler({ startMs: NOON });
  const pass = async (): Promise<void> => {
    clock.after(10, 'time passes', () => {});
    await clock.run({ untilMs: Infinity, turn });
  };
  return { clock, pass };
});

function openQueue(faults: QueueFaults, batchSize: number): QueueWorld {
  const scheduler = new Scheduler({ startMs: NOON });
  const queue = new SimQueue<string>({
    scheduler,
    rng: seededRng(11),
    name: 'messages',
    faults,
    batchSize,
    maxConcurrency: 2,
    visibilityTimeoutMs: 30_000,
    maxReceives: 5,
  });
  return {
    queue,
    consume: (handle) =>
      queue.consume(async (messages) => ({
        failed: messages.flatMap((message, index) => (handle(message) ? [] : [index])),
      })),
    drain: async () => {
      await scheduler.run({ untilMs: Infinity, turn });
    },
  };
}

queueContract('a healthy simulated queue', () => openQueue(HEALTHY_QUEUE, 10));
queueContract('a simulated queue that duplicates, reorders and loses deletes', () =>
  openQueue({ ...HEALTHY_QUEUE, duplicate: 0.3, reorder: 0.5, lostDelete: 0.3 }, 4),
);
queueContract('a simulated queue of single messages', () => openQueue(HEALTHY_QUEUE, 1));
