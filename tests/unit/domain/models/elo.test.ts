import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  eloModel,
  eloRating,
  marginMultiplier,
  type EloConstants,
  type EloState,
} from '../../../../shared/domain/models/elo.ts';
import { ELO_VERSIONS, NBA_ELO_MODELS } from '../../../../shared/domain/models/elo-versions.ts';
import type { GameResult } from '../../../../shared/domain/models/rating-model.ts';

const plain: EloConstants = {
  version: { name: 'plain', version: '1.0.0' },
  k: 20,
  homeAdvantage: 0,
  scale: 400,
  initialRating: 1500,
  margin: { kind: 'none' },
  carryOver: { share: 0.75, toward: 1505 },
};

function game(over: Partial<GameResult> = {}): GameResult {
  return {
    season: 2025,
    home: 'A',
    away: 'B',
    neutral: false,
    homeScore: 100,
    awayScore: 90,
    finishedAtMs: 1_000,
    ...over,
  };
}

const rating = (constants: EloConstants, state: EloState, team: string, season = 2025) =>
  eloRating(constants, state.teams, team, season);

describe('Elo', () => {
  it('gives the winner of an even game half of K and takes it from the loser', () => {
    const model = eloModel(plain);
    const state = model.rate(model.initial, [game()]);
    expect(rating(plain, state, 'A')).toBeCloseTo(1510, 12);
    expect(rating(plain, state, 'B')).toBeCloseTo(1490, 12);
  });

  it('moves nobody on a draw between equals', () => {
    const model = eloModel(plain);
    const state = model.rate(model.initial, [game({ awayScore: 100 })]);
    expect(rating(plain, state, 'A')).toBe(1500);
  });

  it('rates 400 points as odds of ten to one', () => {
    const model = eloModel({ ...plain, homeAdvantage: 400 });
    expect(model.predict(model.initial, game()).homeProbability).toBeCloseTo(10 / 11, 14);
    expect(model.predict(model.initial, game({ neutral: true })).homeProbability).toBe(0.5);
  });

  it('carries three quarters over toward 1505, once, also before the first game of the season', () => {
    const model = eloModel(plain);
    const state = model.rate(model.initial, [game()]);
    expect(rating(plain, state, 'A', 2026)).toBeCloseTo(0.75 * 1510 + 0.25 * 1505, 12);
    expect(rating(plain, state, 'A', 2029)).toBeCloseTo(0.75 * 1510 + 0.25 * 1505, 12);
    expect(rating(plain, state, 'C', 2026)).toBe(1500);
  });

  it('states p(1 − p)√(K ln 10 / scale) as its uncertainty', () => {
    const model = eloModel(plain);
    // 0.25 × √(20 × 2.302585 / 400) = 0.25 × 0.339307
    expect(model.predict(model.initial, game()).uncertainty).toBeCloseTo(0.0848268, 6);
  });

  it('leaves a state as it was when it rates on top of it', () => {
    const model = eloModel(plain);
    const before = model.rate(model.initial, [game()]);
    model.rate(before, [game()]);
    expect(rating(plain, before, 'A')).toBeCloseTo(1510, 12);
    expect(model.initial.teams.size).toBe(0);
  });
});

describe('the published NBA constants', () => {
  const constants = ELO_VERSIONS[0]!;
  const model = NBA_ELO_MODELS[0]!;

  it('give an even home team 64 %', () => {
    expect(model.version).toEqual({ name: 'elo-nba-538', version: '1.0.0' });
    // 1 / (1 + 10^(−100/400)) = 0.640065
    expect(model.predict(model.initial, game()).homeProbability).toBeCloseTo(0.640065, 6);
  });

  it('move an even home team by the worked example', () => {
    const state = model.rate(model.initial, [game()]);
    // margin 10, edge 100: 13^0.8 / (7.5 + 0.6) = 7.783137 / 8.1 = 0.960881; 20 × 0.960881 × 0.359935 = 6.917
    expect(marginMultiplier(constants.margin, 10, 100)).toBeCloseTo(0.9609, 4);
    expect(rating(constants, state, 'A')).toBeCloseTo(1506.917, 3);
    expect(rating(constants, state, 'B')).toBeCloseTo(1493.083, 3);
  });

  it('move an upset by more than the favourite by the same margin', () => {
    expect(marginMultiplier(constants.margin, 10, -100)).toBeCloseTo(7.783137 / 6.9, 3);
    expect(marginMultiplier(constants.margin, 10, -100)).toBeGreaterThan(
      marginMultiplier(constants.margin, 10, 100),
    );
  });
});

describe('the house constants', () => {
  it('are K 32 and 40 points at home, without margin of victory', () => {
    const constants = ELO_VERSIONS[1]!;
    const model = NBA_ELO_MODELS[1]!;
    const near = model.rate(model.initial, [game({ homeScore: 91 })]);
    const wide = model.rate(model.initial, [game({ homeScore: 130 })]);
    // 1 / (1 + 10^(−0.1)) = 0.557312; 32 × (1 − 0.557312) = 14.166
    expect(model.predict(model.initial, game()).homeProbability).toBeCloseTo(0.557312, 6);
    expect(rating(constants, near, 'A')).toBeCloseTo(1514.166, 3);
    expect(rating(constants, wide, 'A')).toBe(rating(constants, near, 'A'));
  });
});

const GOLDEN = new URL(
  '../../../../../shared/data/fivethirtyeight/nfl_elo_games_1920_2021.csv.gz',
  import.meta.url,
);
const golden = existsSync(GOLDEN) ? it : it.skip;

describe('against FiveThirtyEight', () => {
  golden('reproduces the published pre-game probabilities of the NFL from 2002 to 2021', () => {
    const rows = gunzipSync(readFileSync(GOLDEN)).toString('utf8').trim().split('\n').slice(1);
    const games = rows
      .map((line) => line.trim().split(','))
      .filter(([, season, , , , , , , , homeScore]) => Number(season) >= 2002 && homeScore !== '')
      .map(([, season, neutral, , home, away, homeElo, awayElo, published, ...scores]) => ({
        fixture: { season: Number(season), home: home!, away: away!, neutral: neutral === '1' },
        elos: [Number(homeElo), Number(awayElo)] as const,
        published: Number(published),
        homeScore: Number(scores[0]),
        awayScore: Number(scores[1]),
        finishedAtMs: 0,
      }));
    const initialRatings = new Map<string, number>();
    for (const { fixture, elos } of games) {
      if (!initialRatings.has(fixture.home)) initialRatings.set(fixture.home, elos[0]);
      if (!initialRatings.has(fixture.away)) initialRatings.set(fixture.away, elos[1]);
    }
    const model = eloModel({
      ...plain,
      homeAdvantage: 65,
      initialRatings,
      margin: { kind: 'logarithm', base: 2.2, slope: 0.001 },
      carryOver: { share: 2 / 3, toward: 1505 },
    });
    let state = model.initial;
    let worst = 0;
    for (const { fixture, published, ...played } of games) {
      const { homeProbability } = model.predict(state, fixture);
      worst = Math.max(worst, Math.abs(homeProbability - published));
      state = model.rate(state, [{ ...fixture, ...played }]);
    }
    expect(games.length).toBeGreaterThan(5_000);
    expect(worst).toBeLessThan(1e-5);
  });
});
