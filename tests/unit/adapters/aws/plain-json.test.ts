import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainJson } from '../../../../shared/adapters/aws/plain-json.ts';

describe('plain JSON', () => {
  it('reads back as the same value, to the bit', () => {
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, false),
        fc.string({ unit: 'binary' }),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((float) => float + 0),
        fc.maxSafeInteger(),
        fc.array(tie('value')),
        fc.dictionary(fc.string(), tie('value'), { noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(value, (drawn) => {
        expect(JSON.parse(plainJson(drawn))).toEqual(drawn);
      }),
    );
  });

  it('leaves out a member that is undefined and the sign of zero', () => {
    expect(plainJson({ a: undefined, b: -0 })).toBe('{"b":0}');
  });

  it.each([
    [Number.NaN, 'finite numbers, not NaN'],
    [{ deep: [-Infinity] }, 'finite numbers, not -Infinity'],
    [[undefined], 'plain, not undefined'],
    [undefined, 'plain, not undefined'],
    [10n, 'plain, not bigint'],
    [{ run: () => 1 }, 'plain, not function'],
    [new Date(0), 'no instance of a class'],
    [{ byMarket: new Map() }, 'no instance of a class'],
  ])('throws for what would come back as something else: %o', (value, why) => {
    expect(() => plainJson(value)).toThrow(why);
  });
});
