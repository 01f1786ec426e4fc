import type { UnknownCause } from '../../domain/execution/outcome.ts';
import type { HttpReply } from './http-transport.ts';
import { readExchangeError } from './wire/exchange-error.ts';

/** What the class of an answer says of a write, before its body is read. */
export type WriteReply =
  | { readonly kind: 'success'; readonly body: string }
  | {
      readonly kind: 'rejected';
      readonly status: number;
      readonly code: string;
      readonly message: string;
    }
  | { readonly kind: 'unknown'; readonly cause: UnknownCause };

/**
 * Reads the HTTP class of the answer to a write (docs.kalshi.com, "Order Errors"): 2xx is a success, 408, any 5xx, what is
 * no answer and what no server should say leave the outcome unknown, any other 4xx is a rejection.
 */
export function writeReply(reply: HttpReply): WriteReply {
  if (reply.kind === 'failed') return { kind: 'unknown', cause: reply.cause };
  const { status, body } = reply;
  if (status >= 200 && status < 300) return { kind: 'success', body };
  if (status === 408) return { kind: 'unknown', cause: 'request_timeout_408' };
  if (status >= 400 && status < 500)
    return { kind: 'rejected', status, ...readExchangeError(status, body) };
  return { kind: 'unknown', cause: 'server_error' };
}

/** Codes of one item of a batch that leave open whether the exchange acted on it. */
const AMBIGUOUS_CODE = /unavailable|timeout|timed_out|internal/i;

/** True when the code of one item says no more than a 5xx would. */
export function isAmbiguousCode(code: string): boolean {
  return AMBIGUOUS_CODE.test(code);
}

/** Codes of one item that a single request would have had as a 404. */
const NOT_FOUND_CODE = /not_found$/i;

export function isNotFoundCode(code: string): boolean {
  return NOT_FOUND_CODE.test(code);
}
