import { describe, expect, it } from 'vitest';
import {
  drawScoringPlay,
  FIELD_GOAL_POINTS,
  MAX_LEAD,
  scoreProcess,
  TOUCHDOWN_POINTS,
  type ScoreProcess,
} from '../../../../shared/simulator/games/score-process.ts';
import { kickoffHomeProbability, WinTable } from '../../../../shared/simulator/games/win-table.ts';
import { seededRng } from '../../../../shared/simulator/rng.ts';

const SMALL: ScoreProcess = {
  rates: { homeTouchdown: 0.11, homeFieldGoal: 0.07, awayTouchdown: 0.13, awayFieldGoal: 0.05 },
  steps: 5,
  overtimeHome: 0.45,
};

/** The definition, with no table: the mean over every sequence of plays. */
function byEnumeration(process: ScoreProcess, stepsLeft: number, lead: number): number {
  if (stepsLeft === 0) return lead === 0 ? process.overtimeHome : lead > 0 ? 1 : 0;
  const { homeTouchdown, homeFieldGoal, awayTouchdown, awayFieldGoal } = process.rates;
  const next = (points: number): number => byEnumeration(process, stepsLeft - 1, lead + points);
  const none = 1 - homeTouchdown - homeFieldGoal - awayTouchdown - awayFieldGoal;
  return (
    none * next(0) +
    homeTouchdown * next(TOUCHDOWN_POINTS) +
    homeFieldGoal * next(FIELD_GOAL_POINTS) +
    awayTouchdown * next(-TOUCHDOWN_POINTS) +
    awayFieldGoal * next(-FIELD_GOAL_POINTS)
  );
}

describe('the table of win probabilities', () => {
  it('equals the sum over all sequences of plays', () => {
    const table = new WinTable(SMALL);
    for (let stepsLeft = 0; stepsLeft <= SMALL.steps; stepsLeft += 1) {
      for (const homeLead of [-14, -10, -7, -4, -3, -1, 0, 1, 3, 6, 7, 20]) {
        expect(table.homeProbability({ stepsLeft, homeLead })).toBeCloseTo(
          byEnumeration(SMALL, stepsLeft, homeLead),
          13,
        );
      }
    }
  });

  it('gives the same value from kickoff without keeping the table, for odd and even lengths', () => {
    for (const steps of [9, 10, 119, 120]) {
      const process = scoreProcess({ margin: 3.5, total: 44, steps });
      expect(kickoffHomeProbability(process)).toBe(
        new WinTable(process).homeProbability({ stepsLeft: steps, homeLead: 0 }),
      );
    }
  });

  it('is even between equal teams, and mirrors when they swap', () => {
    const steps = 720;
    expect(kickoffHomeProbability(scoreProcess({ margin: 0, total: 44, steps }))).toBeCloseTo(
      0.5,
      12,
    );
    const home = kickoffHomeProbability(scoreProcess({ margin: 6, total: 44, steps }));
    const away = kickoffHomeProbability(scoreProcess({ margin: -6, total: 44, steps }));
    expect(home + away).toBeCloseTo(1, 12);
    // A favourite by six points wins about two games of three or a little more.
    expect(home).toBeGreaterThan(0.64);
    expect(home).toBeLessThan(0.74);
  });

  it('grows with the lead, and is decided when no time is left', () => {
    const table = new WinTable(scoreProcess({ margin: 2, total: 44, steps: 60 }));
    for (let homeLead = -MAX_LEAD + 1; homeLead <= MAX_LEAD; homeLead += 1) {
      expect(table.homeProbability({ stepsLeft: 60, homeLead })).toBeGreaterThanOrEqual(
        table.homeProbability({ stepsLeft: 60, homeLead: homeLead - 1 }),
      );
    }
    expect(table.homeProbability({ stepsLeft: 0, homeLead: 1 })).toBe(1);
    expect(table.homeProbability({ stepsLeft: 0, homeLead: -1 })).toBe(0);
    expect(() => table.homeProbability({ stepsLeft: 61, homeLead: 0 })).toThrow(/the table holds/);
  });
});

describe('the score process', () => {
  it('scores the expected points', () => {
    const steps = 720;
    const { rates } = scoreProcess({ margin: 5, total: 45, steps });
    const rng = seededRng(11);
    const games = 1_500;
    let home = 0;
    let away = 0;
    let squares = 0;
    for (let game = 0; game < games; game += 1) {
      let lead = 0;
      for (let step = 0; step < steps; step += 1) {
        const play = drawScoringPlay(rng, rates, lead);
        if (play === null) continue;
        lead += play.side === 'home' ? play.points : -play.points;
        if (play.side === 'home') home += play.points;
        else away += play.points;
      }
      squares += lead * lead;
    }
    // Each side's points have a deviation of about 11 a game.
    const tolerance = (4 * 11.5) / Math.sqrt(games);
    expect(Math.abs(home / games - 25)).toBeLessThan(tolerance);
    expect(Math.abs(away / games - 20)).toBeLessThan(tolerance);
    // Margins of NFL games spread by 13 to 14 points around the line.
    const deviation = Math.sqrt(squares / games - ((home - away) / games) ** 2);
    expect(deviation).toBeGreaterThan(12);
    expect(deviation).toBeLessThan(18);
  });

  it('never scores beyond the largest lead', () => {
    const always = { homeTouchdown: 1, homeFieldGoal: 0, awayTouchdown: 0, awayFieldGoal: 0 };
    expect(drawScoringPlay(seededRng(1), always, MAX_LEAD - 7)?.points).toBe(7);
    expect(drawScoringPlay(seededRng(1), always, MAX_LEAD - 6)).toBeNull();
  });
});
