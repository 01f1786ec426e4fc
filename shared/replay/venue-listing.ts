import type { BookSide } from '../domain/execution/intent.ts';
import type { BookView } from '../domain/market/book-view.ts';
import type { Market, MarketResult } from '../domain/market/market.ts';
import type { Contracts } from '../domain/money/contracts.ts';
import type { Price } from '../domain/money/price.ts';

/** What an order meets first: how much, at which price it trades, and at which level of the book that stands. */
export type MetLevel = {
  readonly count: Contracts;
  readonly price: Price;
  readonly level: Price;
};

/** One market at the recorded venue. */
export interface VenueListing {
  readonly market: Market;
  result: MarketResult | null;
  /** The book as it is known now, less what we took of it; empty after the result. */
  book(): BookView;
  /** The level that an order on `side` meets, or null. */
  meets(side: BookSide, limit: Price): MetLevel | null;
  /** An order on `side` took `count` of a level that it met. */
  take(side: BookSide, count: Contracts, level: Price): void;
}

/**
 * The price of an order that had to wait for what it met: never better than what it saw when it was sent, or than its
 * limit where it saw none as good. What moved in its favour meanwhile is not its gain.
 */
export function notBetterThanSeen(order: {
  readonly side: BookSide;
  readonly limit: Price;
  readonly met: Price;
  readonly seen: Price | null;
}): number {
  const { side, limit, met, seen } = order;
  const shown = seen ?? limit;
  return side === 'bid'
    ? Math.max(met, Math.min(shown, limit))
    : Math.min(met, Math.max(shown, limit));
}
