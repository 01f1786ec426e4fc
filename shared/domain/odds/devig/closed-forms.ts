import { normalQuantile, normalShareBelow } from './normal.ts';

// Shares are new arrays that the caller may go on with.

/** r − (B−1)/n: the same part of the margin off each outcome. */
export function additiveShares(inverse: readonly number[], margin: number): number[] {
  const each = margin / inverse.length;
  const shares = inverse.slice();
  let i = 0;
  for (const r of inverse) {
    shares[i] = r - each;
    i += 1;
  }
  return shares;
}

/** (B−1)/(n−1): the share of insiders when the bookmaker's book is balanced (Fingleton and Waldron 1999). */
export function balancedBookZ(outcomes: number, margin: number): number {
  return Math.max(0, margin / (outcomes - 1));
}

/** (r − z)/(1 − z): what is left of each inverse when insiders are a share z and the book is balanced. */
export function balancedBookShares(inverse: readonly number[], z: number): number[] {
  const shares = inverse.slice();
  let i = 0;
  for (const r of inverse) {
    shares[i] = (r - z) / (1 - z);
    i += 1;
  }
  return shares;
}

/** r − step·√(1−r) with step = (B−1)/Σ√(1−r): each outcome gives in proportion to its standard error (Goto 2023). */
export function gotoShares(inverse: readonly number[], margin: number): number[] {
  let errors = 0;
  for (const r of inverse) errors += Math.sqrt(1 - r);
  const step = margin / errors;
  const shares = inverse.slice();
  let i = 0;
  for (const r of inverse) {
    shares[i] = r - step * Math.sqrt(1 - r);
    i += 1;
  }
  return shares;
}

/** Shin's share of insiders for two outcomes with a margin. */
export function shinZOfTwo(first: number, second: number): number {
  const booksum = first + second;
  const d = first - second;
  const z = ((booksum - 1) * (booksum - d * d)) / (booksum * (1 - d * d));
  return Math.max(0, z);
}

/** Shin for two outcomes: half the margin comes off each inverse. */
export function shinSharesOfTwo(first: number, second: number): number[] {
  const d = first - second;
  return [(1 + d) / 2, (1 - d) / 2];
}

/** Odds ratio for two outcomes: c = √(o₁o₂) with o = r/(1−r), so that p₁/p₂ = √(o₁/o₂). */
export function oddsRatioSharesOfTwo(first: number, second: number): number[] {
  const ratio = Math.sqrt(first / (1 - first)) / Math.sqrt(second / (1 - second));
  return [1 / (1 + 1 / ratio), 1 / (1 + ratio)];
}

/** Probit for two outcomes: c is the mean of both Φ⁻¹(r), so that they end as far from zero on either side. */
export function probitSharesOfTwo(first: number, second: number): number[] {
  const half = (normalQuantile(first) - normalQuantile(second)) / 2;
  return [normalShareBelow(half), normalShareBelow(-half)];
}
