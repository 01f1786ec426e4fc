import * as z from 'zod';
import { parseRfc3339, parseRfc3339Micros } from '../../../contracts/rfc3339.ts';
import type { League } from '../../../domain/market/leagues.ts';
import type { EpochMs } from '../../../domain/market/market.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import { readRows, refuse, type Rows } from './rows.ts';
import { leagueOfSportKey } from './sport-keys.ts';

/** A sport that is in season, under the vendor's key. */
export type ListedSport = { readonly key: string; readonly isActive: boolean };

/** A game as the vendor lists it. `league` is null for a sport that is not followed. */
export type ListedEvent = {
  readonly eventId: string;
  readonly sportKey: string;
  readonly league: League | null;
  readonly home: string;
  readonly away: string;
  readonly commenceMs: EpochMs;
};

/** One book's winner market of a game. The time is the market's, else the book's; null when neither can be read. */
export type ListedMarket = {
  readonly bookmaker: string;
  readonly updatedMicros: number | null;
  readonly outcomes: readonly { readonly name: string; readonly price: number }[];
};

export type QuotedEvent = ListedEvent & { readonly markets: readonly ListedMarket[] };

export type EventScore = ListedEvent & {
  readonly isCompleted: boolean;
  /** Null before the start. */
  readonly score: { readonly home: number; readonly away: number } | null;
};

export type Participant = { readonly id: string; readonly name: string };

const name = z.string().min(1).max(300);
const time = z.string().max(64);

const sportRow = z.object({ key: name, active: z.boolean() });

/** `GET /v4/sports` (public docs, "GET sports"). */
export function decodeSports(value: unknown): Rows<ListedSport> | null {
  return readRows(value, 'sport', sportRow, ({ key, active }) => ({ key, isActive: active }));
}

const eventRow = z.object({
  id: name,
  sport_key: name,
  commence_time: time,
  home_team: name,
  away_team: name,
});

/** `GET /v4/sports/{sport}/events` (public docs, "GET events"). Times are UTC. */
export function decodeEvents(value: unknown): Rows<ListedEvent> | null {
  return readRows(value, 'event', eventRow, eventOf);
}

const quotedRow = eventRow.extend({ bookmakers: z.array(z.unknown()).max(1_000) });
const bookmakerRow = z.object({
  key: name,
  last_update: time.optional(),
  markets: z.array(z.unknown()).max(1_000),
});
const marketRow = z.object({ key: name, last_update: time.optional() });
const winnerRow = marketRow.extend({
  outcomes: z.array(z.object({ name, price: z.number() })).max(100),
});

/** The full game's winner. An exchange's `h2h_lay` is another market, and `h2h_3_way` too. */
const WINNER_MARKET = 'h2h';

/**
 * `GET /v4/sports/{sport}/odds` (public docs, "GET odds"): the winner market of each book of each game. What cannot be
 * read of one book does not take the others along.
 */
export function decodeOdds(value: unknown): Rows<QuotedEvent> | null {
  const refused: FrameRefusal[] = [];
  const read = readRows(value, 'event', quotedRow, (row) => {
    const event = eventOf(row);
    if ('kind' in event) return event;
    const books = readRows(row.bookmakers, 'bookmaker', bookmakerRow, (book) => book);
    refused.push(...(books?.refused ?? []));
    const markets = (books?.rows ?? []).flatMap((book) => {
      const winners = winnersOf(book);
      refused.push(...winners.refused);
      return winners.rows;
    });
    return { ...event, markets };
  });
  return read === null ? null : { rows: read.rows, refused: [...read.refused, ...refused] };
}

/** `GET /v4/sports/{sport}/events/{id}/odds`: one game, as an object. */
export function decodeEventOdds(value: unknown): Rows<QuotedEvent> | null {
  return Array.isArray(value) ? null : decodeOdds([value]);
}

function winnersOf(book: z.output<typeof bookmakerRow>): Rows<ListedMarket> {
  const refused: FrameRefusal[] = [];
  const rows: ListedMarket[] = [];
  for (const item of book.markets) {
    const named = marketRow.safeParse(item);
    if (named.success && named.data.key !== WINNER_MARKET) continue;
    const market = winnerRow.safeParse(item);
    if (market.success)
      rows.push({
        bookmaker: book.key,
        updatedMicros: microsOf(market.data.last_update ?? book.last_update),
        outcomes: market.data.outcomes,
      });
    else {
      refused.push(refuse('malformed', `${WINNER_MARKET} of ${book.key} cannot be read`));
      // What cannot be read is not quotable, and never "unchanged".
      if (named.success)
        rows.push({
          bookmaker: book.key,
          updatedMicros: microsOf(named.data.last_update ?? book.last_update),
          outcomes: [],
        });
    }
  }
  return { rows, refused };
}

const scoreRow = eventRow.extend({
  completed: z.boolean(),
  scores: z.array(z.object({ name, score: z.union([z.string().max(20), z.number()]) })).nullable(),
});
const SCORE = /^\d{1,4}$/;

/** `GET /v4/sports/{sport}/scores` (public docs, "GET scores"). A score that is no whole number is refused. */
export function decodeScores(value: unknown): Rows<EventScore> | null {
  return readRows(value, 'score', scoreRow, (row) => {
    const event = eventOf(row);
    if ('kind' in event) return event;
    const isCompleted = row.completed;
    if (row.scores === null) return { ...event, isCompleted, score: null };
    const home = scoreOf(row.scores, event.home);
    const away = scoreOf(row.scores, event.away);
    return home === null || away === null
      ? refuse('malformed', `score of ${event.eventId}: each team has one whole number`)
      : { ...event, isCompleted, score: { home, away } };
  });
}

function scoreOf(
  scores: NonNullable<z.output<typeof scoreRow>['scores']>,
  team: string,
): number | null {
  const said = String(scores.find((score) => score.name === team)?.score ?? '');
  return SCORE.test(said) ? Number(said) : null;
}

const participantRow = z.object({ id: name, full_name: name });

/** `GET /v4/sports/{sport}/participants`: the names that the vendor uses, also of who does not play now. */
export function decodeParticipants(value: unknown): Rows<Participant> | null {
  return readRows(value, 'participant', participantRow, (row) => ({
    id: row.id,
    name: row.full_name,
  }));
}

function eventOf(row: z.output<typeof eventRow>): ListedEvent | FrameRefusal {
  const commenceMs = parseRfc3339(row.commence_time);
  if (typeof commenceMs !== 'number')
    return refuse('malformed', `event ${row.id} commence_time ${row.commence_time}`);
  return {
    eventId: row.id,
    sportKey: row.sport_key,
    league: leagueOfSportKey(row.sport_key),
    home: row.home_team,
    away: row.away_team,
    commenceMs,
  };
}

function microsOf(text: string | undefined): number | null {
  const micros = text === undefined ? null : parseRfc3339Micros(text, 'zone_required');
  return typeof micros === 'number' ? micros : null;
}
