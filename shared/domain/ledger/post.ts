import { fillKey } from '../execution/fill.ts';
import { addMoney, cost, negate, NO_MONEY, subtractMoney, type Money } from '../money/money.ts';
import { legPrice } from '../positions/fold-position.ts';
import type { JournalEntry } from './journal.ts';
import type { LedgerAccount, LedgerEntry, Posting } from './posting.ts';

type JournalOf<K extends JournalEntry['kind']> = Extract<JournalEntry, { kind: K }>;

/**
 * The balanced entry that a journal entry books: debits positive, credits negative, sum zero. Fees are the exchange's
 * own. Journal entries in which no money moves give null. Postings of nothing are left out.
 */
export function postJournal(entry: JournalEntry): LedgerEntry | null {
  switch (entry.kind) {
    case 'opening':
      return postOpening(entry);
    case 'fill':
      return entry.purpose === 'entry' ? postPurchase(entry) : postSale(entry);
    case 'settlement':
      return postSettlement(entry);
    case 'residual':
      return postResidual(entry);
    case 'order':
    case 'position_opened':
    case 'position_closed':
      return null;
  }
}

function postOpening(entry: JournalOf<'opening'>): LedgerEntry {
  return {
    entryId: `opening|${entry.journalId}`,
    bookedAtMs: entry.atMs,
    source: { kind: 'opening' },
    postings: postings([
      [`cash:${entry.exchangeIndex}`, entry.cash],
      ['capital', negate(entry.cash)],
    ]),
  };
}

/** The position takes its cost, the fee is spent, cash pays both. */
function postPurchase(entry: JournalOf<'fill'>): LedgerEntry {
  const { fill, leg } = entry;
  const paid = cost(legPrice(leg, fill.price), fill.count);
  return postFill(entry, [
    [`position:${fill.market}:${leg}`, paid],
    ['fees', fill.fee],
    [`cash:${entry.exchangeIndex}`, negate(addMoney(paid, fill.fee))],
  ]);
}

/** Cash takes the proceeds less the fee, the position gives its basis, the difference is the trading result. */
function postSale(entry: JournalOf<'fill'>): LedgerEntry {
  const { fill, leg, basis } = entry;
  const proceeds = cost(legPrice(leg, fill.price), fill.count);
  return postFill(entry, [
    [`cash:${entry.exchangeIndex}`, subtractMoney(proceeds, fill.fee)],
    ['fees', fill.fee],
    [`position:${fill.market}:${leg}`, negate(basis)],
    ['trading_result', subtractMoney(basis, proceeds)],
  ]);
}

function postFill(entry: JournalOf<'fill'>, amounts: Amounts): LedgerEntry {
  const key = fillKey(entry.fill);
  return {
    entryId: `fill|${key}`,
    bookedAtMs: entry.atMs,
    source: { kind: 'fill', fillKey: key, clientOrderId: entry.clientOrderId },
    postings: postings(amounts),
  };
}

/** Cash takes the payout less any fee, the position gives its basis, the difference is the settlement result. */
function postSettlement(entry: JournalOf<'settlement'>): LedgerEntry {
  const { market, leg, payout, fee, basis } = entry;
  return {
    entryId: `settlement|${market}|${entry.positionId}`,
    bookedAtMs: entry.atMs,
    source: { kind: 'settlement', market },
    postings: postings([
      [`cash:${entry.exchangeIndex}`, subtractMoney(payout, fee)],
      ['fees', fee],
      [`position:${market}:${leg}`, negate(basis)],
      ['settlement_result', subtractMoney(basis, payout)],
    ]),
  };
}

/** Cash that the exchange holds and we cannot explain stands against suspense, with an alarm, until it is. */
function postResidual(entry: JournalOf<'residual'>): LedgerEntry {
  return {
    entryId: `residual|${entry.journalId}`,
    bookedAtMs: entry.atMs,
    source: { kind: 'residual', reason: entry.reason },
    postings: postings([
      [`cash:${entry.exchangeIndex}`, entry.amount],
      ['suspense', negate(entry.amount)],
    ]),
  };
}

type Amounts = readonly (readonly [LedgerAccount, Money])[];

function postings(amounts: Amounts): readonly Posting[] {
  return amounts
    .filter(([, amount]) => amount !== NO_MONEY)
    .map(([account, amount]) => ({ account, amount }));
}
