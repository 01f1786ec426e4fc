import type { SegmentSink } from './record.ts';

/** Where whole objects are put, such as a bucket. */
export type ObjectStore = {
  put(object: {
    readonly key: string;
    readonly body: string | Uint8Array;
    readonly contentType: string;
  }): Promise<void>;
};

/**
 * Segments as objects, each put whole when it has ended: until then its packed bytes are in memory, and a process that
 * is killed loses them.
 */
export class ObjectSink implements SegmentSink {
  readonly #store: ObjectStore;
  /** Ends with a slash. */
  readonly #prefix: string;
  #parts: Uint8Array[] = [];

  constructor(store: ObjectStore, prefix: string) {
    this.#store = store;
    this.#prefix = prefix;
  }

  append(_file: string, packed: Uint8Array): Promise<void> {
    this.#parts.push(packed);
    return Promise.resolve();
  }

  async end(file: string): Promise<void> {
    const body = Buffer.concat(this.#parts);
    this.#parts = [];
    await this.#store.put({ key: this.#prefix + file, body, contentType: 'application/gzip' });
  }

  async manifest(text: string): Promise<void> {
    const key = `${this.#prefix}manifest.json`;
    await this.#store.put({ key, body: text, contentType: 'application/json' });
  }
}
