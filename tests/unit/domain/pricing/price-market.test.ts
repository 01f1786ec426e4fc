import { describe, expect, it } from 'vitest';
import type { GameMapping } from '../../../../shared/domain/market/market.ts';
import type { ModelForecast } from '../../../../shared/domain/models/forecast.ts';
import { probability } from '../../../../shared/domain/money/probability.ts';
import { PUSHED_ODDS_LIMITS } from '../../../../shared/domain/odds/freshness.ts';
import type { LineLeg } from '../../../../shared/domain/odds/line.ts';
import { priceMarket, type PricingConfig } from '../../../../shared/domain/pricing/price-market.ts';

const START = 1_700_000_000_000;
const BEFORE = START - 3_600_000;

const MAPPING: GameMapping = {
  market: 'KXNBAGAME-BOS',
  gameId: 'bos-nyk',
  yesSide: 'home',
  startTimeMs: START,
  evidence: ['teams', 'start'],
};
const PRICING: PricingConfig = {
  rule: 'pinnacle_then_draftkings',
  method: { pinnacle: 'shin', draftkings: 'proportional' },
  limits: PUSHED_ODDS_LIMITS,
  model: 'alone_before_game',
};
const FORECAST: ModelForecast = {
  model: { name: 'elo', version: '1' },
  gameId: 'bos-nyk',
  homeProbability: probability(0.64),
  uncertainty: 0.03,
  asOfMs: BEFORE - 1,
};

function leg(
  side: LineLeg['side'],
  decimalOdds: number | null,
  at: Partial<LineLeg> = {},
): LineLeg {
  return {
    source: 'pinnacle',
    gameId: 'bos-nyk',
    side,
    quote:
      decimalOdds === null
        ? { kind: 'suspended' }
        : { kind: 'quoted', decimalOdds, raw: String(decimalOdds) },
    sequence: 1,
    sourceTimeMs: BEFORE - 1_000,
    receivedMs: BEFORE,
    ...at,
  };
}
const LINE = [leg('home', 1.6), leg('away', 2.5)];

function priced(change: Partial<Parameters<typeof priceMarket>[0]> = {}) {
  return priceMarket({
    mapping: MAPPING,
    legs: LINE,
    forecast: FORECAST,
    phase: 'pregame',
    nowMs: BEFORE,
    pricing: PRICING,
    ...change,
  });
}

describe('a line', () => {
  it("prices by its source's method, with the methods' spread as its uncertainty", () => {
    const result = priced();
    // Shin of two outcomes takes half the margin off each side: (1 + 1/1.6 − 1/2.5) / 2.
    expect(result).toMatchObject({
      kind: 'line',
      probability: expect.closeTo(0.6125, 12) as number,
      sources: ['pinnacle'],
      method: 'shin',
      margin: expect.closeTo(0.025, 12) as number,
      asOfMs: BEFORE - 1_000,
    });
    const proportional = 0.625 / 1.025;
    if (result.kind !== 'line') throw new Error('not a line');
    // Power lies beyond Shin here, so the spread is at least that of the two known ones.
    expect(result.uncertainty).toBeGreaterThanOrEqual((0.6125 - proportional) / 2 - 1e-12);
    expect(result.uncertainty).toBeLessThan(0.005);
  });

  it('has the spread of the three methods of pricing as its uncertainty, whatever others there are', () => {
    // Worked out apart: power of 1.91 and 2.05 is 0.5179697670369141, proportional 0.5176767676767676. Balanced-book
    // would give 0.5180831826401446.
    const result = priced({ legs: [leg('home', 1.91), leg('away', 2.05)] });
    if (result.kind !== 'line') throw new Error('not a line');
    expect(result.uncertainty).toBeCloseTo(
      (0.517_969_767_036_914_1 - 0.517_676_767_676_767_6) / 2,
      12,
    );
  });

  it('is turned around where YES is the away side', () => {
    expect(priced({ mapping: { ...MAPPING, yesSide: 'away' } })).toMatchObject({
      probability: expect.closeTo(0.3875, 12) as number,
    });
  });

  it('wins over a model', () => {
    expect(priced().kind).toBe('line');
  });

  it('of the second source is priced with the method of the second source', () => {
    const legs = LINE.map((line) => ({ ...line, source: 'draftkings' }));
    expect(priced({ legs })).toMatchObject({
      kind: 'line',
      sources: ['draftkings'],
      method: 'proportional',
      probability: expect.closeTo(0.625 / 1.025, 12) as number,
    });
  });

  it('has the limits of play from the start time on, whatever the score feed says', () => {
    const legs = LINE.map((line) => ({ ...line, sourceTimeMs: START - 10_000 }));
    expect(priced({ legs, nowMs: START - 1 })).toMatchObject({ kind: 'line' });
    expect(priced({ legs, nowMs: START })).toMatchObject({ code: 'line_expired' });
    expect(priced({ legs, nowMs: START - 1, phase: 'live' })).toMatchObject({
      code: 'line_expired',
    });
  });
});

describe('a line that cannot be used refuses, although there is a model', () => {
  it.each([
    ['one side only', [leg('home', 1.6)], 'line_waiting'],
    [
      'an old line',
      LINE.map((line) => ({ ...line, sourceTimeMs: BEFORE - 31_000 })),
      'line_expired',
    ],
    [
      'one old side',
      [leg('home', 1.6), leg('away', 2.5, { sourceTimeMs: BEFORE - 31_000 })],
      'line_stale_leg',
    ],
    ['a suspension', [leg('home', null), leg('away', 2.5)], 'line_suspended'],
    [
      'a book that is not in the rule',
      LINE.map((line) => ({ ...line, source: 'fanduel' })),
      'line_missing',
    ],
    ['odds that are none', [leg('home', 1), leg('away', 2.5)], 'devig_refused'],
    ['odds that pay more than fair', [leg('home', 2.1), leg('away', 2.5)], 'devig_refused'],
  ])('%s', (_name, legs, code) => {
    expect(priced({ legs })).toMatchObject({ kind: 'refused', code });
  });

  it('and names the first source of which anything is known', () => {
    const legs = [leg('home', 1.6, { source: 'draftkings' })];
    expect(priced({ legs })).toEqual({
      kind: 'refused',
      code: 'line_waiting',
      reasons: [
        { source: 'pinnacle', why: { kind: 'missing' } },
        { source: 'draftkings', why: { kind: 'waiting', missing: 'away' } },
      ],
    });
  });
});

describe('a model', () => {
  const silent = { legs: [] };

  it('prices alone before the game where nobody quotes', () => {
    expect(priced(silent)).toEqual({
      kind: 'model',
      probability: 0.64,
      uncertainty: 0.03,
      model: { name: 'elo', version: '1' },
      asOfMs: BEFORE - 1,
    });
    expect(priced({ ...silent, mapping: { ...MAPPING, yesSide: 'away' } })).toMatchObject({
      probability: 0.36,
    });
  });

  it('is not asked when it is switched off, or speaks from the future', () => {
    expect(priced({ ...silent, pricing: { ...PRICING, model: 'off' } })).toMatchObject({
      code: 'model_not_allowed',
    });
    expect(priced({ ...silent, forecast: { ...FORECAST, asOfMs: BEFORE + 1 } })).toMatchObject({
      code: 'model_not_allowed',
    });
  });

  it.each([
    ['at the start', { nowMs: START, phase: 'pregame' }],
    ['after it', { nowMs: START + 1, phase: 'pregame' }],
    ['in a game that began early', { nowMs: BEFORE, phase: 'live' }],
    ['after the game', { nowMs: BEFORE, phase: 'final' }],
  ] as const)('is not believed %s', (_name, change) => {
    expect(priced({ ...silent, ...change })).toMatchObject({ code: 'model_after_start' });
  });

  it('of another game is nothing', () => {
    expect(priced({ ...silent, forecast: { ...FORECAST, gameId: 'other' } })).toMatchObject({
      code: 'line_missing',
    });
    expect(priced({ ...silent, forecast: null })).toMatchObject({ code: 'line_missing' });
  });
});

it('the legs of another game are not looked at', () => {
  const legs = LINE.map((line) => ({ ...line, gameId: 'other' }));
  expect(priced({ legs })).toMatchObject({ kind: 'model' });
});

it('a market without a mapping or without a start time has no price', () => {
  expect(priced({ mapping: null })).toEqual({ kind: 'refused', code: 'no_mapping' });
  for (const startTimeMs of [0, Number.NaN, -1])
    expect(priced({ mapping: { ...MAPPING, startTimeMs } })).toEqual({
      kind: 'refused',
      code: 'missing_start_time',
      startTimeMs,
    });
});
