import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { ENDPOINTS_FILE } from '../../local/embedded/ask-feeder.ts';
import { familyOf, RunFolder, type Started } from '../support/embedded-run.ts';
import type { BenchRow } from './bench-row.ts';
import { rounded } from './measure.ts';

const LOOK_MS = 10;
const GIVE_UP_MS = 60_000;
const TRADES_FOR_MS = 5_000;

/** `fairline start` on an empty folder in a process of its own, until it may trade, and what it then holds. */
export async function benchEmbeddedStart(): Promise<readonly BenchRow[]> {
  // Memory is read where Linux tells of it.
  if (!existsSync('/proc/self/smaps_rollup')) return [];
  const folder = new RunFolder();
  try {
    const startedMs = performance.now();
    const run = folder.start(['--seed', '1']);
    await untilOpen(folder, run);
    const openMs = performance.now() - startedMs;
    await sleep(TRADES_FOR_MS);
    const { postgres, dynoxide } = folder.stores();
    const note = `${TRADES_FOR_MS / 1_000} s after it was open`;
    const node = [run.pid, dynoxide, postgres].map((pid, at) =>
      at === 2 ? mebibytes(familyOf(pid), 'Pss') : mebibytes([pid], 'Rss'),
    );
    const rows = [
      {
        name: 'embedded: start until trading is open',
        value: rounded(openMs / 1_000),
        unit: 's',
        note: 'from the start of the process: stores made, schema, venues, feeder recovered',
      },
      ...['node', 'dynoxide', 'PostgreSQL'].map((name, at) => ({
        name: `embedded: memory of ${name}`,
        value: rounded(node[at] ?? Number.NaN),
        unit: 'MiB',
        note: at === 2 ? `${note}, all its processes, what they share once` : note,
      })),
    ];
    run.signal('SIGTERM');
    await run.ended;
    return rows;
  } finally {
    await folder.close();
  }
}

const endpoints = z.object({ healthPort: z.int() });
const health = z.object({ isReady: z.boolean(), status: z.object({ tradingState: z.string() }) });

/** The feeder has recovered, hears everything, and nothing keeps new risk back. */
async function untilOpen(folder: RunFolder, run: Started): Promise<void> {
  const giveUpMs = performance.now() + GIVE_UP_MS;
  const file = join(folder.state, ENDPOINTS_FILE);
  for (;;) {
    if (existsSync(file) && (await isOpen(file))) return;
    if (performance.now() > giveUpMs)
      throw new Error(`trading was not open within ${GIVE_UP_MS} ms:\n${run.said()}`);
    await sleep(LOOK_MS);
  }
}

async function isOpen(file: string): Promise<boolean> {
  try {
    const { healthPort } = endpoints.parse(JSON.parse(readFileSync(file, 'utf8')));
    const answer = await fetch(`http://127.0.0.1:${healthPort}/health`);
    const { isReady, status } = health.parse(await answer.json());
    return isReady && status.tradingState === 'open';
  } catch {
    // Half written, or not listening yet.
    return false;
  }
}

/** What Linux says that processes hold: of `Pss`, what several share is divided among them. */
function mebibytes(pids: readonly number[], measure: 'Rss' | 'Pss'): number {
  const kibibytes = pids.map((pid) => {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(new RegExp(`^${measure}: +(\\d+) kB$`, 'm').exec(text)?.[1]);
  });
  return kibibytes.reduce((sum, each) => sum + each, 0) / 1_024;
}
