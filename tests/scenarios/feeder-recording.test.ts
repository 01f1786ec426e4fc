import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderSink } from '../../fargate/feeder/folder-sink.ts';
import { SegmentRecorder } from '../../fargate/feeder/record.ts';
import { FeederSession, type FeederCommand } from '../../fargate/feeder/session.ts';
import { canonicalJson } from '../../shared/domain/decisions/canonical-json.ts';
import { toCanonical } from '../../shared/domain/decisions/canonical-value.ts';
import { frameRecording } from '../../shared/replay/frame-segments.ts';
import { playFrames } from '../../shared/replay/play-frames.ts';
import type { FaultName } from '../../shared/simulator/faults/fault-plan.ts';
import { aFeederWorld } from '../support/feeder-world.ts';

const MINUTE_MS = 60_000;
const MAX_FRAME_BYTES = { kalshi: 1_048_576, odds: 1_048_576 };

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'feeder-recording-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** What a run of the venues published, beside its recording in `dir`. */
async function recorded(seed: number, faults: readonly FaultName[]) {
  const world = aFeederWorld({
    seed,
    faults,
    recorder: (scheduler) =>
      new SegmentRecorder({
        timers: scheduler,
        sink: new FolderSink(dir),
        holder: 'recorded',
        secrets: [],
      }),
  });
  const { scheduler, feeder, startMs, venues } = world;
  scheduler.at(startMs, 'feeder starts', () => feeder.start());
  venues.begin();
  const run = (minutes: number) =>
    scheduler.run({ untilMs: startMs + minutes * MINUTE_MS, turn: setImmediate });
  await run(6);
  await world.store.transact([
    {
      kind: 'insert',
      table: 'positions',
      key: world.commands.flatMap(tickOf)[0]!.market.ticker,
      // Only its key and state are read here.
      value: { state: 'open' } as never,
    },
  ]);
  await run(8);
  world.spoken.send(
    { kind: 'resnapshot', markets: world.markets.map(({ market }) => market.ticker) },
    scheduler.nowMs(),
  );
  await run(9);
  feeder.disconnect();
  await run(10);
  feeder.reconnect();
  await run(13);
  const drained = feeder.drain();
  await run(13.1);
  await drained;
  return world;
}

const tickOf = (command: FeederCommand) => (command.kind === 'publish_tick' ? [command.tick] : []);
const bytesOf = (command: FeederCommand): string => canonicalJson(toCanonical(command));

describe('a recording of the feeder', () => {
  it.each([
    { seed: 1, faults: [] },
    { seed: 2, faults: ['stream_gap', 'stream_duplicates', 'odds_reordered'] },
  ] as const)(
    'plays again to the same commands, to the byte: seed $seed with faults $faults',
    async ({ seed, faults }) => {
      const world = await recorded(seed, faults);
      const again: FeederCommand[] = [];
      const recording = frameRecording(dir);
      expect(recording.manifest.state).toBe('complete');
      const played = playFrames<FeederCommand>({
        frames: recording.frames(),
        newSession: (epoch, gameMaxAgeMs) => new FeederSession(epoch, gameMaxAgeMs),
        gameIdOf: world.gameIdOf,
        maxFrameBytes: MAX_FRAME_BYTES,
        onCommands: (commands) => again.push(...commands),
      });
      expect(played).toBeGreaterThan(1_000);
      const ticks = world.commands.flatMap(tickOf);
      expect(ticks.length).toBeGreaterThan(300);
      expect(world.commands.some((one) => one.kind === 'publish_tick' && one.held)).toBe(true);
      expect(ticks.some(({ legs }) => legs.length > 0)).toBe(true);
      expect(ticks.some(({ book }) => book.sync === 'gapped')).toBe(true);
      const lines = [...recording.frames()].filter(({ source }) => source === 'feeder');
      expect(lines.some(({ payload }) => payload.includes('"kind":"resnapshot"'))).toBe(true);
      expect(again.map(bytesOf)).toEqual(world.commands.map(bytesOf));
    },
  );

  it('shows when a frame is missing from it', async () => {
    const world = await recorded(1, []);
    const frames = [...frameRecording(dir).frames()];
    const delta = frames.findIndex(({ payload }) => payload.includes('"type":"orderbook_delta"'));
    const again: FeederCommand[] = [];
    playFrames<FeederCommand>({
      frames: frames.toSpliced(delta, 1),
      newSession: (epoch, gameMaxAgeMs) => new FeederSession(epoch, gameMaxAgeMs),
      gameIdOf: world.gameIdOf,
      maxFrameBytes: MAX_FRAME_BYTES,
      onCommands: (commands) => again.push(...commands),
    });
    expect(again.map(bytesOf)).not.toEqual(world.commands.map(bytesOf));
  });
});
