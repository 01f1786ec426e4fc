import type { SQSEvent } from 'aws-lambda';
import { CloudQueue } from '../../local/cloud/cloud-queue.ts';
import type { CloudQueueOptions } from '../../local/cloud/queue-types.ts';
import { Functions, type LambdaHandler } from '../../local/cloud/functions.ts';
import { Metrics } from '../../local/cloud/metrics.ts';
import { QueueMapping } from '../../local/cloud/queue-mapping.ts';
import { HEALTHY_QUEUE, type QueueFaults } from '../../shared/simulator/faults/queue-faults.ts';
import { NO_DELAY } from '../../shared/simulator/faults/delay.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { Scheduler } from '../../shared/simulator/scheduler.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const QUIET: QueueFaults = { ...HEALTHY_QUEUE, delay: NO_DELAY };

export type MappedQueueOptions = {
  readonly startMs?: number;
  readonly seed?: number;
  readonly faults?: QueueFaults;
  readonly batchSize?: number;
  readonly maxConcurrency?: number;
  readonly visibilityTimeoutMs?: number;
  readonly maxReceives?: number;
  readonly timeoutMs?: number;
  readonly queue?: Partial<CloudQueueOptions>;
};

/** Indexes into the batch of the messages that failed. */
export type Consumer = (bodies: readonly string[]) => Promise<readonly number[]>;

/** A queue with its dead-letter queue, and a function behind a mapping, on the virtual clock. */
export class MappedQueue {
  readonly scheduler: Scheduler;
  readonly dead: CloudQueue;
  readonly queue: CloudQueue;
  readonly functions: Functions;
  readonly mapping: QueueMapping;
  #consumer: Consumer | null = null;

  constructor(options: MappedQueueOptions = {}) {
    this.scheduler = new Scheduler({ startMs: options.startMs ?? 0, maxEvents: 5_000_000 });
    const timers = this.scheduler;
    const visibilityTimeoutMs = options.visibilityTimeoutMs ?? 60_000;
    this.dead = new CloudQueue({ timers, name: 'intents-dead', visibilityTimeoutMs });
    this.queue = new CloudQueue({
      timers,
      name: 'intents',
      visibilityTimeoutMs,
      redrive: { deadLetterQueue: this.dead, maxReceives: options.maxReceives ?? 3 },
      faults: {
        rng: seededRng(options.seed ?? 1).fork('queue'),
        mix: options.faults ?? QUIET,
      },
      ...options.queue,
    });
    this.functions = new Functions({
      timers,
      metrics: new Metrics(),
      onError: (_, error) => {
        throw error;
      },
    });
    this.functions.register('place-order', (event, context) => this.#handle(event, context), {
      timeoutMs: options.timeoutMs ?? 10_000_000,
    });
    this.mapping = new QueueMapping({
      timers,
      queue: this.queue,
      functions: this.functions,
      functionName: 'place-order',
      batchSize: options.batchSize ?? 1,
      maxConcurrency: options.maxConcurrency ?? 10,
      reportsItemFailures: true,
    });
  }

  /** Sets what the function does, and lets the mapping take. */
  consume(consumer: Consumer): void {
    this.#consumer = consumer;
    this.mapping.start();
  }

  async finish(onEvent: () => void = () => undefined): Promise<void> {
    await this.scheduler.run({ untilMs: Number.MAX_SAFE_INTEGER, turn, onEvent });
  }

  get deadBodies(): readonly string[] {
    return this.dead.take(1_000).map(({ body }) => body);
  }

  #handle: LambdaHandler = async (event) => {
    const { Records: records } = event as SQSEvent;
    const failed = (await this.#consumer?.(records.map(({ body }) => body))) ?? [];
    const batchItemFailures = failed.map((index) => ({
      itemIdentifier: records[index]?.messageId ?? 'not one of the batch',
    }));
    return { batchItemFailures };
  };
}
