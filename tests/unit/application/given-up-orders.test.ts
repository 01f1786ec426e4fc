import { describe, expect, it } from 'vitest';
import { applyOrderUpdate } from '../../../shared/application/apply-order-update.ts';
import { evaluateExits } from '../../../shared/application/evaluate-exits.ts';
import { placeEntry } from '../../../shared/application/place-entry.ts';
import type { Fill } from '../../../shared/domain/execution/fill.ts';
import { contracts } from '../../../shared/domain/money/contracts.ts';
import { price } from '../../../shared/domain/money/price.ts';
import type { OrderRequest } from '../../../shared/ports/exchange.ts';
import type { Answer } from '../../support/scripted-exchange.ts';
import {
  aSignal,
  aTick,
  expectBalanced,
  exitsSent,
  fillsOf,
  holdLease,
  lookAfter,
  KC,
  onlyOrder,
  openDesk,
  orderOf,
  place,
  positionIn,
  type TickChange,
  type TradingDesk,
} from '../../support/trading-desk.ts';

const TARGET: TickChange = { bid: 6_600, ask: 6_800 };
const LOST: Answer = () => ({ kind: 'unknown', cause: 'timeout' });

const causes = (desk: TradingDesk): readonly string[] =>
  desk.store.peekAll('causes').map(({ code, state }) => `${code} ${state}`);
const alarms = (desk: TradingDesk): readonly string[] =>
  desk.telemetry.lines().flatMap(({ level, event }) => (level === 'critical' ? [event] : []));

async function book(desk: TradingDesk, clientOrderId: string, fill: Fill): Promise<string> {
  return applyOrderUpdate(desk.deps, { kind: 'fill', fill, clientOrderId });
}

/** Buys ten YES contracts at 52 cents in the n-th tick; all is booked. */
async function buyTen(desk: TradingDesk, n = 1): Promise<string> {
  desk.exchange.answer(desk.exchange.accepts({ at: 5_200, count: 1_000 }));
  const { clientOrderId } = (await place(desk, { n })).intent;
  await book(desk, clientOrderId, (await fillsOf(desk)).at(-1)!);
  return clientOrderId;
}

/** Ten contracts whose first sale was given up 10 s after it was sent, at the second look that did not find it. */
async function exitGivenUp(): Promise<{ desk: TradingDesk; given: OrderRequest }> {
  const desk = await openDesk();
  await buyTen(desk);
  desk.exchange.answer(LOST);
  await evaluateExits(desk.deps, aTick(desk, { n: 2, ...TARGET }));
  await lookAfter(desk, 10_000, 1);
  const [given] = exitsSent(desk);
  expect(orderOf(desk, given!.clientOrderId).state).toBe('abandoned');
  return { desk, given: given! };
}

/** Sells everything there is in the n-th tick; the order fills, and its fill is booked. */
async function sellAll(desk: TradingDesk, n: number): Promise<void> {
  const { quantity } = positionIn(desk);
  desk.exchange.answer(desk.exchange.accepts({ at: 6_600, count: quantity }));
  await evaluateExits(desk.deps, aTick(desk, { n, ...TARGET }));
  await book(desk, exitsSent(desk).at(-1)!.clientOrderId, (await fillsOf(desk)).at(-1)!);
  expect(positionIn(desk).state).toBe('closed');
  expect(desk.store.peek('ownership', KC)?.holder).toBeNull();
}

async function entryAt(desk: TradingDesk, n: number): Promise<string> {
  await holdLease(desk);
  const placement = await placeEntry(desk.deps, aSignal(desk, { n }));
  return placement.kind === 'refused' ? placement.code : placement.order.state;
}

describe('an entry that was given up', () => {
  it('keeps its reservation until a look saw what the exchange knew after the signature window', async () => {
    const desk = await openDesk();
    desk.exchange.answer(LOST);
    await place(desk);
    await lookAfter(desk, 10_000, 1);
    expect(onlyOrder(desk).state).toBe('abandoned');
    // The clock is beyond the window, what the exchange shows is not.
    desk.exchange.lag(20_000);
    await lookAfter(desk, 20_000, 19_998);
    expect(onlyOrder(desk).reservation).toMatchObject({ exposure: 5_200_000, slots: 1 });
    expect(desk.store.peek('ownership', KC)?.holder).not.toBeNull();
    await expectBalanced(desk);
    await lookAfter(desk, 1);
    expect(onlyOrder(desk).reservation).toEqual({ exposure: 0, cash: 0, slots: 0 });
    expect(desk.store.peek('ownership', KC)).toMatchObject({ holder: null, generation: 1 });
    await expectBalanced(desk);
  });
});

describe('an exit that was given up', () => {
  it('keeps entries out of its market until a look after its signature window', async () => {
    const { desk } = await exitGivenUp();
    await sellAll(desk, 3);
    expect(causes(desk)).toEqual(['unknown_outcome refuse']);
    expect(await entryAt(desk, 4)).toBe('trading_refused');
    desk.exchange.lag(5_000);
    await lookAfter(desk, 20_000, 4_998);
    expect(await entryAt(desk, 5)).toBe('trading_refused');
    await lookAfter(desk, 1);
    expect(causes(desk)).toEqual([]);
    desk.exchange.answer(desk.exchange.accepts());
    expect(await entryAt(desk, 6)).toBe('cancelled');
    await expectBalanced(desk);
  });

  it('keeps its cause while the exchange’s as-of time cannot be read', async () => {
    const { desk } = await exitGivenUp();
    desk.exchange.failReads('asOf');
    await lookAfter(desk, 60_000);
    expect(causes(desk)).toEqual(['unknown_outcome refuse']);
    desk.exchange.failReads();
    await lookAfter(desk, 1);
    expect(causes(desk)).toEqual([]);
  });

  it('does not keep what is left from being sold meanwhile', async () => {
    const { desk } = await exitGivenUp();
    await sellAll(desk, 3);
    expect(exitsSent(desk)).toHaveLength(2);
  });

  it('and that filled after all has its cause lifted at the next look', async () => {
    const { desk, given } = await exitGivenUp();
    const [sold] = desk.exchange.execute(given, [{ at: 6_600, count: 1_000 }]);
    expect(await book(desk, given.clientOrderId, sold!)).toBe('applied');
    expect(alarms(desk)).toEqual(['abandoned_order_appeared']);
    await lookAfter(desk, 1);
    expect(causes(desk)).toEqual([]);
    await expectBalanced(desk);
  });

  it('and fills in the time of another position is a contradiction: that position is untouched', async () => {
    const { desk, given } = await exitGivenUp();
    await sellAll(desk, 3);
    await lookAfter(desk, 20_000);
    await holdLease(desk);
    const second = await buyTen(desk, 4);
    const [late] = desk.exchange.execute(given, [{ at: 6_600, count: 400 }]);
    expect(await book(desk, given.clientOrderId, late!)).toBe('contradiction');
    expect(positionIn(desk)).toMatchObject({ positionId: second, quantity: 1_000 });
    expect(orderOf(desk, given.clientOrderId)).toMatchObject({ state: 'abandoned' });
    expect(alarms(desk)).toEqual(['order_contradiction']);
    expect(desk.telemetry.lines().at(-1)).toMatchObject({
      fields: { what: 'position_of_another' },
    });
    expect(causes(desk)).toEqual(['mismatch reduce']);
  });

  it('and fills beyond what is booked as held is a contradiction: nothing is sold twice', async () => {
    const { desk, given } = await exitGivenUp();
    desk.exchange.answer(desk.exchange.accepts({ at: 6_600, count: 700 }));
    await evaluateExits(desk.deps, aTick(desk, { n: 3, ...TARGET }));
    await book(desk, exitsSent(desk)[1]!.clientOrderId, (await fillsOf(desk)).at(-1)!);
    expect(positionIn(desk).quantity).toBe(300);
    const [late] = desk.exchange.execute(given, [{ at: 6_600, count: 400 }]);
    expect(await book(desk, given.clientOrderId, late!)).toBe('contradiction');
    expect(positionIn(desk)).toMatchObject({ state: 'open', quantity: 300 });
    expect(alarms(desk)).toEqual(['order_contradiction']);
    expect(desk.telemetry.lines().at(-1)).toMatchObject({
      fields: { what: 'sold_beyond_position' },
    });
    expect(causes(desk)).toContain('mismatch reduce');
  });

  it('and fills after its position was closed is a contradiction', async () => {
    const { desk, given } = await exitGivenUp();
    await sellAll(desk, 3);
    const [late] = desk.exchange.execute(given, [{ at: 6_600, count: 100 }]);
    expect(await book(desk, given.clientOrderId, late!)).toBe('contradiction');
    expect(positionIn(desk)).toMatchObject({ state: 'closed', quantity: 0 });
    expect(alarms(desk)).toEqual(['order_contradiction']);
  });
});

describe('an order found otherwise than it was sent', () => {
  it.each([
    ['price', { limitPrice: price(5_100) }],
    ['count', { initialCount: contracts(900) }],
  ])(
    'by its %s stops its market once, with one alarm, however often it is found',
    async (what, change) => {
      const desk = await openDesk();
      desk.exchange.answer((request) => {
        desk.exchange.execute(request, [], change);
        return { kind: 'unknown', cause: 'timeout' };
      });
      await place(desk);
      await lookAfter(desk, 1, 1_000, 10_000, 60_000);
      expect(onlyOrder(desk).state).toBe('unknown');
      const { clientOrderId } = onlyOrder(desk).intent;
      expect(desk.store.peekAll('causes')).toMatchObject([
        { code: 'unknown_outcome', state: 'refuse' },
        {
          code: 'mismatch',
          scope: { kind: 'market', market: KC },
          state: 'reduce',
          detail: `${clientOrderId}: the order found has another ${what}`,
        },
      ]);
      expect(alarms(desk)).toEqual(['order_mismatch']);
    },
  );
});
