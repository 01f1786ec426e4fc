import type { Brand } from './brand.ts';
import { formatScaled, parseScaled, type DecimalTextRefusal } from './decimal-text.ts';
import { invariant } from './invariant.ts';

/** A count of contracts in units of 1e-2 contracts, never negative. A direction stands beside it, not in its sign. */
export type Contracts = Brand<number, 'Contracts'>;

export const CONTRACTS_SCALE = 2;
export const NO_CONTRACTS = 0 as Contracts;
export const ONE_CONTRACT = 100 as Contracts;

/** Makes a count of an integer of 1e-2 contracts. A negative or fractional value is a bug of the caller. */
export function contracts(units: number): Contracts {
  invariant(
    Number.isSafeInteger(units) && units >= 0,
    () => `a count is a non-negative integer of 1e-2 contracts, not ${units}`,
  );
  return units as Contracts;
}

/** Reads a count such as "25.00". More than two digits or a negative value is refused. */
export function parseContracts(text: string): Contracts | DecimalTextRefusal {
  const units = parseScaled(text, CONTRACTS_SCALE);
  if (typeof units !== 'number') return units;
  if (units < 0) return { kind: 'refused', code: 'out_of_range', text, scale: CONTRACTS_SCALE };
  return units as Contracts;
}

/** The count with two digits, as the exchange writes it. */
export function formatContracts(value: Contracts): string {
  return formatScaled(value, CONTRACTS_SCALE);
}

export function addContracts(a: Contracts, b: Contracts): Contracts {
  return (a + b) as Contracts;
}

/** `from` less `taken`; taking more than there is is a bug of the caller. */
export function subtractContracts(from: Contracts, taken: Contracts): Contracts {
  return contracts(from - taken);
}

export function minContracts(a: Contracts, b: Contracts): Contracts {
  return a < b ? a : b;
}
