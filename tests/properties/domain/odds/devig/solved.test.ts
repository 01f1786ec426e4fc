import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { devig } from '../../../../../shared/domain/odds/devig.ts';
import {
  oddsRatioSharesOfTwo,
  probitSharesOfTwo,
  shinSharesOfTwo,
  shinZOfTwo,
} from '../../../../../shared/domain/odds/devig/closed-forms.ts';
import {
  oddsRatioShares,
  probitShares,
  shinShares,
  shinZ,
} from '../../../../../shared/domain/odds/devig/solved.ts';
import { runs } from '../../../../support/property-settings.ts';

const RUNS = runs(300);
const share = fc.double({ min: 1e-4, max: 0.9999, noNaN: true });

/** Inverse odds of two outcomes, with a margin from a few percent below zero to thirty above. */
const pair = fc
  .tuple(share, fc.double({ min: -0.05, max: 0.3, noNaN: true }))
  .map(([p, more]) => [p, 1 - p].map((q) => q + more * q * (1 - q)) as [number, number]);

function near(found: readonly number[] | undefined, wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  for (const [index, value] of wanted.entries())
    expect(Math.abs((found?.[index] ?? Number.NaN) - value)).toBeLessThan(1e-12);
}

describe('two outcomes in closed form are what the solver of many finds', () => {
  it.each([
    ['odds-ratio', oddsRatioSharesOfTwo, oddsRatioShares],
    ['probit', probitSharesOfTwo, probitShares],
  ] as const)('%s', (_name, ofTwo, ofMany) => {
    fc.assert(
      fc.property(pair, ([first, second]) => {
        const margin = first + second - 1;
        near(ofMany([first, second], margin) ?? undefined, ofTwo(first, second));
      }),
      RUNS,
    );
  });

  it('shin, with z', () => {
    fc.assert(
      fc.property(pair, ([first, second]) => {
        fc.pre(first + second > 1 + 1e-9);
        const [inverse, booksum] = [[first, second], first + second];
        const z = shinZ(inverse, booksum) ?? Number.NaN;
        near(shinShares(inverse, booksum, z), shinSharesOfTwo(first, second));
        // The flatter Σp is in z, the less it says of z.
        expect(Math.abs(z - shinZOfTwo(first, second))).toBeLessThan(1e-8);
      }),
      RUNS,
    );
  });
});

/** The entropy of (p, 1−p), natural logarithm. */
function entropy(p: number): number {
  return -p * Math.log(p) - (1 - p) * Math.log(1 - p);
}

it('jsd leaves every pair at one distance, by the formula with entropies', () => {
  const odds = fc
    .array(fc.double({ min: 0.1, max: 1, noNaN: true }), { minLength: 2, maxLength: 12 })
    .chain((weights) =>
      fc.double({ min: 0.94, max: 1.06, noNaN: true }).map((booksum) => {
        const total = weights.reduce((a, b) => a + b, 0);
        return weights.map((weight) => total / (weight * booksum));
      }),
    );
  fc.assert(
    fc.property(odds, (given) => {
      fc.pre(given.every((value) => value > 1));
      const result = devig('jsd', given);
      fc.pre(result.kind === 'devigged' && Math.abs(result.margin) > 1e-3);
      if (result.kind !== 'devigged') return;
      const distances = given.map((value, index) => {
        const [r, p] = [1 / value, result.probabilities[index] ?? Number.NaN];
        expect(Math.sign(r - p)).toBe(Math.sign(result.margin));
        return Math.sqrt(entropy((r + p) / 2) - (entropy(r) + entropy(p)) / 2);
      });
      expect(Math.max(...distances) / Math.min(...distances) - 1).toBeLessThan(1e-5);
    }),
    RUNS,
  );
});

it('a margin below zero is given back by the methods without insiders', () => {
  const methods = ['proportional', 'additive', 'power', 'odds-ratio', 'probit', 'goto', 'jsd'];
  const generous = fc
    .array(fc.double({ min: 1e-3, max: 1, noNaN: true }), { minLength: 2, maxLength: 20 })
    .chain((weights) =>
      fc.double({ min: 0.9, max: 0.999, noNaN: true }).map((booksum) => {
        const total = weights.reduce((a, b) => a + b, 0);
        return weights.map((weight) => total / (weight * booksum));
      }),
    );
  fc.assert(
    fc.property(fc.constantFrom(...methods), generous, (method, odds) => {
      const result = devig(method as 'goto', odds);
      expect(result).toMatchObject({ kind: 'devigged' });
      if (result.kind !== 'devigged') return;
      expect(result.margin).toBeLessThan(0);
      for (const [index, value] of odds.entries())
        expect(result.probabilities[index]).toBeGreaterThan(1 / value - 1e-15);
    }),
    RUNS,
  );
});

it('an extreme long shot is priced, or named as what leaves (0, 1); never unsolved', () => {
  const methods = ['additive', 'shin', 'odds-ratio', 'probit', 'balanced-book', 'goto', 'jsd'];
  const longShot = fc.tuple(
    fc.double({ min: 1.05, max: 4, noNaN: true }),
    fc.double({ min: 2, max: 9, noNaN: true }).map((power) => 10 ** power),
    fc.boolean(),
  );
  fc.assert(
    fc.property(fc.constantFrom(...methods), longShot, (method, [favourite, long, third]) => {
      const second = 1 / (1.03 - 1 / favourite);
      const result = devig(method as 'jsd', third ? [favourite, second, long] : [1.000_1, long]);
      if (result.kind === 'refused' && result.code === 'probability_outside_unit')
        expect(result.index).toBe(third ? 2 : 1);
      else if (result.kind === 'refused') expect(result.code).toBe('negative_margin');
      else expect(Math.min(...result.probabilities)).toBeGreaterThan(0);
    }),
    RUNS,
  );
});
