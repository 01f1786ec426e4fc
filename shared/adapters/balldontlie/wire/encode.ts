import { easternDateOf } from '../../../domain/mapping/eastern-time.ts';
import type { EpochMs } from '../../../domain/market/market.ts';

export type SentTeam = {
  readonly id: number;
  readonly abbreviation: string;
  readonly fullName: string;
};

/** Where a game stands on the vendor's side. */
export type SentStanding =
  | { readonly kind: 'scheduled' }
  | { readonly kind: 'live'; readonly period: number; readonly clockSeconds: number }
  | { readonly kind: 'halftime' }
  | { readonly kind: 'final'; readonly period: number }
  | { readonly kind: 'postponed' };

/** How old the answers are that a server gives: newer ones have `datetime`, `status_state` and `postponed`. */
export type SentForm = 'newer' | 'older';

export type SentGame = {
  readonly id: number;
  readonly home: SentTeam;
  readonly visitor: SentTeam;
  readonly startTimeMs: EpochMs;
  readonly standing: SentStanding;
  readonly homeScore: number;
  readonly visitorScore: number;
};

const STATE_OF = {
  scheduled: 'scheduled',
  live: 'in_progress',
  halftime: 'in_progress',
  final: 'final',
  postponed: 'postponed',
} as const satisfies Readonly<Record<SentStanding['kind'], string>>;

export function encodeGames(
  games: readonly SentGame[],
  meta: { readonly nextCursor: number | null; readonly perPage: number },
  form: SentForm,
): string {
  return JSON.stringify({
    data: games.map((game) => ({ id: game.id, ...fieldsOf(game, form) })),
    meta: {
      ...(meta.nextCursor === null ? {} : { next_cursor: meta.nextCursor }),
      per_page: meta.perPage,
    },
  });
}

/** Box scores of games in play: no ids, no pages, and players that nobody here asks for. */
export function encodeBoxScores(games: readonly SentGame[], form: SentForm): string {
  return JSON.stringify({ data: games.map((game) => fieldsOf(game, form)) });
}

function fieldsOf(game: SentGame, form: SentForm): object {
  const { standing, home, visitor, startTimeMs } = game;
  const start = new Date(startTimeMs).toISOString();
  const newer = {
    datetime: start,
    status_state: STATE_OF[standing.kind],
    postponed: standing.kind === 'postponed',
  };
  return {
    date: easternDateOf(startTimeMs),
    season: 2026,
    status: statusText(standing, start),
    period: 'period' in standing ? standing.period : standing.kind === 'halftime' ? 2 : 0,
    time: standing.kind === 'live' ? clockText(standing.clockSeconds) : null,
    postseason: false,
    home_team_score: game.homeScore,
    visitor_team_score: game.visitorScore,
    ...(form === 'newer' ? newer : {}),
    home_team: teamFields(home),
    visitor_team: teamFields(visitor),
  };
}

function statusText(standing: SentStanding, start: string): string {
  switch (standing.kind) {
    case 'scheduled':
      return start.replace('.000', '');
    case 'live':
      return standing.period > 4
        ? `OT${standing.period - 4}`
        : `${standing.period}${['st', 'nd', 'rd', 'th'][standing.period - 1] ?? 'th'} Qtr`;
    case 'halftime':
      return 'Halftime';
    case 'final':
      return 'Final';
    case 'postponed':
      return 'Postponed';
  }
}

function clockText(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function teamFields({ id, abbreviation, fullName }: SentTeam): object {
  return { id, abbreviation, full_name: fullName, name: fullName.split(' ').at(-1) };
}
