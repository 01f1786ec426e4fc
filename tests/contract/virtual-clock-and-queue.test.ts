import { setImmediate } from 'node:timers/promises';
import { HEALTHY_QUEUE, type QueueFaults } from '../../shared/simulator/faults/queue-faults.ts';
import { Scheduler } from '../../shared/simulator/scheduler.ts';
import { MappedQueue } from '../support/mapped-queue.ts';
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
  const world = new MappedQueue({
    startMs: NOON,
    seed: 11,
    faults,
    batchSize,
    maxConcurrency: 2,
    visibilityTimeoutMs: 30_000,
    maxReceives: 5,
  });
  return {
    queue: {
      send: (messages) => {
        world.queue.send(messages);
        return Promise.resolve();
      },
    },
    consume: (handle) =>
      world.consume(async (messages) =>
        messages.flatMap((message, index) => (handle(message) ? [] : [index])),
      ),
    drain: () => world.finish(),
  };
}

queueContract('a healthy cloud queue', () => openQueue(HEALTHY_QUEUE, 10));
queueContract('a cloud queue that duplicates, reorders and loses deletes', () =>
  openQueue({ ...HEALTHY_QUEUE, duplicate: 0.3, reorder: 0.5, lostDelete: 0.3 }, 4),
);
queueContract('a cloud queue of single messages', () => openQueue(HEALTHY_QUEUE, 1));
