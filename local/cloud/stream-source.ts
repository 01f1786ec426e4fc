import type { AttributeValue } from 'aws-lambda';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { Clock } from '../../shared/ports/clock.ts';

/** An item in DynamoDB's own JSON: {"id": {"S": "…"}}. */
export type ItemImage = Readonly<Record<string, AttributeValue>>;

/** One change of an item. */
export type ItemChange = {
  readonly change: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly keys: ItemImage;
  /** Null for a removal. */
  readonly newImage: ItemImage | null;
  /** Null for an insertion, and where the stream carries new images only. */
  readonly oldImage: ItemImage | null;
};

/** A change in its place in the stream. Sequences are decimal numbers as text that grow, not by one. */
export type StreamRecord = ItemChange & { readonly sequence: string; readonly atMs: EpochMs };

/** One table's stream from its oldest record on. */
export interface StreamSource {
  /** The records after a sequence (null: from the oldest), in order, at most `limit`; empty when there are none yet. */
  read(afterSequence: string | null, limit: number): Promise<readonly StreamRecord[]>;
  /** Calls whenever there may be more; a source without it is polled. */
  onArrival?(listener: () => void): void;
}

/** A stream in memory. */
export class MemoryStream implements StreamSource {
  readonly #clock: Clock;
  readonly #records: StreamRecord[] = [];
  readonly #listeners: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  append(changes: readonly ItemChange[]): void {
    const atMs = this.#clock.nowMs();
    for (const change of changes) {
      this.#records.push({ ...change, sequence: String(this.#records.length + 1), atMs });
    }
    if (changes.length > 0) for (const listener of this.#listeners) listener();
  }

  read(afterSequence: string | null, limit: number): Promise<readonly StreamRecord[]> {
    const from = Number(afterSequence ?? 0);
    return Promise.resolve(this.#records.slice(from, from + limit));
  }

  onArrival(listener: () => void): void {
    this.#listeners.push(listener);
  }
}
