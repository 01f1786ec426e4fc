import { describe, expect, it } from 'vitest';
import { applyOrderUpdate } from '../../../shared/application/apply-order-update.ts';
import { evaluateExits } from '../../../shared/application/evaluate-exits.ts';
import { placeEntry } from '../../../shared/application/place-entry.ts';
import { resolveOrders } from '../../../shared/application/resolve-orders.ts';
import { raiseCause } from '../../../shared/application/trading-causes.ts';
import { fromCanonical } from '../../../shared/domain/decisions/canonical-value.ts';
import { InterleavedStore } from '../../support/interleaved-store.ts';
import {
  aSignal,
  aTick,
  die,
  dyingAt,
  expectBalanced,
  fillsOf,
  KC,
  openDesk,
  orderOf,
  place,
  positionIn,
  type TickChange,
  type TradingDesk,
} from '../../support/trading-desk.ts';

const TARGET: TickChange = { bid: 6_600, ask: 6_800 };
const STOP: TickChange = { bid: 4_000, ask: 4_200 };

/** Ten YES contracts bought at 52 cents, all booked. */
async function holdingTen(): Promise<TradingDesk> {
  const desk = await openDesk();
  desk.exchange.answer(desk.exchange.accepts({ at: 5_200, count: 1_000, fee: 174_800 }));
  await place(desk);
  await bookAll(desk);
  expect(positionIn(desk)).toMatchObject({ quantity: 1_000, exit: { sellable: 1_000 } });
  return desk;
}

/** Delivers every fill of the exchange, with its client order id. */
async function bookAll(desk: TradingDesk): Promise<void> {
  const listed = await desk.exchange.orders({ sinceMs: 0 });
  if (listed.kind !== 'read') throw new Error(listed.reason);
  for (const fill of await fillsOf(desk)) {
    const order = listed.value.find((one) => one.exchangeOrderId === fill.exchangeOrderId)!;
    await applyOrderUpdate(desk.deps, { kind: 'fill', fill, clientOrderId: order.clientOrderId });
  }
}

const exitsSent = (desk: TradingDesk) =>
  desk.exchange.submitted.filter(({ reduceOnly }) => reduceOnly);

describe('without a reason to sell', () => {
  it('a market without a position is left alone', async () => {
    const desk = await openDesk();
    expect(await evaluateExits(desk.deps, aTick(desk))).toEqual({ kind: 'no_position' });
  });

  it('a position is marked at what it could be sold for, and held', async () => {
    const desk = await holdingTen();
    const held = await evaluateExits(desk.deps, aTick(desk, { n: 2, bid: 5_100 }));
    expect(held).toEqual({ kind: 'held', reason: 'within_levels' });
    expect(positionIn(desk).mark).toMatchObject({ legPrice: 5_100, kept: false });
    expect(exitsSent(desk)).toEqual([]);
  });

  it.each([
    ['gapped', { sync: 'gapped' }],
    ['old', { bookAgeMs: 2_001 }],
    ['one-sided', { ask: null }],
  ] as const)('a %s book keeps the last mark, flagged, and triggers nothing', async (_, bad) => {
    const desk = await holdingTen();
    await evaluateExits(desk.deps, aTick(desk, { n: 2, bid: 5_100 }));
    desk.clock.advance(5_000);
    const held = await evaluateExits(desk.deps, aTick(desk, { n: 3, ...TARGET, ...bad }));
    expect(held).toEqual({ kind: 'held', reason: 'mark_kept' });
    expect(positionIn(desk).mark).toMatchObject({ legPrice: 5_100, kept: true });
    expect(exitsSent(desk)).toEqual([]);
  });

  it('a book that comes late does not undo a newer one of the same price', async () => {
    const desk = await holdingTen();
    const late = aTick(desk, { n: 3, bid: 4_000, ask: 4_200 });
    await evaluateExits(desk.deps, aTick(desk, { n: 2, bid: 5_100, bookAgeMs: 1 }));
    desk.clock.advance(1);
    await evaluateExits(desk.deps, aTick(desk, { n: 4, bid: 5_100 }));
    await evaluateExits(desk.deps, late);
    expect(positionIn(desk).mark?.legPrice).toBe(5_100);
  });
});

describe('a profit target', () => {
  it('sells all of it at once, reduce-only, at most two cents below the touch', async () => {
    const desk = await holdingTen();
    desk.exchange.answer(desk.exchange.accepts({ at: 6_600, count: 1_000, fee: 157_100 }));
    const evaluation = await evaluateExits(desk.deps, aTick(desk, { n: 2, ...TARGET }));
    expect(evaluation).toMatchObject({ kind: 'exiting', order: { state: 'filled' } });
    expect(exitsSent(desk)).toMatchObject([
      { bookSide: 'ask', limitPrice: 6_400, count: 1_000, reduceOnly: true },
    ]);
    await bookAll(desk);
    expect(positionIn(desk)).toMatchObject({
      state: 'closed',
      quantity: 0,
      realised: 1_000 * (6_600 - 5_200),
    });
    expect(desk.store.peek('ownership', KC)).toMatchObject({ holder: null, generation: 1 });
    expect(await desk.store.headroom('cash:0')).toBe(desk.exchange.cash);
    await expectBalanced(desk);
  });

  it('is recorded with its inputs and the intent that was sent', async () => {
    const desk = await holdingTen();
    desk.exchange.answer(desk.exchange.accepts());
    await evaluateExits(desk.deps, aTick(desk, { n: 2, ...TARGET }));
    const { intent } = orderOf(desk, exitsSent(desk)[0]!.clientOrderId);
    const { record } = desk.decisions.peek(intent.decisionId)!;
    expect(record.kind).toBe('exit');
    expect(fromCanonical(record.outcome['intent']!)).toEqual(intent);
  });
});

describe('a stop', () => {
  it('waits until the loss has lasted, then sells up to ten cents below the touch', async () => {
    const desk = await holdingTen();
    expect(await evaluateExits(desk.deps, aTick(desk, { n: 2, ...STOP }))).toEqual({
      kind: 'held',
      reason: 'confirming',
    });
    desk.clock.advance(2_999);
    expect(await evaluateExits(desk.deps, aTick(desk, { n: 3, ...STOP }))).toMatchObject({
      reason: 'confirming',
    });
    desk.clock.advance(1);
    desk.exchange.answer(desk.exchange.accepts({ at: 4_000, count: 1_000, fee: 168_000 }));
    expect(await evaluateExits(desk.deps, aTick(desk, { n: 4, ...STOP }))).toMatchObject({
      kind: 'exiting',
    });
    expect(exitsSent(desk)).toMatchObject([{ limitPrice: 3_000, count: 1_000 }]);
    await bookAll(desk);
    expect(positionIn(desk)).toMatchObject({ state: 'closed', realised: -1_200_000 });
    await expectBalanced(desk);
  });

  it('starts over when the price came back in between', async () => {
    const desk = await holdingTen();
    await evaluateExits(desk.deps, aTick(desk, { n: 2, ...STOP }));
    desk.clock.advance(2_000);
    await evaluateExits(desk.deps, aTick(desk, { n: 3, bid: 5_100 }));
    desk.clock.advance(2_000);
    await evaluateExits(desk.deps, aTick(desk, { n: 4, ...STOP }));
    expect(exitsSent(desk)).toEqual([]);
  });
});

describe('causes and leases', () => {
  it('refuse entries and let exits go', async () => {
    for (const state of ['refuse', 'reduce', 'flatten'] as const) {
      const desk = await holdingTen();
      const scope = { kind: 'account' } as const;
      await raiseCause(desk.store, { code: 'operator', scope, state, sinceMs: 0, detail: '' });
      desk.clock.advance(60_000);
      desk.exchange.answer(desk.exchange.accepts({ at: 6_600, count: 1_000 }));
      const other = { ticker: 'KX-OTHER', eventTicker: 'KX-OTHER-EVENT' };
      expect(await placeEntry(desk.deps, aSignal(desk, { market: other }))).toMatchObject({
        kind: 'refused',
      });
      expect(await evaluateExits(desk.deps, aTick(desk, { n: 2, ...TARGET }))).toMatchObject({
        kind: 'exiting',
      });
    }
  });
});

describe('what is in flight', () => {
  it('is never sold twice, however many ticks come', async () => {
    const desk = await holdingTen();
    desk.exchange.answer(async (request) => {
      const again = await Promise.all(
        [3, 4, 5].map((n) => evaluateExits(desk.deps, aTick(desk, { n, ...TARGET }))),
      );
      for (const evaluation of again)
        expect(evaluation).toEqual({ kind: 'held', reason: 'nothing_sellable' });
      return desk.exchange.accepts({ at: 6_600, count: 1_000 })(request);
    });
    await evaluateExits(desk.deps, aTick(desk, { n: 2, ...TARGET }));
    expect(exitsSent(desk)).toHaveLength(1);
  });

  it('of two looks at the same time one sells', async () => {
    const desk = await holdingTen();
    desk.exchange.answer(desk.exchange.accepts({ at: 6_600, count: 1_000 }));
    const both = await Promise.all(
      [2, 3].map((n) => evaluateExits(desk.deps, aTick(desk, { n, ...TARGET }))),
    );
    expect(exitsSent(desk)).toHaveLength(1);
    expect(both).toContainEqual({ kind: 'refused', code: 'lost_race' });
  });

  it('and was not sold comes back when the order is over, and is sold with a new id', async () => {
    const desk = await holdingTen();
    desk.exchange.answer(
      desk.exchange.accepts({ at: 6_600, count: 400, fee: 62_900 }),
      desk.exchange.accepts({ at: 6_600, count: 600, fee: 94_300 }),
    );
    await evaluateExits(desk.deps, aTick(desk, { n: 2, ...TARGET }));
    // The exchange speaks of four sold that are not booked: until then nothing more may go.
    expect(await evaluateExits(desk.deps, aTick(desk, { n: 3, ...TARGET }))).toMatchObject({
      reason: 'nothing_sellable',
    });
    await bookAll(desk);
    expect(positionIn(desk)).toMatchObject({ quantity: 600, exit: { sellable: 600 } });
    await expectBalanced(desk);
    await evaluateExits(desk.deps, aTick(desk, { n: 4, ...TARGET }));
    expect(exitsSent(desk)).toMatchObject([{ count: 1_000 }, { count: 600 }]);
    expect(new Set(exitsSent(desk).map((order) => order.clientOrderId)).size).toBe(2);
    await bookAll(desk);
    expect(positionIn(desk).state).toBe('closed');
    await expectBalanced(desk);
  });

  it('and was rejected comes back at once', async () => {
    const desk = await holdingTen();
    desk.exchange.answer(() => ({ kind: 'rejected', code: 'market_paused', message: '' }));
    await evaluateExits(desk.deps, aTick(desk, { n: 2, ...TARGET }));
    expect(positionIn(desk).exit.sellable).toBe(1_000);
  });

  it('and is unknown stays out of reach until it is known, then a new attempt goes', async () => {
    const desk = await holdingTen();
    desk.exchange.answer(
      () => ({ kind: 'unknown', cause: 'timeout' }),
      desk.exchange.accepts({ at: 6_600, count: 1_000 }),
    );
    await evaluateExits(desk.deps, aTick(desk, { n: 2, ...TARGET }));
    for (let look = 0; look < 2; look += 1) {
      desk.clock.advance(10_000);
      expect(await evaluateExits(desk.deps, aTick(desk, { n: 3, ...TARGET }))).toMatchObject({
        reason: 'nothing_sellable',
      });
      await resolveOrders(desk.deps);
    }
    const [first] = exitsSent(desk);
    expect(orderOf(desk, first!.clientOrderId).state).toBe('abandoned');
    await evaluateExits(desk.deps, aTick(desk, { n: 4, ...TARGET }));
    expect(exitsSent(desk)).toHaveLength(2);
    await bookAll(desk);
    expect(positionIn(desk).state).toBe('closed');
    await expectBalanced(desk);
  });

  it('is not given back a second time when an abandoned exit appears after all', async () => {
    const desk = await holdingTen();
    desk.exchange.answer(
      () => ({ kind: 'unknown', cause: 'timeout' }),
      () => ({ kind: 'unknown', cause: 'timeout' }),
    );
    await evaluateExits(desk.deps, aTick(desk, { n: 2, ...TARGET }));
    for (let look = 0; look < 2; look += 1) {
      desk.clock.advance(10_000);
      await resolveOrders(desk.deps);
    }
    const [late] = exitsSent(desk);
    await evaluateExits(desk.deps, aTick(desk, { n: 3, ...TARGET }));
    expect(positionIn(desk).exit.sellable).toBe(0);
    // The first one arrived at last and found nothing to sell to. The second is still in flight with all ten.
    desk.exchange.execute(late!);
    await applyOrderUpdate(desk.deps, {
      kind: 'order_update',
      update: {
        ...late!,
        exchangeOrderId: 'exchange-2',
        status: 'cancelled',
        initialCount: late!.count,
        filled: orderOf(desk, late!.clientOrderId).bookedFilled,
        exchangeTimeMs: desk.clock.nowMs(),
      },
    });
    expect(positionIn(desk).exit.sellable).toBe(0);
  });
});

describe('a process that dies', () => {
  it.each([
    'after_decision_recorded',
    'after_exit_claimed',
    'after_marked_sent',
    'after_send_before_record',
    'after_outcome_recorded',
  ] as const)('%s leaves one sale and nothing locked for good', async (point) => {
    const desk = await holdingTen();
    const { exchange } = desk;
    exchange.answer(
      exchange.accepts({ at: 6_600, count: 1_000 }),
      exchange.accepts({ at: 6_600, count: 1_000 }),
    );
    await die(evaluateExits(dyingAt(desk, point), aTick(desk, { n: 2, ...TARGET })));
    for (let n = 3; n < 8 && positionIn(desk).state === 'open'; n += 1) {
      desk.clock.advance(10_000);
      await resolveOrders(desk.deps);
      await evaluateExits(desk.deps, aTick(desk, { n, ...TARGET }));
      await bookAll(desk);
    }
    expect(positionIn(desk)).toMatchObject({ state: 'closed', quantity: 0 });
    const sold = (await fillsOf(desk)).filter(({ bookSide }) => bookSide === 'ask');
    expect(sold.map(({ count }) => count)).toEqual([1_000]);
    expect(await desk.store.headroom('cash:0')).toBe(exchange.cash);
    await expectBalanced(desk);
  });

  it('after a decision leaves a record of the sale that went, decided on a later tick', async () => {
    const desk = await holdingTen();
    desk.exchange.answer(desk.exchange.accepts());
    await die(
      evaluateExits(dyingAt(desk, 'after_decision_recorded'), aTick(desk, { n: 2, ...TARGET })),
    );
    desk.clock.advance(100);
    await evaluateExits(desk.deps, aTick(desk, { n: 3, bid: 6_500, ask: 6_700 }));
    const { intent } = orderOf(desk, exitsSent(desk)[0]!.clientOrderId);
    const { record } = desk.decisions.peek(intent.decisionId)!;
    expect(fromCanonical(record.outcome['intent']!)).toEqual(intent);
  });
});

describe('a fill of the entry that comes after its position was sold', () => {
  it('opens the position again, takes its slot again, and is sold like any other', async () => {
    const desk = await openDesk();
    const { exchange } = desk;
    exchange.answer(
      exchange.accepts({ at: 5_200, count: 600 }, { at: 5_200, count: 400 }),
      exchange.accepts({ at: 6_600, count: 600 }),
      exchange.accepts({ at: 6_600, count: 400 }),
    );
    const { clientOrderId } = (await place(desk)).intent;
    const [first, second] = await fillsOf(desk);
    await applyOrderUpdate(desk.deps, { kind: 'fill', fill: first!, clientOrderId });
    await evaluateExits(desk.deps, aTick(desk, { n: 2, ...TARGET }));
    const sale = (await fillsOf(desk))[2]!;
    const exitId = exitsSent(desk)[0]!.clientOrderId;
    await applyOrderUpdate(desk.deps, { kind: 'fill', fill: sale, clientOrderId: exitId });
    expect(positionIn(desk)).toMatchObject({ state: 'closed', quantity: 0 });
    // The entry still has a fill to come, so that its market is not free and its slot is the position's no more.
    expect(desk.store.peek('ownership', KC)?.holder).toBe(clientOrderId);
    await expectBalanced(desk);
    await applyOrderUpdate(desk.deps, { kind: 'fill', fill: second!, clientOrderId });
    expect(positionIn(desk)).toMatchObject({ state: 'open', quantity: 400 });
    expect(await desk.store.headroom('slots')).toBe(4);
    await expectBalanced(desk);
    await evaluateExits(desk.deps, aTick(desk, { n: 3, ...TARGET }));
    await bookAll(desk);
    expect(positionIn(desk).state).toBe('closed');
    expect(desk.store.peek('ownership', KC)).toMatchObject({ holder: null, generation: 1 });
    expect(await desk.store.headroom('slots')).toBe(5);
    await expectBalanced(desk);
  });
});

describe('a conflict', () => {
  it('with a late fill of the entry sells nothing in this look, and all of it in the next', async () => {
    const desk = await openDesk();
    const { exchange } = desk;
    exchange.answer(
      exchange.accepts({ at: 5_200, count: 600 }, { at: 5_200, count: 400 }),
      exchange.accepts({ at: 6_600, count: 1_000 }),
    );
    const entry = await place(desk);
    const [first, second] = await fillsOf(desk);
    const { clientOrderId } = entry.intent;
    await applyOrderUpdate(desk.deps, { kind: 'fill', fill: first!, clientOrderId });
    const store = new InterleavedStore(desk.store);
    store.beforeNextTransaction(async () => {
      await applyOrderUpdate(desk.deps, { kind: 'fill', fill: second!, clientOrderId });
    });
    const lost = await evaluateExits({ ...desk.deps, store }, aTick(desk, { n: 2, ...TARGET }));
    expect(lost).toEqual({ kind: 'refused', code: 'lost_race' });
    await evaluateExits(desk.deps, aTick(desk, { n: 3, ...TARGET }));
    expect(exitsSent(desk)).toMatchObject([{ count: 1_000 }]);
  });

  it('with a mark of an older book does not lose the sale', async () => {
    const desk = await holdingTen();
    desk.exchange.answer(desk.exchange.accepts({ at: 6_600, count: 1_000 }));
    const store = new InterleavedStore(desk.store);
    store.beforeNextTransaction(async () => {
      await evaluateExits(desk.deps, aTick(desk, { n: 2, bid: 5_100, bookAgeMs: 10 }));
    });
    const sold = await evaluateExits({ ...desk.deps, store }, aTick(desk, { n: 3, ...TARGET }));
    expect(sold.kind).toBe('exiting');
    expect(positionIn(desk).mark?.legPrice).toBe(6_600);
    await bookAll(desk);
    await expectBalanced(desk);
  });

  it('with a mark of a newer book sells nothing', async () => {
    const desk = await holdingTen();
    const store = new InterleavedStore(desk.store);
    store.beforeNextTransaction(async () => {
      await evaluateExits(desk.deps, aTick(desk, { n: 3, bid: 5_100 }));
    });
    const old = aTick(desk, { n: 2, ...TARGET, bookAgeMs: 10 });
    const lost = await evaluateExits({ ...desk.deps, store }, old);
    expect(lost).toEqual({ kind: 'refused', code: 'lost_race' });
    expect(positionIn(desk).mark?.legPrice).toBe(5_100);
  });

  it('with an older book by which the stop is not crossed any more sells nothing', async () => {
    const desk = await holdingTen();
    await evaluateExits(desk.deps, aTick(desk, { n: 2, ...STOP }));
    desk.clock.advance(3_000);
    const store = new InterleavedStore(desk.store);
    store.beforeNextTransaction(async () => {
      await evaluateExits(desk.deps, aTick(desk, { n: 3, bid: 5_100, bookAgeMs: 10 }));
    });
    const lost = await evaluateExits({ ...desk.deps, store }, aTick(desk, { n: 4, ...STOP }));
    expect(lost).toEqual({ kind: 'refused', code: 'lost_race' });
    expect(exitsSent(desk)).toEqual([]);
  });
});
