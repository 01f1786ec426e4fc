import type { DynamoDBStreamEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { Functions } from '../../../../local/cloud/functions.ts';
import { Metrics } from '../../../../local/cloud/metrics.ts';
import type { GivenUp } from '../../../../local/cloud/stream-failure.ts';
import {
  StreamMapping,
  type StreamMappingOptions,
} from '../../../../local/cloud/stream-mapping.ts';
import {
  MemoryStream,
  type ItemChange,
  type StreamRecord,
  type StreamSource,
} from '../../../../local/cloud/stream-source.ts';
import { Scheduler } from '../../../../shared/simulator/scheduler.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const inserted = (id: string): ItemChange => ({
  change: 'INSERT',
  keys: { id: { S: id } },
  newImage: { id: { S: id } },
  oldImage: null,
});

type Handle = (ids: readonly string[], event: DynamoDBStreamEvent) => unknown;

class Follower {
  readonly clock = new Scheduler({ startMs: 1_000_000 });
  readonly stream = new MemoryStream(this.clock);
  readonly metrics = new Metrics();
  readonly givenUp: GivenUp[] = [];
  /** Each batch as it was handed over: time since the start in seconds, and ids. */
  readonly batches: string[] = [];
  readonly mapping: StreamMapping;

  constructor(handle: Handle, options: Partial<StreamMappingOptions> = {}) {
    const functions = new Functions({
      timers: this.clock,
      metrics: this.metrics,
      onError: () => undefined,
    });
    functions.register(
      'write-ledger',
      async (event) => {
        const streamEvent = event as DynamoDBStreamEvent;
        const ids = streamEvent.Records.map(({ dynamodb }) => dynamodb?.Keys?.['id']?.S ?? '');
        this.batches.push(`${(this.clock.nowMs() - 1_000_000) / 1_000}: ${ids.join(' ')}`);
        return await handle(ids, streamEvent);
      },
      { timeoutMs: 10_000 },
    );
    this.mapping = new StreamMapping({
      timers: this.clock,
      metrics: this.metrics,
      source: this.stream,
      table: 'journal',
      functions,
      functionName: 'write-ledger',
      batchSize: 4,
      bisectsOnError: false,
      maxRetries: 2,
      reportsItemFailures: false,
      onGivenUp: (failure) => void this.givenUp.push(failure),
      ...options,
    });
    this.mapping.start();
  }

  append(...ids: readonly string[]): void {
    this.stream.append(ids.map(inserted));
  }

  async passMs(ms: number): Promise<void> {
    await this.clock.run({ untilMs: this.clock.nowMs() + ms, turn });
  }
}

const throws = (): never => {
  throw new Error('no');
};

describe('following a stream', () => {
  it('hands records over in order, one batch at a time, and those that come meanwhile after', async () => {
    let running = 0;
    let most = 0;
    const follower = new Follower(async () => {
      running += 1;
      most = Math.max(most, running);
      await follower.clock.sleep(500);
      running -= 1;
    });
    follower.append('a', 'b', 'c', 'd', 'e');
    follower.clock.after(200, 'more', () => follower.append('f'));
    follower.clock.after(900, 'more', () => follower.append('g'));
    await follower.passMs(10_000);
    expect(follower.batches).toEqual(['0: a b c d', '0.5: e f', '1: g']);
    expect(most).toBe(1);
    expect(follower.mapping.isIdle).toBe(true);
  });

  it('hands over a DynamoDBStreamEvent, and measures the age of the newest record', async () => {
    const events: DynamoDBStreamEvent[] = [];
    const follower = new Follower((_, event) => void events.push(event));
    follower.append('a');
    await follower.passMs(0);
    expect(events[0]!.Records[0]).toMatchObject({
      eventName: 'INSERT',
      eventSource: 'aws:dynamodb',
      eventSourceARN: 'arn:aws:dynamodb:us-east-2:000000000000:table/journal/stream/local',
      dynamodb: {
        ApproximateCreationDateTime: 1_000,
        Keys: { id: { S: 'a' } },
        NewImage: { id: { S: 'a' } },
        SequenceNumber: '1',
        StreamViewType: 'NEW_IMAGE',
      },
    });
    const age = follower.metrics.series('AWS/Lambda', 'IteratorAge', {
      FunctionName: 'write-ledger',
    });
    expect(age.total).toMatchObject({ count: 1, last: 0 });
  });

  it('tries a batch again with growing waits, and then gives it up whole and goes on', async () => {
    const follower = new Follower((ids) => (ids.includes('b') ? throws() : null));
    follower.append('a', 'b', 'c', 'd', 'e');
    await follower.passMs(60_000);
    expect(follower.batches).toEqual(['0: a b c d', '1: a b c d', '3: a b c d', '3: e']);
    expect(follower.givenUp).toHaveLength(1);
    expect(follower.givenUp[0]!.document.DDBStreamBatchInfo).toMatchObject({
      startSequenceNumber: '1',
      endSequenceNumber: '4',
      batchSize: 4,
    });
  });

  it('never waits longer than half a minute', async () => {
    const follower = new Follower(throws, { maxRetries: 8 });
    follower.append('a');
    await follower.passMs(200_000);
    const times = follower.batches.map((batch) => Number.parseFloat(batch));
    expect(times).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 121]);
  });

  it('halves a batch that fails, at once and without using up tries', async () => {
    const follower = new Follower((ids) => (ids.includes('c') ? throws() : null), {
      bisectsOnError: true,
      maxRetries: 1,
    });
    follower.append('a', 'b', 'c', 'd');
    await follower.passMs(60_000);
    expect(follower.batches).toEqual(['0: a b c d', '0: a b', '0: c d', '0: c', '1: c', '1: d']);
    expect(follower.mapping.counters).toMatchObject({ processed: 3, givenUp: 1 });
  });

  it('goes on behind what is reported done, from the first failed record', async () => {
    let failures = 0;
    const follower = new Follower(
      (ids, event) => {
        const index = ids.indexOf('c');
        if (index < 0 || failures >= 2) return { batchItemFailures: [] };
        failures += 1;
        const later = event.Records.at(-1)?.dynamodb?.SequenceNumber;
        const first = event.Records[index]?.dynamodb?.SequenceNumber;
        return { batchItemFailures: [{ itemIdentifier: later }, { itemIdentifier: first }] };
      },
      { reportsItemFailures: true },
    );
    follower.append('a', 'b', 'c', 'd');
    await follower.passMs(60_000);
    expect(follower.batches).toEqual(['0: a b c d', '1: c d', '2: c d']);
    expect(follower.mapping.counters).toMatchObject({ processed: 4, givenUp: 0 });
  });

  it('fails a batch whole for an answer that names what is not in it', async () => {
    const follower = new Follower(() => ({ batchItemFailures: [{ itemIdentifier: '99' }] }), {
      reportsItemFailures: true,
      maxRetries: 0,
    });
    follower.append('a');
    await follower.passMs(1_000);
    expect(follower.givenUp[0]!.document).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 1 },
      responseContext: { functionError: null },
    });
  });

  it('gives records up unseen that are too old', async () => {
    const follower = new Follower(throws, { maxRetries: 1_000, maxRecordAgeMs: 60_000 });
    follower.append('a');
    await follower.passMs(120_000);
    expect(follower.givenUp[0]!.document.requestContext.condition).toBe('RecordAgeExceeded');
    expect(follower.mapping.isIdle).toBe(true);
  });

  it('keeps a record whose place could not be written down', async () => {
    let attempts = 0;
    const follower = new Follower(throws, {
      maxRetries: 0,
      onGivenUp: () => {
        attempts += 1;
        return attempts === 1 ? Promise.reject(new Error('the disk is full')) : undefined;
      },
    });
    follower.append('a');
    await expect(follower.passMs(1_000)).rejects.toThrow('the disk is full');
    expect(follower.mapping.counters.givenUp).toBe(0);
  });

  it('delivers a finished batch again when its checkpoint is lost, once', async () => {
    const follower = new Follower(() => null, {
      faults: { delayMs: () => 25, losesCheckpoint: () => true },
    });
    follower.append('a', 'b');
    await follower.passMs(10_000);
    expect(follower.batches).toEqual(['0: a b', '0: a b']);
    follower.append('c');
    await follower.passMs(10_000);
    expect(follower.batches.slice(2)).toEqual(['0.025: c', '0.025: c']);
  });

  it('looks four times a second at a source that does not call', async () => {
    const records: StreamRecord[] = [];
    let reads = 0;
    const source: StreamSource = {
      read: (after, limit) => {
        reads += 1;
        return Promise.resolve(records.slice(Number(after ?? 0)).slice(0, limit));
      },
    };
    const follower = new Follower(() => null, { source });
    follower.clock.after(1_000, 'append', () => {
      const sequence = String(records.length + 1);
      records.push({ ...inserted('late'), sequence, atMs: follower.clock.nowMs() });
    });
    await follower.passMs(2_000);
    expect(follower.batches).toEqual(['1: late']);
    expect(reads).toBeLessThan(12);
  });

  it('stops after the batch that runs', async () => {
    const follower = new Follower(() => follower.clock.sleep(500));
    follower.append('a', 'b', 'c', 'd', 'e');
    let stoppedMs = 0;
    follower.clock.after(100, 'stop', async () => {
      await follower.mapping.stop();
      stoppedMs = follower.clock.nowMs();
    });
    await follower.passMs(10_000);
    expect(follower.batches).toEqual(['0: a b c d']);
    expect(stoppedMs).toBe(1_000_500);
  });
});
