import { formatRfc3339 } from '../../../contracts/rfc3339.ts';
import type { GameState } from '../../../domain/market/game-state.ts';
import type { ListedTeam } from '../../../domain/market/game-listing.ts';
import { espnCode } from './teams.ts';

/** A game to be shown: who plays, and how it stands. */
export type ShownGame = {
  readonly home: ListedTeam;
  readonly away: ListedTeam;
  readonly state: GameState;
};

const STATUS = {
  pregame: { id: '1', name: 'STATUS_SCHEDULED', state: 'pre', completed: false },
  live: { id: '2', name: 'STATUS_IN_PROGRESS', state: 'in', completed: false },
  stopped: { id: '7', name: 'STATUS_DELAYED', state: 'in', completed: false },
  off: { id: '6', name: 'STATUS_POSTPONED', state: 'post', completed: false },
  final: { id: '3', name: 'STATUS_FINAL', state: 'post', completed: true },
} as const;

const MINUTE_MS = 60_000;

/**
 * The scoreboard as ESPN writes it, in the fields that are read of it. A start on a whole minute is written to the
 * minute, as there; any other keeps its seconds, which a compressed day needs.
 */
export function encodeScoreboard(games: readonly ShownGame[]): string {
  return JSON.stringify({ events: games.map(eventOf) });
}

function eventOf({ home, away, state }: ShownGame) {
  const date = startText(state.startTimeMs);
  const seconds = state.clockSeconds ?? 0;
  const clock = `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
  const status = {
    clock: seconds,
    displayClock: clock,
    period: state.period ?? 0,
    type: STATUS[state.phase],
  };
  return {
    id: state.gameId,
    date,
    name: `${away.name} at ${home.name}`,
    shortName: `${espnCode(away.code)} @ ${espnCode(home.code)}`,
    status,
    competitions: [
      {
        id: state.gameId,
        date,
        timeValid: true,
        status,
        competitors: [
          competitorOf('home', home, state.homeScore),
          competitorOf('away', away, state.awayScore),
        ],
      },
    ],
  };
}

function competitorOf(homeAway: 'home' | 'away', team: ListedTeam, score: number | null) {
  return {
    homeAway,
    score: String(score ?? 0),
    team: { abbreviation: espnCode(team.code), displayName: team.name },
  };
}

function startText(startTimeMs: number): string {
  const text = formatRfc3339(startTimeMs);
  return startTimeMs % MINUTE_MS === 0 ? text.replace(/:00(\.0+)?Z$/, 'Z') : text;
}
