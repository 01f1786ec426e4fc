import type { EpochMs, Market, MarketTicker } from '../../domain/market/market.ts';
import type { FeeRole, FeeSchedule } from '../../domain/market/fee-schedule.ts';
import { chargeFill, tradeFee } from '../../domain/market/fees.ts';
import { contracts, type Contracts } from '../../domain/money/contracts.ts';
import { invariant } from '../../domain/money/invariant.ts';
import { addMoney, money, NO_MONEY, subtractMoney, type Money } from '../../domain/money/money.ts';
import { ONE_DOLLAR, type Price } from '../../domain/money/price.ts';
import { Holding, type HeldOrder } from './holding.ts';
import type { AccountName, SimOrder } from './sim-order.ts';

/**
 * Cash of one account on one shard. `cash` includes what is reserved; what can be spent is the difference. `deposited` is
 * what came from outside and from other shards and subaccounts, less what went there.
 */
export type ShardCash = { cash: Money; reserved: Money; deposited: Money };

export type Account = {
  readonly name: AccountName;
  readonly shards: Map<number, ShardCash>;
  readonly holdings: Map<MarketTicker, Holding>;
  fees: Money;
};

export type BookedSide = {
  readonly fee: Money;
  /** Signed YES position after the fill, in 1e-2 contracts. */
  readonly postPosition: number;
};

/** Where all money of the exchange stands; `deposits`, less what was paid out, is the sum of the other five, always. */
export type MoneyTotals = {
  readonly deposits: Money;
  readonly cash: Money;
  /** One dollar for each pair of a YES and a NO contract. */
  readonly collateral: Money;
  readonly fees: Money;
  /** Parts of a cent that scalar payouts left behind. */
  readonly settlementRounding: Money;
  /** Has left one shard and not reached the other. */
  readonly inTransit: Money;
};

/**
 * Cash, collateral and positions of everyone at the exchange, in integers. Money enters by deposits only. A trade moves
 * it between the two accounts, the pool of collateral (one dollar a pair) and the fee account; settlement pays the pool
 * out. Resting orders reserve what opening would cost: price × count for a bid, (1 − price) × count for an ask, plus
 * the maker fee; what closes an opposite position needs nothing (Kalshi trading rules; that fees are reserved is a
 * choice, the exchange does not say).
 */
export class Accounts {
  readonly #accounts = new Map<AccountName, Account>();
  #fees = NO_MONEY;
  #settlementRounding = NO_MONEY;
  #inTransit = NO_MONEY;

  find(name: AccountName): Account | undefined {
    return this.#accounts.get(name);
  }

  all(): Iterable<Account> {
    return this.#accounts.values();
  }

  deposit(name: AccountName, shard: number, amount: Money): void {
    invariant(amount >= 0, `a deposit is not negative, and is not ${amount}`);
    let account = this.#accounts.get(name);
    if (account === undefined) {
      account = { name, shards: new Map(), holdings: new Map(), fees: NO_MONEY };
      this.#accounts.set(name, account);
    }
    const on = account.shards.get(shard);
    if (on === undefined) {
      account.shards.set(shard, { cash: amount, reserved: NO_MONEY, deposited: amount });
      return;
    }
    on.cash = addMoney(on.cash, amount);
    on.deposited = addMoney(on.deposited, amount);
  }

  /**
   * Takes cash that is not reserved off a shard; false when there is not so much. In
   * transit it is on its way to another shard, and `arrive` ends that.
   */
  takeOut(name: AccountName, shard: number, amount: Money, to: 'outside' | 'transit'): boolean {
    const on = this.#accounts.get(name)?.shards.get(shard);
    if (on === undefined || subtractMoney(on.cash, on.reserved) < amount) return false;
    on.cash = subtractMoney(on.cash, amount);
    on.deposited = subtractMoney(on.deposited, amount);
    if (to === 'transit') this.#inTransit = addMoney(this.#inTransit, amount);
    return true;
  }

  /** Cash that was taken to transit comes to its shard. */
  arrive(name: AccountName, shard: number, amount: Money): void {
    invariant(amount <= this.#inTransit, 'what arrives was on its way');
    this.#inTransit = subtractMoney(this.#inTransit, amount);
    this.deposit(name, shard, amount);
  }

  /** Cash that is not reserved; zero where the account never was. */
  available(name: AccountName, shard: number): Money {
    const on = this.#accounts.get(name)?.shards.get(shard);
    return on === undefined ? NO_MONEY : subtractMoney(on.cash, on.reserved);
  }

  position(name: AccountName, market: MarketTicker): number {
    return this.#accounts.get(name)?.holdings.get(market)?.position ?? 0;
  }

  /**
   * What an order would need on top of what is reserved now, were it to trade whole or to rest at its limit: what it
   * opens costs its price, and the fee of the role in which it would trade. An amended order takes the place of the one
   * that rests.
   */
  required(
    name: AccountName,
    market: Market,
    order: HeldOrder,
    role: FeeRole,
    replaced: SimOrder | null = null,
  ): Money {
    const holding = this.#holding(name, market);
    const reserve = holding.reserveWith(order, market.fees, replaced);
    const onTop = subtractMoney(reserve, holding.reserved);
    const opening = holding.openingCount(order);
    // The reserve holds the maker's fee already.
    if (role === 'maker' || opening === 0) return onTop;
    const count = contracts(opening);
    const fee = tradeFee({ role: 'taker', price: order.price, count, schedule: market.fees });
    return addMoney(onTop, fee);
  }

  /** Starts holding collateral for an order that rests. */
  rest(order: SimOrder, market: Market): void {
    const holding = this.#holding(order.account, market);
    holding.addOrder(order);
    this.#reserve(order.account, holding, market.fees);
  }

  /** Holds what an order needs that rests and has become smaller. */
  resize(order: SimOrder, market: Market): void {
    this.#reserve(order.account, this.#holding(order.account, market), market.fees);
  }

  /** Gives back the collateral of an order that no longer rests. */
  release(order: SimOrder, market: Market): void {
    const holding = this.#holding(order.account, market);
    holding.removeOrder(order);
    this.#reserve(order.account, holding, market.fees);
  }

  /** Books one side of one trade: cash flow, fee with the order's accumulator, position, collateral of what still rests. */
  bookFill(input: {
    readonly order: SimOrder;
    readonly role: FeeRole;
    readonly price: Price;
    readonly count: Contracts;
    readonly market: Market;
    readonly atMs: EpochMs;
  }): BookedSide {
    const { order, role, price, count, market } = input;
    const account = this.#account(order.account);
    const on = shardCash(account, market.exchangeIndex);
    const holding = this.#holding(order.account, market);
    const { cashFlow, legCost } = holding.trade({ side: order.side, price, count });
    const charge = chargeFill({
      cashFlow,
      tradeFee: tradeFee({ role, price, count, schedule: market.fees }),
      precision: 'direct',
      accumulator: order.feeAccumulator,
    });
    order.feeAccumulator = charge.accumulator;
    if (role === 'taker') {
      order.takerCost = addMoney(order.takerCost, legCost);
      order.takerFees = addMoney(order.takerFees, charge.charged);
    } else {
      order.makerCost = addMoney(order.makerCost, legCost);
      order.makerFees = addMoney(order.makerFees, charge.charged);
    }
    on.cash = addMoney(on.cash, cashFlow, money(-charge.charged));
    account.fees = addMoney(account.fees, charge.charged);
    holding.fees = addMoney(holding.fees, charge.charged);
    holding.updatedAtMs = input.atMs;
    this.#fees = addMoney(this.#fees, charge.charged);
    if (order.remaining === 0) holding.removeOrder(order);
    this.#reserve(order.account, holding, market.fees);
    return { fee: charge.charged, postPosition: holding.position };
  }

  /**
   * Pays one account's net position out at `yesValue` per YES contract and the rest of the dollar per NO contract. A
   * scalar payout is floored to whole cents. Returns what was held and paid; null when nothing was held.
   */
  settle(
    name: AccountName,
    market: Market,
    yesValue: Price,
    atMs: EpochMs,
  ): {
    readonly position: number;
    readonly basis: Money;
    readonly revenue: Money;
    readonly tradeFees: Money;
  } | null {
    const account = this.#account(name);
    const holding = account.holdings.get(market.ticker);
    if (holding === undefined || holding.position === 0) return null;
    const { position, basis, fees: tradeFees } = holding;
    const value = position > 0 ? yesValue : ONE_DOLLAR - yesValue;
    const payout = Math.abs(position) * value;
    const rounding = payout % 10_000;
    const revenue = money(payout - rounding);
    const on = shardCash(account, market.exchangeIndex);
    on.cash = addMoney(on.cash, revenue);
    this.#settlementRounding = addMoney(this.#settlementRounding, money(rounding));
    holding.payOut(revenue, atMs);
    this.#reserve(name, holding, market.fees);
    return { position, basis, revenue, tradeFees };
  }

  /** Where all money stands: the left side of the conservation of money. */
  totals(): MoneyTotals {
    let deposits = this.#inTransit;
    let cash = NO_MONEY;
    let collateral = NO_MONEY;
    for (const account of this.#accounts.values()) {
      for (const on of account.shards.values()) {
        deposits = addMoney(deposits, on.deposited);
        cash = addMoney(cash, on.cash);
      }
      for (const { position } of account.holdings.values())
        if (position > 0) collateral = addMoney(collateral, money(position * ONE_DOLLAR));
    }
    return {
      deposits,
      cash,
      collateral,
      fees: this.#fees,
      settlementRounding: this.#settlementRounding,
      inTransit: this.#inTransit,
    };
  }

  #account(name: AccountName): Account {
    const account = this.#accounts.get(name);
    invariant(account !== undefined, `account ${name} has made a deposit before it trades`);
    return account;
  }

  #holding(name: AccountName, market: Market): Holding {
    const account = this.#account(name);
    let holding = account.holdings.get(market.ticker);
    if (holding === undefined) {
      holding = new Holding(market);
      account.holdings.set(market.ticker, holding);
    }
    return holding;
  }

  #reserve(name: AccountName, holding: Holding, schedule: FeeSchedule): void {
    const before = holding.reserved;
    const after = holding.computeReserve(schedule);
    if (after === before) return;
    const on = shardCash(this.#account(name), holding.exchangeIndex);
    on.reserved = money(on.reserved + after - before);
    holding.reserved = after;
  }
}

function shardCash(account: Account, shard: number): ShardCash {
  const on = account.shards.get(shard);
  invariant(
    on !== undefined,
    `account ${account.name} has cash on shard ${shard} before it trades`,
  );
  return on;
}
