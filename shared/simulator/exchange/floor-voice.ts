import type { EpochMs, MarketTicker } from '../../domain/market/market.ts';
import { ONE_DOLLAR } from '../../domain/money/price.ts';
import type { FloorEvent, FloorListener } from './floor-event.ts';
import type { Listing } from './listing.ts';
import type { AccountName, SimFill, SimOrder } from './sim-order.ts';

/** A change of one level of a book. */
type LevelChange = Omit<Extract<FloorEvent, { kind: 'book_change' }>, 'kind' | 'market'>;

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
  tellOwnLevel(listing: Listing, order: SimOrder, change: number, atMs: EpochMs): void {
    const { side, price } = order;
    this.tellLevel(listing, { side, price, change, cause: order, atMs });
  }

  /** A level changed; the candles of the market learn where its book stands, which most changes do not move. */
  tellLevel(listing: Listing, level: LevelChange): void {
    const { engine, tape, market } = listing;
    const { side, price, change, cause, atMs } = level;
    listing.bookChangedMs = atMs;
    if (tape.isAtTop(side, price))
      tape.quote(engine.bestPrice('bid') ?? 0, engine.bestPrice('ask') ?? ONE_DOLLAR, atMs);
    const { ticker } = market;
    this.tell({ kind: 'book_change', market: ticker, side, price, change, cause, atMs });
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
