import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../../shared/domain/ledger/journal.ts';
import {
  balanceOf,
  cashEquality,
  imbalance,
} from '../../../../shared/domain/ledger/fold-ledger.ts';
import { postJournal } from '../../../../shared/domain/ledger/post.ts';
import type { LedgerEntry } from '../../../../shared/domain/ledger/posting.ts';
import { money } from '../../../../shared/domain/money/money.ts';
import {
  opening,
  planned,
  purchase,
  residual,
  sale,
  settlement,
} from '../../../support/journal-builders.ts';
import { anEntry } from '../../../support/trade-builders.ts';

const MARKET = 'KXNFLGAME-26NOV22-KC';
const postingsOf = (entry: JournalEntry) =>
  Object.fromEntries(postJournal(entry)?.postings.map((p) => [p.account, p.amount]) ?? []);

describe('what is posted', () => {
  it.each([
    ['an opening', opening(10_000_000), { 'cash:0': 10_000_000, capital: -10_000_000 }],
    [
      'a purchase of YES',
      purchase({ id: 't', units: 5_200, count: 1_000, fee: 175_000, atMs: 1 }),
      { [`position:${MARKET}:yes`]: 5_200_000, fees: 175_000, 'cash:0': -5_375_000 },
    ],
    [
      'a purchase of NO on another shard',
      purchase({ id: 't', leg: 'no', exchangeIndex: 2, units: 5_200, count: 1_000, atMs: 1 }),
      { [`position:${MARKET}:no`]: 4_800_000, 'cash:2': -4_800_000 },
    ],
    [
      'a sale with a gain',
      sale({ id: 't', units: 6_000, count: 500, fee: 90_000, basis: 2_600_000, atMs: 1 }),
      {
        'cash:0': 2_910_000,
        fees: 90_000,
        [`position:${MARKET}:yes`]: -2_600_000,
        trading_result: -400_000,
      },
    ],
    [
      'a sale of NO with a loss',
      sale({ id: 't', leg: 'no', units: 6_000, count: 500, basis: 2_400_000, atMs: 1 }),
      {
        'cash:0': 2_000_000,
        [`position:${MARKET}:no`]: -2_400_000,
        trading_result: 400_000,
      },
    ],
    [
      'a settlement that won',
      settlement({
        result: { kind: 'yes' },
        quantity: 500,
        basis: 2_600_000,
        payout: 5_000_000,
        atMs: 1,
      }),
      {
        'cash:0': 5_000_000,
        [`position:${MARKET}:yes`]: -2_600_000,
        settlement_result: -2_400_000,
      },
    ],
    [
      'a settlement that lost',
      settlement({ result: { kind: 'no' }, quantity: 500, basis: 2_600_000, payout: 0, atMs: 1 }),
      { [`position:${MARKET}:yes`]: -2_600_000, settlement_result: 2_600_000 },
    ],
    ['a residual', residual(-30, 1), { 'cash:0': -30, suspense: 30 }],
  ] as const)('for %s', (_, entry, postings) => {
    expect(postingsOf(entry)).toEqual(postings);
    expect(imbalance([postJournal(entry)!])).toBe(0);
  });

  it('is nothing where no money moves', () => {
    expect(postJournal(planned(anEntry(), 1))).toBeNull();
    const closed = { positionId: 'p', market: MARKET, leg: 'yes', cause: 'x', atMs: 1 } as const;
    for (const kind of ['position_opened', 'position_closed'] as const)
      expect(postJournal({ kind, journalId: kind, ...closed })).toBeNull();
  });

  it('has an id made of what it books, so that a fill seen twice is one entry', () => {
    const trade = { units: 5_200, count: 100 };
    const once = postJournal(purchase({ id: 't1', ...trade, atMs: 1 }));
    const again = postJournal(purchase({ id: 't1', ...trade, atMs: 99 }));
    const other = postJournal(purchase({ id: 't2', ...trade, atMs: 1 }));
    expect(once?.entryId).toBe('fill|t1|exchange-1');
    expect(again?.entryId).toBe(once?.entryId);
    expect(other?.entryId).not.toBe(once?.entryId);
  });
});

const off = (amount: number): LedgerEntry => ({
  entryId: `off-${amount}`,
  bookedAtMs: 1,
  source: { kind: 'opening' },
  postings: [{ account: 'cash:0', amount: money(amount) }],
});
const cash = (...shards: readonly (readonly [number, number])[]) =>
  new Map(shards.map(([shard, amount]) => [shard, money(amount)]));

describe('a ledger', () => {
  const journal = [
    opening(10_000_000),
    opening(5_000_000, 0, 1),
    purchase({ id: 't1', units: 5_200, count: 1_000, fee: 175_000, atMs: 1 }),
    sale({ id: 't2', units: 6_000, count: 500, fee: 90_000, basis: 2_600_000, atMs: 2 }),
    settlement({
      result: { kind: 'yes' },
      quantity: 500,
      basis: 2_600_000,
      payout: 5_000_000,
      atMs: 3,
    }),
  ];
  const ledger = journal.map((entry) => postJournal(entry)!);

  it('has a balance in each account', () => {
    expect(Object.fromEntries(balanceOf(ledger))).toEqual({
      'cash:0': 12_535_000,
      'cash:1': 5_000_000,
      capital: -15_000_000,
      [`position:${MARKET}:yes`]: 0,
      fees: 265_000,
      trading_result: -400_000,
      settlement_result: -2_400_000,
    });
  });

  it('is out of balance by all that is wrong in it, also when two errors cancel out', () => {
    expect(imbalance(ledger)).toBe(0);
    expect(imbalance([off(7)])).toBe(14);
    expect(imbalance([off(7), off(-7)])).toBe(14);
  });

  it('says on which shards the exchange holds something else', () => {
    const equal = cash([0, 12_535_000], [1, 5_000_000]);
    expect(cashEquality({ ledger, exchangeCash: equal })).toEqual([]);
    const differs = cash([2, 9], [0, 12_535_100]);
    expect(cashEquality({ ledger, exchangeCash: differs })).toEqual([
      { exchangeIndex: 0, booked: 12_535_000, held: 12_535_100, residual: 100 },
      { exchangeIndex: 1, booked: 5_000_000, held: 0, residual: -5_000_000 },
      { exchangeIndex: 2, booked: 0, held: 9, residual: 9 },
    ]);
  });
});
