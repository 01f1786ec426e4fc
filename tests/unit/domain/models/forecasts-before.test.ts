import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NBA_ELO_MODELS } from '../../../../shared/domain/models/elo-versions.ts';
import {
  forecastsBefore,
  type ForecastQuestion,
  type GameResult,
} from '../../../../shared/domain/models/rating-model.ts';

const model = NBA_ELO_MODELS[0]!;
const fixture = { season: 2025, home: 'A', away: 'B', neutral: false };

function result(finishedAtMs: number, homeScore = 110, awayScore = 100): GameResult {
  return { ...fixture, homeScore, awayScore, finishedAtMs };
}
function question(atMs: number): ForecastQuestion {
  return { gameId: 'g', fixture, atMs };
}

describe('a forecast at a time', () => {
  it('knows nothing of a game that finishes at that very time', () => {
    const [before, at, after] = forecastsBefore({
      model,
      results: [result(1_000)],
      questions: [question(999), question(1_000), question(1_001)],
    });
    expect(at!.homeProbability).toBe(before!.homeProbability);
    expect(after!.homeProbability).toBeGreaterThan(at!.homeProbability);
    expect(after!.asOfMs).toBe(1_000);
    expect(before!.asOfMs).toBe(999);
  });

  it('is the same whatever the order in which results and questions are given', () => {
    const times = fc.uniqueArray(fc.integer({ min: 1, max: 10_000 }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(times, times, fc.infiniteStream(fc.nat(40)), (finished, asked, margins) => {
        const results = finished.map((at) => result(at, 100 + (margins.next().value ?? 0)));
        const questions = asked.map(question);
        const straight = forecastsBefore({ model, results, questions });
        const turned = forecastsBefore({
          model,
          results: results.toReversed(),
          questions: questions.toReversed(),
        });
        expect(turned.toReversed()).toEqual(straight);
      }),
    );
  });

  it('does not change when results from its own time on are taken away or turned round', () => {
    const times = fc.array(fc.integer({ min: 1, max: 1_000 }), { maxLength: 12 });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 1_000 }), (finished, atMs) => {
        const known = finished.map((at) => result(at));
        const turned = known.map((one) =>
          one.finishedAtMs < atMs
            ? one
            : { ...one, homeScore: one.awayScore, awayScore: one.homeScore },
        );
        const ask = (results: readonly GameResult[]) =>
          forecastsBefore({ model, results, questions: [question(atMs)] });
        expect(ask(turned)).toEqual(ask(known));
        expect(ask(known.filter((one) => one.finishedAtMs < atMs))).toEqual(ask(known));
      }),
    );
  });
});

describe('ratings of any Elo version', () => {
  it('sum to the same within a season whatever the results', () => {
    const teams = ['A', 'B', 'C', 'D'];
    const games = fc.array(
      fc.record({
        pair: fc.shuffledSubarray(teams, { minLength: 2, maxLength: 2 }),
        homeScore: fc.integer({ min: 60, max: 160 }),
        awayScore: fc.integer({ min: 60, max: 160 }),
        neutral: fc.boolean(),
      }),
      { maxLength: 60 },
    );
    for (const elo of NBA_ELO_MODELS) {
      fc.assert(
        fc.property(games, (played) => {
          const state = elo.rate(
            elo.initial,
            played.map(({ pair, ...game }, index) => ({
              ...game,
              season: 2025,
              home: pair[0]!,
              away: pair[1]!,
              finishedAtMs: index,
            })),
          );
          const sum = [...state.teams.values()].reduce((total, { rating }) => total + rating, 0);
          expect(sum).toBeCloseTo(1500 * state.teams.size, 6);
        }),
      );
    }
  });
});
