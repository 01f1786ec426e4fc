import { describe, expect, it } from 'vitest';
import type { GamePhase, GameState } from '../../../../shared/domain/market/game-state.ts';
import type { GameMapping } from '../../../../shared/domain/market/market.ts';
import type { ModelForecast } from '../../../../shared/domain/models/forecast.ts';
import { probability } from '../../../../shared/domain/money/probability.ts';
import { STANDARD_LIMITS } from '../../../../shared/domain/odds/freshness.ts';
import { ageOf, sourcesOf } from '../../../../shared/domain/pricing/fair-value.ts';
import { priceMarket, type PricingConfig } from '../../../../shared/domain/pricing/price-market.ts';
import { bothSides, leg, LOOK, METHODS, type LegSketch } from '../../../support/line-builders.ts';

const HOUR = 3_600_000;
const MAPPING: GameMapping = {
  market: 'KXNBAGAME-BOS',
  gameId: 'game',
  league: 'nba',
  yesSide: 'home',
  startTimeMs: LOOK + HOUR,
  evidence: ['teams', 'start'],
};
const AWAY = { ...MAPPING, yesSide: 'away' } as const;
const STARTED = { ...MAPPING, startTimeMs: LOOK };
const SOCCER = { ...MAPPING, league: 'epl' } as const;
const PRICING: PricingConfig = {
  rule: { name: 'pinnacle_then_draftkings' },
  method: METHODS,
  limits: STANDARD_LIMITS,
  gameMaxAgeMs: 60_000,
  model: 'alone_before_game',
};
const FORECAST: ModelForecast = {
  model: { name: 'elo', version: '1' },
  gameId: 'game',
  homeProbability: probability(0.64),
  uncertainty: 0.03,
  asOfMs: LOOK - 1,
};

const sides = (sketch: LegSketch = {}) => [
  leg('home', { ...sketch, odds: 1.6 }),
  leg('away', { ...sketch, odds: 2.5 }),
];

function priced(change: Partial<Parameters<typeof priceMarket>[0]> = {}) {
  return priceMarket({
    mapping: MAPPING,
    legs: sides(),
    forecast: FORECAST,
    game: null,
    nowMs: LOOK,
    pricing: PRICING,
    ...change,
  });
}

function gameAt(phase: GamePhase, change: Partial<GameState> = {}): GameState {
  return {
    source: 'espn',
    gameId: 'game',
    phase,
    startTimeMs: LOOK + HOUR,
    homeScore: null,
    awayScore: null,
    period: null,
    clockSeconds: null,
    sourceTimeMs: LOOK - 1_000,
    receivedMs: LOOK,
    ...change,
  };
}

describe('a line', () => {
  it('is the fair value of YES, and wins over a model', () => {
    const result = priced();
    if (result.kind !== 'line') throw new Error(`not a line: ${JSON.stringify(result)}`);
    expect(result.probability).toBeCloseTo(0.6125, 12);
    expect(result.books).toMatchObject([
      { source: 'pinnacle', probability: expect.closeTo(0.6125, 12) as number, weight: 1 },
    ]);
    expect(sourcesOf(result)).toEqual(['pinnacle']);
    expect(ageOf(result, LOOK)).toBe(1_000);
  });

  it('is turned around where YES is the away side', () => {
    const result = priced({ mapping: AWAY });
    expect(result).toMatchObject({
      probability: expect.closeTo(0.3875, 12) as number,
      books: [{ probability: expect.closeTo(0.3875, 12) as number }],
    });
  });

  it('of soccer has a draw, which a market may be about', () => {
    const legs = [leg('home', { odds: 2 }), leg('draw', { odds: 4 }), leg('away', { odds: 4 })];
    expect(priced({ mapping: { ...SOCCER, yesSide: 'draw' }, legs })).toMatchObject({
      probability: expect.closeTo(0.25, 9) as number,
    });
    expect(priced({ mapping: SOCCER, legs: sides() })).toMatchObject({ code: 'line_waiting' });
  });

  it('of another game is not looked at', () => {
    expect(priced({ legs: sides({ gameId: 'other' }), forecast: null })).toMatchObject({
      code: 'line_missing',
    });
  });
});

describe('the limits of play hold', () => {
  const legs = sides({ ageMs: 10_000 });

  it('from the start time on, whatever the scoreboard says', () => {
    expect(priced({ legs })).toMatchObject({ kind: 'line' });
    for (const game of [null, gameAt('pregame')])
      expect(priced({ legs, game, mapping: STARTED })).toMatchObject({ code: 'line_expired' });
    const soon = { ...MAPPING, startTimeMs: LOOK + 1 };
    expect(priced({ legs, game: gameAt('pregame'), mapping: soon }).kind).toBe('line');
  });

  it('from half an hour before a start where no scoreboard says that the game has not begun', () => {
    const startTimeMs = LOOK + HOUR / 2;
    const near = { ...MAPPING, startTimeMs };
    for (const game of [null, gameAt('pregame', { sourceTimeMs: LOOK - HOUR })])
      expect(priced({ legs, game, mapping: near })).toMatchObject({ code: 'line_expired' });
    expect(priced({ legs, mapping: { ...near, startTimeMs: startTimeMs + 1 } }).kind).toBe('line');
    expect(priced({ legs: sides({ ageMs: 4_000 }), mapping: near }).kind).toBe('line');
    const polled = sides({ feed: 'odds_api', ageMs: 0 });
    expect(priced({ legs: polled, mapping: near })).toMatchObject({ code: 'line_not_in_play' });
  });

  it('once the scoreboard has said that the game is on, and for good', () => {
    const live = gameAt('live');
    expect(priced({ legs, game: live })).toMatchObject({ code: 'line_expired' });
    const long = { ...live, sourceTimeMs: LOOK - HOUR };
    expect(priced({ legs, game: long })).toMatchObject({ code: 'line_expired' });
    expect(priced({ legs, game: { ...live, gameId: 'other' } })).toMatchObject({ kind: 'line' });
  });

  it('so that polled odds are not used', () => {
    const polled = sides({ feed: 'odds_api', ageMs: 0 });
    expect(priced({ legs: polled })).toMatchObject({ kind: 'line' });
    expect(priced({ legs: polled, mapping: STARTED })).toMatchObject({ code: 'line_not_in_play' });
  });
});

describe('a game that the scoreboard calls', () => {
  it.each([
    ['final', 'game_final'],
    ['off', 'game_off'],
    ['stopped', 'game_stopped'],
  ] as const)('%s has no price until it says else', (phase, code) => {
    for (const sourceTimeMs of [LOOK, LOOK - HOUR])
      for (const legs of [sides(), []])
        expect(priced({ legs, game: gameAt(phase, { sourceTimeMs }) })).toEqual({
          kind: 'refused',
          code,
          saidMs: sourceTimeMs,
        });
    expect(priced({ game: gameAt(phase, { gameId: 'other' }) })).toMatchObject({ kind: 'line' });
  });
});

describe('a line that cannot be used refuses, although there is a model', () => {
  it.each([
    ['one side only', [leg('home')], 'line_waiting'],
    ['a suspension', [leg('home', { odds: null }), leg('away')], 'line_suspended'],
    ['an old line', sides({ ageMs: 31_000 }), 'line_expired'],
    ['a book that is not in the rule', bothSides('fanduel'), 'line_missing'],
    ['an exchange', bothSides('kalshi'), 'line_missing'],
    ['odds that pay more than fair', bothSides('pinnacle', { odds: 2.1 }), 'devig_refused'],
  ])('%s', (_name, legs, code) => {
    expect(priced({ legs })).toMatchObject({ kind: 'refused', code });
  });
});

describe('a model', () => {
  const silent = { legs: [] };

  it('prices alone before the game where nobody quotes', () => {
    const home = priced(silent);
    expect(home).toEqual({
      kind: 'model',
      probability: 0.64,
      uncertainty: 0.03,
      model: { name: 'elo', version: '1' },
      asOfMs: LOOK - 1,
    });
    if (home.kind === 'model') expect(sourcesOf(home)).toEqual([]);
    expect(priced({ ...silent, mapping: AWAY })).toMatchObject({ probability: 0.36 });
  });

  it('is not asked when it is switched off, or speaks from the future', () => {
    expect(priced({ ...silent, pricing: { ...PRICING, model: 'off' } })).toMatchObject({
      code: 'model_not_allowed',
    });
    expect(priced({ ...silent, forecast: { ...FORECAST, asOfMs: LOOK + 1 } })).toMatchObject({
      code: 'model_not_allowed',
    });
  });

  it.each([
    ['at the start', { mapping: STARTED }],
    ['after it', { mapping: { ...MAPPING, startTimeMs: LOOK - 1 } }],
    ['in a game that began early', { game: gameAt('live') }],
  ])('is not believed %s', (_name, change) => {
    expect(priced({ ...silent, ...change })).toMatchObject({ code: 'model_after_start' });
  });

  it('of two outcomes says nothing of a game with a draw', () => {
    for (const yesSide of ['home', 'draw', 'away'] as const)
      expect(priced({ ...silent, mapping: { ...SOCCER, yesSide } })).toMatchObject({
        code: 'model_two_way',
      });
  });

  it('of another game is nothing', () => {
    expect(priced({ ...silent, forecast: { ...FORECAST, gameId: 'other' } })).toMatchObject({
      code: 'line_missing',
    });
    expect(priced({ ...silent, forecast: null })).toMatchObject({ code: 'line_missing' });
  });
});

it('a market without a mapping, or about an outcome that its game has not, has no price', () => {
  const refused = { kind: 'refused', code: 'no_mapping' };
  expect(priced({ mapping: null })).toEqual(refused);
  expect(priced({ mapping: { ...MAPPING, yesSide: 'draw' } })).toEqual(refused);
});

it('a market without a start time has no price', () => {
  for (const startTimeMs of [0, Number.NaN, -1, 0.5])
    expect(priced({ mapping: { ...MAPPING, startTimeMs } })).toEqual({
      kind: 'refused',
      code: 'missing_start_time',
      startTimeMs,
    });
});
