import { describe, expect, it } from 'vitest';
import { ACCOUNT, type World } from '../../local/virtual/world.ts';
import { commandCodec } from '../../shared/contracts/messages.ts';
import type { CommandMessage } from '../../shared/contracts/messages/command-schema.ts';
import { aWorld } from '../support/virtual-runs.ts';
import { openPositions, runUntil, runUntilHolds } from '../support/world-runs.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

type Sent = { readonly atMs: number; readonly purpose: 'entry' | 'exit' };

/** A world in which something is held, and what its account sends with the time of it. */
async function aHoldingWorld() {
  const sent: Sent[] = [];
  const world: World = aWorld({
    seed: 7,
    scenario: 'quiet-short-games',
    standIns: {
      deps: (deps) => {
        const submit = deps.exchange.submit.bind(deps.exchange);
        deps.exchange.submit = (request) => {
          const purpose = request.reduceOnly ? 'exit' : 'entry';
          sent.push({ atMs: world.scheduler.nowMs(), purpose });
          return submit(request);
        };
        return deps;
      },
    },
  });
  world.begin();
  expect(await runUntilHolds(world, () => openPositions(world).length > 0)).toBe(true);
  const pass = (ms: number) => runUntil(world, world.scheduler.nowMs() + ms);
  return {
    world,
    sent,
    pass,
    command: async (command: CommandMessage) => {
      world.account.cloud.queue('feeder-commands')!.send([commandCodec.encode(command)]);
      await pass(3 * SECOND_MS);
    },
    since: (fromMs: number, purpose: Sent['purpose']) =>
      sent.filter((one) => one.atMs >= fromMs && one.purpose === purpose).length,
  };
}

const restingAt = ({ exchange, scheduler }: World) => {
  exchange.advance(scheduler.nowMs());
  return exchange.truth(ACCOUNT).orders.filter(({ status }) => status === 'resting').length;
};

/** An order of the account far from the market, as another program of its owner would leave one. */
const rest = (world: World, clientOrderId: string): void => {
  const answer = world.exchange.submit(
    ACCOUNT,
    JSON.stringify({
      ticker: world.markets[0]!.market.ticker,
      client_order_id: clientOrderId,
      side: 'bid',
      count: '10.00',
      price: '0.0100',
      time_in_force: 'good_till_canceled',
      self_trade_prevention_type: 'taker_at_cross',
    }),
    world.scheduler.nowMs(),
  );
  expect(answer.status).toBe(201);
};

const causesOf = ({ store }: World) =>
  store
    .peekAll('causes')
    .map(({ code, state }) => `${code}: ${state}`)
    .toSorted();
const logged = (world: World, event: string) =>
  world.telemetry.lines().filter((line) => line.event === event);
const AFTERSHOCK = 'cancel_all_aftershock: refuse';
const STOPPED = 'operator: reduce';

describe('the kill switch in the whole system', () => {
  it('cancels what rests, lets exits go and takes no entry until a person resumes', async () => {
    const at = await aHoldingWorld();
    const { world } = at;
    rest(world, 'left-1');
    rest(world, 'left-2');
    expect(restingAt(world)).toBe(2);
    const thrownMs = world.scheduler.nowMs();
    await at.command({ kind: 'cancel_everything' });
    expect(restingAt(world)).toBe(0);
    expect(causesOf(world)).toEqual([AFTERSHOCK, STOPPED]);
    // The proof waits until the exchange's as-of time is later than the cancel by whatever clocks may differ.
    await at.pass(5 * SECOND_MS);
    expect(world.feeder.status?.killSwitch).toMatchObject({ kind: 'clean', resting: 0 });
    expect(world.telemetry.counts.get('kill_switch.not_clean')).toBeUndefined();
    await at.pass(MINUTE_MS - 9 * SECOND_MS);
    expect(at.since(thrownMs, 'exit')).toBeGreaterThan(0);
    // The aftershock ends by itself; the stop does not.
    await at.pass(2 * MINUTE_MS);
    expect(causesOf(world)).toEqual([STOPPED]);
    const resumedMs = world.scheduler.nowMs();
    expect(at.since(thrownMs, 'entry')).toBe(0);
    await at.command({ kind: 'resume' });
    expect(causesOf(world)).toEqual([]);
    expect(await runUntilHolds(world, () => at.since(resumedMs, 'entry') > 0)).toBe(true);
    const { counters } = world.account.cloud.queue('feeder-commands')!;
    expect(counters).toMatchObject({ processed: 2, waiting: 0, deadLettered: 0 });
  });

  it('is thrown again by the next feeder when one dies over it', async () => {
    const at = await aHoldingWorld();
    const { world } = at;
    rest(world, 'left-1');
    const queue = world.account.cloud.queue('feeder-commands')!;
    queue.send([commandCodec.encode({ kind: 'cancel_everything' })]);
    while (logged(world, 'cancel_everything').length === 0) await at.pass(1);
    world.feeder.kill();
    rest(world, 'left-2');
    await world.feeder.start();
    await at.pass(MINUTE_MS);
    expect(logged(world, 'cancel_everything')).toHaveLength(2);
    expect(logged(world, 'cancel_everything_report').at(-1)?.fields).toMatchObject({
      kind: 'clean',
    });
    expect(restingAt(world)).toBe(0);
    expect(causesOf(world)).toContain(STOPPED);
    expect(queue.counters).toMatchObject({ waiting: 0, deadLettered: 0 });
  });
});

describe('a fuse that blew', () => {
  it('stops its shard until a person resets it', async () => {
    const at = await aHoldingWorld();
    const { world } = at;
    const fuse = world.store.peekAll('fuses')[0]!;
    const { orderGroupId: id, exchangeIndex, strategy } = fuse;
    const triggered = world.deps.groups!.trigger({ id, exchangeIndex });
    await at.pass(2 * SECOND_MS);
    expect(await triggered).toEqual({ kind: 'done' });
    // The look at the books reads fuses too.
    await at.pass(MINUTE_MS);
    expect(causesOf(world)).toEqual(['fuse_blown: reduce']);
    const blownMs = world.scheduler.nowMs();
    await at.pass(2 * MINUTE_MS);
    expect([causesOf(world), at.since(blownMs, 'entry')]).toEqual([['fuse_blown: reduce'], 0]);
    await at.command({ kind: 'reset_fuse', strategy, exchangeIndex });
    const resetMs = world.scheduler.nowMs();
    expect(causesOf(world)).toEqual([]);
    expect(await runUntilHolds(world, () => at.since(resetMs, 'entry') > 0)).toBe(true);
    expect(causesOf(world)).toEqual([]);
  });
});
