import type { EpochMs } from '../../shared/domain/market/market.ts';

export type StoredObject = {
  readonly body: Uint8Array;
  readonly contentType: string | null;
  readonly storedMs: EpochMs;
};

export type ListedObject = {
  readonly key: string;
  readonly size: number;
  readonly storedMs: EpochMs;
};

/** S3: objects by bucket and key; a put replaces, and is seen by the next get. */
export interface ObjectStore {
  put(bucket: string, key: string, object: StoredObject): Promise<void>;
  get(bucket: string, key: string): Promise<StoredObject | null>;
  /** In order of the keys' UTF-8 bytes. */
  list(bucket: string, prefix: string): Promise<readonly ListedObject[]>;
  /** Deleting what is not there changes nothing. */
  delete(bucket: string, key: string): Promise<void>;
}

/** Buckets in memory, for the virtual clock. */
export class MemoryBuckets implements ObjectStore {
  readonly #objects = new Map<string, Map<string, StoredObject>>();

  put(bucket: string, key: string, object: StoredObject): Promise<void> {
    this.#bucket(bucket).set(key, { ...object, body: object.body.slice() });
    return Promise.resolve();
  }

  get(bucket: string, key: string): Promise<StoredObject | null> {
    return Promise.resolve(this.#bucket(bucket).get(key) ?? null);
  }

  list(bucket: string, prefix: string): Promise<readonly ListedObject[]> {
    const listed = [...this.#bucket(bucket)]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, { body, storedMs }]) => ({ key, size: body.length, storedMs }));
    return Promise.resolve(sortByKey(listed));
  }

  delete(bucket: string, key: string): Promise<void> {
    this.#bucket(bucket).delete(key);
    return Promise.resolve();
  }

  #bucket(name: string): Map<string, StoredObject> {
    const bucket = this.#objects.get(name) ?? new Map<string, StoredObject>();
    this.#objects.set(name, bucket);
    return bucket;
  }
}

/** Keys in the order of S3: by their UTF-8 bytes. */
export function sortByKey(listed: readonly ListedObject[]): readonly ListedObject[] {
  return listed.toSorted((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
}
