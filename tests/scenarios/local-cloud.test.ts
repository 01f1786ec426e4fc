import type { DynamoDBStreamEvent, SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { MemoryBuckets } from '../../local/cloud/buckets.ts';
import type { LambdaHandler } from '../../local/cloud/functions.ts';
import { LocalCloud } from '../../local/cloud/local-cloud.ts';
import { MemoryStream, type ItemChange } from '../../local/cloud/stream-source.ts';
import type { Wiring } from '../../shared/contracts/environment/wiring.ts';
import { Crash } from '../../shared/simulator/faults/crash-plan.ts';
import { HEALTHY_QUEUE, type QueueFaults } from '../../shared/simulator/faults/queue-faults.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { Scheduler } from '../../shared/simulator/scheduler.ts';
import { localWiring } from '../support/local-wiring.ts';
import { NOON } from '../support/trade-builders.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

class Account {
  readonly clock = new Scheduler({ startMs: NOON });
  readonly journal = new MemoryStream(this.clock);
  readonly buckets = new MemoryBuckets();
  readonly errors: string[] = [];
  readonly cloud: LocalCloud;

  constructor(
    handlers: Readonly<Record<string, LambdaHandler>>,
    options: { readonly wiring?: Partial<Wiring>; readonly faults?: QueueFaults } = {},
  ) {
    this.cloud = new LocalCloud({
      wiring: localWiring(options.wiring),
      timers: this.clock,
      functions: (name) => handlers[name] ?? (() => Promise.resolve()),
      streams: () => this.journal,
      faults: options.faults === undefined ? null : { rng: seededRng(5), queue: options.faults },
      buckets: this.buckets,
      onError: (name, error) => this.errors.push(`${name}: ${String(error)}`),
    });
    this.cloud.start();
  }

  async passMs(ms: number): Promise<void> {
    await this.clock.run({ untilMs: this.clock.nowMs() + ms, turn });
  }
}

const bodiesOf = (event: unknown): readonly string[] =>
  (event as SQSEvent).Records.map(({ body }) => body);
const idsOf = (event: unknown): readonly string[] =>
  (event as DynamoDBStreamEvent).Records.map(({ dynamodb }) => dynamodb?.Keys?.['id']?.S ?? '?');
const inserted = (id: string): ItemChange => ({
  change: 'INSERT',
  keys: { id: { S: id } },
  newImage: { id: { S: id }, amount: { N: '5' } },
  oldImage: null,
});

describe('a poisoned message', () => {
  it('ends in the dead-letter queue after exactly its receives, and the alarm is recorded', async () => {
    let looks = 0;
    const account = new Account({
      'place-order': (event) => {
        if (!bodiesOf(event).includes('poison')) return Promise.resolve({ batchItemFailures: [] });
        looks += 1;
        return Promise.reject(new Error('a body that nobody can read'));
      },
    });
    const { cloud } = account;
    cloud.queue('intents')!.send(['fine', 'poison', 'fine too']);
    await account.passMs(10.5 * MINUTE_MS);
    expect(looks).toBe(11);
    expect(cloud.alarms.stateOf('intents-dead-letters')).toBe('OK');
    await account.passMs(3 * MINUTE_MS);
    expect(looks).toBe(12);
    expect(cloud.queue('intents')!.counters).toMatchObject({ processed: 2, deadLettered: 1 });
    expect(cloud.queue('intents-dead')!.take(10)).toMatchObject([
      { body: 'poison', deadLetterSource: 'intents' },
    ]);
    expect(cloud.alarms.changes.at(-1)).toMatchObject({
      alarm: 'intents-dead-letters',
      from: 'OK',
      to: 'ALARM',
      atMs: NOON + 13 * MINUTE_MS,
    });
    expect(cloud.topics.published).toMatchObject([
      { topic: 'alerts', subject: 'ALARM: intents-dead-letters' },
    ]);
    expect(account.errors).toHaveLength(12);
  });
});

describe('a function that times out', () => {
  it('fails its batch, which comes again, and what it does later is not heard', async () => {
    let calls = 0;
    let finishedLate = 0;
    const account = new Account({
      'place-order': async () => {
        calls += 1;
        if (calls > 1) return;
        await account.clock.sleep(30_000);
        finishedLate += 1;
      },
    });
    const { cloud } = account;
    cloud.queue('intents')!.send(['slow']);
    await account.passMs(15_000);
    expect(cloud.functions.counters('place-order')).toMatchObject({ timeouts: 1, running: 0 });
    expect(cloud.queue('intents')!.attributes()).toMatchObject({ inFlight: 1 });
    await account.passMs(MINUTE_MS);
    expect(finishedLate).toBe(1);
    expect(cloud.functions.counters('place-order')).toMatchObject({
      invocations: 2,
      errors: 1,
      ignored: 1,
    });
    expect(cloud.queue('intents')!.counters).toMatchObject({ processed: 1, redelivered: 1 });
  });
});

describe('a stream record that fails', () => {
  it('is found by halving, given up with its place written down, and the others go on', async () => {
    const written: string[] = [];
    const account = new Account({
      'write-ledger': (event) => {
        if (idsOf(event).includes('bad')) return Promise.reject(new Error('no such posting'));
        written.push(...idsOf(event));
        return Promise.resolve();
      },
    });
    const ids = ['a', 'b', 'c', 'bad', 'd', 'e', 'f', 'g', 'h', 'i'];
    account.journal.append(ids.map(inserted));
    await account.passMs(MINUTE_MS);
    expect(written).toEqual(ids.filter((id) => id !== 'bad'));
    const [mapping] = account.cloud.streamMappings;
    expect(mapping!.counters).toMatchObject({ processed: 9, givenUp: 1 });
    // 8, 4, 2 fail; the record alone is tried three times: a first time and two retries.
    expect(mapping!.counters.failedBatches).toBe(6);
    const [failure] = await account.buckets.list('failures', '');
    expect(failure!.key).toMatch(/^aws\/lambda\/journal-to-write-ledger\/shardId-/);
    const object = await account.buckets.get('failures', failure!.key);
    const document: unknown = JSON.parse(Buffer.from(object!.body).toString('utf8'));
    expect(document).toMatchObject({
      requestContext: {
        functionArn: 'arn:aws:lambda:us-east-2:000000000000:function:write-ledger',
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 3,
      },
      responseContext: { statusCode: 200, functionError: 'Unhandled' },
      version: '1.0',
      DDBStreamBatchInfo: { startSequenceNumber: '4', endSequenceNumber: '4', batchSize: 1 },
    });
    expect(account.cloud.isIdle).toBe(true);
  });
});

describe('what the wiring connects', () => {
  it('runs a schedule every minute, until repeating is stopped and the clock runs out', async () => {
    const events: unknown[] = [];
    const account = new Account({
      reconcile: (event) => {
        events.push(event);
        return Promise.resolve();
      },
    });
    await account.passMs(5 * MINUTE_MS);
    account.cloud.stopRepeating();
    const end = await account.clock.run({ untilMs: Number.MAX_SAFE_INTEGER, turn });
    expect(end.kind).toBe('drained');
    expect(events).toEqual(Array.from({ length: 5 }, () => ({ why: 'schedule' })));
  });

  it('carries the detail of an event that matches to the queue of the rule', async () => {
    const bodies: string[] = [];
    const account = new Account({
      'settle-market': (event) => {
        bodies.push(...bodiesOf(event));
        return Promise.resolve();
      },
    });
    const put = (detail: unknown): unknown =>
      account.cloud.bus.putEvents([
        {
          bus: 'events',
          source: 'fairline',
          detailType: 'history',
          detail: JSON.stringify(detail),
        },
      ]);
    put({ kind: 'settled', market: 'KX-1' });
    put({ kind: 'edge', market: 'KX-1' });
    await account.passMs(1_000);
    expect(bodies).toEqual(['{"kind":"settled","market":"KX-1"}']);
  });

  it('fills the ARNs into a machine, whose tasks are its functions', async () => {
    const account = new Account({
      'build-report': (event) => Promise.resolve({ built: event }),
    });
    const { stateMachines } = account.cloud;
    const start = stateMachines.startExecution({ machine: 'report', input: { day: '2026-11-21' } });
    await account.passMs(1_000);
    expect(stateMachines.executions).toMatchObject([
      { status: 'SUCCEEDED', output: { built: { day: '2026-11-21' } } },
    ]);
    expect(start).toMatchObject({ kind: 'started' });
  });

  it('refuses a machine that calls a function which is not there', () => {
    const wrong = {
      report: {
        definition: {
          StartAt: 'Build',
          States: { Build: { Type: 'Task', Resource: '${function:nobody.arn}', End: true } },
        },
      },
    };
    expect(() => new Account({}, { wiring: { stateMachines: wrong } })).toThrow(
      /state machine report: state Build\.Resource .*function:nobody/,
    );
  });

  it('loses nothing when everything goes wrong that may, crashes of functions among it', async () => {
    const rng = seededRng(77);
    const placed = new Set<string>();
    const written = new Set<string>();
    const account = new Account(
      {
        'place-order': (event) => {
          if (rng.chance(0.3)) return Promise.reject(new Crash('after_send_before_record'));
          for (const body of bodiesOf(event)) placed.add(body);
          return Promise.resolve();
        },
        'write-ledger': (event) => {
          if (rng.chance(0.3)) return Promise.reject(new Crash('before_append'));
          for (const id of idsOf(event)) written.add(id);
          return Promise.resolve();
        },
      },
      { faults: { ...HEALTHY_QUEUE, duplicate: 0.1, reorder: 0.5, lostDelete: 0.1 } },
    );
    const names = Array.from({ length: 200 }, (_, index) => `m${index}`);
    for (const [index, name] of names.entries()) {
      account.clock.after(index * 37, 'send', () => {
        account.cloud.queue('intents')!.send([name]);
        account.journal.append([inserted(name)]);
      });
    }
    await account.passMs(2 * HOUR_MS);
    const dead = account.cloud.queue('intents-dead')!.take(200);
    expect(new Set([...placed, ...dead.map(({ body }) => body)])).toEqual(new Set(names));
    const [mapping] = account.cloud.streamMappings;
    expect(written.size + mapping!.counters.givenUp).toBeGreaterThanOrEqual(names.length);
    expect(mapping!.counters.redelivered).toBeGreaterThan(0);
    expect(account.errors).toEqual([]);
  });

  it('is closed: what runs ends, and what waits stays', async () => {
    const account = new Account({
      'place-order': () => account.clock.sleep(5_000),
    });
    const { cloud } = account;
    cloud.queue('intents')!.send(['1', '2', '3', '4', '5', '6']);
    let isClosed = false;
    account.clock.after(1_000, 'close', async () => {
      await cloud.close();
      isClosed = true;
    });
    await account.passMs(4_999);
    expect(isClosed).toBe(false);
    await account.passMs(10_000);
    expect(isClosed).toBe(true);
    expect(cloud.queue('intents')!.counters).toMatchObject({ processed: 4, waiting: 2 });
  });
});
