import {
  encodeExchangeError,
  type ExchangeError,
} from '../../adapters/kalshi/wire/exchange-error.ts';
import type { HttpAnswer } from '../../adapters/kalshi/wire/orders.ts';

/** Refusals whose codes are recorded or documented (docs.kalshi.com, "Order Errors"). */
export const EXCHANGE_ERRORS = {
  invalidPrice: refusal(400, 'invalid_price', 'invalid price'),
  insufficientBalance: refusal(400, 'insufficient_balance', 'insufficient balance'),
  postOnlyCross: refusal(400, 'invalid_order', 'invalid order', 'post only cross'),
  notFound: refusal(404, 'not_found', 'not found'),
  marketNotFound: refusal(404, 'market_not_found', 'market not found'),
  orderAlreadyExists: refusal(409, 'order_already_exists', 'order already exists'),
  /** A text in place of the error object, and no time at which to come again. */
  tooManyRequests: {
    status: 429,
    code: 'too_many_requests',
    message: 'too many requests',
    details: null,
    shape: 'text',
  },
} as const;

/** An error in its most common shape, `{"error":{"code","message","details"?}}`. */
export function refusal(
  status: number,
  code: string,
  message: string,
  details: string | null = null,
): ExchangeError {
  return { status, code, message, details, shape: 'nested' };
}

/** A query parameter out of its range: the one error that has neither code nor message. */
export function queryRefusal(detail: string): ExchangeError {
  const message = `Parameter validation failed: ${detail}`;
  return { status: 400, code: 'bad_request', message, details: null, shape: 'msg' };
}

export function errorAnswer(error: ExchangeError): HttpAnswer {
  return { status: error.status, body: encodeExchangeError(error) };
}
