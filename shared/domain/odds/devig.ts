import { probability, type Probability } from '../money/probability.ts';
import { solveDecreasing } from './solve-decreasing.ts';

/** How the bookmaker's margin is taken out of the inverse odds. Further methods come with the fair-lines issue. */
export type DevigMethod = 'proportional' | 'power' | 'shin';

export const DEVIG_METHODS: readonly DevigMethod[] = ['proportional', 'power', 'shin'];

type DeviggedBase = {
  readonly kind: 'devigged';
  /** In the order of the odds; their sum is 1 within 1e-12. */
  readonly probabilities: readonly Probability[];
  /** Sum of the inverse odds less one. */
  readonly margin: number;
};

/** Shin's z is the share of money that knows the outcome; the other methods have none. */
export type Devigged =
  | (DeviggedBase & { readonly method: 'proportional' | 'power' })
  | (DeviggedBase & { readonly method: 'shin'; readonly z: number });

/** Why odds gave no probabilities, with the numbers behind it. */
export type DevigRefusal = { readonly kind: 'refused'; readonly method: DevigMethod } & (
  | { readonly code: 'too_few_outcomes'; readonly outcomes: number }
  | { readonly code: 'odds_not_above_one'; readonly index: number; readonly decimalOdds: number }
  | { readonly code: 'negative_margin'; readonly margin: number }
  | { readonly code: 'not_solved'; readonly margin: number }
  | { readonly code: 'probability_outside_unit'; readonly margin: number; readonly index: number }
);

/** Inverse odds that add up to one differ from it by rounding only. */
const MARGIN_NOISE = 1e-12;

/**
 * Fair probabilities of n ≥ 2 exclusive outcomes from decimal odds (r = 1/odds, B = Σr, margin = B − 1).
 * proportional: r/B. power: r^k with Σ = 1 (Vovk and Zhdanov 2009). shin: Shin 1993 as solved by Jullien and Salanié
 * 1994; two outcomes in closed form. Proportional and power accept odds that pay more than fair (B < 1); Shin's model
 * has no insiders to explain them, z would be negative, and it refuses. A probability that is not strictly between 0
 * and 1 is refused, never clamped.
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
  const booksum = sum(inverse);
  const margin = booksum - 1;
  switch (method) {
    case 'proportional':
      return checked({ method, margin }, inverse);
    case 'power': {
      const powers = powerProbabilities(inverse);
      return powers === null
        ? { kind: 'refused', method, code: 'not_solved', margin }
        : checked({ method, margin }, powers);
    }
    case 'shin': {
      if (margin < -MARGIN_NOISE)
        return { kind: 'refused', method, code: 'negative_margin', margin };
      const shin = shinProbabilities(inverse, booksum);
      return shin === null
        ? { kind: 'refused', method, code: 'not_solved', margin }
        : checked({ method, margin, z: shin.z }, shin.probabilities);
    }
  }
}

/** k of Σ r^k = 1 lies between ln n / −ln(smallest r) and ln n / −ln(largest r); ln Σ r^k is convex and decreasing in k. */
function powerProbabilities(inverse: readonly number[]): readonly number[] | null {
  const logs = inverse.map(Math.log);
  const lower = Math.log(inverse.length) / -Math.min(...logs);
  const upper = Math.log(inverse.length) / -Math.max(...logs);
  if (!Number.isFinite(upper)) return null;
  const k = solveDecreasing(
    (exponent) => {
      const powers = logs.map((log) => Math.exp(exponent * log));
      const total = sum(powers);
      const slope = sum(powers.map((power, i) => power * (logs[i] ?? 0)));
      return { value: Math.log(total), slope: slope / total };
    },
    { lower, upper, start: Math.min(upper, Math.max(lower, 1)) },
  );
  return k === null ? null : logs.map((log) => Math.exp(k * log));
}

/**
 * p(z) = (√(z² + 4(1−z)r²/B) − z) / (2(1−z)), here with the root in the denominator, where nothing cancels and z = 1 is
 * no special case. Σp falls from √B at z = 0 to Σr²/B < 1 at z = 1.
 */
function shinProbabilities(
  inverse: readonly number[],
  booksum: number,
): { readonly probabilities: readonly number[]; readonly z: number } | null {
  const [first = 0, second = 0] = inverse;
  if (inverse.length === 2) {
    const d = first - second;
    // Two outcomes: half the margin comes off each inverse, and z follows.
    const z = ((booksum - 1) * (booksum - d * d)) / (booksum * (1 - d * d));
    return { probabilities: [(1 + d) / 2, (1 - d) / 2], z: Math.max(0, z) };
  }
  const squares = inverse.map((r) => (r * r) / booksum);
  const at = (z: number): number[] =>
    squares.map((q) => (2 * q) / (Math.sqrt(z * z + 4 * (1 - z) * q) + z));
  const z =
    booksum - 1 <= MARGIN_NOISE
      ? 0
      : solveDecreasing(
          (x) => {
            let value = -1;
            let slope = 0;
            for (const q of squares) {
              const root = Math.sqrt(x * x + 4 * (1 - x) * q);
              value += (2 * q) / (root + x);
              slope -= (2 * q * (1 + (x - 2 * q) / root)) / (root + x) ** 2;
            }
            return { value, slope };
          },
          { lower: 0, upper: 1, start: 0 },
        );
  return z === null ? null : { probabilities: at(z), z };
}

/** Takes the last 1e-13 of the solver out by dividing by the sum, and refuses what is not strictly inside (0, 1). */
function checked(
  result:
    | { readonly method: 'proportional' | 'power'; readonly margin: number }
    | { readonly method: 'shin'; readonly margin: number; readonly z: number },
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

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
