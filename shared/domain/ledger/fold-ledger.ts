import { money, NO_MONEY, subtractMoney, type Money } from '../money/money.ts';
import type { LedgerAccount, LedgerEntry } from './posting.ts';

/** Balance of each account: debits less credits. Accounts never posted to are absent. */
export function balanceOf(entries: readonly LedgerEntry[]): ReadonlyMap<LedgerAccount, Money> {
  const balances = new Map<LedgerAccount, Money>();
  for (const { postings } of entries) {
    for (const { account, amount } of postings)
      balances.set(account, money((balances.get(account) ?? NO_MONEY) + amount));
  }
  return balances;
}

/**
 * How far the ledger is from balanced: the absolute sum of each entry and the absolute sum of all, added up, so that
 * errors cannot cancel out. Zero for a sound ledger.
 */
export function imbalance(entries: readonly LedgerEntry[]): Money {
  let total = 0;
  let off = 0;
  for (const { postings } of entries) {
    const sum = postings.reduce((before, { amount }) => before + amount, 0);
    off += Math.abs(sum);
    total += sum;
  }
  return money(off + Math.abs(total));
}

/** One shard where the two disagree; `residual` is what the exchange holds beyond the ledger, signed. */
export type CashDifference = {
  readonly exchangeIndex: number;
  readonly booked: Money;
  readonly held: Money;
  readonly residual: Money;
};

const CASH = 'cash:';

/**
 * Compares the ledger's cash with the exchange's, shard by shard, over the shards that either of them knows: with
 * immediate-or-cancel orders nothing is held as collateral, so the two are equal. The result lists the shards that
 * are not, by index; empty when all agree.
 */
export function cashEquality({
  ledger,
  exchangeCash,
}: {
  readonly ledger: readonly LedgerEntry[];
  readonly exchangeCash: ReadonlyMap<number, Money>;
}): readonly CashDifference[] {
  const booked = new Map<number, Money>();
  for (const [account, amount] of balanceOf(ledger)) {
    if (account.startsWith(CASH)) booked.set(Number(account.slice(CASH.length)), amount);
  }
  return [...new Set([...booked.keys(), ...exchangeCash.keys()])]
    .toSorted((a, b) => a - b)
    .map((exchangeIndex) => {
      const ours = booked.get(exchangeIndex) ?? NO_MONEY;
      const held = exchangeCash.get(exchangeIndex) ?? NO_MONEY;
      return { exchangeIndex, booked: ours, held, residual: subtractMoney(held, ours) };
    })
    .filter(({ residual }) => residual !== NO_MONEY);
}
