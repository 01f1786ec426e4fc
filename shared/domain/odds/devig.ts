import { probability, type Probability } from '../money/probability.ts';
import {
  additiveProbabilities,
  balancedBookProbabilities,
  gotoProbabilities,
  oddsRatioOfTwo,
  probitOfTwo,
  shinOfTwo,
  type WithInsiders,
} from './devig/closed-forms.ts';
import { jensenShannonProbabilities } from './devig/jensen-shannon.ts';
import {
  MARGIN_NOISE,
  oddsRatioProbabilities,
  powerProbabilities,
  probitProbabilities,
  shinProbabilities,
} from './devig/solved.ts';
import { sum } from './devig/sum.ts';

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

type DeviggedBase = {
  readonly kind: 'devigged';
  /** In the order of the odds; their sum is 1 within 1e-12. */
  readonly probabilities: readonly Probability[];
  /** Sum of the inverse odds less one. */
  readonly margin: number;
};

/** Shin's z is the share of money that knows the outcome; the methods without insiders have none. */
export type Devigged =
  | (DeviggedBase & { readonly method: Exclude<DevigMethod, InsiderMethod> })
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
  for (const [index, odds] of decimalOdds.entries())
    if (!(odds > 1 && Number.isFinite(odds)))
      return { kind: 'refused', method, code: 'odds_not_above_one', index, decimalOdds: odds };
  const inverse = decimalOdds.map((odds) => 1 / odds);
  const margin = sum(inverse) - 1;
  if (method === 'shin' || method === 'balanced-book') {
    if (margin < -MARGIN_NOISE) return { kind: 'refused', method, code: 'negative_margin', margin };
    const found = withInsiders(method, inverse, margin);
    return found === null
      ? { kind: 'refused', method, code: 'not_solved', margin }
      : checked({ method, margin, z: found.z }, found.probabilities);
  }
  const found = withoutInsiders(method, inverse, margin);
  if (found === null) return { kind: 'refused', method, code: 'not_solved', margin };
  if ('leaves' in found)
    return {
      kind: 'refused',
      method,
      code: 'probability_outside_unit',
      margin,
      index: found.leaves,
    };
  return checked({ method, margin }, found);
}

function withInsiders(
  method: InsiderMethod,
  inverse: readonly number[],
  margin: number,
): WithInsiders | null {
  if (method === 'balanced-book') return balancedBookProbabilities(inverse, margin);
  const [first = 0, second = 0] = inverse;
  return inverse.length === 2 ? shinOfTwo(first, second) : shinProbabilities(inverse);
}

function withoutInsiders(
  method: Exclude<DevigMethod, InsiderMethod>,
  inverse: readonly number[],
  margin: number,
): ReturnType<typeof jensenShannonProbabilities> {
  const [first = 0, second = 0] = inverse;
  const two = inverse.length === 2;
  switch (method) {
    case 'proportional':
      return inverse;
    case 'additive':
      return additiveProbabilities(inverse, margin);
    case 'power':
      return powerProbabilities(inverse);
    case 'odds-ratio':
      return two ? oddsRatioOfTwo(first, second) : oddsRatioProbabilities(inverse);
    case 'probit':
      return two ? probitOfTwo(first, second) : probitProbabilities(inverse);
    case 'goto':
      return gotoProbabilities(inverse, margin);
    case 'jsd':
      return jensenShannonProbabilities(inverse, margin);
  }
}

/** Takes the last 1e-13 of the solver out by dividing by the sum, and refuses what is not strictly inside (0, 1). */
function checked(
  result:
    | { readonly method: Exclude<DevigMethod, InsiderMethod>; readonly margin: number }
    | { readonly method: InsiderMethod; readonly margin: number; readonly z: number },
  raw: readonly number[],
): Devigged | DevigRefusal {
  const total = sum(raw);
  const values = raw.map((value) => value / total);
  const { method, margin } = result;
  const index = values.findIndex((value) => !(value > 0 && value < 1));
  if (index !== -1)
    return { kind: 'refused', method, code: 'probability_outside_unit', margin, index };
  return { kind: 'devigged', ...result, probabilities: values.map(probability) };
}
