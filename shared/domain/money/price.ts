import type { Brand } from './brand.ts';
import { formatScaled, parseScaled, type DecimalTextRefusal } from './decimal-text.ts';
import { invariant } from './invariant.ts';

/** A price of one contract in units of 1e-4 dollars, 0 to 10,000. Always the YES price unless a name says otherwise. */
export type Price = Brand<number, 'Price'>;

export const PRICE_SCALE = 4;
/** One dollar, the payout of a winning contract. */
export const ONE_DOLLAR = 10_000 as Price;
export const ZERO_PRICE = 0 as Price;

/** Makes a price of an integer of 1e-4 dollars. A value outside 0..10,000 is a bug of the caller. */
export function price(units: number): Price {
  invariant(
    Number.isInteger(units) && units >= 0 && units <= ONE_DOLLAR,
    () => `a price is an integer of 1e-4 dollars between 0 and 10000, not ${units}`,
  );
  return units as Price;
}

/** Reads a dollar text such as "0.5200". More than four digits, or a value outside 0..1, is refused. */
export function parsePrice(text: string): Price | DecimalTextRefusal {
  const units = parseScaled(text, PRICE_SCALE);
  if (typeof units !== 'number') return units;
  if (units < 0 || units > ONE_DOLLAR)
    return { kind: 'refused', code: 'out_of_range', text, scale: PRICE_SCALE };
  return units as Price;
}

/** The dollar text with four digits, as the exchange writes it. */
export function formatPrice(value: Price): string {
  return formatScaled(value, PRICE_SCALE);
}

/** The same contract seen from the other leg: a YES price p is a NO price 1 − p. Exact. */
export function complement(value: Price): Price {
  return (ONE_DOLLAR - value) as Price;
}
