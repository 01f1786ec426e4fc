import { describe, expect, it } from 'vitest';
import type { HttpReply } from '../../../shared/adapters/kalshi/http-transport.ts';
import { KalshiExchange } from '../../../shared/adapters/kalshi/kalshi-exchange.ts';
import { KalshiOrderGroups } from '../../../shared/adapters/kalshi/kalshi-order-groups.ts';
import { applyOrderUpdate } from '../../../shared/application/apply-order-update.ts';
import { evaluateExits } from '../../../shared/application/evaluate-exits.ts';
import { placeEntry } from '../../../shared/application/place-entry.ts';
import {
  armFuse,
  fuseTriggered,
  knownFuse,
  lookAtFuses,
  resetFuse,
  type FuseDeps,
} from '../../../shared/application/strategy-fuses.ts';
import type { TradingDeps } from '../../../shared/application/trading-deps.ts';
import { contracts } from '../../../shared/domain/money/contracts.ts';
import { money } from '../../../shared/domain/money/money.ts';
import { SimExchange } from '../../../shared/simulator/exchange/sim-exchange.ts';
import { seededRng } from '../../../shared/simulator/rng.ts';
import { DirectTransport } from '../../support/direct-transport.ts';
import { aSignal, aTick, openDesk, placed, type TradingDesk } from '../../support/trading-desk.ts';
import { aMarket } from '../../support/trade-builders.ts';

const PLACE = { strategy: 'fair-line', exchangeIndex: 0 };

type Fused = {
  readonly desk: TradingDesk;
  readonly deps: TradingDeps & FuseDeps;
  readonly venue: SimExchange;
  readonly transport: DirectTransport;
};

const resting = (side: string, price: string): string =>
  JSON.stringify({
    ticker: aMarket().ticker,
    client_order_id: `${side} ${price}`,
    side,
    count: '1000.00',
    price,
    time_in_force: 'good_till_canceled',
    self_trade_prevention_type: 'taker_at_cross',
  });

/** Our use cases at a simulated exchange with a book of 50 and 52. */
async function fused(): Promise<Fused> {
  const desk = await openDesk();
  const nowMs = () => desk.clock.nowMs();
  const venue = new SimExchange({ rng: seededRng(1), readLag: { minMs: 0, maxMs: 0 } });
  venue.addMarket(aMarket(), nowMs());
  for (const account of ['us', 'them', 'third']) venue.deposit(account, 0, money(10_000_000_000));
  venue.submit('them', resting('bid', '0.5000'), nowMs());
  venue.submit('them', resting('ask', '0.5200'), nowMs());
  const transport = new DirectTransport(venue, 'us', nowMs);
  const groups = new KalshiOrderGroups(transport);
  const deps = { ...desk.deps, exchange: new KalshiExchange(transport), groups };
  return { desk, deps, venue, transport };
}

const failed = (): HttpReply => ({ kind: 'failed', cause: 'timeout' });
const causes = ({ desk }: Fused) => desk.store.peekAll('causes');
const groupsOf = async ({ deps }: Fused) => {
  const read = await deps.groups.list();
  if (read.kind !== 'read') throw new Error(read.reason);
  return read.value;
};
const enter = async (world: Fused, n: number) =>
  placed(await placeEntry(world.deps, aSignal(world.desk, { n })));
const orderBodies = ({ transport }: Fused) =>
  transport.requests
    .filter(({ path, method }) => method === 'POST' && path === '/portfolio/events/orders')
    .map(({ body }) => JSON.parse(body ?? '') as Record<string, unknown>);

const blow = async (world: Fused): Promise<string> => {
  const fuse = await armFuse(world.deps, PLACE);
  if (fuse.kind !== 'armed') throw new Error(fuse.reason);
  await world.deps.groups.trigger({ id: fuse.orderGroupId, exchangeIndex: 0 });
  return fuse.orderGroupId;
};

describe('the fuse of a strategy', () => {
  it('is made by the first entry, with the limit of the configuration, and carried by it', async () => {
    const world = await fused();
    expect((await enter(world, 2)).state).toBe('filled');
    const [group, ...others] = await groupsOf(world);
    expect(others).toEqual([]);
    expect(group).toMatchObject({ limit: 6_000, exchangeIndex: 0, isTriggered: false });
    expect(orderBodies(world)).toMatchObject([{ order_group_id: group!.id }]);
    expect(await knownFuse(world.deps, PLACE)).toBe(group!.id);
  });

  it('is found again by a later start and by every other process', async () => {
    const world = await fused();
    const first = await armFuse(world.deps, PLACE);
    const restarted = { ...world.deps, groups: new KalshiOrderGroups(world.transport) };
    expect(await armFuse(restarted, PLACE)).toEqual(first);
    expect(await groupsOf(world)).toHaveLength(1);
  });

  it('is one for each strategy and shard', async () => {
    const world = await fused();
    world.venue.deposit('us', 1, money(1));
    const made = [
      await armFuse(world.deps, PLACE),
      await armFuse(world.deps, { ...PLACE, strategy: 'other' }),
      await armFuse(world.deps, { ...PLACE, exchangeIndex: 1 }),
    ];
    expect(new Set(made.map((one) => JSON.stringify(one))).size).toBe(3);
    expect(await groupsOf(world)).toHaveLength(3);
  });

  it('is one also when several processes make it at the same time: the spare ones are removed', async () => {
    const world = await fused();
    const made = await Promise.all([1, 2, 3].map(() => armFuse(world.deps, PLACE)));
    const groups = await groupsOf(world);
    expect(groups).toHaveLength(1);
    const one = { kind: 'armed', orderGroupId: groups[0]!.id };
    expect(made).toEqual([one, one, one]);
  });

  it.each([
    ['lost', failed],
    ['refused', (): HttpReply => ({ kind: 'answered', status: 403, body: '' })],
    ['empty', (): HttpReply => ({ kind: 'answered', status: 201, body: '' })],
  ])('that could not be made holds the entry back: %s', async (_, reply) => {
    const world = await fused();
    world.transport.replaceReplies(reply);
    expect((await enter(world, 2)).state).toBe('expired');
    expect(orderBodies(world)).toEqual([]);
    // The market is free and the next tick tries again.
    expect((await enter(world, 3)).state).toBe('filled');
  });
});

describe('a fuse that is blown', () => {
  const BLOWN = {
    code: 'fuse_blown',
    state: 'reduce',
    scope: { kind: 'shard', exchangeIndex: 0 },
  };

  it('shows by the refusal of an entry, and stops every entry of its shard', async () => {
    const world = await fused();
    await blow(world);
    expect((await enter(world, 2)).state).toBe('rejected');
    expect(causes(world)).toMatchObject([BLOWN]);
    expect(await placeEntry(world.deps, aSignal(world.desk, { n: 3 }))).toEqual({
      kind: 'refused',
      code: 'trading_reduced',
    });
    expect(world.desk.telemetry.lines().filter(({ level }) => level === 'critical')).toMatchObject([
      { event: 'fuse_blown', fields: { strategy: 'fair-line', scope: 'shard:0' } },
    ]);
  });

  it('holds no exit back: it carries no fuse, and takes an order of ours off its way', async () => {
    const world = await fused();
    const { desk, deps } = world;
    const order = await enter(world, 2);
    const fills = await deps.exchange.fills({ sinceMs: 0 });
    if (fills.kind !== 'read') throw new Error(fills.reason);
    const { clientOrderId } = order.intent;
    for (const fill of fills.value)
      await applyOrderUpdate(deps, { kind: 'fill', fill, clientOrderId });
    await blow(world);
    await lookAtFuses(deps);
    const gain = { bid: 6_600, ask: 6_800 };
    // It buys what is asked for less, and its rest is there for us.
    world.venue.submit('third', resting('bid', '0.6600'), desk.clock.nowMs());
    await evaluateExits(deps, aTick(desk, { n: 3, ...gain }));
    desk.clock.advance(3_000);
    await evaluateExits(deps, aTick(desk, { n: 4, ...gain }));
    const exit = orderBodies(world).find((body) => body['reduce_only'] === true);
    expect(exit).toMatchObject({ self_trade_prevention_type: 'maker', exchange_index: 0 });
    expect(exit).not.toHaveProperty('order_group_id');
    expect(desk.store.peekAll('orders').at(-1)).toMatchObject({ state: 'filled' });
  });

  it('shows by reading it back, once', async () => {
    const world = await fused();
    await blow(world);
    expect(await lookAtFuses(world.deps)).toEqual(['blown']);
    expect(await lookAtFuses(world.deps)).toEqual(['blown']);
    expect(causes(world)).toMatchObject([BLOWN]);
  });

  it('shows by what the stream says of it, and not by what it says of another group or of the past', async () => {
    const world = await fused();
    const orderGroupId = await blow(world);
    const nowMs = world.desk.clock.nowMs();
    for (const told of [
      { orderGroupId: 'of somebody else', exchangeTimeMs: nowMs },
      { orderGroupId, exchangeTimeMs: nowMs - 1 },
    ])
      expect(await fuseTriggered(world.deps, told)).toBe(false);
    expect(causes(world)).toEqual([]);
    expect(await fuseTriggered(world.deps, { orderGroupId, exchangeTimeMs: nowMs })).toBe(true);
    expect(causes(world)).toMatchObject([{ ...BLOWN, sinceMs: nowMs }]);
  });

  it('holds again once a person has reset it', async () => {
    const world = await fused();
    const orderGroupId = await blow(world);
    await lookAtFuses(world.deps);
    world.desk.clock.advance(1_000);
    expect(await resetFuse(world.deps, PLACE, world.desk.clock.nowMs())).toEqual({ kind: 'reset' });
    expect(causes(world)).toEqual([]);
    expect(await lookAtFuses(world.deps)).toEqual(['intact']);
    // The message of the first time comes late.
    const late = { orderGroupId, exchangeTimeMs: world.desk.clock.nowMs() - 500 };
    expect(await fuseTriggered(world.deps, late)).toBe(false);
    expect((await enter(world, 9)).state).toBe('filled');
  });

  it('is not reset by what was asked for before it blew', async () => {
    const world = await fused();
    const askedMs = world.desk.clock.nowMs();
    world.desk.clock.advance(1_000);
    await blow(world);
    await lookAtFuses(world.deps);
    expect(await resetFuse(world.deps, PLACE, askedMs)).toEqual({ kind: 'blown_since' });
    expect(causes(world)).toMatchObject([BLOWN]);
    expect(await lookAtFuses(world.deps)).toEqual(['blown']);
  });

  it('stays blown when the exchange does not confirm its reset', async () => {
    const world = await fused();
    await blow(world);
    await lookAtFuses(world.deps);
    world.transport.replaceReplies(failed);
    expect(await resetFuse(world.deps, PLACE, world.desk.clock.nowMs())).toEqual({
      kind: 'not_reset',
      reason: 'timeout',
    });
    expect(causes(world)).toMatchObject([BLOWN]);
    expect(
      await resetFuse(world.deps, { ...PLACE, strategy: 'other' }, world.desk.clock.nowMs()),
    ).toEqual({
      kind: 'no_such_fuse',
    });
  });
});

describe('looks at the fuses', () => {
  it('make one again that the exchange does not know any more, but not one that was just made', async () => {
    const world = await fused();
    const fuse = await armFuse(world.deps, PLACE);
    if (fuse.kind !== 'armed') throw new Error(fuse.reason);
    await world.deps.groups.remove({ id: fuse.orderGroupId, exchangeIndex: 0 });
    expect(await lookAtFuses(world.deps)).toEqual(['unread']);
    world.desk.clock.advance(10_000);
    expect(await lookAtFuses(world.deps)).toEqual(['made_again']);
    const [group] = await groupsOf(world);
    expect(group!.id).not.toBe(fuse.orderGroupId);
    expect(await knownFuse(world.deps, PLACE)).toBe(group!.id);
  });

  it('give it the limit of a changed configuration', async () => {
    const world = await fused();
    await armFuse(world.deps, PLACE);
    const config = { ...world.deps.config, fuseLimit: contracts(9_000) };
    expect(await lookAtFuses({ ...world.deps, config })).toEqual(['intact']);
    expect(await groupsOf(world)).toMatchObject([{ limit: 9_000 }]);
    expect(world.desk.store.peekAll('fuses')).toMatchObject([{ limit: 9_000 }]);
  });

  it('that fail change nothing', async () => {
    const world = await fused();
    await armFuse(world.deps, PLACE);
    world.transport.replaceReplies(failed, failed, failed);
    expect(await lookAtFuses(world.deps)).toEqual(['unread']);
    expect(causes(world)).toEqual([]);
  });
});

describe('a refusal that has nothing to do with its fuse', () => {
  it('is no reason to look at it', async () => {
    const world = await fused();
    await enter(world, 2);
    const other = await fused();
    await armFuse(other.deps, PLACE);
    other.transport.replaceReplies((): HttpReply => ({
      kind: 'answered',
      status: 400,
      body: '{"error":{"code":"invalid_price","message":""}}',
    }));
    expect((await enter(other, 2)).state).toBe('rejected');
    expect(other.transport.requests.at(-1)).toMatchObject({ method: 'POST' });
  });
});
