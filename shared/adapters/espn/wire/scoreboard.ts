import { Buffer } from 'node:buffer';
import { Temporal } from 'temporal-polyfill';
import * as z from 'zod';
import { parseRfc3339 } from '../../../contracts/rfc3339.ts';
import type { GameListing } from '../../../domain/market/game-listing.ts';
import type { GamePhase, GameState } from '../../../domain/market/game-state.ts';
import type { EpochMs } from '../../../domain/market/market.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import { ourCode } from './teams.ts';

/** ESPN names days in US Eastern, and so do the exchange's tickers. */
export const EASTERN = 'America/New_York';

/** A game as the scoreboard shows it. `state` is null while it says nothing that we may act on: postponed, cancelled. */
export type ScoreboardGame = {
  readonly listing: GameListing;
  readonly state: GameState | null;
  /** ESPN's own word for where the game stands, such as `STATUS_IN_PROGRESS`. */
  readonly status: string;
};

export type ScoreboardRead = {
  readonly kind: 'scoreboard';
  readonly games: readonly ScoreboardGame[];
  /** Events that could not be used, by why. One bad event does not cost the others. */
  readonly refused: readonly FrameRefusal[];
};

const MAX_DETAIL_LENGTH = 200;
const UNSIGNED = /^\d{1,4}$/;

const statusFields = z.object({
  clock: z.number().min(0),
  period: z.int().min(0),
  type: z.object({
    name: z.string().min(1).max(100),
    state: z.enum(['pre', 'in', 'post']),
    completed: z.boolean(),
  }),
});
const competitorFields = z.object({
  homeAway: z.enum(['home', 'away']),
  score: z.string().regex(UNSIGNED).optional(),
  team: z.object({
    abbreviation: z.string().min(1).max(10),
    displayName: z.string().min(1).max(100),
  }),
});
const eventFields = z.object({
  id: z.string().min(1).max(40),
  date: z.string(),
  status: statusFields,
  competitions: z.array(z.object({ competitors: z.array(competitorFields).length(2) })).length(1),
});
const scoreboardFields = z.object({ events: z.array(z.unknown()).max(1_000) });

/** Reads an NFL scoreboard. Times are UTC, to the minute; scores are texts; sides are named, never taken by order. */
export function decodeScoreboard(
  text: string,
  options: { readonly maxBytes: number; readonly receivedMs: EpochMs },
): ScoreboardRead | FrameRefusal {
  const bytes = Buffer.byteLength(text);
  if (bytes > options.maxBytes)
    return refused('oversized', `${bytes} bytes, at most ${options.maxBytes}`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return refused('not_json', text);
  }
  const board = scoreboardFields.safeParse(parsed);
  if (!board.success) return refused('malformed', z.prettifyError(board.error));
  const games: ScoreboardGame[] = [];
  const bad: FrameRefusal[] = [];
  for (const event of board.data.events) {
    const read = readEvent(event, options.receivedMs);
    if ('kind' in read) bad.push(read);
    else games.push(read);
  }
  return { kind: 'scoreboard', games, refused: bad };
}

function readEvent(event: unknown, receivedMs: EpochMs): ScoreboardGame | FrameRefusal {
  const read = eventFields.safeParse(event);
  if (!read.success) return refused('malformed', z.prettifyError(read.error));
  const { id, date, status, competitions } = read.data;
  const sides = competitions[0]?.competitors ?? [];
  const home = sides.find(({ homeAway }) => homeAway === 'home');
  const away = sides.find(({ homeAway }) => homeAway === 'away');
  if (home === undefined || away === undefined)
    return refused('malformed', `event ${id} has no home or no away side`);
  const startTimeMs = startOf(date);
  if (startTimeMs === null) return refused('malformed', `event ${id} starts at "${date}"`);
  const listing = listingOf(startTimeMs, home.team, away.team);
  const phase = phaseOf(status.type);
  return {
    listing,
    status: status.type.name,
    state:
      phase === null
        ? null
        : {
            source: 'espn',
            gameId: listing.gameId,
            phase,
            startTimeMs,
            homeScore: Number(home.score ?? '0'),
            awayScore: Number(away.score ?? '0'),
            period: status.period,
            clockSeconds: status.clock,
            // The scoreboard does not say when it was true: not later than it came.
            sourceTimeMs: receivedMs,
            receivedMs,
          },
  };
}

type Team = z.infer<typeof competitorFields>['team'];

function listingOf(startTimeMs: EpochMs, home: Team, away: Team): GameListing {
  const easternDate = Temporal.Instant.fromEpochMilliseconds(startTimeMs)
    .toZonedDateTimeISO(EASTERN)
    .toPlainDate()
    .toString();
  const [homeCode, awayCode] = [ourCode(home.abbreviation), ourCode(away.abbreviation)];
  return {
    gameId: `nfl-${easternDate}-${awayCode}-${homeCode}`,
    league: 'nfl',
    startConfirmed: true,
    home: { code: homeCode, name: home.displayName },
    away: { code: awayCode, name: away.displayName },
    startTimeMs,
    easternDate,
  };
}

/** `2026-11-22T18:00Z`: to the minute, as it is written. A text with seconds is read with them. */
export function startOf(date: string): EpochMs | null {
  const time = parseRfc3339(/T\d\d:\d\dZ$/.test(date) ? date.replace('Z', ':00Z') : date);
  return typeof time === 'number' ? time : null;
}

/** A game that is postponed, cancelled or suspended is `post` or `pre` without being over or to come: it is neither. */
function phaseOf(type: z.infer<typeof statusFields>['type']): GamePhase | null {
  switch (type.state) {
    case 'pre':
      return type.name === 'STATUS_SCHEDULED' ? 'pregame' : null;
    case 'in':
      return 'live';
    case 'post':
      return type.completed && type.name.startsWith('STATUS_FINAL') ? 'final' : null;
  }
}

function refused(code: FrameRefusal['code'], detail: string): FrameRefusal {
  return { kind: 'refused', code, detail: detail.slice(0, MAX_DETAIL_LENGTH) };
}
