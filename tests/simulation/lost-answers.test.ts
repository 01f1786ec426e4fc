import { describe, expect, it } from 'vitest';
import { ACCOUNT, type World } from '../../local/virtual/world.ts';
import { NO_FAULTS } from '../../shared/simulator/faults/fault-plan.ts';
import {
  hasEffect,
  SUBMIT_FAULTS,
  type SubmitFault,
} from '../../shared/simulator/faults/submit-faults.ts';
import { aWorld } from '../support/virtual-runs.ts';
import { expectNothingLostOrDoubled, runToEnd } from '../support/world-runs.ts';

/** A world in which every submit meets the same fault. */
async function worldWhereAlways(fault: SubmitFault, seed: number): Promise<World> {
  const submit = { ...NO_FAULTS.submit, [fault]: 1 };
  const world = aWorld({
    seed,
    scenario: 'quiet-short-games',
    standIns: { faults: () => ({ ...NO_FAULTS, names: [fault], submit }) },
  });
  world.begin();
  await runToEnd(world);
  return world;
}

const lost = SUBMIT_FAULTS.filter((fault) => !hasEffect(fault));
const acted = SUBMIT_FAULTS.filter(hasEffect);

describe('a submit whose answer says nothing', () => {
  it.each(acted)(
    '%s: the order is found at the exchange and its fills are booked',
    async (fault) => {
      const world = await worldWhereAlways(fault, 1);
      await expectNothingLostOrDoubled(world);
      const orders = world.store.peekAll('orders');
      expect(orders.length).toBeGreaterThan(0);
      expect(world.exchange.truth(ACCOUNT).orders).toHaveLength(orders.length);
      expect(orders.filter(({ state }) => state !== 'filled' && state !== 'cancelled')).toEqual([]);
      expect(world.store.peekAll('fills').length).toBeGreaterThan(0);
    },
  );

  it.each(lost)('%s: the order is given up, and all that it held back is free', async (fault) => {
    const world = await worldWhereAlways(fault, 1);
    await expectNothingLostOrDoubled(world);
    const orders = world.store.peekAll('orders');
    expect(orders.length).toBeGreaterThan(0);
    expect(new Set(orders.map(({ state }) => state))).toEqual(new Set(['abandoned']));
    const truth = world.exchange.truth(ACCOUNT);
    expect(truth.orders).toEqual([]);
    expect(truth.cashByShard).toEqual(truth.depositsByShard);
    expect(world.store.headrooms().get('cash:0')).toBe(truth.cashByShard.get(0));
    expect(world.store.headrooms().get('slots')).toBe(5);
  });

  it('blocks its market until the exchange has been asked', async () => {
    const world = await worldWhereAlways('timeout_without_effect', 1);
    const journal = world.stats.journal.flatMap((entry) => (entry.kind === 'order' ? [entry] : []));
    const unknown = new Map<string, string>();
    for (const { intent, clientOrderId, from, to } of journal) {
      if (from === 'unknown' && unknown.get(intent.market) === clientOrderId)
        unknown.delete(intent.market);
      if (to === 'unknown') unknown.set(intent.market, clientOrderId);
      if (to === 'planned' && intent.purpose === 'entry')
        expect(unknown.get(intent.market)).toBeUndefined();
    }
    expect(journal.filter(({ to }) => to === 'unknown').length).toBeGreaterThan(1);
  });
});
