import type { BreakerState } from '../../domain/feeds/breaker.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import type { LineSource } from '../../domain/odds/line.ts';
import type { FrameRefusal } from '../../ports/market-data.ts';
import { JsonSource, type JsonFailure, type JsonSourceOptions } from '../http/json-source.ts';
import { KeptAnswers, type ReadOutcome } from '../http/kept-answers.ts';
import type { OddsApiQuota } from './credit-budget.ts';
import {
  decodeEventOdds,
  decodeEvents,
  decodeOdds,
  decodeParticipants,
  decodeScores,
  decodeSports,
  type EventScore,
  type ListedEvent,
  type ListedSport,
  type Participant,
  type QuotedEvent,
} from './wire/answers.ts';
import { bookmakerKeyOf } from './wire/bookmakers.ts';
import { decodeError } from './wire/errors.ts';
import type { PriceFormat } from './wire/quotes.ts';
import type { Rows } from './wire/rows.ts';

export type OddsApiClientOptions = Pick<
  JsonSourceOptions,
  'baseUrl' | 'apiKey' | 'clock' | 'timeoutMs' | 'breaker'
> & {
  readonly maxBytes?: number;
  /** Told of what is left with each answer that says so. */
  readonly onQuota?: (quota: OddsApiQuota) => void;
  /** Told of each read of what rarely changes: whether it was answered without a request. */
  readonly onRead?: (outcome: ReadOutcome) => void;
};

export type OddsApiAnswer<Row> = {
  readonly kind: 'answer';
  readonly rows: readonly Row[];
  readonly refused: readonly FrameRefusal[];
  /** As it came, without the key. */
  readonly text: string;
  /** By the vendor's clock where it tells, else by ours. */
  readonly answeredMs: EpochMs;
  readonly receivedMs: EpochMs;
};

export type OddsApiRead<Row> = OddsApiAnswer<Row> | JsonFailure;

/** American odds are what books in the US set; decimal ones are rounded from them. */
export const PRICE_FORMAT: PriceFormat = 'american';
/** A league's odds of ten books are some hundred kilobytes. */
const MAX_BYTES = 8_000_000;
const SPORTS_KEPT_MS = 600_000;
const EVENTS_KEPT_MS = 300_000;
const PARTICIPANTS_KEPT_MS = 86_400_000;
/** Of each kind of answer that is kept. */
const MAX_KEPT_CHARS = 16_000_000;
const PAUSES = { firstMs: 2_000, mostMs: 60_000 } as const;

/**
 * The REST interface of The Odds API, version 4. One question at a time costs what its page says; what rarely changes
 * is kept. Which questions are refused, when, and for how long is `JsonSource`'s.
 */
export class OddsApiClient {
  readonly #options: OddsApiClientOptions;
  readonly #source: JsonSource;
  readonly #sports: KeptAnswers<OddsApiRead<ListedSport>>;
  readonly #events: KeptAnswers<OddsApiRead<ListedEvent>>;
  readonly #participants: KeptAnswers<OddsApiRead<Participant>>;
  #quota: OddsApiQuota = { remaining: null, used: null, lastCost: null };

  constructor(options: OddsApiClientOptions) {
    this.#options = options;
    this.#source = new JsonSource({
      maxBytes: MAX_BYTES,
      ...options,
      pauses: PAUSES,
      decodeError,
      onHeaders: (headers) => this.#tellQuota(headers),
    });
    this.#sports = keptAnswers(options);
    this.#events = keptAnswers(options);
    this.#participants = keptAnswers(options);
  }

  /** As it was last told; what was never told is null. */
  get quota(): OddsApiQuota {
    return this.#quota;
  }

  get breaker(): BreakerState {
    return this.#source.breaker;
  }

  /** When the next question may go out; now at the earliest. */
  freeAtMs(nowMs: EpochMs): EpochMs {
    return this.#source.freeAtMs(nowMs);
  }

  /** What is in season. Costs nothing; kept for ten minutes. */
  sports(): Promise<OddsApiRead<ListedSport>> {
    const ask = () => this.#ask('/v4/sports', {}, decodeSports);
    return this.#sports.read('', SPORTS_KEPT_MS, ask);
  }

  /** The games of a sport that are to come or are on. Costs nothing; kept for five minutes. */
  events(sportKey: string): Promise<OddsApiRead<ListedEvent>> {
    const path = `/v4/sports/${encodeURIComponent(sportKey)}/events`;
    const ask = () => this.#ask(path, { dateFormat: 'iso' }, decodeEvents);
    return this.#events.read(sportKey, EVENTS_KEPT_MS, ask);
  }

  /** The winner market of a sport's games that begin at a time or later. Costs `oddsCost(books.length)`. */
  odds(
    sportKey: string,
    asked: { readonly books: readonly LineSource[]; readonly commenceFromMs: EpochMs },
  ): Promise<OddsApiRead<QuotedEvent>> {
    const path = `/v4/sports/${encodeURIComponent(sportKey)}/odds`;
    const commenceTimeFrom = `${new Date(Math.ceil(asked.commenceFromMs / 1_000) * 1_000).toISOString().slice(0, 19)}Z`;
    return this.#ask(path, { ...oddsQuery(asked.books), commenceTimeFrom }, decodeOdds);
  }

  /** The same of one game. Costs as much as the markets that come back. */
  eventOdds(
    event: { readonly sportKey: string; readonly eventId: string },
    books: readonly LineSource[],
  ): Promise<OddsApiRead<QuotedEvent>> {
    const path = `/v4/sports/${encodeURIComponent(event.sportKey)}/events/${encodeURIComponent(event.eventId)}/odds`;
    return this.#ask(path, oddsQuery(books), decodeEventOdds);
  }

  /** Scores of games that are on or to come; of the last one to three days too, which costs two credits for one. */
  scores(sportKey: string, daysFrom?: 1 | 2 | 3): Promise<OddsApiRead<EventScore>> {
    const path = `/v4/sports/${encodeURIComponent(sportKey)}/scores`;
    const query = daysFrom === undefined ? {} : { daysFrom: String(daysFrom) };
    return this.#ask(path, { ...query, dateFormat: 'iso' }, decodeScores);
  }

  /** The names that the vendor uses. Costs one credit; kept for a day. */
  participants(sportKey: string): Promise<OddsApiRead<Participant>> {
    const path = `/v4/sports/${encodeURIComponent(sportKey)}/participants`;
    const ask = () => this.#ask(path, {}, decodeParticipants);
    return this.#participants.read(sportKey, PARTICIPANTS_KEPT_MS, ask);
  }

  /** Cancels what is on its way, and asks nothing more. */
  close(): void {
    this.#source.close();
  }

  async #ask<Row>(
    path: string,
    query: Readonly<Record<string, string>>,
    decode: (value: unknown) => Rows<Row> | null,
  ): Promise<OddsApiRead<Row>> {
    const { apiKey } = this.#options;
    const read = await this.#source.ask({
      path,
      query: Object.entries({ apiKey, ...query }),
      decode,
    });
    if (read.kind === 'failed') return read;
    const { value, text, headers, receivedMs } = read;
    const dateMs = Date.parse(headers.get('date') ?? '');
    const answeredMs = Number.isNaN(dateMs) ? receivedMs : dateMs;
    return { kind: 'answer', ...value, text, answeredMs, receivedMs };
  }

  #tellQuota(headers: Headers): void {
    const quota = {
      remaining: creditsOf(headers.get('x-requests-remaining')),
      used: creditsOf(headers.get('x-requests-used')),
      lastCost: creditsOf(headers.get('x-requests-last')),
    };
    if (quota.remaining === null && quota.used === null && quota.lastCost === null) return;
    this.#quota = {
      remaining: quota.remaining ?? this.#quota.remaining,
      used: quota.used ?? this.#quota.used,
      lastCost: quota.lastCost ?? this.#quota.lastCost,
    };
    this.#options.onQuota?.(this.#quota);
  }
}

function keptAnswers<Row>({ clock, onRead }: OddsApiClientOptions): KeptAnswers<OddsApiRead<Row>> {
  return new KeptAnswers({
    nowMs: () => clock.nowMs(),
    maxChars: MAX_KEPT_CHARS,
    charsOf: (answer) => (answer.kind === 'answer' ? answer.text.length : null),
    ...(onRead === undefined ? {} : { onRead }),
  });
}

function oddsQuery(books: readonly LineSource[]): Readonly<Record<string, string>> {
  return {
    bookmakers: books.map(bookmakerKeyOf).join(','),
    markets: 'h2h',
    oddsFormat: PRICE_FORMAT,
    dateFormat: 'iso',
  };
}

function creditsOf(text: string | null): number | null {
  const credits = text === null || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(credits) ? credits : null;
}
