import type { HockeyPlays, HockeyShift, HockeyShifts } from '../../domain/market/hockey-events.ts';
import type { Rng } from '../rng.ts';
import type { HockeyGame } from './hockey-told.ts';

/** What can be wrong with the shift chart of a game. */
export const SHIFT_ODDITIES = {
  shifts_gone: 'the shift chart is empty',
  rows_cut: 'the last rows of the chart are missing',
  shift_of_other_game: 'a row of another game',
  shift_of_other_team: 'a row of a team that did not play',
  shift_in_shootout: 'a row in the shoot-out',
  shift_doubled: 'a shift stands twice',
  chart_doubled: 'every shift stands twice, with new numbers',
  shift_blank: 'a placeholder without an end or a duration',
  shift_unended: 'a shift has no end',
  shift_reversed: 'a shift ends before it starts',
  shift_beyond: 'a shift goes on after its period',
  duration_wrong: 'a shift says another duration than its times',
  player_doubled: 'a player has a second shift during one of his',
  player_gone: 'a player with much ice time has no shifts',
  player_added: 'a player is on the ice with five others for a minute',
  player_stays: 'a player never leaves the ice',
  player_of_both: 'a player has a shift for the other team',
  teams_exchanged: 'the shifts of both teams are exchanged',
  marker_moved: 'the chart marks a goal at another time',
} as const;

export type ShiftOddity = keyof typeof SHIFT_ODDITIES;

/** The chart with one fault in it. Null where it has nothing that this fault could befall. */
export function withShiftOddity(
  game: HockeyGame,
  oddity: ShiftOddity,
  rng: Rng,
): HockeyShifts | null {
  const { plays, shifts: chart } = game;
  const { shifts } = chart;
  const inShifts = (rows: readonly HockeyShift[] | null): HockeyShifts | null => {
    if (rows === null) return null;
    const count = chart.rows + rows.length - shifts.length;
    return { ...chart, shifts: rows, rows: count, announcedRows: count };
  };
  const one = <T>(values: readonly T[]): T | null =>
    values[rng.integer(values.length || 1)] ?? null;
  const long = shifts.filter(
    ({ fromSecond, toSecond }) => toSecond !== null && toSecond - fromSecond >= 20,
  );
  const replace = (from: HockeyShift | null, to: (shift: HockeyShift) => readonly HockeyShift[]) =>
    from === null ? null : shifts.flatMap((shift) => (shift === from ? to(shift) : [shift]));

  switch (oddity) {
    case 'shifts_gone':
      return { ...chart, shifts: [], goals: [], rows: 0, announcedRows: 0 };
    case 'rows_cut': {
      return { ...chart, shifts: shifts.slice(0, -100), rows: chart.rows - 100 };
    }
    case 'shift_of_other_game':
      return inShifts(replace(one(long), (row) => [row, { ...row, gameId: '2026020999' }]));
    case 'shift_of_other_team':
      return inShifts(replace(one(long), (row) => [row, { ...row, teamId: '19' }]));
    case 'shift_in_shootout':
      return plays.endedIn !== 'shootout'
        ? null
        : inShifts(
            replace(one(long), (row) => [
              row,
              { ...row, period: 5, fromSecond: 299, toSecond: 1_200, toldSeconds: 901 },
            ]),
          );
    case 'shift_doubled':
      return inShifts(replace(one(long), (row) => [row, { ...row, number: row.number + 1 }]));
    case 'chart_doubled':
      return inShifts([
        ...shifts,
        ...shifts.map((row) => ({ ...row, shiftId: `${row.shiftId}9` })),
      ]);
    case 'shift_blank':
      return inShifts(
        replace(one(long), (row) => [row, { ...row, toSecond: null, toldSeconds: 0 }]),
      );
    case 'shift_unended':
      return inShifts(replace(one(long), (row) => [{ ...row, toSecond: null, toldSeconds: null }]));
    case 'shift_reversed':
      return inShifts(
        replace(one(long), (row) => [
          { ...row, fromSecond: row.toSecond ?? 0, toSecond: row.fromSecond },
        ]),
      );
    case 'shift_beyond': {
      const last = long.filter(({ toSecond, period }) => toSecond === 1_200 && period === 3);
      return inShifts(
        replace(one(last), (row) => [
          { ...row, toSecond: 1_260, toldSeconds: 1_260 - row.fromSecond },
        ]),
      );
    }
    case 'duration_wrong':
      return inShifts(
        replace(one(long), (row) => [{ ...row, toldSeconds: (row.toldSeconds ?? 0) + 7 }]),
      );
    case 'player_doubled':
      return inShifts(
        replace(one(long), (row) => [
          row,
          { ...row, fromSecond: row.fromSecond + 5, toldSeconds: (row.toldSeconds ?? 0) - 5 },
        ]),
      );
    case 'player_gone': {
      const gone = one(skaterShifts(game))?.playerId;
      return inShifts(shifts.filter(({ playerId }) => playerId !== gone));
    }
    case 'player_added':
      return inShifts(withAdded(game));
    case 'player_stays': {
      const row = one(skaterShifts(game));
      if (row === null) return null;
      const others = shifts.filter(({ playerId }) => playerId !== row.playerId);
      const all = [1, 2, 3].map((period) => ({
        ...row,
        shiftId: `${row.shiftId}${period}`,
        period,
        fromSecond: 0,
        toSecond: 1_200,
        toldSeconds: 1_200,
      }));
      return inShifts([...others, ...all]);
    }
    case 'player_of_both':
      return inShifts(
        replace(one(skaterShifts(game)), (row) => [
          row,
          {
            ...row,
            teamId: exchanged(row.teamId, plays),
            fromSecond: 0,
            toSecond: 1,
            toldSeconds: 1,
          },
        ]),
      );
    case 'teams_exchanged':
      return inShifts(shifts.map((row) => ({ ...row, teamId: exchanged(row.teamId, plays) })));
    case 'marker_moved':
      return withMovedMarker(chart);
  }
}

function skaterShifts({ plays, shifts }: HockeyGame): readonly HockeyShift[] {
  return shifts.shifts.filter(({ playerId }) => plays.roster.get(playerId)?.isGoalie === false);
}

function exchanged(teamId: string, { teams }: HockeyPlays): string {
  return teamId === teams.away.teamId ? teams.home.teamId : teams.away.teamId;
}

/** The goalie who never plays gets a minute beside the one who does. */
function withAdded({ plays, shifts }: HockeyGame): readonly HockeyShift[] | null {
  const bench = [...plays.roster].find(
    ([player, { isGoalie }]) =>
      isGoalie && shifts.shifts.every(({ playerId }) => playerId !== player),
  );
  const row = shifts.shifts.find(
    ({ teamId }) => bench !== undefined && teamId === plays.teams[bench[1].side].teamId,
  );
  if (bench === undefined || row === undefined) return null;
  const times = { period: 1, fromSecond: 100, toSecond: 160, toldSeconds: 60 };
  return [...shifts.shifts, { ...row, shiftId: '77', playerId: bench[0], ...times }];
}

function withMovedMarker(chart: HockeyShifts): HockeyShifts | null {
  const [first, ...others] = chart.goals;
  if (first === undefined || first.period > 3) return null;
  return { ...chart, goals: [{ ...first, second: first.second + 3 }, ...others] };
}
