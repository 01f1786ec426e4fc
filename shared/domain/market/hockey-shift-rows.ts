import type {
  HockeyMoment,
  HockeyPlays,
  HockeyShift,
  HockeyShifts,
  HockeySide,
} from './hockey-events.ts';
import type { HockeyFindingLog } from './hockey-findings.ts';
import type { CheckedPlays } from './hockey-plays-check.ts';

/** A shift that can be used: within what was played of its period, of a team of the game. */
export type UsableShift = {
  readonly side: HockeySide;
  readonly playerId: string;
  readonly period: number;
  readonly fromSecond: number;
  readonly toSecond: number;
};

/**
 * Looks at each row of a shift chart by itself and beside the others of its player; what cannot be used is left out.
 */
export function checkShiftRows(
  chart: HockeyShifts,
  { game, checked }: { readonly game: HockeyPlays; readonly checked: CheckedPlays },
  log: HockeyFindingLog,
): readonly UsableShift[] {
  log.count('shifts_unreadable', chart.unreadable, 'see what is refused');
  if (chart.announcedRows !== null && chart.rows < chart.announcedRows)
    log.add('shifts_truncated', `${chart.rows} of ${chart.announcedRows} rows`);
  const seen = new Set<string>();
  const usable = chart.shifts.flatMap((shift) => {
    const found = usableOf(shift, game, checked, log);
    if (found === null) return [];
    const { side, playerId, period, fromSecond, toSecond } = found;
    const key = [side, playerId, period, fromSecond, toSecond].join('|');
    if (seen.has(key)) {
      log.add('shift_repeated', `shift ${shift.shiftId}`, whereOf(shift, side));
      return [];
    }
    seen.add(key);
    return [found];
  });
  if (usable.length === 0)
    log.add('no_shifts', `${chart.rows} rows, ${chart.shifts.length} of them shifts`);
  checkTeams(usable, game, log);
  checkOverlaps(usable, log);
  checkMarkedGoals(chart, game, checked, log);
  return usable;
}

function usableOf(
  shift: HockeyShift,
  game: HockeyPlays,
  checked: CheckedPlays,
  log: HockeyFindingLog,
): UsableShift | null {
  const { fromSecond, toSecond, toldSeconds, period, playerId } = shift;
  const side = sideOf(shift.teamId, game);
  const where = whereOf(shift, side);
  if (shift.gameId !== game.gameId) {
    log.add('shift_of_other_game', `game ${shift.gameId}`, where);
    return null;
  }
  if (side === null) {
    log.add('shift_of_other_team', `team ${shift.teamId}`, where);
    return null;
  }
  const played = checked.played.get(period);
  if (played === undefined) {
    const isShootout = checked.plays.some(
      (play) => play.period === period && play.periodKind === 'shootout',
    );
    if (isShootout) log.add('shift_of_shootout', `shift ${shift.shiftId}`, where);
    else log.add('shift_outside_period', `period ${period} was not played`, where);
    return null;
  }
  if (toSecond === null) {
    // Charts of 2019-20 have many placeholders with an empty end and no duration.
    const code = toldSeconds === 0 ? 'shift_empty' : 'shift_without_end';
    log.add(code, `from ${fromSecond} s, no end`, where);
    return null;
  }
  if (toSecond <= fromSecond) {
    const code = toSecond < fromSecond ? 'shift_reversed' : 'shift_empty';
    log.add(code, `from ${fromSecond} to ${toSecond} s`, where);
    return null;
  }
  if (toldSeconds !== null && toldSeconds !== toSecond - fromSecond)
    log.add('duration_differs', `told ${toldSeconds} s of ${toSecond - fromSecond}`, where);
  if (toSecond > played)
    log.add('shift_outside_period', `to ${toSecond} s of ${played} that were played`, where);
  if (fromSecond >= played) return null;
  return { side, playerId, period, fromSecond, toSecond: Math.min(toSecond, played) };
}

function whereOf({ period, fromSecond, playerId }: HockeyShift, side: HockeySide | null) {
  return { period, second: fromSecond, playerId, side };
}

function sideOf(teamId: string, { teams }: HockeyPlays): HockeySide | null {
  if (teamId === teams.away.teamId) return 'away';
  return teamId === teams.home.teamId ? 'home' : null;
}

function checkTeams(
  shifts: readonly UsableShift[],
  { roster }: HockeyPlays,
  log: HockeyFindingLog,
): void {
  const sides = new Map<string, HockeySide>();
  const told = new Set<string>();
  for (const { playerId, side } of shifts) {
    const before = sides.get(playerId);
    const listed = roster.get(playerId)?.side ?? side;
    sides.set(playerId, before ?? side);
    if (told.has(playerId)) continue;
    if (before !== undefined && before !== side)
      log.add('player_of_both', 'in the shift chart', { playerId, side });
    else if (listed !== side)
      log.add('player_wrong_team', `${listed} in the roster`, { playerId, side });
    else continue;
    told.add(playerId);
  }
}

function checkOverlaps(shifts: readonly UsableShift[], log: HockeyFindingLog): void {
  const byPlayer = Map.groupBy(shifts, ({ playerId, period }) => `${playerId}|${period}`);
  for (const own of byPlayer.values()) {
    let until = 0;
    for (const shift of own.toSorted((one, other) => one.fromSecond - other.fromSecond)) {
      const { fromSecond, toSecond } = shift;
      if (fromSecond < until)
        log.add('player_twice', `from ${fromSecond} s, on until ${until} s`, {
          ...shift,
          second: fromSecond,
        });
      until = Math.max(until, toSecond);
    }
  }
}

function checkMarkedGoals(
  { goals }: HockeyShifts,
  game: HockeyPlays,
  { plays, played }: CheckedPlays,
  log: HockeyFindingLog,
): void {
  const marked = goals.flatMap((goal) => {
    const side = sideOf(goal.teamId, game);
    // A chart marks the goal that won a shoot-out at second 0 of a period that was not played.
    const counts = side !== null && goal.gameId === game.gameId && played.has(goal.period);
    return counts ? [{ ...goal, side }] : [];
  });
  // Charts before a season, and some since, mark none.
  if (marked.length === 0) return;
  const scored = plays.flatMap(({ event, ...moment }) =>
    event.kind === 'goal' && played.has(moment.period) ? [{ ...moment, side: event.side }] : [],
  );
  const left = new Map<string, (typeof marked)[number][]>();
  for (const goal of marked) left.set(keyOf(goal), [...(left.get(keyOf(goal)) ?? []), goal]);
  for (const goal of scored)
    if (left.get(keyOf(goal))?.pop() === undefined)
      log.add('goals_differ_from_plays', 'in the plays alone', goal);
  for (const goal of [...left.values()].flat())
    log.add('goals_differ_from_plays', 'in the chart alone', goal);
}

function keyOf({
  side,
  period,
  second,
}: Pick<HockeyMoment, 'period' | 'second'> & { readonly side: HockeySide }): string {
  return `${side}|${period}|${second}`;
}
