import type { EpochMs, MarketTicker } from '../../domain/market/market.ts';
import type { Money } from '../../domain/money/money.ts';
import type { Accounts, ShardCash } from './accounts.ts';
import type { FloorEvent } from './floor-event.ts';
import type { AccountName, SimFill, SimOrder, SimSettlement } from './sim-order.ts';
import { Versions } from './versions.ts';

/** One market of one account at one time. */
export type HoldingView = {
  readonly market: MarketTicker;
  readonly eventTicker: string;
  readonly exchangeIndex: number;
  /** Signed, YES positive, 1e-2 contracts. */
  readonly position: number;
  readonly basis: Money;
  readonly realised: Money;
  readonly fees: Money;
  readonly traded: Money;
  /** In 1e-2 contracts. */
  readonly tradedCount: number;
  readonly updatedAtMs: EpochMs;
};

type Remembered = {
  readonly orders: Map<string, Versions<Readonly<SimOrder>>>;
  readonly fills: SimFill[];
  readonly settlements: SimSettlement[];
  readonly cash: Map<number, Versions<Readonly<ShardCash>>>;
  readonly holdings: Map<MarketTicker, Versions<HoldingView>>;
};

/**
 * What each account that is not of the crowd could have read at any time: every version of its orders, cash and
 * positions, and its fills and settlements in order. Reads with lag look into the past of this.
 */
export class AccountHistory {
  readonly #accounts = new Map<AccountName, Remembered>();

  /** Takes in one event of the floor; `accounts` is the state right after it. */
  remember(event: FloorEvent, accounts: Accounts): void {
    switch (event.kind) {
      case 'order':
        this.#rememberOrder(event.order);
        return;
      case 'fill':
        this.#of(event.fill.account).fills.push(event.fill);
        return;
      case 'settlement':
        this.#of(event.account).settlements.push(event.settlement);
        return;
      case 'account':
        this.#rememberAccount(event, accounts);
        return;
      case 'book_change':
      case 'trade':
      case 'lifecycle':
      case 'event':
      case 'event_fees':
      case 'order_group':
        return;
    }
  }

  /** Orders as they were, in order of acceptance. */
  orders(account: AccountName, asOfMs: EpochMs): readonly Readonly<SimOrder>[] {
    return seen(this.#accounts.get(account)?.orders, asOfMs);
  }

  order(account: AccountName, orderId: string, asOfMs: EpochMs): Readonly<SimOrder> | undefined {
    return this.#accounts.get(account)?.orders.get(orderId)?.at(asOfMs);
  }

  fills(account: AccountName, asOfMs: EpochMs): readonly SimFill[] {
    return upTo(this.#accounts.get(account)?.fills ?? [], asOfMs);
  }

  settlements(account: AccountName, asOfMs: EpochMs): readonly SimSettlement[] {
    return upTo(this.#accounts.get(account)?.settlements ?? [], asOfMs);
  }

  holdings(account: AccountName, asOfMs: EpochMs): readonly HoldingView[] {
    return seen(this.#accounts.get(account)?.holdings, asOfMs);
  }

  /** Cash by shard, shards in rising order. */
  cash(
    account: AccountName,
    asOfMs: EpochMs,
  ): readonly { readonly exchangeIndex: number; readonly cash: Readonly<ShardCash> }[] {
    return [...(this.#accounts.get(account)?.cash ?? [])]
      .toSorted(([a], [b]) => a - b)
      .flatMap(([exchangeIndex, versions]) => {
        const cash = versions.at(asOfMs);
        return cash === undefined ? [] : [{ exchangeIndex, cash }];
      });
  }

  #of(account: AccountName): Remembered {
    const known = this.#accounts.get(account);
    if (known !== undefined) return known;
    const fresh: Remembered = {
      orders: new Map(),
      fills: [],
      settlements: [],
      cash: new Map(),
      holdings: new Map(),
    };
    this.#accounts.set(account, fresh);
    return fresh;
  }

  #rememberOrder(order: Readonly<SimOrder>): void {
    const { orders } = this.#of(order.account);
    versionsIn(orders, order.orderId).set(order.updatedAtMs, { ...order });
  }

  #rememberAccount(event: Extract<FloorEvent, { kind: 'account' }>, accounts: Accounts): void {
    const account = accounts.find(event.account);
    const cash = account?.shards.get(event.exchangeIndex);
    const remembered = this.#of(event.account);
    if (cash !== undefined)
      versionsIn(remembered.cash, event.exchangeIndex).set(event.atMs, { ...cash });
    if (event.market === null) return;
    const holding = account?.holdings.get(event.market);
    if (holding === undefined) return;
    versionsIn(remembered.holdings, event.market).set(event.atMs, {
      market: holding.ticker,
      eventTicker: holding.eventTicker,
      exchangeIndex: holding.exchangeIndex,
      position: holding.position,
      basis: holding.basis,
      realised: holding.realised,
      fees: holding.fees,
      traded: holding.traded,
      tradedCount: holding.tradedCount,
      updatedAtMs: holding.updatedAtMs,
    });
  }
}

function versionsIn<K, T>(map: Map<K, Versions<T>>, key: K): Versions<T> {
  const known = map.get(key);
  if (known !== undefined) return known;
  const fresh = new Versions<T>();
  map.set(key, fresh);
  return fresh;
}

function seen<K, T>(map: Map<K, Versions<T>> | undefined, asOfMs: EpochMs): readonly T[] {
  const values: T[] = [];
  for (const versions of map?.values() ?? []) {
    const value = versions.at(asOfMs);
    if (value !== undefined) values.push(value);
  }
  return values;
}

/** Events are stored in rising time, so the visible ones are a prefix. */
function upTo<T extends { readonly atMs: EpochMs }>(
  events: readonly T[],
  asOfMs: EpochMs,
): readonly T[] {
  const end = events.findLastIndex((event) => event.atMs <= asOfMs);
  return end === events.length - 1 ? events : events.slice(0, end + 1);
}
