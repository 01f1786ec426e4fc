import { setImmediate } from 'node:timers/promises';
import { bookSideOf } from '../../shared/domain/execution/intent.ts';
import { queueList } from './queues.ts';
import type { World } from './world.ts';

/** After the end, messages may still come again; this is far beyond every visibility timeout. */
const DRAIN_MS = 60 * 60_000;

/** Stops what repeats itself, delivers what is still under way, and reconciles once more. */
export async function drainWorld(world: World): Promise<void> {
  world.close();
  await world.scheduler.run({ untilMs: world.endMs + DRAIN_MS, turn: setImmediate });
  await atRest(world, () => world.app.reconcile());
}

/** Runs one use case while the clock stands ready to serve what it awaits. */
async function atRest(world: World, useCase: () => Promise<unknown>): Promise<void> {
  world.scheduler.after(0, 'at the end', async () => {
    await useCase();
  });
  await world.scheduler.run({
    untilMs: world.scheduler.nowMs() + DRAIN_MS,
    turn: setImmediate,
  });
}

/** Holds an ended world to every invariant, and delivers everything once more. */
export async function checkEndedWorld(world: World): Promise<void> {
  const counters = queueList(world.queues).map((queue) => queue.counters);
  const sum = (of: (counter: (typeof counters)[number]) => number): number =>
    counters.reduce((total, counter) => total + of(counter), 0);
  const waiting = sum((counter) => counter.waiting + counter.inFlight);
  const lost =
    sum((counter) => counter.sent + counter.duplicated) -
    sum((counter) => counter.processed + counter.deadLettered) -
    waiting;
  await world.checker.atEnd({
    messages: { lost, dead: sum((counter) => counter.deadLettered), waiting },
    redeliver: () => atRest(world, () => redeliver(world)),
  });
}

/** Every fill and every order's last word once more, as a stream that repeats itself would. */
async function redeliver(world: World): Promise<void> {
  for (const { fill, clientOrderId } of world.store.peekAll('fills'))
    await world.app.onOrderMessage({ kind: 'fill', fill, clientOrderId });
  for (const order of world.store.peekAll('orders')) {
    if (order.exchangeOrderId === null) continue;
    await world.app.onOrderMessage({
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
        exchangeTimeMs: world.scheduler.nowMs(),
      },
    });
  }
  for (const { market } of world.markets) await world.app.onMarketSettled(market.ticker);
  await world.app.onJournal(world.stats.journal);
}
