import { Decimal } from 'decimal.js';
import { CONTRACTS_SCALE, type Contracts } from './contracts.ts';
import { MONEY_SCALE, type Money } from './money.ts';
import { PRICE_SCALE, type Price } from './price.ts';

/**
 * decimal.js at the edges: reports, wide numerators, and the oracle of property tests. 40 significant digits hold
 * every product of a price, a count, a multiplier and a rate exactly.
 */
export const ExactDecimal = Decimal.clone({ precision: 40, rounding: Decimal.ROUND_HALF_UP });
export type ExactDecimal = Decimal;

export function priceToDecimal(value: Price): Decimal {
  return new ExactDecimal(value).div(10 ** PRICE_SCALE);
}

export function contractsToDecimal(value: Contracts): Decimal {
  return new ExactDecimal(value).div(10 ** CONTRACTS_SCALE);
}

export function moneyToDecimal(value: Money): Decimal {
  return new ExactDecimal(value).div(10 ** MONEY_SCALE);
}

/** The shortest plain text of a decimal, without exponent: `0.017472`. */
export function minimalText(value: Decimal): string {
  return value.toFixed();
}
