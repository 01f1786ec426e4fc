import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../parts/aws-error.ts';

type Digest = (body: Uint8Array) => string;

const hashed =
  (algorithm: string): Digest =>
  (body) =>
    createHash(algorithm).update(body).digest('base64');

/** The checksums that the SDK may send which Node can compute; CRC32 is what it sends unless asked for another. */
const CHECKSUMS: Readonly<Record<string, Digest>> = {
  'x-amz-checksum-crc32': crc32Of,
  'x-amz-checksum-sha1': hashed('sha1'),
  'x-amz-checksum-sha256': hashed('sha256'),
  'content-md5': hashed('md5'),
};

export const CRC32_HEADER = 'x-amz-checksum-crc32';

/** Throws BadDigest when what arrived is not what was sent. */
export function checkDigests(
  body: Uint8Array,
  sent: (name: string) => string | null | undefined,
): void {
  for (const [name, digest] of Object.entries(CHECKSUMS)) {
    const expected = sent(name);
    if (typeof expected === 'string' && expected !== digest(body))
      throw new AwsError('BadDigest', `The ${name} you specified did not match what we received.`);
  }
}

export function crc32Of(body: Uint8Array): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString('base64');
}

/** The ETag of an object that was put in one piece: its MD5 in quotes. */
export function etagOf(body: Uint8Array): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}
