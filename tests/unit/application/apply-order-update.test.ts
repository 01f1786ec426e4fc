import { describe, expect, it } from 'vitest';
import {
  applyOrderUpdate,
  type OrderMessage,
} from '../../../shared/application/apply-order-update.ts';
import { evaluateExits } from '../../../shared/application/evaluate-exits.ts';
import type { Fill } from '../../../shared/domain/execution/fill.ts';
import type { Order } from '../../../shared/domain/execution/order.ts';
import { contracts } from '../../../shared/domain/money/contracts.ts';
import type { OrderUpdate } from '../../../shared/ports/market-data.ts';
import { InterleavedStore } from '../../support/interleaved-store.ts';
import {
  aTick,
  die,
  dyingAt,
  expectBalanced,
  fillsOf,
  KC,
  onlyOrder,
  openDesk,
  orderOf,
  place,
  positionIn,
  type TradingDesk,
} from '../../support/trading-desk.ts';

const TWO_TRADES = [
  { at: 5_100, count: 300, fee: 52_500 },
  { at: 5_200, count: 400, fee: 70_000 },
] as const;

const fillMessage = (fill: Fill, clientOrderId: string | null): OrderMessage => ({
  kind: 'fill',
  fill,
  clientOrderId,
});

function viewMessage(order: Order, change: Partial<OrderUpdate> = {}): OrderMessage {
  const { intent } = order;
  return {
    kind: 'order_update',
    update: {
      exchangeOrderId: 'exchange-1',
      clientOrderId: intent.clientOrderId,
      market: intent.market,
      bookSide: 'bid',
      limitPrice: intent.limitPrice,
      status: 'cancelled',
      initialCount: intent.count,
      filled: contracts(700),
      exchangeTimeMs: intent.decidedAtMs,
      ...change,
    },
  };
}

/** An entry for ten contracts that filled seven in two trades; how much of it is booked is the test's. */
async function partlyFilled(answer: 'accepted' | 'lost'): Promise<{
  readonly desk: TradingDesk;
  readonly order: Order;
  readonly fills: readonly Fill[];
}> {
  const desk = await openDesk();
  const { exchange } = desk;
  exchange.answer(
    answer === 'accepted' ? exchange.accepts(...TWO_TRADES) : exchange.losesAnswer(...TWO_TRADES),
  );
  const order = await place(desk);
  return { desk, order, fills: await fillsOf(desk) };
}

describe('a fill', () => {
  it('becomes a position at what was paid, and gives back what the limit held too much', async () => {
    const { desk, order, fills } = await partlyFilled('accepted');
    const id = order.intent.clientOrderId;
    for (const fill of fills)
      expect(await applyOrderUpdate(desk.deps, fillMessage(fill, id))).toBe('applied');
    expect(positionIn(desk)).toMatchObject({
      positionId: id,
      state: 'open',
      quantity: 700,
      basis: 5_100 * 300 + 5_200 * 400,
      fees: 122_500,
      exit: { sellable: 700 },
    });
    expect(orderOf(desk, id)).toMatchObject({
      state: 'cancelled',
      bookedFilled: 700,
      reservation: { exposure: 0, cash: 0, slots: 0 },
    });
    expect(await desk.store.headroom('cash:0')).toBe(desk.exchange.cash);
    await expectBalanced(desk);
  });

  it('is booked once, however often and through whichever copy it comes', async () => {
    const { desk, order, fills } = await partlyFilled('accepted');
    const message = fillMessage(fills[0]!, order.intent.clientOrderId);
    const applied = await Promise.all(
      Array.from({ length: 5 }, () => applyOrderUpdate(desk.deps, message)),
    );
    expect(applied.filter((outcome) => outcome === 'applied')).toHaveLength(1);
    expect(await applyOrderUpdate(desk.deps, message)).toBe('nothing_new');
    expect(positionIn(desk).quantity).toBe(300);
    expect(desk.journal.filter(({ kind }) => kind === 'fill')).toHaveLength(1);
    await expectBalanced(desk);
  });

  it('may come before its order’s outcome', async () => {
    const desk = await openDesk();
    const { exchange } = desk;
    exchange.answer(async (request) => {
      const outcome = await exchange.accepts(...TWO_TRADES)(request);
      for (const fill of await fillsOf(desk))
        await applyOrderUpdate(desk.deps, fillMessage(fill, request.clientOrderId));
      expect(onlyOrder(desk)).toMatchObject({ state: 'resting', bookedFilled: 700 });
      await expectBalanced(desk);
      return outcome;
    });
    expect(await place(desk)).toMatchObject({ state: 'cancelled', bookedFilled: 700 });
    expect(positionIn(desk).quantity).toBe(700);
    await expectBalanced(desk);
  });

  it('gives the same in either order, before or after the view', async () => {
    const ends = await Promise.all(
      [
        [0, 1, 2],
        [2, 1, 0],
        [1, 2, 0],
        [0, 2, 1],
      ].map(async (sequence) => {
        const { desk, order, fills } = await partlyFilled('lost');
        const id = order.intent.clientOrderId;
        const messages = [
          fillMessage(fills[0]!, id),
          fillMessage(fills[1]!, id),
          viewMessage(order),
        ];
        for (const index of sequence) {
          await applyOrderUpdate(desk.deps, messages[index]!);
          await expectBalanced(desk);
        }
        return [orderOf(desk, id), positionIn(desk), desk.store.headrooms()];
      }),
    );
    for (const end of ends) expect(end).toEqual(ends[0]);
  });

  it('resolves an unknown outcome, and the cause of it goes', async () => {
    const { desk, order, fills } = await partlyFilled('lost');
    expect(desk.store.peekAll('causes')).toHaveLength(1);
    await applyOrderUpdate(desk.deps, fillMessage(fills[0]!, order.intent.clientOrderId));
    expect(desk.store.peekAll('causes')).toEqual([]);
    expect(onlyOrder(desk)).toMatchObject({ state: 'resting', unknown: null });
  });

  it('survives a crash behind it: delivered again it changes nothing', async () => {
    const { desk, order, fills } = await partlyFilled('accepted');
    const message = fillMessage(fills[0]!, order.intent.clientOrderId);
    await die(applyOrderUpdate(dyingAt(desk, 'after_fill_booked'), message));
    expect(await applyOrderUpdate(desk.deps, message)).toBe('nothing_new');
    expect(positionIn(desk).quantity).toBe(300);
  });

  it('of nobody’s order is a stranger’s: an alarm, and nothing is booked', async () => {
    const { desk, fills } = await partlyFilled('accepted');
    for (const clientOrderId of [null, 'somebody else'])
      expect(await applyOrderUpdate(desk.deps, fillMessage(fills[0]!, clientOrderId))).toBe(
        'stranger',
      );
    expect(desk.telemetry.counts.get('order.stranger')).toBe(2);
    expect(desk.telemetry.lines()).toContainEqual(
      expect.objectContaining({ level: 'critical', event: 'stranger_order' }),
    );
    expect(desk.store.peekAll('positions')).toEqual([]);
  });
});

describe('a view of an order', () => {
  it('that is old moves nothing back', async () => {
    const { desk, order, fills } = await partlyFilled('accepted');
    const id = order.intent.clientOrderId;
    for (const fill of fills) await applyOrderUpdate(desk.deps, fillMessage(fill, id));
    const before = orderOf(desk, id);
    for (const status of ['resting', 'cancelled', 'unrecognised'] as const)
      expect(
        await applyOrderUpdate(desk.deps, viewMessage(order, { status, filled: contracts(300) })),
      ).toBe('nothing_new');
    expect(orderOf(desk, id)).toEqual(before);
  });

  it('in a word that we do not know says only that the order is there', async () => {
    const { desk, order } = await partlyFilled('lost');
    await applyOrderUpdate(desk.deps, viewMessage(order, { status: 'unrecognised' }));
    expect(onlyOrder(desk)).toMatchObject({ state: 'resting', exchangeFilled: 700 });
  });

  it('keeps the reservation of what it shows as filled until the fills are booked', async () => {
    const { desk, order, fills } = await partlyFilled('lost');
    const id = order.intent.clientOrderId;
    await applyOrderUpdate(desk.deps, viewMessage(order));
    expect(orderOf(desk, id)).toMatchObject({
      state: 'cancelled',
      reservation: { exposure: 5_200_000 },
    });
    await applyOrderUpdate(desk.deps, fillMessage(fills[1]!, id));
    expect(orderOf(desk, id).reservation.exposure).toBe(5_200 * 600);
    await applyOrderUpdate(desk.deps, fillMessage(fills[0]!, id));
    expect(orderOf(desk, id).reservation.exposure).toBe(0);
    await expectBalanced(desk);
  });

  it('that cannot be of the order is left alone and raises an alarm', async () => {
    const { desk, order } = await partlyFilled('accepted');
    await applyOrderUpdate(desk.deps, viewMessage(order, { exchangeOrderId: 'another' }));
    expect(onlyOrder(desk).exchangeOrderId).toBe('exchange-1');
    expect(desk.telemetry.lines()).toContainEqual(expect.objectContaining({ level: 'critical' }));
  });
});

describe('two writers on one order', () => {
  it('read again and decide again: nothing is lost, nothing booked twice', async () => {
    const { desk, order, fills } = await partlyFilled('accepted');
    const id = order.intent.clientOrderId;
    const store = new InterleavedStore(desk.store);
    store.beforeNextTransaction(async () => {
      await applyOrderUpdate(desk.deps, fillMessage(fills[1]!, id));
    });
    await applyOrderUpdate({ ...desk.deps, store }, fillMessage(fills[0]!, id));
    expect(positionIn(desk).quantity).toBe(700);
    expect(orderOf(desk, id).bookedFilled).toBe(700);
    await expectBalanced(desk);
  });

  it('free the market whichever is first: the end of the entry or the end of its position', async () => {
    const desk = await openDesk();
    const { exchange } = desk;
    // The entry filled whole, but all that is known of it is its fill: it counts as resting.
    exchange.answer(
      exchange.losesAnswer(...TWO_TRADES),
      exchange.accepts({ at: 6_600, count: 700 }),
    );
    const entry = await place(desk);
    for (const fill of await fillsOf(desk))
      await applyOrderUpdate(desk.deps, fillMessage(fill, entry.intent.clientOrderId));
    await evaluateExits(desk.deps, aTick(desk, { n: 2, bid: 6_600, ask: 6_800 }));
    const sale = (await fillsOf(desk)).at(-1)!;
    const exitId = exchange.submitted.at(-1)!.clientOrderId;
    // Between the reads of the view of the entry and its write, the position is closed.
    const store = new InterleavedStore(desk.store);
    store.beforeNextTransaction(async () => {
      await applyOrderUpdate(desk.deps, fillMessage(sale, exitId));
    });
    await applyOrderUpdate({ ...desk.deps, store }, viewMessage(entry));
    expect(positionIn(desk).state).toBe('closed');
    expect(desk.store.peek('ownership', KC)?.holder).toBeNull();
  });
});
