import { encodeBoard } from '../../adapters/espn/wire/encode.ts';
import { daysOfText, isWithin, type BoardDays } from '../../adapters/espn/wire/board-days.ts';
import { BOARDS } from '../../adapters/espn/wire/leagues.ts';
import { easternDateOf } from '../../domain/mapping/eastern-time.ts';
import { LEAGUES, type League } from '../../domain/market/leagues.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import { faultedAnswer, type AnswerFaults } from '../faults/answer-faults.ts';
import type { AnsweringVenue, VenueAnswer, VenueRequest } from '../venue-answer.ts';
import type { ScriptedEvent } from './scripted-event.ts';

export type ScoreboardVenueOptions = {
  readonly events: readonly ScriptedEvent[];
  readonly nowMs: () => EpochMs;
  /** How far the boards are behind the stadium. */
  readonly lagMs: number;
  /** The boards show nothing of before. */
  readonly startMs: EpochMs;
  readonly faults?: AnswerFaults;
  /** What "too many requests" asks for. */
  readonly retryAfterSeconds?: number;
};

/** Under the host, as ESPN has it. */
export const SPORTS_PATH = '/apis/site/v2/sports';
const PATHS: ReadonlyMap<string, League> = new Map(
  LEAGUES.map((league) => [`${SPORTS_PATH}/${BOARDS[league].path}`, league]),
);
/** What a college board shows of a day without `groups`. */
const FEATURED = 2;
const USUAL_LIMIT = 100;
const RETRY_AFTER_SECONDS = 30;

/**
 * ESPN's scoreboards of all leagues in its wire format. Without `dates` a board shows the events of one Eastern day, so
 * that a late game vanishes at midnight; a tournament or card that is on within the days is shown whole. It can be made
 * to deny, to serve what lay in a cache, and to fail as a plan of faults says.
 */
export class ScoreboardVenue implements AnsweringVenue {
  readonly #options: ScoreboardVenueOptions;
  readonly #asked: { league: League; query: string; atMs: EpochMs }[] = [];
  /** Every request is answered with 403. */
  isDenying = false;
  /** For how long answers lay in a cache that says so; null for no cache. */
  cachedMs: number | null = null;

  constructor(options: ScoreboardVenueOptions) {
    this.#options = options;
  }

  /** The boards that were asked for, in order. */
  get asked(): readonly {
    readonly league: League;
    readonly query: string;
    readonly atMs: EpochMs;
  }[] {
    return this.#asked;
  }

  answer({ path, query }: VenueRequest): VenueAnswer {
    const league = PATHS.get(path);
    if (league === undefined) return said(404, '{"code":404,"message":"no such scoreboard"}');
    const nowMs = this.#options.nowMs();
    this.#asked.push({ league, query: query.toString(), atMs: nowMs });
    if (this.isDenying) return said(403, '{"code":403,"message":"denied"}');
    const shownMs = nowMs - (this.cachedMs ?? 0);
    const headers =
      this.cachedMs === null ? {} : { age: String(Math.floor(this.cachedMs / 1_000)) };
    const answer = said(200, this.#board(league, query, shownMs), headers);
    const { faults, retryAfterSeconds = RETRY_AFTER_SECONDS } = this.#options;
    return faultedAnswer(faults?.take(path) ?? null, answer, {
      tooManyRequests: said(429, '{"code":429}', { 'retry-after': String(retryAfterSeconds) }),
      emptyBody: '{"events":[]}',
    });
  }

  #board(league: League, query: URLSearchParams, nowMs: EpochMs): string {
    const { events, lagMs, startMs } = this.#options;
    const seenMs = Math.max(startMs, nowMs - lagMs);
    const today = easternDateOf(nowMs);
    const days = daysOfText(query.get('dates') ?? '') ?? { first: today, last: today };
    const shown = events
      .filter((one) => one.league === league)
      .map((one) => ({ event: one.at(seenMs), of: one.of }));
    const open = new Set(shown.filter(({ event }) => isOn(event, days)).map(({ of }) => of));
    const within = shown.filter(({ event, of }) =>
      of === null ? isOn(event, days) : open.has(of),
    );
    const limit = Number(query.get('limit') ?? USUAL_LIMIT);
    const asksForAll = BOARDS[league].query['groups'] === undefined || query.has('groups');
    return encodeBoard(league, within.slice(0, asksForAll ? limit : FEATURED));
  }
}

function isOn({ startTimeMs }: { readonly startTimeMs: EpochMs }, days: BoardDays): boolean {
  return isWithin(days, easternDateOf(startTimeMs));
}

type Said = Extract<VenueAnswer, { kind: 'answer' }>;

function said(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Said {
  return {
    kind: 'answer',
    status,
    headers: { 'content-type': 'application/json;charset=UTF-8', ...headers },
    body,
    delayMs: 0,
  };
}
