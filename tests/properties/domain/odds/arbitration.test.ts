import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { arbitrate, type ArbitrationRule } from '../../../../shared/domain/odds/arbitration.ts';
import { PUSHED_ODDS_LIMITS, type OddsPhase } from '../../../../shared/domain/odds/freshness.ts';
import type { LineLeg } from '../../../../shared/domain/odds/line.ts';
import { runs } from '../../../support/property-settings.ts';

const NOW = 1_700_000_000_000;
const RUNS = runs(2_000);

/** Few sequences, times and odds, so that ties and near-ties are common. */
const anyLeg = fc.record({
  source: fc.constantFrom('pinnacle', 'draftkings', 'fanduel'),
  gameId: fc.constant('game'),
  side: fc.constantFrom<LineLeg['side']>('home', 'away'),
  quote: fc.oneof(
    {
      weight: 5,
      arbitrary: fc.constantFrom(1.5, 1.9, 2.1).map((decimalOdds) => ({
        kind: 'quoted' as const,
        decimalOdds,
        raw: String(decimalOdds),
      })),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'suspended' as const }) },
  ),
  sequence: fc.integer({ min: 1, max: 4 }),
  sourceTimeMs: fc.constantFrom(0, 1_000, 4_000, 6_000, 31_000, -1_000).map((age) => NOW - age),
  receivedMs: fc.integer({ min: NOW - 3, max: NOW }),
});
const anyLegs = fc.array(anyLeg, { maxLength: 12 });
const anyRule = fc.constantFrom<ArbitrationRule>('pinnacle_only', 'pinnacle_then_draftkings');
const anyPhase = fc.constantFrom<OddsPhase>('pregame', 'live');

function decide(legs: readonly LineLeg[], rule: ArbitrationRule, phase: OddsPhase) {
  return arbitrate({ legs, rule, phase, nowMs: NOW, limits: PUSHED_ODDS_LIMITS });
}

it('the order and the repetition of deliveries change nothing', () => {
  const deliveries = anyLegs.chain((legs) =>
    fc.record({
      legs: fc.constant(legs),
      delivered: fc
        .array(fc.nat({ max: Math.max(0, legs.length - 1) }), { maxLength: 12 })
        .map((again) => [...legs, ...again.flatMap((index) => legs[index] ?? [])])
        .chain((all) => fc.shuffledSubarray(all, { minLength: all.length })),
    }),
  );
  fc.assert(
    fc.property(deliveries, anyRule, anyPhase, ({ legs, delivered }, rule, phase) => {
      expect(decide(delivered, rule, phase)).toEqual(decide(legs, rule, phase));
    }),
    RUNS,
  );
});

it('nothing that DraftKings says displaces a usable line of Pinnacle', () => {
  const draftkings = fc.array(
    fc.tuple(anyLeg, fc.nat({ max: 1_000 })).map(([leg, sequence]) => ({
      ...leg,
      source: 'draftkings',
      sequence,
    })),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(anyLegs, draftkings, anyPhase, (legs, later, phase) => {
      const before = decide(legs, 'pinnacle_only', phase);
      fc.pre(before.kind === 'line');
      const after = decide([...legs, ...later], 'pinnacle_then_draftkings', phase);
      expect(after).toEqual({ ...before, rule: 'pinnacle_then_draftkings' });
    }),
    RUNS,
  );
});

it('a line is quoted on both sides by one source of the rule and within the limits', () => {
  fc.assert(
    fc.property(anyLegs, anyRule, anyPhase, (legs, rule, phase) => {
      const result = decide(legs, rule, phase);
      fc.pre(result.kind === 'line');
      const { home, away, source, asOfMs } = result.pair;
      expect([home.source, away.source]).toEqual([source, source]);
      expect(result.sources).toEqual([source]);
      if (rule === 'pinnacle_only') expect(source).toBe('pinnacle');
      expect([home.side, away.side]).toEqual(['home', 'away']);
      expect(NOW - asOfMs).toBeLessThanOrEqual(PUSHED_ODDS_LIMITS.quoteMaxAgeMs[phase]);
      expect(Math.abs(home.sourceTimeMs - away.sourceTimeMs)).toBeLessThanOrEqual(
        PUSHED_ODDS_LIMITS.sideStalenessMs[phase],
      );
    }),
    RUNS,
  );
});
