import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { AwsError } from '../parts/aws-error.ts';

/** One request, read whole. */
export type HttpCall = {
  readonly method: string;
  /** As sent, still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** True once nobody is there any more to read the answer. */
  readonly isGone: () => boolean;
};

export type HttpReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
};

/** One service of AWS. Throws `AwsError` for what it refuses. */
export type Service = {
  readonly answer: (call: HttpCall) => Promise<HttpReply>;
  /** An error in the service's own protocol. */
  readonly refuse: (error: AwsError, call: HttpCall) => HttpReply;
};

/** The body, or RequestEntityTooLarge as soon as it is longer than the limit. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    bytes += buffer.length;
    if (bytes > limitBytes)
      throw new AwsError(
        'RequestEntityTooLarge',
        `The request's body is longer than the ${limitBytes} bytes that are taken.`,
        413,
      );
    chunks.push(buffer);
  }
  return Buffer.concat(chunks);
}

/** A header's one value; null when it is not there. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name];
  if (value === undefined) return null;
  return typeof value === 'string' ? value : (value[0] ?? null);
}
