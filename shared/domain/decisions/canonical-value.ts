import { invariant } from '../money/invariant.ts';
import type { CanonicalValue } from './decision-record.ts';

/** Marks a float64 that stands as its shortest exact text, because canonical JSON holds integers only. */
const FLOAT_MARK = '~';

/**
 * Any plain value as a canonical one, without loss: safe integers stay numbers, other finite floats become marked texts
 * that read back to the same bits. Functions, dates, maps and undefined are a bug of the caller.
 */
export function toCanonical(value: unknown): CanonicalValue {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value === 'string') {
    invariant(!value.startsWith(FLOAT_MARK), `a text does not start with ${FLOAT_MARK}`);
    return value;
  }
  if (Array.isArray(value)) return value.map(toCanonical);
  invariant(typeof value === 'object', `a record holds plain values, not ${typeof value}`);
  const members: Record<string, CanonicalValue> = {};
  for (const [key, member] of Object.entries(value)) members[key] = toCanonical(member);
  return members;
}

/** The plain value that {@link toCanonical} was given. */
export function fromCanonical(value: CanonicalValue): unknown {
  if (typeof value === 'string')
    return value.startsWith(FLOAT_MARK) ? Number(value.slice(FLOAT_MARK.length)) : value;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(fromCanonical);
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, fromCanonical(member)]),
  );
}

function fromNumber(value: number): CanonicalValue {
  if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  invariant(Number.isFinite(value), 'a record holds finite numbers');
  return FLOAT_MARK + String(value);
}
