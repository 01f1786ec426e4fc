import { invariant } from '../money/invariant.ts';
import type { CanonicalValue } from './decision-record.ts';

/**
 * One text per value: keys sorted by UTF-16 code unit, no blanks, texts escaped as JSON.stringify does (lone surrogates
 * too). Numbers are safe integers, minus zero is 0; a fraction is a bug, since its text would not be the same for ever.
 * The subset of RFC 8785 (JSON canonicalization) without floats.
 */
export function canonicalJson(value: CanonicalValue): string {
  if (value === null || typeof value === 'string' || typeof value === 'boolean')
    return JSON.stringify(value);
  if (typeof value === 'number') return integerText(value);
  invariant(typeof value === 'object', `canonical JSON holds no ${typeof value}`);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

function integerText(value: number): string {
  invariant(Number.isSafeInteger(value), `canonical JSON holds safe integers only, not ${value}`);
  return String(value === 0 ? 0 : value);
}

function isList(value: CanonicalValue): value is readonly CanonicalValue[] {
  return Array.isArray(value);
}
