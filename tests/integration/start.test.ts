import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { runSummarySchema, type RunSummary } from '../../shared/contracts/summary.ts';
import { FIXTURE_PRICES, FIXTURE_RESULTS } from '../support/replay-fixture.ts';

const PROGRAM = fileURLToPath(new URL('../../scripts/fairline.mjs', import.meta.url));
// The collected prices are no part of this repository; without them their test is skipped.
const COLLECTED = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const hasCollected = existsSync(join(COLLECTED, 'kalshi-nba'));

const folder = mkdtempSync(join(tmpdir(), 'fairline-program-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const QUIET = ['--virtual', '--seed', '3', '--scenario', 'quiet-short-games'] as const;
const FILES = ['decisions.jsonl', 'report.html', 'summary.json'];

type Ended = { readonly status: number | null; readonly out: string; readonly err: string };

/** The program as it is installed, in a process of its own; `onOut` may send it signals while it runs. */
function fairline(
  args: readonly string[],
  onOut: (out: string, kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      onOut(out, (signal) => child.kill(signal));
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, out, err }));
  });
}

/** A replay of collected prices and results into a folder. */
function replay(dir: string, prices: string, results: string): Promise<Ended> {
  return fairline(['start', '--replay', prices, '--results', results, '--out', dir, '--json']);
}

function outDir(name: string): string {
  return join(folder, name);
}

/** The summary on standard output, which holds nothing else, the same as in the file; its hash is the decisions'. */
function summaryOf({ status, out, err }: Ended, dir: string): RunSummary {
  expect([status, err.split('\n').filter((line) => /^\s+at /.test(line))]).toEqual([0, []]);
  const summary = runSummarySchema.parse(JSON.parse(out));
  expect(readdirSync(dir).toSorted()).toEqual(FILES);
  expect(readFileSync(join(dir, 'summary.json'), 'utf8')).toBe(out);
  const decisions = readFileSync(join(dir, 'decisions.jsonl'));
  expect(createHash('sha256').update(decisions).digest('hex')).toBe(summary.decisionsSha256);
  expect(readFileSync(join(dir, 'report.html'), 'utf8')).toContain('<svg');
  expect([summary.invariants.violated, summary.ledger.imbalanceMicros]).toEqual([0, 0]);
  expect(summary.messages.deadLettered).toBe(0);
  return summary;
}

function untimed(summary: RunSummary): object {
  return { ...summary, timings: null };
}

describe('fairline start', () => {
  it('writes its files, prints one JSON, and gives the same run for the same seed', async () => {
    const [first, second] = [outDir('first'), outDir('second')];
    const runs = await Promise.all(
      [first, second].map((dir) => fairline(['start', ...QUIET, '--out', dir, '--json'])),
    );
    const summary = summaryOf(runs[0]!, first);
    const again = summaryOf(runs[1]!, second);
    expect(summary.orders).toBeGreaterThan(0);
    expect(untimed(again)).toEqual(untimed(summary));
    expect(readFileSync(join(second, 'decisions.jsonl'))).toEqual(
      readFileSync(join(first, 'decisions.jsonl')),
    );

    const other = outDir('other');
    const run = await fairline(['start', ...QUIET, '--seed', '4', '--out', other, '--json']);
    expect(summaryOf(run, other).decisionsSha256).not.toBe(summary.decisionsSha256);
  });

  it('takes the place of an earlier run in the same folder, whole', async () => {
    const dir = outDir('again');
    const before = summaryOf(await fairline(['start', ...QUIET, '--out', dir, '--json']), dir);
    const seed = ['start', ...QUIET, '--seed', '4', '--out', dir, '--json'];
    const after = summaryOf(await fairline(seed), dir);
    expect(after.decisionsSha256).not.toBe(before.decisionsSha256);
    expect(readFileSync(join(dir, 'report.html'), 'utf8')).toContain('seed 4');
  });

  it('prints plain lines when it is piped, with the report’s path at the end', async () => {
    const dir = outDir('plain');
    const { status, out, err } = await fairline(['start', ...QUIET, '--out', dir]);
    expect([status, err]).toEqual([0, '']);
    expect(out).not.toContain('\u001b');
    expect(out.split('\n')[0]).toMatch(/^Fairline .*quiet-short-games, seed 3/);
    expect(out).toMatch(/^ *\d+ %/m);
    expect(out.trimEnd().split('\n').at(-1)).toBe(`report   ${join(dir, 'report.html')}`);
  });

  it('stops cleanly on Ctrl-C with status 130, writes nothing and leaves what was there', async () => {
    const dir = outDir('stopped');
    summaryOf(await fairline(['start', ...QUIET, '--out', dir, '--json']), dir);
    const before = readFileSync(join(dir, 'summary.json'));
    let sent = false;
    const { status, out, err } = await fairline(
      ['start', '--virtual', '--seed', '3', '--scenario', 'stormy-sunday', '--out', dir],
      (text, kill) => {
        if (sent || !/\d+ %/.test(text)) return;
        sent = true;
        kill('SIGINT');
      },
    );
    expect(sent).toBe(true);
    expect([status, err]).toEqual([130, '']);
    expect(out.trimEnd().split('\n').at(-1)).toBe('Stopped before the end; nothing was written.');
    expect(readFileSync(join(dir, 'summary.json'))).toEqual(before);
  });

  it('ends with status 2 and one message when it is not usable as typed', async () => {
    const { status, out, err } = await fairline(['start', '--sede', '3']);
    expect([status, out]).toEqual([2, '']);
    expect(err).toBe(
      "fairline: unknown option '--sede'. Did you mean --seed? See fairline --help.\n",
    );
  });
});

describe('fairline start --replay', () => {
  it('plays collected prices of the shape of the real ones, the same each time', async () => {
    const [first, second] = [outDir('replay-1'), outDir('replay-2')];
    const runs = await Promise.all(
      [first, second].map((dir) => replay(dir, FIXTURE_PRICES, FIXTURE_RESULTS)),
    );
    const summary = summaryOf(runs[0]!, first);
    if (summary.mode !== 'replay') throw new Error('a replay says that it is one');
    expect(summary.recording.markets).toBeGreaterThan(0);
    expect(summary.recording.records).toBeGreaterThan(100);
    expect(summary.halfSpreads.map(({ cents }) => cents)).toEqual([0, 1, 2]);
    expect(untimed(summaryOf(runs[1]!, second))).toEqual(untimed(summary));
  });

  it.skipIf(!hasCollected)(
    'plays the whole collected NBA season, and says what it lost',
    async () => {
      const dir = outDir('nba');
      const ended = await replay(dir, join(COLLECTED, 'kalshi-nba'), join(COLLECTED, 'nba'));
      const summary = summaryOf(ended, dir);
      if (summary.mode !== 'replay') throw new Error('a replay says that it is one');
      expect(summary.recording).toMatchObject({ markets: 434, refused: {} });
      expect(summary.ticks).toBeGreaterThan(300_000);
      expect(summary.orders).toBeGreaterThan(0);
      const { fair, market } = summary.modelVsMarket!;
      expect(fair.logLoss).toBeGreaterThan(market.logLoss);
      expect(summary.halfSpreads.every(({ trades }) => trades > 0)).toBe(true);
    },
  );
});
