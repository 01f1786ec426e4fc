import type { Probability } from '../money/probability.ts';
import {
  additiveShares,
  balancedBookShares,
  balancedBookZ,
  gotoShares,
  oddsRatioSharesOfTwo,
  probitSharesOfTwo,
  shinSharesOfTwo,
  shinZOfTwo,
} from './devig/closed-forms.ts';
import { jensenShannonShares, type LeavesUnit } from './devig/jensen-shannon.ts';
import {
  MARGIN_NOISE,
  oddsRatioShares,
  powerShares,
  probitShares,
  shinShares,
  shinZ,
} from './devig/solved.ts';

/** How the bookmaker's margin is taken out of the inverse odds. */
export const DEVIG_METHODS = [
  'proportional',
  'additive',
  'power',
  'shin',
  'odds-ratio',
  'probit',
  'balanced-book',
  'goto',
  'jsd',
] as const;

export type DevigMethod = (typeof DEVIG_METHODS)[number];

/** The methods of a model in which some of the money knows the outcome. */
type InsiderMethod = 'shin' | 'balanced-book';
type PlainMethod = Exclude<DevigMethod, InsiderMethod>;

type DeviggedBase = {
  readonly kind: 'devigged';
  /** In the order of the odds; their sum is 1 within 1e-12. */
  readonly probabilities: readonly Probability[];
  /** Sum of the inverse odds less one. */
  readonly margin: number;
};

/** Shin's z is the share of money that knows the outcome; the methods without insiders have none. */
export type Devigged =
  | (DeviggedBase & { readonly method: PlainMethod })
  | (DeviggedBase & { readonly method: InsiderMethod; readonly z: number });

/** Why odds gave no probabilities, with the numbers behind it. */
export type DevigRefusal = { readonly kind: 'refused'; readonly method: DevigMethod } & (
  | { readonly code: 'too_few_outcomes'; readonly outcomes: number }
  | { readonly code: 'odds_not_above_one'; readonly index: number; readonly decimalOdds: number }
  | { readonly code: 'negative_margin'; readonly margin: number }
  | { readonly code: 'not_solved'; readonly margin: number }
  | { readonly code: 'probability_outside_unit'; readonly margin: number; readonly index: number }
);

/**
 * Fair probabilities of n ≥ 2 exclusive outcomes from decimal odds (r = 1/odds, B = Σr, margin = B − 1), each method as
 * its function in devig/ says; proportional is r/B. Two outcomes are in closed form for shin, odds-ratio and probit;
 * what has none is solved to 1e-13, by Newton's method within a bracket. Odds that pay more than fair (B < 1) are
 * refused by shin and balanced-book: no insiders explain them, z would be negative; the other methods raise each r as
 * they would lower it. A probability that is not strictly between 0 and 1 is refused, never clamped: additive,
 * balanced-book, goto and jsd take more from a long shot than it has when the margin is large.
 */
export function devig(
  method: DevigMethod,
  decimalOdds: readonly number[],
): Devigged | DevigRefusal {
  const outcomes = decimalOdds.length;
  if (outcomes < 2) return { kind: 'refused', method, code: 'too_few_outcomes', outcomes };
  const inverse: number[] = [];
  let booksum = 0;
  let index = 0;
  for (const odds of decimalOdds) {
    if (!(odds > 1 && odds < Infinity))
      return { kind: 'refused', method, code: 'odds_not_above_one', index, decimalOdds: odds };
    const r = 1 / odds;
    inverse.push(r);
    booksum += r;
    index += 1;
  }
  return method === 'shin' || method === 'balanced-book'
    ? withInsiders(method, inverse, booksum)
    : withoutInsiders(method, inverse, booksum);
}

function withInsiders(
  method: InsiderMethod,
  inverse: readonly number[],
  booksum: number,
): Devigged | DevigRefusal {
  const margin = booksum - 1;
  if (margin < -MARGIN_NOISE) return { kind: 'refused', method, code: 'negative_margin', margin };
  const [first = 0, second = 0] = inverse;
  const two = inverse.length === 2;
  let z: number | null;
  let shares: number[];
  if (method === 'balanced-book') {
    z = balancedBookZ(inverse.length, margin);
    shares = balancedBookShares(inverse, z);
  } else {
    z = two ? shinZOfTwo(first, second) : shinZ(inverse, booksum);
    if (z === null) return { kind: 'refused', method, code: 'not_solved', margin };
    shares = two ? shinSharesOfTwo(first, second) : shinShares(inverse, booksum, z);
  }
  const outside = normalise(shares);
  if (outside !== null) return leavesUnit(method, margin, outside);
  return { kind: 'devigged', method, margin, z, probabilities: shares as Probability[] };
}

function withoutInsiders(
  method: PlainMethod,
  inverse: number[],
  booksum: number,
): Devigged | DevigRefusal {
  const margin = booksum - 1;
  const shares = plainShares(method, inverse, booksum);
  if (shares === null) return { kind: 'refused', method, code: 'not_solved', margin };
  if ('leaves' in shares) return leavesUnit(method, margin, shares.leaves);
  const outside = normalise(shares);
  if (outside !== null) return leavesUnit(method, margin, outside);
  return { kind: 'devigged', method, margin, probabilities: shares as Probability[] };
}

function plainShares(
  method: PlainMethod,
  inverse: number[],
  booksum: number,
): number[] | LeavesUnit | null {
  const margin = booksum - 1;
  const [first = 0, second = 0] = inverse;
  const two = inverse.length === 2;
  switch (method) {
    case 'proportional':
      return inverse;
    case 'additive':
      return additiveShares(inverse, margin);
    case 'power':
      return powerShares(inverse, booksum);
    case 'odds-ratio':
      return two ? oddsRatioSharesOfTwo(first, second) : oddsRatioShares(inverse, margin);
    case 'probit':
      return two ? probitSharesOfTwo(first, second) : probitShares(inverse, margin);
    case 'goto':
      return gotoShares(inverse, margin);
    case 'jsd':
      return jensenShannonShares(inverse, margin);
  }
}

/**
 * Takes the last 1e-13 of a solver out by dividing by the sum. Returns the first that is not strictly inside (0, 1).
 */
function normalise(shares: number[]): number | null {
  let total = 0;
  for (const share of shares) total += share;
  let outside: number | null = null;
  let index = 0;
  for (const share of shares) {
    const value = share / total;
    shares[index] = value;
    if (outside === null && !(value > 0 && value < 1)) outside = index;
    index += 1;
  }
  return outside;
}

function leavesUnit(method: DevigMethod, margin: number, index: number): DevigRefusal {
  return { kind: 'refused', method, code: 'probability_outside_unit', margin, index };
}
