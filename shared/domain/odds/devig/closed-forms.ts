import { normalQuantile, normalShareBelow } from './normal.ts';
import { sum } from './sum.ts';

/** Probabilities and Shin's z, the share of money that knows the outcome. */
export type WithInsiders = { readonly probabilities: readonly number[]; readonly z: number };

/** r − (B−1)/n: the same part of the margin off each outcome. */
export function additiveProbabilities(inverse: readonly number[], margin: number): number[] {
  const share = margin / inverse.length;
  return inverse.map((r) => r - share);
}

/**
 * (r − z)/(1 − z) with z = (B−1)/(n−1): Shin's insiders against a bookmaker whose book is balanced (Fingleton and
 * Waldron 1999).
 */
export function balancedBookProbabilities(
  inverse: readonly number[],
  margin: number,
): WithInsiders {
  const z = Math.max(0, margin / (inverse.length - 1));
  return { probabilities: inverse.map((r) => (r - z) / (1 - z)), z };
}

/** r − step·√(1−r) with step = (B−1)/Σ√(1−r): each outcome gives in proportion to its standard error (Goto 2023). */
export function gotoProbabilities(inverse: readonly number[], margin: number): number[] {
  const errors = inverse.map((r) => Math.sqrt(1 - r));
  const step = margin / sum(errors);
  return inverse.map((r, i) => r - step * (errors[i] ?? 0));
}

/** Shin for two outcomes: half the margin comes off each inverse, and z follows. */
export function shinOfTwo(first: number, second: number): WithInsiders {
  const booksum = sum([first, second]);
  const d = first - second;
  const z = ((booksum - 1) * (booksum - d * d)) / (booksum * (1 - d * d));
  return { probabilities: [(1 + d) / 2, (1 - d) / 2], z: Math.max(0, z) };
}

/** Odds ratio for two outcomes: c = √(o₁o₂) with o = r/(1−r), so that p₁/p₂ = √(o₁/o₂). */
export function oddsRatioOfTwo(first: number, second: number): number[] {
  const ratio = Math.sqrt(first / (1 - first)) / Math.sqrt(second / (1 - second));
  return [1 / (1 + 1 / ratio), 1 / (1 + ratio)];
}

/** Probit for two outcomes: c is the mean of both Φ⁻¹(r), so that they end as far from zero on either side. */
export function probitOfTwo(first: number, second: number): number[] {
  const half = (normalQuantile(first) - normalQuantile(second)) / 2;
  return [normalShareBelow(half), normalShareBelow(-half)];
}
