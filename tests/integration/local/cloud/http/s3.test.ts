import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchBucket,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withCloudServer } from '../../../../support/cloud-server.ts';

const served = withCloudServer({ wiring: { buckets: ['reports', 'pages'] } });
let s3: S3Client;
beforeAll(() => {
  s3 = new S3Client(served.client());
});
afterAll(() => s3.destroy());

const Bucket = 'reports';

async function text(Key: string, Range?: string): Promise<string | undefined> {
  const got = await s3.send(
    new GetObjectCommand({ Bucket, Key, ...(Range === undefined ? {} : { Range }) }),
  );
  return got.Body?.transformToString();
}

describe('an object', () => {
  it.each([
    ['a key of every kind', 'daily/2026-11-21/a b+é&?#%.html'],
    ['a key that an address would fold', 'a/../b//c/./d'],
  ])('with %s is what was put', async (_what, Key) => {
    const body = 'äöü <report>';
    const put = await s3.send(
      new PutObjectCommand({ Bucket, Key, Body: body, ContentType: 'text/html' }),
    );
    const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(await got.Body?.transformToString()).toBe(body);
    expect(got).toMatchObject({ ContentType: 'text/html', ETag: put.ETag });
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({
      ContentLength: Buffer.byteLength(body),
      ETag: put.ETag,
    });
  });

  it('arrives whole as a stream, which the SDK sends in chunks with its checksum behind', async () => {
    const pieces = Array.from({ length: 50 }, (_, index) => Buffer.alloc(10_000, index));
    const Body = Readable.from(pieces);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'segment', Body, ContentLength: 500_000 }));
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'segment' }));
    expect(
      Buffer.concat(pieces).equals(Buffer.from((await got.Body?.transformToByteArray()) ?? [])),
    ).toBe(true);
  });

  it('is read in part', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'ten', Body: '0123456789' }));
    expect(await text('ten', 'bytes=2-4')).toBe('234');
    expect(await text('ten', 'bytes=7-')).toBe('789');
    expect(await text('ten', 'bytes=-2')).toBe('89');
    await expect(text('ten', 'bytes=10-')).rejects.toMatchObject({ name: 'InvalidRange' });
  });

  it('is gone once it was deleted, and deleting it again changes nothing', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'short', Body: 'x' }));
    for (let times = 0; times < 2; times += 1)
      await s3.send(new DeleteObjectCommand({ Bucket, Key: 'short' }));
    await expect(text('short')).rejects.toBeInstanceOf(NoSuchKey);
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'short' }))).rejects.toBeInstanceOf(
      NotFound,
    );
  });
});

describe('a bucket', () => {
  it('is listed in pages, by prefix, with what lies deeper folded', async () => {
    const keys = ['a/1', 'a/2', 'a/b/1', 'a/b/2', 'a/é & <x>', 'b/1'];
    for (const Key of keys)
      await s3.send(new PutObjectCommand({ Bucket: 'pages', Key, Body: Key }));
    const all = await s3.send(new ListObjectsV2Command({ Bucket: 'pages' }));
    expect(all.Contents?.map(({ Key, Size }) => [Key, Size])).toEqual(
      keys.map((key) => [key, Buffer.byteLength(key)]),
    );
    const pages: object[] = [];
    let token: string | undefined;
    do {
      const page = await s3.send(
        new ListObjectsV2Command({
          Bucket: 'pages',
          Prefix: 'a/',
          Delimiter: '/',
          MaxKeys: 2,
          ...(token === undefined ? {} : { ContinuationToken: token }),
        }),
      );
      pages.push({
        keys: (page.Contents ?? []).map(({ Key }) => Key),
        prefixes: (page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      });
      token = page.NextContinuationToken;
    } while (token !== undefined);
    expect(pages).toEqual([
      { keys: ['a/1', 'a/2'], prefixes: [] },
      { keys: ['a/é & <x>'], prefixes: ['a/b/'] },
    ]);
  });

  it('that is not there is told by name, and so is what is not kept', async () => {
    await expect(
      s3.send(new PutObjectCommand({ Bucket: 'nowhere', Key: 'a', Body: 'x' })),
    ).rejects.toBeInstanceOf(NoSuchBucket);
    await expect(
      s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x', Metadata: { a: 'b' } })),
    ).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('x-amz-meta-a'),
    });
  });
});

describe('what arrives damaged', () => {
  it.each([
    ['with another checksum', { 'x-amz-checksum-crc32': 'AAAAAA==' }, 'hello', 'BadDigest'],
    [
      'in chunks that end early',
      { 'content-encoding': 'aws-chunked' },
      '5\r\nhel',
      'IncompleteBody',
    ],
    [
      'in chunks of another length than was said',
      { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': '6' },
      '5\r\nhello\r\n0\r\n\r\n',
      'IncompleteBody',
    ],
  ])('%s is refused and not kept', async (_what, headers, body, code) => {
    const response = await fetch(`${served.server().endpoint}/${Bucket}/damaged`, {
      method: 'PUT',
      headers,
      body,
    });
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining(`<Code>${code}</Code>`),
    ]);
    await expect(text('damaged')).rejects.toBeInstanceOf(NoSuchKey);
  });
});
