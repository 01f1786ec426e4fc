import { describe, expect, it } from 'vitest';
import {
  assembleLine,
  latestLegs,
  type Assembly,
} from '../../../../shared/domain/odds/assembly.ts';
import { STANDARD_LIMITS, type OddsPhase } from '../../../../shared/domain/odds/freshness.ts';
import type { LineLeg } from '../../../../shared/domain/odds/line.ts';
import { bothSides, leg, LOOK, THREE_WAY, TWO_WAY } from '../../../support/line-builders.ts';

function lineOf(
  legs: readonly LineLeg[],
  phase: OddsPhase = 'live',
  change: Partial<Parameters<typeof assembleLine>[0]> = {},
): Assembly {
  return assembleLine({
    legs,
    source: 'pinnacle',
    outcomes: TWO_WAY,
    phase,
    nowMs: LOOK,
    limits: STANDARD_LIMITS,
    ...change,
  });
}
const threeWay = (legs: readonly LineLeg[], phase: OddsPhase = 'live') =>
  lineOf(legs, phase, { outcomes: THREE_WAY });

describe('the latest leg of a side', () => {
  it('is the one with the highest sequence, whatever arrived last', () => {
    const newer = leg('home', { odds: 1.8, sequence: 7, receivedMs: LOOK - 500 });
    const late = leg('home', { odds: 2.2, sequence: 6, receivedMs: LOOK, ageMs: 0 });
    expect(latestLegs([late, newer])).toEqual([newer]);
    expect(latestLegs([newer, late])).toEqual([newer]);
  });

  it('is the later source time where the sequence is equal', () => {
    const [early, later] = [leg('home', { ageMs: 9, odds: 2 }), leg('home', { ageMs: 8, odds: 3 })];
    expect(latestLegs([later, early])).toEqual([later]);
    expect(latestLegs([early, later])).toEqual([later]);
  });

  it('is the suspension where two statements claim the same place', () => {
    const [quoted, suspended] = [leg('home'), leg('home', { odds: null })];
    expect(latestLegs([suspended, quoted])).toEqual([suspended]);
    expect(latestLegs([quoted, suspended])).toEqual([suspended]);
  });

  it('is kept apart for each side, book and feed', () => {
    const legs = [
      leg('home'),
      leg('draw'),
      leg('home', { source: 'betmgm' }),
      leg('home', { feed: 'odds_api' }),
    ];
    expect(new Set(latestLegs([...legs, ...legs]))).toEqual(new Set(legs));
  });
});

describe('what is said again', () => {
  it('came when it first came, in any order', () => {
    const [first, again] = [LOOK - 9_000, LOOK - 1_000].map((receivedMs) =>
      leg('home', { ageMs: -2_000, receivedMs }),
    ) as [LineLeg, LineLeg];
    expect(latestLegs([first, again])).toEqual([first]);
    expect(latestLegs([again, first])).toEqual([first]);
  });

  it('stands in one order, whatever came first', () => {
    const legs = [leg('away'), leg('home'), leg('home', { feed: 'odds_api' })];
    expect(latestLegs(legs.toReversed())).toEqual(latestLegs(legs));
  });
});

describe('a line', () => {
  it('has a leg for each outcome, in their order, and is as old as the oldest', () => {
    const [home, away] = [leg('home', { ageMs: 4_000 }), leg('away', { ageMs: 1_000 })];
    expect(lineOf([away, home])).toEqual({
      kind: 'valid',
      source: 'pinnacle',
      feed: 'boltodds',
      legs: [home, away],
      asOfMs: LOOK - 4_000,
    });
  });

  it('of three outcomes waits for the draw', () => {
    const [home, draw, away] = [leg('home'), leg('draw', { odds: 3.4 }), leg('away')];
    expect(threeWay([home, away])).toEqual({ kind: 'waiting', missing: ['draw'], ageMs: 1_000 });
    expect(threeWay([away, draw, home])).toMatchObject({
      kind: 'valid',
      legs: [home, draw, away],
    });
  });

  it('of two outcomes is not made of the sides of one with a draw, however old the word of the draw is', () => {
    // Said once with the whole state; since then each side has changed, and odds without a draw would pass for a line.
    for (const odds of [12, null]) {
      const draw = leg('draw', { odds, ageMs: 900_000 });
      expect(lineOf([leg('away'), draw, leg('home')])).toEqual({ kind: 'missing' });
    }
    const polled = bothSides('pinnacle', { feed: 'odds_api', ageMs: 500 });
    const pushed = bothSides('pinnacle');
    const draw = leg('draw', { odds: null, ageMs: 900_000 });
    expect(lineOf([...polled, ...pushed, draw], 'pregame')).toMatchObject({ feed: 'odds_api' });
  });

  it('is waited for while a side is missing and what is known is fresh', () => {
    expect(lineOf([leg('home')])).toEqual({ kind: 'waiting', missing: ['away'], ageMs: 1_000 });
    expect(threeWay([leg('away')])).toMatchObject({ missing: ['home', 'draw'] });
    expect(lineOf([])).toEqual({ kind: 'missing' });
  });

  it('expires, whole or in part, on the clock of its phase', () => {
    expect(lineOf([leg('home', { ageMs: 5_001 })])).toEqual({ kind: 'expired', ageMs: 5_001 });
    const old = [leg('home', { ageMs: 6_000 }), leg('away', { ageMs: 5_001 })];
    expect(lineOf(old)).toEqual({ kind: 'expired', ageMs: 5_001 });
    expect(lineOf(old, 'pregame').kind).toBe('valid');
    expect(lineOf(bothSides('pinnacle', { ageMs: 5_000 })).kind).toBe('valid');
    expect(lineOf(bothSides('pinnacle', { ageMs: 30_000 }), 'pregame').kind).toBe('valid');
    expect(lineOf(bothSides('pinnacle', { ageMs: 30_001 }), 'pregame').kind).toBe('expired');
  });

  it('is refused when one side is too old or too far behind the newest', () => {
    const mixed = [leg('home', { ageMs: 100 }), leg('away', { ageMs: 5_001 })];
    expect(lineOf(mixed)).toEqual({ kind: 'stale_leg', side: 'away', ageMs: 5_001 });
    const wide = { quoteMaxAgeMs: { pregame: 60_000, live: 60_000 } };
    const limits = {
      ...STANDARD_LIMITS,
      pushed: { ...wide, sideStalenessMs: { pregame: 5_000, live: 5_000 } },
    };
    const apart = [leg('home', { ageMs: 9_000 }), leg('away', { ageMs: 3_999 })];
    expect(lineOf(apart, 'live', { limits })).toEqual({
      kind: 'stale_leg',
      side: 'home',
      ageMs: 9_000,
    });
    const near = [leg('home', { ageMs: 9_000 }), leg('away', { ageMs: 4_000 })];
    expect(lineOf(near, 'live', { limits }).kind).toBe('valid');
  });

  it('is suspended while a side is freshly so, whatever else is known or missing', () => {
    expect(lineOf([leg('home', { odds: null }), leg('away')])).toEqual({
      kind: 'suspended',
      ageMs: 1_000,
    });
    expect(lineOf([leg('home', { odds: null })]).kind).toBe('suspended');
    expect(threeWay([leg('home'), leg('draw', { odds: null }), leg('away')]).kind).toBe(
      'suspended',
    );
  });

  it('of an old suspension is stale, and never the quotes of before it', () => {
    const old = leg('home', { odds: null, ageMs: 9_000, sequence: 2 });
    expect(lineOf([leg('home'), old, leg('away')])).toMatchObject({
      kind: 'stale_leg',
      side: 'home',
    });
  });

  it('is not believed from a clock far ahead, or without a time', () => {
    const ahead = bothSides('pinnacle', { ageMs: -5_001 });
    expect(lineOf(ahead)).toEqual({ kind: 'expired', ageMs: 5_001 });
    expect(lineOf(ahead, 'live', { nowMs: LOOK + 4_000 }).kind).toBe('expired');
    for (const odds of [1.95, null])
      expect(lineOf(bothSides('pinnacle', { ageMs: Number.NaN, odds })).kind).toBe('expired');
  });

  it('is no younger than it came, where the clock of its source is ahead of ours', () => {
    // Said seven seconds ago by our clock, three by theirs.
    const ahead = bothSides('pinnacle', { ageMs: 3_000, receivedMs: LOOK - 7_000 });
    expect(lineOf(ahead)).toEqual({ kind: 'expired', ageMs: 7_000 });
    expect(lineOf(ahead, 'pregame')).toMatchObject({ kind: 'valid', asOfMs: LOOK - 7_000 });
  });

  it('of other books is not looked at', () => {
    expect(lineOf(bothSides('draftkings')).kind).toBe('missing');
  });
});

describe('two feeds of one book', () => {
  const polled = { feed: 'odds_api' } as const;

  it('are never joined to one line', () => {
    expect(lineOf([leg('home'), leg('away', polled)], 'pregame')).toEqual({
      kind: 'waiting',
      missing: ['away'],
      ageMs: 1_000,
    });
  });

  it('speak in their order: the polled one only where the pushed one has no usable line', () => {
    const second = bothSides('pinnacle', { ...polled, odds: 2.2, ageMs: 0, sequence: 99 });
    expect(lineOf([...second, ...bothSides('pinnacle')], 'pregame')).toMatchObject({
      feed: 'boltodds',
    });
    for (const first of [[], [leg('home')], bothSides('pinnacle', { ageMs: 31_000 })])
      expect(lineOf([...second, ...first], 'pregame')).toMatchObject({ feed: 'odds_api' });
  });

  it('are not gone around while the first says that the book is suspended', () => {
    const second = bothSides('pinnacle', polled);
    expect(lineOf([leg('home', { odds: null }), ...second], 'pregame').kind).toBe('suspended');
  });

  it('do not show a quote from before a suspension of the other one, however old that is', () => {
    for (const ageMs of [31_000, 60_000, 89_000]) {
      const suspended = leg('home', { odds: null, ageMs });
      const second = bothSides('pinnacle', { ...polled, ageMs: ageMs + 1_000 });
      expect(lineOf([suspended, ...second], 'pregame').kind).toBe('suspended');
    }
    const second = bothSides('pinnacle', { ...polled, ageMs: 0 });
    const forgotten = leg('home', { odds: null, ageMs: 90_001 });
    expect(lineOf([forgotten, ...second], 'pregame')).toMatchObject({ feed: 'odds_api' });
    const inPlay = leg('home', { odds: null, ageMs: 5_001 });
    expect(lineOf([inPlay, leg('away')])).toMatchObject({ kind: 'stale_leg', side: 'home' });
  });

  it('do not show what one said before the other spoke again, be it of one side only', () => {
    const second = bothSides('pinnacle', { ...polled, odds: 2.2, ageMs: 40_000 });
    const moved = [leg('home', { odds: 1.4, ageMs: 500 }), leg('away', { ageMs: 45_000 })];
    expect(lineOf([...moved, ...second], 'pregame')).toMatchObject({
      kind: 'stale_leg',
      side: 'away',
    });
    expect(lineOf([leg('home', { ageMs: 35_000 }), ...second], 'pregame').kind).toBe('expired');
    expect(lineOf([leg('home', { ageMs: 45_000 }), ...second], 'pregame')).toMatchObject({
      feed: 'odds_api',
    });
  });

  it('have limits of their own: polled odds last longer before the game and never count in play', () => {
    const line = bothSides('pinnacle', { ...polled, ageMs: 80_000 });
    expect(lineOf(line, 'pregame')).toMatchObject({ kind: 'valid', feed: 'odds_api' });
    expect(lineOf(bothSides('pinnacle', { ...polled, ageMs: 90_001 }), 'pregame').kind).toBe(
      'expired',
    );
    expect(lineOf(bothSides('pinnacle', { ...polled, ageMs: 0 }))).toEqual({ kind: 'not_in_play' });
  });

  it('give the first reason that says more than nothing', () => {
    const second = bothSides('pinnacle', { ...polled, ageMs: 0 });
    expect(lineOf([leg('home'), ...second])).toMatchObject({ kind: 'waiting' });
    expect(lineOf(second)).toEqual({ kind: 'not_in_play' });
  });
});
