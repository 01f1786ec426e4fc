import { describe, expect, it } from 'vitest';
import {
  footballSunday,
  playFullGame,
  playShortGame,
} from '../../../../shared/simulator/games/football-sunday.ts';
import type { Game, ScheduledGame } from '../../../../shared/simulator/games/game.ts';
import { seededRng, type Rng } from '../../../../shared/simulator/rng.ts';

type Sample = { readonly probability: number; readonly outcome: number };
type Play = (rng: Rng, scheduled: ScheduledGame) => Game;

function gamesOf(sundays: number, play: Play): readonly Game[] {
  return Array.from({ length: sundays }, (_, seed) => {
    const rng = seededRng(10_000 + seed);
    return footballSunday(rng).map((scheduled) => play(rng, scheduled));
  }).flat();
}

function sampleAt(games: readonly Game[], timeOf: (game: Game) => number): readonly Sample[] {
  return games.map((game) => ({
    probability: game.trueHomeProbability(timeOf(game)),
    outcome: game.result === 'home' ? 1 : 0,
  }));
}

/** Mean of outcome less probability, in standard errors under the hypothesis that the probabilities are true. */
function standardErrors(samples: readonly Sample[]): number {
  const error = samples.reduce((sum, { outcome, probability }) => sum + outcome - probability, 0);
  const variance = samples.reduce((sum, { probability: p }) => sum + p * (1 - p), 0);
  return variance === 0 ? error : error / Math.sqrt(variance);
}

// Real times are fixed before the game, in minutes from kickoff: not game clock, so that stoppages are in the test.
const FULL_MINUTES = [-200, -90, -20, 0, 15, 30, 45, 60, 80, 100, 120, 140, 160, 175, 185, 195];
const SHORT_MINUTES = [-5, -2, 0, 1, 2, 4, 6, 8, 10, 12, 14, 16, 17, 18, 19, 20];

describe('the true probability of a game', () => {
  const worlds = [
    { name: 'full', games: gamesOf(40, playFullGame), minutes: FULL_MINUTES },
    { name: 'short', games: gamesOf(160, playShortGame), minutes: SHORT_MINUTES },
  ];
  for (const { name, games, minutes } of worlds) {
    it(`is a martingale at each real time: ${name} games`, () => {
      for (const minute of minutes) {
        const samples = sampleAt(games, (game) => game.startTimeMs + minute * 60_000);
        expect(Math.abs(standardErrors(samples)), `minute ${minute}`).toBeLessThan(4);
      }
    });

    it(`is calibrated in each tenth, at all times together: ${name} games`, () => {
      for (const minute of minutes) {
        const samples = sampleAt(games, (game) => game.startTimeMs + minute * 60_000);
        for (let tenth = 0; tenth < 10; tenth += 1) {
          const inTenth = samples.filter(
            ({ probability }) => Math.min(9, Math.floor(probability * 10)) === tenth,
          );
          const off = Math.abs(standardErrors(inTenth));
          expect(off, `minute ${minute}, tenth ${tenth}`).toBeLessThan(4.5);
        }
      }
    });

    it(`predicts neither rises nor falls of itself: ${name} games`, () => {
      for (const [index, minute] of minutes.entries()) {
        const later = minutes[index + 1];
        if (later === undefined) continue;
        const moves = games.map((game) => {
          const before = game.trueHomeProbability(game.startTimeMs + minute * 60_000);
          return {
            before,
            move: game.trueHomeProbability(game.startTimeMs + later * 60_000) - before,
          };
        });
        for (const half of ['favourite', 'underdog']) {
          const chosen = moves.filter(({ before }) => before >= 0.5 === (half === 'favourite'));
          const mean = chosen.reduce((sum, { move }) => sum + move, 0) / chosen.length;
          const variance = chosen.reduce((sum, { move }) => sum + move ** 2, 0) / chosen.length;
          const error = Math.sqrt(variance / chosen.length);
          expect(Math.abs(mean), `${half} ${minute} to ${later}`).toBeLessThanOrEqual(4 * error);
        }
      }
    });
  }

  it('would not pass with a biased process: the test bites', () => {
    const games = worlds[1]?.games ?? [];
    const samples = sampleAt(games, (game) => game.startTimeMs).map(({ probability, outcome }) => ({
      probability: Math.min(1, probability + 0.06),
      outcome,
    }));
    expect(Math.abs(standardErrors(samples))).toBeGreaterThan(4);
  });
});
