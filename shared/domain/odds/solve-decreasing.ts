/** A decreasing function at one point, with its derivative. */
export type ValueAndSlope = { readonly value: number; readonly slope: number };

/**
 * The root of a decreasing function within a bracket, by Newton's method with bisection whenever a step would leave the
 * bracket or does not halve it. Ends when |value| ≤ tolerance (1e-13 unless given) or the bracket has no float between its ends; null when the
 * root is not in the bracket or 200 steps were not enough (60 are, for any bracket of ordinary floats).
 */
export function solveDecreasing(
  at: (x: number) => ValueAndSlope,
  bracket: {
    readonly lower: number;
    readonly upper: number;
    readonly start: number;
    readonly tolerance?: number;
  },
): number | null {
  const { tolerance = TOLERANCE } = bracket;
  let { lower, upper, start: x } = bracket;
  let lastStep = upper - lower;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const { value, slope } = at(x);
    if (Number.isNaN(value)) return null;
    if (Math.abs(value) <= tolerance) return x;
    if (value > 0) lower = x;
    else upper = x;
    const newton = x - value / slope;
    const inside = newton > lower && newton < upper;
    const next =
      inside && Math.abs(newton - x) <= lastStep / 2 ? newton : lower + (upper - lower) / 2;
    lastStep = Math.abs(next - x);
    if (next === x || next <= lower || next >= upper) return settled(at, lower, upper);
    x = next;
  }
  return null;
}

const MAX_STEPS = 200;
const TOLERANCE = 1e-13;
/** What is accepted when no float lies between the ends of the bracket any more. */
const LOOSE_TOLERANCE = 1e-12;

function settled(at: (x: number) => ValueAndSlope, lower: number, upper: number): number | null {
  const [atLower, atUpper] = [Math.abs(at(lower).value), Math.abs(at(upper).value)];
  if (Math.min(atLower, atUpper) > LOOSE_TOLERANCE) return null;
  return atLower <= atUpper ? lower : upper;
}
