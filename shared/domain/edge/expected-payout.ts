import { MICROS_PER_DOLLAR, type Money } from '../money/money.ts';
import type { Probability } from '../money/probability.ts';
import type { Leg } from './edge.ts';

/**
 * What one contract of `leg` pays on average, in 1e-6 dollars rounded down, exactly as decimal arithmetic on the
 * shortest text of the probability would have it: 0.57 is 570,000, although 0.57 × 1e6 is 569,999.99… in float64.
 * `fair` is the probability of YES.
 */
export function expectedPayoutFloor(fair: Probability, leg: Leg): Money {
  const below = microsAtOrBelow(fair);
  if (leg === 'yes') return below as Money;
  const exact = below / MICROS_PER_DOLLAR === fair;
  return (MICROS_PER_DOLLAR - (exact ? below : below + 1)) as Money;
}

/**
 * The largest k with k/1e6 ≤ fair. A quotient of integers is the float64 nearest to it, and two decimals of at most 15
 * digits are never the same float64, so comparing quotients compares the decimals.
 */
function microsAtOrBelow(fair: number): number {
  const k = Math.floor(fair * MICROS_PER_DOLLAR);
  if ((k + 1) / MICROS_PER_DOLLAR <= fair) return k + 1;
  return k / MICROS_PER_DOLLAR > fair ? k - 1 : k;
}
