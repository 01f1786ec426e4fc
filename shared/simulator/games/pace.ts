import type { Rng } from '../rng.ts';

/** How game time stretches over real time. Real times in milliseconds. */
export type Pace = {
  readonly stepsPerQuarter: number;
  /** Seconds of the game clock in one step: a quarter is 900 s. */
  readonly clockSecondsPerStep: number;
  /** Real time of a step in which the clock just runs. */
  readonly runningStepMs: number;
  /** Huddles, incomplete passes, time-outs, commercials: the chance per step, and the mean length. */
  readonly stoppageChance: number;
  readonly stoppageMeanMs: number;
  /** Try, commercial and kickoff after a score. */
  readonly afterScoreMs: number;
  readonly quarterBreakMs: number;
  readonly halftimeMs: number;
  /** Mean real length of an overtime; drawn between a half and one and a half of it. */
  readonly overtimeMs: number;
  /** News come within this time before the start. */
  readonly newsWindowMs: number;
};

export const QUARTERS = 4;
const MINUTE_MS = 60_000;

/** An NFL game: 60 minutes of clock over about 3 h 10 min, with the clock in steps of 5 s. */
export const NFL_PACE: Pace = {
  stepsPerQuarter: 180,
  clockSecondsPerStep: 5,
  runningStepMs: 5_000,
  stoppageChance: 0.18,
  stoppageMeanMs: 39_000,
  afterScoreMs: 3 * MINUTE_MS,
  quarterBreakMs: 2 * MINUTE_MS,
  halftimeMs: 13 * MINUTE_MS,
  overtimeMs: 14 * MINUTE_MS,
  newsWindowMs: 180 * MINUTE_MS,
};

/** A game of about 20 minutes with the scores of a whole one, for simulations over many seeds. */
export const SHORT_PACE: Pace = {
  stepsPerQuarter: 30,
  clockSecondsPerStep: 30,
  runningStepMs: 5_000,
  stoppageChance: 0.15,
  stoppageMeanMs: 12_000,
  afterScoreMs: 15_000,
  quarterBreakMs: 20_000,
  halftimeMs: MINUTE_MS,
  overtimeMs: 2 * MINUTE_MS,
  newsWindowMs: 4 * MINUTE_MS,
};

/**
 * Real time of one step in whole milliseconds. It depends on what has happened and on noise of its own, never on what
 * is to come, so that looking at a fixed real time tells nothing about the result.
 */
export function drawStepMs(rng: Rng, pace: Pace): number {
  const stoppageMs = rng.chance(pace.stoppageChance) ? rng.exponential(pace.stoppageMeanMs) : 0;
  return Math.round(pace.runningStepMs + stoppageMs);
}

/** The break after a step that ends a quarter, in milliseconds; none after the last. */
export function breakAfterQuarterMs(pace: Pace, quarter: number): number {
  if (quarter === QUARTERS) return 0;
  return quarter * 2 === QUARTERS ? pace.halftimeMs : pace.quarterBreakMs;
}
