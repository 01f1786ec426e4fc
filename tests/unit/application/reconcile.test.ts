import { describe, expect, it } from 'vitest';
import { reconcile } from '../../../shared/application/reconcile.ts';
import { resolveOrders } from '../../../shared/application/resolve-orders.ts';
import { evaluateExits } from '../../../shared/application/evaluate-exits.ts';
import { money } from '../../../shared/domain/money/money.ts';
import { InterleavedStore } from '../../support/interleaved-store.ts';
import {
  aTick,
  die,
  dyingAt,
  expectBalanced,
  holdLease,
  KC,
  onlyOrder,
  openDesk,
  place,
  positionIn,
  type TradingDesk,
} from '../../support/trading-desk.ts';

const TRADES = [
  { at: 5_100, count: 300, fee: 52_500 },
  { at: 5_200, count: 700, fee: 122_400 },
] as const;

/** Bought ten of which no stream has told us. */
async function untold(): Promise<TradingDesk> {
  const desk = await openDesk();
  desk.exchange.answer(desk.exchange.accepts(...TRADES));
  await place(desk);
  desk.clock.advance(1_000);
  return desk;
}

const causes = (desk: TradingDesk) => desk.store.peekAll('causes');

describe('a reconcile', () => {
  it('agrees with an account in which nothing happened', async () => {
    const desk = await openDesk();
    desk.clock.advance(60_000);
    expect(await reconcile(desk.deps)).toEqual({ kind: 'agreed', repairedFills: 0, settled: 0 });
  });

  it('books the fills that no stream told, of orders that are over and of those that are not', async () => {
    for (const answer of ['accepted', 'lost'] as const) {
      const desk = await openDesk();
      const { exchange } = desk;
      exchange.answer(
        answer === 'accepted' ? exchange.accepts(...TRADES) : exchange.losesAnswer(...TRADES),
      );
      await place(desk);
      desk.clock.advance(1_000);
      await reconcile(desk.deps);
      expect(positionIn(desk)).toMatchObject({ quantity: 1_000, fees: 174_900 });
      expect(onlyOrder(desk)).toMatchObject({ state: 'filled', bookedFilled: 1_000 });
      desk.clock.advance(1_000);
      expect(await reconcile(desk.deps)).toMatchObject({ kind: 'agreed' });
      await expectBalanced(desk);
    }
  });

  it('repairs a missed fill of an order that rests as far as we know', async () => {
    const desk = await openDesk();
    const { exchange } = desk;
    exchange.answer(exchange.losesAnswer(...TRADES));
    await place(desk);
    exchange.failReads('asOf');
    desk.clock.advance(1);
    await reconcile(desk.deps);
    expect(positionIn(desk).quantity).toBe(1_000);
    await expectBalanced(desk);
  });

  it('books a settlement that no stream told, and pays it into cash', async () => {
    const desk = await untold();
    desk.exchange.settle(KC, 'yes');
    expect(await reconcile(desk.deps)).toMatchObject({ kind: 'agreed', settled: 1 });
    expect(positionIn(desk).state).toBe('closed');
    expect(await desk.store.headroom('cash:0')).toBe(desk.exchange.cash);
    await expectBalanced(desk);
  });

  it('moves every cap with equity, in both directions', async () => {
    for (const result of ['yes', 'no'] as const) {
      const desk = await untold();
      desk.exchange.settle(KC, result);
      await reconcile(desk.deps);
      const equity = desk.exchange.cash;
      expect(desk.store.peek('account', 'account')?.capEquity).toBe(equity);
      expect(await desk.store.headroom('account')).toBe(Math.floor(equity * 0.3));
      expect(await desk.store.headroom(`market:${KC}`)).toBe(Math.floor(equity * 0.1));
      expect(await desk.store.headroom('slots')).toBe(5);
      await expectBalanced(desk);
    }
  });

  it('counts open positions at their marks, at cost while there is none', async () => {
    const desk = await untold();
    await reconcile(desk.deps);
    const equity = () => desk.store.peek('account', 'account')!.capEquity;
    expect(equity()).toBe(desk.exchange.cash + 5_100 * 300 + 5_200 * 700);
    await evaluateExits(desk.deps, aTick(desk, { n: 2, bid: 5_500, ask: 5_700 }));
    desk.clock.advance(1_000);
    await reconcile(desk.deps);
    expect(equity()).toBe(desk.exchange.cash + 5_500 * 1_000);
    await expectBalanced(desk);
  });

  it('leaves an order that is placed meanwhile its reservation', async () => {
    const desk = await untold();
    desk.exchange.settle(KC, 'yes');
    const store = new InterleavedStore(desk.store);
    await reconcile(desk.deps);
    desk.clock.advance(60_000);
    desk.exchange.misplace(0);
    await holdLease(desk);
    store.beforeNextTransaction(async () => {
      desk.exchange.answer(() => ({ kind: 'unknown', cause: 'timeout' }));
      await place(desk, { n: 9, market: { ticker: 'KX-B', eventTicker: 'KX-B-EVENT' } });
    });
    await reconcile({ ...desk.deps, store });
    await expectBalanced(desk);
  });

  it('survives a crash between two fills', async () => {
    const desk = await untold();
    await die(reconcile(dyingAt(desk, 'after_fill_booked')));
    expect(await reconcile(desk.deps)).toMatchObject({ kind: 'agreed' });
    expect(positionIn(desk).quantity).toBe(1_000);
    await expectBalanced(desk);
  });
});

describe('no verdict', () => {
  it.each(['fills', 'orders', 'settlements', 'positions', 'balances', 'asOf'] as const)(
    'is given when %s cannot be read',
    async (listing) => {
      const desk = await openDesk();
      desk.clock.advance(60_000);
      desk.exchange.misplace(-1);
      desk.exchange.failReads(listing);
      expect(await reconcile(desk.deps)).toMatchObject({ kind: 'undecided' });
      expect(desk.store.peekAll('suspicions')).toEqual([]);
    },
  );

  it('is given while an order is in flight', async () => {
    const desk = await openDesk();
    desk.exchange.answer(() => ({ kind: 'unknown', cause: 'timeout' }));
    await place(desk);
    desk.clock.advance(1_000);
    expect(await reconcile(desk.deps)).toEqual({
      kind: 'undecided',
      reason: '1 orders in flight',
    });
  });

  it('is given while the exchange’s reads are behind our newest event', async () => {
    const desk = await untold();
    await reconcile(desk.deps);
    desk.exchange.lag(30_000);
    desk.exchange.misplace(-1);
    expect(await reconcile(desk.deps)).toMatchObject({ kind: 'undecided' });
    expect(desk.store.peekAll('suspicions')).toEqual([]);
  });

  it('is given while an abandoned order still holds its reservation', async () => {
    const desk = await openDesk();
    desk.exchange.answer(() => ({ kind: 'unknown', cause: 'timeout' }));
    await place(desk);
    for (const waitMs of [10_000, 1]) {
      desk.clock.advance(waitMs);
      await resolveOrders(desk.deps);
    }
    expect(onlyOrder(desk)).toMatchObject({ state: 'abandoned', reservation: { slots: 1 } });
    for (let look = 0; look < 3; look += 1) {
      desk.clock.advance(5_000);
      await reconcile(desk.deps);
    }
    expect(causes(desk)).toEqual([]);
  });
});

describe('a disagreement', () => {
  it('counts when it was seen twice five seconds apart, and stops the account', async () => {
    const desk = await openDesk();
    desk.clock.advance(60_000);
    desk.exchange.misplace(-1_000_000);
    expect(await reconcile(desk.deps)).toEqual({
      kind: 'undecided',
      reason: 'a difference was seen once',
    });
    desk.clock.advance(4_999);
    expect(await reconcile(desk.deps)).toMatchObject({ kind: 'undecided' });
    expect(causes(desk)).toEqual([]);
    desk.clock.advance(1);
    expect(await reconcile(desk.deps)).toMatchObject({
      kind: 'mismatch',
      what: expect.stringContaining('cash on shard 0'),
    });
    expect(causes(desk)).toMatchObject([
      { code: 'mismatch', scope: { kind: 'account' }, state: 'reduce' },
    ]);
    expect(desk.telemetry.lines()).toContainEqual(
      expect.objectContaining({ level: 'critical', event: 'mismatch' }),
    );
  });

  it('that is gone at the second look is forgotten', async () => {
    const desk = await openDesk();
    desk.clock.advance(60_000);
    desk.exchange.misplace(-1_000_000);
    await reconcile(desk.deps);
    desk.exchange.misplace(1_000_000);
    desk.clock.advance(5_000);
    expect(await reconcile(desk.deps)).toMatchObject({ kind: 'agreed' });
    expect(desk.store.peekAll('suspicions')).toEqual([]);
    desk.exchange.misplace(-1_000_000);
    desk.clock.advance(5_000);
    expect(await reconcile(desk.deps)).toMatchObject({ kind: 'undecided' });
  });

  it('that changes begins anew', async () => {
    const desk = await openDesk();
    for (let look = 0; look < 5; look += 1) {
      desk.clock.advance(60_000);
      desk.exchange.misplace(-1_000_000);
      expect(await reconcile(desk.deps)).toMatchObject({ kind: 'undecided' });
    }
    expect(causes(desk)).toEqual([]);
  });

  it('about a position stops its market alone; a stranger’s order is found this way', async () => {
    const desk = await openDesk();
    const request = {
      clientOrderId: 'by hand',
      market: KC,
      exchangeIndex: 0,
      bookSide: 'bid',
      limitPrice: aTick(desk).book.view.asks[0]!.price,
      count: aTick(desk).book.view.asks[0]!.count,
      reduceOnly: false,
      selfTrade: 'cancel_taker',
      orderGroupId: null,
    } as const;
    desk.exchange.execute(request, [{ at: 5_200, count: 100 }]);
    desk.exchange.misplace(520_000);
    desk.clock.advance(1_000);
    await reconcile(desk.deps);
    desk.clock.advance(5_000);
    expect(await reconcile(desk.deps)).toEqual({
      kind: 'mismatch',
      what: `${KC}: we hold nothing, the exchange says 1 yes`,
    });
    expect(causes(desk)).toMatchObject([
      { code: 'mismatch', scope: { kind: 'market', market: KC }, state: 'reduce' },
    ]);
    expect(desk.telemetry.lines()).toContainEqual(
      expect.objectContaining({ event: 'stranger_fill' }),
    );
  });

  it('keeps the caps where they were', async () => {
    const desk = await openDesk();
    desk.clock.advance(60_000);
    desk.exchange.misplace(-1_000_000);
    await reconcile(desk.deps);
    expect(desk.store.peek('account', 'account')?.capEquity).toBe(money(10_000_000_000));
  });
});
