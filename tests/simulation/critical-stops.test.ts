import { describe, expect, it } from 'vitest';
import { drainWorld, checkEndedWorld } from '../../local/virtual/end-world.ts';
import type { World } from '../../local/virtual/world.ts';
import { aWorld } from '../support/virtual-runs.ts';
import { expectNothingLostOrDoubled, runToEnd, runUntil } from '../support/world-runs.ts';

const SCENARIO = 'quiet-short-games';
const SEEDS = [1, 2, 3] as const;

const stopsOf = (world: World): number =>
  world.store
    .peekAll('orders')
    .filter(({ intent }) => intent.purpose === 'exit' && intent.rule === 'stop_loss').length;
const byFeeder = (world: World): number => world.telemetry.counts.get('feeder.stop_sent') ?? 0;

describe('CRITICAL stops', () => {
  it('are sold by the feeder, which has the tick first, and by it alone', async () => {
    let stops = 0;
    for (const seed of SEEDS) {
      const world = aWorld({ seed, scenario: SCENARIO });
      world.begin();
      await runToEnd(world);
      await expectNothingLostOrDoubled(world);
      expect(byFeeder(world)).toBe(stopsOf(world));
      stops += stopsOf(world);
    }
    expect(stops).toBeGreaterThan(2);
  });

  it('are sold while the second line hears nothing at all', async () => {
    let stops = 0;
    for (const seed of SEEDS) {
      const world = aWorld({ seed, scenario: SCENARIO });
      world.begin();
      const { cloud } = world.account;
      const place = cloud.wiring.queueMappings.findIndex(({ queue }) => queue === 'held-ticks');
      const mapping = cloud.queueMappings[place]!;
      await mapping.stop();
      await runUntil(world, world.endMs);
      stops += byFeeder(world);
      // What waited is as old as it gets by now, and must do nothing any more.
      const sent = stopsOf(world);
      mapping.start();
      await drainWorld(world);
      expect(stopsOf(world)).toBe(sent);
      await checkEndedWorld(world);
      await expectNothingLostOrDoubled(world);
    }
    expect(stops).toBeGreaterThan(2);
  });
});
