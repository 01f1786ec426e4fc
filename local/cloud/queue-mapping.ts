import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { hash } from 'node:crypto';
import type { Timers } from '../../shared/ports/timers.ts';
import { readBatchFailures } from './batch-failures.ts';
import { arnOf, LOCAL_REGION } from './cloud-names.ts';
import type { CloudQueue } from './cloud-queue.ts';
import type { Functions, InvocationResult } from './functions.ts';
import type { ReceivedMessage } from './queue-types.ts';

export type QueueMappingOptions = {
  readonly timers: Timers;
  readonly queue: CloudQueue;
  readonly functions: Functions;
  readonly functionName: string;
  /** At most so many messages in one invocation; there is no batching window. */
  readonly batchSize: number;
  /** At most so many invocations at a time. */
  readonly maxConcurrency: number;
  /** The function tells which messages of a batch failed; otherwise a batch fails or succeeds whole. */
  readonly reportsItemFailures: boolean;
};

/** Messages handed to the function: batches, and of those the ones that failed whole or in part. */
export type QueueMappingCounters = {
  readonly batches: number;
  readonly failedBatches: number;
  readonly partialBatches: number;
  readonly failedMessages: number;
  readonly active: number;
};

/**
 * The event-source mapping from a queue to a function: looks as soon as messages are there. What succeeded is deleted;
 * what failed stays in flight until its visibility timeout.
 */
export class QueueMapping {
  readonly #options: QueueMappingOptions;
  readonly #labels: { readonly polls: string; readonly consumed: string };
  readonly #sourceArn: string;
  #active = 0;
  #batches = 0;
  #failedBatches = 0;
  #partialBatches = 0;
  #failedMessages = 0;
  #pollPlanned = false;
  #isStarted = false;
  #onIdle: (() => void) | null = null;

  constructor(options: QueueMappingOptions) {
    this.#options = options;
    const { name } = options.queue;
    this.#labels = { polls: `${name} polls`, consumed: `${name} is consumed` };
    this.#sourceArn = arnOf('queue', name);
    options.queue.onVisible(() => this.#planPoll());
  }

  get counters(): QueueMappingCounters {
    return {
      batches: this.#batches,
      failedBatches: this.#failedBatches,
      partialBatches: this.#partialBatches,
      failedMessages: this.#failedMessages,
      active: this.#active,
    };
  }

  get isIdle(): boolean {
    return this.#active === 0;
  }

  start(): void {
    this.#isStarted = true;
    this.#planPoll();
  }

  /** Takes nothing more; resolves when the invocations that run have ended. */
  stop(): Promise<void> {
    this.#isStarted = false;
    if (this.#active === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }

  /** One look at the end of this millisecond's arrivals, so that what comes together is one batch. */
  #planPoll(): void {
    const { timers, queue, maxConcurrency } = this.#options;
    if (!this.#isStarted || this.#pollPlanned || queue.visible === 0) return;
    if (this.#active >= maxConcurrency) return;
    this.#pollPlanned = true;
    timers.after(0, this.#labels.polls, () => {
      this.#pollPlanned = false;
      this.#poll();
    });
  }

  #poll(): void {
    const { timers, queue, batchSize, maxConcurrency } = this.#options;
    while (this.#isStarted && this.#active < maxConcurrency) {
      const messages = queue.take(batchSize);
      if (messages.length === 0) return;
      this.#active += 1;
      this.#batches += 1;
      timers.after(0, this.#labels.consumed, () => this.#consume(messages));
    }
  }

  async #consume(messages: readonly ReceivedMessage[]): Promise<void> {
    const { functions, functionName } = this.#options;
    try {
      const event: SQSEvent = { Records: messages.map((message) => this.#recordOf(message)) };
      this.#settle(messages, await functions.invoke(functionName, event));
    } finally {
      this.#active -= 1;
      if (this.#active === 0) this.#onIdle?.();
      this.#planPoll();
    }
  }

  #settle(messages: readonly ReceivedMessage[], result: InvocationResult): void {
    const failed = this.#failedOf(messages, result);
    this.#failedMessages += failed === 'all' ? messages.length : failed.size;
    if (failed === 'all') {
      this.#failedBatches += 1;
      return;
    }
    if (failed.size > 0) this.#partialBatches += 1;
    for (const { messageId, receiptHandle } of messages) {
      if (!failed.has(messageId)) this.#options.queue.delete(receiptHandle);
    }
  }

  #failedOf(
    messages: readonly ReceivedMessage[],
    result: InvocationResult,
  ): ReadonlySet<string> | 'all' {
    if (result.kind === 'failed') return 'all';
    if (!this.#options.reportsItemFailures) return NONE;
    return readBatchFailures(result.payload, (id) =>
      messages.some(({ messageId }) => messageId === id),
    );
  }

  #recordOf(message: ReceivedMessage): SQSRecord {
    return {
      messageId: message.messageId,
      receiptHandle: message.receiptHandle,
      body: message.body,
      attributes: {
        ApproximateReceiveCount: String(message.receives),
        SentTimestamp: String(message.sentMs),
        SenderId: SENDER,
        ApproximateFirstReceiveTimestamp: String(message.firstReceivedMs),
      },
      messageAttributes: {},
      // Worked out only for who reads it.
      get md5OfBody() {
        return hash('md5', message.body);
      },
      eventSource: 'aws:sqs',
      eventSourceARN: this.#sourceArn,
      awsRegion: LOCAL_REGION,
    };
  }
}

const NONE: ReadonlySet<string> = new Set();
const SENDER = 'AIDALOCAL';
