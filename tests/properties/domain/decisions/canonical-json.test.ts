import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../../shared/domain/decisions/canonical-json.ts';
import type { CanonicalValue } from '../../../../shared/domain/decisions/decision-record.ts';
import { runs } from '../../../support/property-settings.ts';

const values = fc.letrec<{ value: CanonicalValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary' }),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: 'binary' }), tie('value'), {
      maxKeys: 5,
      noNullPrototype: true,
    }),
  ),
})).value;

/** The same value with every object's keys in reverse order of insertion. */
function reversed(value: CanonicalValue): CanonicalValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(reversed);
  const entries = Object.entries(value).toReversed();
  return Object.fromEntries(entries.map(([key, member]) => [key, reversed(member)]));
}

describe('canonical JSON', () => {
  it('loses nothing, and does not depend on the order of keys', () => {
    fc.assert(
      fc.property(values, (value) => {
        const text = canonicalJson(value);
        const parsed: unknown = JSON.parse(text);
        expect(parsed).toEqual(value);
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
      runs(500),
    );
  });
});
