import { solveDecreasing, type ValueAndSlope } from '../solve-decreasing.ts';
import type { WithInsiders } from './closed-forms.ts';
import { normalDensity, normalQuantile, normalShareBelow } from './normal.ts';
import { sum } from './sum.ts';

/** Inverse odds that add up to one differ from it by rounding only. */
export const MARGIN_NOISE = 1e-12;

/**
 * r^k with Σ = 1 (Vovk and Zhdanov 2009). k lies between ln n / −ln(smallest r) and ln n / −ln(largest r); ln Σ r^k is
 * convex and decreasing in k. Solved to 1e-13 in ln Σ; null when that is not reached.
 */
export function powerProbabilities(inverse: readonly number[]): readonly number[] | null {
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
 * Shin 1993 as solved by Jullien and Salanié 1994, for any number of outcomes.
 * p(z) = (√(z² + 4(1−z)r²/B) − z) / (2(1−z)), here with the root in the denominator, where nothing cancels and z = 1 is
 * no special case. Σp falls from √B at z = 0 to Σr²/B < 1 at z = 1. Solved to 1e-13 in Σp; null when that is not
 * reached.
 */
export function shinProbabilities(inverse: readonly number[]): WithInsiders | null {
  const booksum = sum(inverse);
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

/**
 * r/(c + r − c·r) with Σ = 1: every outcome's odds of winning are divided by one c (Cheung 2015), for any number of
 * outcomes. On the scale of ln(r/(1−r)) a shift by ln c. Solved to 1e-13 in Σp; null when that is not reached.
 */
export function oddsRatioProbabilities(inverse: readonly number[]): readonly number[] | null {
  return shifted(
    inverse.map((r) => Math.log(r / (1 - r))),
    {
      even: -Math.log(inverse.length - 1),
      share: (x) => 1 / (1 + Math.exp(-x)),
      density: (x) => 1 / (2 + Math.exp(x) + Math.exp(-x)),
    },
  );
}

/** Φ(Φ⁻¹(r) − c) with Σ = 1, for any number of outcomes. Solved to 1e-13 in Σp; null when that is not reached. */
export function probitProbabilities(inverse: readonly number[]): readonly number[] | null {
  return shifted(inverse.map(normalQuantile), {
    even: normalQuantile(1 / inverse.length),
    share: normalShareBelow,
    density: normalDensity,
  });
}

/** A distribution function with its derivative, and where it is 1/n. */
type Scale = {
  readonly even: number;
  readonly share: (x: number) => number;
  readonly density: (x: number) => number;
};

/**
 * One shift for all places on a scale, so that the shares sum to one. Shifted by the smallest distance to `even` none
 * is below 1/n, by the largest none above: the root lies between.
 */
function shifted(places: readonly number[], scale: Scale): readonly number[] | null {
  const distances = places.map((place) => place - scale.even);
  const lower = Math.min(...distances);
  const upper = Math.max(...distances);
  const at = (shift: number): ValueAndSlope => {
    let value = -1;
    let slope = 0;
    for (const place of places) {
      value += scale.share(place - shift);
      slope -= scale.density(place - shift);
    }
    return { value, slope };
  };
  const start = Math.min(upper, Math.max(lower, 0));
  const shift = solveDecreasing(at, { lower, upper, start });
  return shift === null ? null : places.map((place) => scale.share(place - shift));
}
