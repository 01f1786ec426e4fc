import type { GamePhase, GameState } from './game-state.ts';
import type { GameId } from './market.ts';
import { phaseOfStatus, type EventPhase, type ScoreboardEvent } from './scoreboard-event.ts';
import { setsWon } from './set-scores.ts';

/** What was not understood is not played: it has no price until it is. */
const PHASES: Readonly<Record<EventPhase, GamePhase>> = {
  upcoming: 'pregame',
  live: 'live',
  stopped: 'stopped',
  off: 'off',
  over: 'final',
  unknown: 'stopped',
};

/**
 * An ESPN event as what it says of one of our games. Scores are points, or sets won in tennis; a bout has none, and so
 * has an event that does not show them. The clock is in seconds with added minutes, in the direction that the sport
 * counts. A game that is postponed is off and never over; a match that was given up or not begun is over. ESPN says no
 * time, so the word counts from when it was asked for at the latest: `sourceTimeMs` is what the reader of the board
 * found out.
 */
export function gameStateOf(
  event: ScoreboardEvent,
  gameId: GameId,
  sourceTimeMs: number = event.receivedMs,
): GameState {
  const [homeScore, awayScore] = scoresOf(event);
  const { clock } = event;
  return {
    source: 'espn',
    gameId,
    phase: PHASES[phaseOfStatus(event.status)],
    startTimeMs: event.startTimeMs,
    homeScore,
    awayScore,
    period: event.period,
    clockSeconds: clock === null ? null : clock.seconds + 60 * clock.addedMinutes,
    sourceTimeMs,
    receivedMs: event.receivedMs,
  };
}

function scoresOf({
  sport,
  status,
  competitors,
}: ScoreboardEvent): readonly [number | null, number | null] {
  const [home, away] = competitors;
  if (sport === 'mma') return [null, null];
  if (sport !== 'tennis') return [home.score, away.score];
  if (home.parts.length === 0 || away.parts.length === 0) return [null, null];
  return setsWon(competitors, status === 'final');
}
