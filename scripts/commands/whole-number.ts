import { UsageError } from '../usage-error.ts';

/** The option's value as a whole number within its limits; the usual one when it was not given. */
export function wholeNumber(
  option: string,
  text: string | undefined,
  { from, to, usual }: { readonly from: number; readonly to: number; readonly usual: number },
): number {
  if (text === undefined) return usual;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= from && value <= to) return value;
  throw new UsageError({
    what: `${option} is "${text}".`,
    allowed: `a whole number from ${from} to ${to}`,
    todo: `Give one: ${option} ${usual}`,
  });
}
