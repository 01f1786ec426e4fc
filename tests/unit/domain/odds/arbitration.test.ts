import { describe, expect, it } from 'vitest';
import {
  arbitrate,
  describeRule,
  sourcesOfRule,
  type Arbitration,
  type ArbitrationRule,
} from '../../../../shared/domain/odds/arbitration.ts';
import { STANDARD_LIMITS } from '../../../../shared/domain/odds/freshness.ts';
import type { LineLeg } from '../../../../shared/domain/odds/line.ts';
import { blendOf, bothSides, leg, LOOK, TWO_WAY } from '../../../support/line-builders.ts';

const PINNACLE = { name: 'pinnacle_only' } as const;
const IN_TURN = { name: 'pinnacle_then_draftkings' } as const;

const decide = (legs: readonly LineLeg[], rule: ArbitrationRule = IN_TURN): Arbitration =>
  arbitrate({
    legs,
    rule,
    outcomes: TWO_WAY,
    phase: 'live',
    nowMs: LOOK,
    limits: STANDARD_LIMITS,
  });

/** Each book that speaks and its share. */
function shares(arbitration: Arbitration): readonly (readonly [string, number])[] {
  if (arbitration.kind !== 'line') throw new Error(`no line: ${JSON.stringify(arbitration)}`);
  return arbitration.books.map(({ source, weight }) => [source, weight]);
}

describe('books in turn', () => {
  it('take Pinnacle while it is usable, whatever DraftKings says later', () => {
    const legs = [...bothSides('pinnacle'), ...bothSides('draftkings', { sequence: 99, ageMs: 0 })];
    const decided = decide(legs);
    expect(decided).toMatchObject({ rule: 'pinnacle_then_draftkings', passedOver: [] });
    expect(shares(decided)).toEqual([['pinnacle', 1]]);
  });

  it('fall back to DraftKings only where the rule says so, and say why', () => {
    const legs = [...bothSides('pinnacle', { ageMs: 8_000 }), ...bothSides('draftkings')];
    const why = { source: 'pinnacle', why: { kind: 'expired', ageMs: 8_000 } };
    const decided = decide(legs);
    expect(shares(decided)).toEqual([['draftkings', 1]]);
    expect(decided).toMatchObject({ passedOver: [why] });
    expect(decide(legs, PINNACLE)).toEqual({
      kind: 'unavailable',
      rule: 'pinnacle_only',
      usable: 0,
      reasons: [why],
    });
  });

  it('do not go around a fresh suspension, and do once it is old', () => {
    const fresh = [leg('home', { odds: null }), leg('away'), ...bothSides('draftkings')];
    expect(decide(fresh)).toMatchObject({
      kind: 'unavailable',
      reasons: [{ source: 'pinnacle', why: { kind: 'suspended', ageMs: 1_000 } }],
    });
    const old = [
      ...bothSides('pinnacle', { odds: null, ageMs: 5_001 }),
      ...bothSides('draftkings'),
    ];
    expect(shares(decide(old))).toEqual([['draftkings', 1]]);
  });

  it('never make a line of two books', () => {
    const legs = [leg('home'), leg('away', { source: 'draftkings' })];
    expect(decide(legs)).toMatchObject({
      kind: 'unavailable',
      reasons: [
        { source: 'pinnacle', why: { kind: 'waiting', missing: ['away'] } },
        { source: 'draftkings', why: { kind: 'waiting', missing: ['home'] } },
      ],
    });
  });

  it('do not ask others, however good their lines', () => {
    const legs = [...bothSides('betmgm'), ...bothSides('fanduel'), ...bothSides('kalshi')];
    expect(decide(legs)).toMatchObject({
      kind: 'unavailable',
      reasons: [
        { source: 'pinnacle', why: { kind: 'missing' } },
        { source: 'draftkings', why: { kind: 'missing' } },
      ],
    });
  });
});

const suspended = (source: string, ageMs: number): LineLeg =>
  leg('home', { source, odds: null, ageMs });

describe('a blend', () => {
  const rule = blendOf({ pinnacle: 0.5, draftkings: 0.25, betmgm: 0.25 }, 2);

  it('has every book of a weight with its share, in the order in which books are believed', () => {
    const legs = [...bothSides('betmgm'), ...bothSides('draftkings'), ...bothSides('pinnacle')];
    expect(shares(decide([...legs, ...bothSides('fanduel')], rule))).toEqual([
      ['pinnacle', 0.5],
      ['draftkings', 0.25],
      ['betmgm', 0.25],
    ]);
  });

  it('shares out what a book without a line would have had, and says who had none', () => {
    const legs = [
      ...bothSides('pinnacle'),
      ...bothSides('betmgm'),
      leg('home', { source: 'draftkings' }),
    ];
    const decided = decide(legs, rule);
    expect(shares(decided)).toEqual([
      ['pinnacle', 0.5 / 0.75],
      ['betmgm', 0.25 / 0.75],
    ]);
    expect(decided).toMatchObject({
      passedOver: [{ source: 'draftkings', why: { kind: 'waiting' } }],
    });
  });

  it('is none of fewer books than it needs', () => {
    expect(decide(bothSides('pinnacle'), rule)).toMatchObject({
      kind: 'unavailable',
      rule: 'weighted_blend',
      usable: 1,
      reasons: [{ source: 'draftkings' }, { source: 'betmgm' }],
    });
    expect(decide([], rule)).toMatchObject({ kind: 'unavailable', usable: 0 });
  });

  it('is none while a book that is asked is freshly suspended; one that is not asked has no say', () => {
    const two = [...bothSides('pinnacle'), ...bothSides('draftkings')];
    expect(decide([...two, suspended('betmgm', 100)], rule)).toMatchObject({
      kind: 'unavailable',
      usable: 0,
    });
    expect(decide([...two, suspended('betmgm', 5_001)], rule).kind).toBe('line');
    expect(decide([...two, suspended('caesars', 100)], rule).kind).toBe('line');
  });
});

it('a rule names whom it asks, and describes itself for the log', () => {
  const blend = blendOf({ betmgm: 0.4, pinnacle: 0.6 }, 2);
  expect(sourcesOfRule(PINNACLE)).toEqual(['pinnacle']);
  expect(sourcesOfRule(IN_TURN)).toEqual(['pinnacle', 'draftkings']);
  expect(sourcesOfRule(blend)).toEqual(['pinnacle', 'betmgm']);
  expect(describeRule(IN_TURN)).toBe('pinnacle_then_draftkings');
  expect(describeRule(blend)).toBe('weighted_blend of pinnacle 0.6, betmgm 0.4, at least 2');
});
