import type { EpochMs, GameId } from './market.ts';

export type GamePhase = 'pregame' | 'live' | 'final';

/** What is known of a game at one time. Scores are points; the clock counts down within the period. */
export type GameState = {
  readonly gameId: GameId;
  readonly phase: GamePhase;
  readonly startTimeMs: EpochMs;
  readonly homeScore: number;
  readonly awayScore: number;
  readonly period: number;
  readonly clockSeconds: number;
  readonly sourceTimeMs: EpochMs;
  readonly receivedMs: EpochMs;
};
