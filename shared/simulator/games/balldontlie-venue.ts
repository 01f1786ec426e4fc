import {
  encodeBoxScores,
  encodeGames,
  type SentForm,
  type SentGame,
} from '../../adapters/balldontlie/wire/encode.ts';
import { easternDateOf } from '../../domain/mapping/eastern-time.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import { AnswerFaults, faultedAnswer } from '../faults/answer-faults.ts';
import type { AnsweringVenue, VenueAnswer, VenueRequest } from '../venue-answer.ts';
import { nbaGameAt, type EveningGame } from './nba-evening.ts';

export type BalldontlieVenueOptions = {
  readonly nowMs: () => EpochMs;
  readonly games: readonly EveningGame[];
  readonly apiKey: string;
  readonly requestsPerMinute: number;
  /** Whether the plan has box scores of games in play. */
  readonly hasBoxScores: boolean;
  readonly form?: SentForm;
  /** The largest page that it gives, whatever is asked for. */
  readonly mostPerPage?: number;
};

type Said = { readonly status: number; readonly body: string };

/** A venue may answer for days. */
const MOST_ASKED = 10_000;
const PER_PAGE = 25;
const MOST_PER_PAGE = 100;
const MINUTE_MS = 60_000;
const GAMES_PATH = /^(?:\/nba)?\/v1\/games$/;
const BOX_SCORES_PATH = /^(?:\/nba)?\/v1\/box_scores\/live$/;
const UNAUTHORIZED: Said = { status: 401, body: 'Unauthorized' };
const TOO_MANY: Said = {
  status: 429,
  body: '{"error":"Too many requests, please try again later."}',
};

/** The NBA of Balldontlie without a socket: key, plan, pages by cursor, and games that are played by the clock. */
export class BalldontlieVenue implements AnsweringVenue {
  readonly faults = new AnswerFaults();
  readonly #options: BalldontlieVenueOptions;
  readonly #asked: string[] = [];
  readonly #changed = new Map<number, (game: SentGame) => SentGame>();
  #isCursorStuck = false;
  #askedMs: readonly EpochMs[] = [];

  constructor(options: BalldontlieVenueOptions) {
    this.#options = options;
  }

  /** Paths of the last requests. */
  get asked(): readonly string[] {
    return this.#asked;
  }

  /** A game is told otherwise than it is played, from now on. */
  tellOtherwise(gameId: number, told: (game: SentGame) => SentGame): void {
    this.#changed.set(gameId, told);
  }

  /** Every page leads to the same one. */
  stickCursor(): void {
    this.#isCursorStuck = true;
  }

  answer(request: VenueRequest): VenueAnswer {
    this.#asked.push(request.path);
    if (this.#asked.length > MOST_ASKED) this.#asked.shift();
    const fault = this.faults.take(request.path);
    const said = this.#refusalOf(request) ?? this.#say(request);
    return faultedAnswer(fault, answered(said), {
      tooManyRequests: answered(TOO_MANY),
      emptyBody: encodeGames([], { nextCursor: null, perPage: PER_PAGE }, 'newer'),
    });
  }

  #refusalOf({ headers }: VenueRequest): Said | null {
    const { apiKey, nowMs, requestsPerMinute } = this.#options;
    if (headers['authorization'] !== apiKey) return UNAUTHORIZED;
    const now = nowMs();
    this.#askedMs = [...this.#askedMs.filter((ms) => now - ms < MINUTE_MS), now];
    return this.#askedMs.length > requestsPerMinute ? TOO_MANY : null;
  }

  #say({ path, query }: VenueRequest): Said {
    if (GAMES_PATH.test(path)) return this.#sayGames(query);
    if (!BOX_SCORES_PATH.test(path)) return { status: 404, body: '{"error":"Not found"}' };
    // A plan without it answers as to a stranger.
    if (!this.#options.hasBoxScores) return UNAUTHORIZED;
    const live = this.#games().filter(({ standing }) =>
      ['live', 'halftime'].includes(standing.kind),
    );
    return { status: 200, body: encodeBoxScores(live, this.#form) };
  }

  #sayGames(query: URLSearchParams): Said {
    const days = query.getAll('dates[]');
    const { mostPerPage = MOST_PER_PAGE } = this.#options;
    const perPage = Math.min(mostPerPage, Number(query.get('per_page') ?? PER_PAGE));
    const cursor = Number(query.get('cursor') ?? 0);
    if (!Number.isSafeInteger(perPage) || perPage < 1 || !Number.isSafeInteger(cursor))
      return { status: 400, body: '{"error":"per_page and cursor are whole numbers"}' };
    const listed = this.#games()
      .filter(({ startTimeMs }) => days.length === 0 || days.includes(easternDateOf(startTimeMs)))
      .filter(({ id }) => this.#isCursorStuck || id > cursor)
      .toSorted((a, b) => a.id - b.id);
    const page = listed.slice(0, perPage);
    const last = page.at(-1)?.id ?? null;
    const nextCursor = listed.length > page.length || this.#isCursorStuck ? last : null;
    return { status: 200, body: encodeGames(page, { nextCursor, perPage }, this.#form) };
  }

  get #form(): SentForm {
    return this.#options.form ?? 'newer';
  }

  #games(): readonly SentGame[] {
    const nowMs = this.#options.nowMs();
    return this.#options.games.map((game) => {
      const played = nbaGameAt(game, nowMs);
      return this.#changed.get(game.id)?.(played) ?? played;
    });
  }
}

function answered({ status, body }: Said): Extract<VenueAnswer, { kind: 'answer' }> {
  const headers = { 'content-type': body.startsWith('{') ? 'application/json' : 'text/plain' };
  return { kind: 'answer', status, headers, body, delayMs: 0 };
}
