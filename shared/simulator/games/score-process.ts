import type { GameSide } from '../../domain/market/market.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { Rng } from '../rng.ts';

/** Points of a touchdown with its extra point, and of a field goal. Safeties and two-point tries are left out. */
export const TOUCHDOWN_POINTS = 7;
export const FIELD_GOAL_POINTS = 3;

/**
 * No team scores to a lead beyond this: the table of win probabilities is finite and still exact, because play obeys
 * the same rule. With NFL rates one game in some hundred thousand comes this far.
 */
export const MAX_LEAD = 70;

/** Of an NFL team's points about three quarters are scored by touchdowns. */
const TOUCHDOWN_SHARE = 0.77;
/** However weak, a team is expected to score this many points. */
const LEAST_POINTS = 6;

/** The scores that can happen in one step of the game clock, each with its probability; at most one happens. */
export type StepRates = {
  readonly homeTouchdown: number;
  readonly homeFieldGoal: number;
  readonly awayTouchdown: number;
  readonly awayFieldGoal: number;
};

export type ScoringPlay = {
  readonly side: GameSide;
  readonly kind: 'touchdown' | 'field_goal';
  readonly points: number;
};

/** The score process of one game: Poisson scoring by both teams, on the grid of the game clock's steps. */
export type ScoreProcess = {
  readonly rates: StepRates;
  readonly steps: number;
  /** Probability that home wins an overtime. */
  readonly overtimeHome: number;
};

/**
 * Rates that give the expected margin and total in points over a game of `steps` steps; the overtime coin is weighted
 * by expected points.
 */
export function scoreProcess(expected: {
  readonly margin: number;
  readonly total: number;
  readonly steps: number;
}): ScoreProcess {
  const home = Math.max(LEAST_POINTS, (expected.total + expected.margin) / 2);
  const away = Math.max(LEAST_POINTS, (expected.total - expected.margin) / 2);
  const touchdowns = (points: number): number =>
    (points * TOUCHDOWN_SHARE) / TOUCHDOWN_POINTS / expected.steps;
  const fieldGoals = (points: number): number =>
    (points * (1 - TOUCHDOWN_SHARE)) / FIELD_GOAL_POINTS / expected.steps;
  const rates: StepRates = {
    homeTouchdown: touchdowns(home),
    homeFieldGoal: fieldGoals(home),
    awayTouchdown: touchdowns(away),
    awayFieldGoal: fieldGoals(away),
  };
  invariant(sumOfRates(rates) < 1, 'a step is short enough that at most one score happens in it');
  return { rates, steps: expected.steps, overtimeHome: home / (home + away) };
}

/** Draws what one step brings at a home lead; null for no score. One uniform draw, always. */
export function drawScoringPlay(rng: Rng, rates: StepRates, homeLead: number): ScoringPlay | null {
  const play = playOf(rng.uniform(), rates);
  if (play === null) return null;
  const lead = play.side === 'home' ? homeLead + play.points : homeLead - play.points;
  return Math.abs(lead) > MAX_LEAD ? null : play;
}

/** Turns a uniform draw into a play by the cumulated rates. */
function playOf(uniform: number, rates: StepRates): ScoringPlay | null {
  let threshold = rates.homeTouchdown;
  if (uniform < threshold) return { side: 'home', kind: 'touchdown', points: TOUCHDOWN_POINTS };
  threshold += rates.homeFieldGoal;
  if (uniform < threshold) return { side: 'home', kind: 'field_goal', points: FIELD_GOAL_POINTS };
  threshold += rates.awayTouchdown;
  if (uniform < threshold) return { side: 'away', kind: 'touchdown', points: TOUCHDOWN_POINTS };
  threshold += rates.awayFieldGoal;
  if (uniform < threshold) return { side: 'away', kind: 'field_goal', points: FIELD_GOAL_POINTS };
  return null;
}

function sumOfRates(rates: StepRates): number {
  return rates.homeTouchdown + rates.homeFieldGoal + rates.awayTouchdown + rates.awayFieldGoal;
}
