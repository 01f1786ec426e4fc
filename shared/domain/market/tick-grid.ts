import { ONE_DOLLAR, price, type Price } from '../money/price.ts';

/** Prices from `start` to `end` in steps of `step`, all in units of 1e-4 dollars, as the exchange sends them. */
export type PriceRange = { readonly start: Price; readonly end: Price; readonly step: number };

/** The exchange's names of its grids. Logic is driven by a market's own ranges, never by the name. */
export type PriceLevelStructure =
  | 'linear_cent'
  | 'deci_cent'
  | 'tapered_deci_cent'
  | 'center_whole_edge_half_cent'
  | 'center_whole_edge_quint_cent'
  | 'center_half_edge_half_cent'
  | 'center_half_edge_quint_cent'
  | 'center_half_edge_deci_cent'
  | 'center_quint_edge_quint_cent'
  | 'center_quint_edge_deci_cent'
  | 'center_centi_edge_centi_cent'
  | 'center_deci_edge_centi_cent';

const LOWEST = 1;
const HIGHEST = ONE_DOLLAR - 1;

/** The same step from 0 to 1. */
function uniform(step: number): readonly PriceRange[] {
  return [{ start: price(0), end: ONE_DOLLAR, step }];
}

/** `center` between `edge` and 1 − `edge`, `edgeStep` outside. The boundaries belong to both and lie on both grids. */
function tapered(center: number, edgeStep: number, edge = 1_000): readonly PriceRange[] {
  return [
    { start: price(0), end: price(edge), step: edgeStep },
    { start: price(edge), end: price(ONE_DOLLAR - edge), step: center },
    { start: price(ONE_DOLLAR - edge), end: ONE_DOLLAR, step: edgeStep },
  ];
}

/**
 * The grids that the exchange has published, steps in 1e-4 dollars. Edges are below 0.10 and above 0.90, but 0.01 and
 * 0.99 in the last one (combos). `banded_centi_cent` is in an enum of the exchange without a description and is not here.
 */
export const PRICE_LEVEL_STRUCTURES: Readonly<Record<PriceLevelStructure, readonly PriceRange[]>> =
  {
    linear_cent: uniform(100),
    deci_cent: uniform(10),
    tapered_deci_cent: tapered(100, 10),
    center_whole_edge_half_cent: tapered(100, 50),
    center_whole_edge_quint_cent: tapered(100, 20),
    center_half_edge_half_cent: uniform(50),
    center_half_edge_quint_cent: tapered(50, 20),
    center_half_edge_deci_cent: tapered(50, 10),
    center_quint_edge_quint_cent: uniform(20),
    center_quint_edge_deci_cent: tapered(20, 10),
    center_centi_edge_centi_cent: uniform(1),
    center_deci_edge_centi_cent: tapered(10, 1, 100),
  };

export const LINEAR_CENT = PRICE_LEVEL_STRUCTURES.linear_cent;
export const DECI_CENT = PRICE_LEVEL_STRUCTURES.deci_cent;
export const TAPERED_DECI_CENT = PRICE_LEVEL_STRUCTURES.tapered_deci_cent;

/**
 * Whether an order may carry this price: strictly between 0 and 1 and on the grid of a range that contains it. A
 * boundary is contained by the ranges on both of its sides and is valid when it lies on either grid.
 */
export function isOnGrid(value: Price, ranges: readonly PriceRange[]): boolean {
  return (
    value >= LOWEST &&
    value <= HIGHEST &&
    ranges.some(
      ({ start, end, step }) => value >= start && value <= end && (value - start) % step === 0,
    )
  );
}

/** The highest valid price at or below `value`: how a bid is rounded against nobody's limit. Null when there is none. */
export function floorToGrid(value: Price, ranges: readonly PriceRange[]): Price | null {
  let best = 0;
  for (const { start, end, step } of ranges) {
    const top = Math.min(value, end, HIGHEST);
    if (top >= start) best = Math.max(best, top - ((top - start) % step));
  }
  return best >= LOWEST ? price(best) : null;
}

/** The lowest valid price at or above `value`. Null when there is none. */
export function ceilToGrid(value: Price, ranges: readonly PriceRange[]): Price | null {
  let best: number = ONE_DOLLAR;
  for (const { start, end, step } of ranges) {
    const bottom = Math.max(value, start, LOWEST);
    const candidate = start + Math.ceil((bottom - start) / step) * step;
    if (candidate <= end) best = Math.min(best, candidate);
  }
  return best <= HIGHEST ? price(best) : null;
}

/** The next valid price strictly above `value`, or null at the top. */
export function nextUp(value: Price, ranges: readonly PriceRange[]): Price | null {
  return value >= HIGHEST ? null : ceilToGrid(price(value + 1), ranges);
}

/** The next valid price strictly below `value`, or null at the bottom. */
export function nextDown(value: Price, ranges: readonly PriceRange[]): Price | null {
  return value <= LOWEST ? null : floorToGrid(price(value - 1), ranges);
}

/** The published name of a grid; null when it is none of them. */
export function structureOf(ranges: readonly PriceRange[]): PriceLevelStructure | null {
  for (const [name, published] of Object.entries(PRICE_LEVEL_STRUCTURES))
    if (isSameGrid(published, ranges)) return name as PriceLevelStructure;
  return null;
}

function isSameGrid(a: readonly PriceRange[], b: readonly PriceRange[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ start, end, step }, index) => {
      const other = b[index];
      return other?.start === start && other.end === end && other.step === step;
    })
  );
}
