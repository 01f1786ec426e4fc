import { describe, expect, it } from 'vitest';
import { setImmediate } from 'node:timers/promises';
import { modelledDollars } from '../../../../fargate/feeder/publish-cost.ts';
import { TICK_LINGER_MS } from '../../../../fargate/feeder/publish.ts';
import { FeederSession, type OrderMessage } from '../../../../fargate/feeder/session.ts';
import type { LaneCounts } from '../../../../fargate/feeder/send-lane.ts';
import type { MarketTick } from '../../../../shared/domain/market/market-tick.ts';
import { seededRng } from '../../../../shared/simulator/rng.ts';
import { Scheduler } from '../../../../shared/simulator/scheduler.ts';
import { MemoryTelemetry } from '../../../../shared/adapters/memory/memory-telemetry.ts';
import { Outbox } from '../../../support/feeder-desk.ts';
import { delta, snapshot } from '../../../support/feeder-events.ts';
import { aFeederWorld } from '../../../support/feeder-world.ts';
import { aMarket, NOON } from '../../../support/trade-builders.ts';

function aTick(market: string, n: number): MarketTick {
  return {
    stamp: { epoch: 1, n },
    market: aMarket({ ticker: market }),
    mapping: null,
    book: { sync: 'synced', view: { bids: [], asks: [] }, exchangeTimeMs: NOON },
    legs: [],
    forecast: null,
    game: null,
    feederTimeMs: NOON,
  };
}

const anOrderMessage = (id: number): OrderMessage => ({
  kind: 'order_update',
  update: { exchangeOrderId: `order-${id}` } as never,
});

function aPublisher() {
  const clock = new Scheduler({ startMs: NOON });
  const outbox = new Outbox();
  const telemetry = new MemoryTelemetry();
  const publisher = outbox.publisher(clock, telemetry);
  const passTime = (ms: number) => {
    clock.after(ms, 'time passes', () => {});
    return clock.run({ untilMs: clock.nowMs() + ms, turn: setImmediate });
  };
  return { clock, outbox, publisher, telemetry, passTime };
}

describe('what the feeder publishes', () => {
  it('goes in batches of ten, or when the first has waited long enough', async () => {
    const { outbox, publisher, passTime } = aPublisher();
    for (let n = 0; n < 23; n += 1) publisher.tick(aTick(`M${n}`, n), false);
    await passTime(TICK_LINGER_MS - 1);
    expect(outbox.batches).toEqual([10, 10]);
    await passTime(1);
    expect(outbox.batches).toEqual([10, 10, 3]);
    expect(outbox.ticks.map(({ stamp }) => stamp.n)).toEqual(
      Array.from({ length: 23 }, (_, n) => n),
    );
  });

  it('is an order message at once, while ticks wait for company', async () => {
    const { outbox, publisher, passTime } = aPublisher();
    publisher.tick(aTick('M', 1), true);
    publisher.orderMessage(anOrderMessage(1));
    await passTime(1);
    expect([outbox.orderMessages.length, outbox.ticks.length]).toEqual([1, 0]);
    await passTime(TICK_LINGER_MS);
    expect([outbox.ticks.length, outbox.heldTicks.length]).toEqual([1, 1]);
  });

  it('keeps one tick a market and every order message while the queues are down', async () => {
    const { outbox, publisher, passTime } = aPublisher();
    outbox.down = true;
    for (let n = 1; n <= 3_000; n += 1) {
      publisher.tick(aTick(`M${n % 3}`, n), false);
      publisher.orderMessage(anOrderMessage(n));
      if (n % 100 === 0) await passTime(100);
    }
    const { ticks, orderMessages } = publisher.counts;
    expect(publisher.depth - (orderMessages.taken - orderMessages.sent)).toBeLessThanOrEqual(6);
    expect(ticks.replaced + ticks.givenUp).toBeGreaterThan(2_900);
    // The waits between tries grow: 30 s bring a few dozen tries of each lane, not thousands.
    expect(outbox.failures).toBeLessThan(250);
    outbox.down = false;
    await passTime(10_000);
    const ids = outbox.orderMessages.map((message) =>
      message.kind === 'order_update' ? message.update.exchangeOrderId : '',
    );
    expect(new Set(ids).size).toBe(3_000);
    expect(ids).toHaveLength(3_000);
    expect(outbox.ticks.length).toBeLessThanOrEqual(6);
    for (const tick of outbox.ticks) expect(tick.stamp.n).toBeGreaterThan(2_990);
    expect(publisher.depth).toBe(0);
  });

  it('gives a tick up that could not be sent three times, counts it and says so', async () => {
    const { outbox, publisher, telemetry, passTime } = aPublisher();
    outbox.down = true;
    publisher.tick(aTick('M', 1), false);
    await passTime(60_000);
    expect(publisher.counts.ticks).toMatchObject({ taken: 1, failures: 3, givenUp: 1, sent: 0 });
    expect(publisher.depth).toBe(0);
    expect(telemetry.counts.get('feeder.given_up')).toBe(1);
    expect(telemetry.counts.get('feeder.send_failed')).toBe(3);
  });

  it('is not held up by one order message that nobody takes', async () => {
    const { outbox, publisher, passTime } = aPublisher();
    const poison = anOrderMessage(13);
    const keep = outbox.keep.bind(outbox);
    outbox.keep = (into, messages) =>
      messages.some((message) => message === poison)
        ? Promise.reject(new Error('cannot be encoded'))
        : keep(into, messages);
    publisher.orderMessage(poison);
    for (let n = 20; n < 60; n += 1) publisher.orderMessage(anOrderMessage(n));
    await passTime(60_000);
    expect(outbox.orderMessages).toHaveLength(40);
    expect(publisher.depth).toBe(1);
  });

  it('never sends an older tick of a market after a newer one', async () => {
    const { clock, outbox, publisher, passTime } = aPublisher();
    let n = 0;
    for (let round = 0; round < 200; round += 1) {
      outbox.down = round % 3 === 0;
      publisher.tick(aTick('M', (n += 1)), false);
      await passTime(37);
    }
    await passTime(10_000);
    const sent = outbox.ticks.map(({ stamp }) => stamp.n);
    expect(sent).toEqual(sent.toSorted((a, b) => a - b));
    expect(sent.at(-1)).toBe(n);
    expect(clock.nowMs()).toBeGreaterThan(NOON);
  });
});

const lane = (sent: number, batches: number): LaneCounts => ({
  taken: sent,
  replaced: 0,
  sent,
  batches,
  failures: 0,
  givenUp: 0,
});

describe('the modelled cost', () => {
  it('bills the send, receive and delete of each batch and each event', () => {
    const none = lane(0, 0);
    // A million raw ticks conflated 20:1 in full batches of small ticks: 5,000 batches, 15,000 requests.
    const conflated = {
      ticks: lane(50_000, 5_000),
      heldTicks: none,
      orderMessages: none,
      events: none,
      tickBytes: 1_000,
    };
    expect(modelledDollars(conflated)).toBeCloseTo(0.006, 9);
    expect(modelledDollars({ ...conflated, events: lane(1_000, 100) })).toBeCloseTo(0.007, 9);
    // Ten ticks of 8 KB are two chunks of 64 KB.
    expect(modelledDollars({ ...conflated, tickBytes: 8_000 })).toBeCloseTo(0.012, 9);
  });
});

describe('the publish budget', () => {
  it('holds on a busy minute: conflated twenty to one, at most two cents a million frames', async () => {
    const { clock, publisher, outbox, passTime } = aPublisher();
    const rng = seededRng(7);
    const session = new FeederSession(1);
    const markets = Array.from({ length: 16 }, (_, n) => `MARKET-${n}`);
    for (const ticker of markets) session.addMarket(aMarket({ ticker }), null);
    session.onSubscribed(7, markets);
    let sequence = 0;
    // Each move raises the best bid by a cent until it is next to the offer.
    const best = new Map<string, number>();
    const moving = (market: string): number => {
      const next = Math.min((best.get(market) ?? 3_000) + 10, 5_100);
      best.set(market, next);
      return next;
    };
    const say = (event: Parameters<typeof session.onStreamEvent>[0]): void => {
      publisher.onRawFrame();
      for (const command of session.onStreamEvent(event, clock.nowMs()))
        if (command.kind === 'publish_tick') publisher.tick(command.tick, command.held);
    };
    for (const market of markets)
      say(snapshot((sequence += 1), market, { bid: 3_000, timeMs: clock.nowMs() }));
    // One minute at 1,600 changes of depth a second, one in forty of which moves the best price.
    for (let step = 0; step < 6_000; step += 1) {
      for (let n = 0; n < 16; n += 1) {
        const market = markets[rng.integer(markets.length)]!;
        const moves = rng.chance(1 / 40);
        const change = moves ? { at: moving(market), by: 100 } : { at: 2_900, by: 100 };
        say(delta((sequence += 1), market, { ...change, timeMs: clock.nowMs() }));
      }
      for (const command of session.onTimer(clock.nowMs()))
        if (command.kind === 'publish_tick') publisher.tick(command.tick, command.held);
      await passTime(10);
    }
    const flushed = publisher.flush();
    await passTime(1_000);
    await flushed;
    const { rawFrames, ticks, dollarsPerMillionFrames, tickBytes } = publisher.counts;
    expect(rawFrames).toBeGreaterThan(96_000);
    expect(rawFrames / ticks.sent).toBeGreaterThan(20);
    expect(outbox.ticks).toHaveLength(ticks.sent);
    expect(tickBytes).toBeGreaterThan(500);
    expect(dollarsPerMillionFrames).toBeGreaterThan(0);
    expect(dollarsPerMillionFrames).toBeLessThanOrEqual(0.02);
  });

  it('counts a whole world: every frame in, every message out', async () => {
    const world = aFeederWorld({ seed: 3 });
    world.scheduler.at(world.startMs, 'feeder starts', () => world.feeder.start());
    world.venues.begin();
    await world.scheduler.run({ untilMs: world.startMs + 600_000, turn: setImmediate });
    const { published } = world.feeder.feederCounts!;
    expect(published.rawFrames).toBeGreaterThan(500);
    expect(published.ticks.sent).toBe(world.sent.ticks);
    expect(published.events.sent).toBe(world.events.length);
    expect(published.ticks.givenUp + published.ticks.failures).toBe(0);
    expect(published.dollarsPerMillionFrames).toBeGreaterThan(0);
    // An event is a millionth of a dollar: lines are told, and stay a small part of what is billed.
    const lines = world.events.filter(({ kind }) => kind === 'line').length;
    expect(lines).toBeGreaterThan(10);
    expect(lines / 1_000_000).toBeLessThan(0.15 * published.dollars);
  });
});
