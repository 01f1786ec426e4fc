import type { EpochMs } from '../../domain/market/market.ts';

/**
 * How old an answer may be on arrival, in milliseconds: what caches say of it and the time that it took. The corrected
 * initial age of RFC 9111, 4.2.3, from the headers `Age` (seconds) and `Date`; a header that is missing or not of its
 * form says nothing, and then the answer is as old as the request.
 */
export function answerAgeMs(answer: {
  readonly headers: Pick<Headers, 'get'>;
  readonly askedMs: EpochMs;
  readonly receivedMs: EpochMs;
}): number {
  const { headers, askedMs, receivedMs } = answer;
  const dateMs = Date.parse(headers.get('date') ?? '');
  const apparentMs = Number.isNaN(dateMs) ? 0 : Math.max(0, receivedMs - dateMs);
  const age = headers.get('age') ?? '';
  const cachedMs = /^\d{1,9}$/.test(age) ? Number(age) * 1_000 : 0;
  return Math.max(apparentMs, cachedMs + Math.max(0, receivedMs - askedMs));
}

const LONGEST_WAIT_MS = 3_600_000;

/**
 * For how long a server asks to be left alone, by its header `Retry-After` of seconds or of a date (RFC 9110,
 * 10.2.3), at most an hour. Null where it does not say.
 */
export function retryAfterMs(headers: Pick<Headers, 'get'>, nowMs: EpochMs): number | null {
  const text = headers.get('retry-after')?.trim() ?? '';
  const waitMs = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs;
  return Number.isNaN(waitMs) ? null : Math.min(LONGEST_WAIT_MS, Math.max(0, waitMs));
}
