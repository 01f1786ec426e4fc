import type { CommandSource, TakenCommand } from '../../shared/ports/command-source.ts';
import type { CloudQueue } from './cloud-queue.ts';

const MAX_MESSAGES = 10;

/**
 * Commands straight from a queue of the local cloud. Takes what is there and does not wait: a wait that is always open
 * would make a virtual clock look for followers after each of its events.
 */
export class QueueCommandSource implements CommandSource {
  readonly #queue: CloudQueue;

  constructor(queue: CloudQueue) {
    this.#queue = queue;
  }

  take(): Promise<readonly TakenCommand[]> {
    return Promise.resolve(
      this.#queue.take(MAX_MESSAGES).map(({ messageId, receiptHandle, body, sentMs }) => ({
        messageId,
        handle: receiptHandle,
        body,
        sentMs,
      })),
    );
  }

  ack({ handle }: TakenCommand): Promise<void> {
    this.#queue.delete(handle);
    return Promise.resolve();
  }
}
