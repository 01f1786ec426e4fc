import type {
  HockeyPlay,
  HockeyPlays,
  HockeyShift,
  HockeyShifts,
} from '../../domain/market/hockey-events.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { Rng } from '../rng.ts';
import type { HockeyGame } from './hockey-game.ts';

/** What can be wrong with the plays and shifts of a game, most of it seen in public captures. */
export const HOCKEY_ODDITIES = {
  goal_missing: 'a goal is not among the plays',
  score_raised: 'the final score has one goal more',
  running_score_raised: 'one goal tells another score',
  end_renamed: 'the game is said to have ended in another kind of period',
  not_over: 'the game still goes on',
  play_doubled: 'one play stands twice',
  play_entered_late: 'one play stands long after its time',
  plays_shuffled: 'many plays stand out of order',
  play_after_period: 'one play has a clock beyond its period',
  period_renamed: 'the second period is told as overtime',
  period_unended: 'a period has no end',
  kind_new: 'a play of a kind that nobody knows',
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
  strength_stuck: 'the plays say one skater too few until the end',
  penalty_invented: 'the plays have a penalty that nobody served',
  actors_wrong: 'the plays name players of the bench',
} as const;

export type HockeyOddity = keyof typeof HOCKEY_ODDITIES;

/** The game with one fault in it. Null where the game has nothing that this fault could befall. */
export function withHockeyOddity(
  game: HockeyGame,
  oddity: HockeyOddity,
  rng: Rng,
): HockeyGame | null {
  const { plays, shifts } = game;
  const inPlays = (change: Partial<HockeyPlays> | null): HockeyGame | null =>
    change === null ? null : { plays: { ...plays, ...change }, shifts };
  const inShifts = (rows: readonly HockeyShift[] | null): HockeyGame | null => {
    if (rows === null) return null;
    const added = rows.length - shifts.shifts.length;
    const count = shifts.rows + added;
    return { plays, shifts: { ...shifts, shifts: rows, rows: count, announcedRows: count } };
  };
  const one = <T>(values: readonly T[]): T | null =>
    values[rng.integer(values.length || 1)] ?? null;
  const ofPlay = plays.plays.filter(({ periodKind }) => periodKind !== 'shootout');
  const goals = ofPlay.filter(({ event }) => event.kind === 'goal');
  const usual = ofPlay.filter(({ event }) => event.kind === 'hit' || event.kind === 'attempt');
  const long = shifts.shifts.filter(
    ({ fromSecond, toSecond }) => toSecond !== null && toSecond - fromSecond >= 20,
  );
  const swap = (from: HockeyPlay | null, change: (play: HockeyPlay) => HockeyPlay) =>
    from === null
      ? null
      : { plays: plays.plays.map((play) => (play === from ? change(play) : play)) };
  const replace = (from: HockeyShift | null, to: (shift: HockeyShift) => readonly HockeyShift[]) =>
    from === null ? null : shifts.shifts.flatMap((shift) => (shift === from ? to(shift) : [shift]));

  switch (oddity) {
    case 'goal_missing': {
      const goal = one(goals);
      return inPlays(goal && { plays: plays.plays.filter((play) => play !== goal) });
    }
    case 'score_raised': {
      const { away, home } = plays.teams;
      return inPlays({ teams: { away: { ...away, goals: (away.goals ?? 0) + 1 }, home } });
    }
    case 'running_score_raised':
      return inPlays(
        swap(one(goals), (play) => {
          const { event } = play;
          invariant(event.kind === 'goal' && event.score !== null, 'goals of play tell a score');
          return { ...play, event: { ...event, score: { ...event.score, away: 40 } } };
        }),
      );
    case 'end_renamed':
      return inPlays({ endedIn: plays.endedIn === 'regulation' ? 'overtime' : 'regulation' });
    case 'not_over':
      return inPlays({ phase: 'live' });
    case 'play_doubled': {
      const play = one(usual);
      return inPlays(play && { plays: [...plays.plays, play] });
    }
    case 'play_entered_late':
      return inPlays(
        swap(one(usual.filter(({ period }) => period === 1)), (play) => ({
          ...play,
          order: play.order + 300,
        })),
      );
    case 'plays_shuffled':
      return inPlays({
        plays: plays.plays.map((play) => ({ ...play, order: play.order + rng.integer(200) })),
      });
    case 'play_after_period':
      return inPlays(
        swap(
          plays.plays.findLast(
            ({ event, period }) => event.kind === 'period_end' && period === 3,
          ) ?? null,
          (play) => ({
            ...play,
            event: { kind: 'stoppage' },
            playId: '99999',
            second: 1_205,
          }),
        ),
      );
    case 'period_renamed':
      return inPlays({
        plays: plays.plays.map((play) =>
          play.period === 2 ? { ...play, periodKind: 'overtime' } : play,
        ),
      });
    case 'period_unended':
      return inPlays({
        plays: plays.plays.filter(
          ({ event, period }) => event.kind !== 'period_end' || period !== 2,
        ),
      });
    case 'kind_new':
      return inPlays(
        swap(one(usual), (play) => ({
          ...play,
          event: { kind: 'unknown', word: 'coach-challenge' },
          actors: [],
        })),
      );
    case 'shifts_gone':
      return { plays, shifts: { ...shifts, shifts: [], goals: [], rows: 0, announcedRows: 0 } };
    case 'rows_cut': {
      const kept = shifts.shifts.slice(0, -100);
      return { plays, shifts: { ...shifts, shifts: kept, rows: shifts.rows - 100 } };
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
        ...shifts.shifts,
        ...shifts.shifts.map((row) => ({ ...row, shiftId: `${row.shiftId}9` })),
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
      return inShifts(shifts.shifts.filter(({ playerId }) => playerId !== gone));
    }
    case 'player_added':
      return withAdded(game, inShifts);
    case 'player_stays': {
      const row = one(skaterShifts(game));
      if (row === null) return null;
      const others = shifts.shifts.filter(({ playerId }) => playerId !== row.playerId);
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
      return inShifts(
        shifts.shifts.map((row) => ({ ...row, teamId: exchanged(row.teamId, plays) })),
      );
    case 'marker_moved':
      return withMovedMarker(game);
    case 'strength_stuck':
      return inPlays({
        plays: plays.plays.map((play) =>
          play.period >= 2 && play.strength !== null && play.periodKind !== 'shootout'
            ? {
                ...play,
                strength: {
                  ...play.strength,
                  away: { ...play.strength.away, skaters: play.strength.away.skaters - 1 },
                },
              }
            : play,
        ),
      });
    case 'penalty_invented':
      return inPlays(
        swap(lonelyPlay(plays), (play) => ({
          ...play,
          event: { kind: 'penalty', side: 'away', severity: 'minor', minutes: 2 },
          actors: [],
        })),
      );
    case 'actors_wrong':
      return inPlays({
        plays: plays.plays.map((play) => ({
          ...play,
          actors: play.actors.map((player) => nextPlayer(player, plays)),
        })),
      });
  }
}

function skaterShifts({ plays, shifts }: HockeyGame): readonly HockeyShift[] {
  return shifts.shifts.filter(({ playerId }) => plays.roster.get(playerId)?.isGoalie === false);
}

function exchanged(teamId: string, { teams }: HockeyPlays): string {
  return teamId === teams.away.teamId ? teams.home.teamId : teams.away.teamId;
}

/** The goalie who never plays gets a minute beside the one who does. */
function withAdded(
  { plays, shifts }: HockeyGame,
  inShifts: (rows: readonly HockeyShift[]) => HockeyGame | null,
): HockeyGame | null {
  const bench = [...plays.roster].find(
    ([player, { isGoalie }]) =>
      isGoalie && shifts.shifts.every(({ playerId }) => playerId !== player),
  );
  const row = shifts.shifts.find(
    ({ teamId }) => bench !== undefined && teamId === plays.teams[bench[1].side].teamId,
  );
  if (bench === undefined || row === undefined) return null;
  const times = { period: 1, fromSecond: 100, toSecond: 160, toldSeconds: 60 };
  return inShifts([...shifts.shifts, { ...row, shiftId: '77', playerId: bench[0], ...times }]);
}

function withMovedMarker({ plays, shifts }: HockeyGame): HockeyGame | null {
  const [first, ...others] = shifts.goals;
  if (first === undefined || first.period > 3) return null;
  const goals: HockeyShifts['goals'] = [{ ...first, second: first.second + 3 }, ...others];
  return { plays, shifts: { ...shifts, goals } };
}

const QUIET_SECONDS = 500;

/** A try of the second period with no penalty and no goal for a while before and after it. */
function lonelyPlay({ plays }: HockeyPlays): HockeyPlay | null {
  const loud = plays.filter(({ event }) => event.kind === 'penalty' || event.kind === 'goal');
  return (
    plays.find(
      (play) =>
        play.event.kind === 'hit' &&
        play.second < 1_000 &&
        play.period <= 3 &&
        loud.every((other) =>
          other.period !== play.period && other.period !== play.period - 1
            ? true
            : Math.abs((other.period - play.period) * 1_200 + other.second - play.second) >
              QUIET_SECONDS,
        ),
    ) ?? null
  );
}

/** Who stands behind a player on his team's list and is of the same kind. */
function nextPlayer(player: string, { roster }: HockeyPlays): string {
  const own = roster.get(player);
  const alike = [...roster].flatMap(([id, { side, isGoalie }]) =>
    side === own?.side && isGoalie === own.isGoalie ? [id] : [],
  );
  return alike[(alike.indexOf(player) + Math.ceil(alike.length / 2)) % alike.length] ?? player;
}
