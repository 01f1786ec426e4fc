import type { EpochMs } from '../../domain/market/market.ts';
import { KeptAnswers, type ReadOutcome } from '../http/kept-answers.ts';
import type { HttpReply, HttpRequest, HttpTransport } from './http-transport.ts';
import { encodeQuery } from './wire/request-query.ts';

/**
 * How long an answer of a path is given again. The first pattern that fits counts; a path that fits none is never kept.
 */
export type CachedPath = { readonly pattern: RegExp; readonly ttlMs: number };

/**
 * What rarely changes and is nobody's own. Fees are read again within ten minutes of a change, and the stream tells an
 * event's sooner; the exchange announces maintenance days ahead.
 */
export const RARELY_CHANGING: readonly CachedPath[] = [
  { pattern: /^\/(series|events)\/fee_changes$/, ttlMs: 600_000 },
  { pattern: /^\/series(\/[^/]+)?$/, ttlMs: 600_000 },
  { pattern: /^\/events(\/[^/]+)?$/, ttlMs: 120_000 },
  { pattern: /^\/exchange\/schedule$/, ttlMs: 600_000 },
  { pattern: /^\/historical\/cutoff$/, ttlMs: 3_600_000 },
];

export type CachedReadsOptions = {
  readonly inner: HttpTransport;
  readonly nowMs: () => EpochMs;
  readonly paths?: readonly CachedPath[];
  /** Characters of all bodies that are kept; the longest unused go first. */
  readonly maxChars?: number;
  /** Told of each read of a path that may be kept: whether it was answered without a request. */
  readonly onRead?: (outcome: ReadOutcome) => void;
};

/** Enough for the list of all series beside thousands of events. */
const MAX_CHARS = 64_000_000;

/**
 * Answers reads of what rarely changes from memory, so that discovery does not spend the tokens of orders. Only a 200
 * is kept; one that is on its way is shared by all who ask for the same. Writes and everything of the account go
 * through.
 */
export class CachedReads implements HttpTransport {
  readonly #options: CachedReadsOptions;
  readonly #kept: KeptAnswers<HttpReply>;
  readonly #reads: Record<ReadOutcome, number> = { hit: 0, shared: 0, miss: 0 };

  constructor(options: CachedReadsOptions) {
    const { nowMs, onRead, maxChars = MAX_CHARS } = options;
    const reads = this.#reads;
    this.#options = options;
    this.#kept = new KeptAnswers({
      nowMs,
      maxChars,
      charsOf: (reply) =>
        reply.kind === 'answered' && reply.status === 200 ? reply.body.length : null,
      onRead: (outcome) => {
        reads[outcome] += 1;
        onRead?.(outcome);
      },
    });
  }

  /** Reads of paths that may be kept, since the process began. */
  get reads(): Readonly<Record<ReadOutcome, number>> {
    return { ...this.#reads };
  }

  request(request: HttpRequest): Promise<HttpReply> {
    const ask = (): Promise<HttpReply> => this.#options.inner.request(request);
    const rule = this.#ruleOf(request);
    if (rule === undefined) return ask();
    return this.#kept.read(`${request.path}?${encodeQuery(request.query)}`, rule.ttlMs, ask);
  }

  /** Forgets everything, also what is on its way, such as when an event's fees are told to have changed. */
  clear(): void {
    this.#kept.clear();
  }

  #ruleOf({ method, path, body }: HttpRequest): CachedPath | undefined {
    if (method !== 'GET' || body !== null) return undefined;
    return (this.#options.paths ?? RARELY_CHANGING).find(({ pattern }) => pattern.test(path));
  }
}
