import type { EpochMs } from '../../domain/market/market.ts';
import type { HttpReply, HttpRequest, HttpTransport } from './http-transport.ts';
import { encodeQuery } from './wire/request-query.ts';

/** How long an answer of a path is given again. The first pattern that fits counts; a path that fits none is never kept. */
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
  readonly onRead?: (outcome: 'hit' | 'shared' | 'miss') => void;
};

/** Enough for the list of all series beside thousands of events. */
const MAX_CHARS = 64_000_000;

type Kept = {
  readonly reply: HttpReply;
  readonly chars: number;
  readonly sinceMs: EpochMs;
  readonly ttlMs: number;
};

/**
 * Answers reads of what rarely changes from memory, so that discovery does not spend the tokens of orders. Only a 200 is
 * kept; one that is on its way is shared by all who ask for the same. Writes and everything of the account go through.
 */
export class CachedReads implements HttpTransport {
  readonly #options: CachedReadsOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #underWay = new Map<string, Promise<HttpReply>>();
  #chars = 0;
  #clearings = 0;

  constructor(options: CachedReadsOptions) {
    this.#options = options;
  }

  request(request: HttpRequest): Promise<HttpReply> {
    const { inner, nowMs, onRead } = this.#options;
    const rule = this.#ruleOf(request);
    if (rule === undefined) return inner.request(request);
    const key = `${request.path}?${encodeQuery(request.query)}`;
    const kept = this.#fresh(key, nowMs());
    if (kept !== null) {
      onRead?.('hit');
      return Promise.resolve(kept);
    }
    const underWay = this.#underWay.get(key);
    onRead?.(underWay === undefined ? 'miss' : 'shared');
    return underWay ?? this.#ask(key, request, rule.ttlMs);
  }

  /** Forgets everything, also what is on its way, such as when an event's fees are told to have changed. */
  clear(): void {
    this.#kept.clear();
    this.#underWay.clear();
    this.#clearings += 1;
    this.#chars = 0;
  }

  #ruleOf({ method, path, body }: HttpRequest): CachedPath | undefined {
    if (method !== 'GET' || body !== null) return undefined;
    return (this.#options.paths ?? RARELY_CHANGING).find(({ pattern }) => pattern.test(path));
  }

  async #ask(key: string, request: HttpRequest, ttlMs: number): Promise<HttpReply> {
    const clearings = this.#clearings;
    const asked = this.#options.inner.request(request);
    this.#underWay.set(key, asked);
    try {
      const reply = await asked;
      if (reply.kind === 'answered' && reply.status === 200 && clearings === this.#clearings)
        this.#keep(key, {
          reply,
          chars: reply.body.length,
          sinceMs: this.#options.nowMs(),
          ttlMs,
        });
      return reply;
    } finally {
      if (this.#underWay.get(key) === asked) this.#underWay.delete(key);
    }
  }

  /** Moves what is used to the end, so that the first is the longest unused. */
  #fresh(key: string, nowMs: EpochMs): HttpReply | null {
    const kept = this.#kept.get(key);
    if (kept === undefined) return null;
    this.#kept.delete(key);
    const ageMs = nowMs - kept.sinceMs;
    // Of the time to come is what was kept before the clock was set back.
    if (ageMs < 0 || ageMs >= kept.ttlMs) {
      this.#chars -= kept.chars;
      return null;
    }
    this.#kept.set(key, kept);
    return kept.reply;
  }

  #keep(key: string, entry: Kept): void {
    const maxChars = this.#options.maxChars ?? MAX_CHARS;
    if (entry.chars > maxChars) return;
    this.#chars += entry.chars - (this.#kept.get(key)?.chars ?? 0);
    this.#kept.set(key, entry);
    for (const [oldest, { chars }] of this.#kept) {
      if (this.#chars <= maxChars) return;
      this.#kept.delete(oldest);
      this.#chars -= chars;
    }
  }
}
