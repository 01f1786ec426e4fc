import type { BreakerLimits } from '../../domain/feeds/breaker.ts';
import type { League } from '../../domain/market/leagues.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { LineSource } from '../../domain/odds/line.ts';
import type { FeedProbe } from '../../ports/feed-probe.ts';
import type { OddsStream, OddsStreamHandlers, SourceDown } from '../../ports/streams.ts';
import type { Timers } from '../../ports/timers.ts';
import { refusalOf, type JsonFailure } from '../http/json-source.ts';
import type { ReadOutcome } from '../http/kept-answers.ts';
import { PollLoop } from '../http/poll-loop.ts';
import { SourceState } from '../http/source-state.ts';
import { CreditBudget, oddsCost, type OddsApiQuota } from './credit-budget.ts';
import { OddsApiClient, PRICE_FORMAT, type OddsApiAnswer } from './odds-api-client.ts';
import { ownGameId, ownGames, type GameIdOf } from './own-games.ts';
import { probeOddsApi } from './probe-odds-api.ts';
import { ToldBooks } from './told-books.ts';
import type { QuotedEvent } from './wire/answers.ts';
import { quotedLegs, type Replacement } from './wire/quotes.ts';
import { sportKeysOf } from './wire/sport-keys.ts';

export type OddsApiFeedOptions = {
  /** Without the key: `https://api.the-odds-api.com`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly leagues: readonly League[];
  readonly books: readonly LineSource[];
  readonly gameIdOf: GameIdOf;
  readonly timers: Timers;
  /** Between two questions for the same league. */
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** A longer answer is refused unread. */
  readonly maxBytes?: number;
  readonly breaker: BreakerLimits;
  readonly onQuota: (quota: OddsApiQuota) => void;
  /** Credits that are never spent on polling. */
  readonly reserveCredits?: number;
  /** When there are new credits, see `nextMonthMs`: intervals grow until the old ones last. Not, when left out. */
  readonly renewal?: (nowMs: EpochMs) => EpochMs;
  readonly onRead?: (outcome: ReadOutcome) => void;
  /** A book in an answer that is none of ours, by the vendor's key. */
  readonly onUnknownBook?: (bookmaker: string) => void;
};

const RESERVE_CREDITS = 20;
/** What a person must mend is looked at again so rarely: by a question that costs nothing. */
const LOOK_AGAIN_MS = 3_600_000;
/** With nothing to ask for, the calendar is looked at so often. */
const LOOK_AROUND_MS = 60_000;

/** The sports that are worth a question. */
type Calendar = { readonly kind: 'asked'; readonly sportKeys: readonly string[] };

/**
 * The Odds API as a stream: every league that has a mapped game before its start is asked for in turn, one question
 * at a time, out of one budget of credits. Games that have begun are never asked for and never told of. A book of a
 * game is told as a whole each time it is seen, and as removed when it is not.
 */
export class OddsApiFeed implements OddsStream {
  readonly #options: OddsApiFeedOptions;
  readonly #client: OddsApiClient;
  readonly #budget: CreditBudget;
  readonly #told = new ToldBooks();
  /** When each sport is asked for next. */
  readonly #dueMs = new Map<string, EpochMs>();
  readonly #empty = new Set<string>();
  #handlers: OddsStreamHandlers | null = null;
  readonly #loop: PollLoop;
  readonly #source = new SourceState();
  #isConnected = false;

  constructor(options: OddsApiFeedOptions) {
    const { baseUrl, apiKey, timers, timeoutMs, maxBytes, breaker, onRead } = options;
    invariant(options.books.length > 0, 'a feed is asked for some sportsbook');
    this.#options = options;
    this.#loop = new PollLoop({ timers, label: 'odds api', look: () => this.#look() });
    this.#budget = new CreditBudget({
      intervalMs: options.intervalMs,
      reserve: options.reserveCredits ?? RESERVE_CREDITS,
      renewal: options.renewal ?? null,
    });
    this.#client = new OddsApiClient({
      baseUrl,
      apiKey,
      clock: timers,
      timeoutMs,
      breaker,
      onQuota: (quota) => {
        this.#budget.observe(quota);
        options.onQuota(quota);
      },
      ...(maxBytes === undefined ? {} : { maxBytes }),
      ...(onRead === undefined ? {} : { onRead }),
    });
  }

  get quota(): OddsApiQuota {
    return this.#client.quota;
  }

  open(handlers: OddsStreamHandlers): void {
    invariant(this.#handlers === null, 'a stream is opened once');
    this.#handlers = handlers;
    this.#loop.start();
  }

  async close(): Promise<void> {
    this.#handlers = null;
    this.#client.close();
    await this.#loop.stop();
  }

  /** One look: the key, the quota, and which books say something of a game to come. Costs one question at most. */
  probe(): Promise<FeedProbe> {
    const { leagues, books, timers } = this.#options;
    return probeOddsApi({ client: this.#client, leagues, books, nowMs: () => timers.nowMs() });
  }

  /** Asks for all that is due, one after the other. When to look again. */
  async #look(): Promise<EpochMs> {
    const { timers } = this.#options;
    this.#remove(this.#told.begun(timers.nowMs()));
    const calendar = await this.#sportsWithGames();
    if (calendar.kind === 'failed') return this.#onFailure(calendar);
    const asked = calendar.sportKeys;
    const nowMs = timers.nowMs();
    this.#remove(this.#told.unasked(new Set(asked), nowMs));
    const cost = oddsCost(this.#options.books.length);
    const intervalMs = this.#budget.intervalMs(asked.length, cost, nowMs);
    for (const sportKey of asked) {
      const waitMs = (this.#dueMs.get(sportKey) ?? Number.NEGATIVE_INFINITY) - timers.nowMs();
      // What is left of a wait and longer than one is of a clock set back since.
      if (this.#handlers === null || (waitMs > 0 && waitMs <= intervalMs)) continue;
      if (!this.#budget.affords(cost) || intervalMs === Number.POSITIVE_INFINITY)
        return this.#onSpent();
      const startedMs = timers.nowMs();
      const failure = await this.#ask(sportKey);
      if (failure !== null && this.#isOfSource(failure)) return this.#onFailure(failure);
      this.#dueMs.set(sportKey, startedMs + intervalMs);
    }
    this.#tellEmpty(asked);
    const due = asked.map((sportKey) => this.#dueMs.get(sportKey) ?? nowMs);
    return Math.min(nowMs + LOOK_AROUND_MS, ...due);
  }

  /** The sports in season, of the followed leagues, with a mapped game that has not begun. */
  async #sportsWithGames(): Promise<Calendar | JsonFailure> {
    const { leagues, timers, gameIdOf } = this.#options;
    const sports = await this.#client.sports();
    if (sports.kind === 'failed') return sports;
    const inSeason = sports.rows.flatMap(({ key, isActive }) => (isActive ? [key] : []));
    if (inSeason.length === 0) this.#onDown('empty', 'it lists no sport at all');
    const withGames: string[] = [];
    for (const sportKey of leagues.flatMap((league) => sportKeysOf(league, inSeason))) {
      if (this.#handlers === null) break;
      const events = await this.#client.events(sportKey);
      if (events.kind === 'failed') {
        if (this.#isOfSource(events)) return events;
        this.#refuse(events);
        continue;
      }
      const nowMs = timers.nowMs();
      if (
        events.rows.some((event) => event.commenceMs > nowMs && ownGameId(event, gameIdOf) !== null)
      )
        withGames.push(sportKey);
    }
    return { kind: 'asked', sportKeys: withGames };
  }

  async #ask(sportKey: string): Promise<JsonFailure | null> {
    const { books, timers } = this.#options;
    const answer = await this.#client.odds(sportKey, { books, commenceFromMs: timers.nowMs() });
    if (this.#handlers === null) return null;
    if (answer.kind === 'failed') {
      if (!this.#isOfSource(answer)) this.#refuse(answer);
      return answer;
    }
    this.#handlers.onFrame(answer.text, answer.receivedMs);
    if (this.#tell(sportKey, answer) > 0) this.#empty.delete(sportKey);
    else this.#empty.add(sportKey);
    return null;
  }

  /** How many books of games were told. */
  #tell(sportKey: string, answer: OddsApiAnswer<QuotedEvent>): number {
    for (const refusal of answer.refused) this.#handlers?.onRefused(refusal);
    const shown: Replacement[] = [];
    const { receivedMs } = answer;
    const own = ownGames(answer.rows, this.#options.gameIdOf, receivedMs);
    for (const refusal of own.refused) this.#handlers?.onRefused(refusal);
    for (const { event, league, gameId } of own.games) {
      const legs = quotedLegs(event, { gameId, league, format: PRICE_FORMAT, receivedMs });
      for (const book of legs.unknownBooks) this.#options.onUnknownBook?.(book);
      for (const refusal of legs.refused) this.#handlers?.onRefused(refusal);
      for (const replacement of legs.replacements) {
        if (!this.#options.books.includes(replacement.source)) continue;
        this.#told.note(sportKey, event.commenceMs, replacement);
        shown.push(replacement);
      }
    }
    // It answers again; that it has nothing to say is another matter.
    if (shown.length > 0 || this.#source.why !== 'empty') this.#onUp();
    this.#handlers?.onEvent({ kind: 'alive', receivedMs }, receivedMs);
    for (const replacement of shown) this.#handlers?.onEvent(replacement, receivedMs);
    this.#remove(this.#told.vanished(sportKey, shown, answer.answeredMs));
    return shown.length;
  }

  #remove(removals: ReturnType<ToldBooks['begun']>): void {
    const nowMs = this.#options.timers.nowMs();
    for (const removal of removals) this.#handlers?.onEvent(removal, nowMs);
  }

  /** Games are to come in every league that was asked for, and no book of ours has a word for one of them. */
  #tellEmpty(asked: readonly string[]): void {
    if (asked.length === 0 || !asked.every((sportKey) => this.#empty.has(sportKey))) return;
    const { books } = this.#options;
    this.#onDown('empty', `games are to come, and nothing is there of ${books.join(', ')}`);
  }

  /** What stands for the whole source and not for one question. */
  #isOfSource({ code }: JsonFailure): boolean {
    return (
      code === 'unauthorized' ||
      code === 'denied' ||
      code === 'quota_exhausted' ||
      code === 'rate_limited' ||
      code === 'cancelled' ||
      this.#client.breaker.kind !== 'closed'
    );
  }

  /** When to look again after a failure of the whole source. */
  #onFailure(failure: JsonFailure): EpochMs {
    const { timers, renewal } = this.#options;
    const nowMs = timers.nowMs();
    this.#refuse(failure);
    switch (failure.code) {
      case 'unauthorized':
      case 'denied':
        this.#onDown(failure.code, failure.detail);
        return nowMs + LOOK_AGAIN_MS;
      case 'quota_exhausted':
        this.#onDown(failure.code, failure.detail);
        return Math.min(nowMs + LOOK_AGAIN_MS, renewal?.(nowMs) ?? Number.POSITIVE_INFINITY);
      case 'rate_limited':
        return this.#client.freeAtMs(nowMs);
      // Its list of sports, which every key may read.
      case 'refused_request':
        this.#onDown('denied', failure.detail);
        return nowMs + this.#options.intervalMs;
      case 'breaker_open':
      case 'cancelled':
      case 'malformed':
      case 'no_answer':
      case 'not_json':
      case 'oversized':
      case 'server_error':
      case 'timeout': {
        const { breaker } = this.#client;
        if (breaker.kind === 'closed') return nowMs + this.#options.intervalMs;
        this.#onDown('breaker_open', failure.detail);
        return breaker.kind === 'open' ? breaker.untilMs : nowMs + this.#options.intervalMs;
      }
    }
  }

  /** The rest of the credits is kept for a person who wants to know. */
  #onSpent(): EpochMs {
    const { timers, renewal } = this.#options;
    const nowMs = timers.nowMs();
    const left = this.#client.quota.remaining ?? 0;
    this.#onDown('quota_exhausted', `${left} credits are left and kept for checks`);
    return Math.min(nowMs + LOOK_AGAIN_MS, renewal?.(nowMs) ?? Number.POSITIVE_INFINITY);
  }

  #refuse(failure: JsonFailure): void {
    const refusal = refusalOf(failure);
    if (refusal !== null) this.#handlers?.onRefused(refusal);
  }

  #onDown(code: SourceDown['code'], detail: string): void {
    if (this.#handlers === null || !this.#source.down(code)) return;
    this.#handlers.onDown({ code, detail });
    if (this.#isConnected) this.#handlers.onDisconnected(`${code}: ${detail}`);
    this.#isConnected = false;
  }

  #onUp(): void {
    if (this.#handlers === null) return;
    if (this.#source.up()) this.#handlers.onUp();
    if (!this.#isConnected) this.#handlers.onConnected();
    this.#isConnected = true;
  }
}
