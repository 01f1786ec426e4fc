import type { BookSide } from '../../domain/execution/intent.ts';
import type { Market } from '../../domain/market/market.ts';
import { ceilToGrid, floorToGrid } from '../../domain/market/tick-grid.ts';
import { ONE_DOLLAR, price, type Price } from '../../domain/money/price.ts';

/** How a maker quotes around its belief; probabilities and dollars a contract, sizes in contracts. */
export type MakerQuoting = {
  readonly levels: number;
  readonly halfSpread: number;
  readonly levelStep: number;
  readonly meanSize: number;
  /** Contracts of inventory at which the quotes lean by one whole dollar. */
  readonly inventoryScale: number;
};

export type WantedQuote = { readonly side: BookSide; readonly price: Price };

/** The most that a buyer and the least that a seller accepts who wants `edge` against `fair`, on the market's grid. */
export function limitsOf(
  fair: number,
  edge: number,
  { priceRanges }: Pick<Market, 'priceRanges'>,
): { readonly bid: Price | null; readonly ask: Price | null } {
  return {
    bid: floorToGrid(price(Math.floor(unit(fair - edge))), priceRanges),
    ask: ceilToGrid(price(Math.ceil(unit(fair + edge))), priceRanges),
  };
}

/** The prices at which a maker wants to stand: `levels` on each side, the center moved against its inventory. */
export function wantedQuotes(
  belief: number,
  /** Signed, YES positive, 1e-2 contracts. */
  inventory: number,
  market: Pick<Market, 'priceRanges'>,
  quoting: MakerQuoting,
): readonly WantedQuote[] {
  const center = belief - inventory / 100 / quoting.inventoryScale;
  const quotes = new Map<string, WantedQuote>();
  for (let level = 0; level < quoting.levels; level += 1) {
    const limits = limitsOf(center, quoting.halfSpread + level * quoting.levelStep, market);
    for (const side of ['bid', 'ask'] as const) {
      const at = limits[side];
      if (at !== null) quotes.set(`${side}${at}`, { side, price: at });
    }
  }
  return [...quotes.values()];
}

/** A probability or dollar value in 1e-4 dollars, kept within 0 and one dollar. */
function unit(value: number): number {
  return Math.min(ONE_DOLLAR, Math.max(0, value * ONE_DOLLAR));
}
