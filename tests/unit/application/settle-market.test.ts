import { describe, expect, it } from 'vitest';
import { applyOrderUpdate } from '../../../shared/application/apply-order-update.ts';
import { evaluateExits } from '../../../shared/application/evaluate-exits.ts';
import { settleMarket } from '../../../shared/application/settle-market.ts';
import { InterleavedStore } from '../../support/interleaved-store.ts';
import {
  aTick,
  die,
  dyingAt,
  expectBalanced,
  fillsOf,
  KC,
  openDesk,
  place,
  positionIn,
  type TradingDesk,
} from '../../support/trading-desk.ts';

/** Ten contracts bought in two trades; the first `booked` of them are booked. */
async function bought(booked: 0 | 1 | 2, homeOdds = 1.57, awayOdds = 2.6): Promise<TradingDesk> {
  const desk = await openDesk();
  const at = homeOdds < 2 ? 5_200 : 5_000;
  desk.exchange.answer(
    desk.exchange.accepts({ at, count: 600, fee: 104_900 }, { at, count: 400, fee: 69_900 }),
  );
  await place(desk, { homeOdds, awayOdds });
  for (let index = 0; index < booked; index += 1) await bookFill(desk, index);
  return desk;
}

async function bookFill(desk: TradingDesk, index: number): Promise<void> {
  const fill = (await fillsOf(desk))[index]!;
  const { clientOrderId } = desk.exchange.submitted[index < 2 ? 0 : index - 1]!;
  await applyOrderUpdate(desk.deps, { kind: 'fill', fill, clientOrderId });
}

describe('a settlement', () => {
  it.each([
    ['yes', 10_000_000],
    ['no', 0],
  ] as const)('by %s books what the exchange paid for YES, once', async (result, payout) => {
    const desk = await bought(2);
    const settlement = desk.exchange.settle(KC, result);
    expect(await settleMarket(desk.deps, settlement)).toBe('settled');
    expect(await settleMarket(desk.deps, settlement)).toBe('already_settled');
    expect(positionIn(desk)).toMatchObject({
      state: 'closed',
      quantity: 0,
      realised: payout - 5_200_000,
    });
    expect(desk.journal.filter(({ kind }) => kind === 'settlement')).toMatchObject([{ payout }]);
    expect(await desk.store.headroom('cash:0')).toBe(desk.exchange.cash);
    expect(await desk.store.headroom('slots')).toBe(5);
    expect(desk.store.peek('ownership', KC)?.holder).toBeNull();
    await expectBalanced(desk);
  });

  it('by no pays a position in NO', async () => {
    const desk = await bought(2, 2.6, 1.57);
    expect(positionIn(desk).leg).toBe('no');
    const settlement = desk.exchange.settle(KC, 'no');
    expect(settlement).toMatchObject({ noCount: 1_000, revenue: 10_000_000 });
    expect(await settleMarket(desk.deps, settlement)).toBe('settled');
    expect(await desk.store.headroom('cash:0')).toBe(desk.exchange.cash);
    await expectBalanced(desk);
  });

  it.each([0, 1] as const)(
    'that comes when %i of two fills are booked waits for the others',
    async (booked) => {
      const desk = await bought(booked);
      const settlement = desk.exchange.settle(KC, 'yes');
      expect(await settleMarket(desk.deps, settlement)).toBe('not_yet');
      expect(desk.store.peekAll('settlements')).toEqual([]);
      for (let index = 0; index < 2; index += 1) await bookFill(desk, index);
      expect(await settleMarket(desk.deps, settlement)).toBe('settled');
      expect(await desk.store.headroom('cash:0')).toBe(desk.exchange.cash);
      await expectBalanced(desk);
    },
  );

  it('waits for the fill of a sale as well', async () => {
    const desk = await bought(2);
    desk.exchange.answer(desk.exchange.accepts({ at: 6_600, count: 400 }));
    await evaluateExits(desk.deps, aTick(desk, { n: 2, bid: 6_600, ask: 6_800 }));
    const settlement = desk.exchange.settle(KC, 'yes');
    expect(settlement.yesCount).toBe(600);
    expect(await settleMarket(desk.deps, settlement)).toBe('not_yet');
    await bookFill(desk, 2);
    expect(await settleMarket(desk.deps, settlement)).toBe('settled');
    expect(positionIn(desk).realised).toBe(400 * 1_400 + 600 * 4_800);
    expect(await desk.store.headroom('cash:0')).toBe(desk.exchange.cash);
    await expectBalanced(desk);
  });

  it('of a market in which nothing is held is remembered and moves no money', async () => {
    const desk = await openDesk();
    const settlement = desk.exchange.settle(KC, 'yes');
    expect(await settleMarket(desk.deps, settlement)).toBe('nothing_held');
    expect(await settleMarket(desk.deps, settlement)).toBe('already_settled');
    expect(desk.journal.map(({ kind }) => kind)).toEqual(['opening']);
  });

  it('survives a crash behind it, and several copies at once', async () => {
    const desk = await bought(2);
    const settlement = desk.exchange.settle(KC, 'yes');
    await die(settleMarket(dyingAt(desk, 'after_settlement_booked'), settlement));
    const again = await Promise.all([1, 2, 3].map(() => settleMarket(desk.deps, settlement)));
    expect(again).toEqual(['already_settled', 'already_settled', 'already_settled']);
    await expectBalanced(desk);
    const other = await bought(2);
    const paid = other.exchange.settle(KC, 'yes');
    const copies = await Promise.all([1, 2, 3].map(() => settleMarket(other.deps, paid)));
    expect(copies.toSorted()).toEqual(['already_settled', 'already_settled', 'settled']);
    await expectBalanced(other);
  });

  it('reads again when a mark is written in between', async () => {
    const desk = await bought(2);
    const settlement = desk.exchange.settle(KC, 'yes');
    const store = new InterleavedStore(desk.store);
    store.beforeNextTransaction(async () => {
      await evaluateExits(desk.deps, aTick(desk, { n: 2, bid: 5_100 }));
    });
    expect(await settleMarket({ ...desk.deps, store }, settlement)).toBe('settled');
    expect(positionIn(desk).mark?.legPrice).toBe(5_100);
    await expectBalanced(desk);
  });
});
