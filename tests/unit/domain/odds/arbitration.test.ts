import { describe, expect, it } from 'vitest';
import { arbitrate, assemblePair, latestLegs } from '../../../../shared/domain/odds/arbitration.ts';
import { PUSHED_ODDS_LIMITS } from '../../../../shared/domain/odds/freshness.ts';
import type { LineLeg } from '../../../../shared/domain/odds/line.ts';

const NOW = 1_700_000_000_000;

type LegSketch = {
  readonly source?: string;
  readonly odds?: number | null;
  readonly sequence?: number;
  readonly ageMs?: number;
  readonly receivedMs?: number;
};

function leg(side: LineLeg['side'], sketch: LegSketch = {}): LineLeg {
  const {
    source = 'pinnacle',
    odds = 1.95,
    sequence = 1,
    ageMs = 1_000,
    receivedMs = NOW,
  } = sketch;
  return {
    source,
    gameId: 'game',
    side,
    quote:
      odds === null
        ? { kind: 'suspended' }
        : { kind: 'quoted', decimalOdds: odds, raw: String(odds) },
    sequence,
    sourceTimeMs: NOW - ageMs,
    receivedMs,
  };
}

function pair(legs: readonly LineLeg[], phase: 'pregame' | 'live' = 'live') {
  return assemblePair({ legs, source: 'pinnacle', phase, nowMs: NOW, limits: PUSHED_ODDS_LIMITS });
}

describe('the latest leg of a side', () => {
  it('is the one with the highest sequence, whatever arrived last', () => {
    const newer = leg('home', { odds: 1.8, sequence: 7, receivedMs: NOW - 500 });
    const late = leg('home', { odds: 2.2, sequence: 6, receivedMs: NOW, ageMs: 0 });
    expect(latestLegs([late, newer])).toEqual([newer]);
    expect(latestLegs([newer, late])).toEqual([newer]);
  });

  it('is the later source time where the sequence is equal', () => {
    const [early, later] = [leg('home', { ageMs: 9, odds: 2 }), leg('home', { ageMs: 8, odds: 3 })];
    expect(latestLegs([early, later])).toEqual([later]);
  });

  it('is the suspension where two statements claim the same place', () => {
    const [quoted, suspended] = [leg('home'), leg('home', { odds: null })];
    expect(latestLegs([suspended, quoted])).toEqual([suspended]);
    expect(latestLegs([quoted, suspended])).toEqual([suspended]);
  });
});

describe('a pair', () => {
  it('has both legs and is as old as the older one', () => {
    const [home, away] = [leg('home', { ageMs: 4_000 }), leg('away', { ageMs: 1_000 })];
    expect(pair([away, home])).toEqual({
      kind: 'pair',
      source: 'pinnacle',
      home,
      away,
      asOfMs: NOW - 4_000,
    });
  });

  it('is waited for while only one side is known and fresh', () => {
    expect(pair([leg('home')])).toEqual({ kind: 'waiting', missing: 'away' });
    expect(pair([leg('away')])).toEqual({ kind: 'waiting', missing: 'home' });
    expect(pair([])).toEqual({ kind: 'missing' });
  });

  it('expires, whole or half, on the clock of its phase', () => {
    expect(pair([leg('home', { ageMs: 5_001 })])).toEqual({ kind: 'expired', ageMs: 5_001 });
    const old = [leg('home', { ageMs: 6_000 }), leg('away', { ageMs: 5_001 })];
    expect(pair(old)).toEqual({ kind: 'expired', ageMs: 5_001 });
    expect(pair(old, 'pregame')).toMatchObject({ kind: 'pair' });
    expect(pair([leg('home', { ageMs: 5_000 }), leg('away', { ageMs: 5_000 })]).kind).toBe('pair');
  });

  it('is refused when one side is too old or too far behind the other', () => {
    const mixed = [leg('home', { ageMs: 100 }), leg('away', { ageMs: 5_001 })];
    expect(pair(mixed)).toEqual({ kind: 'stale_leg', side: 'away', ageMs: 5_001 });
    const limits = {
      quoteMaxAgeMs: { pregame: 60_000, live: 60_000 },
      sideStalenessMs: { pregame: 5_000, live: 5_000 },
    };
    const apart = [leg('home', { ageMs: 9_000 }), leg('away', { ageMs: 3_999 })];
    expect(
      assemblePair({ legs: apart, source: 'pinnacle', phase: 'live', nowMs: NOW, limits }),
    ).toEqual({ kind: 'stale_leg', side: 'home', ageMs: 9_000 });
  });

  it('is suspended while one side is', () => {
    expect(pair([leg('home', { odds: null }), leg('away')])).toEqual({
      kind: 'suspended',
      ageMs: 1_000,
    });
    expect(pair([leg('home', { odds: null })])).toMatchObject({ kind: 'suspended' });
    expect(pair([leg('home', { odds: null, ageMs: 9_000 }), leg('away')])).toMatchObject({
      kind: 'stale_leg',
      side: 'home',
    });
  });

  it('is not believed from a clock far ahead', () => {
    const ahead = [leg('home', { ageMs: -5_001 }), leg('away', { ageMs: -5_001 })];
    expect(pair(ahead)).toEqual({ kind: 'expired', ageMs: 5_001 });
  });
});

const both = (source: string, sketch: LegSketch = {}): readonly LineLeg[] => [
  leg('home', { ...sketch, source }),
  leg('away', { ...sketch, source }),
];
const decide = (
  legs: readonly LineLeg[],
  rule: 'pinnacle_only' | 'pinnacle_then_draftkings' = 'pinnacle_then_draftkings',
) => arbitrate({ legs, rule, phase: 'live', nowMs: NOW, limits: PUSHED_ODDS_LIMITS });

describe('arbitration', () => {
  it('takes Pinnacle while it is usable, whatever DraftKings says later', () => {
    const legs = [...both('pinnacle'), ...both('draftkings', { sequence: 99, ageMs: 0 })];
    expect(decide(legs)).toMatchObject({
      kind: 'line',
      sources: ['pinnacle'],
      rule: 'pinnacle_then_draftkings',
    });
  });

  it('falls back to DraftKings only where the rule says so', () => {
    const legs = [...both('pinnacle', { ageMs: 8_000 }), ...both('draftkings')];
    expect(decide(legs)).toMatchObject({ kind: 'line', sources: ['draftkings'] });
    expect(decide(legs, 'pinnacle_only')).toEqual({
      kind: 'unavailable',
      reasons: [{ source: 'pinnacle', why: { kind: 'expired', ageMs: 8_000 } }],
    });
  });

  it('does not go around a fresh suspension, and does once it is old', () => {
    const fresh = [leg('home', { odds: null }), leg('away'), ...both('draftkings')];
    expect(decide(fresh)).toEqual({
      kind: 'unavailable',
      reasons: [{ source: 'pinnacle', why: { kind: 'suspended', ageMs: 1_000 } }],
    });
    const old = [...both('pinnacle', { odds: null, ageMs: 5_001 }), ...both('draftkings')];
    expect(decide(old)).toMatchObject({ kind: 'line', sources: ['draftkings'] });
  });

  it('never makes a pair of two sources', () => {
    const legs = [leg('home'), leg('away', { source: 'draftkings' })];
    expect(decide(legs)).toEqual({
      kind: 'unavailable',
      reasons: [
        { source: 'pinnacle', why: { kind: 'waiting', missing: 'away' } },
        { source: 'draftkings', why: { kind: 'waiting', missing: 'home' } },
      ],
    });
  });
});
