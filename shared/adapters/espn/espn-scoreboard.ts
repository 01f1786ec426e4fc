import type { BreakerLimits } from '../../domain/feeds/breaker.ts';
import { AgeHistogram, type AgeSummary } from '../../domain/feeds/feed-age.ts';
import { pollPlan, type PolledLeague, type PollPlan } from '../../domain/feeds/poll-cadence.ts';
import { easternDateOf, easternDayOf } from '../../domain/mapping/eastern-time.ts';
import type { GameListing } from '../../domain/market/game-listing.ts';
import type { League } from '../../domain/market/leagues.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import {
  phaseOfStatus,
  type EventField,
  type ScoreboardEvent,
} from '../../domain/market/scoreboard-event.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { Read } from '../../ports/exchange.ts';
import type { FeedProbe } from '../../ports/feed-probe.ts';
import type { FrameRefusal } from '../../ports/market-data.ts';
import type { Scoreboard, ScoreboardHandlers, SourceDown } from '../../ports/streams.ts';
import type { TimerHandle, Timers } from '../../ports/timers.ts';
import { SourceState } from '../http/source-state.ts';
import { isOfLeague, type BoardGame } from './board-games.ts';
import { EspnClient, type Board, type BoardFailure } from './espn-client.ts';
import { probeEspn } from './probe-espn.ts';
import { WatchedGames } from './watched-games.ts';
import { daysAround, isWithin } from './wire/board-days.ts';

export type EspnScoreboardOptions = {
  /** Up to the sport: `https://site.api.espn.com/apis/site/v2/sports`. */
  readonly baseUrl: string;
  readonly leagues: readonly League[];
  readonly timers: Timers;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Of all leagues together, listings included. */
  readonly requestsPerHour: number;
  /** The least from look to look at a league with a live game. */
  readonly liveMs: number;
  readonly breaker: BreakerLimits;
  /** One that is shared with other scoreboards of the process: its requests and its breaker count for all of them. */
  readonly client?: EspnClient;
  /** Told of each look, also one that was skipped. */
  readonly onLook?: (look: ScoreboardLook) => void;
};

/** What came of one look at a league's board, for metrics. Times in milliseconds. */
export type ScoreboardLook = {
  readonly league: League;
  /** `skipped`: the look before was still under way. */
  readonly outcome: 'board' | 'skipped' | BoardFailure['code'];
  /** From when it was due until it was asked for. */
  readonly lateMs: number;
  /** From then until all of it was told. */
  readonly tookMs: number;
  /** How old the board may have been; null when there was none. */
  readonly ageMs: number | null;
  readonly events: number;
  /** How many events did not show what they ought to. */
  readonly missing: Readonly<Partial<Record<EventField, number>>>;
  /** Status words that were not understood, and how often. */
  readonly unknownStatuses: ReadonlyMap<string, number>;
};

type Watch = {
  readonly league: League;
  readonly games: WatchedGames;
  events: readonly ScoreboardEvent[];
  isRead: boolean;
  isLooking: boolean;
  startedMs: EpochMs;
  retryAtMs: EpochMs | null;
  next: TimerHandle | null;
};

/** A board is good for a listing for as long as one that is looked at slowly may be old. */
const LISTED_MS = 11 * 60_000;
/** Where it cannot be asked for, one that is older still tells who plays whom. */
const MOST_LISTED_MS = 3_600_000;
/** A board that was never read is asked for again after so many times the live interval. */
const UNREAD_OF_LIVE = 4;
const THREE_DAYS_MS = 3 * 86_400_000;

/**
 * ESPN's scoreboards of several leagues, each looked at as often as matters. Two looks at one league never overlap: one
 * that is due meanwhile is skipped. A score, period or phase that went back is told once it was shown twice. The source
 * is down as a whole when it denies us, fails too often, or shows nothing of a league whose games were listed; it is up
 * when every league that was asked answers again.
 */
export class EspnScoreboard implements Scoreboard {
  readonly #options: EspnScoreboardOptions;
  readonly #client: EspnClient;
  readonly #watches: ReadonlyMap<League, Watch>;
  readonly #empty = new Set<League>();
  readonly #source = new SourceState();
  readonly #ages = new AgeHistogram();
  readonly #looks = new Set<Promise<void>>();
  readonly #ending = new AbortController();
  #handlers: ScoreboardHandlers | null = null;
  #toldWaitMs: EpochMs | null = null;

  constructor(options: EspnScoreboardOptions) {
    invariant(options.leagues.length > 0, 'a scoreboard is of some league');
    this.#options = options;
    this.#client = options.client ?? new EspnClient(options);
    this.#watches = new Map(options.leagues.map((league) => [league, newWatch(league)]));
  }

  open(handlers: ScoreboardHandlers): void {
    invariant(this.#handlers === null, 'a scoreboard is opened once');
    this.#handlers = handlers;
    const nowMs = this.#options.timers.nowMs();
    for (const league of this.#watches.keys()) this.#due(league, nowMs);
  }

  async close(): Promise<void> {
    this.#handlers = null;
    for (const { next } of this.#watches.values())
      if (next !== null) this.#options.timers.cancel(next);
    this.#ending.abort();
    await Promise.all(this.#looks);
  }

  /** How old the boards of all looks were on arrival, as far as it can be told. */
  ages(): AgeSummary {
    return this.#ages.summary();
  }

  /**
   * Every game from yesterday to tomorrow, US Eastern. A board that was looked at lately is not asked for again. A league
   * that cannot be asked is left out when nothing is known of it; unavailable only when that is so of all of them.
   */
  async listings(): Promise<Read<readonly GameListing[]>> {
    const boards = await Promise.all([...this.#watches.keys()].map((one) => this.#listed(one)));
    const read = boards.filter((board) => board.kind === 'board');
    if (read.length === 0) {
      const reasons = boards.flatMap((board) => (board.kind === 'failed' ? [board] : []));
      const reason = [...new Set(reasons.map(({ code, detail }) => `${code}: ${detail}`))];
      return { kind: 'unavailable', reason: `scoreboard: ${reason.slice(0, 3).join('; ')}` };
    }
    const nowMs = this.#options.timers.nowMs();
    return {
      kind: 'read',
      value: read.flatMap((board) => shownGames(board, nowMs).map(({ listing }) => listing)),
    };
  }

  /** One look at each league; the looks count. */
  probe(): Promise<FeedProbe> {
    return probeEspn(this.#client, this.#options.leagues);
  }

  async #listed(league: League): Promise<Board | BoardFailure> {
    const { timers } = this.#options;
    const last = this.#client.last(league);
    const nowMs = timers.nowMs();
    const isSameDay = last !== null && easternDateOf(last.receivedMs) === easternDateOf(nowMs);
    if (last !== null && isSameDay && nowMs - last.receivedMs <= LISTED_MS) return last;
    const board = await this.#client.look(league);
    const isKnown = last !== null && nowMs - last.receivedMs <= MOST_LISTED_MS;
    return board.kind === 'failed' && isKnown ? last : board;
  }

  #due(league: League, dueMs: EpochMs): void {
    const watch = this.#watchOf(league);
    if (this.#handlers === null) return;
    if (watch.next !== null) this.#options.timers.cancel(watch.next);
    watch.next = this.#options.timers.at(dueMs, `scoreboard ${league}`, () => {
      watch.next = null;
      if (watch.isLooking) {
        this.#tellLook(league, 'skipped', { lateMs: 0, tookMs: 0 });
        this.#due(league, this.#nextMs(league, this.#options.timers.nowMs()));
        return undefined;
      }
      const looking = this.#look(league, dueMs);
      // Whoever closes it waits for its end; what it threw is the timers' to tell.
      const look = looking.catch(() => undefined).finally(() => this.#looks.delete(look));
      this.#looks.add(look);
      return looking;
    });
  }

  async #look(league: League, dueMs: EpochMs): Promise<void> {
    const { timers } = this.#options;
    const watch = this.#watchOf(league);
    watch.isLooking = true;
    watch.startedMs = timers.nowMs();
    watch.retryAtMs = null;
    // Should it take longer than that, the next one is skipped.
    this.#due(league, this.#nextMs(league, watch.startedMs));
    const board = await this.#client.look(league, this.#ending.signal);
    watch.isLooking = false;
    if (this.#handlers === null) return;
    if (board.kind === 'board') this.#tellBoard(board, watch);
    else this.#tellFailure(board, watch);
    const lateMs = Math.max(0, watch.startedMs - dueMs);
    const tookMs = timers.nowMs() - watch.startedMs;
    const outcome = board.kind === 'board' ? 'board' : board.code;
    this.#tellLook(league, outcome, { lateMs, tookMs }, board.kind === 'board' ? board : null);
    this.#due(league, this.#nextMs(league, watch.startedMs));
  }

  /** When to look next, counted from the start of a look. A league that has nothing to come waits for the next day. */
  #nextMs(league: League, startedMs: EpochMs): EpochMs {
    const { timers, liveMs } = this.#options;
    const watch = this.#watchOf(league);
    const nowMs = timers.nowMs();
    const plan = this.#plan(nowMs).find((one) => one.league === league);
    const intervalMs = watch.isRead ? (plan?.intervalMs ?? null) : UNREAD_OF_LIVE * liveMs;
    const planned = intervalMs === null ? easternDayOf(nowMs).toMs : startedMs + intervalMs;
    return Math.max(planned, watch.retryAtMs ?? planned, nowMs);
  }

  #plan(nowMs: EpochMs): readonly PollPlan<League>[] {
    const days = daysAround(nowMs);
    const polled = [...this.#watches].map(([league, { events }]): PolledLeague<League> => ({
      league,
      events: events.flatMap(({ status, startTimeMs, startConfirmed }) => {
        const phase = phaseOfStatus(status);
        const isNow = phase === 'live' || phase === 'stopped';
        if (!isNow && !isWithin(days, easternDateOf(startTimeMs))) return [];
        return [{ phase, startTimeMs, startConfirmed }];
      }),
    }));
    const { liveMs } = this.#options;
    return pollPlan(polled, nowMs, { requestsPerHour: this.#client.plannedPerHour, liveMs });
  }

  #tellBoard(board: Board, watch: Watch): void {
    const handlers = this.#handlers;
    invariant(handlers !== null, 'a board is told to somebody');
    const { league, read, receivedMs, ageMs } = board;
    watch.isRead = true;
    watch.events = read.events.filter((event) => isOfLeague(league, event));
    this.#ages.record(ageMs);
    this.#empty.delete(league);
    this.#toldWaitMs = null;
    if (this.#empty.size === 0 && this.#source.up()) handlers.onUp();
    for (const refusal of read.refused) handlers.onRefused(refusal);
    const nowMs = this.#options.timers.nowMs();
    const told = watch.games.look(shownGames(board, nowMs), {
      nowMs,
      sourceTimeMs: receivedMs - ageMs,
    });
    watch.games.forgetBefore(nowMs - THREE_DAYS_MS);
    for (const finding of told.findings) handlers.onFinding(finding);
    for (const state of told.states) handlers.onState(state);
  }

  #tellFailure(failure: BoardFailure, watch: Watch): void {
    const handlers = this.#handlers;
    const { code, detail, retryAtMs } = failure;
    watch.retryAtMs = retryAtMs;
    if (handlers === null || code === 'cancelled') return;
    // All leagues wait for the same: it is told once.
    const isTold = retryAtMs !== null && retryAtMs === this.#toldWaitMs;
    if (retryAtMs !== null) this.#toldWaitMs = retryAtMs;
    if (!isTold) handlers.onRefused({ kind: 'refused', code: refusalCode(code), detail });
    if (code === 'empty') this.#empty.add(watch.league);
    const down = this.#downBy(code);
    if (down !== null && this.#source.down(down)) handlers.onDown({ code: down, detail });
  }

  /** Whether a failure is one of the whole source. */
  #downBy(code: BoardFailure['code']): SourceDown['code'] | null {
    if (code === 'denied' || code === 'empty') return code;
    return this.#client.breaker.kind === 'closed' ? null : 'breaker_open';
  }

  #tellLook(
    league: League,
    outcome: ScoreboardLook['outcome'],
    times: { readonly lateMs: number; readonly tookMs: number },
    board: Board | null = null,
  ): void {
    const events = board?.read.events ?? [];
    const missing: Partial<Record<EventField, number>> = {};
    for (const field of events.flatMap(lackedBy)) missing[field] = (missing[field] ?? 0) + 1;
    this.#options.onLook?.({
      league,
      outcome,
      ...times,
      ageMs: board?.ageMs ?? null,
      events: events.length,
      missing,
      unknownStatuses: board?.read.unknownStatuses ?? new Map(),
    });
  }

  #watchOf(league: League): Watch {
    const watch = this.#watches.get(league);
    invariant(watch !== undefined, 'a league that is looked at is followed');
    return watch;
  }
}

/** Nobody is drawn yet in many matches to come: no name is missing there. */
function lackedBy({ status, missing }: ScoreboardEvent): readonly EventField[] {
  return phaseOfStatus(status) === 'upcoming' ? missing.filter((one) => one !== 'name') : missing;
}

function newWatch(league: League): Watch {
  return {
    league,
    games: new WatchedGames(league),
    events: [],
    isRead: false,
    isLooking: false,
    startedMs: 0,
    retryAtMs: null,
    next: null,
  };
}

/** The games of the days that were asked for, and those of other days that are on or may go on: a draw shows weeks. */
function shownGames({ games }: Board, nowMs: EpochMs): readonly BoardGame[] {
  const days = daysAround(nowMs);
  return games.filter(({ event, listing }) => {
    const phase = phaseOfStatus(event.status);
    return phase === 'live' || phase === 'stopped' || isWithin(days, listing.easternDate);
  });
}

function refusalCode(code: BoardFailure['code']): FrameRefusal['code'] {
  switch (code) {
    case 'not_json':
    case 'oversized':
    case 'unknown_type':
    case 'malformed':
      return code;
    case 'denied':
    case 'empty':
    case 'breaker_open':
    case 'rate_limited':
    case 'over_limit':
    case 'stale':
    case 'cancelled':
    case 'no_answer':
    case 'server_error':
    case 'feed_error':
      return 'feed_error';
  }
}
