import { describe, expect, it } from 'vitest';
import { LEASE_MS } from '../../shared/application/feeder-lease.ts';
import type { World } from '../../local/virtual/world.ts';
import { NO_FAULTS } from '../../shared/simulator/faults/fault-plan.ts';
import { aWorld, type VirtualRunOptions } from '../support/virtual-runs.ts';
import {
  expectNothingLostOrDoubled,
  openPositions,
  runToEnd,
  runUntil,
  runUntilHolds,
} from '../support/world-runs.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/** Odds under way arrive within this time, and a pregame line lives this long at most. */
const LINE_LIFE_MS = 33 * SECOND_MS;

const SEEDS = Array.from({ length: 12 }, (_, seed) => seed + 1);
/** So many worlds are played even when the first ones already show both sides of a silence. */
const LEAST_SEEDS = 4;

/** The first world in which something comes about, stopped there. */
async function worldWhere(
  holds: (world: World) => boolean,
  standIns: VirtualRunOptions['standIns'] = {},
): Promise<World> {
  for (const seed of SEEDS) {
    const world = aWorld({ seed, scenario: 'quiet-short-games', standIns });
    world.begin();
    if (await runUntilHolds(world, () => holds(world))) return world;
  }
  throw new Error('none of the seeds comes to this');
}

function entriesDecided(world: World, fromMs: number, untilMs: number): number {
  return world.store
    .peekAll('orders')
    .filter(({ intent }) => intent.purpose === 'entry')
    .filter(({ intent }) => fromMs <= intent.decidedAtMs && intent.decidedAtMs < untilMs).length;
}

describe('odds that fall silent', () => {
  it('are no price once they are too old, and are one again when they return', async () => {
    let [silentFrom, silentUntil] = [0, 0];
    const faults = ({ fromMs }: { readonly fromMs: number }) => {
      silentFrom = fromMs + 5 * MINUTE_MS;
      silentUntil = silentFrom + 8 * MINUTE_MS;
      return {
        ...NO_FAULTS,
        oddsSilences: [{ fromMs: silentFrom, untilMs: silentUntil }],
      };
    };
    let [entriesBefore, entriesAfter] = [0, 0];
    for (const seed of SEEDS) {
      const world = aWorld({ seed, scenario: 'quiet-short-games', standIns: { faults } });
      world.begin();
      await runToEnd(world);
      await expectNothingLostOrDoubled(world);
      expect(entriesDecided(world, silentFrom + LINE_LIFE_MS, silentUntil)).toBe(0);
      expect(world.stats.skips.get('line_expired') ?? 0).toBeGreaterThan(0);
      entriesBefore += entriesDecided(world, 0, silentFrom);
      entriesAfter += entriesDecided(world, silentUntil, Infinity);
      if (seed >= LEAST_SEEDS && entriesBefore > 0 && entriesAfter > 0) break;
    }
    expect(entriesBefore).toBeGreaterThan(0);
    expect(entriesAfter).toBeGreaterThan(0);
  });
});

describe('a feeder that dies while a position is held', () => {
  it('leaves no entry behind it, and the next one sees the position to its end', async () => {
    const world = await worldWhere((one) => openPositions(one).length > 0);
    const [held] = openPositions(world);
    const diedMs = world.scheduler.nowMs();
    const epoch = world.store.peek('lease', 'feeder')!.epoch;
    world.feeder.kill();
    await runUntil(world, diedMs + 90 * SECOND_MS);
    expect(entriesDecided(world, diedMs + LEASE_MS, Infinity)).toBe(0);
    const bereft = world.store.peek('positions', held!.market)!;
    expect([bereft.state, bereft.positionId]).toEqual(['open', held!.positionId]);

    await world.feeder.start();
    const backMs = world.scheduler.nowMs();
    await runUntil(world, backMs + 10 * SECOND_MS);
    expect(world.store.peek('lease', 'feeder')!.epoch).toBe(epoch + 1);
    await runToEnd(world);
    await expectNothingLostOrDoubled(world);
    const closed = world.stats.journal.filter(
      (entry) => entry.kind === 'position_closed' && entry.positionId === held!.positionId,
    );
    expect(closed).toHaveLength(1);
    expect(closed[0]!.atMs).toBeGreaterThanOrEqual(backMs);
  });

  it('has its position settled when no feeder ever comes back', async () => {
    const world = await worldWhere((one) => openPositions(one).length > 0);
    const held = openPositions(world).map(({ positionId }) => positionId);
    world.feeder.kill();
    await runToEnd(world);
    await expectNothingLostOrDoubled(world);
    const closed = world.stats.journal.flatMap((entry) =>
      entry.kind === 'position_closed' ? [[entry.positionId, entry.cause]] : [],
    );
    for (const positionId of held) expect(closed).toContainEqual([positionId, 'settlement']);
  });
});
