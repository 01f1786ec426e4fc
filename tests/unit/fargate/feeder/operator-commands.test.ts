import { describe, expect, it } from 'vitest';
import { healthOf } from '../../../../fargate/feeder/health.ts';
import type { FeederParts } from '../../../../fargate/feeder/feeder-parts.ts';
import { MemoryHotStore } from '../../../../shared/adapters/memory/memory-hot-store.ts';
import { causeKey } from '../../../../shared/application/market-state.ts';
import type { OrderGroups } from '../../../../shared/ports/order-groups.ts';
import type { ListedOrder } from '../../../../shared/ports/exchange.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import { Scheduler } from '../../../../shared/simulator/scheduler.ts';
import { aFeederDesk } from '../../../support/feeder-desk.ts';
import { SpokenCommands } from '../../../support/spoken-commands.ts';
import { KC, openDesk } from '../../../support/trading-desk.ts';
import { NOON } from '../../../support/trade-builders.ts';

const RESTS: ListedOrder = {
  exchangeOrderId: 'resting-1',
  clientOrderId: 'client-1',
  market: KC,
  bookSide: 'bid',
  limitPrice: price(4_000),
  initialCount: contracts(100),
  filled: contracts(0),
  status: 'resting',
  createdAtMs: NOON,
};
const PLACE = { strategy: 'fair-line', exchangeIndex: 0 };

/** A feeder that leads, at an exchange that answers a cancel-all and keeps what it is told to. */
async function aDesk(groups: Partial<OrderGroups> | null = null) {
  const clock = new Scheduler({ startMs: NOON });
  const store = new MemoryHotStore();
  const commands = new SpokenCommands();
  const venue = { resting: [] as readonly ListedOrder[], cancels: 0 };
  const { deps } = await openDesk();
  const exchange = Object.create(deps.exchange) as typeof deps.exchange;
  exchange.asOfMs = () => Promise.resolve({ kind: 'read', value: clock.nowMs() });
  const quoting: NonNullable<FeederParts['quoting']> = {
    cancelAll: () => {
      venue.cancels += 1;
      return Promise.resolve({ kind: 'done', aftershockUntilMs: clock.nowMs() + 60_000 });
    },
    resting: () => Promise.resolve({ kind: 'read', value: venue.resting }),
  };
  const desk = aFeederDesk({
    clock,
    store,
    commands,
    quoting,
    trading: { ...deps, exchange, clock, store, groups: groups as OrderGroups | null },
  });
  await desk.feeder.start();
  await desk.passTime(100);
  return { ...desk, store, commands, venue, causes: () => store.peekAll('causes') };
}

describe('cancel_everything', () => {
  it('is done when nothing rests, with its report in the health answer', async () => {
    const desk = await aDesk();
    const id = desk.commands.send({ kind: 'cancel_everything' }, desk.clock.nowMs());
    await desk.passTime(8_000);
    expect(desk.commands.acked).toEqual([id]);
    expect(desk.feeder.status().killSwitch).toMatchObject({ kind: 'clean', resting: 0 });
    expect(desk.telemetry.counts.get('kill_switch.used')).toBe(1);
    expect(desk.telemetry.counts.get('kill_switch.not_clean')).toBeUndefined();
    expect(healthOf(desk.feeder.status()).problems.join()).not.toContain('cancel_everything');
  });

  it('that leaves something resting rings, is a problem of its health, and comes again', async () => {
    const desk = await aDesk();
    desk.venue.resting = [RESTS];
    const sentMs = desk.clock.nowMs();
    desk.commands.send({ kind: 'cancel_everything' }, sentMs);
    await desk.passTime(25_000);
    expect(desk.commands.acked).toEqual([]);
    expect(desk.telemetry.counts.get('kill_switch.not_clean')).toBe(1);
    expect(healthOf(desk.feeder.status()).problems).toContain(
      'cancel_everything is resting: 1 orders were seen resting',
    );
    desk.venue.resting = [];
    const again = desk.commands.send({ kind: 'cancel_everything' }, sentMs);
    await desk.passTime(8_000);
    expect(desk.commands.acked).toEqual([again]);
    expect(desk.feeder.status().killSwitch?.kind).toBe('clean');
    expect(desk.causes()).toContainEqual(
      expect.objectContaining({ code: 'operator', state: 'reduce', sinceMs: sentMs }),
    );
  });

  it('goes before whatever came with it, and is not too old after hours', async () => {
    const desk = await aDesk();
    const nowMs = desk.clock.nowMs();
    desk.commands.send({ kind: 'status' }, nowMs);
    desk.commands.send({ kind: 'drain' }, nowMs);
    const id = desk.commands.send({ kind: 'cancel_everything' }, nowMs - 6 * 3_600_000);
    await desk.passTime(9_000);
    expect(desk.commands.acked[0]).toBe(id);
    expect(desk.venue.cancels).toBe(1);
    expect(desk.feeder.status().state).toBe('stopped');
  });

  it('does nothing where nobody trades, and says so', async () => {
    const commands = new SpokenCommands();
    const desk = aFeederDesk({ commands });
    await desk.feeder.start();
    const id = commands.send({ kind: 'cancel_everything' }, desk.clock.nowMs());
    await desk.passTime(8_000);
    expect(commands.acked).toEqual([id]);
    expect(desk.logged()).toContain('command_impossible');
  });
});

describe('resume', () => {
  it('lifts the stop, but none that was asked for after it', async () => {
    const desk = await aDesk();
    const stoppedMs = desk.clock.nowMs();
    desk.commands.send({ kind: 'cancel_everything' }, stoppedMs);
    await desk.passTime(8_000);
    desk.commands.send({ kind: 'resume' }, stoppedMs - 1);
    await desk.passTime(8_000);
    expect(desk.causes().map(({ code }) => code)).toContain('operator');
    expect(desk.logged()).toContain('not_resumed');
    desk.commands.send({ kind: 'resume' }, desk.clock.nowMs());
    await desk.passTime(8_000);
    expect(desk.causes().map(({ code }) => code)).not.toContain('operator');
    expect(desk.commands.acked).toHaveLength(3);
  });
});

const blow = (store: MemoryHotStore, sinceMs: number) => {
  const cause = {
    code: 'fuse_blown',
    scope: { kind: 'shard', exchangeIndex: 0 },
    state: 'reduce',
    sinceMs,
    detail: 'test',
  } as const;
  const fuse = { ...PLACE, orderGroupId: 'group-1', limit: contracts(100), armedAtMs: NOON };
  return store.transact([
    { kind: 'insert', table: 'causes', key: causeKey(cause), value: cause },
    { kind: 'insert', table: 'fuses', key: 'fair-line|0', value: fuse },
  ]);
};

describe('reset_fuse', () => {
  it('resets it at the exchange and lifts its cause', async () => {
    const asked: string[] = [];
    const desk = await aDesk({
      reset: ({ id }) => {
        asked.push(id);
        return Promise.resolve({ kind: 'done' });
      },
    });
    await blow(desk.store, desk.clock.nowMs());
    const id = desk.commands.send({ kind: 'reset_fuse', ...PLACE }, desk.clock.nowMs() + 1);
    await desk.passTime(2_000);
    expect([asked, desk.commands.acked]).toEqual([['group-1'], [id]]);
    expect(desk.causes().map(({ code }) => code)).not.toContain('fuse_blown');
  });

  it('that the exchange does not confirm comes again, and one of before it blew does not', async () => {
    const desk = await aDesk({
      reset: () => Promise.resolve({ kind: 'unknown', cause: 'timeout' }),
    });
    const blownMs = desk.clock.nowMs();
    await blow(desk.store, blownMs);
    desk.commands.send({ kind: 'reset_fuse', ...PLACE }, blownMs + 1);
    const early = desk.commands.send({ kind: 'reset_fuse', ...PLACE }, blownMs - 1);
    await desk.passTime(2_000);
    expect(desk.commands.acked).toEqual([early]);
    expect(desk.causes().map(({ code }) => code)).toContain('fuse_blown');
    const why = desk.telemetry.lines().filter(({ event }) => event === 'fuse_not_reset');
    expect(why.map(({ fields }) => fields['why'])).toEqual(['timeout', 'blown_since']);
  });
});
