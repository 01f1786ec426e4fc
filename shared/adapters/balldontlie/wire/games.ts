import * as z from 'zod';
import { parseRfc3339 } from '../../../contracts/rfc3339.ts';
import { easternDateOf, easternMs } from '../../../domain/mapping/eastern-time.ts';
import type { EpochMs } from '../../../domain/market/market.ts';
import {
  phaseOfStatus,
  type EventCompetitor,
  type EventField,
  type EventStatus,
  type ScoreboardEvent,
} from '../../../domain/market/scoreboard-event.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import { clockSecondsOf, statusOf } from './status.ts';

/** One page of games, and where the next one begins; null after the last. */
export type GamesPage = {
  readonly games: readonly ScoreboardEvent[];
  readonly refused: readonly FrameRefusal[];
  readonly nextCursor: number | null;
};

const MAX_DETAIL_LENGTH = 200;
const NOON = { hour: 12, minute: 0 };

const page = z.object({
  data: z.array(z.unknown()).max(1_000),
  meta: z.object({ next_cursor: z.number().nullish() }).optional(),
});
const team = z.object({
  id: z.number().int(),
  abbreviation: z.string().min(1).max(10),
  full_name: z.string().min(1).max(100),
});
const gameRow = z.object({
  id: z.number().int().nullish(),
  date: z.string().max(40),
  datetime: z.string().max(40).nullish(),
  status: z.string().max(60),
  status_state: z.string().max(40).nullish(),
  postponed: z.boolean().nullish(),
  period: z.number().int().min(0).max(30).nullish(),
  time: z.string().max(40).nullish(),
  home_team_score: z.number().int().min(0).max(400).nullish(),
  visitor_team_score: z.number().int().min(0).max(400).nullish(),
  home_team: team,
  visitor_team: team,
});
type GameRow = z.output<typeof gameRow>;

/**
 * A page of `GET /v1/games`, or of `/v1/box_scores/live` which has no ids and no pages (public docs, "Games", "Box
 * scores"). Null when it is no page. A game that cannot be read is refused, and the others go on.
 */
export function decodeGames(value: unknown, receivedMs: EpochMs): GamesPage | null {
  const read = page.safeParse(value);
  if (!read.success) return null;
  const games: ScoreboardEvent[] = [];
  const refused: FrameRefusal[] = [];
  for (const item of read.data.data) {
    const row = gameRow.safeParse(item);
    const game = row.success ? gameOf(row.data, receivedMs) : firstIssue(row.error);
    if (typeof game === 'string')
      refused.push({
        kind: 'refused',
        code: 'malformed',
        detail: `game ${game}`.slice(0, MAX_DETAIL_LENGTH),
      });
    else games.push(game);
  }
  return { games, refused, nextCursor: read.data.meta?.next_cursor ?? null };
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
}

/** The game, or in words why it is none. */
function gameOf(row: GameRow, receivedMs: EpochMs): ScoreboardEvent | string {
  const start = startOf(row);
  if (start === null) return `${row.id ?? 'in play'} date ${row.date}`;
  const { status, status_state: state, postponed } = row;
  const now = statusOf({ status, state: state ?? null, isPostponed: postponed ?? false });
  const isLive = phaseOfStatus(now) === 'live';
  const seconds = isLive ? clockSecondsOf(row.time ?? null) : null;
  const competitors = competitorsOf(row, now);
  return {
    eventId: eventIdOf(row),
    sport: 'basketball',
    league: 'nba',
    division: null,
    status: now,
    statusWord: (state ?? null) === null ? status : `${status} (${state})`,
    ...start,
    period: row.period ?? null,
    clock: seconds === null ? null : { direction: 'down', seconds, addedMinutes: 0 },
    half: null,
    ending: null,
    competitors,
    missing: missingOf(row, isLive && now === 'in_progress' && seconds === null),
    receivedMs,
  };
}

/** The same game has one id on both lists: the teams and the day, which a box score has too. */
function eventIdOf({ date, home_team: home, visitor_team: visitor }: GameRow): string {
  return `${date.slice(0, 10)}-${visitor.id}-${home.id}`;
}

const DAY = /^(\d{4}-\d\d-\d\d)(?:T00:00:00(?:\.000)?Z)?$/;
const WALL_CLOCK = /^(\d{1,2}):(\d\d)\s*([ap])m(?: et)?$/i;

type Start = Pick<ScoreboardEvent, 'startTimeMs' | 'startConfirmed'>;

/**
 * When a game begins: `datetime`, else the start that stands in the status before the game. A start on another
 * Eastern day than the game's is not believed, and a day without a time only says the day: noon stands for it,
 * unconfirmed. Null when not even the day can be read.
 */
function startOf({ date: said, datetime, status }: GameRow): Start | null {
  const date = DAY.exec(said)?.[1];
  const dayMs = date === undefined ? null : easternMs(date, NOON);
  if (date === undefined || dayMs === null) return null;
  const startTimeMs =
    timeOf(datetime ?? null) ?? timeOf(status.trim()) ?? wallClockOf(date, status.trim());
  return startTimeMs !== null && easternDateOf(startTimeMs) === date
    ? { startTimeMs, startConfirmed: true }
    : { startTimeMs: dayMs, startConfirmed: false };
}

function timeOf(text: string | null): EpochMs | null {
  const time = text === null ? null : parseRfc3339(text);
  return typeof time === 'number' ? time : null;
}

function wallClockOf(date: string, status: string): EpochMs | null {
  const [, hour, minute, half] = WALL_CLOCK.exec(status) ?? [];
  if (hour === undefined || minute === undefined || half === undefined) return null;
  if (Number(hour) < 1 || Number(hour) > 12) return null;
  const afternoon = half.toLowerCase() === 'p' ? 12 : 0;
  return easternMs(date, { hour: (Number(hour) % 12) + afternoon, minute: Number(minute) });
}

function competitorsOf(
  row: GameRow,
  status: EventStatus,
): readonly [EventCompetitor, EventCompetitor] {
  const home = row.home_team_score ?? null;
  const visitor = row.visitor_team_score ?? null;
  const isDecided = phaseOfStatus(status) === 'over' && home !== null && visitor !== null;
  const of = (
    { id, abbreviation, full_name: name }: z.output<typeof team>,
    side: 'home' | 'away',
    score: number | null,
    other: number | null,
  ): EventCompetitor => ({
    id: String(id),
    name,
    code: abbreviation,
    side,
    score,
    shootoutScore: null,
    parts: [],
    judgesTotals: [],
    winner: isDecided ? (score ?? 0) > (other ?? 0) : null,
  });
  return [of(row.home_team, 'home', home, visitor), of(row.visitor_team, 'away', visitor, home)];
}

function missingOf(row: GameRow, isClockMissing: boolean): readonly EventField[] {
  const isScoreMissing = [row.home_team_score, row.visitor_team_score].some(
    (score) => (score ?? null) === null,
  );
  return [
    ...(isScoreMissing ? (['score'] as const) : []),
    ...(isClockMissing ? (['clock'] as const) : []),
    ...((row.period ?? null) === null ? (['period'] as const) : []),
  ];
}
