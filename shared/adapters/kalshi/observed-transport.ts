import type { EpochMs } from '../../domain/market/market.ts';
import type { HttpReply, HttpRequest, HttpTransport } from './http-transport.ts';

/** How a call ended: by the class of its status, or without an answer. */
export type CallClass = '2xx' | '3xx' | '4xx' | '5xx' | 'timeout' | 'connection_reset';

/** One call that was sent to the exchange. It has no body, no parameter and no name of anything. */
export type ExchangeCall = {
  readonly method: HttpRequest['method'];
  /** The path with `:id` in the place of every ticker and id. */
  readonly route: string;
  readonly class: CallClass;
  /** Null when there was no answer. */
  readonly status: number | null;
  /** When its end was known. */
  readonly atMs: EpochMs;
  /** From before it was sent until its end was known, by a clock that is never set back. */
  readonly durationMs: number;
};

/** Tells of every call that passes through it, in the moment it has ended. */
export class ObservedTransport implements HttpTransport {
  readonly #inner: HttpTransport;
  readonly #onCall: (call: ExchangeCall) => void;
  readonly #nowMs: () => EpochMs;
  readonly #monotonicMs: () => number;

  constructor(options: {
    readonly inner: HttpTransport;
    readonly onCall: (call: ExchangeCall) => void;
    readonly nowMs: () => EpochMs;
    readonly monotonicMs: () => number;
  }) {
    this.#inner = options.inner;
    this.#onCall = options.onCall;
    this.#nowMs = options.nowMs;
    this.#monotonicMs = options.monotonicMs;
  }

  async request(request: HttpRequest): Promise<HttpReply> {
    const sentMs = this.#monotonicMs();
    const reply = await this.#inner.request(request);
    this.#onCall({
      method: request.method,
      route: routeTemplate(request.path),
      class: classOf(reply),
      status: reply.kind === 'answered' ? reply.status : null,
      atMs: this.#nowMs(),
      durationMs: this.#monotonicMs() - sentMs,
    });
    return reply;
  }
}

/** Words of paths are lower case with underscores; whatever else stands between two slashes is a ticker or an id. */
const WORD = /^[a-z_]+$/;

/** The path of a call without what it is about, so that there are few of them. */
export function routeTemplate(path: string): string {
  return path
    .split('/')
    .map((part) => (part === '' || WORD.test(part) ? part : ':id'))
    .join('/');
}

function classOf(reply: HttpReply): CallClass {
  if (reply.kind === 'failed') return reply.cause;
  if (reply.status >= 500) return '5xx';
  if (reply.status >= 400) return '4xx';
  return reply.status >= 300 ? '3xx' : '2xx';
}

/**
 * Whether a call counts against the exchange or our access to it: no answer, 408, 5xx, a refused signature, too many
 * requests. Another 4xx is a refusal of what was asked, and no failure of anything.
 */
export function isCallError({
  class: ended,
  status,
}: Pick<ExchangeCall, 'class' | 'status'>): boolean {
  if (ended === '4xx') return status === 401 || status === 403 || status === 408 || status === 429;
  return ended !== '2xx';
}
