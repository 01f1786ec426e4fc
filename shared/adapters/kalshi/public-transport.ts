import { invariant } from '../../domain/money/invariant.ts';
import { getText } from '../http/get-text.ts';
import type { HttpReply, HttpRequest, HttpTransport } from './http-transport.ts';
import { encodeQuery } from './wire/request-query.ts';

export type PublicTransportOptions = {
  /** Up to and including `/trade-api/v2`. */
  readonly restUrl: string;
  readonly timeoutMs: number;
};

/** The list of all series is some ten megabytes. */
const MAX_BYTES = 32_000_000;

/**
 * Unsigned reads of what the exchange tells everybody: markets, events and series. It has no key and can neither trade
 * nor see an account.
 */
export class PublicTransport implements HttpTransport {
  readonly #options: PublicTransportOptions;

  constructor(options: PublicTransportOptions) {
    this.#options = options;
  }

  async request({ method, path, query }: HttpRequest): Promise<HttpReply> {
    invariant(method === 'GET', 'nothing is written without a signature');
    const { restUrl, timeoutMs } = this.#options;
    const search = encodeQuery(query);
    const url = new URL(`${restUrl.replace(/\/$/, '')}${path}${search === '' ? '' : `?${search}`}`);
    const got = await getText({ url, headers: {}, timeoutMs, maxBytes: MAX_BYTES });
    if (got.kind === 'answer') return { kind: 'answered', status: got.status, body: got.text };
    return { kind: 'failed', cause: got.cause === 'timeout' ? 'timeout' : 'connection_reset' };
  }
}
