import { invariant } from './invariant.ts';

/** Integer quotient rounded toward minus infinity. Both arguments are integers, `divisor` is positive. */
export function floorDivide(dividend: number, divisor: number): number {
  invariant(Number.isSafeInteger(dividend), 'an integer division has a safe integer dividend');
  invariant(Number.isSafeInteger(divisor) && divisor > 0, 'an integer divisor is positive');
  const remainder = dividend % divisor;
  const truncated = (dividend - remainder) / divisor;
  return remainder < 0 ? truncated - 1 : truncated === 0 ? 0 : truncated;
}

/** Integer quotient rounded toward plus infinity. */
export function ceilDivide(dividend: number, divisor: number): number {
  const floored = floorDivide(dividend, divisor);
  return floored * divisor === dividend ? floored : floored + 1;
}

/** Integer quotient rounded to the nearest, halves away from zero. Only for display, never for money owed. */
export function nearestDivide(dividend: number, divisor: number): number {
  const magnitude = floorDivide(2 * Math.abs(dividend) + divisor, 2 * divisor);
  return dividend < 0 && magnitude !== 0 ? -magnitude : magnitude;
}
