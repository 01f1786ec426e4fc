import {
  HOCKEY_SIDES,
  type HockeyPeriodKind,
  type HockeyPlay,
  type HockeyPlays,
  type HockeyRosterSpot,
  type HockeyShifts,
  type HockeySide,
} from '../../domain/market/hockey-events.ts';
import type { HockeyBench } from './hockey-bench.ts';

/** A game as both documents tell it. */
export type HockeyGame = { readonly plays: HockeyPlays; readonly shifts: HockeyShifts };

/** Who plays every simulated game. */
export const SIMULATED_TEAMS = {
  away: { teamId: '25', code: 'DAL', firstPlayer: 8_470_000 },
  home: { teamId: '24', code: 'ANA', firstPlayer: 8_480_000 },
} as const;

type Played = {
  readonly gameId: string;
  readonly contest: 'season' | 'playoff';
  readonly benches: Readonly<Record<HockeySide, HockeyBench>>;
  readonly plays: readonly HockeyPlay[];
  /** Without the shoot-out. */
  readonly goals: Readonly<Record<HockeySide, number>>;
  readonly endedIn: HockeyPeriodKind;
  readonly winner: HockeySide;
};

/** What is told of a game that was played to its end. */
export function toldOf(played: Played): HockeyGame {
  return { plays: playsOf(played), shifts: chartOf(played) };
}

function playsOf({ gameId, contest, benches, plays, goals, endedIn, winner }: Played): HockeyPlays {
  const team = (side: HockeySide) => {
    const { teamId, code } = SIMULATED_TEAMS[side];
    const isGiven = endedIn === 'shootout' && side === winner;
    return { teamId, code, goals: goals[side] + (isGiven ? 1 : 0) };
  };
  const roster = new Map<string, HockeyRosterSpot>();
  for (const side of HOCKEY_SIDES) {
    const { goalies, skaters } = benches[side];
    for (const player of goalies) roster.set(player, { side, isGoalie: true });
    for (const player of skaters) roster.set(player, { side, isGoalie: false });
  }
  return {
    gameId,
    contest,
    phase: 'over',
    teams: { away: team('away'), home: team('home') },
    endedIn,
    plays,
    roster,
    unreadable: 0,
  };
}

function chartOf({ gameId, benches, plays, endedIn, winner }: Played): HockeyShifts {
  const goals = plays.flatMap(({ event, period, periodKind, second }) =>
    event.kind === 'goal' && periodKind !== 'shootout'
      ? [{ gameId, teamId: SIMULATED_TEAMS[event.side].teamId, period, second }]
      : [],
  );
  // The one that won a shoot-out is marked too.
  if (endedIn === 'shootout')
    goals.push({ gameId, teamId: SIMULATED_TEAMS[winner].teamId, period: 5, second: 0 });
  const shifts = [...benches.away.shifts, ...benches.home.shifts];
  const rows = shifts.length + goals.length;
  return { shifts, goals, announcedRows: rows, rows, unreadable: 0 };
}
