import { solveDecreasing, type ValueAndSlope } from '../solve-decreasing.ts';

/** The outcome that reaches an end of (0, 1) before the margin is out. */
export type LeavesUnit = { readonly leaves: number };

/**
 * Every (p, 1−p) at one Jensen-Shannon distance (natural logarithm, square root) from its (r, 1−r), Σp = 1. With a
 * margin all p are below their r, with a negative one all above. A long shot is soon at zero: where the distance asked
 * is more than it has to give, it is named. All distances at once by Newton's method, within a relative 1e-9 before the
 * last step, which squares that; where it leaves (0, r) or has not come there in 12 steps, by one distance after the
 * other within brackets: Σ to 1e-13, each distance to a relative 1e-15. Null when that is not reached.
 */
export function jensenShannonShares(
  inverse: readonly number[],
  margin: number,
): number[] | LeavesUnit | null {
  const size = Math.abs(margin);
  const rest = complements(inverse);
  // What is above r is below 1−r of the complement.
  const sides = margin < 0 ? { below: rest, rest: inverse } : { below: inverse, rest };
  const gaps = gapsAtOnce(sides, size) ?? gapsWithinBrackets(sides, size);
  if (gaps === null || 'leaves' in gaps) return gaps;
  let i = 0;
  for (const r of inverse) {
    const gap = gaps[i] ?? 0;
    gaps[i] = margin < 0 ? r + gap : r - gap;
    i += 1;
  }
  return gaps;
}

/** What the probabilities are taken from, with its complement: 1 − (1−r) is not r when r is small. */
type Sides = { readonly below: readonly number[]; readonly rest: readonly number[] };

function complements(inverse: readonly number[]): number[] {
  const rest = inverse.slice();
  let i = 0;
  for (const r of inverse) {
    rest[i] = 1 - r;
    i += 1;
  }
  return rest;
}

/**
 * Newton's method for all gaps and the distance that they share: each distance d is taken for the line d + d′·step, so
 * that Σ gap = size gives the distance and the distance each step. Null where that does not end.
 */
function gapsAtOnce({ below, rest }: Sides, size: number): number[] | null {
  const gaps = below.slice();
  const values = below.slice();
  const slopes = below.slice();
  let reach = 0;
  let i = 0;
  // Near r the distance is gap / √(8r(1−r)).
  for (const r of below) {
    const width = Math.sqrt(8 * r * (rest[i] ?? 0));
    gaps[i] = width;
    reach += width;
    i += 1;
  }
  i = 0;
  for (const width of gaps) {
    gaps[i] = (size * width) / reach;
    i += 1;
  }
  const at: ValueAndSlope = { value: Number.NaN, slope: Number.NaN };
  for (let step = 0; step < STEPS_AT_ONCE; step += 1) {
    let offset = 0;
    let give = 0;
    i = 0;
    for (const r of below) {
      const gap = gaps[i] ?? 0;
      if (!(gap > 0 && gap < r)) return null;
      distance(r, rest[i] ?? 0, gap, at);
      values[i] = at.value;
      slopes[i] = at.slope;
      offset += gap - at.value / at.slope;
      give += 1 / at.slope;
      i += 1;
    }
    const asked = (size - offset) / give;
    let furthest = 0;
    i = 0;
    for (const value of values) {
      gaps[i] = (gaps[i] ?? 0) + (asked - value) / (slopes[i] ?? 0);
      furthest = Math.max(furthest, Math.abs(asked - value));
      i += 1;
    }
    if (furthest <= NEAR * asked) return gaps;
  }
  return null;
}

const STEPS_AT_ONCE = 12;
/** Relative to the distance. The step after it leaves an error of its square. */
const NEAR = 1e-9;

function gapsWithinBrackets({ below, rest }: Sides, size: number): number[] | LeavesUnit | null {
  const gaps = below.slice();
  const at: ValueAndSlope = { value: Number.NaN, slope: Number.NaN };
  let upper = Infinity;
  let leaves = 0;
  let reach = 0;
  let i = 0;
  for (const r of below) {
    distance(r, rest[i] ?? 0, r, at);
    if (at.value < upper) [upper, leaves] = [at.value, i];
    reach += Math.sqrt(8 * r * (rest[i] ?? 0));
    i += 1;
  }
  const evaluate = (asked: number, into: ValueAndSlope): void => {
    let [value, slope] = [size, 0];
    let of = 0;
    for (const r of below) {
      const other = rest[of] ?? 0;
      const gap = gapAt(r, other, asked);
      gaps[of] = gap;
      of += 1;
      value -= gap;
      if (asked > 0) distance(r, other, gap, at);
      slope -= asked > 0 ? 1 / at.slope : Math.sqrt(8 * r * other);
    }
    into.value = value;
    into.slope = slope;
  };
  const atUpper: ValueAndSlope = { value: Number.NaN, slope: Number.NaN };
  evaluate(upper, atUpper);
  if (!(atUpper.value < 0)) return { leaves };
  const start = Math.min(upper, size / reach);
  const asked = solveDecreasing(evaluate, { lower: 0, upper, start });
  if (asked === null) return null;
  evaluate(asked, atUpper);
  return gaps;
}

/** How far below r lies what is at a distance; NaN when it is not found. */
function gapAt(r: number, rest: number, asked: number): number {
  if (asked === 0) return 0;
  const gap = solveDecreasing(
    (x, into) => {
      distance(r, rest, x, into);
      into.value = asked - into.value;
      into.slope = -into.slope;
    },
    {
      lower: 0,
      upper: r,
      start: Math.min(asked * Math.sqrt(8 * r * rest), r),
      tolerance: 2e-15 * asked,
    },
  );
  return gap ?? Number.NaN;
}

/**
 * The distance between r and r − gap, with its derivative in gap. Written in u = gap/(2r − gap) and
 * w = gap/(2(1−r) + gap), with which 2m·h(u) + 2(1−m)·h(w) is four times the divergence and nothing cancels.
 */
function distance(r: number, rest: number, gap: number, into: ValueAndSlope): void {
  const u = gap / (2 * r - gap);
  const w = gap / (2 * rest + gap);
  const value = Math.sqrt(((r - gap / 2) * spread(u) + (rest + gap / 2) * spread(w)) / 2);
  into.value = value;
  into.slope = (Math.log1p(w) - Math.log1p(-u)) / (4 * value);
}

/** (1+u)·ln(1+u) + (1−u)·ln(1−u) for u in [0, 1]; as a series, Σ u^2k / (k(2k−1)), where its terms cancel. */
function spread(u: number): number {
  if (u >= 1) return 2 * Math.LN2;
  if (u > 0.25) return (1 + u) * Math.log1p(u) + (1 - u) * Math.log1p(-u);
  const square = u * u;
  let total = 0;
  for (let k = u > 0.03 ? TERMS : TERMS_NEAR_ZERO; k >= 1; k -= 1)
    total = (total + 1 / (k * (2 * k - 1))) * square;
  return total;
}

/** The first term left out is below 1e-17 of the whole. */
const TERMS = 12;
const TERMS_NEAR_ZERO = 5;
