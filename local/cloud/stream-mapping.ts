import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { Timers } from '../../shared/ports/timers.ts';
import { readBatchFailures } from './batch-failures.ts';
import { arnOf, LOCAL_REGION } from './cloud-names.ts';
import type { Functions, InvocationResult } from './functions.ts';
import { messageIds } from './message-ids.ts';
import type { Metrics, Series } from './metrics.ts';
import { failureOf, type GivenUp, type GivenUpReason } from './stream-failure.ts';
import type { StreamRecord, StreamSource } from './stream-source.ts';

export type StreamMappingOptions = {
  readonly timers: Timers;
  readonly metrics: Metrics;
  readonly source: StreamSource;
  /** Short name of the table, for the event's ARN. */
  readonly table: string;
  readonly functions: Functions;
  readonly functionName: string;
  readonly batchSize: number;
  /** A batch that failed whole is halved until one record is left, which costs no retry. */
  readonly bisectsOnError: boolean;
  /** Tries after the first one. */
  readonly maxRetries: number;
  /** Records that are older are given up unseen; null for no limit. */
  readonly maxRecordAgeMs?: number | null;
  readonly reportsItemFailures: boolean;
  /** Gets the place of records that were given up; the stream then goes on behind them. */
  readonly onGivenUp: (failure: GivenUp) => void | Promise<void>;
  /** How often a source that does not call is looked at; Lambda does four times a second. */
  readonly pollMs?: number;
  /** The wait after a source or a failure destination that could not be reached; 5 s when it is left out. */
  readonly retryMs?: number;
  /** Drawn before each look and after each batch: how late records come, and whether a finished batch comes again. */
  readonly faults?: StreamFaults | null;
};

export type StreamFaults = {
  readonly delayMs: () => number;
  readonly losesCheckpoint: () => boolean;
};

export type StreamMappingCounters = {
  readonly batches: number;
  readonly failedBatches: number;
  /** Records that were processed; a record of a batch that came again counts again. */
  readonly processed: number;
  readonly givenUp: number;
  readonly redelivered: number;
};

/** Part of the stream that is still to be processed, and how often it has failed as it is. */
type Part = {
  readonly records: readonly StreamRecord[];
  readonly tries: number;
  readonly isAgain: boolean;
};

const DEFAULT_POLL_MS = 250;
const DEFAULT_RETRY_MS = 5_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

/**
 * The event-source mapping from a table's stream to a function: in order, one batch at a time, from the oldest record.
 * A batch that fails is halved or tried again, and at last given up, so that one bad record stops the others only for
 * the time of its tries.
 */
export class StreamMapping {
  readonly #options: StreamMappingOptions;
  readonly #label: string;
  readonly #age: Series;
  readonly #nextId: () => string;
  /** The parts of what was read, first in order first. */
  #parts: Part[] = [];
  #readTo: string | null = null;
  #lookPlanned = false;
  #isRunning = false;
  #isStarted = false;
  #arrivedWhileRunning = false;
  #onIdle: (() => void) | null = null;
  #counters = { batches: 0, failedBatches: 0, processed: 0, givenUp: 0, redelivered: 0 };

  constructor(options: StreamMappingOptions) {
    this.#options = options;
    this.#label = `${options.table} stream is read`;
    this.#age = options.metrics.series('AWS/Lambda', 'IteratorAge', {
      FunctionName: options.functionName,
    });
    this.#nextId = messageIds(`stream ${options.table}`, options.timers.nowMs());
    options.source.onArrival?.(() => this.#arrived());
  }

  get counters(): StreamMappingCounters {
    return { ...this.#counters };
  }

  /** Nothing is read, waits for another try, or was announced and not yet looked at. */
  get isIdle(): boolean {
    return !this.#isRunning && this.#parts.length === 0 && !this.#isAnnounced;
  }

  start(): void {
    this.#isStarted = true;
    this.#planLook(0);
  }

  /** Reads nothing more; resolves when the invocation that runs has ended. */
  stop(): Promise<void> {
    this.#isStarted = false;
    if (!this.#isRunning) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }

  get #isAnnounced(): boolean {
    return this.#options.source.onArrival !== undefined && this.#lookPlanned;
  }

  #arrived(): void {
    this.#arrivedWhileRunning = this.#isRunning;
    // While a part waits for its next try the look is planned already, and reads on behind it.
    if (this.#parts.length === 0) this.#planLook(this.#options.faults?.delayMs() ?? 0);
  }

  #planLook(delayMs: number): void {
    if (!this.#isStarted || this.#lookPlanned || this.#isRunning) return;
    this.#lookPlanned = true;
    this.#options.timers.after(delayMs, this.#label, () => {
      this.#lookPlanned = false;
      return this.#isStarted ? this.#look() : undefined;
    });
  }

  async #look(): Promise<void> {
    this.#isRunning = true;
    this.#arrivedWhileRunning = false;
    // Also when the source or the failure destination could not be reached: then the same part comes again.
    let nextMs: number | null = this.#options.retryMs ?? DEFAULT_RETRY_MS;
    try {
      nextMs = await this.#step();
    } finally {
      this.#isRunning = false;
      this.#onIdle?.();
      this.#planNext(nextMs);
    }
  }

  #planNext(nextMs: number | null): void {
    if (nextMs !== null) this.#planLook(nextMs);
    else if (this.#arrivedWhileRunning) this.#planLook(this.#options.faults?.delayMs() ?? 0);
    else if (this.#options.source.onArrival === undefined) {
      this.#planLook(this.#options.pollMs ?? DEFAULT_POLL_MS);
    }
  }

  /** Processes one part; when to look again, null for when something arrives. */
  async #step(): Promise<number | null> {
    const { source, batchSize } = this.#options;
    if (this.#parts.length === 0) {
      const records = await source.read(this.#readTo, batchSize);
      if (records.length === 0) return null;
      this.#readTo = records.at(-1)?.sequence ?? this.#readTo;
      this.#parts = [{ records, tries: 0, isAgain: false }];
    }
    const part = this.#parts[0];
    if (part === undefined) return null;
    if (this.#isTooOld(part)) {
      await this.#giveUp(part, 'RecordAgeExceeded', null);
      return 0;
    }
    const result = await this.#invoke(part);
    const firstFailed = this.#firstFailedOf(part, result);
    if (firstFailed === part.records.length) return this.#succeed(part);
    this.#counters.failedBatches += 1;
    return this.#fail(part, firstFailed, result);
  }

  #invoke(part: Part): Promise<InvocationResult> {
    const { functions, functionName, timers } = this.#options;
    const nowMs = timers.nowMs();
    const newest = part.records.at(-1);
    if (newest !== undefined) this.#age.add(Math.max(0, nowMs - newest.atMs), nowMs);
    this.#counters.batches += 1;
    return functions.invoke(functionName, this.#eventOf(part.records));
  }

  #succeed(part: Part): number {
    this.#counters.processed += part.records.length;
    this.#parts.shift();
    const losesCheckpoint = this.#options.faults?.losesCheckpoint() ?? false;
    if (losesCheckpoint && !part.isAgain) {
      this.#counters.redelivered += part.records.length;
      this.#parts.unshift({ ...part, isAgain: true });
    }
    return 0;
  }

  /** Puts back what is left of a part that failed: from the first failed record on, or in halves. */
  async #fail(part: Part, firstFailed: number, result: InvocationResult): Promise<number> {
    const { bisectsOnError, maxRetries } = this.#options;
    this.#counters.processed += firstFailed;
    if (firstFailed > 0) {
      const records = part.records.slice(firstFailed);
      this.#parts[0] = { records, tries: 0, isAgain: part.isAgain };
      return FIRST_RETRY_MS;
    }
    if (bisectsOnError && part.records.length > 1) {
      const middle = Math.ceil(part.records.length / 2);
      const halves = [part.records.slice(0, middle), part.records.slice(middle)];
      this.#parts.splice(0, 1, ...halves.map((records) => ({ ...part, records })));
      return 0;
    }
    const tries = part.tries + 1;
    if (tries > maxRetries) {
      await this.#giveUp({ ...part, tries }, 'RetryAttemptsExhausted', result);
      return 0;
    }
    this.#parts[0] = { ...part, tries };
    return Math.min(FIRST_RETRY_MS * 2 ** (tries - 1), LONGEST_RETRY_MS);
  }

  async #giveUp(part: Part, why: GivenUpReason, result: InvocationResult | null): Promise<void> {
    await this.#options.onGivenUp(
      failureOf({
        why,
        result,
        records: part.records,
        invocations: part.tries,
        table: this.#options.table,
        functionName: this.#options.functionName,
        atMs: this.#options.timers.nowMs(),
        id: this.#nextId(),
        event: this.#eventOf(part.records),
      }),
    );
    this.#counters.givenUp += part.records.length;
    this.#parts.shift();
  }

  /** Index of the first record that failed, the number of records when none did. */
  #firstFailedOf(part: Part, result: InvocationResult): number {
    if (result.kind === 'failed') return 0;
    if (!this.#options.reportsItemFailures) return part.records.length;
    const indexOf = (id: string): number =>
      part.records.findIndex(({ sequence }) => sequence === id);
    const failed = readBatchFailures(result.payload, (id) => indexOf(id) >= 0);
    return failed === 'all' ? 0 : Math.min(part.records.length, ...[...failed].map(indexOf));
  }

  #isTooOld(part: Part): boolean {
    const { maxRecordAgeMs, timers } = this.#options;
    const newest = part.records.at(-1);
    if (maxRecordAgeMs === null || maxRecordAgeMs === undefined || newest === undefined) {
      return false;
    }
    return timers.nowMs() - newest.atMs > maxRecordAgeMs;
  }

  #eventOf(records: readonly StreamRecord[]): DynamoDBStreamEvent {
    return { Records: records.map((record) => recordOf(this.#options.table, record)) };
  }
}

function recordOf(table: string, record: StreamRecord): DynamoDBRecord {
  return {
    eventID: `${table}-${record.sequence}`,
    eventName: record.change,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: LOCAL_REGION,
    eventSourceARN: `${arnOf('table', table)}/stream/local`,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(record.atMs / 1_000),
      Keys: record.keys,
      ...(record.newImage === null ? {} : { NewImage: record.newImage }),
      ...(record.oldImage === null ? {} : { OldImage: record.oldImage }),
      SequenceNumber: record.sequence,
      StreamViewType: record.oldImage === null ? 'NEW_IMAGE' : 'NEW_AND_OLD_IMAGES',
    },
  };
}
