import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { maxBundleKib } from '../../shared/contracts/environment/bundling.ts';
import { FUNCTION_NAMES } from '../../shared/contracts/environment/functions.ts';
import { tickCodec } from '../../shared/contracts/messages.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { price } from '../../shared/domain/money/price.ts';
import { bundleFunction } from '../support/bundle.ts';
import { aTick, closedDesk } from '../support/trading-desk.ts';
import type { BenchRow } from './bench-row.ts';
import { fastestSeconds, rounded } from './measure.ts';

const ROUNDS = 5;
const PER_ROUND = 20_000;
const IMPORTS = 5;

/** What a message costs to read, and what Lambda reads before the first one. */
export async function benchFunctions(): Promise<readonly BenchRow[]> {
  return [...messageRows(), ...(await bundleRows())];
}

function messageRows(): readonly BenchRow[] {
  const tick = aTick(closedDesk());
  const view = { bids: levels(5_000, -100), asks: levels(5_200, 100) };
  const deep = { ...tick, book: { ...tick.book, view } };
  const text = tickCodec.encode(deep);
  const note = `${text.length} characters, ten levels a side; the bar is 15`;
  return [
    row(
      'functions: tick read and checked',
      micros(() => tickCodec.parse(text)),
      'us',
      note,
    ),
    row(
      'functions: the same text by JSON.parse alone',
      micros(() => JSON.parse(text)),
      'us',
      '',
    ),
    row(
      'functions: tick written',
      micros(() => tickCodec.encode(deep)),
      'us',
      '',
    ),
  ];
}

/** Ten levels from the best price on. */
function levels(best: number, step: number) {
  return Array.from({ length: 10 }, (_, rank) => ({
    price: price(best + rank * step),
    count: contracts(1_000 + rank),
  }));
}

function micros(work: () => unknown): number {
  const seconds = fastestSeconds(ROUNDS, () => {
    for (let n = 0; n < PER_ROUND; n += 1) work();
  });
  return (seconds * 1e6) / PER_ROUND;
}

async function bundleRows(): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'fairline-bench-'));
  try {
    const rows: BenchRow[] = [];
    for (const name of FUNCTION_NAMES) {
      const { file, bytes } = await bundleFunction(name, folder);
      const limit = maxBundleKib(name);
      rows.push(
        row(`functions: bundle of ${name}`, bytes / 1024, 'KiB', `the bar is ${limit}`),
        row(`functions: import of ${name}`, importMs(file), 'ms', 'fresh process; the bar is 100'),
      );
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The fastest of a few fresh processes, each of which times the import alone. */
function importMs(file: string): number {
  const script = `const startedMs = performance.now(); require(${JSON.stringify(file)}); console.log(performance.now() - startedMs)`;
  const times = Array.from({ length: IMPORTS }, () =>
    Number(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', timeout: 20_000 })),
  );
  return Math.min(...times);
}

function row(name: string, value: number, unit: string, note: string): BenchRow {
  return { name, value: rounded(value), unit, note };
}
