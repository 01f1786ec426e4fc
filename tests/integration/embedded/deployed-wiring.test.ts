import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LOCAL_ACCOUNT } from '../../../local/cloud/cloud-names.ts';
import { startCloudServer } from '../../../local/cloud/http/cloud-server.ts';
import type { LocalCloud } from '../../../local/cloud/local-cloud.ts';
import { VirtualAccount } from '../../../local/virtual/virtual-account.ts';
import { MemoryGameRecords } from '../../../shared/adapters/memory/memory-game-records.ts';
import { MemoryHistoryStore } from '../../../shared/adapters/memory/memory-history-store.ts';
import { MemoryLedgerStore } from '../../../shared/adapters/memory/memory-ledger-store.ts';
import { signalCodec, tickCodec } from '../../../shared/contracts/messages.ts';
import { imbalance } from '../../../shared/domain/ledger/fold-ledger.ts';
import type { Order } from '../../../shared/domain/execution/order.ts';
import type { JournalEntry } from '../../../shared/domain/ledger/journal.ts';
import { HEALTHY_QUEUE } from '../../../shared/simulator/faults/queue-faults.ts';
import { seededRng } from '../../../shared/simulator/rng.ts';
import { Scheduler } from '../../../shared/simulator/scheduler.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../support/dynoxide.ts';
import { opening, purchase } from '../../support/journal-builders.ts';
import { NOON } from '../../support/trade-builders.ts';
import {
  aSignal,
  aTick,
  lookAfter,
  openDesk,
  type TradingDesk,
} from '../../support/trading-desk.ts';

// The functions and the wiring as they are deployed, on a clock that is passed by hand; messages and objects go through
// the real endpoint.

const SECOND_MS = 1_000;
/** What a tick of the desk asks for, at its price. */
const TEN = { at: 5_200, count: 1_000, fee: 174_800 };
const MINUTE_MS = 60 * SECOND_MS;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

type Served = {
  readonly cloud: LocalCloud;
  readonly desk: TradingDesk;
  readonly ledger: MemoryLedgerStore;
  readonly account: VirtualAccount;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly urlOf: (queue: string) => string;
  readonly passMs: (ms: number) => Promise<void>;
};

/** An open account whose functions are reached over its real port. */
async function served(): Promise<Served> {
  const desk = await openDesk();
  const clock = new Scheduler({ startMs: NOON });
  const ledger = new MemoryLedgerStore();
  const account = new VirtualAccount({
    timers: clock,
    deps: { ...desk.deps, clock },
    ledger,
    history: new MemoryHistoryStore(),
    records: new MemoryGameRecords(),
    leagues: ['nfl'],
    faults: { rng: seededRng(1), queue: HEALTHY_QUEUE },
    onReconciled: () => Promise.resolve(),
  });
  const { cloud } = account;
  const server = await startCloudServer({ cloud, dataApi: null });
  onTestFinished(() => server.close());
  const client = {
    endpoint: server.endpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  };
  cloud.start();
  return {
    cloud,
    desk,
    ledger,
    account,
    sqs: new SQSClient(client),
    s3: new S3Client({ ...client, forcePathStyle: true }),
    urlOf: (queue) => `${server.endpoint}/${LOCAL_ACCOUNT}/${queue}`,
    passMs: async (ms) => {
      await clock.run({ untilMs: clock.nowMs() + ms, turn });
      // The desk's own side of the world follows.
      desk.clock.advance(ms);
    },
  };
}

describe('a poisoned message among the ticks', () => {
  it('is a dead letter after exactly its receives, with its alarm, and keeps no other out', async () => {
    const { cloud, desk, sqs, urlOf, passMs } = await served();
    const { visibilityTimeoutS, redrive } = cloud.wiring.queues['ticks']!;
    const receives = redrive!.maxReceives;
    desk.exchange.answer(desk.exchange.accepts(TEN));
    const bodies = ['{"a secret":1}', tickCodec.encode(aTick(desk))];
    for (const MessageBody of bodies)
      await sqs.send(new SendMessageCommand({ QueueUrl: urlOf('ticks'), MessageBody }));
    // Until just before its last receive may have become its end.
    await passMs((receives - 1) * visibilityTimeoutS * SECOND_MS + 30 * SECOND_MS);
    expect(cloud.queue('ticks')!.counters).toMatchObject({ processed: 1, deadLettered: 0 });
    expect(refusalsOf(desk)).toBe(receives);
    expect(desk.exchange.submitted).toHaveLength(1);
    expect(cloud.alarms.stateOf('ticks-dead')).toBe('OK');
    await passMs(3 * MINUTE_MS);
    expect(refusalsOf(desk)).toBe(receives);
    expect(cloud.queue('ticks')!.counters).toMatchObject({ processed: 1, deadLettered: 1 });
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: urlOf('ticks-dead'), MaxNumberOfMessages: 10 }),
    );
    expect(Messages).toMatchObject([{ Body: bodies[0] }]);
    expect(cloud.alarms.changes).toContainEqual(
      expect.objectContaining({ alarm: 'ticks-dead', from: 'OK', to: 'ALARM' }),
    );
    expect(cloud.topics.published).toContainEqual(
      expect.objectContaining({ topic: 'alerts', subject: 'ALARM: ticks-dead' }),
    );
    expect(JSON.stringify(desk.telemetry.lines())).not.toContain('a secret');
  });
});

describe('an order whose function runs out of time', () => {
  it('is not sent again when its signal comes again; the resolver finds what became of it', async () => {
    const { cloud, desk, sqs, urlOf, passMs } = await served();
    const { timeoutS } = cloud.wiring.functions['place-order']!;
    const { visibilityTimeoutS } = cloud.wiring.queues['intents']!;
    // The exchange executes it and never answers.
    desk.exchange.answer((request) => {
      desk.exchange.execute(request, [TEN]);
      return new Promise(() => undefined);
    });
    const MessageBody = signalCodec.encode(aSignal(desk));
    await sqs.send(new SendMessageCommand({ QueueUrl: urlOf('intents'), MessageBody }));
    await passMs(timeoutS * SECOND_MS - 1_000);
    expect(cloud.functions.counters('place-order')).toMatchObject({ running: 1, timeouts: 0 });
    await passMs(2_000);
    expect(cloud.functions.counters('place-order')).toMatchObject({ running: 0, timeouts: 1 });
    expect(await ordersOf(desk)).toMatchObject([{ state: 'sent' }]);

    await passMs(visibilityTimeoutS * SECOND_MS);
    expect(cloud.functions.counters('place-order')).toMatchObject({ invocations: 2, errors: 1 });
    expect(cloud.queue('intents')!.counters).toMatchObject({ processed: 1, redelivered: 1 });
    expect(desk.exchange.submitted).toHaveLength(1);
    await lookAfter(desk, 1_000, 15_000);
    expect(await ordersOf(desk)).toMatchObject([{ state: 'filled' }]);
    expect(desk.exchange.submitted).toHaveLength(1);
  });
});

describe('a record of the journal that cannot be read', () => {
  it('is given up into the failures bucket with its place, and all others are in the ledger', async () => {
    const { account, cloud, ledger, s3, passMs } = await served();
    const bad = { ...bought('bad'), kind: 'a gift' } as never;
    account.onJournal([opening(10_000_000), bought('a'), bad, bought('b'), bought('c')]);
    await passMs(10 * MINUTE_MS);
    const [mapping] = cloud.streamMappings;
    expect(mapping!.counters).toMatchObject({ processed: 4, givenUp: 1 });
    const posted = await ledger.entries();
    expect(posted.map(({ source }) => source.kind)).toEqual(['opening', 'fill', 'fill', 'fill']);
    expect(imbalance(posted)).toBe(0);
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: 'failures' }));
    expect(Contents).toHaveLength(1);
    const [{ Key } = {}] = Contents!;
    expect(Key).toMatch(/^aws\/lambda\/journal-to-write-ledger\//);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'failures', Key }));
    const { maxRetries } = cloud.wiring.streamMappings[0]!;
    const document = JSON.parse((await Body?.transformToString()) ?? '') as { payload: string };
    expect(document).toMatchObject({
      requestContext: {
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: maxRetries + 1,
      },
      DDBStreamBatchInfo: { startSequenceNumber: '3', endSequenceNumber: '3', batchSize: 1 },
    });
    // The whole event is kept, so that what was lost can be written after all.
    expect(JSON.parse(document.payload)).toMatchObject({
      Records: [{ dynamodb: { Keys: { id: { S: 'fill-bad' } } } }],
    });
    expect(cloud.isIdle).toBe(true);
  });
});

function bought(id: string): JournalEntry {
  return purchase({ id, positionId: id, units: 5_000, count: 100, atMs: NOON });
}

function refusalsOf({ telemetry }: TradingDesk): number {
  return telemetry.lines().filter(({ event }) => event === 'message_refused').length;
}

async function ordersOf({ store }: TradingDesk): Promise<readonly Order[]> {
  return (await store.list('orders')).map(({ value }) => value);
}

describe('what was kept', () => {
  it('is looked at five minutes after each hour, also when there was no game in it', async () => {
    const { cloud, s3, passMs } = await served();
    await passMs(5 * MINUTE_MS);
    expect(cloud.schedules.counters('review-hour')).toEqual({ runs: 1, failed: 0 });
    const { Body } = await s3.send(
      new GetObjectCommand({ Bucket: 'reports', Key: 'data/nfl/2026-11-21T11Z.json' }),
    );
    const file: unknown = JSON.parse((await Body?.transformToString()) ?? 'null');
    expect(file).toMatchObject({ league: 'nfl', games: 0, lackingFinal: [], findings: [] });
  });
});
