import { describe, expect, it } from 'vitest';
import { reconcile } from '../../../shared/application/reconcile.ts';
import { resolveOrders } from '../../../shared/application/resolve-orders.ts';
import { settleMarket } from '../../../shared/application/settle-market.ts';
import { startAndRecover } from '../../../shared/application/start-and-recover.ts';
import type { HotStore } from '../../../shared/ports/hot-store.ts';
import type { Exchange } from '../../../shared/ports/exchange.ts';
import { InterleavedStore } from '../../support/interleaved-store.ts';
import {
  closedDesk,
  expectBalanced,
  KC,
  onlyOrder,
  openDesk,
  OPENING_CASH,
  place,
  positionIn,
  type TradingDesk,
} from '../../support/trading-desk.ts';

const TRADES = [
  { at: 5_100, count: 300, fee: 52_500 },
  { at: 5_200, count: 700, fee: 122_400 },
] as const;

/** More transactions than any of these runs makes. */
const MOST_TRANSACTIONS = 25;

/** A store with which another writer comes in before the n-th transaction. */
function interruptedAt(inner: HotStore, n: number, between: () => Promise<void>): HotStore {
  const store = new InterleavedStore(inner);
  const arm = (left: number): void =>
    store.beforeNextTransaction(async () => {
      if (left === 0) await between();
      else arm(left - 1);
    });
  arm(n);
  return store;
}

/** An account whose answer was lost: the exchange traded, we know of nothing. */
async function lostAnswer(): Promise<TradingDesk> {
  const desk = await openDesk();
  desk.exchange.answer(desk.exchange.losesAnswer(...TRADES));
  await place(desk);
  desk.clock.advance(11_000);
  return desk;
}

async function absent(): Promise<TradingDesk> {
  const desk = await openDesk();
  desk.exchange.answer(() => ({ kind: 'unknown', cause: 'timeout' }));
  await place(desk);
  desk.clock.advance(11_000);
  return desk;
}

async function settledUntold(): Promise<TradingDesk> {
  const desk = await lostAnswer();
  desk.exchange.settle(KC, 'yes');
  return desk;
}

/** Cash is missing, and an earlier look has said so. */
async function missingCash(): Promise<TradingDesk> {
  const desk = await openDesk();
  desk.clock.advance(60_000);
  desk.exchange.misplace(-1_000_000);
  await reconcile(desk.deps);
  desk.clock.advance(5_000);
  return desk;
}

/** What must not depend on who came in between; causes keep the time of the first who raised them. */
function books(desk: TradingDesk) {
  return {
    journal: desk.journal.map(({ journalId }) => journalId).toSorted(),
    orders: desk.store.peekAll('orders'),
    positions: desk.store.peekAll('positions'),
    ownership: desk.store.peekAll('ownership'),
    causes: desk.store.peekAll('causes'),
    suspicions: desk.store.peekAll('suspicions'),
    account: desk.store.peekAll('account'),
    headroom: Object.fromEntries(desk.store.headrooms()),
    caps: Object.fromEntries(desk.store.peekCaps()),
  };
}

describe('two reconciles at once', () => {
  it.each([
    ['after a lost answer', lostAnswer],
    ['after a settlement that no stream told', settledUntold],
    ['when cash is missing for the second time', missingCash],
  ])('do to the books what one does, %s', async (_name, open) => {
    const alone = await open();
    await reconcile(alone.deps);
    alone.clock.advance(1_000);
    await reconcile(alone.deps);
    const expected = books(alone);
    for (let n = 0; n < MOST_TRANSACTIONS; n += 1) {
      const desk = await open();
      const store = interruptedAt(desk.store, n, async () => {
        await reconcile(desk.deps);
      });
      await reconcile({ ...desk.deps, store });
      desk.clock.advance(1_000);
      await reconcile(desk.deps);
      expect(books(desk), `before transaction ${n}`).toEqual(expected);
      await expectBalanced(desk);
    }
  });

  it('open an account once', async () => {
    for (let n = 0; n < MOST_TRANSACTIONS; n += 1) {
      const desk = closedDesk();
      const store = interruptedAt(desk.store, n, async () => {
        await startAndRecover(desk.deps);
      });
      await startAndRecover({ ...desk.deps, store });
      desk.clock.advance(1_000);
      expect(await startAndRecover(desk.deps)).toEqual({ kind: 'open' });
      expect(desk.journal.filter(({ kind }) => kind === 'opening')).toHaveLength(1);
      expect(await desk.store.headroom('cash:0')).toBe(OPENING_CASH);
      expect(desk.store.peekAll('causes')).toEqual([]);
      await expectBalanced(desk);
    }
  });

  it('are one look: what only the two of them saw is no mismatch', async () => {
    const desk = await lostAnswer();
    await reconcile(desk.deps);
    desk.clock.advance(60_000);
    desk.exchange.misplace(-1_000_000);
    // A balance that lacks a dollar, which the next read shows again; one of the two then stalls.
    const wrong = await desk.exchange.balances();
    desk.exchange.misplace(1_000_000);
    const quick = reading(desk, () => Promise.resolve(wrong));
    const stalling = reading(desk, async () => {
      await reconcile({ ...desk.deps, exchange: quick });
      desk.clock.advance(6_000);
      return wrong;
    });
    expect(await reconcile({ ...desk.deps, exchange: stalling })).toEqual({
      kind: 'undecided',
      reason: 'a difference was seen once',
    });
    expect(desk.store.peekAll('causes')).toEqual([]);
    expect(desk.journal.filter(({ kind }) => kind === 'residual')).toEqual([]);
    desk.clock.advance(6_000);
    expect(await reconcile(desk.deps)).toMatchObject({ kind: 'agreed' });
    await expectBalanced(desk);
  });
});

describe('a settlement that is booked while a reconcile reads', () => {
  it('is no disagreement', async () => {
    const desk = await lostAnswer();
    await reconcile(desk.deps);
    desk.clock.advance(60_000);
    const positions = await desk.exchange.positions();
    const balances = await desk.exchange.balances();
    const exchange = reading(
      desk,
      async () => {
        await settleMarket(desk.deps, desk.exchange.settle(KC, 'yes'));
        return balances;
      },
      () => Promise.resolve(positions),
    );
    expect(await reconcile({ ...desk.deps, exchange })).toEqual({
      kind: 'undecided',
      reason: 'something moved during the look',
    });
    expect(desk.store.peekAll('suspicions')).toEqual([]);
    desk.clock.advance(1_000);
    expect(await reconcile(desk.deps)).toMatchObject({ kind: 'agreed' });
    await expectBalanced(desk);
  });
});

describe('a difference that changed while it was acted on', () => {
  it('is not booked as what it was', async () => {
    const desk = await missingCash();
    const store = interruptedAt(desk.store, 0, async () => {
      desk.exchange.misplace(-500_000);
      await reconcile(desk.deps);
    });
    await reconcile({ ...desk.deps, store });
    expect(desk.journal.filter(({ kind }) => kind === 'residual')).toEqual([]);
    expect(desk.store.peekAll('suspicions')).toMatchObject([
      { what: expect.stringContaining('-1500000') },
    ]);
  });
});

describe('two resolvers at once', () => {
  it.each([
    ['of an order that traded', lostAnswer],
    ['of one that never came', absent],
  ])('bring an order to the same end, %s', async (_name, open) => {
    for (let n = 0; n < MOST_TRANSACTIONS; n += 1) {
      const desk = await open();
      for (let look = 1; look <= 3; look += 1) {
        const store = interruptedAt(desk.store, n, async () => {
          await resolveOrders(desk.deps, { all: true });
        });
        await resolveOrders({ ...desk.deps, store });
        desk.clock.advance(21_000);
      }
      const traded = desk.exchange.cash !== OPENING_CASH;
      expect(onlyOrder(desk).state).toBe(traded ? 'filled' : 'abandoned');
      expect(onlyOrder(desk).reservation).toEqual({ exposure: 0, cash: 0, slots: 0 });
      if (traded) expect(positionIn(desk).quantity).toBe(1_000);
      expect(desk.exchange.submitted).toHaveLength(1);
      expect(desk.store.peekAll('causes')).toEqual([]);
      await expectBalanced(desk);
    }
  });
});

describe('caps', () => {
  it('move many at a time, those of the account first', async () => {
    const desk = await manyScopes();
    const moved: string[][] = [];
    const inner = desk.store;
    const store = new InterleavedStore(inner);
    const transact = store.transact.bind(store);
    store.transact = (writes) => {
      const scopes = writes.flatMap((write) => (write.kind === 'move_cap' ? [write.scope] : []));
      if (scopes.length > 0) moved.push(scopes);
      return transact(writes);
    };
    expect(await reconcile({ ...desk.deps, store })).toMatchObject({ kind: 'agreed' });
    expect(moved[0]).toEqual(['account']);
    expect(moved.flat()).toHaveLength(181);
    expect(moved.length).toBeLessThanOrEqual(5);
    for (const [scope, cap] of desk.store.peekCaps())
      if (!scope.startsWith('cash:'))
        expect(cap, scope).toBe(scope === 'account' ? 3_030_000_000 : 1_010_000_000);
  });

  it('are not moved to an equity that another one has followed', async () => {
    const desk = await manyScopes();
    const store = new InterleavedStore(desk.store);
    let interrupted = false;
    store.caps = async () => {
      if (!interrupted) {
        interrupted = true;
        await gain(desk, 100_000_000);
        expect(await reconcile(desk.deps)).toMatchObject({ kind: 'agreed' });
      }
      return desk.store.caps();
    };
    await reconcile({ ...desk.deps, store });
    expect(desk.store.peek('account', 'account')?.capEquity).toBe(10_200_000_000);
    expect(desk.store.peekCaps().get('account')).toBe(3_060_000_000);
    expect(desk.store.peekCaps().get('market:KX-7')).toBe(1_020_000_000);
    expect(await desk.store.headroom('account')).toBe(3_060_000_000);
  });
});

/** Ninety markets that were traded once; their scopes stay. */
async function manyScopes(): Promise<TradingDesk> {
  const desk = await openDesk();
  for (let n = 0; n < 90; n += 1)
    await desk.store.transact([
      { kind: 'release', scope: `market:KX-${n}`, amount: 0, initial: 1_000_000_000 },
      { kind: 'release', scope: `event:KX-${n}`, amount: 0, initial: 1_000_000_000 },
    ]);
  await desk.store.transact([
    { kind: 'release', scope: 'account', amount: 0, initial: 3_000_000_000 },
  ]);
  desk.clock.advance(60_000);
  await gain(desk, 100_000_000);
  return desk;
}

/** The exchange pays something, and our books say so too. */
async function gain(desk: TradingDesk, micros: number): Promise<void> {
  desk.exchange.misplace(micros);
  await desk.store.transact([{ kind: 'release', scope: 'cash:0', amount: micros, initial: 0 }]);
  desk.clock.advance(1_000);
}

/** The exchange of a desk with balances and positions that are read otherwise. */
function reading(
  desk: TradingDesk,
  balances: Exchange['balances'],
  positions: Exchange['positions'] = () => desk.exchange.positions(),
): Exchange {
  const { exchange } = desk;
  return {
    submit: (request) => exchange.submit(request),
    cancel: () => exchange.cancel(),
    asOfMs: () => exchange.asOfMs(),
    orders: (filter) => exchange.orders(filter),
    fills: (filter) => exchange.fills(filter),
    settlements: (filter) => exchange.settlements(filter),
    markets: () => exchange.markets(),
    discover: () => exchange.discover(),
    balances,
    positions,
  };
}
