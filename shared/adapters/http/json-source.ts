import { Breaker, type BreakerLimits, type BreakerState } from '../../domain/feeds/breaker.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FrameRefusal } from '../../ports/market-data.ts';
import { getText } from './get-text.ts';
import { LeftAlone, type PauseLimits } from './left-alone.ts';
import { MinuteLimit } from './minute-limit.ts';
import { redactor } from './redact.ts';

/**
 * Why an answer is none. `rate_limited` passes; `unauthorized`, `denied` and `quota_exhausted` do not by themselves.
 */
export type SourceProblem =
  | 'unauthorized'
  | 'denied'
  | 'quota_exhausted'
  | 'rate_limited'
  | 'refused_request'
  | 'server_error';

export type JsonFailure = {
  readonly kind: 'failed';
  readonly code:
    | SourceProblem
    | 'timeout'
    | 'no_answer'
    | 'cancelled'
    | 'oversized'
    | 'not_json'
    | 'malformed'
    /** It failed too often and was not asked. */
    | 'breaker_open';
  /** For people, without the key and without an address. */
  readonly detail: string;
};

export type JsonAnswer<Value> = {
  readonly kind: 'answer';
  readonly value: Value;
  /** As it came, without the key. */
  readonly text: string;
  readonly headers: Headers;
  readonly receivedMs: EpochMs;
};

export type JsonSourceOptions = {
  /** Without a key; paths of questions stand behind its own. */
  readonly baseUrl: string;
  /** Goes into requests, and never into anything that is told. */
  readonly apiKey: string;
  /** What every request has, the key for one. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** A longer answer is refused unread. */
  readonly maxBytes: number;
  readonly breaker: BreakerLimits;
  /** After "too many", where it does not say for how long. */
  readonly pauses: PauseLimits;
  /** Counted by ourselves too. No limit when left out. */
  readonly requestsPerMinute?: number;
  /** What the body of an answer other than 200 says: its problem, or null where its status tells. */
  readonly decodeError?: (value: unknown) => {
    readonly problem: SourceProblem | null;
    readonly said: string;
  };
  /** Told of the headers of each answer, whatever its status. */
  readonly onHeaders?: (headers: Headers) => void;
};

export type JsonQuestion<Value> = {
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  /** Null for what is not of its form. */
  readonly decode: (value: unknown, receivedMs: EpochMs) => Value | null;
  /** A plan may not have it: that it is refused says nothing of the key. */
  readonly isOptional?: boolean;
};

/** Characters of an error's body where its form is not known, and of any detail. */
const MAX_SAID = 100;
const MAX_DETAIL = 200;

/**
 * A source that answers GETs with JSON and is given a key. Nothing is asked twice for one call, and nothing here throws
 * for what the source does. After "too many" nothing goes out for a while; after failures in a row, or a key that is
 * refused, the breaker keeps it from being asked at all.
 */
export class JsonSource {
  readonly #options: JsonSourceOptions;
  readonly #breaker: Breaker;
  readonly #leftAlone: LeftAlone;
  readonly #limit: MinuteLimit | null;
  readonly #redact: (text: string) => string;
  readonly #ending = new AbortController();

  constructor(options: JsonSourceOptions) {
    const { requestsPerMinute } = options;
    this.#options = options;
    this.#breaker = new Breaker(options.breaker);
    this.#leftAlone = new LeftAlone(this.#breaker, options.pauses);
    this.#limit = requestsPerMinute === undefined ? null : new MinuteLimit(requestsPerMinute);
    this.#redact = redactor([options.apiKey]);
  }

  get breaker(): BreakerState {
    return this.#breaker.state;
  }

  /** When the next request may go out, by the source's word and our own count; now at the earliest. */
  freeAtMs(nowMs: EpochMs): EpochMs {
    return Math.max(this.#leftAlone.untilMs(nowMs), this.#limit?.freeAtMs(nowMs) ?? nowMs);
  }

  /** Cancels what is on its way. */
  close(): void {
    this.#ending.abort();
  }

  async ask<Value>(question: JsonQuestion<Value>): Promise<JsonAnswer<Value> | JsonFailure> {
    const { baseUrl, headers = {}, clock, timeoutMs, maxBytes } = this.#options;
    const nowMs = clock.nowMs();
    if (nowMs < this.freeAtMs(nowMs))
      return failed('rate_limited', 'it is left alone for a while: asked too often');
    if (!this.#breaker.admit(nowMs))
      return failed('breaker_open', 'it failed too often and is left alone until a trial');
    this.#limit?.take(nowMs);
    const url = new URL(`${baseUrl.replace(/\/+$/, '')}${question.path}`);
    for (const [name, value] of question.query) url.searchParams.append(name, value);
    const { signal } = this.#ending;
    const outcome = await getText({ url, headers, timeoutMs, maxBytes, signal });
    if (outcome.kind === 'failed') return this.#onFailed(outcome.cause, outcome.reason);
    // Before it is read: whatever is told of it then cannot hold the key.
    const answer = { ...outcome, text: this.#redact(outcome.text) };
    this.#options.onHeaders?.(answer.headers);
    return answer.status === 200 ? this.#read(question, answer) : this.#onProblem(question, answer);
  }

  #read<Value>(
    { path, decode }: JsonQuestion<Value>,
    { text, headers }: Answered,
  ): JsonAnswer<Value> | JsonFailure {
    const receivedMs = this.#options.clock.nowMs();
    const said = parseJson(text);
    // What cannot be read is a failure of the source.
    if (said === undefined)
      return this.#onFailed('not_json', `${text.length} characters that are not JSON`);
    const value = decode(said, receivedMs);
    if (value === null)
      return this.#onFailed('malformed', `the answer of ${path} is not of its form`);
    this.#breaker.succeeded();
    this.#leftAlone.answered();
    return { kind: 'answer', value, text, headers, receivedMs };
  }

  #onFailed(code: JsonFailure['code'], detail: string): JsonFailure {
    if (code !== 'cancelled') this.#breaker.failed(this.#options.clock.nowMs());
    return failed(code, detail);
  }

  #onProblem(
    { isOptional = false }: Pick<JsonQuestion<unknown>, 'isOptional'>,
    { status, text, headers }: Answered,
  ): JsonFailure {
    const { decodeError, clock } = this.#options;
    const error = decodeError?.(parseJson(text));
    const problem = error?.problem ?? problemOfStatus(status);
    const said = `HTTP ${status} ${error?.said ?? text.slice(0, MAX_SAID)}`;
    const detail = said.replace(/\s+/g, ' ').trim().slice(0, MAX_DETAIL);
    switch (problem) {
      case 'server_error':
        return this.#onFailed(problem, detail);
      case 'rate_limited':
        this.#leftAlone.tooMany(headers, clock.nowMs());
        break;
      case 'unauthorized':
      case 'denied':
        if (isOptional) this.#breaker.succeeded();
        else this.#breaker.refused(clock.nowMs());
        break;
      // It answers, and other questions may still be asked.
      case 'quota_exhausted':
      case 'refused_request':
        this.#breaker.succeeded();
    }
    return failed(problem, detail);
  }
}

type Answered = { readonly status: number; readonly headers: Headers; readonly text: string };

/** What a status alone says. */
export function problemOfStatus(status: number): SourceProblem {
  if (status === 429) return 'rate_limited';
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'denied';
  // Whoever sends us elsewhere is not the source.
  return status >= 400 && status < 500 ? 'refused_request' : 'server_error';
}

/** A failure as what could not be read; null when we ended the request, or did not ask. */
export function refusalOf({ code, detail }: JsonFailure): FrameRefusal | null {
  if (code === 'cancelled' || code === 'breaker_open') return null;
  const isUnread = code === 'oversized' || code === 'not_json' || code === 'malformed';
  return { kind: 'refused', code: isUnread ? code : 'feed_error', detail };
}

/** A failure before or beside what this class does, such as too many pages. */
export function failed(code: JsonFailure['code'], detail: string): JsonFailure {
  return { kind: 'failed', code, detail };
}

/** Undefined for what is not JSON, which JSON cannot say. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
