import { describe, expect, it } from 'vitest';
import { EFFECT_POINTS, type EffectPoint } from '../../shared/application/effect-points.ts';
import { NO_FAULTS } from '../../shared/simulator/faults/fault-plan.ts';
import { aWorld } from '../support/virtual-runs.ts';
import { expectNothingLostOrDoubled, runToEnd } from '../support/world-runs.ts';

/** Not every world comes to every point: the first of these that does. */
const SEEDS = Array.from({ length: 12 }, (_, seed) => seed + 1);

/** Plays worlds until in one of them a process died at the point; false when none came there. */
async function dieAt(point: EffectPoint, occurrence: number): Promise<boolean> {
  for (const seed of SEEDS) {
    const world = aWorld({
      seed,
      scenario: 'quiet-short-games',
      standIns: {
        faults: () => ({
          ...NO_FAULTS,
          names: ['process_crash'],
          crashes: [{ point, occurrence }],
        }),
      },
    });
    world.begin();
    await runToEnd(world);
    await expectNothingLostOrDoubled(world);
    if (world.crashes.happened.length > 0) {
      expect(world.crashes.happened).toEqual([{ point, occurrence }]);
      return true;
    }
  }
  return false;
}

describe('a process that dies between two effects', () => {
  it.each(EFFECT_POINTS)('%s: the next one carries on where it stopped', async (point) => {
    expect(await dieAt(point, 1)).toBe(true);
  });

  it.each(EFFECT_POINTS.filter((point) => point !== 'after_settlement_booked'))(
    '%s: also when it had come that far before',
    async (point) => {
      expect(await dieAt(point, 2)).toBe(true);
    },
  );
});
