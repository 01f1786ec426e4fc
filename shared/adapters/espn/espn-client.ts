import { Breaker, type BreakerLimits, type BreakerState } from '../../domain/feeds/breaker.ts';
import { HourlyRequests } from '../../domain/feeds/hourly-requests.ts';
import { sharedHour, type SharedHour } from '../../domain/feeds/shared-hour.ts';
import { easternDateOf } from '../../domain/mapping/eastern-time.ts';
import type { League } from '../../domain/market/leagues.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import { phaseOfStatus, type ScoreboardEvent } from '../../domain/market/scoreboard-event.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FrameRefusal } from '../../ports/market-data.ts';
import type { TokenBudget } from '../../ports/token-budget.ts';
import { answerAgeMs } from '../http/answer-age.ts';
import { getText, type GetText, type GetTextOutcome } from '../http/get-text.ts';
import { LeftAlone } from '../http/left-alone.ts';
import { boardGames, type BoardGame } from './board-games.ts';
import { GameNames } from './game-names.ts';
import { datesText, daysAround, isWithin } from './wire/board-days.ts';
import { BOARDS } from './wire/leagues.ts';
import { decodeScoreboardEvents, type ScoreboardEventsRead } from './wire/scoreboard-events.ts';

export type EspnClientOptions = {
  /** Up to the sport: `https://site.api.espn.com/apis/site/v2/sports`. */
  readonly baseUrl: string;
  readonly timers: Clock;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Of all leagues together. */
  readonly requestsPerHour: number;
  readonly breaker: BreakerLimits;
  /** Counts the requests of all processes, also those that have ended. Without it those of this client alone count. */
  readonly budget?: TokenBudget;
  readonly getText?: GetText;
};

/** One league's board from yesterday to tomorrow, US Eastern. */
export type Board = {
  readonly kind: 'board';
  readonly league: League;
  readonly read: ScoreboardEventsRead;
  /** The events that are games of the league, under our names. */
  readonly games: readonly BoardGame[];
  readonly receivedMs: EpochMs;
  /** How old it may be at the most when it came, as far as its headers and the time that it took tell. */
  readonly ageMs: number;
};

export type BoardFailure = {
  readonly kind: 'failed';
  readonly code:
    | 'denied'
    | 'empty'
    | 'breaker_open'
    /** It asked to be left alone for a while. */
    | 'rate_limited'
    /** We have asked as often as we allow ourselves. */
    | 'over_limit'
    /** Too old, or older than what was shown before. */
    | 'stale'
    | 'cancelled'
    | 'no_answer'
    | 'server_error'
    | FrameRefusal['code'];
  /** For people, without an address. */
  readonly detail: string;
  /** Before it there is no use in asking again; null when nothing was said. */
  readonly retryAtMs: EpochMs | null;
};

/** Older data is rejected. */
export const MAX_AGE_MS = 60_000;
/** In the table of request budgets. */
const BUCKET = 'scoreboards';
/** When the requests of others cannot be counted it is tried again after so long. */
const UNCOUNTED_MS = 5_000;
const PAUSES = { firstMs: 60_000, mostMs: 600_000 } as const;

/**
 * ESPN's scoreboards, one request at a time for each league. It needs no key. Who shares one client shares its
 * breaker, its requests of the hour, its last boards and the names of its games. ESPN says no time of what it shows:
 * it is judged by the headers of the answer and by when it was asked for, and what lay in a cache for a minute is
 * rejected.
 */
export class EspnClient {
  readonly #options: EspnClientOptions;
  readonly #breaker: Breaker;
  readonly #leftAlone: LeftAlone;
  readonly #requests: HourlyRequests;
  readonly #hour: SharedHour;
  readonly #underWay = new Map<League, Promise<Board | BoardFailure>>();
  readonly #last = new Map<League, Board>();
  readonly #names = new GameNames();

  constructor(options: EspnClientOptions) {
    this.#options = options;
    this.#breaker = new Breaker(options.breaker);
    this.#leftAlone = new LeftAlone(this.#breaker, PAUSES);
    this.#requests = new HourlyRequests(options.requestsPerHour);
    this.#hour = sharedHour(options.requestsPerHour);
  }

  get breaker(): BreakerState {
    return this.#breaker.state;
  }

  /** Requests of the last hour, and how many may still go. */
  requests(): { readonly used: number; readonly left: number } {
    const nowMs = this.#options.timers.nowMs();
    return { used: this.#requests.used(nowMs), left: this.#requests.left(nowMs) };
  }

  /** The last board of a league that could be used, however old. */
  last(league: League): Board | null {
    return this.#last.get(league) ?? null;
  }

  /** Asks for a league's board, unless that is being done. Never throws. */
  look(league: League, signal?: AbortSignal): Promise<Board | BoardFailure> {
    const underWay = this.#underWay.get(league);
    if (underWay !== undefined) return underWay;
    const looking = this.#ask(league, signal).finally(() => this.#underWay.delete(league));
    this.#underWay.set(league, looking);
    return looking;
  }

  async #ask(league: League, signal: AbortSignal | undefined): Promise<Board | BoardFailure> {
    const { timers, timeoutMs, maxBytes } = this.#options;
    const startedMs = timers.nowMs();
    const waits = this.#waits(startedMs) ?? (await this.#uncounted(startedMs));
    if (waits !== null) return waits;
    const askedMs = timers.nowMs();
    const held = this.#held(askedMs);
    if (held !== null) return held;
    const answer = await (this.#options.getText ?? getText)({
      url: this.#urlOf(league, askedMs),
      headers: {},
      timeoutMs,
      maxBytes,
      ...(signal === undefined ? {} : { signal }),
    });
    const receivedMs = timers.nowMs();
    if (answer.kind === 'failed') return this.#failed(league, answer, receivedMs);
    if (answer.status !== 200) return this.#refused(league, answer, receivedMs);
    const ageMs = answerAgeMs({ headers: answer.headers, askedMs, receivedMs });
    const board = this.#read(league, answer.text, { receivedMs, ageMs });
    // What cannot be read is a failure of the source; what is old or empty is an answer, which may be rejected.
    if (board.kind === 'failed' && isUnreadable(board)) this.#breaker.failed(receivedMs);
    else this.#breaker.succeeded();
    this.#leftAlone.answered();
    if (board.kind === 'board') this.#last.set(league, board);
    return board;
  }

  /** Why nothing may be asked now by what it said and by our own count. */
  #waits(nowMs: EpochMs): BoardFailure | null {
    const notBeforeMs = this.#leftAlone.untilMs(nowMs);
    if (nowMs < notBeforeMs)
      return failure('rate_limited', 'it asked to be left alone', notBeforeMs);
    return this.#requests.left(nowMs) === 0
      ? failure('over_limit', 'no request of this hour is left', this.#requests.nextMs(nowMs))
      : null;
  }

  /** Null once one more request of all processes is counted. What cannot be counted does not go. */
  async #uncounted(nowMs: EpochMs): Promise<BoardFailure | null> {
    const { budget } = this.#options;
    if (budget === undefined) return null;
    const { limit, cost } = this.#hour;
    try {
      const ask = { bucket: BUCKET, limit, least: cost, wanted: cost, keep: 0, nowMs };
      const grant = await budget.take(ask);
      if (grant.kind === 'granted') return null;
      const againMs = grant.kind === 'wait' ? grant.untilMs : nowMs + UNCOUNTED_MS;
      return failure('over_limit', 'no request of all processes is left now', againMs);
    } catch (error) {
      const name = error instanceof Error ? error.name : 'unknown failure';
      const detail = `the requests of all processes cannot be counted (${name})`;
      return failure('over_limit', detail, nowMs + UNCOUNTED_MS);
    }
  }

  /** The same once it is counted. The breaker comes last: what it admits is asked. */
  #held(nowMs: EpochMs): BoardFailure | null {
    const waits = this.#waits(nowMs);
    if (waits !== null) return waits;
    if (!this.#breaker.admit(nowMs)) {
      const { state } = this.#breaker;
      const untilMs = state.kind === 'open' ? state.untilMs : null;
      return failure('breaker_open', 'it failed too often', untilMs);
    }
    this.#requests.take(nowMs);
    return null;
  }

  #urlOf(league: League, nowMs: EpochMs): URL {
    const { path, query } = BOARDS[league];
    const url = new URL(`${this.#options.baseUrl.replace(/\/+$/, '')}/${path}`);
    // Without days ESPN shows what it takes for the current one, and late games vanish from it.
    url.searchParams.set('dates', datesText(daysAround(nowMs)));
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  #read(
    league: League,
    text: string,
    { receivedMs, ageMs }: { readonly receivedMs: EpochMs; readonly ageMs: number },
  ): Board | BoardFailure {
    const before = this.#last.get(league) ?? null;
    if (ageMs > MAX_AGE_MS)
      return failure('stale', `${league}: ${ageMs} ms old, at most ${MAX_AGE_MS} are accepted`);
    if (before !== null && receivedMs - ageMs < before.receivedMs - before.ageMs)
      return failure('stale', `${league}: older than what was shown before`);
    const { maxBytes } = this.#options;
    const read = decodeScoreboardEvents(text, {
      maxBytes,
      receivedMs,
      asked: { kind: 'league', league },
    });
    if (read.kind === 'refused') return failure(read.code, `${league}: ${read.detail}`);
    const expected = before === null ? 0 : stillToShow(before.read.events, receivedMs);
    if (read.events.length === 0 && expected > 0)
      return failure('empty', `${league}: nothing is shown where ${expected} games were listed`);
    const games = boardGames(league, read.events, this.#names);
    return { kind: 'board', league, read, games, receivedMs, ageMs };
  }

  #failed(
    league: League,
    { cause, reason }: Extract<GetTextOutcome, { kind: 'failed' }>,
    nowMs: EpochMs,
  ): BoardFailure {
    // A trial that was cancelled has told nothing: the next one waits as long.
    if (cause !== 'cancelled' || this.#breaker.state.kind === 'half_open')
      this.#breaker.failed(nowMs);
    const code = cause === 'oversized' || cause === 'cancelled' ? cause : 'no_answer';
    return failure(code, `${league}: ${reason}`);
  }

  #refused(
    league: League,
    { status, headers }: Extract<GetTextOutcome, { kind: 'answer' }>,
    nowMs: EpochMs,
  ): BoardFailure {
    if (status === 429) {
      this.#leftAlone.tooMany(headers, nowMs);
      const untilMs = this.#leftAlone.untilMs(nowMs);
      return failure('rate_limited', `HTTP 429: wait for ${untilMs - nowMs} ms`, untilMs);
    }
    if (status === 401 || status === 403) {
      this.#breaker.refused(nowMs);
      const { state } = this.#breaker;
      const untilMs = state.kind === 'open' ? state.untilMs : null;
      return failure('denied', `${league}: HTTP ${status}`, untilMs);
    }
    // A board that is not there says nothing of the others. Whoever sends us elsewhere is not ESPN.
    const isNotThere = status >= 400 && status < 500;
    if (isNotThere) this.#breaker.succeeded();
    else this.#breaker.failed(nowMs);
    return failure(isNotThere ? 'feed_error' : 'server_error', `${league}: HTTP ${status}`);
  }
}

function isUnreadable({ code }: BoardFailure): boolean {
  return code === 'not_json' || code === 'malformed' || code === 'oversized';
}

/** Events that a board of yesterday to tomorrow must still show: those that are not over, on days that it shows. */
function stillToShow(events: readonly ScoreboardEvent[], nowMs: EpochMs): number {
  const days = daysAround(nowMs);
  return events.filter((event) => {
    const phase = phaseOfStatus(event.status);
    return phase !== 'over' && phase !== 'off' && isWithin(days, easternDateOf(event.startTimeMs));
  }).length;
}

function failure(
  code: BoardFailure['code'],
  detail: string,
  retryAtMs: EpochMs | null = null,
): BoardFailure {
  return { kind: 'failed', code, detail, retryAtMs };
}
