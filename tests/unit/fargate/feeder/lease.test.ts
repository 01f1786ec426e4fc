import { describe, expect, it } from 'vitest';
import { MemoryHotStore } from '../../../../shared/adapters/memory/memory-hot-store.ts';
import { LEASE_MS, takeLease } from '../../../../shared/application/feeder-lease.ts';
import type { HotStore } from '../../../../shared/ports/hot-store.ts';
import { storeWith } from '../../../support/broken-parts.ts';
import { aFeederDesk } from '../../../support/feeder-desk.ts';
import { A, snapshot } from '../../../support/feeder-events.ts';
import { STOP } from '../../../support/stop-desk.ts';
import { aFeederOfTen } from '../../../support/stop-feeder.ts';
import { exitsSent } from '../../../support/trading-desk.ts';

/** How a store cannot be reached: it says so, or it never says anything. */
const UNREACHABLE = {
  fails: () => Promise.reject(new Error('unreachable')),
  hangs: () => new Promise<never>(() => {}),
};

function aStoreThat(fails: keyof typeof UNREACHABLE) {
  const inner = new MemoryHotStore();
  const is = { away: false };
  const reach = <T>(call: () => Promise<T>): Promise<T> =>
    is.away ? UNREACHABLE[fails]() : call();
  const store: HotStore = storeWith(inner, {
    get: (table, key) => reach(() => inner.get(table, key)),
    list: (table) => reach(() => inner.list(table)),
    transact: (writes) => reach(() => inner.transact(writes)),
  });
  return { inner, store, is };
}

describe.each(['fails', 'hangs'] as const)('a store that %s', (how) => {
  it('for longer than the lease ends the epoch: another may lead by then', async () => {
    const { inner, store, is } = aStoreThat(how);
    const desk = aFeederDesk({ store });
    await desk.feeder.start();
    const stream = desk.stream();
    stream.connect();
    await desk.passTime(2_500);
    is.away = true;
    await desk.passTime(LEASE_MS - 1_000);
    expect(desk.feeder.status()).toMatchObject({ state: 'leading', epoch: 1 });
    await desk.passTime(1_000);
    expect(desk.logged()).toContain('lease_unsure');
    expect(desk.feeder.status()).toMatchObject({ state: 'waiting', epoch: null });
    expect(stream.closed).toBe(true);
    const said = desk.outbox.ticks.length;
    stream.say(snapshot(1, A), desk.clock.nowMs());
    await desk.passTime(1_000);
    expect(desk.outbox.ticks).toHaveLength(said);
    // Nobody took it, so this feeder begins again, with another epoch.
    if (how === 'hangs') return;
    is.away = false;
    await desk.passTime(LEASE_MS);
    expect(desk.feeder.status()).toMatchObject({ state: 'leading', epoch: 2 });
    expect(await takeLease(inner, 'another', desk.clock.nowMs())).toBeNull();
  });
});

describe('a store that is away for less than the lease', () => {
  it('changes nothing', async () => {
    const { store, is } = aStoreThat('fails');
    const desk = aFeederDesk({ store });
    await desk.feeder.start();
    desk.stream().connect();
    for (let outage = 0; outage < 5; outage += 1) {
      await desk.passTime(2_500);
      is.away = true;
      await desk.passTime(LEASE_MS - 2_000);
      is.away = false;
    }
    await desk.passTime(2_000);
    expect(desk.feeder.status()).toMatchObject({ state: 'leading', epoch: 1 });
    expect(desk.feeder.counts.starts).toBe(1);
  });
});

describe('a lease that is not renewed, because the exchange’s stream is down', () => {
  it('is still looked at, and the epoch goes on while nobody else takes it', async () => {
    const desk = aFeederDesk();
    await desk.feeder.start();
    desk.stream().connect();
    await desk.passTime(2_000);
    desk.stream().handlers!.onDisconnected('reset');
    await desk.passTime(5 * LEASE_MS);
    expect(desk.feeder.status()).toMatchObject({ state: 'leading', epoch: 1 });
    expect(desk.logged()).not.toContain('lease_unsure');
  });
});

describe('stops', () => {
  it('are sold by the feeder that has its lease, before the second line has its tick', async () => {
    const desk = await aFeederOfTen();
    await desk.say(STOP);
    await desk.passTime(2_900);
    expect(exitsSent(desk.trading)).toEqual([]);
    desk.trading.exchange.answer(desk.trading.exchange.accepts({ at: STOP.bid!, count: 1_000 }));
    desk.outbox.heldTicks.length = 0;
    await desk.passTime(100);
    await desk.say({ bid: 3_900, ask: 4_200 }, 0);
    expect(exitsSent(desk.trading)).toHaveLength(1);
    expect(desk.outbox.heldTicks).toEqual([]);
    expect(desk.feeder.counts.stops).toBe(1);
    await desk.passTime(100);
    // The second line gets it all the same.
    expect(desk.outbox.heldTicks).toHaveLength(1);
  });

  it('are left to the second line when the lease is under its margin', async () => {
    const desk = await aFeederOfTen();
    await desk.say(STOP);
    await desk.passTime(1_000);
    const { leaseMarginMs } = desk.trading.deps.config.execution;
    // The stream is up, but the lease cannot be renewed.
    desk.is.away = true;
    await desk.passTime(LEASE_MS - leaseMarginMs);
    desk.is.away = false;
    expect(desk.feeder.status().state).toBe('leading');
    await desk.say({ bid: 3_900, ask: 4_200 }, 0);
    expect(exitsSent(desk.trading)).toEqual([]);
    desk.trading.exchange.answer(desk.trading.exchange.accepts({ at: STOP.bid!, count: 1_000 }));
    // Renewed, it acts again.
    await desk.passTime(1_000);
    await desk.say({ bid: 3_800, ask: 4_200 }, 0);
    expect(exitsSent(desk.trading)).toHaveLength(1);
  });

  it('are sold within ten seconds in a market that falls silent, while its book is known to be true', async () => {
    const desk = await aFeederOfTen();
    await desk.say(STOP);
    desk.trading.exchange.answer(desk.trading.exchange.accepts({ at: STOP.bid!, count: 1_000 }));
    const crossedMs = desk.clock.nowMs();
    for (let second = 0; second < 10 && exitsSent(desk.trading).length === 0; second += 1) {
      // Another market of the subscription goes on: what is said of neither has not happened.
      desk.sayElsewhere();
      await desk.passTime(1_000);
    }
    expect(exitsSent(desk.trading)).toHaveLength(1);
    expect(desk.clock.nowMs() - crossedMs).toBeLessThanOrEqual(9_000);
    expect(desk.feeder.counts.stops).toBe(1);
  });
});
