import type { Contracts } from '../money/contracts.ts';
import type { Price } from '../money/price.ts';

/** What can be traded at one price. The price is on the YES scale. */
export type Level = { readonly price: Price; readonly count: Contracts };

/**
 * An immutable view of a book on the YES scale, best level first on both sides. The exchange keeps bids of both legs;
 * a NO bid at q stands here as a YES ask at 1 − q.
 */
export type BookView = { readonly bids: readonly Level[]; readonly asks: readonly Level[] };

export const EMPTY_BOOK_VIEW: BookView = { bids: [], asks: [] };
