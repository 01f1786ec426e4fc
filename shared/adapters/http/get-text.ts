import { invariant } from '../../domain/money/invariant.ts';

export type GetTextRequest = {
  /** May hold a key, and so never goes into what comes back. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** From the request until the last byte of the answer. */
  readonly timeoutMs: number;
  /** Of the answer as it is read, after it was unpacked. */
  readonly maxBytes: number;
  /** Ends the request early, as a failure. */
  readonly signal?: AbortSignal;
};

/** An answer of any status, or why there is none. `reason` is for people: it holds no address and so no key. */
export type GetTextOutcome =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Headers;
      readonly text: string;
    }
  | {
      readonly kind: 'failed';
      readonly cause: 'timeout' | 'oversized' | 'no_answer' | 'cancelled';
      readonly reason: string;
    };

export type GetText = (request: GetTextRequest) => Promise<GetTextOutcome>;

/**
 * One GET, packed by gzip where the server can. Never throws and asks once. A redirect is an answer and is not
 * followed: where it leads is not known to be allowed to see a key. The server's bytes are counted as they come, so
 * that no answer takes more memory than was allowed.
 */
export async function getText(request: GetTextRequest): Promise<GetTextOutcome> {
  const { url, headers, timeoutMs, maxBytes } = request;
  invariant(timeoutMs > 0 && maxBytes > 0, 'a request has a time and a size to stay within');
  const ending = new AbortController();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    ending.abort();
  }, timeoutMs);
  const cancel = (): void => ending.abort();
  request.signal?.addEventListener('abort', cancel);
  if (request.signal?.aborted === true) cancel();
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json', 'accept-encoding': 'gzip', ...headers },
      redirect: 'manual',
      signal: ending.signal,
    });
    const text = await readBody(response, maxBytes);
    if (text === null)
      return failed('oversized', `an answer of more than the ${maxBytes} bytes that are accepted`);
    return { kind: 'answer', status: response.status, headers: response.headers, text };
  } catch (error) {
    if (isLate) return failed('timeout', `no whole answer within ${timeoutMs} ms`);
    return ending.signal.aborted
      ? failed('cancelled', 'the request was cancelled')
      : failed('no_answer', `no answer (${codeOf(error)})`);
  } finally {
    clearTimeout(timer);
    // The signal outlives the request: a feed has one for all of its life.
    request.signal?.removeEventListener('abort', cancel);
  }
}

/** Null when the body is longer than allowed; the rest of it is not read. */
async function readBody({ body }: Response, maxBytes: number): Promise<string | null> {
  if (body === null) return '';
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > maxBytes) {
      // The connection is of no use to anyone else.
      await reader.cancel().catch(() => undefined);
      return null;
    }
    text += decoder.decode(value, { stream: true });
  }
}

function failed(
  cause: Extract<GetTextOutcome, { kind: 'failed' }>['cause'],
  reason: string,
): GetTextOutcome {
  return { kind: 'failed', cause, reason };
}

const CODE = /^[A-Za-z0-9_]{1,60}$/;

/** What fetch says of a failure lies in its cause. The code alone: a message may hold the address. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown failure';
  const { cause } = error;
  if (cause instanceof Error) {
    const code = 'code' in cause ? cause.code : cause.name;
    if (typeof code === 'string' && CODE.test(code)) return code;
  }
  return error.name;
}
