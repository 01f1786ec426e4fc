import {
  PutEventsCommand,
  type EventBridgeClient,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import type { EventBus, HistoryEvent } from '../../ports/history.ts';
import { entryBatches } from './entry-batches.ts';
import { MACHINE_PAUSE, pauseAfter, type Pause } from './pause.ts';

/** What rules match on as the origin of our events. */
export const EVENT_SOURCE = 'fairline';

/** Bounds of one PutEvents; the bytes are of all its entries together. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 262_144;
/** What an entry's time counts. */
const TIME_BYTES = 14;

const MAX_TRIES = 5;

/** Codes that say the bus could not, not that the entry is wrong. */
const PASSING_CODES: ReadonlySet<string> = new Set([
  'InternalFailure',
  'InternalException',
  'ThrottlingException',
  'ServiceUnavailable',
]);

type Entry = { readonly entry: PutEventsRequestEntry; readonly bytes: number };

/**
 * Publishes state changes on an event bus: the kind is the detail type, the event itself the detail. Returns when the
 * bus has taken all; throws with its codes otherwise: then any part of them may have been published.
 */
export class EventBridgeBus implements EventBus {
  readonly #client: EventBridgeClient;
  readonly #busName: string;
  readonly #pause: Pause;

  constructor({
    client,
    busName,
    pause,
  }: {
    readonly client: EventBridgeClient;
    readonly busName: string;
    readonly pause?: Pause;
  }) {
    this.#client = client;
    this.#busName = busName;
    this.#pause = pause ?? MACHINE_PAUSE;
  }

  async publish(events: readonly HistoryEvent[]): Promise<void> {
    const batches = entryBatches(
      events.map((event) => this.#entryOf(event)),
      { maxEntries: MAX_ENTRIES, maxBytes: MAX_BYTES, what: `event for ${this.#busName}` },
    );
    for (const batch of batches) await this.#put(batch);
  }

  #entryOf(event: HistoryEvent): Entry {
    const Detail = JSON.stringify(event);
    return {
      entry: {
        EventBusName: this.#busName,
        Source: EVENT_SOURCE,
        DetailType: event.kind,
        Time: new Date(event.atMs),
        Detail,
      },
      bytes: TIME_BYTES + Buffer.byteLength(EVENT_SOURCE + event.kind + Detail),
    };
  }

  async #put(batch: readonly Entry[]): Promise<void> {
    let failed: readonly PutEventsResultEntry[] = [];
    let pending = batch;
    for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
      const answer = await this.#client.send(
        new PutEventsCommand({ Entries: pending.map(({ entry }) => entry) }),
      );
      // Answers stand in the order of the entries.
      const results = answer.Entries ?? [];
      failed = results.filter(({ ErrorCode }) => ErrorCode !== undefined);
      if (failed.length === 0) return;
      if (failed.some(({ ErrorCode = '' }) => !PASSING_CODES.has(ErrorCode))) break;
      pending = pending.filter((_, index) => results[index]?.ErrorCode !== undefined);
      if (attempt + 1 < MAX_TRIES) await pauseAfter(attempt, this.#pause);
    }
    const codes = [...new Set(failed.map(({ ErrorCode }) => ErrorCode))].join(', ');
    throw new Error(
      `bus ${this.#busName} did not take ${failed.length} of ${batch.length} events: ${codes}`,
    );
  }
}
