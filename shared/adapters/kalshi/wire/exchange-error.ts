import * as z from 'zod';
import { MAX_WIRE_BYTES, readJson } from './wire-text.ts';

const MAX_MESSAGE_LENGTH = 200;

/** All the shapes in which the exchange is known to put an error (docs.kalshi.com, "Order Errors"). */
const errorFields = z.object({
  code: z.string().min(1).max(100).optional().catch(undefined),
  message: z.string().optional().catch(undefined),
  details: z.string().optional().catch(undefined),
});
const errorBody = z.object({
  error: z.union([errorFields, z.string()]).optional().catch(undefined),
  code: errorFields.shape.code,
  message: errorFields.shape.message,
  details: errorFields.shape.details,
  msg: z.string().optional().catch(undefined),
});

/**
 * The code and message of a 4xx body: `error.code` first, then the top-level `code`, else the default of the HTTP
 * class. Codes are passed on as they are (they are case-sensitive); an unreadable body gives the default.
 */
export function readExchangeError(
  status: number,
  body: string,
): { readonly code: string; readonly message: string } {
  const json = readJson(body, MAX_WIRE_BYTES);
  const parsed = json.kind === 'json' ? errorBody.safeParse(json.value) : null;
  if (parsed === null || !parsed.success)
    return { code: defaultCode(status), message: body.slice(0, MAX_MESSAGE_LENGTH) };
  const { error, code, message, details, msg } = parsed.data;
  const nested = typeof error === 'object' ? error : {};
  const texts = [
    typeof error === 'string' ? error : undefined,
    nested.message ?? message ?? msg,
    nested.details ?? details,
  ].filter((text) => text !== undefined);
  return {
    code: nested.code ?? code ?? defaultCode(status),
    message: texts.join(': ').slice(0, MAX_MESSAGE_LENGTH),
  };
}

/** What an error of a class means at the least. A conflict on create says that the id was used before. */
function defaultCode(status: number): string {
  switch (status) {
    case 401:
      return 'authentication_error';
    case 403:
      return 'forbidden';
    case 404:
      return 'not_found';
    case 409:
      return 'order_already_exists';
    case 429:
      return 'rate_limited';
    default:
      return 'bad_request';
  }
}

/** An error as the exchange's side sends it; the shape is one of those seen on the wire. */
export type ExchangeError = {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly details: string | null;
  readonly shape: 'nested' | 'flat' | 'msg' | 'text' | 'html' | 'empty';
};

/** The body of an error answer. */
export function encodeExchangeError(error: ExchangeError): string {
  const { code, message } = error;
  const fields = { code, message, ...(error.details !== null && { details: error.details }) };
  switch (error.shape) {
    case 'nested':
      return JSON.stringify({ error: fields });
    case 'flat':
      return JSON.stringify(fields);
    case 'msg':
      return JSON.stringify({ msg: message });
    case 'text':
      return JSON.stringify({ error: message });
    case 'html':
      return `<html><head><title>${error.status}</title></head><body>${message}</body></html>`;
    case 'empty':
      return '';
  }
}
