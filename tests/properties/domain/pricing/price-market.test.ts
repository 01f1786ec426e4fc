import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { GameMapping } from '../../../../shared/domain/market/market.ts';
import { outcomesOf } from '../../../../shared/domain/market/leagues.ts';
import { DEVIG_METHODS } from '../../../../shared/domain/odds/devig.ts';
import { STANDARD_LIMITS } from '../../../../shared/domain/odds/freshness.ts';
import { makeFairLine } from '../../../../shared/domain/pricing/fair-line.ts';
import { priceMarket } from '../../../../shared/domain/pricing/price-market.ts';
import {
  anyDelivery,
  anyPhase,
  anyRule,
  delivered,
  saidOf,
} from '../../../support/line-arbitraries.ts';
import { LOOK, ofEachBook } from '../../../support/line-builders.ts';
import { runs } from '../../../support/property-settings.ts';

const RUNS = runs(300);

const anyCase = fc.constantFrom('nba', 'epl').chain((league) =>
  fc
    .record({
      outcomes: fc.constant(outcomesOf(league)),
      legs: saidOf(outcomesOf(league)),
      phase: anyPhase,
      rule: anyRule,
      method: fc.constantFrom(...DEVIG_METHODS).map(ofEachBook),
      yesSide: fc.constantFrom(...outcomesOf(league)),
    })
    .map(({ yesSide, phase, rule, method, ...given }) => ({
      ...given,
      phase,
      rules: { rule, method, limits: STANDARD_LIMITS },
      mapping: {
        market: 'M',
        gameId: 'game',
        league,
        yesSide,
        // Without a scoreboard the limits of play hold from half an hour before.
        startTimeMs: phase === 'live' ? LOOK - 1 : LOOK + 7_200_000,
        evidence: [],
      } satisfies GameMapping,
    })),
);

it('the fair value is a function of what was said, not of its order or repetition', () => {
  let priced = 0;
  fc.assert(
    fc.property(anyCase, anyDelivery, ({ legs, mapping, rules }, delivery) => {
      const of = (said: typeof legs) =>
        priceMarket({
          mapping,
          legs: said,
          forecast: null,
          game: null,
          nowMs: LOOK,
          pricing: { ...rules, gameMaxAgeMs: 60_000, model: 'off' },
        });
      const value = of(legs);
      if (value.kind === 'line') priced += 1;
      expect(of(delivered(legs, delivery))).toEqual(value);
    }),
    RUNS,
  );
  expect(priced).toBeGreaterThan(RUNS.numRuns / 25);
});

it('a line adds up to one, lies between its books, and is no surer than it may be', () => {
  let blends = 0;
  fc.assert(
    fc.property(anyCase, (given) => {
      const line = makeFairLine({ ...given, nowMs: LOOK });
      if (line.kind !== 'line') return;
      if (line.books.length > 1) blends += 1;
      const total = line.probabilities.reduce((sum, value) => sum + value, 0);
      expect(Math.abs(total - 1)).toBeLessThanOrEqual(1e-12);
      expect(line.books.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
      for (const [at, value] of line.probabilities.entries()) {
        const said = line.books.map(({ probabilities }) => probabilities[at] ?? Number.NaN);
        const [least, most] = [Math.min(...said), Math.max(...said)];
        expect(value).toBeGreaterThanOrEqual(least - 1e-12);
        expect(value).toBeLessThanOrEqual(most + 1e-12);
        // At least half of how far its books are apart.
        expect(line.uncertainties[at]).toBeGreaterThanOrEqual((most - least) / 2);
      }
    }),
    RUNS,
  );
  expect(blends).toBeGreaterThan(10);
});

it('what markets about each outcome of a game are worth adds up to one', () => {
  fc.assert(
    fc.property(anyCase, ({ legs, mapping, rules, outcomes }) => {
      const values = outcomes.map((yesSide) =>
        priceMarket({
          mapping: { ...mapping, yesSide },
          legs,
          forecast: null,
          game: null,
          nowMs: LOOK,
          pricing: { ...rules, gameMaxAgeMs: 60_000, model: 'off' },
        }),
      );
      const lines = values.filter((value) => value.kind === 'line');
      if (lines.length === 0) return;
      expect(lines).toHaveLength(outcomes.length);
      const total = lines.reduce((sum, { probability }) => sum + probability, 0);
      expect(Math.abs(total - 1)).toBeLessThanOrEqual(1e-12);
    }),
    RUNS,
  );
});
