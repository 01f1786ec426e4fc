import { invariant } from '../../domain/money/invariant.ts';
import type { Queue } from '../../ports/queue.ts';
import type { TimerHandle } from '../../ports/timers.ts';
import type { Rng } from '../rng.ts';
import type { Scheduler } from '../scheduler.ts';
import { Crash } from './crash-plan.ts';
import { drawDelayMs } from './delay.ts';
import type { QueueFaults } from './queue-faults.ts';

export { HEALTHY_QUEUE, type QueueFaults } from './queue-faults.ts';

export type QueueOptions<Message> = {
  readonly scheduler: Scheduler;
  readonly rng: Rng;
  readonly name: string;
  readonly faults: QueueFaults;
  /** At most so many messages in one call of the consumer. */
  readonly batchSize: number;
  /** At most so many calls of the consumer at a time. */
  readonly maxConcurrency: number;
  /** How long a received message stays hidden; also the wait before a failed one is tried again. */
  readonly visibilityTimeoutMs: number;
  /** A message that was received so often and failed is dead. */
  readonly maxReceives: number;
  readonly onDeadLetter?: (dead: DeadLetter<Message>) => void;
};

/** Indexes into the batch of the messages that failed: the others are deleted. */
export type BatchResult = { readonly failed: readonly number[] };
export type Consumer<Message> = (messages: readonly Message[]) => Promise<BatchResult>;

export type DeadLetter<Message> = { readonly message: Message; readonly receives: number };

/** Copies of messages: sent + duplicated = processed + deadLettered + waiting + inFlight, at every time. */
export type QueueCounters = {
  readonly sent: number;
  readonly duplicated: number;
  /** Receives, of which `redelivered` were not the first of their copy. */
  readonly delivered: number;
  readonly redelivered: number;
  readonly reordered: number;
  readonly processed: number;
  readonly deadLettered: number;
  readonly waiting: number;
  readonly inFlight: number;
  /** Calls of the consumer that died. */
  readonly crashes: number;
};

type Copy<Message> = {
  readonly message: Message;
  receives: number;
  state: 'waiting' | 'in_flight' | 'gone';
  timeout: TimerHandle | null;
};

/** A second copy of a message comes later by this mean. */
const DUPLICATE_MEAN_MS = 2_000;

/**
 * A standard queue and its consumer on the virtual clock: at least once, in no promised order, in batches, hidden while
 * in flight, tried again after the visibility timeout, dead after `maxReceives`. A consumer that throws a `Crash` was a
 * process that died: its whole batch comes again. Any other error is a bug and ends the run.
 */
export class SimQueue<Message> implements Queue<Message> {
  readonly #options: QueueOptions<Message>;
  readonly #ready: Copy<Message>[] = [];
  readonly #dead: DeadLetter<Message>[] = [];
  #consumer: Consumer<Message> | null = null;
  #active = 0;
  #pollPlanned = false;
  #sent = 0;
  #duplicated = 0;
  #delivered = 0;
  #redelivered = 0;
  #reordered = 0;
  #processed = 0;
  #waiting = 0;
  #inFlight = 0;
  #crashes = 0;

  constructor(options: QueueOptions<Message>) {
    invariant(
      options.batchSize > 0 && options.maxConcurrency > 0 && options.maxReceives > 0,
      `queue ${options.name} has a positive batch, concurrency and number of receives`,
    );
    invariant(
      options.visibilityTimeoutMs > 0,
      `queue ${options.name} hides a message for some time while it is processed`,
    );
    this.#options = options;
  }

  get counters(): QueueCounters {
    return {
      sent: this.#sent,
      duplicated: this.#duplicated,
      delivered: this.#delivered,
      redelivered: this.#redelivered,
      reordered: this.#reordered,
      processed: this.#processed,
      deadLettered: this.#dead.length,
      waiting: this.#waiting,
      inFlight: this.#inFlight,
      crashes: this.#crashes,
    };
  }

  get deadLetters(): readonly DeadLetter<Message>[] {
    return this.#dead;
  }

  /** Nothing waits and nothing is in flight. */
  get isIdle(): boolean {
    return this.#waiting === 0 && this.#inFlight === 0;
  }

  /** Connects the one consumer; messages sent before wait for it. */
  consume(consumer: Consumer<Message>): void {
    invariant(this.#consumer === null, `queue ${this.#options.name} has one consumer`);
    this.#consumer = consumer;
    this.#planPoll();
  }

  /** Resolves when the queue has taken the messages; each arrives after a delay of its own. */
  send(messages: readonly Message[]): Promise<void> {
    const { rng, faults } = this.#options;
    for (const message of messages) {
      this.#sent += 1;
      this.#arriveAfter(message, drawDelayMs(rng, faults.delay));
      const isDuplicated = rng.chance(faults.duplicate);
      const laterMs = rng.exponential(DUPLICATE_MEAN_MS);
      if (isDuplicated) {
        this.#duplicated += 1;
        this.#arriveAfter(message, laterMs);
      }
    }
    return Promise.resolve();
  }

  #arriveAfter(message: Message, delayMs: number): void {
    const copy: Copy<Message> = { message, receives: 0, state: 'waiting', timeout: null };
    this.#waiting += 1;
    this.#options.scheduler.after(delayMs, `${this.#options.name} arrives`, () => {
      this.#ready.push(copy);
      this.#planPoll();
    });
  }

  /** One poll at the end of this millisecond's arrivals, so that what comes together is one batch. */
  #planPoll(): void {
    if (this.#pollPlanned || this.#consumer === null || this.#ready.length === 0) return;
    this.#pollPlanned = true;
    this.#options.scheduler.after(0, `${this.#options.name} polls`, () => {
      this.#pollPlanned = false;
      this.#poll();
    });
  }

  #poll(): void {
    const { scheduler, maxConcurrency, name } = this.#options;
    while (this.#active < maxConcurrency && this.#ready.length > 0) {
      const batch = this.#receiveBatch();
      this.#active += 1;
      scheduler.after(0, `${name} is consumed`, () => this.#consume(batch));
    }
  }

  #receiveBatch(): readonly Copy<Message>[] {
    const { batchSize, scheduler, name, visibilityTimeoutMs } = this.#options;
    const batch: Copy<Message>[] = [];
    while (batch.length < batchSize) {
      const copy = this.#takeReady();
      if (copy === undefined) break;
      copy.state = 'in_flight';
      copy.receives += 1;
      this.#waiting -= 1;
      this.#inFlight += 1;
      this.#delivered += 1;
      if (copy.receives > 1) this.#redelivered += 1;
      copy.timeout = scheduler.after(visibilityTimeoutMs, `${name} shows again`, () => {
        this.#showAgain(copy);
      });
      batch.push(copy);
    }
    return batch;
  }

  #takeReady(): Copy<Message> | undefined {
    const { rng, faults } = this.#options;
    const isOutOfTurn = this.#ready.length > 1 && rng.chance(faults.reorder);
    if (!isOutOfTurn) return this.#ready.shift();
    this.#reordered += 1;
    return this.#ready.splice(1 + rng.integer(this.#ready.length - 1), 1)[0];
  }

  async #consume(batch: readonly Copy<Message>[]): Promise<void> {
    const failed = await this.#callConsumer(batch.map(({ message }) => message));
    this.#active -= 1;
    for (const [index, copy] of batch.entries()) {
      if (!failed.has(index)) this.#delete(copy);
    }
    this.#planPoll();
  }

  async #callConsumer(messages: readonly Message[]): Promise<ReadonlySet<number>> {
    invariant(this.#consumer !== null, 'a queue without a consumer does not poll');
    try {
      const { failed } = await this.#consumer(messages);
      for (const index of failed) {
        invariant(messages[index] !== undefined, `failed message ${index} is one of the batch`);
      }
      return new Set(failed);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      this.#crashes += 1;
      return new Set(messages.keys());
    }
  }

  /** Ends a processed copy, wherever it is by now: the timeout may have shown it again to somebody else. */
  #delete(copy: Copy<Message>): void {
    if (copy.state === 'gone') return;
    const isDeleteLost = this.#options.rng.chance(this.#options.faults.lostDelete);
    if (isDeleteLost && copy.receives === 1) return;
    this.#leave(copy);
    this.#processed += 1;
  }

  #showAgain(copy: Copy<Message>): void {
    invariant(copy.state === 'in_flight', 'only a received message has a visibility timeout');
    copy.timeout = null;
    if (copy.receives >= this.#options.maxReceives) {
      this.#leave(copy);
      const dead = { message: copy.message, receives: copy.receives };
      this.#dead.push(dead);
      this.#options.onDeadLetter?.(dead);
      return;
    }
    copy.state = 'waiting';
    this.#inFlight -= 1;
    this.#waiting += 1;
    this.#ready.push(copy);
    this.#planPoll();
  }

  #leave(copy: Copy<Message>): void {
    if (copy.state === 'waiting') {
      this.#waiting -= 1;
      this.#ready.splice(this.#ready.indexOf(copy), 1);
    } else {
      this.#inFlight -= 1;
    }
    if (copy.timeout !== null) this.#options.scheduler.cancel(copy.timeout);
    copy.timeout = null;
    copy.state = 'gone';
  }
}
