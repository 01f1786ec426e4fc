import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderSink } from '../../../../fargate/feeder/folder-sink.ts';
import {
  RECORDER_LIMITS,
  SegmentRecorder,
  type RecorderLimits,
  type SegmentSink,
} from '../../../../fargate/feeder/record.ts';
import { frameRecording } from '../../../../shared/replay/frame-segments.ts';
import { Scheduler } from '../../../../shared/simulator/scheduler.ts';
import { recorderContract } from '../../../contract/recorder-contract.ts';
import { NOON } from '../../../support/trade-builders.ts';

let dir: string;
let made: string[] = [];
beforeEach(() => {
  dir = newDir();
});
afterEach(() => {
  for (const one of made) rmSync(one, { recursive: true, force: true });
  made = [];
});

function newDir(): string {
  const one = mkdtempSync(join(tmpdir(), 'feeder-record-'));
  made.push(one);
  return one;
}

function aRecorder(change: {
  readonly sink?: SegmentSink;
  readonly limits?: Partial<RecorderLimits>;
  readonly secrets?: readonly string[];
}) {
  const timers = new Scheduler({ startMs: NOON });
  const recorder = new SegmentRecorder({
    timers,
    sink: change.sink ?? new FolderSink(dir),
    holder: 'test',
    secrets: change.secrets ?? [],
    limits: { ...RECORDER_LIMITS, ...change.limits },
  });
  const stopped: string[] = [];
  recorder.onStopped((reason) => stopped.push(reason));
  const frame = (payload: string, afterMs = 0): void =>
    recorder.record({ source: 'kalshi', payload, receivedMs: NOON + afterMs });
  const passTime = (ms: number) => {
    timers.after(ms, 'time passes', () => {});
    return timers.run({ untilMs: timers.nowMs() + ms, turn: setImmediate });
  };
  return { recorder, stopped, frame, passTime };
}

const payloads = (from: string): readonly string[] =>
  [...frameRecording(from).frames()].map(({ payload }) => payload);

recorderContract('segments in a folder', async () => {
  const into = newDir();
  const { recorder } = aRecorder({ sink: new FolderSink(into) });
  return {
    recorder,
    read: async () => {
      await recorder.close();
      return [...frameRecording(into).frames()];
    },
  };
});

describe('the recording', () => {
  it('begins a new segment by size and by age, and lists each that ended', async () => {
    const { recorder, frame, passTime } = aRecorder({
      limits: { segmentBytes: 2_000, chunkBytes: 500, segmentMs: 60_000 },
    });
    for (let n = 0; n < 30; n += 1) frame(`${n}`.padStart(100, '.'), n);
    await passTime(61_000);
    frame('later', 61_000);
    await passTime(61_000);
    frame('last', 122_000);
    await recorder.close();
    const { segments, state } = frameRecording(dir).manifest;
    expect(state).toBe('complete');
    expect(segments.length).toBeGreaterThanOrEqual(3);
    expect(segments.reduce((sum, { lines }) => sum + lines, 0)).toBe(32);
    expect(segments.at(-1)).toMatchObject({ lines: 1, firstMs: NOON + 122_000 });
    expect(payloads(dir).slice(-2)).toEqual(['later', 'last']);
  });

  it('leaves a beginning that can be read when the process dies in a write', async () => {
    const { frame, passTime, recorder } = aRecorder({});
    for (let n = 0; n < 200; n += 1) frame(`frame ${n}`);
    await passTime(2_000);
    for (let n = 200; n < 400; n += 1) frame(`frame ${n}`);
    await passTime(2_000);
    // The last write of `close` is the manifest of an ended recording: the dead process never came to it.
    const before = await untilWritten(recorder, dir);
    writeFileSync(join(dir, 'manifest.json'), before.manifest);
    writeFileSync(join(dir, 'frames-000001.jsonl.gz'), before.segment.subarray(0, -20));
    const kept = payloads(dir);
    expect(kept.length).toBeGreaterThanOrEqual(200);
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, n) => `frame ${n}`));
    writeFileSync(join(dir, 'frames-000001.jsonl.gz'), before.segment.subarray(0, 5));
    expect(payloads(dir)).toEqual([]);
  });

  it('refuses a listed segment that was cut, changed or taken away', async () => {
    const { recorder, frame } = aRecorder({});
    frame('a');
    frame('b');
    await recorder.close();
    const file = join(dir, 'frames-000001.jsonl.gz');
    const whole = readFileSync(file);
    writeFileSync(file, whole.subarray(0, -5));
    expect(() => payloads(dir)).toThrow(/it was cut/);
    rmSync(file);
    expect(() => payloads(dir)).toThrow(/there is no such file/);
  });

  it.each(['ENOSPC', 'EACCES'])(
    'stops for good with one word when the disk says %s, and loses nothing written before',
    async (code) => {
      const folder = new FolderSink(dir);
      let writes = 0;
      const sink: SegmentSink = {
        append: (file, packed) => {
          writes += 1;
          if (writes > 1) return Promise.reject(Object.assign(new Error('no'), { code }));
          return folder.append(file, packed);
        },
        end: () => folder.end(),
        manifest: (text) => folder.manifest(text),
      };
      const { recorder, stopped, frame, passTime } = aRecorder({
        sink,
        limits: { chunkBytes: 1 },
      });
      frame('kept');
      frame('refused');
      frame('waiting');
      await passTime(2_000);
      await recorder.close();
      frame('after');
      frame('after');
      expect(stopped).toEqual([code]);
      expect(writes).toBe(2);
      expect(recorder.counts.lost).toBeGreaterThanOrEqual(2);
      expect(payloads(dir)).toEqual(['kept']);
    },
  );

  it('stops when the disk is slower than the feed, so that memory is bounded', async () => {
    const { promise: slow, resolve: release } = Promise.withResolvers<void>();
    const { recorder, stopped, frame } = aRecorder({
      sink: { append: () => slow, end: () => slow, manifest: () => slow },
      limits: { chunkBytes: 1, maxBacklogBytes: 1_000 },
    });
    for (let n = 0; n < 100; n += 1) frame(`${n}`.padStart(50, '.'));
    expect(stopped).toHaveLength(1);
    expect(stopped[0]).toMatch(/wait to be written/);
    release();
    await recorder.close();
  });

  it('never holds a key that a feed repeats', async () => {
    const { recorder, frame } = aRecorder({ secrets: ['s3cr3t-token', ''] });
    frame('{"error":"bad key s3cr3t-token in wss://odds?key=s3cr3t-token"}');
    await recorder.close();
    expect(payloads(dir)).toEqual(['{"error":"bad key <secret> in wss://odds?key=<secret>"}']);
    expect(readdirSync(dir).toSorted()).toEqual(['frames-000001.jsonl.gz', 'manifest.json']);
  });
});

/** Everything that is pending is written, and the folder is as it was just before the recording was ended. */
async function untilWritten(recorder: SegmentRecorder, from: string) {
  for (let looks = 0; looks < 500; looks += 1) {
    await setTimeout(2);
    const files = readdirSync(from);
    if (files.includes('frames-000001.jsonl.gz') && files.includes('manifest.json')) break;
  }
  const manifest = readFileSync(join(from, 'manifest.json'));
  await recorder.close();
  return { manifest, segment: readFileSync(join(from, 'frames-000001.jsonl.gz')) };
}
