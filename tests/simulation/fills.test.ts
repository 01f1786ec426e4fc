import { setImmediate } from 'node:timers/promises';
import { orderMessageCodec } from '../../shared/contracts/messages.ts';
import { describe, expect, it } from 'vitest';
import { ACCOUNT } from '../../local/virtual/world.ts';
import { aWorld } from '../support/virtual-runs.ts';
import {
  expectNothingLostOrDoubled,
  runToEnd,
  throughWire,
  typeOfFrame,
  type Wire,
} from '../support/world-runs.ts';

const SEED = 1;

function aQuietWorld(wire: Wire) {
  const world = aWorld({ seed: SEED, scenario: 'quiet-short-games' });
  throughWire(world.exchange, wire);
  return world;
}

describe('fills that the stream tells otherwise than once and in time', () => {
  it('are booked once when each comes three times', async () => {
    let fills = 0;
    const world = aQuietWorld((frame) => {
      if (typeOfFrame(frame) !== 'fill') return [frame];
      fills += 1;
      return [frame, frame, frame];
    });
    world.begin();
    await runToEnd(world);
    await expectNothingLostOrDoubled(world);
    expect(fills).toBeGreaterThan(0);
    expect(world.store.peekAll('fills')).toHaveLength(fills);
  });

  it('are booked from the lists when the stream never shows them', async () => {
    let hidden = 0;
    const world = aQuietWorld((frame) => {
      if (typeOfFrame(frame) !== 'fill') return [frame];
      hidden += 1;
      return [];
    });
    world.begin();
    await runToEnd(world);
    await expectNothingLostOrDoubled(world);
    expect(hidden).toBeGreaterThan(0);
    expect(world.store.peekAll('fills')).toHaveLength(hidden);
  });

  it('change nothing when they come hours late, after everything is settled', async () => {
    const world = aQuietWorld((frame) => (typeOfFrame(frame) === 'fill' ? [] : [frame]));
    world.begin();
    await runToEnd(world);
    const before = JSON.stringify([
      world.store.peekAll('orders'),
      world.store.peekAll('positions'),
      [...world.store.headrooms()],
    ]);
    const late = world.store.peekAll('fills').toReversed();
    expect(late.length).toBeGreaterThan(0);
    const updates = world.account.queue('order-updates', orderMessageCodec);
    world.scheduler.after(3 * 3_600_000, 'late fills', () =>
      updates.send(
        late.map(({ fill, clientOrderId }) => ({ kind: 'fill' as const, fill, clientOrderId })),
      ),
    );
    await world.scheduler.run({
      untilMs: world.scheduler.nowMs() + 4 * 3_600_000,
      turn: setImmediate,
    });
    expect(
      JSON.stringify([
        world.store.peekAll('orders'),
        world.store.peekAll('positions'),
        [...world.store.headrooms()],
      ]),
    ).toBe(before);
    await expectNothingLostOrDoubled(world);
  });

  it('are counted as a stranger’s when the order is not ours, and booked nowhere', async () => {
    const world = aQuietWorld((frame) =>
      typeOfFrame(frame) === 'fill' ? [frame, ofAStranger(frame)] : [frame],
    );
    world.begin();
    await runToEnd(world);
    await expectNothingLostOrDoubled(world);
    const traded = world.exchange.truth(ACCOUNT).fills.length;
    expect(traded).toBeGreaterThan(0);
    expect(world.telemetry.counts.get('order.stranger')).toBe(traded);
  });
});

/** The same fill under ids that we never gave out. */
function ofAStranger(frame: string): string {
  const parsed = JSON.parse(frame) as { msg: Record<string, unknown> };
  return JSON.stringify({
    ...parsed,
    msg: {
      ...parsed.msg,
      trade_id: 'trade-of-a-stranger',
      order_id: 'order-of-a-stranger',
      client_order_id: '00000000-0000-5000-8000-000000000000',
    },
  });
}
