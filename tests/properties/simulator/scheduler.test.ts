import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRng } from '../../../shared/simulator/rng.ts';
import { Scheduler } from '../../../shared/simulator/scheduler.ts';
import { runs } from '../../support/property-settings.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A small random world: handlers that schedule, sleep and cancel by draws of one stream. */
async function traceOf(seed: number): Promise<readonly string[]> {
  const scheduler = new Scheduler({ startMs: 1_000 });
  const rng = seededRng(seed);
  const trace: string[] = [];
  let left = 120;
  const spawn = (depth: number): void => {
    if (left === 0) return;
    left -= 1;
    const name = `e${left}`;
    const handle = scheduler.after(rng.integer(5), name, async () => {
      if (rng.chance(0.5)) await scheduler.sleep(rng.integer(4));
      trace.push(`${scheduler.nowMs()} ${name} ${rng.integer(100)}`);
      for (let child = rng.integer(4); child > 0; child -= 1) spawn(depth + 1);
    });
    if (rng.chance(0.1)) scheduler.cancel(handle);
  };
  for (let root = 0; root < 5; root += 1) spawn(0);
  await scheduler.run({
    untilMs: 10_000,
    turn,
    onEvent: (timeMs, label) => trace.push(`${timeMs} event ${label}`),
  });
  return trace;
}

describe('the scheduler', () => {
  it('gives the same trace for the same seed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        expect(await traceOf(seed)).toEqual(await traceOf(seed));
      }),
      runs(40),
    );
  });

  it('runs each event once, by (time, order of scheduling), whatever is cancelled', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ timeMs: fc.nat(20), cancelled: fc.boolean() }), { maxLength: 60 }),
        async (planned) => {
          const scheduler = new Scheduler({ startMs: 0 });
          const seen: number[] = [];
          const handles = planned.map(({ timeMs }, index) =>
            scheduler.at(timeMs, `${index}`, () => {
              seen.push(index);
            }),
          );
          for (const [index, { cancelled }] of planned.entries()) {
            const handle = handles[index];
            if (cancelled && handle !== undefined) scheduler.cancel(handle);
          }
          await scheduler.run({ untilMs: 20, turn });
          const expected = planned
            .map((event, index) => ({ ...event, index }))
            .filter(({ cancelled }) => !cancelled)
            .toSorted((a, b) => a.timeMs - b.timeMs || a.index - b.index)
            .map(({ index }) => index);
          expect(seen).toEqual(expected);
        },
      ),
    );
  });
});
