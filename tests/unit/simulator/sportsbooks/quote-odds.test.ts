import { describe, expect, it } from 'vitest';
import { devig } from '../../../../shared/domain/odds/devig.ts';
import { parseOdds } from '../../../../shared/domain/odds/odds.ts';
import { DRAFTKINGS, PINNACLE } from '../../../../shared/simulator/sportsbooks/book-profile.ts';
import {
  americanOdds,
  americanText,
  quoteOdds,
} from '../../../../shared/simulator/sportsbooks/quote-odds.ts';

describe('American odds', () => {
  it('are rounded to the nearest of the ladder, never between -100 and +100', () => {
    const cases: readonly [number, number, number][] = [
      [0.5, 100, 100],
      [0.5125, -105, -105],
      [0.48, 108, 110],
      [0.71, -245, -240],
      [0.29, 245, 240],
      [0.93, -1_329, -1_350],
      [0.04, 2_400, 2_400],
      [0.501, 100, 100],
    ];
    for (const [inverse, whole, coarse] of cases) {
      expect(americanOdds(inverse, PINNACLE.ladder), `${inverse}`).toBe(whole);
      expect(americanOdds(inverse, DRAFTKINGS.ladder), `${inverse}`).toBe(coarse);
    }
    expect(() => americanOdds(1, PINNACLE.ladder)).toThrow(/in \(0, 1\)/);
  });

  it('are written with their sign', () => {
    expect([108, -113, 100].map(americanText)).toEqual(['+108', '-113', '+100']);
  });
});

describe('a two-way quote', () => {
  it('carries the margin of the book, and its believed probability comes back by de-vigging', () => {
    for (const { margin, ladder, leastProbability } of [PINNACLE, DRAFTKINGS]) {
      for (let p = leastProbability; p <= 1 - leastProbability; p += 0.01) {
        const posted = quoteOdds({ homeProbability: p, margin, ladder });
        const decimal = [posted.home, posted.away].map((american) => {
          const odds = parseOdds(americanText(american), 'american');
          return typeof odds === 'number' ? odds : Number.NaN;
        });
        const fair = devig('shin', decimal);
        expect(fair.kind, `${p}`).toBe('devigged');
        if (fair.kind !== 'devigged') continue;
        // What is left is the rounding to the ladder: of a coarse one up to a point of probability.
        const rounding = ladder.length > 1 ? 0.013 : 0.003;
        expect(Math.abs((fair.probabilities[0] ?? 0) - p), `${p}`).toBeLessThan(rounding);
        expect(Math.abs(fair.margin - margin), `${p}`).toBeLessThan(2 * rounding);
      }
    }
  });
});
