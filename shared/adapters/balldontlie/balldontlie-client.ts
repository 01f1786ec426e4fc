import { Breaker, type BreakerLimits, type BreakerState } from '../../domain/feeds/breaker.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import type { ScoreboardEvent } from '../../domain/market/scoreboard-event.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FrameRefusal } from '../../ports/market-data.ts';
import { getText } from '../http/get-text.ts';
import { LeftAlone } from '../http/left-alone.ts';
import { redactor } from '../http/redact.ts';
import { MinuteLimit } from './minute-limit.ts';
import { decodeGames, type GamesPage } from './wire/games.ts';

export type BalldontlieClientOptions = {
  /** `https://api.balldontlie.io` */
  readonly baseUrl: string;
  /** Goes into a header, and never into anything that is told. */
  readonly apiKey: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** What the plan allows. */
  readonly requestsPerMinute: number;
  readonly breaker: BreakerLimits;
};

export type BalldontlieFailure = {
  readonly kind: 'failed';
  readonly code:
    | 'unauthorized'
    | 'denied'
    /** By the vendor, or by our own count of its limit. */
    | 'rate_limited'
    | 'refused_request'
    | 'server_error'
    | 'timeout'
    | 'no_answer'
    | 'cancelled'
    | 'oversized'
    | 'not_json'
    | 'malformed'
    | 'breaker_open';
  /** For people, without the key and without an address. */
  readonly detail: string;
};

export type BalldontlieGames = {
  readonly kind: 'games';
  readonly games: readonly ScoreboardEvent[];
  readonly refused: readonly FrameRefusal[];
  /** When it was asked for: what is in it was so then or later. */
  readonly askedMs: EpochMs;
};

export type BalldontlieRead = BalldontlieGames | BalldontlieFailure;

type Query = readonly (readonly [string, string])[];

const PER_PAGE = 100;
/** Three days of the NBA are one page. */
const MOST_PAGES = 20;
const PAUSES = { firstMs: 10_000, mostMs: 300_000 } as const;
const GAMES = '/v1/games';
/** Of dearer plans: that it is refused says nothing of the key. */
const LIVE_BOX_SCORES = '/v1/box_scores/live';

/**
 * The NBA of Balldontlie (public docs, "NBA API"): pages by cursor, the key in a header, and a limit of so many requests
 * a minute that is kept by our own count too. Nothing is asked twice for one call, and nothing here throws for what the
 * vendor does.
 */
export class BalldontlieClient {
  readonly #options: BalldontlieClientOptions;
  readonly #limit: MinuteLimit;
  readonly #breaker: Breaker;
  readonly #leftAlone: LeftAlone;
  readonly #redact: (text: string) => string;
  readonly #ending = new AbortController();
  #underWay: { readonly key: string; readonly read: Promise<BalldontlieRead> } | null = null;

  constructor(options: BalldontlieClientOptions) {
    this.#options = options;
    this.#limit = new MinuteLimit(options.requestsPerMinute);
    this.#breaker = new Breaker(options.breaker);
    this.#leftAlone = new LeftAlone(this.#breaker, PAUSES);
    this.#redact = redactor([options.apiKey]);
  }

  get breaker(): BreakerState {
    return this.#breaker.state;
  }

  /** When the next request may go out, by the vendor's word and our own count. */
  freeAtMs(nowMs: EpochMs): EpochMs {
    return Math.max(this.#leftAlone.untilMs, this.#limit.freeAtMs(nowMs));
  }

  /** The games of some Eastern days, all pages. Who asks for the same at once shares one answer. */
  games(days: readonly string[]): Promise<BalldontlieRead> {
    const key = days.join(' ');
    if (this.#underWay?.key === key) return this.#underWay.read;
    const read = this.#allPages(days).finally(() => {
      if (this.#underWay?.read === read) this.#underWay = null;
    });
    this.#underWay = { key, read };
    return read;
  }

  /** Games in play with their score; the cheapest plan may not ask for them (`unauthorized` or `denied`). */
  async liveBoxScores(): Promise<BalldontlieRead> {
    const askedMs = this.#options.clock.nowMs();
    const page = await this.#page(LIVE_BOX_SCORES, []);
    if ('kind' in page) return page;
    return { kind: 'games', games: page.games, refused: page.refused, askedMs };
  }

  /** Cancels what is on its way, and asks nothing more. */
  close(): void {
    this.#ending.abort();
  }

  async #allPages(days: readonly string[]): Promise<BalldontlieRead> {
    const askedMs = this.#options.clock.nowMs();
    const games: ScoreboardEvent[] = [];
    const refused: FrameRefusal[] = [];
    const cursors = new Set<number>();
    let cursor: number | null = null;
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const page: GamesPage | BalldontlieFailure = await this.#page(GAMES, [
        ...days.map((day) => ['dates[]', day] as const),
        ['per_page', String(PER_PAGE)],
        ...(cursor === null ? [] : [['cursor', String(cursor)] as const]),
      ]);
      if ('kind' in page) return page;
      games.push(...page.games);
      refused.push(...page.refused);
      cursor = page.nextCursor;
      if (cursor === null) return { kind: 'games', games, refused, askedMs };
      if (cursors.has(cursor)) return failed('malformed', `the cursor ${cursor} came twice`);
      cursors.add(cursor);
    }
    return failed('malformed', `three days of games are more than ${MOST_PAGES} pages`);
  }

  async #page(path: string, query: Query): Promise<GamesPage | BalldontlieFailure> {
    const { baseUrl, apiKey, clock, timeoutMs, maxBytes } = this.#options;
    const nowMs = clock.nowMs();
    if (nowMs < this.freeAtMs(nowMs))
      return failed('rate_limited', 'it is left alone: the plan allows no more in this minute');
    if (!this.#breaker.admit(nowMs))
      return failed('breaker_open', 'it failed too often and is left alone until a trial');
    this.#limit.take(nowMs);
    const url = new URL(path, baseUrl);
    for (const [name, value] of query) url.searchParams.append(name, value);
    const outcome = await getText({
      url,
      headers: { authorization: apiKey },
      timeoutMs,
      maxBytes,
      signal: this.#ending.signal,
    });
    if (outcome.kind === 'failed') return this.#onFailed(outcome.cause, outcome.reason);
    // Before it is read: whatever is told of it then cannot hold the key.
    const text = this.#redact(outcome.text);
    if (outcome.status !== 200) return this.#onProblem(path, { ...outcome, text });
    return this.#read(path, text);
  }

  #read(path: string, text: string): GamesPage | BalldontlieFailure {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return this.#onFailed('not_json', `${text.length} characters that are not JSON`);
    }
    const page = decodeGames(value, this.#options.clock.nowMs());
    if (page === null)
      return this.#onFailed('malformed', `the answer of ${path} is not of its form`);
    this.#breaker.succeeded();
    this.#leftAlone.answered();
    return page;
  }

  #onFailed(code: BalldontlieFailure['code'], detail: string): BalldontlieFailure {
    if (code !== 'cancelled') this.#breaker.failed(this.#options.clock.nowMs());
    return failed(code, detail);
  }

  #onProblem(
    path: string,
    {
      status,
      text,
      headers,
    }: { readonly status: number; readonly text: string; readonly headers: Headers },
  ): BalldontlieFailure {
    const detail = `HTTP ${status} ${text.slice(0, 100)}`.replace(/\s+/g, ' ').trim();
    const nowMs = this.#options.clock.nowMs();
    // Whoever sends us elsewhere is not the vendor.
    if (status >= 500 || status < 400) return this.#onFailed('server_error', detail);
    if (status === 429) {
      this.#leftAlone.tooMany(headers, nowMs);
      return failed('rate_limited', detail);
    }
    const isRefused = status === 401 || status === 403;
    if (isRefused && path === GAMES) this.#breaker.refused(nowMs);
    else this.#breaker.succeeded();
    if (!isRefused) return failed('refused_request', detail);
    return failed(status === 401 ? 'unauthorized' : 'denied', detail);
  }
}

function failed(code: BalldontlieFailure['code'], detail: string): BalldontlieFailure {
  return { kind: 'failed', code, detail };
}
