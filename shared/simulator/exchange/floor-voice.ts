import type { EpochMs, MarketTicker } from '../../domain/market/market.ts';
import type { FloorEvent, FloorListener } from './floor-event.ts';
import type { AccountName, SimFill, SimOrder } from './sim-order.ts';

/**
 * Tells the listeners what happens, at once and in order. Accounts of the crowd have no own messages: nobody reads
 * them, and there are hundreds of thousands.
 */
export class FloorVoice {
  readonly #listeners: readonly FloorListener[];
  readonly #crowd = new Set<AccountName>();

  constructor(listeners: readonly FloorListener[]) {
    this.#listeners = listeners;
  }

  joinCrowd(account: AccountName): void {
    this.#crowd.add(account);
  }

  isOfCrowd(account: AccountName): boolean {
    return this.#crowd.has(account);
  }

  tell(event: FloorEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** A change of the level of an order, caused by its arrival or leaving. */
  tellLevel(order: SimOrder, change: number, atMs: EpochMs): void {
    const { market, side, price } = order;
    this.tell({ kind: 'book_change', market, side, price, change, cause: order, atMs });
  }

  tellOrder(order: SimOrder): void {
    if (!this.#crowd.has(order.account)) this.tell({ kind: 'order', order });
  }

  tellFill(fill: SimFill): void {
    if (!this.#crowd.has(fill.account)) this.tell({ kind: 'fill', fill });
  }

  tellAccount(change: {
    readonly account: AccountName;
    readonly market: MarketTicker | null;
    readonly exchangeIndex: number;
    readonly atMs: EpochMs;
  }): void {
    if (!this.#crowd.has(change.account)) this.tell({ kind: 'account', ...change });
  }
}
