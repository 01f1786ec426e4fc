import type { MarketTicker } from '../../domain/market/market.ts';
import { NO_MONEY, subtractMoney, type Money } from '../../domain/money/money.ts';
import type { AccountHistory } from './account-history.ts';
import type { Accounts } from './accounts.ts';
import type { AccountName, SimFill, SimOrder, SimSettlement } from './sim-order.ts';

/** What the exchange knows of one account. Orders, fills and settlements are empty for an account of the crowd. */
export type AccountTruth = {
  /** Available cash, what the balance shows. With the reserve it is all the account's cash. */
  readonly cashByShard: ReadonlyMap<number, Money>;
  /** Held for resting orders. */
  readonly reservedByShard: ReadonlyMap<number, Money>;
  readonly depositsByShard: ReadonlyMap<number, Money>;
  /** Net positions that are not zero; signed, YES positive, 1e-2 contracts. */
  readonly positions: ReadonlyMap<
    MarketTicker,
    { readonly quantity: number; readonly basis: Money }
  >;
  /** Every order ever accepted, in order of acceptance, in its newest state. */
  readonly orders: readonly Readonly<SimOrder>[];
  readonly fills: readonly SimFill[];
  /** All fees ever charged. */
  readonly fees: Money;
  readonly settlements: readonly SimSettlement[];
};

const FOREVER = Number.POSITIVE_INFINITY;

/** Reads everything of an account as of now; an account that never was has nothing. */
export function accountTruth(
  name: AccountName,
  accounts: Accounts,
  history: AccountHistory,
): AccountTruth {
  const account = accounts.find(name);
  const shards = [...(account?.shards ?? [])].toSorted(([a], [b]) => a - b);
  const holdings = [...(account?.holdings.values() ?? [])].filter(({ position }) => position !== 0);
  return {
    cashByShard: new Map(
      shards.map(([shard, { cash, reserved }]) => [shard, subtractMoney(cash, reserved)]),
    ),
    reservedByShard: new Map(shards.map(([shard, { reserved }]) => [shard, reserved])),
    depositsByShard: new Map(shards.map(([shard, { deposited }]) => [shard, deposited])),
    positions: new Map(
      holdings.map(({ ticker, position, basis }) => [ticker, { quantity: position, basis }]),
    ),
    orders: history.orders(name, FOREVER),
    fills: history.fills(name, FOREVER),
    fees: account?.fees ?? NO_MONEY,
    settlements: history.settlements(name, FOREVER),
  };
}
