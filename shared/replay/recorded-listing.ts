import type { BookSide } from '../domain/execution/intent.ts';
import { EMPTY_BOOK_VIEW, type BookView, type Level } from '../domain/market/book-view.ts';
import type { Market, MarketResult } from '../domain/market/market.ts';
import { contracts, NO_CONTRACTS, type Contracts } from '../domain/money/contracts.ts';
import { price, type Price } from '../domain/money/price.ts';
import { quotedBook } from './quoted-book.ts';
import type { RecordedBar } from './recording.ts';
import { syntheticBook, type BookAssumptions } from './synthetic-book.ts';
import { notBetterThanSeen, type MetLevel, type VenueListing } from './venue-listing.ts';

/**
 * What an order meets. `next_bar`: the first trade of the next traded minute of its market, or the quotes at the end of
 * the next quoted one, which nobody knew when the order was sent; nothing when no minute follows within the horizon.
 * `same_bar`: the last trade or quotes, which the decision had already seen, as if an order took no time; it knows
 * nothing of what moved meanwhile, and is for comparison only.
 */
export type RecordedLatency = 'next_bar' | 'same_bar';

type Taken = Readonly<Record<BookSide, Contracts>>;
const NOTHING_TAKEN: Taken = { bid: NO_CONTRACTS, ask: NO_CONTRACTS };

/** One market at the recorded venue: its last recorded minute, the next one, and what we took of each. */
export class RecordedListing implements VenueListing {
  readonly market: Market;
  result: MarketResult | null = null;
  readonly #assumptions: BookAssumptions;
  readonly #latency: RecordedLatency;
  #current: RecordedBar | null = null;
  #upcoming: RecordedBar | null = null;
  #takenOfCurrent = NOTHING_TAKEN;
  #takenOfUpcoming = NOTHING_TAKEN;

  constructor(market: Market, assumptions: BookAssumptions, latency: RecordedLatency) {
    this.market = market;
    this.#assumptions = assumptions;
    this.#latency = latency;
  }

  /** A minute has ended. What we took of it while it was yet to come stays taken. */
  onBar(bar: RecordedBar, upcoming: RecordedBar | null): void {
    this.#takenOfCurrent = this.#upcoming === null ? NOTHING_TAKEN : this.#takenOfUpcoming;
    this.#takenOfUpcoming = NOTHING_TAKEN;
    this.#current = bar;
    this.#upcoming = upcoming;
  }

  /** The book as it is known now, around the last trade or of the last quotes; empty before the first and after the result. */
  book(): BookView {
    return this.result !== null || this.#current === null
      ? EMPTY_BOOK_VIEW
      : this.#around(this.#current, 'close', this.#takenOfCurrent);
  }

  /**
   * The level that an order on `side` meets, or null. An order that has to wait for the next minute never gets a better
   * price than the one it saw, or than its limit where it saw none as good: what moved in its favour is not its gain.
   */
  meets(side: BookSide, limit: Price): MetLevel | null {
    const met = touch(this.#metBook(), side);
    if (met === null) return null;
    if (this.#latency === 'same_bar') return { ...met, level: met.price };
    const seen = touch(this.book(), side)?.price ?? null;
    const paid = notBetterThanSeen({ side, limit, met: met.price, seen });
    return { count: met.count, level: met.price, price: price(paid) };
  }

  /** An order on `side` took `count` of what it met; that is gone until the next recorded minute. */
  take(side: BookSide, count: Contracts): void {
    const hit = side === 'bid' ? 'ask' : 'bid';
    const more = (taken: Taken): Taken => ({ ...taken, [hit]: contracts(taken[hit] + count) });
    if (this.#latency === 'next_bar') this.#takenOfUpcoming = more(this.#takenOfUpcoming);
    else this.#takenOfCurrent = more(this.#takenOfCurrent);
  }

  #metBook(): BookView {
    if (this.#latency === 'same_bar') return this.book();
    return this.result !== null || this.#upcoming === null
      ? EMPTY_BOOK_VIEW
      : this.#around(this.#upcoming, 'open', this.#takenOfUpcoming);
  }

  #around(bar: RecordedBar, at: 'open' | 'close', taken: Taken): BookView {
    const { participationMillionths } = this.#assumptions;
    if (bar.kind === 'quote') return quotedBook({ quote: bar, taken, participationMillionths });
    return syntheticBook({
      trade: bar[at],
      volume: bar.volume,
      ranges: this.market.priceRanges,
      taken,
      assumptions: this.#assumptions,
    });
  }
}

/** What an order on `side` would trade against first. */
function touch(view: BookView, side: BookSide): Level | null {
  return (side === 'bid' ? view.asks[0] : view.bids[0]) ?? null;
}
