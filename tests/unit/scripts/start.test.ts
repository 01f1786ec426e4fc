import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runStart, type StartDeps } from '../../../scripts/commands/start.ts';
import type { StartOptions } from '../../../scripts/start-options.ts';
import type { RunVirtual } from '../../../shared/contracts/run-request.ts';
import { brokenSummary, virtualOutcome } from '../../fixtures/run-outcome.ts';
import { runProgress } from '../../fixtures/run-progress.ts';

const folder = mkdtempSync(join(tmpdir(), 'fairline-start-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const STEPS = 200;
const wholeRun: RunVirtual = async ({ onProgress, signal }) => {
  for (let step = 0; step <= STEPS; step += 1) {
    await onProgress(runProgress(step / STEPS));
    signal.throwIfAborted();
  }
  return virtualOutcome();
};

const failedRun: RunVirtual = async () => Promise.reject(new Error('a fault of the world'));

async function start(options: StartOptions, over: Partial<StartDeps> = {}) {
  let [out, err] = ['', ''];
  const status = await runStart(
    { virtual: true, ...options },
    {
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (err += text) },
      signals: new EventEmitter(),
      environment: {},
      nowMs: () => 0,
      exit: () => undefined,
      scenarios: [{ name: 'football-sunday', description: 'A football Sunday', hasFaults: false }],
      runEmbedded: async () => Promise.reject(new Error('not in this test')),
      runVirtual: wholeRun,
      runReplay: async () => Promise.reject(new Error('not in this test')),
      ...over,
    },
  );
  return { status, out, err };
}

const embedded = (over: Partial<StartDeps> = {}): Partial<StartDeps> => ({
  runEmbedded: async ({ onReport }) => {
    const outcome = virtualOutcome();
    await onReport(outcome);
    return outcome;
  },
  ...over,
});

describe('start', () => {
  it('writes the three files, and the decisions hash to what the summary says', async () => {
    const dir = join(folder, 'whole');
    const { status, out } = await start({ seed: '42', out: dir });
    expect(status).toBe(0);
    expect(readdirSync(dir).toSorted()).toEqual(['decisions.jsonl', 'report.html', 'summary.json']);
    const summary = JSON.parse(readFileSync(join(dir, 'summary.json'), 'utf8')) as {
      decisionsSha256: string;
      ledger: { imbalanceMicros: number };
    };
    const decisions = readFileSync(join(dir, 'decisions.jsonl'));
    expect(createHash('sha256').update(decisions).digest('hex')).toBe(summary.decisionsSha256);
    expect(summary.ledger.imbalanceMicros).toBe(0);
    expect(out).toContain(`report   ${join(dir, 'report.html')}`);
    expect(out).toMatch(/(Made|Lost) \$/);
  });

  it('prints at most about twenty lines of progress where there is no terminal', async () => {
    const { out } = await start({ out: join(folder, 'plain') });
    const lines = out.split('\n').filter((line) => /^ *\d+ %/.test(line));
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.length).toBeLessThanOrEqual(21);
    expect(lines.at(-1)).toContain('100 %');
    expect(out).not.toContain('\u001b');
  });

  it('keeps standard output for the summary with --json', async () => {
    const { out, err } = await start({ out: join(folder, 'json'), json: true });
    expect(JSON.parse(out)).toMatchObject({ mode: 'virtual', invariants: { violated: 0 } });
    expect(err).toContain('report.html');
  });

  it('ends with 1 when an invariant was broken, and still writes the report', async () => {
    const dir = join(folder, 'broken');
    const whole = virtualOutcome();
    const runVirtual: RunVirtual = async () =>
      Promise.resolve({ ...whole, summary: brokenSummary(whole.record) });
    const { status, out } = await start({ out: dir }, { runVirtual });
    expect(status).toBe(1);
    expect(out).toContain('Do not believe these figures');
    expect(readdirSync(dir)).toContain('report.html');
  });

  it('stops on Ctrl-C with 130, says so and gives the cursor back', async () => {
    const signals = new EventEmitter();
    const dir = join(folder, 'stopped');
    let screen = '';
    const stdout = {
      write: (text: string) => (screen += text),
      isTTY: true,
      columns: 100,
      rows: 30,
    };
    const runVirtual: RunVirtual = async (request) => {
      await request.onProgress(runProgress(0.3));
      signals.emit('SIGINT');
      return wholeRun(request);
    };
    const { status } = await start({ out: dir }, { signals, stdout, runVirtual });
    expect(status).toBe(130);
    expect(screen).toContain('Stopped before the end');
    expect(screen.lastIndexOf('\u001b[?25h')).toBeGreaterThan(screen.lastIndexOf('\u001b[?25l'));
    expect(readdirSync(dir)).toEqual([]);
    expect(signals.listenerCount('SIGINT')).toBe(0);
  });

  it('takes a doubled Ctrl-C for one, and a later second one as an order to go at once', async () => {
    const signals = new EventEmitter();
    const exits: number[] = [];
    let nowMs = 0;
    const runVirtual: RunVirtual = async (request) => {
      signals.emit('SIGINT');
      nowMs = 20;
      signals.emit('SIGINT');
      expect(exits).toEqual([]);
      nowMs = 900;
      signals.emit('SIGINT');
      return wholeRun(request);
    };
    const deps = {
      signals,
      runVirtual,
      nowMs: () => nowMs,
      exit: (code: number) => exits.push(code),
    };
    await start({ out: join(folder, 'twice') }, deps);
    expect(exits).toEqual([130]);
  });

  it('restores the cursor and passes on what went wrong', async () => {
    let screen = '';
    const stdout = { write: (text: string) => (screen += text), isTTY: true };
    const failed = start({ out: join(folder, 'failed') }, { stdout, runVirtual: failedRun });
    await expect(failed).rejects.toThrow('a fault of the world');
    expect(screen.endsWith('\u001b[?25h')).toBe(true);
  });

  it('refuses a place where nothing can be written before it runs', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    await expect(start({ out: file }, { runVirtual: failedRun })).rejects.toThrow(
      'nothing can be written',
    );
    await expect(
      start({ set: ['trading.maxPositions=9'] }, { runVirtual: failedRun }),
    ).rejects.toThrow('trading.maxPositions');
  });

  it('refuses a summary whose hash is not that of its decisions', async () => {
    const whole = virtualOutcome();
    const runVirtual: RunVirtual = async () => Promise.resolve({ ...whole, decisions: ['{}'] });
    await expect(start({ out: join(folder, 'hash') }, { runVirtual })).rejects.toThrow(
      'decisionsSha256',
    );
  });

  it('runs the whole system where no virtual clock is asked for, and reports once', async () => {
    const { status, out } = await start(
      { virtual: undefined, out: join(folder, 'embedded'), serve: true },
      embedded(),
    );
    expect(status).toBe(0);
    expect(out.match(/report {3}/g)).toHaveLength(1);
    expect(out).toContain('Everything stays up');
  });

  it('says where an interrupted run is kept, and how it goes on', async () => {
    const signals = new EventEmitter();
    const dir = join(folder, 'interrupted');
    const { status, out } = await start(
      { virtual: undefined, out: dir },
      embedded({
        signals,
        runEmbedded: async ({ signal }) => {
          signals.emit('SIGTERM');
          signal.throwIfAborted();
          throw new Error('it goes on');
        },
      }),
    );
    expect(status).toBe(143);
    expect(out).toContain(`kept in ${join(dir, 'state')}; the same command goes on`);
  });
});
