import { describe, expect, it } from 'vitest';
import { FEEDER_LIMITS, type FeederRecorder } from '../../../../fargate/feeder/feeder-parts.ts';
import { MemoryHotStore } from '../../../../shared/adapters/memory/memory-hot-store.ts';
import { LEASE_KEY, LEASE_MS, takeLease } from '../../../../shared/application/feeder-lease.ts';
import type { Read } from '../../../../shared/ports/exchange.ts';
import type { DirectoryEntry } from '../../../../fargate/feeder/feeder-parts.ts';
import { exchangeWith, storeWith } from '../../../support/broken-parts.ts';
import { aFeederDesk, ENTRIES } from '../../../support/feeder-desk.ts';
import { A, B, delta, snapshot } from '../../../support/feeder-events.ts';
import { aMarket, NOON } from '../../../support/trade-builders.ts';
import { closedDesk } from '../../../support/trading-desk.ts';

const leaseOf = (store: MemoryHotStore) => store.peek('lease', LEASE_KEY);

/** A desk that has begun, with both books synced. */
async function aRunningDesk(change: Parameters<typeof aFeederDesk>[0] = {}) {
  const desk = aFeederDesk(change);
  await desk.feeder.start();
  desk.stream().connect();
  await desk.passTime(10);
  desk.stream().say(snapshot(1, A), desk.clock.nowMs());
  desk.stream().say(snapshot(2, B), desk.clock.nowMs());
  await desk.passTime(200);
  return desk;
}

describe('the feeder', () => {
  it('leads with the lease, follows the directory, and publishes what it hears', async () => {
    const desk = await aRunningDesk();
    expect(desk.stream().markets).toEqual([A, B]);
    expect(desk.feeder.status()).toMatchObject({
      state: 'leading',
      epoch: 1,
      feeds: { kalshi: { connected: true } },
      tradingState: null,
    });
    expect(desk.outbox.ticks.map(({ market }) => market.ticker)).toEqual([A, B]);
    await desk.passTime(2_000);
    expect(desk.feeder.status().tradingState).toBe('open');
  });

  it('waits while another one leads, and begins with the next epoch', async () => {
    const desk = aFeederDesk();
    await takeLease(desk.store, 'another', NOON);
    await desk.feeder.start();
    expect(desk.feeder.status().state).toBe('waiting');
    expect(desk.streams).toEqual([]);
    await desk.passTime(LEASE_MS + 1_000);
    expect(desk.feeder.status()).toMatchObject({ state: 'leading', epoch: 2 });
  });

  it('renews its lease only while the exchange’s stream is up', async () => {
    const store = new MemoryHotStore();
    const desk = await aRunningDesk({ store });
    await desk.passTime(3_000);
    expect(leaseOf(store)!.expiresAtMs).toBeGreaterThan(NOON + LEASE_MS + 1_000);
    desk.stream().handlers!.onDisconnected('reset');
    const left = leaseOf(store)!.expiresAtMs;
    await desk.passTime(10_000);
    expect(leaseOf(store)!.expiresAtMs).toBe(left);
    desk.stream().connect();
    await desk.passTime(1_500);
    expect(leaseOf(store)!.expiresAtMs).toBeGreaterThan(desk.clock.nowMs());
    expect(desk.feeder.counts).toMatchObject({ starts: 1, reconnects: 1 });
  });

  it('does not hold the lease for long when the stream never comes up', async () => {
    const store = new MemoryHotStore();
    const desk = aFeederDesk({ store });
    await desk.feeder.start();
    await desk.passTime(FEEDER_LIMITS.connectGraceMs);
    expect(leaseOf(store)!.expiresAtMs).toBeGreaterThan(desk.clock.nowMs());
    await desk.passTime(LEASE_MS + 2_000);
    expect(leaseOf(store)!.expiresAtMs).toBeLessThan(desk.clock.nowMs());
  });

  it('stops at once when another one took the lease, and starts over behind it', async () => {
    const desk = await aRunningDesk();
    const first = desk.stream();
    first.handlers!.onDisconnected('reset');
    await desk.passTime(LEASE_MS + 1_000);
    expect(await takeLease(desk.store, 'another', desk.clock.nowMs())).not.toBeNull();
    await desk.passTime(1_500);
    expect(first.closed).toBe(true);
    expect(desk.feeder.status()).toMatchObject({ state: 'waiting', epoch: null });
    const said = desk.outbox.ticks.length;
    first.say(snapshot(3, A), desk.clock.nowMs());
    await desk.passTime(1_000);
    expect(desk.outbox.ticks).toHaveLength(said);
    await desk.passTime(LEASE_MS);
    expect(desk.feeder.status()).toMatchObject({ state: 'leading', epoch: 3 });
    expect(desk.stream()).not.toBe(first);
    expect(desk.feeder.counts.starts).toBe(2);
  });

  it('goes on when the stores cannot be reached for a while', async () => {
    const inner = new MemoryHotStore();
    let broken = true;
    const store = storeWith(inner, {
      get: (table, key) =>
        broken ? Promise.reject(new Error('throttled')) : inner.get(table, key),
    });
    const desk = aFeederDesk({ store });
    await desk.feeder.start();
    expect(desk.failures).toEqual(['lease']);
    broken = false;
    await desk.passTime(1_500);
    expect(desk.feeder.status().state).toBe('leading');
    broken = true;
    await desk.passTime(2_000);
    broken = false;
    await desk.passTime(2_000);
    expect(desk.feeder.status()).toMatchObject({ state: 'leading', epoch: 1 });
  });

  it('reads the directory until it answers, and again for markets that are listed later', async () => {
    const late: DirectoryEntry = { market: aMarket({ ticker: 'LATE' }), mapping: null };
    const answers: Read<readonly DirectoryEntry[]>[] = [
      { kind: 'unavailable', reason: 'status 503' },
      { kind: 'read', value: ENTRIES },
      { kind: 'read', value: ENTRIES },
      { kind: 'read', value: [...ENTRIES, late] },
    ];
    let reads = 0;
    const desk = aFeederDesk({
      directory: () => {
        reads += 1;
        return Promise.resolve(answers.length > 1 ? answers.shift()! : answers[0]!);
      },
      limits: { ...FEEDER_LIMITS, directoryIntervalMs: 60_000 },
    });
    await desk.feeder.start();
    expect(desk.stream().handlers).toBeNull();
    await desk.passTime(5_100);
    desk.stream().connect();
    await desk.passTime(2_000);
    expect(desk.stream().markets).toEqual([A, B]);
    await desk.passTime(2_000);
    expect(desk.stream().markets).toEqual([A, B, 'LATE']);
    expect(desk.streams).toHaveLength(1);
    const told = desk.outbox.events.flatMap((event) =>
      event.kind === 'market' ? [event.market.ticker] : [],
    );
    expect(told).toEqual([A, B, 'LATE']);
    const looks = reads;
    await desk.passTime(600_000);
    // The wait doubles from a second to a minute.
    expect(reads - looks).toBeLessThan(20);
    expect(reads - looks).toBeGreaterThan(10);
  });

  it('looks at held markets although nothing changes', async () => {
    const store = new MemoryHotStore();
    const desk = await aRunningDesk({ store });
    await store.transact([
      // Only its key and state are read here.
      { kind: 'insert', table: 'positions', key: A, value: { state: 'open' } as never },
    ]);
    await desk.passTime(65_000);
    expect(desk.outbox.heldTicks.length).toBeGreaterThanOrEqual(2);
    expect(new Set(desk.outbox.heldTicks.map(({ market }) => market.ticker))).toEqual(new Set([A]));
  });

  it('tells changes of state once each, with ids that do not depend on delivery', async () => {
    const desk = await aRunningDesk();
    const lifecycle = {
      kind: 'lifecycle',
      sequence: null,
      market: A,
      event: 'deactivated',
      result: null,
      closeTimeMs: null,
      exchangeTimeMs: NOON + 5,
    } as const;
    desk.stream().say(lifecycle, desk.clock.nowMs());
    desk.stream().say(delta(3, A, { by: 200 }), desk.clock.nowMs());
    await desk.passTime(2_000);
    const ids = desk.outbox.events.map(({ eventId }) => eventId.replace(/[0-9a-f]{16}$/, '#'));
    expect(ids).toEqual([
      `market:${A}:#`,
      `market:${B}:#`,
      'feed:kalshi:1:1',
      `lifecycle:${A}:deactivated:${NOON + 5}`,
      `market:${A}:1:1`,
    ]);
  });
});

describe('recovery', () => {
  it('refuses until the exchange has answered, then looks at open orders', async () => {
    const trading = closedDesk();
    let broken = true;
    let looks = 0;
    const exchange = exchangeWith(trading.exchange, {
      balances: () =>
        broken
          ? Promise.resolve({ kind: 'unavailable', reason: 'down' })
          : trading.exchange.balances(),
    });
    const desk = aFeederDesk({
      store: trading.store,
      trading: {
        ...trading.deps,
        exchange,
        store: storeWith(trading.store, {
          openOrders: () => {
            looks += 1;
            return trading.store.openOrders();
          },
        }),
      },
      limits: { ...FEEDER_LIMITS, lookupIntervalMs: 500 },
    });
    await desk.feeder.start();
    await desk.passTime(5_000);
    expect(desk.feeder.status()).toMatchObject({ isRecovered: false, tradingState: 'refuse' });
    expect(desk.logged()).toContain('not_recovered');
    broken = false;
    await desk.passTime(4_000);
    expect(desk.feeder.status()).toMatchObject({ isRecovered: true, tradingState: 'open' });
    const before = looks;
    await desk.passTime(5_000);
    expect(looks - before).toBeGreaterThanOrEqual(8);
    expect(desk.outbox.events.filter(({ kind }) => kind === 'run')).toHaveLength(1);
  });
});

describe('a drain', () => {
  it('sends what is pending and gives the lease back, so that the next one need not wait', async () => {
    const desk = await aRunningDesk();
    const said = desk.outbox.ticks.length;
    desk.stream().say(snapshot(3, A, { bid: 5_100 }), desk.clock.nowMs());
    const drained = desk.feeder.drain();
    await desk.passTime(100);
    expect(await drained).toBe(true);
    expect(desk.outbox.ticks).toHaveLength(said + 1);
    expect(desk.stream().closed && desk.odds[0]!.closed).toBe(true);
    const next = await takeLease(desk.store, 'next', desk.clock.nowMs());
    expect(next).toMatchObject({ epoch: 2 });
    expect(desk.feeder.status().state).toBe('stopped');
    expect(await desk.feeder.drain()).toBe(false);
  });

  it('gives up what cannot be sent in time, says so, and gives the lease back all the same', async () => {
    const desk = await aRunningDesk();
    desk.outbox.down = true;
    desk.stream().say(
      {
        kind: 'order_update',
        update: { market: A, exchangeTimeMs: NOON } as never,
      },
      desk.clock.nowMs(),
    );
    const drained = desk.feeder.drain();
    await desk.passTime(FEEDER_LIMITS.drainMs + 1);
    expect(await drained).toBe(false);
    expect(desk.logged()).toContain('drained');
    expect(await takeLease(desk.store, 'next', desk.clock.nowMs())).not.toBeNull();
  });

  it('ends a feeder that still waits for the lease', async () => {
    const desk = aFeederDesk();
    await takeLease(desk.store, 'another', NOON);
    await desk.feeder.start();
    expect(await desk.feeder.drain()).toBe(true);
    await desk.passTime(60_000);
    expect(desk.streams).toEqual([]);
  });
});

describe('a feeder that is killed', () => {
  it('says nothing more, and its lease runs out by itself', async () => {
    const store = new MemoryHotStore();
    const desk = await aRunningDesk({ store });
    desk.stream().say(snapshot(3, A, { bid: 5_100 }), desk.clock.nowMs());
    const said = desk.outbox.ticks.length;
    desk.feeder.kill();
    await desk.passTime(10_000);
    expect(desk.outbox.ticks).toHaveLength(said);
    expect(leaseOf(store)!.expiresAtMs).toBeGreaterThan(NOON);
    expect(leaseOf(store)!.expiresAtMs).toBeLessThan(desk.clock.nowMs());
  });
});

describe('a recording that cannot go on', () => {
  it('is told once, critically and as an event, and trading goes on', async () => {
    const listeners: ((reason: string) => void)[] = [];
    const recorder: FeederRecorder = {
      record: () => {},
      onStopped: (tell) => void listeners.push(tell),
      close: () => Promise.resolve(),
    };
    const desk = await aRunningDesk({ recorder });
    expect(desk.feeder.status().recording).toBe('on');
    for (const tell of listeners) tell('ENOSPC');
    const said = desk.outbox.ticks.length;
    desk.stream().say(snapshot(3, A, { bid: 5_100 }), desk.clock.nowMs());
    await desk.passTime(1_000);
    expect(desk.outbox.ticks).toHaveLength(said + 1);
    expect(desk.feeder.status().recording).toBe('stopped');
    const critical = desk.telemetry.lines().filter(({ level }) => level === 'critical');
    expect(critical).toEqual([
      { level: 'critical', event: 'recording_stopped', fields: { reason: 'ENOSPC' } },
    ]);
    expect(desk.outbox.events.filter((event) => event.kind === 'feed').at(-1)).toMatchObject({
      feed: 'recording',
      change: 'disconnected',
      detail: 'ENOSPC',
    });
  });
});
