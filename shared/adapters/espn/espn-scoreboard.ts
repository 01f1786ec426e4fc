import type { BreakerLimits } from '../../domain/feeds/breaker.ts';
import { AgeHistogram, type AgeSummary } from '../../domain/feeds/feed-age.ts';
import { pollPlan, type PolledLeague, type PollPlan } from '../../domain/feeds/poll-cadence.ts';
import { easternDateOf, easternDayOf } from '../../domain/mapping/eastern-time.ts';
import type { GameListing } from '../../domain/market/game-listing.ts';
import type { League } from '../../domain/market/leagues.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import { phaseOfStatus, type ScoreboardEvent } from '../../domain/market/scoreboard-event.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { Read } from '../../ports/exchange.ts';
import type { FeedProbe } from '../../ports/feed-probe.ts';
import type { FrameRefusal } from '../../ports/market-data.ts';
import type { Scoreboard, ScoreboardHandlers, SourceDown } from '../../ports/streams.ts';
import type { Timers } from '../../ports/timers.ts';
import { PollLoop } from '../http/poll-loop.ts';
import { SourceState } from '../http/source-state.ts';
import { isOfLeague, type BoardGame } from './board-games.ts';
import { EspnClient, type Board, type BoardFailure } from './espn-client.ts';
import { probeEspn } from './probe-espn.ts';
import { lookOf, type ScoreboardLook } from './scoreboard-look.ts';
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

type Watch = {
  readonly league: League;
  readonly games: WatchedGames;
  readonly loop: PollLoop;
  events: readonly ScoreboardEvent[];
  isRead: boolean;
  isFailed: boolean;
  retryAtMs: EpochMs | null;
};

/** A board is good for a listing for as long as one that is looked at slowly may be old. */
const LISTED_MS = 11 * 60_000;
/** Where it cannot be asked for, one that is older still tells who plays whom. */
const MOST_LISTED_MS = 3_600_000;
/** A board that was never read is asked for again after so many times the live interval. */
const UNREAD_OF_LIVE = 4;
/** And one that had nothing to come when it was last read, after so many: that may have changed. */
const FAILED_OF_LIVE = 40;
/** For so long nothing may be asked at all before the source counts as down. */
const UNASKED_MS = 300_000;
const THREE_DAYS_MS = 3 * 86_400_000;

/**
 * ESPN's scoreboards of several leagues, each looked at as often as matters. Two looks at one league never overlap:
 * one that is due meanwhile is skipped. A score, period or phase that went back is told once it was shown twice. The
 * source is down as a whole when it denies us, fails too often, may not be asked for five minutes, or shows nothing
 * of a league whose games were listed; it is up when every league that was asked answers again.
 */
export class EspnScoreboard implements Scoreboard {
  readonly #options: EspnScoreboardOptions;
  readonly #client: EspnClient;
  readonly #watches: ReadonlyMap<League, Watch>;
  readonly #empty = new Set<League>();
  readonly #source = new SourceState();
  readonly #ages = new AgeHistogram();
  readonly #ending = new AbortController();
  #handlers: ScoreboardHandlers | null = null;
  /** What was last told that all leagues wait for, and until when. */
  #toldWait: { readonly code: BoardFailure['code']; readonly untilMs: EpochMs } | null = null;
  /** Since when nothing may be asked, by its word or by our own count; null while boards come. */
  #unaskedMs: EpochMs | null = null;

  constructor(options: EspnScoreboardOptions) {
    invariant(options.leagues.length > 0, 'a scoreboard is of some league');
    this.#options = options;
    this.#client = options.client ?? new EspnClient(options);
    this.#watches = new Map(options.leagues.map((league) => [league, this.#newWatch(league)]));
  }

  open(handlers: ScoreboardHandlers): void {
    invariant(this.#handlers === null, 'a scoreboard is opened once');
    this.#handlers = handlers;
    for (const { loop } of this.#watches.values()) loop.start();
  }

  async close(): Promise<void> {
    this.#handlers = null;
    this.#ending.abort();
    await Promise.all([...this.#watches.values()].map(({ loop }) => loop.stop()));
  }

  /** How old the boards of all looks were on arrival, as far as it can be told. */
  ages(): AgeSummary {
    return this.#ages.summary();
  }

  /**
   * Every game from yesterday to tomorrow, US Eastern. A board that was looked at lately is not asked for again. A
   * league that cannot be asked is left out when nothing is known of it; unavailable only when that is so of all of
   * them.
   */
  async listings(): Promise<Read<readonly GameListing[]>> {
    const boards = await Promise.all([...this.#watches.values()].map((one) => this.#listed(one)));
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

  async #listed(watch: Watch): Promise<Board | BoardFailure> {
    const { timers } = this.#options;
    const { league } = watch;
    const last = this.#client.last(league);
    const nowMs = timers.nowMs();
    const isSameDay = last !== null && easternDateOf(last.receivedMs) === easternDateOf(nowMs);
    if (last !== null && isSameDay && nowMs - last.receivedMs <= LISTED_MS) return last;
    const board = await this.#client.look(league);
    if (board.kind === 'board') this.#follow(board, watch);
    const isKnown = last !== null && nowMs - last.receivedMs <= MOST_LISTED_MS;
    return board.kind === 'failed' && isKnown ? last : board;
  }

  /** A board that was asked for to list its games may show one that was added: it is looked at in time. */
  #follow(board: Board, watch: Watch): void {
    watch.events = eventsOf(board);
    watch.loop.sooner(this.#nextMs(watch, board.receivedMs));
  }

  #newWatch(league: League): Watch {
    const { timers, onLook } = this.#options;
    const watch: Watch = {
      league,
      games: new WatchedGames(league),
      loop: new PollLoop({
        timers,
        label: `scoreboard ${league}`,
        look: (dueMs) => this.#look(watch, dueMs),
        // The plan and the requests of the hour keep looks apart.
        leastWaitMs: 0,
        skips: {
          nextMs: () => this.#nextMs(watch, timers.nowMs()),
          onSkipped: () => onLook?.(lookOf(league, 'skipped', { lateMs: 0, tookMs: 0 })),
        },
      }),
      events: [],
      isRead: false,
      isFailed: false,
      retryAtMs: null,
    };
    return watch;
  }

  /** When to look again. */
  async #look(watch: Watch, dueMs: EpochMs): Promise<EpochMs> {
    const { timers, onLook } = this.#options;
    const { league } = watch;
    const startedMs = timers.nowMs();
    watch.retryAtMs = null;
    watch.isFailed = false;
    const board = await this.#client.look(league, this.#ending.signal);
    if (this.#handlers === null) return startedMs;
    if (board.kind === 'board') this.#tellBoard(board, watch);
    else this.#tellFailure(board, watch);
    const lateMs = Math.max(0, startedMs - dueMs);
    onLook?.(lookOf(league, board, { lateMs, tookMs: timers.nowMs() - startedMs }));
    return this.#nextMs(watch, startedMs);
  }

  /** When to look next, counted from the start of a look. A league that has nothing to come waits for the next day. */
  #nextMs(watch: Watch, startedMs: EpochMs): EpochMs {
    const { timers, liveMs } = this.#options;
    const nowMs = timers.nowMs();
    const plan = this.#plan(nowMs).find(({ league }) => league === watch.league);
    const nothingMs = watch.isFailed ? FAILED_OF_LIVE * liveMs : null;
    const intervalMs = watch.isRead ? (plan?.intervalMs ?? nothingMs) : UNREAD_OF_LIVE * liveMs;
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
    const { requestsPerHour, liveMs } = this.#options;
    return pollPlan(polled, nowMs, { requestsPerHour, liveMs });
  }

  #tellBoard(board: Board, watch: Watch): void {
    const handlers = this.#handlers;
    invariant(handlers !== null, 'a board is told to somebody');
    const { league, read, receivedMs, ageMs } = board;
    watch.isRead = true;
    watch.events = eventsOf(board);
    this.#ages.record(ageMs);
    this.#empty.delete(league);
    this.#toldWait = null;
    this.#unaskedMs = null;
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
    watch.isFailed = true;
    if (handlers === null || code === 'cancelled') return;
    const nowMs = this.#options.timers.nowMs();
    // All leagues wait for the same: it is told once.
    const isTold = this.#toldWait?.code === code && nowMs < this.#toldWait.untilMs;
    if (retryAtMs !== null && !isTold) this.#toldWait = { code, untilMs: retryAtMs };
    if (!isTold) handlers.onRefused({ kind: 'refused', code: refusalCode(code), detail });
    if (code === 'empty') this.#empty.add(watch.league);
    const down = this.#downBy(failure, nowMs);
    if (down !== null && this.#source.down(down)) handlers.onDown({ code: down, detail });
  }

  /** Whether a failure is one of the whole source. */
  #downBy({ code, retryAtMs }: BoardFailure, nowMs: EpochMs): SourceDown['code'] | null {
    if (code === 'denied' || code === 'empty') return code;
    if (code === 'over_limit' || code === 'rate_limited') {
      this.#unaskedMs ??= nowMs;
      if ((retryAtMs ?? nowMs) - this.#unaskedMs >= UNASKED_MS) return 'quota_exhausted';
    }
    return this.#client.breaker.kind === 'closed' ? null : 'breaker_open';
  }
}

function eventsOf({ league, read }: Board): readonly ScoreboardEvent[] {
  return read.events.filter((event) => isOfLeague(league, event));
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
