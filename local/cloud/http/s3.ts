import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../shared/ports/clock.ts';
import type { ObjectStore, StoredObject } from '../buckets.ts';
import { UnkeepableKey } from '../buckets-on-disk.ts';
import { AwsError } from '../parts/aws-error.ts';
import { decodeAwsChunked } from './aws-chunked.ts';
import { headerOf, type HttpCall, type HttpReply, type Service } from './http-call.ts';
import { checkDigests, crc32Of, CRC32_HEADER, etagOf } from './s3-checksums.ts';
import { listObjects } from './s3-list.ts';
import { element, xmlDocument } from './xml.ts';

export type S3Cloud = {
  readonly objects: ObjectStore;
  readonly hasBucket: (name: string) => boolean;
  readonly clock: Clock;
};

const MAX_KEY_BYTES = 1_024;

/** S3 in path style: PutObject, GetObject, HeadObject, DeleteObject, ListObjectsV2. */
export function s3Service(cloud: S3Cloud): Service {
  return {
    answer: (call) => answer(cloud, call),
    refuse: (error, { method }) => ({
      status: error.status,
      headers: { 'content-type': 'application/xml' },
      body:
        method === 'HEAD'
          ? ''
          : xmlDocument(
              element('Error', [
                element('Code', error.code),
                element('Message', error.message),
                element('RequestId', randomUUID()),
              ]),
            ),
    }),
  };
}

async function answer(cloud: S3Cloud, call: HttpCall): Promise<HttpReply> {
  const { bucket, key } = place(call.path);
  if (!cloud.hasBucket(bucket))
    throw new AwsError('NoSuchBucket', `The specified bucket does not exist: ${bucket}`, 404);
  const asked = [...call.query.keys()].find((name) => !KNOWN_QUERY.has(name));
  if (asked !== undefined) throw notImplemented(`${call.method} with ?${asked}`);
  if (key === '') {
    if (call.method === 'HEAD') return { status: 200, headers: {}, body: '' };
    if (call.method === 'GET' && call.query.get('list-type') === '2')
      return listObjects(await cloud.objects.list(bucket, call.query.get('prefix') ?? ''), {
        bucket,
        query: call.query,
      });
    throw notImplemented(`${call.method} of a bucket`);
  }
  switch (call.method) {
    case 'PUT':
      return put(cloud, bucket, key, call);
    case 'GET':
    case 'HEAD':
      return get(await found(cloud, bucket, key), call);
    case 'DELETE':
      await cloud.objects.delete(bucket, key);
      return { status: 204, headers: {}, body: '' };
    default:
      throw notImplemented(`${call.method} of an object`);
  }
}

const KNOWN_QUERY: ReadonlySet<string> = new Set([
  'x-id',
  'list-type',
  'prefix',
  'delimiter',
  'max-keys',
  'start-after',
  'continuation-token',
  'encoding-type',
  'fetch-owner',
]);

function place(path: string): { readonly bucket: string; readonly key: string } {
  const [, bucket = '', ...rest] = path.split('/');
  try {
    return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(rest.join('/')) };
  } catch {
    throw new AwsError('InvalidURI', `Couldn't parse the specified URI: ${path}`);
  }
}

async function put(
  cloud: S3Cloud,
  bucket: string,
  key: string,
  { headers, body: sent }: HttpCall,
): Promise<HttpReply> {
  if (Buffer.byteLength(key) > MAX_KEY_BYTES)
    throw new AwsError('KeyTooLongError', `Your key is too long: at most ${MAX_KEY_BYTES} bytes.`);
  const refused = Object.keys(headers).find((name) => isUnkept(name));
  if (refused !== undefined) throw notImplemented(`PutObject with the header ${refused}`);
  const encodings = (headerOf(headers, 'content-encoding') ?? '')
    .split(',')
    .map((each) => each.trim());
  if (encodings.some((each) => each !== '' && each !== 'aws-chunked'))
    throw notImplemented(`PutObject with the content encoding ${encodings.join(',')}`);
  const { body, trailers } = encodings.includes('aws-chunked')
    ? decodeAwsChunked(sent, numberOr(headerOf(headers, 'x-amz-decoded-content-length')))
    : { body: sent, trailers: {} };
  const all: Readonly<Record<string, string>> = trailers;
  checkDigests(body, (name) => all[name] ?? headerOf(headers, name));
  try {
    await cloud.objects.put(bucket, key, {
      body,
      contentType: headerOf(headers, 'content-type'),
      storedMs: cloud.clock.nowMs(),
    });
  } catch (error) {
    if (error instanceof UnkeepableKey) throw new AwsError('NotImplemented', error.message, 501);
    throw error;
  }
  return {
    status: 200,
    headers: { etag: etagOf(body), [CRC32_HEADER]: crc32Of(body) },
    body: '',
  };
}

/** What would be answered differently by S3 because of it, and is not kept here. */
function isUnkept(header: string): boolean {
  return (
    header.startsWith('x-amz-meta-') ||
    ['if-match', 'if-none-match', 'x-amz-copy-source', 'x-amz-tagging', 'expires'].includes(header)
  );
}

async function found(cloud: S3Cloud, bucket: string, key: string): Promise<StoredObject> {
  const object = await cloud.objects.get(bucket, key);
  if (object === null)
    throw new AwsError('NoSuchKey', `The specified key does not exist: ${key}`, 404);
  return object;
}

function get(object: StoredObject, { method, headers }: HttpCall): HttpReply {
  const common = {
    etag: etagOf(object.body),
    'last-modified': new Date(object.storedMs).toUTCString(),
    'accept-ranges': 'bytes',
    'content-type': object.contentType ?? 'binary/octet-stream',
  };
  const range = headerOf(headers, 'range');
  const checksum =
    range === null && headerOf(headers, 'x-amz-checksum-mode') === 'ENABLED'
      ? { [CRC32_HEADER]: crc32Of(object.body), 'x-amz-checksum-type': 'FULL_OBJECT' }
      : {};
  if (method === 'HEAD')
    return {
      status: 200,
      headers: { ...common, ...checksum, 'content-length': String(object.body.length) },
      body: '',
    };
  if (range === null)
    return { status: 200, headers: { ...common, ...checksum }, body: object.body };
  const [from, to] = bytesOf(range, object.body.length);
  return {
    status: 206,
    headers: { ...common, 'content-range': `bytes ${from}-${to - 1}/${object.body.length}` },
    body: object.body.subarray(from, to),
  };
}

/** From, inclusive, and to, exclusive, of bytes=from-to, bytes=from- or bytes=-last. */
function bytesOf(range: string, length: number): readonly [from: number, to: number] {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  const from = first === '' ? Math.max(0, length - Number(last)) : Number(first);
  const to = first === '' || last === '' ? length : Math.min(length, Number(last) + 1);
  if ((first === '' && last === '') || from >= to)
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416);
  return [from, to];
}

function numberOr(text: string | null): number | null {
  return text === null ? null : Number(text);
}

function notImplemented(what: string): AwsError {
  return new AwsError('NotImplemented', `The local cloud does not serve ${what}.`, 501);
}
