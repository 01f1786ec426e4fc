import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { EventEmitter } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { runReplay } from '../../local/replay/run-replay.ts';
import { runVirtual } from '../../local/virtual/run-virtual.ts';
import { SCENARIOS, scenarioNamed } from '../../local/virtual/scenarios.ts';
import { runStart } from '../../scripts/commands/start.ts';
import { runCommandLine } from '../../scripts/program.ts';
import { smallRecording, writeSmallRecording } from '../support/replay-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'fairline-bad-input-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
let made = 0;

function newFolder(): string {
  made += 1;
  return join(folder, String(made));
}

/** The program as it is composed, but for its process: whatever is wrong must come to one message. */
async function typed(args: readonly string[], environment: Record<string, string> = {}) {
  let [out, err] = ['', ''];
  const stdout = { write: (text: string) => (out += text) };
  const stderr = { write: (text: string) => (err += text) };
  const status = await runCommandLine(args, {
    stdout,
    stderr,
    environment,
    exchange: () => Promise.reject(new Error('no exchange is served here')),
    oddsFeed: () => Promise.reject(new Error('no exchange is served here')),
    start: (options) =>
      runStart(options, {
        stdout,
        stderr,
        signals: new EventEmitter(),
        environment,
        nowMs: () => performance.now(),
        exit: () => undefined,
        scenarios: SCENARIOS.map(({ name, description, faults }) => ({
          name,
          description,
          hasFaults: faults.kind !== 'none',
        })),
        runEmbedded: () => Promise.reject(new Error('only the virtual clock here')),
        runVirtual: (request) =>
          runVirtual({ ...request, scenario: scenarioNamed(request.scenario)! }),
        runReplay,
      }),
  });
  return { status, out, err };
}

/** One message without a stack: what, where, what is allowed, what to do; on one line, or one line for each. */
function expectOneMessage(err: string, parts: readonly (string | RegExp)[]): void {
  for (const part of parts) expect(err).toMatch(part);
  expect(err).not.toMatch(/^\s+at /m);
  expect(err).not.toContain('bug in Fairline');
  expect(err.split('\n').filter((line) => line.startsWith('fairline: '))).toHaveLength(1);
}

function fileWith(text: string): string {
  const dir = newFolder();
  const file = `${dir}.json`;
  writeFileSync(file, text);
  return file;
}

describe('what cannot be used as typed ends with status 2 and one message', () => {
  it.each([
    { args: ['start', '--sede', '3'], says: ['--sede', 'Did you mean --seed?'] },
    {
      args: ['start', '--seed', '-3'],
      says: ['--seed', '"-3"', 'whole number from 0', '--seed 42'],
    },
    {
      args: ['start', '--scenario', 'quiet-short-game'],
      says: ['quiet-short-game', 'sunday', 'Did you mean quiet-short-games?'],
    },
    { args: ['start', '--half-spread', '1'], says: ['--half-spread', '--replay'] },
    { args: ['replay', '/no/such/folder'], says: ['/no/such/folder', 'not there', 'folder'] },
    {
      args: ['start', '--set', 'trading.maxPositions=9'],
      says: ['trading.maxPositions', '9', '1 to 5'],
    },
    {
      args: ['start', '--set', 'trading.maxPosition=3'],
      says: ['trading.maxPosition', 'trading.maxPositions'],
    },
    {
      args: ['start', '--set', 'strategy.minEdgeDollars=0.1234567'],
      says: ['strategy.minEdgeDollars', '0.1234567'],
    },
    {
      args: ['start', '--config', '/no/such/file.json'],
      says: ['/no/such/file.json', 'no such file'],
    },
  ])('$args', async ({ args, says }) => {
    const { status, out, err } = await typed(args);
    expect([status, out]).toEqual([2, '']);
    expectOneMessage(err, says);
  });

  it('a configuration that is cut in the middle names the file, line and column', async () => {
    const file = fileWith('{\n  "trading": { "maxPositions": 3,');
    const { status, err } = await typed(['start', '--config', file]);
    expect(status).toBe(2);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expectOneMessage(err, [`${file}:2:`, 'not JSON']);
  });

  it('a configuration lists every value that is out of range, a line for each', async () => {
    const file = fileWith(
      JSON.stringify({
        trading: { maxPositions: 9, fixedFraction: 0.01, leverage: '2' },
        risk: { bookMaxAgeMs: -1 },
      }),
    );
    const { status, err } = await typed(['start', '--config', file]);
    expect(status).toBe(2);
    expectOneMessage(err, [
      'has 4 problems',
      /trading\.maxPositions.*9/,
      /trading\.fixedFraction.*0\.01/,
      /trading\.leverage/,
      /risk\.bookMaxAgeMs.*-1/,
    ]);
    expect(err.trimEnd().split('\n')).toHaveLength(5);
  });

  it('a model may not price where orders are real', async () => {
    const { status, err } = await typed(['start', '--set', 'system.stage=live']);
    expect(status).toBe(2);
    expectOneMessage(err, ['pricing.model', 'live']);
  });
});

describe('a recording that is not whole ends with status 1 and nothing traded', () => {
  const SECOND = 'segment-0002.jsonl.gz';
  it.each([
    {
      what: 'cut in the middle',
      damage: (dir: string) => {
        const bytes = readFileSync(join(dir, SECOND));
        writeFileSync(join(dir, SECOND), bytes.subarray(0, bytes.length / 2));
      },
      says: [SECOND, /it was cut, damaged or is not gzip/, 'Import the recording again'],
    },
    {
      what: 'with a line of something else in it',
      damage: (dir: string) => {
        const lines = gunzipSync(readFileSync(join(dir, SECOND)))
          .toString()
          .split('\n');
        writeFileSync(join(dir, SECOND), gzipSync(['hello', ...lines.slice(1)].join('\n')));
      },
      says: [`${SECOND}, line 1`, '"hello"', 'Import the recording again'],
    },
    {
      what: 'without its manifest',
      damage: (dir: string) => rmSync(join(dir, 'manifest.json')),
      says: ['manifest.json', 'there is no such file', 'fairline import'],
    },
  ])('$what', async ({ damage, says }) => {
    const dir = newFolder();
    writeSmallRecording(dir, smallRecording());
    damage(dir);
    const out = newFolder();
    const { status, err } = await typed(['start', '--replay', dir, '--out', out, '--json']);
    expect(status).toBe(1);
    expectOneMessage(err, says);
    expect(readdirSync(out)).toEqual([]);
  });

  it('a whole one is played', async () => {
    const dir = newFolder();
    writeSmallRecording(dir, smallRecording());
    const out = newFolder();
    const { status, out: text } = await typed(['start', '--replay', dir, '--out', out, '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(text)).toMatchObject({ mode: 'replay', invariants: { violated: 0 } });
  });
});
