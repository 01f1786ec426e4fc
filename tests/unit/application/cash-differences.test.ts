import { describe, expect, it } from 'vitest';
import { MemoryJournalStore } from '../../../shared/adapters/memory/memory-journal-store.ts';
import { MemoryLedgerStore } from '../../../shared/adapters/memory/memory-ledger-store.ts';
import { applyOrderUpdate } from '../../../shared/application/apply-order-update.ts';
import { reconcile, type Reconciled } from '../../../shared/application/reconcile.ts';
import { writeLedger } from '../../../shared/application/write-ledger.ts';
import { balanceOf } from '../../../shared/domain/ledger/fold-ledger.ts';
import {
  expectBalanced,
  fillsOf,
  holdLease,
  openDesk,
  place,
  type TradingDesk,
} from '../../support/trading-desk.ts';

/** The verdict a while later. */
async function reconcileAfter(desk: TradingDesk, waitMs: number): Promise<Reconciled> {
  desk.clock.advance(waitMs);
  return reconcile(desk.deps);
}

/** Another market's entry that fills, so that cash moves on both sides. */
async function tradeOn(desk: TradingDesk, n: number): Promise<void> {
  await holdLease(desk);
  desk.exchange.answer(desk.exchange.accepts({ at: 5_200, count: 1_000, fee: 174_800 }));
  const market = { ticker: `KX-${n}`, eventTicker: `KX-${n}-EVENT` };
  const { clientOrderId } = (await place(desk, { n, market })).intent;
  const fill = (await fillsOf(desk)).at(-1)!;
  await applyOrderUpdate(desk.deps, { kind: 'fill', fill, clientOrderId });
}

const causes = (desk: TradingDesk) => desk.store.peekAll('causes');
const alarms = (desk: TradingDesk) =>
  desk.telemetry.lines().flatMap(({ level, event }) => (level === 'critical' ? [event] : []));
const residuals = (desk: TradingDesk) => desk.journal.filter((entry) => entry.kind === 'residual');

async function ledgerOf(desk: TradingDesk) {
  const ledger = new MemoryLedgerStore();
  await writeLedger({ ledger, journal: new MemoryJournalStore() }, desk.journal);
  return balanceOf(await ledger.entries());
}

/** A difference that was seen at two looks six seconds apart. */
async function confirmed(micros: number): Promise<TradingDesk> {
  const desk = await openDesk();
  desk.exchange.misplace(micros);
  expect(await reconcileAfter(desk, 60_000)).toMatchObject({ kind: 'undecided' });
  expect(await reconcileAfter(desk, 6_000)).toMatchObject({ kind: 'mismatch' });
  return desk;
}

describe('a cash difference that stands', () => {
  it('is confirmed although trades go on between the looks', async () => {
    const desk = await openDesk();
    desk.exchange.misplace(-1_000_000);
    await tradeOn(desk, 1);
    expect(await reconcileAfter(desk, 3_000)).toEqual({
      kind: 'undecided',
      reason: 'a difference was seen once',
    });
    await tradeOn(desk, 2);
    expect(await reconcileAfter(desk, 3_000)).toMatchObject({ kind: 'undecided' });
    await tradeOn(desk, 3);
    expect(await reconcileAfter(desk, 3_000)).toMatchObject({
      kind: 'mismatch',
      what: expect.stringContaining('-1000000'),
    });
    expect(residuals(desk)).toMatchObject([{ exchangeIndex: 0, amount: -1_000_000 }]);
    expect(await desk.store.headroom('cash:0')).toBe(desk.exchange.cash);
    await expectBalanced(desk);
  });

  it.each([
    ['missing money', -1_000_000],
    ['a credit', 250_000],
  ])('is booked to suspense once it is confirmed: %s', async (_, micros) => {
    const desk = await confirmed(micros);
    expect(residuals(desk)).toMatchObject([{ exchangeIndex: 0, amount: micros }]);
    const balances = await ledgerOf(desk);
    expect(balances.get('cash:0')).toBe(desk.exchange.cash);
    expect(balances.get('suspense')).toBe(-micros);
    expect(await desk.store.headroom('cash:0')).toBe(desk.exchange.cash);
    await expectBalanced(desk);
  });

  it.each([-1_000_000, 250_000])(
    'of %d micro-dollars is history at the next look, and moves the caps',
    async (micros) => {
      const desk = await confirmed(micros);
      for (let look = 0; look < 3; look += 1)
        expect(await reconcileAfter(desk, 6_000)).toMatchObject({ kind: 'agreed' });
      expect(residuals(desk)).toHaveLength(1);
      expect(alarms(desk)).toEqual(['mismatch']);
      expect(desk.store.peekAll('suspicions')).toEqual([]);
      expect(desk.store.peek('account', 'account')?.capEquity).toBe(desk.exchange.cash);
      await expectBalanced(desk);
    },
  );

  it('stops the account when money is missing, until a person has looked', async () => {
    const desk = await confirmed(-1_000_000);
    await reconcileAfter(desk, 60_000);
    expect(causes(desk)).toMatchObject([
      { code: 'mismatch', scope: { kind: 'account' }, state: 'reduce' },
    ]);
    expect(alarms(desk)).toEqual(['mismatch']);
  });

  it('alarms and stops nothing when it is a credit', async () => {
    const desk = await confirmed(250_000);
    expect(alarms(desk)).toEqual(['mismatch']);
    expect(causes(desk)).toEqual([]);
    await tradeOn(desk, 1);
    await expectBalanced(desk);
  });

  it('and the same again right after it are booked each for itself, after two looks each', async () => {
    const desk = await confirmed(250_000);
    desk.exchange.misplace(250_000);
    expect(await reconcileAfter(desk, 6_000)).toMatchObject({ kind: 'undecided' });
    expect(await reconcileAfter(desk, 6_000)).toMatchObject({ kind: 'mismatch' });
    expect(residuals(desk)).toMatchObject([{ amount: 250_000 }, { amount: 250_000 }]);
    expect(await reconcileAfter(desk, 6_000)).toMatchObject({ kind: 'agreed' });
    expect(await desk.store.headroom('cash:0')).toBe(desk.exchange.cash);
    await expectBalanced(desk);
  });
});
