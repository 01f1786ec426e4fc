import type { Read, ReadFailure } from '../../ports/exchange.ts';
import type { FrameRefusal } from '../../ports/market-data.ts';
import type { HttpReply, HttpTransport } from './http-transport.ts';
import type { RequestQuery } from './wire/request-query.ts';

/** Attempts of one read; reads may be repeated freely, writes never. */
const ATTEMPTS = 3;

/** The body of a 200, or that the exchange has no such thing. */
export type BodyRead = Read<string> | { readonly kind: 'absent' };

/**
 * Reads a path that may name something which is not there. What failed on the way is tried again a bounded number of
 * times; a 4xx is final, and of these a 404 says that there is no such thing.
 */
export async function readBody(
  transport: HttpTransport,
  path: string,
  query: RequestQuery = {},
): Promise<BodyRead> {
  let reply: HttpReply = { kind: 'failed', cause: 'timeout' };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    reply = await transport.request({ method: 'GET', path, query, body: null });
    if (reply.kind !== 'answered') continue;
    if (reply.status === 200) return { kind: 'read', value: reply.body };
    if (reply.status === 404) return { kind: 'absent' };
    if (reply.status >= 400 && reply.status < 500) break;
  }
  const reason = reply.kind === 'failed' ? reply.cause : `HTTP ${reply.status}`;
  return { kind: 'unavailable', reason: `${path}: ${reason}` };
}

/** `readBody` of what is always there, and decoded. */
export async function readDecoded<T extends { readonly kind: string }>(
  transport: HttpTransport,
  { path, query = {} }: { readonly path: string; readonly query?: RequestQuery },
  decode: (text: string) => T | FrameRefusal,
): Promise<Read<T>> {
  const read = await readBody(transport, path, query);
  switch (read.kind) {
    case 'unavailable':
      return read;
    case 'absent':
      return { kind: 'unavailable', reason: `${path}: HTTP 404` };
    case 'read': {
      const decoded = decode(read.value);
      return isRefused(decoded) ? unreadable(path, decoded) : { kind: 'read', value: decoded };
    }
  }
}

export function unreadable(path: string, { code, detail }: FrameRefusal): ReadFailure {
  return { kind: 'unavailable', reason: `${path}: ${code}: ${detail}` };
}

function isRefused(decoded: { readonly kind: string }): decoded is FrameRefusal {
  return decoded.kind === 'refused';
}
