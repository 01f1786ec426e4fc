import { invariant } from './invariant.ts';

/** `amount × part / whole`, exact in the middle and rounded toward plus infinity. Non-negative integers only. */
export function ceilProportion(amount: number, part: number, whole: number): number {
  const divisor = BigInt(checked(whole));
  return Number((exactProduct(amount, part) + divisor - 1n) / divisor);
}

/** `amount × part / whole`, exact in the middle and rounded toward zero. Non-negative integers only. */
export function floorProportion(amount: number, part: number, whole: number): number {
  return Number(exactProduct(amount, part) / BigInt(checked(whole)));
}

function exactProduct(amount: number, part: number): bigint {
  for (const value of [amount, part])
    invariant(
      Number.isSafeInteger(value) && value >= 0,
      `a proportion is of non-negative integers, not ${value}`,
    );
  return BigInt(amount) * BigInt(part);
}

function checked(whole: number): number {
  invariant(Number.isSafeInteger(whole) && whole > 0, `a whole is positive, not ${whole}`);
  return whole;
}
