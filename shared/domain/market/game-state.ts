import type { EpochMs, GameId } from './market.ts';

/**
 * Where a game stands, as far as it matters to a price: `stopped` may go on (rain, a suspended game), `off` does not
 * take place now (postponed, cancelled), and neither is priced.
 */
export type GamePhase = 'pregame' | 'live' | 'stopped' | 'off' | 'final';

/** Who tells where games stand, in the order in which they are believed. */
export const SCORE_SOURCES = ['espn', 'boltodds', 'balldontlie'] as const;

export type ScoreSource = (typeof SCORE_SOURCES)[number];

/**
 * What one source says of a game at one time. Scores are points, or sets in tennis, and null where the sport has none; the
 * clock is the one shown, in seconds, null where there is none.
 */
export type GameState = {
  readonly source: ScoreSource;
  readonly gameId: GameId;
  readonly phase: GamePhase;
  readonly startTimeMs: EpochMs;
  readonly homeScore: number | null;
  readonly awayScore: number | null;
  /** Quarter, half, inning, set or round; null where it is not shown. */
  readonly period: number | null;
  readonly clockSeconds: number | null;
  readonly sourceTimeMs: EpochMs;
  readonly receivedMs: EpochMs;
};
