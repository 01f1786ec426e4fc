import type { BookSide } from '../../domain/execution/intent.ts';
import type { EpochMs, Market, MarketTicker } from '../../domain/market/market.ts';
import type { FeeSchedule } from '../../domain/market/fee-schedule.ts';
import { tradeFee } from '../../domain/market/fees.ts';
import { contracts, type Contracts } from '../../domain/money/contracts.ts';
import { invariant } from '../../domain/money/invariant.ts';
import { addMoney, money, NO_MONEY, type Money } from '../../domain/money/money.ts';
import { complement, type Price } from '../../domain/money/price.ts';
import type { SimOrder } from './sim-order.ts';

/** What the collateral of an order depends on. */
export type HeldOrder = Pick<SimOrder, 'side' | 'price' | 'remaining'>;

/**
 * One account in one market: the signed net position (YES positive, 1e-2 contracts), its cost without fees, and the
 * resting orders with the cash held for them. Buying NO while YES is held closes YES, a pair returning one dollar.
 */
export class Holding {
  readonly ticker: MarketTicker;
  readonly eventTicker: string;
  readonly exchangeIndex: number;
  position = 0;
  /** Cost of what is held, on the scale of the held leg, without fees. */
  basis: Money = NO_MONEY;
  /** Proceeds less basis of what was sold or settled, without fees. */
  realised: Money = NO_MONEY;
  fees: Money = NO_MONEY;
  /** Sum of price × count of all trades, on the leg that was bought or sold. */
  traded: Money = NO_MONEY;
  /** Contracts of all trades, in 1e-2. */
  tradedCount = 0;
  reserved: Money = NO_MONEY;
  updatedAtMs: EpochMs = 0;
  /** Resting orders by side in matching priority, best first. */
  readonly #orders: Readonly<Record<BookSide, SimOrder[]>> = { bid: [], ask: [] };

  constructor(market: Market) {
    this.ticker = market.ticker;
    this.eventTicker = market.eventTicker;
    this.exchangeIndex = market.exchangeIndex;
  }

  addOrder(order: SimOrder): void {
    const side = this.#orders[order.side];
    const worse = side.findIndex((standing) => isBetter(order.side, order.price, standing.price));
    side.splice(worse === -1 ? side.length : worse, 0, order);
  }

  /** Forgets an order; one that never rested is not there, and that is fine. */
  removeOrder(order: SimOrder): void {
    const side = this.#orders[order.side];
    const at = side.indexOf(order);
    if (at !== -1) side.splice(at, 1);
  }

  /** How much of an order would open rather than close, were it filled now. */
  openingCount(order: HeldOrder): number {
    return Math.max(0, order.remaining - this.#closable(order.side));
  }

  /**
   * Moves the position by one trade. Closing proceeds and opening costs make the cash flow; a close takes its share of
   * the basis out, floored. `legCost` is price × count on the scale of the leg that the order side buys.
   */
  trade(input: { readonly side: BookSide; readonly price: Price; readonly count: Contracts }): {
    readonly cashFlow: Money;
    readonly legCost: Money;
  } {
    const { side, price, count } = input;
    const closing = Math.min(count, this.#closable(side));
    const opening = count - closing;
    const buyPrice = openingPrice(side, price);
    const proceeds = closing * complement(buyPrice);
    const held = Math.abs(this.position);
    const basisOut = closing === held ? this.basis : share(this.basis, closing, held);
    this.basis = money(this.basis - basisOut + opening * buyPrice);
    this.realised = money(this.realised + proceeds - basisOut);
    this.traded = addMoney(this.traded, money(count * price));
    this.tradedCount += count;
    this.position += side === 'bid' ? count : -count;
    return {
      cashFlow: money(proceeds - opening * buyPrice),
      legCost: money(count * buyPrice),
    };
  }

  /** Closes the whole position for `revenue`. */
  payOut(revenue: Money, atMs: EpochMs): void {
    this.realised = money(this.realised + revenue - this.basis);
    this.basis = NO_MONEY;
    this.position = 0;
    this.updatedAtMs = atMs;
  }

  computeReserve(schedule: FeeSchedule): Money {
    return money(
      reserveOf(this.#orders.bid, this.#closable('bid'), schedule) +
        reserveOf(this.#orders.ask, this.#closable('ask'), schedule),
    );
  }

  /** The reserve as it would be with one more order standing at its limit, in place of one that rests if it is an amendment. */
  reserveWith(order: HeldOrder, schedule: FeeSchedule, replaced: SimOrder | null = null): Money {
    const side: HeldOrder[] = this.#orders[order.side].filter((standing) => standing !== replaced);
    const worse = side.findIndex((standing) => isBetter(order.side, order.price, standing.price));
    side.splice(worse === -1 ? side.length : worse, 0, order);
    const other = order.side === 'bid' ? 'ask' : 'bid';
    return money(
      reserveOf(side, this.#closable(order.side), schedule) +
        reserveOf(this.#orders[other], this.#closable(other), schedule),
    );
  }

  /** Contracts of the opposite leg that an order on `side` can close. */
  #closable(side: BookSide): number {
    return Math.max(0, side === 'bid' ? -this.position : this.position);
  }
}

/** What opening by one contract costs: the YES price for a bid, its complement for an ask. */
function openingPrice(side: BookSide, price: Price): Price {
  return side === 'bid' ? price : complement(price);
}

/** The first orders in priority close what is held; the others open and are paid for whole, with the maker fee. */
function reserveOf(orders: readonly HeldOrder[], closable: number, schedule: FeeSchedule): number {
  let cover = closable;
  let sum = 0;
  for (const { side, price, remaining } of orders) {
    const closing = Math.min(cover, remaining);
    cover -= closing;
    const opening = contracts(remaining - closing);
    if (opening === 0) continue;
    sum += opening * openingPrice(side, price);
    sum += tradeFee({ role: 'maker', price, count: opening, schedule });
  }
  return sum;
}

function isBetter(side: BookSide, price: Price, than: Price): boolean {
  return side === 'bid' ? price > than : price < than;
}

/** `amount` × `part` ÷ `whole`, floored; the product may leave 2^53, so it is a BigInt. */
function share(amount: Money, part: number, whole: number): Money {
  if (part === 0) return NO_MONEY;
  invariant(whole > 0 && part <= whole, 'a share is taken of something that holds it');
  return money(Number((BigInt(amount) * BigInt(part)) / BigInt(whole)));
}
