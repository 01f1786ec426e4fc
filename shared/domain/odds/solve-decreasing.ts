/** A decreasing function at one point, with its derivative. Written by the function, read by the solver. */
export type ValueAndSlope = { value: number; slope: number };

/** Where a root is looked for. */
export type Bracket = {
  readonly lower: number;
  readonly upper: number;
  readonly start: number;
  /** How near zero the value must come; 1e-13 unless given. */
  readonly tolerance?: number;
};

/**
 * The root of a decreasing function within a bracket, by Newton's method with bisection whenever a step would leave the
 * bracket or does not halve it. Ends when |value| ≤ tolerance or the bracket has no float between its ends; null when
 * the root is not in the bracket or 200 steps were not enough (60 are, for any bracket of ordinary floats). The
 * function writes into a point that is used again: what it says costs no memory.
 */
export function solveDecreasing(
  evaluate: (x: number, into: ValueAndSlope) => void,
  bracket: Bracket,
): number | null {
  const { tolerance = TOLERANCE } = bracket;
  let { lower, upper, start: x } = bracket;
  const at: ValueAndSlope = { value: Number.NaN, slope: Number.NaN };
  let lastStep = upper - lower;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    evaluate(x, at);
    const { value, slope } = at;
    if (Number.isNaN(value)) return null;
    if (Math.abs(value) <= tolerance) return x;
    if (value > 0) lower = x;
    else upper = x;
    const newton = x - value / slope;
    const inside = newton > lower && newton < upper;
    const next =
      inside && Math.abs(newton - x) <= lastStep / 2 ? newton : lower + (upper - lower) / 2;
    lastStep = Math.abs(next - x);
    if (next === x || next <= lower || next >= upper) return settled(evaluate, lower, upper);
    x = next;
  }
  return null;
}

const MAX_STEPS = 200;
const TOLERANCE = 1e-13;
/** What is accepted when no float lies between the ends of the bracket any more. */
const LOOSE_TOLERANCE = 1e-12;

function settled(
  evaluate: (x: number, into: ValueAndSlope) => void,
  lower: number,
  upper: number,
): number | null {
  const at: ValueAndSlope = { value: Number.NaN, slope: Number.NaN };
  evaluate(lower, at);
  const atLower = Math.abs(at.value);
  evaluate(upper, at);
  const atUpper = Math.abs(at.value);
  if (Math.min(atLower, atUpper) > LOOSE_TOLERANCE) return null;
  return atLower <= atUpper ? lower : upper;
}
