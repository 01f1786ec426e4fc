import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  LONGEST_QUOTE_LIFE_MS,
  quoteLife,
  SHORTEST_QUOTE_LIFE_MS,
} from '../../../../shared/domain/execution/quote-life.ts';
import { NOON } from '../../../support/trade-builders.ts';

const RULES = { lifeMs: 20_000, closeGuardMs: 60_000 };
const LATE = NOON + 3_600_000;

describe('the life of a quote', () => {
  it.each([
    ['a whole second', NOON, LATE, NOON + 20_000],
    ['rounded down', NOON + 999, LATE, NOON + 20_000],
    ['cut by the close less the guard', NOON, NOON + 60_000 + 17_500, NOON + 17_000],
    ['exactly to the guard', NOON, NOON + 60_000 + 20_000, NOON + 20_000],
  ])('ends: %s', (_, nowMs, closeTimeMs, expiresAtMs) => {
    expect(quoteLife(RULES, { nowMs, closeTimeMs })).toEqual({ kind: 'until', expiresAtMs });
  });

  it.each([
    ['closes too soon', RULES, NOON + 60_000 + 14_000, 'market_closing'],
    ['is inside its guard', RULES, NOON + 59_000, 'market_closing'],
    ['is closed', RULES, NOON - 1, 'market_closing'],
    ['life is too short', { ...RULES, lifeMs: 14_999 }, LATE, 'life_out_of_range'],
    ['life is too long', { ...RULES, lifeMs: 30_001 }, LATE, 'life_out_of_range'],
    ['life is none', { ...RULES, lifeMs: Number.NaN }, LATE, 'life_out_of_range'],
    ['guard is negative', { ...RULES, closeGuardMs: -1 }, LATE, 'life_out_of_range'],
  ])('is refused when the market %s', (_, rules, closeTimeMs, code) => {
    expect(quoteLife(rules, { nowMs: NOON, closeTimeMs })).toMatchObject({ kind: 'refused', code });
  });

  it('is always whole seconds, never longer than its rule, never short, never beyond the guard', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: SHORTEST_QUOTE_LIFE_MS, max: LONGEST_QUOTE_LIFE_MS }),
        fc.integer({ min: 0, max: 600_000 }),
        fc.integer({ min: NOON, max: LATE }),
        fc.integer({ min: -10_000, max: 900_000 }),
        (lifeMs, closeGuardMs, nowMs, untilCloseMs) => {
          const closeTimeMs = nowMs + untilCloseMs;
          const life = quoteLife({ lifeMs, closeGuardMs }, { nowMs, closeTimeMs });
          if (life.kind === 'refused') {
            expect(untilCloseMs - closeGuardMs).toBeLessThan(SHORTEST_QUOTE_LIFE_MS);
            return;
          }
          expect(life.expiresAtMs % 1_000).toBe(0);
          expect(life.expiresAtMs - nowMs).toBeLessThanOrEqual(lifeMs);
          expect(life.expiresAtMs - nowMs).toBeGreaterThan(SHORTEST_QUOTE_LIFE_MS - 1_000);
          expect(life.expiresAtMs).toBeLessThanOrEqual(closeTimeMs - closeGuardMs);
        },
      ),
    );
  });
});
