import type { BookSide } from '../domain/execution/intent.ts';
import { EMPTY_BOOK_VIEW, type BookView, type Level } from '../domain/market/book-view.ts';
import type { Market, MarketResult } from '../domain/market/market.ts';
import type { MarketTick } from '../domain/market/market-tick.ts';
import { contracts, type Contracts } from '../domain/money/contracts.ts';
import { price, type Price } from '../domain/money/price.ts';
import { notBetterThanSeen, type MetLevel, type VenueListing } from './venue-listing.ts';

/** What we took of a level that showed `shown` then. */
type Taken = { readonly shown: Contracts; readonly count: Contracts };

/**
 * One market at the recorded venue whose whole book was recorded tick by tick. An order meets the book of the next tick,
 * which nobody knew when it was sent, level by level; a book that is not believed, or no next tick, fills nothing. What
 * we took of a level stays taken until the level shows another count.
 */
export class TickListing implements VenueListing {
  market: Market;
  result: MarketResult | null = null;
  #current: MarketTick | null = null;
  #upcoming: MarketTick | null = null;
  readonly #taken = { bid: new Map<Price, Taken>(), ask: new Map<Price, Taken>() };

  constructor(market: Market) {
    this.market = market;
  }

  /** A tick was published; `upcoming` is the next one of the market if it came within the horizon. */
  onTick(tick: MarketTick, upcoming: MarketTick | null): void {
    this.market = tick.market;
    this.#current = tick;
    this.#upcoming = upcoming;
  }

  book(): BookView {
    return this.#less(this.#current);
  }

  meets(side: BookSide, limit: Price): MetLevel | null {
    const met = touch(this.#less(this.#upcoming), side);
    if (met === null) return null;
    const seen = touch(this.book(), side)?.price ?? null;
    const paid = notBetterThanSeen({ side, limit, met: met.price, seen });
    return { count: met.count, level: met.price, price: price(paid) };
  }

  take(side: BookSide, count: Contracts, level: Price): void {
    const hit = side === 'bid' ? 'ask' : 'bid';
    const levels = this.#upcoming?.book.view[hit === 'ask' ? 'asks' : 'bids'] ?? [];
    const shown = levels.find((one) => one.price === level)?.count ?? contracts(0);
    const before = this.#taken[hit].get(level);
    const already = before?.shown === shown ? before.count : 0;
    this.#taken[hit].set(level, { shown, count: contracts(already + count) });
  }

  #less(tick: MarketTick | null): BookView {
    if (tick === null || this.result !== null || tick.book.sync !== 'synced')
      return EMPTY_BOOK_VIEW;
    const { bids, asks } = tick.book.view;
    return { bids: less(bids, this.#taken.bid), asks: less(asks, this.#taken.ask) };
  }
}

function less(levels: readonly Level[], taken: ReadonlyMap<Price, Taken>): readonly Level[] {
  return levels.flatMap((level) => {
    const gone = taken.get(level.price);
    if (gone === undefined || gone.shown !== level.count) return [level];
    return gone.count >= level.count
      ? []
      : [{ ...level, count: contracts(level.count - gone.count) }];
  });
}

/** What an order on `side` would trade against first. */
function touch(view: BookView, side: BookSide): Level | null {
  return (side === 'bid' ? view.asks[0] : view.bids[0]) ?? null;
}
