import type { Timers, TimerHandle } from '../../shared/ports/timers.ts';

/** Messages of one send: what SQS and EventBridge take in one request. */
const BATCH_SIZE = 10;

const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 2_000;
/** A message that failed so often goes alone and behind the others, so that a bad one does not hold them up. */
const ALONE_AFTER = 3;

export type LaneOptions<Message> = {
  readonly timers: Timers;
  /** Names its timers, its telemetry and its failures. */
  readonly name: string;
  readonly send: (messages: readonly Message[]) => Promise<void>;
  /** How long a batch that is not full waits for company. */
  readonly lingerMs: number;
  /** Of two messages with the same key only the newer one is sent; null when each counts. */
  readonly keyOf: ((message: Message) => string) | null;
  /** A message is given up after so many failed sends. */
  readonly maxAttempts: number;
  /** Beyond it the oldest message is given up. */
  readonly maxPending: number;
  readonly onFailure: (lane: string, error: unknown) => void;
  readonly onGivenUp: (lane: string, messages: number) => void;
};

export type LaneCounts = {
  readonly taken: number;
  /** Overtaken by a newer one of the same key before they were sent. */
  readonly replaced: number;
  readonly sent: number;
  readonly batches: number;
  readonly failures: number;
  readonly givenUp: number;
};

type Waiting<Message> = { readonly message: Message; attempts: number };

/**
 * The way to one queue or bus: batches of at most ten, sent when full or after a short wait, a few at a time. A send
 * that fails is tried again with growing waits; what waits is bounded by key, by count and by attempts.
 */
export class SendLane<Message> {
  readonly #options: LaneOptions<Message>;
  readonly #maxInFlight: number;
  #waiting = new Map<string | number, Waiting<Message>>();
  #nextKey = 0;
  #inFlight = 0;
  #inFlightMessages = 0;
  #timer: TimerHandle | null = null;
  #dueMs = 0;
  /** Since when the oldest message waits for company. */
  #sinceMs = 0;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #failuresInARow = 0;
  #closed = false;
  #idle: (() => void)[] = [];
  #counts = { taken: 0, replaced: 0, sent: 0, batches: 0, failures: 0, givenUp: 0 };

  constructor(options: LaneOptions<Message>, maxInFlight = 4) {
    this.#options = options;
    this.#maxInFlight = maxInFlight;
  }

  get counts(): LaneCounts {
    return { ...this.#counts };
  }

  /** Messages that are not known to have arrived. */
  get depth(): number {
    return this.#waiting.size + this.#inFlightMessages;
  }

  add(message: Message): void {
    if (this.#closed) return;
    this.#counts.taken += 1;
    const key = this.#options.keyOf?.(message) ?? this.#nextKey++;
    if (this.#waiting.size === 0) this.#sinceMs = this.#options.timers.nowMs();
    if (this.#waiting.delete(key)) this.#counts.replaced += 1;
    this.#waiting.set(key, { message, attempts: 0 });
    this.#keepBound();
    this.#plan();
  }

  /** Sends what waits without waiting for company; resolves when nothing waits or is under way. */
  flush(): Promise<void> {
    if (this.depth === 0) return Promise.resolve();
    const idle = new Promise<void>((resolve) => this.#idle.push(resolve));
    this.#plan();
    return idle;
  }

  /** Forgets what waits. What is under way still arrives. */
  clear(): void {
    this.#waiting.clear();
    this.#wakeIdle();
  }

  /** The process is over: nothing more is taken or sent. */
  close(): void {
    this.#closed = true;
    this.clear();
    if (this.#timer !== null) this.#options.timers.cancel(this.#timer);
    this.#timer = null;
  }

  /**
   * Plans the next sends: at once, after the wait for company, or when the backoff is over. They begin in a task of
   * the clock, so that a virtual one knows what is under way.
   */
  #plan(): void {
    if (this.#waiting.size === 0 || this.#inFlight >= this.#maxInFlight) return;
    const { timers, name } = this.#options;
    const dueMs = Math.max(this.#notBeforeMs, this.#goesAtMs());
    if (this.#timer !== null) {
      if (this.#dueMs <= dueMs) return;
      timers.cancel(this.#timer);
    }
    this.#dueMs = dueMs;
    this.#timer = timers.at(dueMs, `${name} sends`, () => {
      this.#timer = null;
      return this.#sendAll();
    });
  }

  /** A full batch goes at once, another one when it has waited for company; none waits during a flush. */
  #goesAtMs(): number {
    const nowMs = this.#options.timers.nowMs();
    if (this.#waiting.size >= BATCH_SIZE || this.#idle.length > 0) return nowMs;
    return Math.max(nowMs, this.#sinceMs + this.#options.lingerMs);
  }

  async #sendAll(): Promise<void> {
    const nowMs = this.#options.timers.nowMs();
    const sends: Promise<void>[] = [];
    while (this.#inFlight < this.#maxInFlight && this.#waiting.size > 0) {
      if (this.#goesAtMs() > nowMs) break;
      sends.push(this.#sendOne(this.#takeBatch()));
    }
    this.#plan();
    await Promise.all(sends);
  }

  #takeBatch(): readonly (readonly [string | number, Waiting<Message>])[] {
    const [first] = this.#waiting.values();
    const size = first !== undefined && first.attempts >= ALONE_AFTER ? 1 : BATCH_SIZE;
    const batch = firstOf(this.#waiting.entries(), size);
    for (const [key] of batch) this.#waiting.delete(key);
    return batch;
  }

  async #sendOne(batch: readonly (readonly [string | number, Waiting<Message>])[]): Promise<void> {
    this.#inFlight += 1;
    this.#inFlightMessages += batch.length;
    try {
      await this.#options.send(batch.map(([, { message }]) => message));
      this.#counts.sent += batch.length;
      this.#counts.batches += 1;
      this.#failuresInARow = 0;
    } catch (error) {
      this.#failed(batch, error);
    }
    this.#inFlight -= 1;
    this.#inFlightMessages -= batch.length;
    if (this.#closed) return;
    this.#plan();
    this.#wakeIdle();
  }

  /** Puts a batch back, but never an older message over a newer one of its key. */
  #failed(batch: readonly (readonly [string | number, Waiting<Message>])[], error: unknown): void {
    const { timers, name, maxAttempts, onFailure } = this.#options;
    this.#counts.failures += 1;
    this.#notBeforeMs =
      timers.nowMs() + Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** this.#failuresInARow);
    this.#failuresInARow = Math.min(this.#failuresInARow + 1, 10);
    onFailure(name, error);
    if (this.#closed) return;
    const again = new Map<string | number, Waiting<Message>>();
    const alone = new Map<string | number, Waiting<Message>>();
    let givenUp = 0;
    for (const [key, waiting] of batch) {
      waiting.attempts += 1;
      if (this.#waiting.has(key)) this.#counts.replaced += 1;
      else if (waiting.attempts >= maxAttempts) givenUp += 1;
      else (waiting.attempts < ALONE_AFTER ? again : alone).set(key, waiting);
    }
    this.#waiting = new Map([...again, ...this.#waiting, ...alone]);
    this.#giveUp(givenUp);
    this.#keepBound();
  }

  #keepBound(): void {
    const excess = this.#waiting.size - this.#options.maxPending;
    if (excess <= 0) return;
    for (const key of firstOf(this.#waiting.keys(), excess)) this.#waiting.delete(key);
    this.#giveUp(excess);
  }

  #giveUp(messages: number): void {
    if (messages === 0) return;
    this.#counts.givenUp += messages;
    this.#options.onGivenUp(this.#options.name, messages);
  }

  #wakeIdle(): void {
    if (this.depth > 0) return;
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }
}

function firstOf<T>(values: Iterable<T>, count: number): readonly T[] {
  const first: T[] = [];
  for (const value of values) {
    if (first.length === count) break;
    first.push(value);
  }
  return first;
}
