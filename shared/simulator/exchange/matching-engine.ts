import type { BookSide } from '../../domain/execution/intent.ts';
import type { BookView, Level } from '../../domain/market/book-view.ts';
import {
  addContracts,
  contracts,
  NO_CONTRACTS,
  subtractContracts,
  type Contracts,
} from '../../domain/money/contracts.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { Price } from '../../domain/money/price.ts';
import { otherSide, type SimOrder } from './sim-order.ts';

/** One meeting of the taker with one resting order, at the resting order's price. */
export type Match = { readonly maker: SimOrder; readonly price: Price; readonly count: Contracts };

/** What happened while an order took from the book. Its rest is still in `taker.remaining`. */
export type Taking = {
  readonly matches: readonly Match[];
  /** Own resting orders removed to let the taker pass (self-trade prevention `maker`). */
  readonly selfCancelled: readonly SimOrder[];
  /** Resting orders removed because what their group may match was used up on the way. */
  readonly groupCancelled: readonly SimOrder[];
  /** Why the taker may not go on, when it is neither filled nor out of the other side's reach. */
  readonly stopped: 'at_own_order' | 'by_its_group' | null;
};

/** What the groups of orders still let match (Kalshi "Order Groups"). It is told of each match at once. */
export type MatchLimits = {
  /** In 1e-2 contracts; infinite for an order without a group. */
  readonly leftFor: (order: Pick<SimOrder, 'orderGroupId'>) => number;
  readonly matched: (maker: SimOrder, taker: SimOrder, count: Contracts) => void;
};

/** No order is in a group. */
export const NO_LIMITS: MatchLimits = {
  leftFor: () => Number.POSITIVE_INFINITY,
  matched: () => undefined,
};

/** The orders at one price in order of arrival, and their sum. */
type PriceLevel = { readonly price: Price; total: Contracts; readonly queue: Set<SimOrder> };

/**
 * The book of one market: bids and asks on the YES scale, price-time priority, execution at the resting price
 * (Kalshi "Orderbook Responses", trading rules). It knows orders and counts; cash, positions and time are not its
 * business. Only it changes `remaining` and `filled` of an order.
 */
export class MatchingEngine {
  readonly #sides: Readonly<Record<BookSide, BookHalf>> = {
    bid: new BookHalf(1),
    ask: new BookHalf(-1),
  };

  /** Best price and its count, or null when nobody stands on that side. */
  best(side: BookSide): Level | null {
    const level = this.#sides[side].best();
    return level === undefined ? null : { price: level.price, count: level.total };
  }

  /** Best price, or null when nobody stands on that side. */
  bestPrice(side: BookSide): Price | null {
    return this.#sides[side].best()?.price ?? null;
  }

  countAt(side: BookSide, price: Price): Contracts {
    return this.#sides[side].find(price)?.total ?? NO_CONTRACTS;
  }

  /** An immutable copy of the book, best level first. */
  view(): BookView {
    return { bids: this.#sides.bid.levels(), asks: this.#sides.ask.levels() };
  }

  /** Every resting order, bids first, in matching priority. */
  resting(): readonly SimOrder[] {
    return [...this.#sides.bid.orders(), ...this.#sides.ask.orders()];
  }

  /** Would an order on `side` at `price` trade at once? */
  crosses(side: BookSide, price: Price): boolean {
    const opposite = this.#sides[otherSide(side)].best();
    return opposite !== undefined && reaches(side, price, opposite.price);
  }

  /**
   * What stands before an order in price-time priority on its own side: all better prices, and at its price what came
   * earlier. The order rests here.
   */
  ahead(order: SimOrder): Contracts {
    let sum = NO_CONTRACTS;
    for (const standing of this.#sides[order.side].orders()) {
      if (standing === order) return sum;
      sum = addContracts(sum, standing.remaining);
    }
    invariant(false, 'an order whose place is asked for rests in this book');
  }

  /** What an order could take at its limit now. Own orders count only when the taker stops at them instead of passing. */
  takeable(
    taker: Pick<SimOrder, 'side' | 'price' | 'account' | 'selfTradePrevention' | 'orderGroupId'>,
    limits: MatchLimits = NO_LIMITS,
  ): Contracts {
    const leftOf = new Map<string, number>();
    let sum = NO_CONTRACTS;
    for (const order of this.#sides[otherSide(taker.side)].orders()) {
      if (!reaches(taker.side, taker.price, order.price)) break;
      if (order.account === taker.account && taker.selfTradePrevention === 'maker') continue;
      if (order.orderGroupId === null) {
        sum = addContracts(sum, order.remaining);
        continue;
      }
      const left = leftOf.get(order.orderGroupId) ?? limits.leftFor(order);
      const count = contracts(Math.min(order.remaining, left));
      leftOf.set(order.orderGroupId, left - count);
      sum = addContracts(sum, count);
    }
    return contracts(Math.min(sum, limits.leftFor(taker)));
  }

  /** Trades an arriving order against the book until its limit, its count, its group or an own order stops it. */
  take(taker: SimOrder, limits: MatchLimits = NO_LIMITS): Taking {
    const half = this.#sides[otherSide(taker.side)];
    const matches: Match[] = [];
    const selfCancelled: SimOrder[] = [];
    const groupCancelled: SimOrder[] = [];
    const end = (stopped: Taking['stopped']): Taking => {
      return { matches, selfCancelled, groupCancelled, stopped };
    };
    // Each pass removes a resting order or ends: bounded by the orders on the other side.
    while (taker.remaining > 0) {
      const left = limits.leftFor(taker);
      if (left <= 0) return end('by_its_group');
      const level = half.best();
      if (level === undefined || !reaches(taker.side, taker.price, level.price)) break;
      const maker = level.queue.values().next().value;
      invariant(maker !== undefined, 'a level that stands in the book holds an order');
      const makerLeft = limits.leftFor(maker);
      if (makerLeft <= 0) {
        half.remove(maker);
        groupCancelled.push(maker);
        continue;
      }
      if (maker.account === taker.account) {
        if (taker.selfTradePrevention === 'taker_at_cross') return end('at_own_order');
        half.remove(maker);
        selfCancelled.push(maker);
        continue;
      }
      const count = contracts(Math.min(taker.remaining, maker.remaining, left, makerLeft));
      half.reduce(level, maker, count);
      fillBy(taker, count);
      limits.matched(maker, taker, count);
      matches.push({ maker, price: level.price, count });
    }
    return end(null);
  }

  /** Puts what is left of an order at the end of the queue of its price. It must not cross. */
  rest(order: SimOrder): void {
    invariant(!this.crosses(order.side, order.price), 'a resting order does not cross the book');
    this.#sides[order.side].add(order);
  }

  /** Makes a resting order smaller without moving it in its queue. */
  shrink(order: SimOrder, by: Contracts): void {
    invariant(by < order.remaining, 'an order that loses all its contracts is removed');
    this.#sides[order.side].shrink(order, by);
  }

  /** Takes a resting order out, whole. */
  remove(order: SimOrder): void {
    this.#sides[order.side].remove(order);
  }
}

/** One side of the book. `sign` is 1 when a higher price is better (bids) and −1 when a lower one is (asks). */
class BookHalf {
  /** Worst level first, best last: the touch changes by push and pop. */
  readonly #ladder: PriceLevel[] = [];
  readonly #sign: 1 | -1;

  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }

  best(): PriceLevel | undefined {
    return this.#ladder.at(-1);
  }

  find(price: Price): PriceLevel | undefined {
    const level = this.#ladder[this.#position(price)];
    return level?.price === price ? level : undefined;
  }

  levels(): readonly Level[] {
    return this.#ladder.map(({ price, total }) => ({ price, count: total })).toReversed();
  }

  *orders(): Generator<SimOrder> {
    for (let index = this.#ladder.length - 1; index >= 0; index -= 1)
      yield* this.#ladder[index]?.queue ?? [];
  }

  add(order: SimOrder): void {
    const at = this.#position(order.price);
    const standing = this.#ladder[at];
    if (standing?.price === order.price) {
      standing.queue.add(order);
      standing.total = addContracts(standing.total, order.remaining);
      return;
    }
    const level = { price: order.price, total: order.remaining, queue: new Set([order]) };
    this.#ladder.splice(at, 0, level);
  }

  remove(order: SimOrder): void {
    const level = this.find(order.price);
    invariant(level?.queue.delete(order) === true, 'an order to remove stands in the book');
    level.total = subtractContracts(level.total, order.remaining);
    this.#dropIfEmpty(level);
  }

  shrink(order: SimOrder, by: Contracts): void {
    const level = this.find(order.price);
    invariant(level?.queue.has(order) === true, 'an order to shrink stands in the book');
    order.remaining = subtractContracts(order.remaining, by);
    level.total = subtractContracts(level.total, by);
  }

  /** Fills `count` of a resting order; a filled order leaves the queue. */
  reduce(level: PriceLevel, maker: SimOrder, count: Contracts): void {
    fillBy(maker, count);
    level.total = subtractContracts(level.total, count);
    if (maker.remaining === 0) level.queue.delete(maker);
    this.#dropIfEmpty(level);
  }

  #dropIfEmpty(level: PriceLevel): void {
    if (level.queue.size > 0) return;
    invariant(level.total === 0, 'an empty level holds no contracts');
    this.#ladder.splice(this.#position(level.price), 1);
  }

  /** Where a price stands or would stand: binary search, worst first. */
  #position(price: Price): number {
    let low = 0;
    let high = this.#ladder.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const standing = this.#ladder[middle];
      if (standing !== undefined && this.#sign * standing.price < this.#sign * price)
        low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function reaches(side: BookSide, limit: Price, opposite: Price): boolean {
  return side === 'bid' ? limit >= opposite : limit <= opposite;
}

function fillBy(order: SimOrder, count: Contracts): void {
  order.remaining = subtractContracts(order.remaining, count);
  order.filled = addContracts(order.filled, count);
}
