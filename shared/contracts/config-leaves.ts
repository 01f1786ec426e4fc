import * as z from 'zod';
import { parseScaled, trimDecimal } from '../domain/money/decimal-text.ts';

/** What a leaf accepts, in words that complete "allowed: …"; the reference page is made of the same words. */
export type LeafMeta = { readonly allowed: string };

function decimal({
  scale,
  from,
  to,
  above,
  allowed,
}: {
  readonly scale: number;
  readonly from?: string;
  readonly above?: string;
  readonly to: string;
  readonly allowed: string;
}): z.ZodType<string> {
  const units = (text: string): number => {
    const parsed = parseScaled(text, scale);
    if (typeof parsed !== 'number')
      throw new RangeError(`${text} is not a decimal of ${scale} digits`);
    return parsed;
  };
  const lowest = above === undefined ? units(from ?? '0') : units(above) + 1;
  const highest = units(to);
  return z
    .string()
    .refine(
      (text) => {
        const value = parseScaled(text, scale);
        return typeof value === 'number' && value >= lowest && value <= highest;
      },
      { message: 'out of range' },
    )
    .overwrite(trimDecimal)
    .meta({ allowed } satisfies LeafMeta);
}

/** A share of something as decimal text with at most six digits, above 0 unless `from` says otherwise. */
export function fraction({
  from,
  to,
}: {
  readonly from?: string;
  readonly to: string;
}): z.ZodType<string> {
  const range = from === undefined ? `above 0 up to ${to}` : `from ${from} to ${to}`;
  return decimal({
    scale: 6,
    ...(from === undefined ? { above: '0' } : { from }),
    to,
    allowed: `a fraction ${range} as decimal text, such as "${to}"`,
  });
}

/** Dollars as decimal text. */
export function dollars({
  from,
  to,
  scale,
}: {
  readonly from: string;
  readonly to: string;
  readonly scale: 2 | 4 | 6;
}): z.ZodType<string> {
  const allowed = `dollars from ${from} to ${to} as decimal text with at most ${scale} digits after the point`;
  return decimal({ scale, from, to, allowed });
}

/** A whole number within bounds; `unit` stands in its name and in the words of a refusal. */
export function whole({
  from,
  to,
  unit,
}: {
  readonly from: number;
  readonly to: number;
  readonly unit: string;
}): z.ZodType<number> {
  return z
    .int()
    .min(from)
    .max(to)
    .meta({ allowed: `a whole number of ${unit} from ${from} to ${to}` } satisfies LeafMeta);
}

export function oneOf<const T extends readonly [string, ...string[]]>(
  names: T,
): z.ZodType<T[number]> {
  return z.enum(names).meta({ allowed: `one of ${names.join(', ')}` } satisfies LeafMeta);
}

/** A short name of letters, digits, dots, dashes and underscores. */
export function name(what: string): z.ZodType<string> {
  return z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
    .meta({
      allowed: `${what}: 1 to 64 letters, digits, dots, dashes or underscores`,
    } satisfies LeafMeta);
}

/** Names separated by commas; an empty text is none of them. Spaces around a name do not count. */
export function nameList(what: string): z.ZodType<string> {
  return z
    .string()
    .max(10_000)
    .refine((text) => text === '' || text.split(',').every((one) => one.trim() !== ''), {
      message: 'a name is missing',
    })
    .overwrite((text) => listedNames(text).join(','))
    .meta({ allowed: `${what}, separated by commas; empty for none` } satisfies LeafMeta);
}

/** The names of such a text. */
export function listedNames(text: string): readonly string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
