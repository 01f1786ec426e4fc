import { randomUUID } from 'node:crypto';
import {
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { sortByKey, type ListedObject, type ObjectStore, type StoredObject } from './buckets.ts';

/** Beside an object whose type is known; no key has this name, as `%m` is no escape. */
const TYPE_SUFFIX = '%media-type';
/** Objects that are being written; no bucket begins with a dot. */
const UNFINISHED = '.unfinished';
const BUCKET = /^[a-z0-9][a-z0-9.-]{0,62}$/;

/**
 * Buckets as folders, objects as files that can be opened: slashes of a key are folders, and what a file name cannot
 * hold is escaped. An object is there whole or not at all. Unlike in S3, `a` and `a/b` cannot both be keys, and no part
 * of a key between slashes is longer than a file's name may be: `UnkeepableKey`.
 */
export class BucketsOnDisk implements ObjectStore {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Rejects with the system's error when the disk is full; what was there before stays. */
  async put(bucket: string, key: string, object: StoredObject): Promise<void> {
    const path = this.#pathOf(bucket, key);
    try {
      await this.#write(path, object.body, object.storedMs);
    } catch (error) {
      if (!NOT_A_FILE.has(codeOf(error))) throw error;
      throw new UnkeepableKey(
        `Objects are kept as files here, and "${key.slice(0, 80)}" cannot be one: a key with the same beginning stands in its way, or a part of it is too long.`,
        { cause: error },
      );
    }
    // Behind the object: one that could not be written keeps the type that it had.
    if (object.contentType === null) await rm(path + TYPE_SUFFIX, { force: true });
    else await this.#write(path + TYPE_SUFFIX, Buffer.from(object.contentType), object.storedMs);
  }

  async get(bucket: string, key: string): Promise<StoredObject | null> {
    const path = this.#pathOf(bucket, key);
    const body = await orNull(readFile(path));
    if (body === null) return null;
    const type = await orNull(readFile(path + TYPE_SUFFIX, 'utf8'));
    const { mtimeMs } = await stat(path);
    return { body, contentType: type, storedMs: Math.round(mtimeMs) };
  }

  async list(bucket: string, prefix: string): Promise<readonly ListedObject[]> {
    const folder = this.#folderOf(bucket);
    const names = (await orNull(readdir(folder, { recursive: true, withFileTypes: true }))) ?? [];
    const listed: ListedObject[] = [];
    for (const entry of names) {
      if (!entry.isFile() || entry.name.endsWith(TYPE_SUFFIX)) continue;
      const path = join(entry.parentPath, entry.name);
      const key = keyOf(path.slice(folder.length + 1));
      if (!key.startsWith(prefix)) continue;
      const { size, mtimeMs } = await stat(path);
      listed.push({ key, size, storedMs: Math.round(mtimeMs) });
    }
    return sortByKey(listed);
  }

  async delete(bucket: string, key: string): Promise<void> {
    const path = this.#pathOf(bucket, key);
    await rm(path, { force: true });
    await rm(path + TYPE_SUFFIX, { force: true });
    await removeEmptyFolders(dirname(path), this.#folderOf(bucket));
  }

  async #write(path: string, body: Uint8Array, storedMs: number): Promise<void> {
    const unfinished = join(this.#root, UNFINISHED, randomUUID());
    await mkdir(dirname(unfinished), { recursive: true });
    try {
      await writeFile(unfinished, body);
      await utimes(unfinished, storedMs / 1_000, storedMs / 1_000);
      await moveTo(unfinished, path);
    } finally {
      await rm(unfinished, { force: true });
    }
  }

  #folderOf(bucket: string): string {
    if (!BUCKET.test(bucket)) {
      throw new Error(
        `"${bucket}" is not a bucket: lower-case letters, digits, dots and hyphens, at most 63`,
      );
    }
    return join(this.#root, bucket);
  }

  #pathOf(bucket: string, key: string): string {
    if (key === '') throw new Error('the key of an object has at least one character');
    return join(this.#folderOf(bucket), ...key.split('/').map(escapeSegment));
  }
}

/** A key that S3 would take and a folder of this machine does not. */
export class UnkeepableKey extends Error {
  override readonly name = 'UnkeepableKey';
}

const NOT_A_FILE: ReadonlySet<string | null> = new Set([
  'EISDIR',
  'ENOTDIR',
  'EEXIST',
  'ENOTEMPTY',
  'ENAMETOOLONG',
]);

/** A delete may remove an empty folder between the making of it and the move; then it is made again, at most twice. */
async function moveTo(from: string, path: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    await mkdir(dirname(path), { recursive: true });
    try {
      await rename(from, path);
      return;
    } catch (error) {
      if (attempt === 3 || !isMissing(error)) throw error;
    }
  }
}

/** S3 has no folders: one that nothing lies in must not stand in the way of a key. */
async function removeEmptyFolders(folder: string, root: string): Promise<void> {
  for (let path = folder; path.startsWith(root + sep); path = dirname(path)) {
    try {
      await rmdir(path);
    } catch {
      return;
    }
  }
}

/** A name that is one step down and nothing else: `.` and `..` are escaped, an empty one is `%`. */
function escapeSegment(segment: string): string {
  if (segment === '') return '%';
  const escaped = encodeURIComponent(segment);
  return /^\.+$/.test(escaped) ? escaped.replaceAll('.', '%2E') : escaped;
}

function keyOf(path: string): string {
  return path
    .split(sep)
    .map((segment) => (segment === '%' ? '' : decodeURIComponent(segment)))
    .join('/');
}

/** Null for a file or folder that is not there; every other error is one. */
async function orNull<T>(read: Promise<T>): Promise<T | null> {
  try {
    return await read;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return MISSING.has(codeOf(error));
}

const MISSING: ReadonlySet<string | null> = new Set([
  'ENOENT',
  'ENOTDIR',
  'EISDIR',
  'ENAMETOOLONG',
]);

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error ? String(error.code) : null;
}
