import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { PollLoop } from '../../../../shared/adapters/http/poll-loop.ts';
import { ManualTimers } from '../../../support/manual-timers.ts';

/** A loop whose looks a test ends. */
function aLoop() {
  const timers = new ManualTimers(0);
  const ends: ((againMs: number) => void)[] = [];
  const look = () => new Promise<number>((resolve) => ends.push(resolve));
  return { timers, ends, loop: new PollLoop({ timers, label: 'looks', look }) };
}

it('never looks twice at once, however long a look takes', async () => {
  const { timers, ends, loop } = aLoop();
  loop.start();
  timers.pass(3_600_000);
  expect(ends).toHaveLength(1);
  ends[0]?.(5_000);
  await setImmediate();
  // What was due meanwhile was skipped; a second lies between them.
  expect(timers.nextMs).toBe(3_601_000);
  timers.pass(1_000);
  expect(ends).toHaveLength(2);
});

it('tells of each look that was due while one was under way, and goes on from its end', async () => {
  const timers = new ManualTimers(0);
  const dues: number[] = [];
  const ends: ((againMs: number) => void)[] = [];
  let skipped = 0;
  const loop = new PollLoop({
    timers,
    label: 'looks',
    look: (dueMs) => {
      dues.push(dueMs);
      return new Promise<number>((resolve) => ends.push(resolve));
    },
    leastWaitMs: 0,
    skips: { nextMs: () => timers.nowMs() + 15_000, onSkipped: () => (skipped += 1) },
  });
  loop.start();
  timers.pass(50_000);
  expect([dues, skipped]).toEqual([[0], 3]);
  ends[0]?.(15_000);
  await setImmediate();
  timers.pass(0);
  expect(dues).toEqual([0, 50_000]);
  ends[1]?.(65_000);
  await setImmediate();
  timers.pass(15_000);
  expect([dues, skipped]).toEqual([[0, 50_000, 65_000], 3]);
  const stopping = loop.stop();
  timers.pass(60_000);
  ends[2]?.(80_000);
  await stopping;
  expect([skipped, timers.nextMs]).toEqual([3, null]);
});

it('stops at once where nothing is under way, and else with the look, which plans nothing more', async () => {
  const waiting = aLoop();
  waiting.loop.start();
  await waiting.loop.stop();
  waiting.timers.pass(1_000);
  expect([waiting.ends.length, waiting.timers.nextMs]).toEqual([0, null]);
  const { timers, ends, loop } = aLoop();
  loop.start();
  timers.pass(0);
  let isStopped = false;
  const stopping = loop.stop().then(() => (isStopped = true));
  await setImmediate();
  expect(isStopped).toBe(false);
  ends[0]?.(5_000);
  await stopping;
  expect(timers.nextMs).toBe(null);
});

it('looks sooner when it is told to, never later, and not before its start or after its end', async () => {
  const { timers, ends, loop } = aLoop();
  loop.sooner(0);
  expect(timers.nextMs).toBe(null);
  loop.start();
  timers.pass(0);
  loop.sooner(10);
  ends[0]?.(60_000);
  await setImmediate();
  loop.sooner(90_000);
  expect(timers.nextMs).toBe(60_000);
  loop.sooner(20_000);
  timers.pass(20_000);
  expect(ends).toHaveLength(2);
  ends[1]?.(90_000);
  await setImmediate();
  await loop.stop();
  loop.sooner(30_000);
  expect(timers.nextMs).toBe(null);
});

it('gives what a look throws to the timers, and stops all the same', async () => {
  const timers = new ManualTimers(0);
  const told: Promise<void>[] = [];
  const loop = new PollLoop({
    timers: {
      nowMs: () => timers.nowMs(),
      sleep: (ms) => timers.sleep(ms),
      after: (ms, label, task) => timers.after(ms, label, task),
      cancel: (handle) => timers.cancel(handle),
      at: (timeMs, label, task) =>
        timers.at(timeMs, label, () => void told.push(Promise.resolve(task()))),
    },
    label: 'looks',
    look: () => Promise.reject(new Error('a bug')),
  });
  loop.start();
  timers.pass(0);
  await expect(told[0]).rejects.toThrow('a bug');
  await loop.stop();
});
