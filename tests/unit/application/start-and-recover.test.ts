import { describe, expect, it } from 'vitest';
import { placeEntry } from '../../../shared/application/place-entry.ts';
import { startAndRecover } from '../../../shared/application/start-and-recover.ts';
import {
  aSignal,
  closedDesk,
  die,
  dyingAt,
  expectBalanced,
  KC,
  onlyOrder,
  openDesk,
  OPENING_CASH,
  positionIn,
} from '../../support/trading-desk.ts';

describe('a first start', () => {
  it('books what the exchange says the account has, and opens', async () => {
    const desk = closedDesk();
    expect(await startAndRecover(desk.deps)).toEqual({ kind: 'open' });
    expect(desk.journal).toMatchObject([{ kind: 'opening', exchangeIndex: 0, cash: OPENING_CASH }]);
    expect(await desk.store.headroom('cash:0')).toBe(OPENING_CASH);
    expect(desk.store.peek('account', 'account')?.capEquity).toBe(OPENING_CASH);
    expect(desk.store.peekAll('causes')).toEqual([]);
  });

  it.each(['balances', 'orders', 'fills', 'settlements', 'positions', 'asOf'] as const)(
    'stays closed while %s cannot be read, and opens when they can',
    async (listing) => {
      const desk = closedDesk();
      desk.exchange.failReads(listing);
      expect(await startAndRecover(desk.deps)).toMatchObject({ kind: 'refusing' });
      expect(desk.store.peekAll('causes')).toMatchObject([{ code: 'unreconciled_start' }]);
      desk.exchange.failReads();
      desk.clock.advance(2_000);
      expect(await startAndRecover(desk.deps)).toEqual({ kind: 'open' });
      expect(desk.journal.filter(({ kind }) => kind === 'opening')).toHaveLength(1);
    },
  );

  it('does not take an account that shows no shard for one without money', async () => {
    const desk = closedDesk();
    desk.exchange.showShard(false);
    expect(await startAndRecover(desk.deps)).toMatchObject({ kind: 'refusing' });
    expect(desk.journal).toEqual([]);
    desk.exchange.showShard(true);
    expect(await startAndRecover(desk.deps)).toEqual({ kind: 'open' });
    expect(await desk.store.headroom('cash:0')).toBe(OPENING_CASH);
  });

  it('of two processes at once opens the account once', async () => {
    const desk = closedDesk();
    await Promise.all([startAndRecover(desk.deps), startAndRecover(desk.deps)]);
    expect(desk.journal.filter(({ kind }) => kind === 'opening')).toHaveLength(1);
    expect(await desk.store.headroom('cash:0')).toBe(OPENING_CASH);
  });

  it('of an account that already holds something stays closed until a person looks', async () => {
    const desk = closedDesk();
    const request = {
      clientOrderId: 'by hand',
      market: KC,
      exchangeIndex: 0,
      bookSide: 'bid',
      limitPrice: aSignal(desk).edge.limitPrice,
      count: aSignal(desk).edge.count,
      reduceOnly: false,
      selfTrade: 'cancel_taker',
      orderGroupId: null,
    } as const;
    desk.exchange.execute(request, [{ at: 5_200, count: 100 }]);
    for (const waitMs of [1_000, 5_000, 5_000]) {
      desk.clock.advance(waitMs);
      expect(await startAndRecover(desk.deps)).toMatchObject({ kind: 'refusing' });
    }
    expect(desk.store.peekAll('causes')).toContainEqual(
      expect.objectContaining({ code: 'mismatch', state: 'reduce' }),
    );
  });
});

describe('a start after a crash', () => {
  it.each([
    ['after_decision_recorded', 0, undefined],
    ['after_intent_recorded', 0, 'expired'],
    ['after_marked_sent', 0, 'abandoned'],
    ['after_send_before_record', 1, 'filled'],
    ['after_outcome_recorded', 1, 'filled'],
  ] as const)('%s opens with the books that the exchange has', async (point, sent, state) => {
    const desk = await openDesk();
    desk.exchange.answer(desk.exchange.accepts({ at: 5_200, count: 1_000, fee: 174_800 }));
    await die(placeEntry(dyingAt(desk, point), aSignal(desk)));
    let recovery = await startAndRecover(desk.deps);
    for (let attempt = 0; attempt < 30 && recovery.kind !== 'open'; attempt += 1) {
      desk.clock.advance(2_000);
      recovery = await startAndRecover(desk.deps);
    }
    expect(desk.store.peekAll('causes')).toEqual([]);
    expect(recovery).toEqual({ kind: 'open' });
    expect(desk.exchange.submitted).toHaveLength(sent);
    expect(desk.store.peekAll('orders')[0]?.state).toBe(state);
    expect(await desk.store.headroom('cash:0')).toBe(desk.exchange.cash);
    await expectBalanced(desk);
  });

  it('asks about every order that is not over at once, however young it is', async () => {
    const desk = await openDesk();
    await die(placeEntry(dyingAt(desk, 'after_intent_recorded'), aSignal(desk)));
    desk.clock.advance(1);
    await startAndRecover(desk.deps);
    expect(onlyOrder(desk).state).toBe('expired');
    await expectBalanced(desk);
  });

  it('refuses entries until it has opened', async () => {
    const desk = await openDesk();
    desk.exchange.failReads('fills');
    desk.clock.advance(1_000);
    await startAndRecover(desk.deps);
    expect(await placeEntry(desk.deps, aSignal(desk))).toEqual({
      kind: 'refused',
      code: 'trading_refused',
    });
  });

  it('books fills and a settlement that happened while nobody listened', async () => {
    const desk = await openDesk();
    desk.exchange.answer(desk.exchange.accepts({ at: 5_200, count: 1_000, fee: 174_800 }));
    await die(placeEntry(dyingAt(desk, 'after_send_before_record'), aSignal(desk)));
    desk.clock.advance(3_600_000);
    desk.exchange.settle(KC, 'yes');
    desk.clock.advance(1_000);
    // The orders have just changed, so that the exchange's as-of time must first come to be later.
    expect(await startAndRecover(desk.deps)).toMatchObject({ kind: 'refusing' });
    desk.clock.advance(2_000);
    expect(await startAndRecover(desk.deps)).toEqual({ kind: 'open' });
    expect(onlyOrder(desk)).toMatchObject({ state: 'filled', bookedFilled: 1_000 });
    expect(positionIn(desk)).toMatchObject({ state: 'closed', realised: 4_800_000 });
    await expectBalanced(desk);
  });
});
