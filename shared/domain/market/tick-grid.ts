import type { Price } from '../money/price.ts';

/** Prices from `start` to `end` in steps of `step`, all in units of 1e-4 dollars, as the exchange sends them. */
export type PriceRange = { readonly start: Price; readonly end: Price; readonly step: number };
