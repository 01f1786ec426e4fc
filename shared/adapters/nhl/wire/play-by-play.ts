import * as z from 'zod';
import type {
  HockeyEvent,
  HockeyPlay,
  HockeyPlays,
  HockeyRosterSpot,
  HockeySide,
  HockeyStrength,
} from '../../../domain/market/hockey-events.ts';
import { otherSide } from '../../../domain/market/hockey-events.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import { clock } from './clock.ts';
import { issueText, readJson, refusal } from './read-json.ts';
import { CONTESTS, PENALTY_WORDS, PERIOD_WORDS, PHASE_WORDS, PLAY_WORDS } from './words.ts';

export type PlaysRead = {
  readonly kind: 'plays';
  readonly game: HockeyPlays;
  /** Plays that could not be read, each with the path of what did not fit. */
  readonly refused: readonly FrameRefusal[];
  /** Kinds of plays that are not known, and how often they came. */
  readonly unknownKinds: ReadonlyMap<string, number>;
};

const MAX_PLAYS = 5_000;
/** No penalty is longer than a game. */
const MAX_PENALTY_MINUTES = 60;
/** Away goalies, away skaters, home skaters, home goalies. */
const SITUATION = /^(\d)(\d)(\d)(\d)$/;

const id = z.number().int().positive();
const periodWord = z.enum(['REG', 'OT', 'SO']);
const team = z.object({
  id,
  abbrev: z.string().min(1).max(10),
  score: z.number().int().min(0).nullish(),
});
const document = z.object({
  id,
  gameType: z.number().int(),
  gameState: z.string().max(20),
  gameOutcome: z.object({ lastPeriodType: periodWord }).nullish(),
  awayTeam: team,
  homeTeam: team,
  plays: z.array(z.unknown()).max(MAX_PLAYS),
  rosterSpots: z
    .array(z.object({ teamId: id, playerId: id, positionCode: z.string().max(5) }))
    .max(200)
    .nullish(),
});
const details = z.object({
  eventOwnerTeamId: id.nullish(),
  awayScore: z.number().int().min(0).nullish(),
  homeScore: z.number().int().min(0).nullish(),
  typeCode: z.string().max(10).nullish(),
  duration: z.number().min(0).max(MAX_PENALTY_MINUTES).nullish(),
  winningPlayerId: id.nullish(),
  losingPlayerId: id.nullish(),
  hittingPlayerId: id.nullish(),
  hitteePlayerId: id.nullish(),
  scoringPlayerId: id.nullish(),
  assist1PlayerId: id.nullish(),
  assist2PlayerId: id.nullish(),
  shootingPlayerId: id.nullish(),
  blockingPlayerId: id.nullish(),
  goalieInNetId: id.nullish(),
  playerId: id.nullish(),
});
const playRow = z.object({
  eventId: id,
  sortOrder: z.number().int(),
  periodDescriptor: z.object({ number: z.number().int().min(1).max(20), periodType: periodWord }),
  timeInPeriod: clock,
  situationCode: z.string().max(10).nullish(),
  typeCode: z.number().int().nullish(),
  typeDescKey: z.string().min(1).max(60),
  details: details.nullish(),
});
type Document = z.output<typeof document>;
type PlayRow = z.output<typeof playRow>;
type Details = z.output<typeof details>;

/**
 * `GET /v1/gamecenter/{game}/play-by-play` of the NHL's public web API, which is not documented: the form is that of
 * captures, see docs/feeds.md. A play that cannot be read is refused and the others go on; a kind that is not known
 * is a play of an unknown kind.
 */
export function decodePlayByPlay(
  text: string,
  { maxBytes }: { readonly maxBytes: number },
): PlaysRead | FrameRefusal {
  const read = readJson(text, { schema: document, maxBytes });
  if (read.kind === 'refused') return read;
  const { value } = read;
  if (value.awayTeam.id === value.homeTeam.id)
    return refusal('malformed', `homeTeam.id: ${value.homeTeam.id} is both teams’`);
  const refused: FrameRefusal[] = [];
  const plays: HockeyPlay[] = [];
  const goalies = new Map<string, HockeyRosterSpot>();
  const unknownKinds = new Map<string, number>();
  for (const [at, raw] of value.plays.entries()) {
    const row = playRow.safeParse(raw);
    const play = row.success ? playOf(row.data, value, at) : issueText(row.error, ['plays', at]);
    if (typeof play === 'string') {
      refused.push(refusal('malformed', play));
      continue;
    }
    plays.push(play);
    const { event } = play;
    if (event.kind === 'unknown')
      unknownKinds.set(event.word, (unknownKinds.get(event.word) ?? 0) + 1);
    const goalie = row.data?.details?.goalieInNetId;
    if (
      (event.kind === 'goal' || event.kind === 'attempt') &&
      goalie !== undefined &&
      goalie !== null
    )
      goalies.set(String(goalie), { side: otherSide(event.side), isGoalie: true });
  }
  const listed = rosterOf(value);
  const game: HockeyPlays = {
    gameId: String(value.id),
    contest: CONTESTS[value.gameType] ?? 'other',
    phase: PHASE_WORDS.get(value.gameState) ?? 'unknown',
    teams: { away: teamOf(value.awayTeam), home: teamOf(value.homeTeam) },
    endedIn: value.gameOutcome ? PERIOD_WORDS[value.gameOutcome.lastPeriodType] : null,
    plays,
    // Without a roster the goalies are at least those who were shot at.
    roster: listed.size === 0 ? goalies : listed,
    unreadable: refused.length,
  };
  return { kind: 'plays', game, refused, unknownKinds };
}

function teamOf({ id: teamId, abbrev, score }: Document['awayTeam']) {
  return { teamId: String(teamId), code: abbrev, goals: score ?? null };
}

function sideOf(teamId: number | null | undefined, game: Document): HockeySide | null {
  if (teamId === game.awayTeam.id) return 'away';
  return teamId === game.homeTeam.id ? 'home' : null;
}

function rosterOf(game: Document): ReadonlyMap<string, HockeyRosterSpot> {
  const roster = new Map<string, HockeyRosterSpot>();
  for (const { teamId, playerId, positionCode } of game.rosterSpots ?? []) {
    const side = sideOf(teamId, game);
    if (side !== null) roster.set(String(playerId), { side, isGoalie: positionCode === 'G' });
  }
  return roster;
}

/** The play, or in words why it is none. */
function playOf(row: PlayRow, game: Document, at: number): HockeyPlay | string {
  const event = eventOf(row, game);
  if (typeof event === 'string') return `plays.${at}.details.${event}`;
  return {
    playId: String(row.eventId),
    order: row.sortOrder,
    period: row.periodDescriptor.number,
    periodKind: PERIOD_WORDS[row.periodDescriptor.periodType],
    second: row.timeInPeriod,
    strength: strengthOf(row.situationCode),
    event,
    actors: event.kind === 'unknown' ? [] : actorsOf(row.details ?? {}),
  };
}

function eventOf(row: PlayRow, game: Document): HockeyEvent | string {
  const { typeDescKey: word, typeCode } = row;
  const told = Object.hasOwn(PLAY_WORDS, word) ? PLAY_WORDS[word] : undefined;
  // A word whose number is another one’s may mean either.
  if (told === undefined) return { kind: 'unknown', word };
  if ((typeCode ?? told.code) !== told.code)
    return { kind: 'unknown', word: `${word}/${typeCode}` };
  if (isMark(told.kind)) return { kind: told.kind };
  const owner = row.details?.eventOwnerTeamId;
  const side = sideOf(owner, game);
  if (side === null) return `eventOwnerTeamId: ${owner ?? 'nothing'} is neither team’s`;
  switch (told.kind) {
    case 'goal':
      return { kind: 'goal', side, score: scoreOf(row.details) };
    case 'attempt':
      return { kind: 'attempt', side, outcome: told.outcome };
    case 'penalty':
      return {
        kind: 'penalty',
        side,
        severity: PENALTY_WORDS.get(row.details?.typeCode ?? '') ?? 'other',
        minutes: row.details?.duration ?? null,
      };
    case 'faceoff':
    case 'hit':
    case 'giveaway':
    case 'takeaway':
    case 'delayed_penalty':
      return { kind: told.kind, side };
  }
}

type Mark = 'period_start' | 'period_end' | 'shootout_end' | 'game_end' | 'stoppage';

const MARKS: ReadonlySet<string> = new Set<Mark>([
  'period_start',
  'period_end',
  'shootout_end',
  'game_end',
  'stoppage',
]);

/** Whether a play is neither team's. */
function isMark(kind: HockeyEvent['kind']): kind is Mark {
  return MARKS.has(kind);
}

function scoreOf(told: Details | null | undefined): Readonly<Record<HockeySide, number>> | null {
  const { awayScore: away, homeScore: home } = told ?? {};
  return typeof away === 'number' && typeof home === 'number' ? { away, home } : null;
}

function strengthOf(code: string | null | undefined): HockeyStrength | null {
  const [, awayGoalies, awaySkaters, homeSkaters, homeGoalies] = SITUATION.exec(code ?? '') ?? [];
  if (awayGoalies === undefined) return null;
  return {
    away: { skaters: Number(awaySkaters), goalies: Number(awayGoalies) },
    home: { skaters: Number(homeSkaters), goalies: Number(homeGoalies) },
  };
}

function actorsOf(told: Details): readonly string[] {
  return [
    told.winningPlayerId,
    told.losingPlayerId,
    told.hittingPlayerId,
    told.hitteePlayerId,
    told.scoringPlayerId,
    told.assist1PlayerId,
    told.assist2PlayerId,
    told.shootingPlayerId,
    told.blockingPlayerId,
    told.goalieInNetId,
    told.playerId,
  ].flatMap((player) => (typeof player === 'number' ? [String(player)] : []));
}
