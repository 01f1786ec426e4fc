import type { BreakerState } from '../../domain/feeds/breaker.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import type { ScoreboardEvent } from '../../domain/market/scoreboard-event.ts';
import type { FrameRefusal } from '../../ports/market-data.ts';
import {
  failed,
  JsonSource,
  type JsonFailure,
  type JsonSourceOptions,
} from '../http/json-source.ts';
import { decodeGames, type GamesPage } from './wire/games.ts';

export type BalldontlieClientOptions = Omit<JsonSourceOptions, 'headers' | 'pauses'>;

export type BalldontlieGames = {
  readonly kind: 'games';
  readonly games: readonly ScoreboardEvent[];
  readonly refused: readonly FrameRefusal[];
  /** When it was asked for: what is in it was so then or later. */
  readonly askedMs: EpochMs;
};

export type BalldontlieRead = BalldontlieGames | JsonFailure;

type Query = readonly (readonly [string, string])[];

const PER_PAGE = 100;
/** Three days of the NBA are one page. */
const MOST_PAGES = 20;
const PAUSES = { firstMs: 10_000, mostMs: 300_000 } as const;
const GAMES = '/v1/games';
/** Of dearer plans: that it is refused says nothing of the key. */
const LIVE_BOX_SCORES = '/v1/box_scores/live';

/**
 * The NBA of Balldontlie (public docs, "NBA API"): pages by cursor, the key in a header, and a limit of so many
 * requests a minute that is kept by our own count too.
 */
export class BalldontlieClient {
  readonly #options: BalldontlieClientOptions;
  readonly #source: JsonSource;
  #underWay: { readonly key: string; readonly read: Promise<BalldontlieRead> } | null = null;

  constructor(options: BalldontlieClientOptions) {
    this.#options = options;
    const headers = { authorization: options.apiKey };
    this.#source = new JsonSource({ ...options, headers, pauses: PAUSES });
  }

  get breaker(): BreakerState {
    return this.#source.breaker;
  }

  /** When the next request may go out, by the vendor's word and our own count. */
  freeAtMs(nowMs: EpochMs): EpochMs {
    return this.#source.freeAtMs(nowMs);
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
    this.#source.close();
  }

  async #allPages(days: readonly string[]): Promise<BalldontlieRead> {
    const askedMs = this.#options.clock.nowMs();
    const games: ScoreboardEvent[] = [];
    const refused: FrameRefusal[] = [];
    const cursors = new Set<number>();
    let cursor: number | null = null;
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const page: GamesPage | JsonFailure = await this.#page(GAMES, [
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

  async #page(path: string, query: Query): Promise<GamesPage | JsonFailure> {
    const isOptional = path === LIVE_BOX_SCORES;
    const read = await this.#source.ask({ path, query, decode: decodeGames, isOptional });
    return read.kind === 'failed' ? read : read.value;
  }
}
