import { describe, expect, it } from 'vitest';
import { applyOrderUpdate } from '../../../shared/application/apply-order-update.ts';
import { placeEntry } from '../../../shared/application/place-entry.ts';
import { resolveOrders } from '../../../shared/application/resolve-orders.ts';
import { contracts } from '../../../shared/domain/money/contracts.ts';
import { price } from '../../../shared/domain/money/price.ts';
import type { OrderRequest } from '../../../shared/ports/exchange.ts';
import type { Answer, ScriptedTrade } from '../../support/scripted-exchange.ts';
import {
  aSignal,
  die,
  dyingAt,
  expectBalanced,
  fillsOf,
  holdLease,
  KC,
  onlyOrder,
  openDesk,
  orderOf,
  place,
  positionIn,
  type TradingDesk,
} from '../../support/trading-desk.ts';

const LOST = () => ({ kind: 'unknown', cause: 'timeout' }) as const;

/** An entry whose answer was lost; the exchange did what `answer` does with it, or never saw it. */
async function unknownEntry(
  answer: (desk: TradingDesk) => Answer = () => LOST,
): Promise<TradingDesk> {
  const desk = await openDesk();
  desk.exchange.answer(answer(desk));
  expect(await place(desk)).toMatchObject({ state: 'unknown' });
  return desk;
}

/** Looks for it after each wait. */
async function lookAfter(desk: TradingDesk, ...waitsMs: readonly number[]): Promise<void> {
  for (const waitMs of waitsMs) {
    desk.clock.advance(waitMs);
    await resolveOrders(desk.deps);
  }
}

const sentBy = (desk: TradingDesk): OrderRequest => desk.exchange.submitted[0]!;
const alarms = (desk: TradingDesk) =>
  desk.telemetry.lines().filter(({ level }) => level === 'critical');

describe('an unknown order that is at the exchange', () => {
  it('is found with its fills: the position is there, the rest of its reservation is not', async () => {
    const desk = await unknownEntry(({ exchange }) =>
      exchange.losesAnswer({ at: 5_100, count: 300, fee: 52_500 }, { at: 5_200, count: 400 }),
    );
    await lookAfter(desk, 1);
    expect(onlyOrder(desk)).toMatchObject({ state: 'cancelled', bookedFilled: 700, unknown: null });
    expect(positionIn(desk)).toMatchObject({ quantity: 700 });
    expect(desk.store.peekAll('causes')).toEqual([]);
    expect(await desk.store.headroom('cash:0')).toBe(desk.exchange.cash);
    await expectBalanced(desk);
  });

  it('gets its own fills only, whoever else traded the market', async () => {
    const desk = await unknownEntry(({ exchange }) => async (request) => {
      const stranger = { ...request, clientOrderId: 'by hand' };
      exchange.execute(stranger, [{ at: 5_200, count: 500 }]);
      const outcome = await exchange.losesAnswer({ at: 5_200, count: 300 })(request);
      exchange.execute({ ...stranger, clientOrderId: 'again' }, [{ at: 5_200, count: 200 }]);
      return outcome;
    });
    await lookAfter(desk, 1);
    expect(onlyOrder(desk)).toMatchObject({ state: 'cancelled', bookedFilled: 300 });
    expect(positionIn(desk).quantity).toBe(300);
  });

  it('is never sent again, and its market is free when it found nothing', async () => {
    const desk = await unknownEntry(({ exchange }) => exchange.losesAnswer());
    await lookAfter(desk, 1, 1, 60_000);
    expect(desk.exchange.submitted).toHaveLength(1);
    expect(desk.store.peek('ownership', KC)).toMatchObject({ holder: null, generation: 1 });
    await expectBalanced(desk);
  });

  it('waits for its fills when they cannot be read yet', async () => {
    const desk = await unknownEntry(({ exchange }) =>
      exchange.losesAnswer({ at: 5_200, count: 1_000 }),
    );
    desk.exchange.failReads('fills');
    await lookAfter(desk, 1);
    expect(onlyOrder(desk)).toMatchObject({ state: 'filled', bookedFilled: 0 });
    expect(onlyOrder(desk).reservation.exposure).toBe(5_200_000);
    desk.exchange.failReads();
    await lookAfter(desk, 1);
    expect(positionIn(desk).quantity).toBe(1_000);
    await expectBalanced(desk);
  });

  it.each([
    ['count', { initialCount: contracts(900) }],
    ['price', { limitPrice: price(5_100) }],
  ])('but with another %s is not taken for it: an alarm', async (_, change) => {
    const desk = await unknownEntry(({ exchange }) => (request) => {
      exchange.execute(request, [], change);
      return LOST();
    });
    await lookAfter(desk, 1);
    expect(onlyOrder(desk).state).toBe('unknown');
    expect(alarms(desk)).toMatchObject([{ event: 'order_mismatch' }]);
    // One for the lost answer, one that stops the market until a person has looked; looking again alarms no more.
    await lookAfter(desk, 1_000);
    expect(desk.store.peekAll('causes').map(({ code, state }) => `${code} ${state}`)).toEqual([
      'unknown_outcome refuse',
      'mismatch reduce',
    ]);
    expect(alarms(desk)).toHaveLength(1);
  });

  it('but on the other side of the book is not taken for it: an alarm', async () => {
    const desk = await unknownEntry(({ exchange }) => (request) => {
      exchange.execute(request, [], { bookSide: 'ask' });
      return LOST();
    });
    await lookAfter(desk, 1);
    expect(onlyOrder(desk).state).toBe('unknown');
    expect(alarms(desk)).toMatchObject([{ event: 'order_mismatch' }]);
  });
});

describe('an unknown order that is not at the exchange', () => {
  it('is abandoned at the second look after the quiet time, its reservation kept until no signature is good', async () => {
    const desk = await unknownEntry();
    await lookAfter(desk, 9_999, 1);
    expect(onlyOrder(desk)).toMatchObject({ state: 'unknown', unknown: { absentLooks: 1 } });
    await lookAfter(desk, 1);
    expect(onlyOrder(desk)).toMatchObject({
      state: 'abandoned',
      reservation: { exposure: 5_200_000 },
    });
    expect(desk.store.peek('ownership', KC)?.holder).not.toBeNull();
    await expectBalanced(desk);
    await lookAfter(desk, 19_998);
    expect(onlyOrder(desk).reservation.slots).toBe(1);
    await lookAfter(desk, 1);
    expect(onlyOrder(desk).reservation).toEqual({ exposure: 0, cash: 0, slots: 0 });
    expect(desk.store.peek('ownership', KC)).toMatchObject({ holder: null, generation: 1 });
    expect(await desk.store.headroom('cash:0')).toBe(desk.exchange.cash);
    await expectBalanced(desk);
  });

  it('does not count as absent while the exchange’s reads are behind it', async () => {
    const desk = await unknownEntry();
    desk.exchange.lag(40_000);
    await lookAfter(desk, 10_000, 10_000, 10_000);
    expect(onlyOrder(desk)).toMatchObject({ state: 'unknown', unknown: { absentLooks: 0 } });
    await lookAfter(desk, 10_001, 10_001);
    expect(onlyOrder(desk).state).toBe('abandoned');
  });

  it('does not count as absent when nothing could be read', async () => {
    for (const listing of ['asOf', 'orders'] as const) {
      const desk = await unknownEntry();
      desk.exchange.failReads(listing);
      await lookAfter(desk, 20_000, 20_000, 20_000);
      expect(onlyOrder(desk)).toMatchObject({ state: 'unknown', unknown: { absentLooks: 0 } });
    }
  });

  it('blocks its market for as long as it may still arrive', async () => {
    const desk = await unknownEntry();
    await lookAfter(desk, 10_000, 1);
    expect(await placeEntry(desk.deps, aSignal(desk, { n: 2 }))).toEqual({
      kind: 'refused',
      code: 'market_held',
    });
  });
});

/** An order that was given up, and then is at the exchange with these trades. */
async function appearing(...trades: readonly ScriptedTrade[]): Promise<TradingDesk> {
  const desk = await unknownEntry();
  await lookAfter(desk, 10_000, 1);
  expect(onlyOrder(desk).state).toBe('abandoned');
  desk.exchange.execute(sentBy(desk), trades);
  return desk;
}

describe('an abandoned order that appears after all', () => {
  it('is adopted with its fills and an alarm', async () => {
    const desk = await appearing({ at: 5_200, count: 400 });
    await lookAfter(desk, 1);
    expect(onlyOrder(desk)).toMatchObject({ state: 'cancelled', bookedFilled: 400 });
    expect(positionIn(desk).quantity).toBe(400);
    expect(alarms(desk)).toMatchObject([{ event: 'abandoned_order_appeared' }]);
    expect(await desk.store.headroom('cash:0')).toBe(desk.exchange.cash);
    await expectBalanced(desk);
  });

  it('gives its reservation back once when it found nothing', async () => {
    const desk = await appearing();
    await lookAfter(desk, 1, 60_000, 60_000);
    expect(onlyOrder(desk).state).toBe('cancelled');
    expect(desk.store.peek('ownership', KC)).toMatchObject({ holder: null, generation: 1 });
    await expectBalanced(desk);
  });

  it('on the stream raises the same alarm', async () => {
    const desk = await appearing({ at: 5_200, count: 400 });
    for (const fill of await fillsOf(desk))
      await applyOrderUpdate(desk.deps, {
        kind: 'fill',
        fill,
        clientOrderId: sentBy(desk).clientOrderId,
      });
    expect(positionIn(desk).quantity).toBe(400);
    expect(alarms(desk)).toMatchObject([{ event: 'abandoned_order_appeared' }]);
  });

  it('after its market was given to another order does not take that one’s position away', async () => {
    const desk = await unknownEntry();
    await lookAfter(desk, 10_000, 1, 30_000);
    await holdLease(desk);
    desk.exchange.answer(desk.exchange.accepts({ at: 5_200, count: 1_000 }));
    const second = (await place(desk, { n: 2 })).intent.clientOrderId;
    const [bought] = await fillsOf(desk);
    await applyOrderUpdate(desk.deps, { kind: 'fill', fill: bought!, clientOrderId: second });
    const [late] = desk.exchange.execute(sentBy(desk), [{ at: 5_200, count: 400 }]);
    const { clientOrderId } = sentBy(desk);
    await applyOrderUpdate(desk.deps, { kind: 'fill', fill: late!, clientOrderId });
    expect(positionIn(desk)).toMatchObject({ positionId: second, quantity: 1_000 });
  });

  it('after its market was given to another order leaves that order its market', async () => {
    const desk = await unknownEntry();
    await lookAfter(desk, 10_000, 1, 30_000);
    expect(desk.store.peek('ownership', KC)?.holder).toBeNull();
    desk.exchange.answer(LOST);
    await holdLease(desk);
    const second = await place(desk, { n: 2 });
    const { clientOrderId, ...late } = sentBy(desk);
    await applyOrderUpdate(desk.deps, {
      kind: 'order_update',
      update: {
        ...late,
        clientOrderId,
        exchangeOrderId: 'exchange-late',
        status: 'cancelled',
        initialCount: late.count,
        filled: orderOf(desk, clientOrderId).bookedFilled,
        exchangeTimeMs: desk.clock.nowMs(),
      },
    });
    expect(desk.store.peek('ownership', KC)?.holder).toBe(second.intent.clientOrderId);
  });
});

describe('an order whose sender died', () => {
  it.each(['after_marked_sent', 'after_send_before_record', 'after_outcome_recorded'] as const)(
    '%s is asked for, never sent again, and comes out as the exchange has it',
    async (point) => {
      const desk = await openDesk();
      desk.exchange.answer(desk.exchange.accepts({ at: 5_200, count: 1_000, fee: 174_800 }));
      const signal = aSignal(desk);
      await die(placeEntry(dyingAt(desk, point), signal));
      await placeEntry(desk.deps, signal);
      for (let look = 0; look < 6; look += 1) await lookAfter(desk, 10_000);
      const sent = point !== 'after_marked_sent';
      expect(desk.exchange.submitted).toHaveLength(sent ? 1 : 0);
      expect(onlyOrder(desk).state).toBe(sent ? 'filled' : 'abandoned');
      expect(await desk.store.headroom('slots')).toBe(sent ? 4 : 5);
      expect(await desk.store.headroom('cash:0')).toBe(desk.exchange.cash);
      await expectBalanced(desk);
    },
  );

  it('before it was marked as sent expires, and is not sent by whoever comes later', async () => {
    const desk = await openDesk();
    const signal = aSignal(desk);
    await die(placeEntry(dyingAt(desk, 'after_intent_recorded'), signal));
    await lookAfter(desk, 4_999);
    expect(onlyOrder(desk).state).toBe('planned');
    await lookAfter(desk, 1);
    expect(onlyOrder(desk).state).toBe('expired');
    await placeEntry(desk.deps, signal);
    expect(desk.exchange.submitted).toEqual([]);
    await expectBalanced(desk);
  });

  it('between two fills of the read-back gets the other one at the next look', async () => {
    const desk = await unknownEntry(({ exchange }) =>
      exchange.losesAnswer({ at: 5_100, count: 300 }, { at: 5_200, count: 700 }),
    );
    desk.clock.advance(1);
    await die(resolveOrders(dyingAt(desk, 'after_fill_booked')));
    expect(positionIn(desk).quantity).toBe(300);
    await lookAfter(desk, 1);
    expect(positionIn(desk).quantity).toBe(1_000);
    await expectBalanced(desk);
  });
});

describe('a live order', () => {
  it('is left alone until it has been silent, unless all are asked for', async () => {
    const desk = await unknownEntry(({ exchange }) =>
      exchange.losesAnswer({ at: 5_200, count: 400 }),
    );
    const [fill] = await fillsOf(desk);
    const { clientOrderId } = sentBy(desk);
    await applyOrderUpdate(desk.deps, { kind: 'fill', fill: fill!, clientOrderId });
    expect(onlyOrder(desk).state).toBe('resting');
    await lookAfter(desk, 4_999);
    expect(onlyOrder(desk).state).toBe('resting');
    expect(await resolveOrders(desk.deps, { all: true })).toBe(1);
    expect(onlyOrder(desk).state).toBe('cancelled');
    await expectBalanced(desk);
  });
});

describe('a conflict of ids', () => {
  it('is looked up, as the exchange says that the order exists', async () => {
    const desk = await openDesk();
    desk.exchange.answer((request) => {
      desk.exchange.execute(request, [{ at: 5_200, count: 1_000 }]);
      return { kind: 'rejected', code: 'order_already_exists', message: '' };
    });
    await place(desk);
    await lookAfter(desk, 10_000);
    expect(onlyOrder(desk)).toMatchObject({ state: 'filled', bookedFilled: 1_000 });
  });
});
