import type {
  HockeyEvent,
  HockeyPlay,
  HockeyPlays,
  HockeyShift,
  HockeyShifts,
  HockeySide,
} from '../../../domain/market/hockey-events.ts';
import { clockText } from './clock.ts';
import { PERIOD_WORDS, PLAY_WORDS } from './words.ts';

const GAME_TYPES = { other: 1, season: 2, playoff: 3 } as const;
const STATES = { to_come: 'FUT', live: 'LIVE', over: 'OFF', unknown: 'HELD' } as const;
const SEVERITIES = {
  minor: 'MIN',
  bench: 'BEN',
  major: 'MAJ',
  match: 'MAT',
  misconduct: 'MIS',
  penalty_shot: 'PS',
  other: 'XXX',
} as const;

/** The answer to `play-by-play` for a game. What the decoder does not read is left out. */
export function encodePlayByPlay(game: HockeyPlays): string {
  const team = (side: HockeySide): object => {
    const { teamId, code, goals } = game.teams[side];
    return { id: Number(teamId), abbrev: code, ...(goals === null ? {} : { score: goals }) };
  };
  return JSON.stringify({
    id: Number(game.gameId),
    gameType: GAME_TYPES[game.contest],
    gameState: STATES[game.phase],
    awayTeam: team('away'),
    homeTeam: team('home'),
    ...(game.endedIn === null ? {} : { gameOutcome: { lastPeriodType: periodWord(game.endedIn) } }),
    plays: game.plays.map((play) => playRow(play, game)),
    rosterSpots: [...game.roster].map(([playerId, { side, isGoalie }]) => ({
      teamId: Number(game.teams[side].teamId),
      playerId: Number(playerId),
      positionCode: isGoalie ? 'G' : 'C',
    })),
  });
}

function playRow(play: HockeyPlay, game: HockeyPlays): object {
  const { event, strength } = play;
  const word = event.kind === 'unknown' ? event.word : wordOf(event);
  const code = PLAY_WORDS[word]?.code;
  return {
    eventId: Number(play.playId),
    periodDescriptor: { number: play.period, periodType: periodWord(play.periodKind) },
    timeInPeriod: clockText(play.second),
    ...(strength === null
      ? {}
      : {
          situationCode: `${strength.away.goalies}${strength.away.skaters}${strength.home.skaters}${strength.home.goalies}`,
        }),
    ...(code === undefined ? {} : { typeCode: code }),
    typeDescKey: word,
    sortOrder: play.order,
    ...('side' in event
      ? {
          details: {
            eventOwnerTeamId: Number(game.teams[event.side].teamId),
            ...ownFields(event),
            ...actorFields(play, game),
          },
        }
      : {}),
  };
}

function wordOf(event: Exclude<HockeyEvent, { kind: 'unknown' }>): string {
  const found = Object.entries(PLAY_WORDS).find(
    ([, told]) =>
      told.kind === event.kind &&
      (told.kind !== 'attempt' || event.kind !== 'attempt' || told.outcome === event.outcome),
  );
  return found?.[0] ?? event.kind;
}

function ownFields(event: HockeyEvent): object {
  switch (event.kind) {
    case 'goal':
      return event.score === null
        ? {}
        : { awayScore: event.score.away, homeScore: event.score.home };
    case 'penalty':
      return {
        typeCode: SEVERITIES[event.severity],
        ...(event.minutes === null ? {} : { duration: event.minutes }),
      };
    case 'attempt':
    case 'faceoff':
    case 'hit':
    case 'giveaway':
    case 'takeaway':
    case 'delayed_penalty':
    case 'stoppage':
    case 'period_start':
    case 'period_end':
    case 'shootout_end':
    case 'game_end':
    case 'unknown':
      return {};
  }
}

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  faceoff: ['winningPlayerId', 'losingPlayerId'],
  hit: ['hittingPlayerId', 'hitteePlayerId'],
  giveaway: ['playerId'],
  takeaway: ['playerId'],
  goal: ['scoringPlayerId', 'assist1PlayerId', 'assist2PlayerId'],
  attempt: ['shootingPlayerId', 'blockingPlayerId'],
};

function actorFields({ event, actors }: HockeyPlay, { roster }: HockeyPlays): object {
  const isShot = event.kind === 'goal' || event.kind === 'attempt';
  const goalie = isShot
    ? actors.find((player) => roster.get(player)?.isGoalie === true)
    : undefined;
  const others = actors.filter((player) => player !== goalie);
  const names = FIELDS[event.kind] ?? [];
  return Object.fromEntries([
    ...others.flatMap((player, at) => {
      const name = names[at];
      return name === undefined ? [] : [[name, Number(player)] as const];
    }),
    ...(goalie === undefined ? [] : [['goalieInNetId', Number(goalie)] as const]),
  ]);
}

function periodWord(kind: HockeyPlay['periodKind']): string {
  return Object.entries(PERIOD_WORDS).find(([, own]) => own === kind)?.[0] ?? 'REG';
}

/** The answer to `shiftcharts` for a game: its goals, marked as rows without a duration, and its shifts. */
export function encodeShiftChart(chart: HockeyShifts): string {
  const rows = [...chart.goals.map(goalRow), ...chart.shifts.map(shiftRow)];
  const total = chart.announcedRows;
  return JSON.stringify({ data: rows, ...(total === null ? {} : { total }) });
}

function goalRow(goal: HockeyShifts['goals'][number], at: number): object {
  const time = clockText(goal.second);
  return {
    id: at + 1,
    gameId: Number(goal.gameId),
    teamId: Number(goal.teamId),
    period: goal.period,
    shiftNumber: 0,
    startTime: time,
    endTime: time,
    duration: null,
    typeCode: 505,
  };
}

function shiftRow(shift: HockeyShift): object {
  return {
    id: Number(shift.shiftId),
    gameId: Number(shift.gameId),
    teamId: Number(shift.teamId),
    playerId: Number(shift.playerId),
    period: shift.period,
    shiftNumber: shift.number,
    startTime: clockText(shift.fromSecond),
    endTime: shift.toSecond === null ? '' : clockText(shift.toSecond),
    duration: shift.toldSeconds === null ? null : clockText(shift.toldSeconds),
    typeCode: 517,
  };
}
