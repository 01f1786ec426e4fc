import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../../shared/domain/decisions/canonical-json.ts';
import {
  SKIP_EXPLANATIONS,
  SKIP_REASONS,
} from '../../../../shared/domain/decisions/skip-reason.ts';

describe('canonical JSON', () => {
  it.each([
    [{ b: 1, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}'],
    [{ a: { d: 1, c: 2 }, B: 0 }, '{"B":0,"a":{"c":2,"d":1}}'],
    [{ '10': 1, '9': 2 }, '{"10":1,"9":2}'],
    // U+1F600 is written with surrogates from 0xD83D on, so by code unit it stands before U+FF5E.
    [{ '\uFF5E': 1, '\u{1F600}': 2 }, '{"\u{1F600}":2,"\uFF5E":1}'],
    ['line\n"quoted"', '"line\\n\\"quoted\\""'],
    ['\uD800', '"\\ud800"'],
    [-0, '0'],
    [[], '[]'],
    [{}, '{}'],
  ])('of %j is %s', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it.each([0.5, Number.NaN, Infinity, 2 ** 53])('has no number such as %d', (value) => {
    expect(() => canonicalJson({ deep: [value] })).toThrow(/safe integers/);
  });

  it('has no undefined', () => {
    // @ts-expect-error The type has none either.
    expect(() => canonicalJson({ a: undefined })).toThrow(/no undefined/);
  });
});

describe('the reasons to skip', () => {
  it('are a closed list, each with a sentence', () => {
    expect(SKIP_REASONS).toHaveLength(30);
    for (const reason of SKIP_REASONS) {
      expect(reason).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(SKIP_EXPLANATIONS[reason]).toMatch(/^[A-Z].*\.$/);
    }
  });
});
