import type { GamePhase, GameState } from '../../domain/market/game-state.ts';
import type { EventStatus, ScoreboardEvent } from '../../domain/market/scoreboard-event.ts';
import type { Game, Team } from '../games/game.ts';
import type { ScriptedEvent } from './scripted-event.ts';

/** ESPN's abbreviations where they differ from ours. */
const ESPN_CODES: Readonly<Record<string, string>> = { WAS: 'WSH', LA: 'LAR' };

const STATUS: Readonly<Record<GamePhase, { status: EventStatus; word: string }>> = {
  pregame: { status: 'scheduled', word: 'STATUS_SCHEDULED' },
  live: { status: 'in_progress', word: 'STATUS_IN_PROGRESS' },
  stopped: { status: 'delayed', word: 'STATUS_DELAYED' },
  off: { status: 'postponed', word: 'STATUS_POSTPONED' },
  final: { status: 'final', word: 'STATUS_FINAL' },
};

/** A simulated game of the NFL as ESPN shows it: under its abbreviations, with a score of 0 before the start. */
export function footballEvent(game: Game): ScriptedEvent {
  return {
    league: 'nfl',
    of: null,
    at: (timeMs) => shownState(game, game.stateAt(timeMs)),
  };
}

function shownState(game: Game, state: GameState): ScoreboardEvent {
  const { phase, startTimeMs, homeScore, awayScore, period, clockSeconds } = state;
  const { status, word } = STATUS[phase];
  const side = (which: 'home' | 'away', team: Team, score: number, other: number) => ({
    id: team.code,
    name: team.name,
    code: ESPN_CODES[team.code] ?? team.code,
    side: which,
    score,
    shootoutScore: null,
    parts: [],
    judgesTotals: [],
    winner: phase === 'final' ? score > other : null,
  });
  const [home, away] = [homeScore ?? 0, awayScore ?? 0];
  return {
    eventId: game.gameId,
    sport: 'football',
    league: 'nfl',
    division: null,
    status,
    statusWord: word,
    startTimeMs,
    startConfirmed: true,
    period: period ?? 0,
    clock: { direction: 'down', seconds: clockSeconds ?? 0, addedMinutes: 0 },
    half: null,
    ending: null,
    competitors: [side('home', game.home, home, away), side('away', game.away, away, home)],
    missing: [],
    receivedMs: state.receivedMs,
  };
}
