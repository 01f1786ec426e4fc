import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { SeedResult } from './seed-result.ts';
import type { VirtualRunOptions } from './virtual-runs.ts';

export type SeedRun = Pick<VirtualRunOptions, 'seed' | 'scenario'>;

/** What a thread says of one run: which one of all runs it was. */
export type ThreadResult = { readonly index: number; readonly result: SeedResult };

/**
 * Plays runs on all cores, dealt out in turn; the results in the order of the runs. What a run gives does not depend on
 * the thread it ran on.
 */
export async function playSeeds(runs: readonly SeedRun[]): Promise<readonly SeedResult[]> {
  const results = new Map<number, SeedResult>();
  const threads = Math.min(availableParallelism(), runs.length);
  const dealt = runs.map((run, index) => ({ run, index }));
  const thread = (_: unknown, number: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('seed-worker.ts', import.meta.url), {
        workerData: dealt.filter(({ index }) => index % threads === number),
      });
      worker.on('error', reject);
      worker.on('exit', () => resolve());
      worker.on('message', ({ index, result }: ThreadResult) => results.set(index, result));
    });
  await Promise.all(Array.from({ length: threads }, thread));
  return runs.map((run, index) => {
    const result = results.get(index);
    if (result === undefined) throw new Error(`seed ${run.seed} came to no end`);
    return result;
  });
}
