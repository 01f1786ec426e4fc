import { solveDecreasing } from '../solve-decreasing.ts';
import { normalDensity, normalQuantile, normalShareBelow } from './normal.ts';

// Shares are new arrays that the caller may go on with; null when the tolerance is not reached.

/** Inverse odds that add up to one differ from it by rounding only. */
export const MARGIN_NOISE = 1e-12;

/**
 * r^k with Σ = 1 (Vovk and Zhdanov 2009). k lies between ln n / −ln(smallest r) and ln n / −ln(largest r); ln Σ r^k is
 * convex and decreasing in k. Solved to 1e-13 in ln Σ, from where Newton's method stands after a step from k = 1.
 */
export function powerShares(inverse: readonly number[], booksum: number): number[] | null {
  const logs = inverse.slice();
  let least = Infinity;
  let largest = -Infinity;
  let slopeAtOne = 0;
  let i = 0;
  for (const r of inverse) {
    const log = Math.log(r);
    logs[i] = log;
    slopeAtOne += r * log;
    if (log < least) least = log;
    if (log > largest) largest = log;
    i += 1;
  }
  const even = Math.log(inverse.length);
  const [lower, upper] = [even / -least, even / -largest];
  if (!Number.isFinite(upper)) return null;
  const k = solveDecreasing(
    (exponent, into) => {
      let total = 0;
      let slope = 0;
      for (const log of logs) {
        const power = Math.exp(exponent * log);
        total += power;
        slope += power * log;
      }
      into.value = Math.log(total);
      into.slope = slope / total;
    },
    { lower, upper, start: within(lower, upper, 1 - (Math.log(booksum) * booksum) / slopeAtOne) },
  );
  if (k === null) return null;
  i = 0;
  for (const log of logs) {
    logs[i] = Math.exp(k * log);
    i += 1;
  }
  return logs;
}

/**
 * Shin 1993 as solved by Jullien and Salanié 1994, for any number of outcomes: the z at which Σp = 1, with
 * p(z) = (√(z² + 4(1−z)r²/B) − z) / (2(1−z)). Σp falls from √B at z = 0 to Σr²/B < 1 at z = 1. Solved to 1e-13 in Σp,
 * from the z of a balanced book, which is near.
 */
export function shinZ(inverse: readonly number[], booksum: number): number | null {
  const margin = booksum - 1;
  if (margin <= MARGIN_NOISE) return 0;
  return solveDecreasing(
    (z, into) => {
      let value = -1;
      let slope = 0;
      for (const r of inverse) {
        const q = (r * r) / booksum;
        const root = Math.sqrt(z * z + 4 * (1 - z) * q);
        const p = (2 * q) / (root + z);
        value += p;
        slope -= (p * (1 + (z - 2 * q) / root)) / (root + z);
      }
      into.value = value;
      into.slope = slope;
    },
    { lower: 0, upper: 1, start: Math.min(1, margin / (inverse.length - 1)) },
  );
}

/** Shin's p(z), here with the root in the denominator, where nothing cancels and z = 1 is no special case. */
export function shinShares(inverse: readonly number[], booksum: number, z: number): number[] {
  const shares = inverse.slice();
  let i = 0;
  for (const r of inverse) {
    const q = (r * r) / booksum;
    shares[i] = (2 * q) / (Math.sqrt(z * z + 4 * (1 - z) * q) + z);
    i += 1;
  }
  return shares;
}

/**
 * r/(c + r − c·r) with Σ = 1: every outcome's odds of winning are divided by one c (Cheung 2015), for any number of
 * outcomes. With o = r/(1−r) that is o/(c + o); c lies between (n−1)·(smallest o) and (n−1)·(largest o), and Σ is
 * convex and decreasing in it. Solved to 1e-13 in Σp, from where Newton's method stands after a step from c = 1.
 */
export function oddsRatioShares(inverse: readonly number[], margin: number): number[] | null {
  const odds = inverse.slice();
  let least = Infinity;
  let largest = 0;
  let slopeAtOne = 0;
  let i = 0;
  for (const r of inverse) {
    const o = r / (1 - r);
    odds[i] = o;
    slopeAtOne -= r * (1 - r);
    if (o < least) least = o;
    if (o > largest) largest = o;
    i += 1;
  }
  const [lower, upper] = [least * (odds.length - 1), largest * (odds.length - 1)];
  const c = solveDecreasing(
    (ratio, into) => {
      let value = -1;
      let slope = 0;
      for (const o of odds) {
        const p = o / (ratio + o);
        value += p;
        slope -= p / (ratio + o);
      }
      into.value = value;
      into.slope = slope;
    },
    { lower, upper, start: within(lower, upper, 1 - margin / slopeAtOne) },
  );
  if (c === null) return null;
  i = 0;
  for (const o of odds) {
    odds[i] = o / (c + o);
    i += 1;
  }
  return odds;
}

/**
 * Φ(Φ⁻¹(r) − c) with Σ = 1, for any number of outcomes. Shifted by the smallest distance to Φ⁻¹(1/n) none is below
 * 1/n, by the largest none above: the root lies between. Solved to 1e-13 in Σp, from where Newton's method stands after
 * a step from c = 0.
 */
export function probitShares(inverse: readonly number[], margin: number): number[] | null {
  const places = inverse.slice();
  const even = normalQuantile(1 / inverse.length);
  let lower = Infinity;
  let upper = -Infinity;
  let slopeAtZero = 0;
  let i = 0;
  for (const r of inverse) {
    const place = normalQuantile(r);
    places[i] = place;
    slopeAtZero -= normalDensity(place);
    if (place - even < lower) lower = place - even;
    if (place - even > upper) upper = place - even;
    i += 1;
  }
  const shift = solveDecreasing(
    (c, into) => {
      let value = -1;
      let slope = 0;
      for (const place of places) {
        value += normalShareBelow(place - c);
        slope -= normalDensity(place - c);
      }
      into.value = value;
      into.slope = slope;
    },
    { lower, upper, start: within(lower, upper, -margin / slopeAtZero) },
  );
  if (shift === null) return null;
  i = 0;
  for (const place of places) {
    places[i] = normalShareBelow(place - shift);
    i += 1;
  }
  return places;
}

function within(lower: number, upper: number, value: number): number {
  return Math.min(upper, Math.max(lower, value));
}
