import type { SQSEvent } from 'aws-lambda';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CloudQueue } from '../../../../local/cloud/cloud-queue.ts';
import { Functions, type LambdaHandler } from '../../../../local/cloud/functions.ts';
import { Metrics } from '../../../../local/cloud/metrics.ts';
import { QueueMapping } from '../../../../local/cloud/queue-mapping.ts';
import { Crash } from '../../../../shared/simulator/faults/crash-plan.ts';
import { Scheduler } from '../../../../shared/simulator/scheduler.ts';
import { MappedQueue, QUIET } from '../../../support/mapped-queue.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const ALL_DONE: readonly number[] = [];

describe('a queue and its function', () => {
  it('delivers what was sent before and after the mapping began, in batches', async () => {
    const world = new MappedQueue({ batchSize: 4 });
    world.queue.send(['1', '2', '3', '4', '5']);
    const batches: (readonly string[])[] = [];
    world.consume((bodies) => {
      batches.push(bodies);
      return Promise.resolve(ALL_DONE);
    });
    world.scheduler.at(1_000, 'later', () => void world.queue.send(['6']));
    await world.finish();
    expect(batches).toEqual([['1', '2', '3', '4'], ['5'], ['6']]);
    expect(world.queue.isIdle).toBe(true);
    expect(world.queue.counters).toMatchObject({
      sent: 6,
      delivered: 6,
      redelivered: 0,
      processed: 6,
      deadLettered: 0,
      waiting: 0,
      inFlight: 0,
    });
  });

  it('runs no more invocations at a time than it may', async () => {
    const world = new MappedQueue({ maxConcurrency: 2 });
    let running = 0;
    let most = 0;
    world.consume(async () => {
      running += 1;
      most = Math.max(most, running);
      await world.scheduler.sleep(100);
      running -= 1;
      return ALL_DONE;
    });
    world.queue.send(['1', '2', '3', '4', '5', '6', '7']);
    await world.finish();
    expect(most).toBe(2);
    expect(world.queue.counters.processed).toBe(7);
    expect(world.scheduler.nowMs()).toBeGreaterThanOrEqual(400);
  });

  it('brings back only the failed messages of a batch, after the visibility timeout', async () => {
    const world = new MappedQueue({ batchSize: 10 });
    const seen: string[] = [];
    world.consume((bodies) => {
      seen.push(`${world.scheduler.nowMs()}: ${bodies.join(' ')}`);
      return Promise.resolve(world.scheduler.nowMs() === 0 ? [1, 2] : []);
    });
    world.queue.send(['10', '11', '12', '13']);
    await world.finish();
    expect(seen).toEqual(['0: 10 11 12 13', '60000: 11 12']);
    expect(world.queue.counters).toMatchObject({ processed: 4, redelivered: 2, delivered: 6 });
    expect(world.mapping.counters).toMatchObject({ batches: 2, partialBatches: 1 });
  });

  it('gives a message up after exactly the receives it allows', async () => {
    const world = new MappedQueue();
    const calls: string[] = [];
    world.consume(([body = '']) => {
      calls.push(body);
      return Promise.resolve(body === '2' ? [0] : []);
    });
    world.queue.send(['1', '2', '3']);
    await world.finish();
    expect(calls.toSorted()).toEqual(['1', '2', '2', '2', '3']);
    expect(world.queue.counters).toMatchObject({
      processed: 2,
      deadLettered: 1,
      waiting: 0,
      inFlight: 0,
    });
    const [dead] = world.dead.take(10);
    // Its fourth receive is the one from the dead-letter queue.
    expect(dead).toMatchObject({ body: '2', receives: 4, sentMs: 0, deadLetterSource: 'intents' });
  });

  it('brings the whole batch of an invocation that crashed again, and goes on meanwhile', async () => {
    const world = new MappedQueue({ batchSize: 2, maxConcurrency: 1 });
    const seen: string[] = [];
    world.consume(async (bodies) => {
      await world.scheduler.sleep(5);
      seen.push(`${world.scheduler.nowMs()}: ${bodies.join(' ')}`);
      if (seen.length === 1) throw new Crash('after_send_before_record');
      return ALL_DONE;
    });
    world.queue.send(['1', '2', '3']);
    await world.finish();
    expect(seen).toEqual(['5: 1 2', '10: 3', '60005: 1 2']);
    expect(world.queue.counters).toMatchObject({ processed: 3, deadLettered: 0 });
    expect(world.functions.counters('place-order')).toMatchObject({ crashes: 1, errors: 1 });
  });

  it('ends the run on any other error, where errors are told to end it', async () => {
    const world = new MappedQueue();
    world.consume(() => Promise.reject(new Error('a bug in the handler')));
    world.queue.send(['1']);
    await expect(world.finish()).rejects.toThrow('a bug in the handler');
  });

  it('shows a message to a second invocation when the first is slower than the timeout', async () => {
    const world = new MappedQueue({ visibilityTimeoutMs: 1_000 });
    const started: number[] = [];
    world.consume(async () => {
      started.push(world.scheduler.nowMs());
      await world.scheduler.sleep(1_500);
      return ALL_DONE;
    });
    world.queue.send(['1']);
    await world.finish();
    expect(started).toEqual([0, 1_000]);
    expect(world.queue.counters).toMatchObject({ processed: 1, delivered: 2, redelivered: 1 });
    expect(world.queue.isIdle).toBe(true);
  });

  it('brings a processed message again when the delete is lost', async () => {
    const world = new MappedQueue({ faults: { ...QUIET, lostDelete: 1 } });
    const times: number[] = [];
    world.consume(() => {
      times.push(world.scheduler.nowMs());
      return Promise.resolve(ALL_DONE);
    });
    world.queue.send(['1']);
    await world.finish();
    expect(times).toEqual([0, 60_000]);
    expect(world.queue.counters).toMatchObject({ processed: 1, deadLettered: 0 });
  });

  it('takes nothing more once it is stopped, and waits for what runs', async () => {
    const world = new MappedQueue({ maxConcurrency: 1 });
    const order: string[] = [];
    world.consume(async ([body = '']) => {
      await world.scheduler.sleep(100);
      order.push(body);
      return ALL_DONE;
    });
    world.queue.send(['1', '2']);
    world.scheduler.at(50, 'stop', async () => {
      await world.mapping.stop();
      order.push('stopped');
    });
    await world.finish();
    expect(order).toEqual(['1', 'stopped']);
    expect(world.queue.attributes()).toMatchObject({ visible: 1, inFlight: 0 });
  });
});

async function answer(
  handler: LambdaHandler,
  reportsItemFailures = true,
): Promise<{ readonly queue: CloudQueue; readonly events: readonly SQSEvent[] }> {
  const timers = new Scheduler({ startMs: 1_000 });
  const queue = new CloudQueue({ timers, name: 'ticks', visibilityTimeoutMs: 30_000 });
  const functions = new Functions({ timers, metrics: new Metrics(), onError: () => undefined });
  const events: SQSEvent[] = [];
  functions.register(
    'score-edges',
    (event, context) => {
      events.push(event as SQSEvent);
      return handler(event, context);
    },
    { timeoutMs: 10_000 },
  );
  const mapping = new QueueMapping({
    timers,
    queue,
    functions,
    functionName: 'score-edges',
    batchSize: 10,
    maxConcurrency: 2,
    reportsItemFailures,
  });
  queue.send(['first', 'second']);
  mapping.start();
  await timers.run({ untilMs: 20_000, turn });
  return { queue, events };
}

describe('what Lambda is given and what it may answer', () => {
  it('is an SQSEvent', async () => {
    const { events } = await answer(() => Promise.resolve());
    const [record] = events[0]!.Records;
    expect(record).toMatchObject({
      body: 'first',
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: '1000',
        ApproximateFirstReceiveTimestamp: '1000',
      },
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-2:000000000000:ticks',
      awsRegion: 'us-east-2',
      md5OfBody: createHash('md5').update('first').digest('hex'),
    });
    expect(JSON.parse(JSON.stringify(record))).toHaveProperty('md5OfBody');
    expect(events[0]!.Records[1]!.messageId).not.toBe(record!.messageId);
  });

  const both = ['first', 'second'];
  const answers: readonly {
    readonly name: string;
    readonly of: (ids: readonly string[]) => unknown;
    readonly left: number;
  }[] = [
    { name: 'nothing', of: () => undefined, left: 0 },
    { name: 'null', of: () => null, left: 0 },
    { name: 'an empty object', of: () => ({}), left: 0 },
    { name: 'an empty list', of: () => ({ batchItemFailures: [] }), left: 0 },
    { name: 'a null list', of: () => ({ batchItemFailures: null }), left: 0 },
    {
      name: 'one message',
      of: (ids) => ({ batchItemFailures: [{ itemIdentifier: ids[1] }] }),
      left: 1,
    },
    {
      name: 'an empty identifier',
      of: () => ({ batchItemFailures: [{ itemIdentifier: '' }] }),
      left: 2,
    },
    {
      name: 'a null identifier',
      of: () => ({ batchItemFailures: [{ itemIdentifier: null }] }),
      left: 2,
    },
    {
      name: 'another key',
      of: (ids) => ({ batchItemFailures: [{ messageId: ids[0] }] }),
      left: 2,
    },
    {
      name: 'a message of another batch beside a true one',
      of: (ids) => ({
        batchItemFailures: [{ itemIdentifier: ids[0] }, { itemIdentifier: 'another' }],
      }),
      left: 2,
    },
    { name: 'a list for an object', of: () => [{ itemIdentifier: 'x' }], left: 2 },
    { name: 'text', of: () => 'done', left: 2 },
    { name: 'what has no JSON', of: () => ({ count: 1n }), left: 2 },
  ];
  it.each(answers)('leaves $left of two in flight after $name', async ({ of, left }) => {
    const { queue, events } = await answer((event) => {
      const { Records: records } = event as SQSEvent;
      return Promise.resolve(of(records.map(({ messageId }) => messageId)));
    });
    expect(events[0]!.Records.map(({ body }) => body)).toEqual(both);
    expect(queue.attributes()).toMatchObject({ visible: 0, inFlight: left });
  });

  it('is read for failures only where the mapping says so', async () => {
    const { queue } = await answer(
      () => Promise.resolve({ batchItemFailures: [{ itemIdentifier: '' }] }),
      false,
    );
    expect(queue.isIdle).toBe(true);
  });

  it('fails a batch whole by throwing', async () => {
    const { queue } = await answer(() => Promise.reject(new Error('the exchange is away')), false);
    expect(queue.attributes().inFlight).toBe(2);
  });
});
