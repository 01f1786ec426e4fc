import { solveDecreasing, type ValueAndSlope } from '../solve-decreasing.ts';
import { sum } from './sum.ts';

/** The outcome that reaches an end of (0, 1) before the margin is out. */
export type LeavesUnit = { readonly leaves: number };

/**
 * Every (p, 1−p) at one Jensen-Shannon distance (natural logarithm, square root) from its (r, 1−r), Σp = 1. With a
 * margin all p are below their r, with a negative one all above. A long shot is soon at zero: where the distance asked
 * is more than it has to give, it is named. Σ is solved to 1e-13, each distance within to a relative 1e-15; null when
 * that is not reached.
 */
export function jensenShannonProbabilities(
  inverse: readonly number[],
  margin: number,
): readonly number[] | LeavesUnit | null {
  const size = Math.abs(margin);
  // What is above r is below 1−r of the complement.
  const sides = inverse.map((r): readonly [number, number] =>
    margin < 0 ? [1 - r, r] : [r, 1 - r],
  );
  const most = sides.map(([r, rest]) => distance(r, rest, r).value);
  const upper = Math.min(...most);
  const at = (asked: number): ValueAndSlope => {
    const gaps = sides.map(([r, rest]) => gapAt(r, rest, asked));
    return {
      value: size - sum(gaps.map(({ gap }) => gap)),
      slope: -sum(gaps.map(({ slope }) => slope)),
    };
  };
  if (!(at(upper).value < 0)) return { leaves: most.indexOf(upper) };
  const first = size / sum(sides.map(([r, rest]) => Math.sqrt(8 * r * rest)));
  const start = Math.min(upper, first);
  const asked = solveDecreasing(at, { lower: 0, upper, start });
  if (asked === null) return null;
  const gaps = sides.map(([r, rest]) => gapAt(r, rest, asked).gap);
  return inverse.map((r, i) => (margin < 0 ? r + (gaps[i] ?? 0) : r - (gaps[i] ?? 0)));
}

/** How far below r lies what is at a distance, and how fast that grows with it; NaN when it is not found. */
function gapAt(r: number, rest: number, asked: number): { gap: number; slope: number } {
  // Near r the distance is gap / √(8r(1−r)).
  const near = Math.sqrt(8 * r * rest);
  if (asked === 0) return { gap: 0, slope: near };
  const gap = solveDecreasing(
    (x) => {
      const { value, slope } = distance(r, rest, x);
      return { value: asked - value, slope: -slope };
    },
    { lower: 0, upper: r, start: Math.min(asked * near, r), tolerance: 2e-15 * asked },
  );
  if (gap === null) return { gap: Number.NaN, slope: Number.NaN };
  return { gap, slope: 1 / distance(r, rest, gap).slope };
}

/**
 * The distance between r and r − gap, with its derivative in gap. Written in u = gap/(2r − gap) and
 * w = gap/(2(1−r) + gap), with which 2m·h(u) + 2(1−m)·h(w) is four times the divergence and nothing cancels.
 */
function distance(r: number, rest: number, gap: number): ValueAndSlope {
  const u = gap / (2 * r - gap);
  const w = gap / (2 * rest + gap);
  const value = Math.sqrt(((r - gap / 2) * spread(u) + (rest + gap / 2) * spread(w)) / 2);
  return { value, slope: (Math.log1p(w) - Math.log1p(-u)) / (4 * value) };
}

/** (1+u)·ln(1+u) + (1−u)·ln(1−u) for u in [0, 1]; as a series, Σ u^2k / (k(2k−1)), where its terms cancel. */
function spread(u: number): number {
  if (u >= 1) return 2 * Math.LN2;
  if (u > 0.25) return (1 + u) * Math.log1p(u) + (1 - u) * Math.log1p(-u);
  let total = 0;
  for (let k = SERIES_TERMS; k >= 1; k -= 1) total = (total + 1 / (k * (2 * k - 1))) * u * u;
  return total;
}

/** The first term left out is below 1e-17 of the whole. */
const SERIES_TERMS = 12;
