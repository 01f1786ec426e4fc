import type { Brand } from './brand.ts';
import type { Contracts } from './contracts.ts';
import { formatScaled, parseScaled, type DecimalTextRefusal } from './decimal-text.ts';
import { invariant } from './invariant.ts';
import type { Price } from './price.ts';

/** An amount in units of 1e-6 dollars, signed. Price × contracts is money, exactly. */
export type Money = Brand<number, 'Money'>;

export const MONEY_SCALE = 6;
export const NO_MONEY = 0 as Money;
export const MICROS_PER_DOLLAR = 1_000_000;
export const MICROS_PER_CENT = 10_000;

/** Makes an amount of an integer of 1e-6 dollars; beyond 2^53 or fractional is a bug of the caller. */
export function money(micros: number): Money {
  invariant(
    Number.isSafeInteger(micros),
    () => `money is a safe integer of 1e-6 dollars, not ${micros}`,
  );
  return (micros === 0 ? 0 : micros) as Money;
}

/** Reads a dollar text such as "-12.345678". More than six digits are refused. */
export function parseMoney(text: string): Money | DecimalTextRefusal {
  const micros = parseScaled(text, MONEY_SCALE);
  return typeof micros === 'number' ? (micros as Money) : micros;
}

/** The dollar text with six digits. */
export function formatMoney(value: Money): string {
  return formatScaled(value, MONEY_SCALE);
}

/** Price × count: 1e-4 × 1e-2 = 1e-6 dollars, exact. */
export function cost(value: Price, count: Contracts): Money {
  return money(value * count);
}

export function addMoney(...amounts: readonly Money[]): Money {
  let sum = 0;
  for (const amount of amounts) sum += amount;
  return money(sum);
}

export function subtractMoney(from: Money, taken: Money): Money {
  return money(from - taken);
}

export function negate(amount: Money): Money {
  return money(-amount);
}
