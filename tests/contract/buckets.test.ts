import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BucketsOnDisk, UnkeepableKey } from '../../local/cloud/buckets-on-disk.ts';
import { MemoryBuckets, type ObjectStore, type StoredObject } from '../../local/cloud/buckets.ts';

const text = (body: string, contentType: string | null = null): StoredObject => ({
  body: new TextEncoder().encode(body),
  contentType,
  storedMs: 1_795_262_400_123,
});
const read = (object: StoredObject | null): string | null =>
  object === null ? null : Buffer.from(object.body).toString('utf8');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairline-buckets-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

function objectStoreContract(name: string, open: () => ObjectStore): void {
  describe(`object store contract: ${name}`, () => {
    it('gives what was put, with its type and time', async () => {
      const store = open();
      await store.put('reports', 'daily/2026-11-21.html', text('<p>', 'text/html'));
      const object = await store.get('reports', 'daily/2026-11-21.html');
      expect(read(object)).toBe('<p>');
      expect(object).toMatchObject({ contentType: 'text/html', storedMs: 1_795_262_400_123 });
    });

    it('replaces, and forgets the former type', async () => {
      const store = open();
      await store.put('reports', 'a', text('old', 'text/plain'));
      await store.put('reports', 'a', text('new'));
      const object = await store.get('reports', 'a');
      expect(read(object)).toBe('new');
      expect(object?.contentType).toBeNull();
    });

    it('lists by prefix, in order of the bytes of keys, in one bucket', async () => {
      const store = open();
      const keys = ['b/2', 'b/10', 'B/1', 'b', 'ä', 'b/10/x y?.gz'].filter((key) => key !== 'b');
      for (const key of keys) await store.put('recordings', key.replace('b/10/', 'c/'), text(key));
      await store.put('others', 'b/3', text('other'));
      const listed = await store.list('recordings', '');
      expect(listed.map(({ key }) => key)).toEqual(['B/1', 'b/10', 'b/2', 'c/x y?.gz', 'ä']);
      expect((await store.list('recordings', 'b/')).map(({ key }) => key)).toEqual(['b/10', 'b/2']);
      expect(listed[0]).toMatchObject({ size: 3 });
      expect(await store.list('empty', '')).toEqual([]);
    });

    it('deletes, also what is not there', async () => {
      const store = open();
      await store.put('gone', 'a', text('x', 'text/plain'));
      await store.delete('gone', 'a');
      await store.delete('gone', 'a');
      expect(await store.get('gone', 'a')).toBeNull();
      expect(await store.list('gone', '')).toEqual([]);
    });

    it.each(['../../escape', '..', './a', '/root', 'a//b', 'C:\\x', 'a%2Fb', '%', 'x%media-type'])(
      'keeps the key %j as it is, in its bucket',
      async (key) => {
        const store = open();
        await store.put('odd', key, text(key));
        expect(read(await store.get('odd', key))).toBe(key);
        expect((await store.list('odd', '')).map((each) => each.key)).toContain(key);
        await store.delete('odd', key);
      },
    );
  });
}

objectStoreContract('memory', () => new MemoryBuckets());
objectStoreContract('folders on disk', () => new BucketsOnDisk(folder));

describe('buckets on disk', () => {
  it('are files that can be opened, and nothing is left unfinished', async () => {
    const store = new BucketsOnDisk(join(folder, 'plain'));
    await store.put('reports', 'daily/a.html', text('<p>'));
    expect(await readFile(join(folder, 'plain/reports/daily/a.html'), 'utf8')).toBe('<p>');
    expect(await readdir(join(folder, 'plain/.unfinished'))).toEqual([]);
  });

  it('are seen by who comes later', async () => {
    await new BucketsOnDisk(folder).put('later', 'a', text('kept'));
    expect(read(await new BucketsOnDisk(folder).get('later', 'a'))).toBe('kept');
  });

  it('refuse a bucket that is no name, and an empty key', async () => {
    const store = new BucketsOnDisk(folder);
    await expect(store.put('..', 'a', text('x'))).rejects.toThrow(/not a bucket/);
    await expect(store.put('a/b', 'a', text('x'))).rejects.toThrow(/not a bucket/);
    await expect(store.put('a', '', text('x'))).rejects.toThrow(/at least one character/);
  });

  it('reject what cannot be written, and keep what was there', async () => {
    const store = new BucketsOnDisk(folder);
    await store.put('clash', 'a', text('kept'));
    for (const key of ['a/b', 'k'.repeat(300), 'é'.repeat(100)])
      await expect(store.put('clash', key, text('x'))).rejects.toThrow(UnkeepableKey);
    await store.put('clash', 'c/d', text('kept'));
    await expect(store.put('clash', 'c', text('x'))).rejects.toThrow(UnkeepableKey);
    expect(read(await store.get('clash', 'a'))).toBe('kept');
    expect(await store.get('clash', 'k'.repeat(300))).toBeNull();
    expect((await readdir(join(folder, 'clash'))).toSorted()).toEqual(['a', 'c']);
  });
});
