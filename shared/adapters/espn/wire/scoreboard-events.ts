import { Buffer } from 'node:buffer';
import * as z from 'zod';
import type { EpochMs } from '../../../domain/market/market.ts';
import type { League, Sport } from '../../../domain/market/leagues.ts';
import type {
  EventClock,
  EventCompetitor,
  EventField,
  EventStatus,
  ScoreboardEvent,
} from '../../../domain/market/scoreboard-event.ts';
import { phaseOfStatus } from '../../../domain/market/scoreboard-event.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import { competitionFields, type CompetitionFields } from './event-fields.ts';
import { sidesOf } from './event-sides.ts';
import { statusOf } from './event-status.ts';
import { BOARDS, leagueOf, SPORTS } from './leagues.ts';
import { startOf } from './start-text.ts';

/** What was asked for: one league's board, a page of one sport that does not name it, or a board of many. */
export type AskedBoard =
  | { readonly kind: 'league'; readonly league: League }
  | { readonly kind: 'sport'; readonly sport: Sport }
  | { readonly kind: 'mixed' };

export type ScoreboardEventsRead = {
  readonly kind: 'events';
  readonly events: readonly ScoreboardEvent[];
  /** Events of sports that are not read, such as golf. */
  readonly unsupported: readonly { readonly eventId: string; readonly sport: string }[];
  /** Status words that were not understood, and how often. */
  readonly unknownStatuses: ReadonlyMap<string, number>;
  readonly refused: readonly FrameRefusal[];
};

const MAX_DETAIL_LENGTH = 200;
const UID = /^s:(\d+)(?:~l:(\d+))?/;
const CLOCK_WITH_ADDED = /^\d+'\+(\d+)'$/;
const HALVES: ReadonlyMap<string, ScoreboardEvent['half']> = new Map([
  ['Top', 'top'],
  ['Mid', 'middle'],
  ['Middle', 'middle'],
  ['Bot', 'bottom'],
  ['Bottom', 'bottom'],
  ['End', 'end'],
]);
const ROUND_SECONDS = 300;

const competitions = z.array(z.unknown()).max(1_000);
const boardFields = z.object({ events: z.array(z.unknown()).max(1_000) });
const eventFields = z.object({
  id: z.string().min(1).max(40),
  uid: z.string().max(100).optional(),
  competitions: competitions.optional(),
  groupings: z.array(z.object({ competitions })).max(50).optional(),
});

/**
 * Reads a scoreboard of any league that is followed: one event for each game, match or bout. The status is always the
 * competition's own: that of a tournament or a card says nothing of a match in it. One that is shown twice is one; of
 * two that differ the first counts and the other is refused.
 */
export function decodeScoreboardEvents(
  text: string,
  options: {
    readonly maxBytes: number;
    readonly receivedMs: EpochMs;
    readonly asked: AskedBoard;
  },
): ScoreboardEventsRead | FrameRefusal {
  const bytes = Buffer.byteLength(text);
  if (bytes > options.maxBytes)
    return refused('oversized', `${bytes} bytes, at most ${options.maxBytes}`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return refused('not_json', text);
  }
  const board = boardFields.safeParse(parsed);
  if (!board.success) return refused('malformed', z.prettifyError(board.error));
  const events = new Map<string, ScoreboardEvent>();
  const unsupported: { eventId: string; sport: string }[] = [];
  const bad: FrameRefusal[] = [];
  for (const raw of board.data.events) {
    const event = eventFields.safeParse(raw);
    if (!event.success) {
      bad.push(refused('malformed', z.prettifyError(event.error)));
      continue;
    }
    const { id, uid, groupings = [] } = event.data;
    const owner = ownerOf(uid, options.asked);
    if (owner.kind === 'refused') bad.push(refused('malformed', `event ${id} ${owner.detail}`));
    else if (owner.kind === 'unsupported') unsupported.push({ eventId: id, sport: owner.sport });
    else {
      const shown = [
        ...(event.data.competitions ?? []),
        ...groupings.flatMap((grouping) => grouping.competitions),
      ];
      for (const competition of shown) {
        const read = readCompetition(competition, owner, options.receivedMs);
        const known = 'kind' in read ? undefined : events.get(read.eventId);
        if ('kind' in read) bad.push(read);
        else if (known === undefined) events.set(read.eventId, read);
        else if (JSON.stringify(known) !== JSON.stringify(read))
          bad.push(refused('malformed', `event ${read.eventId} stands twice, and not the same`));
      }
    }
  }
  const all = [...events.values()];
  return {
    kind: 'events',
    events: all,
    unsupported,
    unknownStatuses: unknownWords(all),
    refused: bad,
  };
}

type Owner = { readonly kind: 'owner'; readonly sport: Sport; readonly league: League | null };

/** Whose event it is by its `uid`; one that is not of the board that was asked for is refused. */
function ownerOf(
  uid: string | undefined,
  asked: AskedBoard,
):
  | Owner
  | { readonly kind: 'unsupported'; readonly sport: string }
  | { readonly kind: 'refused'; readonly detail: string } {
  const [, sportId, leagueId = null] = UID.exec(uid ?? '') ?? [];
  const sport = sportId === undefined ? undefined : SPORTS[sportId];
  if (asked.kind === 'mixed') {
    if (sportId === undefined) return { kind: 'refused', detail: 'does not say its sport' };
    if (sport === undefined) return { kind: 'unsupported', sport: sportId };
    return { kind: 'owner', sport, league: leagueOf(sport, leagueId) };
  }
  const expected = asked.kind === 'league' ? BOARDS[asked.league].sport : asked.sport;
  const league = asked.kind === 'league' ? asked.league : null;
  if (sportId !== undefined && sport !== expected)
    return { kind: 'refused', detail: `is of sport ${sportId}, asked was ${expected}` };
  const number = league === null ? null : BOARDS[league].uid;
  if (number !== null && leagueId !== null && leagueId !== number)
    return { kind: 'refused', detail: `is of league ${leagueId}, asked was ${String(league)}` };
  return { kind: 'owner', sport: expected, league };
}

function readCompetition(
  raw: unknown,
  { sport, league }: Owner,
  receivedMs: EpochMs,
): ScoreboardEvent | FrameRefusal {
  const read = competitionFields.safeParse(raw);
  if (!read.success) return refused('malformed', z.prettifyError(read.error));
  const { id, date, timeValid, type, status: shown } = read.data;
  const startTimeMs = startOf(date);
  if (startTimeMs === null) return refused('malformed', `event ${id} starts at "${date}"`);
  const status = statusOf(shown.type);
  const over = phaseOfStatus(status) === 'over';
  const competitors = sidesOf(sport, read.data, over);
  if (typeof competitors === 'string') return refused('malformed', `event ${id}: ${competitors}`);
  const half = sport === 'baseball' ? halfOf(shown.type.detail) : null;
  const shows = {
    period: shown.period ?? null,
    clock: clockOf(sport, read.data),
    half,
    competitors,
  };
  const missing = missingOf(sport, status, shows);
  return {
    eventId: id,
    sport,
    league,
    division: divisionOf(sport, type),
    status,
    statusWord: shown.type.name,
    startTimeMs,
    startConfirmed: timeValid === true,
    ...shows,
    ending: sport === 'mma' && over ? endingOf(read.data) : null,
    missing: timeValid === undefined ? [...missing, 'time_valid'] : missing,
    receivedMs,
  };
}

/** Older boards name a draw of tennis by its number only. */
const DRAWS: Readonly<Record<string, string>> = {
  '1': 'mens-singles',
  '2': 'womens-singles',
  '3': 'mens-doubles',
  '4': 'womens-doubles',
  '6': 'mixed-doubles',
};

function divisionOf(sport: Sport, type: CompetitionFields['type']): string | null {
  if (type?.slug !== undefined) return type.slug;
  if (sport === 'mma') return type?.abbreviation ?? null;
  return sport === 'tennis' && type?.id !== undefined ? (DRAWS[type.id] ?? null) : null;
}

/** Baseball and tennis have no clock: the 0 that ESPN writes for them is none. */
function clockOf(sport: Sport, { status }: CompetitionFields): EventClock | null {
  const { clock, displayClock = '' } = status;
  if (clock === undefined || sport === 'baseball' || sport === 'tennis') return null;
  const added = CLOCK_WITH_ADDED.exec(displayClock)?.[1];
  return {
    // A bout that went the distance stands at 5:00, so the clock of a round counts up.
    direction: sport === 'soccer' || sport === 'mma' ? 'up' : 'down',
    seconds: clock,
    addedMinutes: sport === 'soccer' && added !== undefined ? Number(added) : 0,
  };
}

/** "Top 9th". Only the text says it. */
function halfOf(detail: string | undefined): ScoreboardEvent['half'] {
  return HALVES.get(detail?.split(' ')[0] ?? '') ?? null;
}

/** The scoreboard names no method: it shows only whether the last round was fought to its end. */
function endingOf({ status, format }: CompetitionFields): ScoreboardEvent['ending'] {
  const rounds = format?.regulation.periods;
  if (rounds === undefined || status.period === undefined || status.clock === undefined)
    return null;
  return status.period === rounds && status.clock === ROUND_SECONDS
    ? 'distance'
    : 'inside_distance';
}

function missingOf(
  sport: Sport,
  status: EventStatus,
  shows: {
    readonly period: number | null;
    readonly clock: EventClock | null;
    readonly half: ScoreboardEvent['half'];
    readonly competitors: readonly EventCompetitor[];
  },
): readonly EventField[] {
  const missing: EventField[] = [];
  const phase = phaseOfStatus(status);
  const { competitors } = shows;
  if (competitors.some(({ name }) => name === null)) missing.push('name');
  if (phase !== 'live' && phase !== 'over') return missing;
  if (shows.period === null) missing.push('period');
  if (sport === 'tennis') {
    if (status !== 'walkover' && competitors.some(({ parts }) => parts.length === 0))
      missing.push('sets');
    return missing;
  }
  if (sport !== 'mma' && competitors.some(({ score }) => score === null)) missing.push('score');
  if (sport !== 'baseball' && shows.clock === null) missing.push('clock');
  if (sport === 'baseball' && phase === 'live' && shows.half === null) missing.push('half');
  return missing;
}

function unknownWords(events: readonly ScoreboardEvent[]): ReadonlyMap<string, number> {
  const words = new Map<string, number>();
  for (const { status, statusWord } of events)
    if (status === 'unknown') words.set(statusWord, (words.get(statusWord) ?? 0) + 1);
  return words;
}

function refused(code: FrameRefusal['code'], detail: string): FrameRefusal {
  return { kind: 'refused', code, detail: detail.slice(0, MAX_DETAIL_LENGTH) };
}
