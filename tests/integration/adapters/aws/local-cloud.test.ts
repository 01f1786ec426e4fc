import { setTimeout as sleep } from 'node:timers/promises';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { QueueDoesNotExist, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryBuckets } from '../../../../local/cloud/buckets.ts';
import { arnOf, LOCAL_REGION, queueUrlOf } from '../../../../local/cloud/cloud-names.ts';
import { startCloudServer, type CloudServer } from '../../../../local/cloud/http/cloud-server.ts';
import { LocalCloud } from '../../../../local/cloud/local-cloud.ts';
import { MachineTimers } from '../../../../shared/adapters/machine/machine-timers.ts';
import { EventBridgeBus } from '../../../../shared/adapters/aws/eventbridge-bus.ts';
import { S3Objects } from '../../../../shared/adapters/aws/s3-objects.ts';
import { secretText } from '../../../../shared/adapters/aws/secrets.ts';
import { SnsAlerts } from '../../../../shared/adapters/aws/sns-alerts.ts';
import { SqsQueue } from '../../../../shared/adapters/aws/sqs-queue.ts';
import type { Wiring } from '../../../../shared/contracts/environment/wiring.ts';
import type { HistoryEvent } from '../../../../shared/ports/history.ts';
import { queueContract, type QueueWorld } from '../../../contract/queue-contract.ts';
import { NOON } from '../../../support/trade-builders.ts';

/** A queue with its consumer for each case of the contract, and one that the bus sends to. */
const QUEUES = ['m0', 'm1', 'm2', 'm3'] as const;

const WIRING: Wiring = {
  queues: Object.fromEntries(
    [...QUEUES, 'feeds'].map((name) => [
      name,
      { visibilityTimeoutS: 1, retentionS: 3600, delayS: 0, redrive: null },
    ]),
  ),
  tables: {},
  tasks: {},
  functions: Object.fromEntries(
    QUEUES.map((name) => [name, { folder: 'none', timeoutS: 1, memoryMb: 128, environment: {} }]),
  ),
  queueMappings: QUEUES.map((name) => ({
    queue: name,
    function: name,
    batchSize: 10,
    batchingWindowS: 0,
    maxConcurrency: 2,
    reportsItemFailures: true,
  })),
  streamMappings: [],
  buses: ['fairline'],
  rules: [
    {
      name: 'feeds',
      bus: 'fairline',
      pattern: { source: ['fairline'], 'detail-type': ['feed'] },
      targets: [{ target: { kind: 'queue', name: 'feeds' }, inputPath: '$.detail' }],
    },
  ],
  schedules: [],
  stateMachines: {},
  topics: ['alerts'],
  buckets: ['reports'],
  secrets: ['kalshi'],
  alarms: [],
};

type Handle = (message: string) => boolean;
const handlers = new Map<string, Handle>();
const timers = new MachineTimers({ onError: () => undefined });
const cloud = new LocalCloud({
  wiring: WIRING,
  timers,
  functions: (name) => async (event) => {
    const { Records } = event as SQSEvent;
    await Promise.resolve();
    return {
      batchItemFailures: Records.filter(({ body }) => handlers.get(name)?.(body) !== true).map(
        ({ messageId }) => ({ itemIdentifier: messageId }),
      ),
    };
  },
  streams: () => {
    throw new Error('nobody follows a table here');
  },
  faults: null,
  buckets: new MemoryBuckets(),
  onError: () => undefined,
});

let server: CloudServer;
beforeAll(async () => {
  server = await startCloudServer({ cloud, dataApi: null });
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await cloud.close();
  timers.close();
  await server.close();
});

const clients: { destroy: () => void }[] = [];
function connected<Client extends { destroy: () => void }>(
  make: new (config: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
  }) => Client,
): Client {
  const client = new make({
    endpoint: server.endpoint,
    region: LOCAL_REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  clients.push(client);
  return client;
}

let opened = 0;
function openQueue(): QueueWorld {
  const name = QUEUES[(opened += 1) - 1]!;
  const place = QUEUES.indexOf(name);
  return {
    queue: new SqsQueue({
      client: connected(SQSClient),
      queueUrl: queueUrlOf(server.endpoint, name),
      encode: (message) => message,
    }),
    consume: (handle) => {
      handlers.set(name, handle);
      cloud.queueMappings[place]!.start();
    },
    drain: async () => {
      if (!handlers.has(name)) return;
      const queue = cloud.queue(name)!;
      while (!queue.isIdle || !cloud.queueMappings[place]!.isIdle) await sleep(20);
      // One more look: a handler may have sent to its own queue without waiting for it.
      await sleep(100);
      while (!queue.isIdle) await sleep(20);
    },
  };
}

queueContract('SQS over the local cloud', openQueue);

describe('adapters over the local cloud', () => {
  it('publishes events that rules find by kind and give on as they were', async () => {
    const bus = new EventBridgeBus({ client: connected(EventBridgeClient), busName: 'fairline' });
    const feed: HistoryEvent = {
      kind: 'feed',
      eventId: 'e1',
      atMs: NOON,
      feed: 'kalshi',
      change: 'connected',
      detail: 'ünï',
    };
    const refused: HistoryEvent = {
      kind: 'entry_refused',
      eventId: 'e2',
      atMs: NOON,
      market: 'M',
      code: 'no_room',
    };
    await bus.publish([refused, feed]);
    const feeds = cloud.queue('feeds')!;
    await expect.poll(() => feeds.visible).toBe(1);
    expect(feeds.take(1).map(({ body }) => JSON.parse(body) as unknown)).toEqual([feed]);
  });

  it('throws when there is no such queue', async () => {
    const queue = new SqsQueue<string>({
      client: connected(SQSClient),
      queueUrl: queueUrlOf(server.endpoint, 'nowhere'),
      encode: (message) => message,
    });
    await expect(queue.send(['m'])).rejects.toThrow(QueueDoesNotExist);
  });

  it('keeps reports, reads secrets and tells people', async () => {
    const objects = new S3Objects({ client: connected(S3Client), bucket: 'reports' });
    expect(await objects.text('days/one.txt')).toBeNull();
    await objects.put({ key: 'days/one.txt', body: 'grün', contentType: 'text/plain' });
    expect(await objects.text('days/one.txt')).toBe('grün');
    const secrets = connected(SecretsManagerClient);
    await expect(secretText(secrets, 'kalshi')).rejects.toThrow('secret kalshi is not there');
    cloud.secrets.set('kalshi', '{"keyId":"k"}');
    expect(await secretText(secrets, 'kalshi')).toBe('{"keyId":"k"}');
    const alerts = new SnsAlerts({
      client: connected(SNSClient),
      topicArn: arnOf('topic', 'alerts'),
    });
    await alerts.publish('Köln is late', 'by 90 s & more');
    expect(cloud.topics.published).toEqual([
      expect.objectContaining({ subject: 'K ln is late', message: 'by 90 s & more' }),
    ]);
  });
});
