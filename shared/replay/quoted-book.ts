import type { BookView } from '../domain/market/book-view.ts';
import { contracts, type Contracts } from '../domain/money/contracts.ts';
import type { Price } from '../domain/money/price.ts';
import type { QuoteBar } from './recording.ts';
import { displayedCount } from './synthetic-book.ts';

/**
 * The book of a recorded quote: the best bid and ask as they were, nothing added. How much stood there was not recorded
 * and is assumed: the share of the minute's volume in whole contracts, one at least where a whole contract traded, less
 * what we have already taken of it. A minute without a whole contract shows nothing that could be taken.
 */
export function quotedBook(input: {
  readonly quote: Pick<QuoteBar, 'bid' | 'ask' | 'volume'>;
  readonly taken: { readonly bid: Contracts; readonly ask: Contracts };
  /** Share of the minute's volume that stands on each side, in millionths. */
  readonly participationMillionths: number;
}): BookView {
  const { quote, taken } = input;
  const shown = displayedCount(quote.volume, input.participationMillionths);
  const level = (at: Price | null, used: Contracts) =>
    at === null || used >= shown ? [] : [{ price: at, count: contracts(shown - used) }];
  return { bids: level(quote.bid, taken.bid), asks: level(quote.ask, taken.ask) };
}
