import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  devig,
  DEVIG_METHODS,
  type Devigged,
  type DevigMethod,
} from '../../../../shared/domain/odds/devig.ts';
import { runs } from '../../../support/property-settings.ts';

const RUNS = runs(1_000);
const anyMethod = fc.constantFrom<DevigMethod>(...DEVIG_METHODS);

/** True probabilities of n outcomes, none below a thousandth of a percent. */
const fairBook = fc
  .array(fc.double({ min: 1e-3, max: 1, noNaN: true }), { minLength: 2, maxLength: 20 })
  .map((weights) => {
    const total = weights.reduce((a, b) => a + b, 0);
    return weights.map((weight) => weight / total);
  });

/** Odds of a book with margin: each inverse is raised on its own, and stays below one. */
const vigged = fc
  .tuple(
    fairBook,
    fc.double({ min: -6, max: Math.log10(0.3), noNaN: true }).map((power) => 10 ** power),
  )
  .map(([fair, share]) => fair.map((p) => 1 / (p + share * p * (1 - p))));

/** These take more from a long shot than it has when the margin is large. */
const MAY_LEAVE_UNIT: readonly DevigMethod[] = ['additive', 'balanced-book', 'goto', 'jsd'];

function solved(method: DevigMethod, odds: readonly number[]): Devigged {
  const result = devig(method, odds);
  if (result.kind === 'refused' && MAY_LEAVE_UNIT.includes(method))
    fc.pre(result.code !== 'probability_outside_unit');
  if (result.kind === 'refused')
    throw new Error(`${method} refused ${odds.join()}: ${result.code}`);
  return result;
}

describe('de-vigged probabilities', () => {
  it('lie in (0, 1) and sum to 1 within 1e-12', () => {
    fc.assert(
      fc.property(anyMethod, vigged, (method, odds) => {
        const { probabilities, margin } = solved(method, odds);
        expect(margin).toBeGreaterThan(0);
        for (const value of probabilities) {
          expect(value).toBeGreaterThan(0);
          expect(value).toBeLessThan(1);
        }
        expect(Math.abs(probabilities.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-12);
      }),
      RUNS,
    );
  });

  it('keep the order of the odds', () => {
    fc.assert(
      fc.property(anyMethod, vigged, (method, odds) => {
        const { probabilities } = solved(method, odds);
        for (let i = 0; i < odds.length; i += 1)
          for (let j = 0; j < odds.length; j += 1)
            if (odds[i]! < odds[j]!)
              expect(probabilities[i]!).toBeGreaterThanOrEqual(probabilities[j]! - 1e-13);
      }),
      RUNS,
    );
  });

  it('do not rise when the odds of that outcome lengthen', () => {
    fc.assert(
      fc.property(
        anyMethod,
        vigged,
        fc.double({ min: 1.001, max: 1.02, noNaN: true }),
        (method, odds, factor) => {
          const [first = 2, ...rest] = odds;
          const longer = devig(method, [first * factor, ...rest]);
          // Insiders explain no margin below zero, and a long shot may be left with nothing.
          fc.pre(longer.kind === 'devigged');
          const before = solved(method, odds).probabilities[0]!;
          expect(longer.probabilities[0]!).toBeLessThan(before + 1e-12);
        },
      ),
      RUNS,
    );
  });

  it('do not depend on where an outcome stands', () => {
    fc.assert(
      fc.property(anyMethod, vigged, (method, odds) => {
        const forward = solved(method, odds).probabilities;
        const backward = solved(method, odds.toReversed()).probabilities.toReversed();
        for (const [index, value] of forward.entries())
          expect(Math.abs(value - backward[index]!)).toBeLessThan(1e-11);
      }),
      RUNS,
    );
  });

  it('are the inverse odds where there is no margin, whatever the method', () => {
    fc.assert(
      fc.property(anyMethod, fairBook, (method, fair) => {
        const { probabilities } = solved(
          method,
          fair.map((p) => 1 / p),
        );
        for (const [index, p] of fair.entries())
          expect(Math.abs(probabilities[index]! - p)).toBeLessThan(1e-12);
      }),
      RUNS,
    );
  });
});

it("Shin's closed form for two outcomes satisfies Shin's equation", () => {
  const pair = fc.tuple(
    fc.double({ min: 0.02, max: 0.98, noNaN: true }),
    fc.double({ min: 1e-4, max: 0.3, noNaN: true }),
  );
  fc.assert(
    fc.property(pair, ([p, share]) => {
      const inverse = [p, 1 - p].map((q) => q + share * q * (1 - q));
      const result = solved(
        'shin',
        inverse.map((r) => 1 / r),
      );
      if (result.method !== 'shin') throw new Error('asked for shin');
      const { z, probabilities } = result;
      const booksum = inverse[0]! + inverse[1]!;
      expect(z).toBeGreaterThanOrEqual(0);
      expect(z).toBeLessThan(1);
      for (const [index, r] of inverse.entries()) {
        const printed = (Math.sqrt(z * z + (4 * (1 - z) * r * r) / booksum) - z) / (2 * (1 - z));
        expect(Math.abs(probabilities[index]! - printed)).toBeLessThan(1e-11);
      }
    }),
    RUNS,
  );
});

it('any odds at all give probabilities or a refusal, never an invented number', () => {
  const anyOdds = fc.array(
    fc.oneof(fc.double(), fc.double({ min: 1, max: 1.000_1 }), fc.double({ min: 1, max: 1e12 })),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(anyMethod, anyOdds, (method, odds) => {
      const result = devig(method, odds);
      if (result.kind === 'refused') return;
      expect(result.probabilities.every((value) => value > 0 && value < 1)).toBe(true);
      expect(Math.abs(result.probabilities.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-12);
    }),
    runs(5_000),
  );
});
