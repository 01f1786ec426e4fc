import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runReplay } from '../../local/replay/run-replay.ts';
import { DEFAULT_CONFIG } from '../../shared/contracts/config.ts';
import { recordedFrameSchema, type RecordedFrame } from '../../shared/contracts/feeder-frames.ts';
import type { ReplayRequest } from '../../shared/contracts/run-request.ts';
import { runSummarySchema } from '../../shared/contracts/summary.ts';
import { RecordingRefusal } from '../../shared/replay/recording-refusal.ts';
import { aFeederWorld } from '../support/feeder-world.ts';

const SEED = 3;
let folder: string;
let frames: readonly RecordedFrame[];

/** A whole day of the virtual venues as a feeder heard it, its mappings named as the scoreboard's directory names them. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'feeder-replay-'));
  const heard: RecordedFrame[] = [];
  const world = aFeederWorld({
    seed: SEED,
    // The disk is real and the day is not: what is written at once would come too late.
    recorder: () => ({
      record: (message) =>
        void heard.push(recordedFrameSchema.parse({ sequence: heard.length + 1, ...message })),
      onStopped: () => {},
      close: () => Promise.resolve(),
    }),
  });
  const { scheduler, feeder, startMs, endMs } = world;
  scheduler.at(startMs, 'feeder starts', () => feeder.start());
  world.venues.begin();
  await scheduler.run({ untilMs: endMs, turn: setImmediate });
  const drained = feeder.drain();
  await scheduler.run({ untilMs: endMs + 30_000, turn: setImmediate });
  await drained;
  const named = new Map(
    world.games.map(({ gameId, away, home }) => [
      gameId,
      `the scoreboard lists ${away.name} at ${home.name} on 2026-11-22`,
    ]),
  );
  frames = heard.map((frame) => {
    const line: unknown = frame.source === 'feeder' ? JSON.parse(frame.payload) : null;
    if (!isMarketLine(line)) return frame;
    const evidence = [named.get(line.mapping.gameId)];
    const payload = JSON.stringify({ ...line, mapping: { ...line.mapping, evidence } });
    return { ...frame, payload };
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type MarketLine = { readonly kind: 'market'; readonly mapping: { readonly gameId: string } };
function isMarketLine(line: unknown): line is MarketLine {
  return typeof line === 'object' && line !== null && 'kind' in line && line.kind === 'market';
}

/** Writes frames as a feeder that was killed leaves them: a segment that no manifest lists. */
function written(name: string, some: readonly RecordedFrame[]): string {
  const dir = mkdtempSync(join(folder, `${name}-`));
  const manifest = {
    format: 'fairline-recording',
    version: 2,
    kind: 'feeder_frames',
    state: 'open',
    holder: 'recorded',
    startedMs: 0,
    segments: [],
  };
  writeFileSync(join(dir, 'manifest.json'), JSON.stringify(manifest));
  const text = some.map((frame) => `${JSON.stringify(frame)}\n`).join('');
  writeFileSync(join(dir, 'frames-000001.jsonl.gz'), gzipSync(text));
  return dir;
}

function replay(request: Partial<ReplayRequest> & Pick<ReplayRequest, 'dir'>) {
  return runReplay({
    resultsDir: null,
    halfSpreadCents: null,
    config: DEFAULT_CONFIG,
    configFingerprint: '0'.repeat(64),
    onProgress: () => Promise.resolve(),
    signal: new AbortController().signal,
    ...request,
  });
}

describe('a feeder’s own recording through the use cases', () => {
  it('trades on the lines and books that were heard, settles, and gives the same bytes twice', async () => {
    const dir = written('whole', frames);
    const first = await replay({ dir });
    const second = await replay({ dir });
    const summary = runSummarySchema.parse(first.summary);
    expect(summary).toMatchObject({
      mode: 'replay',
      halfSpreadCents: null,
      halfSpreads: [],
      ledger: { imbalanceMicros: 0 },
    });
    expect(summary.invariants.violated, JSON.stringify(first.record.invariants)).toBe(0);
    expect(summary.ticks).toBeGreaterThan(500);
    expect(summary.fills).toBeGreaterThan(0);
    expect(summary.positions.closed).toBe(summary.positions.opened);
    expect(first.record.markets.every(({ result }) => result !== null)).toBe(true);
    expect(first.record.trades.every(({ why }) => why.fairKind === 'line')).toBe(true);
    expect(second.decisions).toEqual(first.decisions);
    expect(second.record).toEqual(first.record);
  });

  it('that ends in the middle leaves what is held open, and nothing is violated', async () => {
    const whole = await replay({ dir: written('whole', frames) });
    const [trade] = whole.record.trades;
    const until = frames.filter(({ receivedMs }) => receivedMs <= trade!.openedAtMs + 2_000);
    const { record, summary } = await replay({ dir: written('cut', until) });
    expect(record.trades.map(({ closedBy }) => closedBy)).toContain('open');
    expect(summary.invariants.violated, JSON.stringify(record.invariants)).toBe(0);
    expect(record.trades[0]).toMatchObject({ market: trade!.market, leg: trade!.leg });
    expect(record.assumptions[0]).toMatch(/did not close this recording/);
  });

  it('decides before a moment as if nothing came after it', async () => {
    const { record, decisions } = await replay({ dir: written('whole', frames) });
    const openedAtMs = record.trades[0]!.openedAtMs;
    // The venue looks at the next tick within a minute, and nobody looks further.
    const until = frames.filter(({ receivedMs }) => receivedMs <= openedAtMs + 60_000);
    const cut = await replay({ dir: written('cut', until) });
    const before = (lines: readonly string[]) =>
      lines.filter((line) => {
        const read = JSON.parse(line) as { readonly decidedAtMs: number };
        return read.decidedAtMs <= openedAtMs;
      });
    expect(before(decisions).length).toBeGreaterThan(0);
    expect(before(cut.decisions)).toEqual(before(decisions));
  });

  it.each([
    ['--source', { source: 'kalshi-mlb' }],
    ['--results', { resultsDir: '/tmp' }],
    ['--half-spread', { halfSpreadCents: 1 }],
  ] as const)('refuses %s, which says nothing to it', async (option, over) => {
    const replaying = replay({ dir: written('whole', frames.slice(0, 20)), ...over });
    await expect(replaying).rejects.toThrow(RecordingRefusal);
    await expect(replaying).rejects.toThrow(`Leave out ${option}.`);
  });

  it('refuses a line that is no frame, before anything is traded', async () => {
    const bad = [...frames.slice(0, 20), { ...frames[20]!, sequence: 99_999 }];
    await expect(replay({ dir: written('bad', bad) })).rejects.toThrow('has number 99999');
  });
});
