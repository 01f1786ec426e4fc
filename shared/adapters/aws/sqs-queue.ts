import {
  SendMessageBatchCommand,
  type BatchResultErrorEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Queue } from '../../ports/queue.ts';
import { entryBatches } from './entry-batches.ts';
import { chunked, MACHINE_PAUSE, pauseAfter, type Pause } from './pause.ts';

/** Bounds of one SendMessageBatch; the same 1 MiB is the bound of one message. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 1_048_576;

const MAX_TRIES = 5;
/** Batches that are on their way at once. */
const MAX_CONCURRENT = 8;

/**
 * Sends to one standard queue. Returns when the queue has taken every message; throws with the queue's codes when some
 * were refused, or not taken after bounded retries: then any part of them may have been sent.
 */
export class SqsQueue<Message> implements Queue<Message> {
  readonly #client: SQSClient;
  readonly #queueUrl: string;
  readonly #encode: (message: Message) => string;
  readonly #pause: Pause;

  constructor({
    client,
    queueUrl,
    encode,
    pause,
  }: {
    readonly client: SQSClient;
    readonly queueUrl: string;
    readonly encode: (message: Message) => string;
    readonly pause?: Pause;
  }) {
    this.#client = client;
    this.#queueUrl = queueUrl;
    this.#encode = encode;
    this.#pause = pause ?? MACHINE_PAUSE;
  }

  async send(messages: readonly Message[]): Promise<void> {
    const entries = messages.map((message, index) => {
      const body = this.#encode(message);
      return { Id: String(index), MessageBody: body, bytes: Buffer.byteLength(body) };
    });
    const batches = entryBatches(entries, {
      maxEntries: MAX_ENTRIES,
      maxBytes: MAX_BYTES,
      what: `message for ${this.#queueUrl}`,
    });
    for (const group of chunked(batches, MAX_CONCURRENT))
      await Promise.all(group.map((batch) => this.#sendBatch(batch)));
  }

  async #sendBatch(
    batch: readonly { readonly Id: string; readonly MessageBody: string }[],
  ): Promise<void> {
    let failed: readonly BatchResultErrorEntry[] = [];
    let pending = batch;
    for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
      const answer = await this.#client.send(
        new SendMessageBatchCommand({
          QueueUrl: this.#queueUrl,
          Entries: pending.map(({ Id, MessageBody }) => ({ Id, MessageBody })),
        }),
      );
      failed = answer.Failed ?? [];
      if (failed.length === 0) return;
      // What is our fault will not be taken the next time either.
      if (failed.some(({ SenderFault }) => SenderFault === true)) break;
      const ids = new Set(failed.map(({ Id }) => Id));
      pending = pending.filter(({ Id }) => ids.has(Id));
      if (attempt + 1 < MAX_TRIES) await pauseAfter(attempt, this.#pause);
    }
    const codes = [...new Set(failed.map(({ Code }) => Code))].join(', ');
    throw new Error(
      `${this.#queueUrl} did not take ${failed.length} of ${batch.length} messages: ${codes}`,
    );
  }
}
