import { parentPort, workerData } from 'node:worker_threads';
import { seedResult } from './seed-result.ts';
import type { SeedRun, ThreadResult } from './seed-swarm.ts';

// One thread of a swarm: its share of the runs, one after another.
const port = parentPort;
if (port === null) throw new Error('seed-worker.ts runs in a thread of the swarm');
for (const { run, index } of workerData as readonly { run: SeedRun; index: number }[]) {
  const done: ThreadResult = { index, result: await seedResult(run) };
  port.postMessage(done);
}
