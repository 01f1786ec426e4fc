import { AwsError } from '../parts/aws-error.ts';

export type Decoded = {
  readonly body: Buffer;
  /** What came after the body, such as its checksum. */
  readonly trailers: Readonly<Record<string, string>>;
};

const LINE_END = '\r\n';

/**
 * Reads S3's own chunks inside the HTTP body (content-encoding aws-chunked): the size in hex, perhaps a signature, the
 * bytes; after the chunk of size 0 come trailers.
 */
export function decodeAwsChunked(encoded: Buffer, expectedLength: number | null): Decoded {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const [size, dataAt] = chunkAt(encoded, at);
    if (size === 0) {
      at = dataAt;
      break;
    }
    const end = dataAt + size;
    if (encoded.toString('latin1', end, end + LINE_END.length) !== LINE_END) throw incomplete();
    chunks.push(encoded.subarray(dataAt, end));
    at = end + LINE_END.length;
  }
  const body = Buffer.concat(chunks);
  if (expectedLength !== null && body.length !== expectedLength) throw incomplete();
  return { body, trailers: trailersOf(encoded.toString('latin1', at)) };
}

function chunkAt(encoded: Buffer, at: number): readonly [size: number, dataAt: number] {
  const lineEnd = encoded.indexOf(LINE_END, at, 'latin1');
  if (lineEnd === -1) throw incomplete();
  const hex = encoded.toString('latin1', at, lineEnd).split(';')[0] ?? '';
  if (!/^[\da-f]{1,8}$/i.test(hex)) throw incomplete();
  return [Number.parseInt(hex, 16), lineEnd + LINE_END.length];
}

function trailersOf(text: string): Readonly<Record<string, string>> {
  const lines = text.split(LINE_END).filter((line) => line.includes(':'));
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

function incomplete(): AwsError {
  return new AwsError(
    'IncompleteBody',
    'The request body terminated unexpectedly or its chunks are malformed.',
  );
}
