import { bookSideOf } from '../../shared/domain/execution/intent.ts';
import { lifecycleEvent } from '../../shared/application/history-events.ts';
import { lifecycleCodec, orderMessageCodec } from '../../shared/contracts/messages.ts';
import { VIRTUAL_TURNS } from '../run/microtask-turn.ts';
import type { World } from './world.ts';

/** After the end, messages may still come again; this is far beyond every visibility timeout. */
const DRAIN_MS = 60 * 60_000;

/** Stops what repeats itself, delivers what is still under way, and reconciles once more. */
export async function drainWorld(world: World): Promise<void> {
  world.close();
  await world.scheduler.run({ untilMs: world.endMs + DRAIN_MS, ...VIRTUAL_TURNS });
  await atRest(world, () => world.account.cloud.functions.invoke('reconcile', {}));
}

/** Runs one use case while the clock stands ready to serve what it awaits. */
async function atRest(world: World, useCase: () => Promise<unknown>): Promise<void> {
  world.scheduler.after(0, 'at the end', async () => {
    await useCase();
  });
  await world.scheduler.run({
    untilMs: world.scheduler.nowMs() + DRAIN_MS,
    ...VIRTUAL_TURNS,
  });
}

/** Holds an ended world to every invariant, and delivers everything once more. */
export async function checkEndedWorld(world: World): Promise<void> {
  const { cloud } = world.account;
  const deadLetterQueues = new Set(
    Object.values(cloud.wiring.queues).map(({ redrive }) => redrive?.deadLetterQueue),
  );
  const counters = cloud
    .queueCounters()
    .filter(({ name }) => !deadLetterQueues.has(name))
    .map((queue) => queue.counters);
  const sum = (of: (counter: (typeof counters)[number]) => number): number =>
    counters.reduce((total, counter) => total + of(counter), 0);
  const waiting = sum((counter) => counter.waiting + counter.inFlight);
  const dead = sum((counter) => counter.deadLettered + counter.expired);
  const lost =
    sum((counter) => counter.sent + counter.duplicated) -
    sum((counter) => counter.processed) -
    dead -
    waiting;
  const streams = cloud.streamMappings.map((mapping) => mapping.counters);
  await world.checker.atEnd({
    messages: {
      lost,
      dead: dead + streams.reduce((total, { givenUp }) => total + givenUp, 0),
      waiting,
    },
    redeliver: () => atRest(world, () => redeliver(world)),
  });
}

/** Every fill, every order's last word, every settlement and the whole journal once more, as parts that repeat do. */
async function redeliver(world: World): Promise<void> {
  const { account, store, scheduler } = world;
  const orders = account.queue('order-updates', orderMessageCodec);
  await orders.send(
    store
      .peekAll('fills')
      .map(({ fill, clientOrderId }) => ({ kind: 'fill' as const, fill, clientOrderId })),
  );
  for (const order of store.peekAll('orders')) {
    if (order.exchangeOrderId === null) continue;
    await orders.send([
      {
        kind: 'order_update',
        update: {
          exchangeOrderId: order.exchangeOrderId,
          clientOrderId: order.intent.clientOrderId,
          market: order.intent.market,
          bookSide: bookSideOf(order.intent),
          limitPrice: order.intent.limitPrice,
          status: 'resting',
          initialCount: order.intent.count,
          filled: order.exchangeFilled,
          exchangeTimeMs: scheduler.nowMs(),
        },
      },
    ]);
  }
  const settlements = account.queue('settlements', lifecycleCodec);
  await settlements.send(
    world.markets.map(({ market }) =>
      lifecycleEvent(
        {
          kind: 'lifecycle',
          sequence: null,
          market: market.ticker,
          event: 'settled',
          result: null,
          closeTimeMs: null,
          exchangeTimeMs: null,
        },
        scheduler.nowMs(),
      ),
    ),
  );
  account.onJournal(world.stats.journal);
}
