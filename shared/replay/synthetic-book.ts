import type { BookView } from '../domain/market/book-view.ts';
import { ceilToGrid, floorToGrid, type PriceRange } from '../domain/market/tick-grid.ts';
import { contracts, ONE_CONTRACT, type Contracts } from '../domain/money/contracts.ts';
import { floorDivide } from '../domain/money/rounding.ts';
import { ONE_DOLLAR, price, type Price } from '../domain/money/price.ts';

/** What is taken for granted where only trades were recorded. */
export type BookAssumptions = {
  /** Distance of the best bid and ask from the trade price, in 1e-4 dollars. */
  readonly halfSpread: number;
  /** Share of a minute's volume that stands on each side, in millionths. */
  readonly participationMillionths: number;
};

export const DEFAULT_BOOK_ASSUMPTIONS: BookAssumptions = {
  halfSpread: 100,
  participationMillionths: 100_000,
};

const MILLION = 1_000_000;

/**
 * The book that is assumed around one trade: one level a side at the trade price less and plus the half-spread, rounded
 * to the grid against whoever takes it; a level that would leave (0, 1) is not there. Each shows the share of the
 * minute's volume in whole contracts, one at least where a whole contract traded, less what we have already taken of it.
 */
export function syntheticBook(input: {
  readonly trade: Price;
  readonly volume: Contracts;
  readonly ranges: readonly PriceRange[];
  readonly taken: { readonly bid: Contracts; readonly ask: Contracts };
  readonly assumptions: BookAssumptions;
}): BookView {
  const { trade, ranges, taken, assumptions } = input;
  const shown = displayedCount(input.volume, assumptions.participationMillionths);
  const low = trade - assumptions.halfSpread;
  const high = trade + assumptions.halfSpread;
  const bid = low > 0 ? floorToGrid(price(low), ranges) : null;
  const ask = high < ONE_DOLLAR ? ceilToGrid(price(high), ranges) : null;
  const level = (at: Price | null, used: Contracts) =>
    at === null || used >= shown ? [] : [{ price: at, count: contracts(shown - used) }];
  return { bids: level(bid, taken.bid), asks: level(ask, taken.ask) };
}

/**
 * Contracts that are assumed to stand on one side after a minute of this volume: the share of it in whole contracts,
 * floored, one at least where a whole contract traded. In 1e-2 contracts.
 */
export function displayedCount(volume: Contracts, participationMillionths: number): number {
  const share = floorDivide(volume * participationMillionths, MILLION * ONE_CONTRACT);
  return volume < ONE_CONTRACT ? 0 : Math.max(1, share) * ONE_CONTRACT;
}
