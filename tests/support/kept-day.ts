import type { HistoryEvent } from '../../shared/ports/history.ts';
import { HOUR, lineEvent, MINUTE, stateEvent } from './game-record-builders.ts';
import { NOON } from './trade-builders.ts';

/** Nine in the morning in New York after the day that NOON (UTC) lies in. */
export const MORNING_AFTER = NOON + 26 * HOUR;

/** A line each five minutes, minutes after noon, both ends included. */
function lines(gameId: string, league: 'nfl' | 'nba', from: number, to: number): HistoryEvent[] {
  return Array.from({ length: (to - from) / 5 + 1 }, (_, at) => {
    const minute = from + 5 * at;
    return lineEvent(`${gameId} ${minute}`, minute * MINUTE, 0.6, { gameId, league });
  });
}

const state = (gameId: string, minute: number, phase: 'pregame' | 'live' | 'final') =>
  stateEvent(`${gameId} ${phase}`, minute * MINUTE, { gameId, phase });

/**
 * What was told on a day of three games that began an hour after noon: of nfl-1 nothing was heard between its minutes
 * 40 and 70; nfl-2 has no final; the line of nba-1 expired in its tenth minute and did not come back.
 */
export const KEPT_DAY: readonly HistoryEvent[] = [
  ...lines('nfl-1', 'nfl', 0, 90),
  ...lines('nfl-1', 'nfl', 130, 235),
  state('nfl-1', 0, 'pregame'),
  state('nfl-1', 60, 'live'),
  state('nfl-1', 240, 'final'),
  ...lines('nfl-2', 'nfl', 0, 240),
  state('nfl-2', 0, 'pregame'),
  state('nfl-2', 60, 'live'),
  ...lines('nba-1', 'nba', 0, 65),
  lineEvent('nba-1 gone', 70 * MINUTE, 'line_expired', { gameId: 'nba-1', league: 'nba' }),
  state('nba-1', 0, 'pregame'),
  state('nba-1', 60, 'live'),
  state('nba-1', 180, 'final'),
];
