import { formatRfc3339 } from '../../../contracts/rfc3339.ts';
import type { EpochMs } from '../../../domain/market/market.ts';

/** A game as the vendor's side means it. */
export type SentEvent = {
  readonly eventId: string;
  readonly sportKey: string;
  readonly home: string;
  readonly away: string;
  readonly commenceMs: EpochMs;
};

export type SentBook = {
  readonly bookmaker: string;
  readonly updatedMs: EpochMs;
  readonly outcomes: readonly { readonly name: string; readonly price: number }[];
};

export function encodeSports(
  sports: readonly { readonly key: string; readonly isActive: boolean }[],
): string {
  return JSON.stringify(
    sports.map(({ key, isActive }) => ({
      key,
      group: key.split('_')[0],
      title: key,
      description: key,
      active: isActive,
      has_outrights: false,
    })),
  );
}

export function encodeEvents(events: readonly SentEvent[]): string {
  return JSON.stringify(events.map(eventFields));
}

export type SentQuotes = { readonly event: SentEvent; readonly books: readonly SentBook[] };

export function encodeOdds(games: readonly SentQuotes[]): string {
  return JSON.stringify(games.map(quotedFields));
}

export function encodeEventOdds(game: SentQuotes): string {
  return JSON.stringify(quotedFields(game));
}

export function encodeScores(
  games: readonly {
    readonly event: SentEvent;
    readonly isCompleted: boolean;
    readonly score: { readonly home: number; readonly away: number } | null;
    readonly updatedMs: EpochMs;
  }[],
): string {
  return JSON.stringify(
    games.map(({ event, isCompleted, score, updatedMs }) => ({
      ...eventFields(event),
      completed: isCompleted,
      scores:
        score === null
          ? null
          : [
              { name: event.home, score: String(score.home) },
              { name: event.away, score: String(score.away) },
            ],
      last_update: score === null ? null : formatRfc3339(updatedMs),
    })),
  );
}

export function encodeParticipants(
  names: readonly { readonly id: string; readonly name: string }[],
): string {
  return JSON.stringify(names.map(({ id, name }) => ({ id, full_name: name })));
}

export function encodeProblem(code: string, message: string): string {
  return JSON.stringify({
    message,
    error_code: code,
    details_url: `https://the-odds-api.com/liveapi/guides/v4/api-error-codes.html#${code.toLowerCase().replaceAll('_', '-')}`,
  });
}

function eventFields({ eventId, sportKey, home, away, commenceMs }: SentEvent): object {
  return {
    id: eventId,
    sport_key: sportKey,
    sport_title: sportKey,
    commence_time: formatRfc3339(commenceMs),
    home_team: home,
    away_team: away,
  };
}

function quotedFields({ event, books }: SentQuotes): object {
  return {
    ...eventFields(event),
    bookmakers: books.map(({ bookmaker, updatedMs, outcomes }) => ({
      key: bookmaker,
      title: bookmaker,
      last_update: formatRfc3339(updatedMs),
      markets: [{ key: 'h2h', last_update: formatRfc3339(updatedMs), outcomes }],
    })),
  };
}
