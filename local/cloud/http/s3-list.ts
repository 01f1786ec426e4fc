import type { ListedObject } from '../buckets.ts';
import { AwsError } from '../parts/aws-error.ts';
import type { HttpReply } from './http-call.ts';
import { element, xmlDocument } from './xml.ts';

const MOST_KEYS = 1_000;

/** One page of ListObjectsV2. `objects` are those with the prefix, in the order of S3. */
export function listObjects(
  objects: readonly ListedObject[],
  { bucket, query }: { readonly bucket: string; readonly query: URLSearchParams },
): HttpReply {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const maxKeys = keysOf(query.get('max-keys'));
  const token = query.get('continuation-token');
  const after = token === null ? query.get('start-after') : readToken(token);
  const encode = query.get('encoding-type') === 'url' ? encodeURIComponent : (key: string) => key;
  const entries = entriesOf(objects, prefix, delimiter).filter(({ name }) => isAfter(name, after));
  const page = entries.slice(0, maxKeys);
  const last = page.at(-1);
  const isTruncated = entries.length > page.length && last !== undefined;
  const xml = element('ListBucketResult', [
    element('Name', bucket),
    element('Prefix', encode(prefix)),
    ...(delimiter === '' ? [] : [element('Delimiter', encode(delimiter))]),
    element('MaxKeys', String(maxKeys)),
    element('KeyCount', String(page.length)),
    element('IsTruncated', String(isTruncated)),
    ...(isTruncated ? [element('NextContinuationToken', tokenOf(last.name))] : []),
    ...page.map(({ name, object }) =>
      object === null
        ? element('CommonPrefixes', [element('Prefix', encode(name))])
        : element('Contents', [
            element('Key', encode(name)),
            element('LastModified', new Date(object.storedMs).toISOString()),
            element('Size', String(object.size)),
            element('StorageClass', 'STANDARD'),
          ]),
    ),
  ]);
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: xmlDocument(xml),
  };
}

/** A key, or a prefix up to the delimiter that stands for all keys that begin with it. */
type Entry = { readonly name: string; readonly object: ListedObject | null };

function entriesOf(
  objects: readonly ListedObject[],
  prefix: string,
  delimiter: string,
): readonly Entry[] {
  const entries: Entry[] = [];
  for (const object of objects) {
    const cut = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
    if (cut === -1) entries.push({ name: object.key, object });
    else {
      const name = object.key.slice(0, cut + delimiter.length);
      if (entries.at(-1)?.name !== name) entries.push({ name, object: null });
    }
  }
  return entries;
}

function isAfter(name: string, after: string | null): boolean {
  return after === null || Buffer.compare(Buffer.from(name), Buffer.from(after)) > 0;
}

function keysOf(asked: string | null): number {
  if (asked === null) return MOST_KEYS;
  if (!/^\d{1,9}$/.test(asked))
    throw new AwsError('InvalidArgument', `max-keys is a number from 0, not ${asked}`);
  return Math.min(Number(asked), MOST_KEYS);
}

function tokenOf(name: string): string {
  return Buffer.from(name).toString('base64url');
}

function readToken(token: string): string {
  return Buffer.from(token, 'base64url').toString('utf8');
}
