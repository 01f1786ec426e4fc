import { setTimeout as sleep } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import { MemoryBuckets } from '../../local/cloud/buckets.ts';
import { queueUrlOf } from '../../local/cloud/cloud-names.ts';
import type { LambdaHandler } from '../../local/cloud/functions.ts';
import { startCloudServer } from '../../local/cloud/http/cloud-server.ts';
import { LocalCloud } from '../../local/cloud/local-cloud.ts';
import { MemoryStream } from '../../local/cloud/stream-source.ts';
import { SqsQueue } from '../../shared/adapters/aws/sqs-queue.ts';
import { MachineTimers } from '../../shared/adapters/machine/machine-timers.ts';
import { tickCodec } from '../../shared/contracts/messages.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import type { MarketTick } from '../../shared/domain/market/market-tick.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../support/dynoxide.ts';
import { localWiring } from '../support/local-wiring.ts';
import { aTick, closedDesk } from '../support/trading-desk.ts';
import type { BenchOptions, BenchRow } from './bench-row.ts';
import { quantile, rounded } from './measure.ts';

const PER_SECOND = 200;
const SECONDS = 10;
const QUICK_SECONDS = 3;
const BURST = 3_000;
const BATCH = 10;
const PATIENCE_MS = 30_000;

/**
 * From the request that sends a tick to the function that has read and checked it, through the local cloud's queue over
 * HTTP: at twice the rate that is asked for, and as fast as it goes. One process is sender, queue and function.
 */
export async function benchQueueDelay({ quick }: BenchOptions): Promise<readonly BenchRow[]> {
  const desk = await openQueue();
  try {
    const seconds = quick ? QUICK_SECONDS : SECONDS;
    await desk.send(BATCH);
    await desk.heard(BATCH);
    desk.delays.length = 0;
    const paced = PER_SECOND * seconds;
    const startedMs = performance.now();
    for (let sent = 0; sent < paced; sent += BATCH) {
      await sleep(Math.max(0, startedMs + (sent / PER_SECOND) * 1_000 - performance.now()));
      await desk.send(BATCH);
    }
    await desk.heard(paced);
    const delays = [...desk.delays];
    desk.delays.length = 0;
    const burstMs = performance.now();
    for (let sent = 0; sent < BURST; sent += 4 * BATCH)
      await Promise.all(Array.from({ length: 4 }, () => desk.send(BATCH)));
    await desk.heard(BURST);
    const perSecond = BURST / ((performance.now() - burstMs) / 1_000);
    const note = `${paced} ticks at ${PER_SECOND} a second; each is read and checked once`;
    return [
      {
        name: 'queue: ticks a second',
        value: rounded(perSecond),
        unit: 'msg/s',
        aim: { atLeast: 100 },
        note: `${BURST} ticks as fast as they go`,
      },
      row('queue: from its sending to its use, p50', quantile(delays, 0.5), note),
      row('queue: from its sending to its use, p95', quantile(delays, 0.95), 'the same'),
    ];
  } finally {
    await desk.close();
  }
}

function row(name: string, value: number, note: string): BenchRow {
  return { name, value: rounded(value), unit: 'ms', aim: { atMost: 2_000 }, note };
}

async function openQueue() {
  const timers = new MachineTimers({
    onError: (error) => {
      throw error;
    },
  });
  const delays: number[] = [];
  const sentAt = new Map<number, number>();
  const handler = (event: { readonly Records: readonly { readonly body: string }[] }) => {
    for (const { body } of event.Records) {
      const { stamp } = tickCodec.parse(body);

      const startedMs = sentAt.get(stamp.n);
      invariant(startedMs !== undefined, 'each tick is delivered once');
      sentAt.delete(stamp.n);
      delays.push(performance.now() - startedMs);
    }
    return Promise.resolve({ batchItemFailures: [] });
  };
  const cloud = new LocalCloud({
    wiring: localWiring({ streamMappings: [], schedules: [], alarms: [] }),
    timers,
    functions: () => handler as LambdaHandler,
    streams: () => new MemoryStream(timers),
    faults: null,
    buckets: new MemoryBuckets(),
    onError: (_name, error) => {
      throw error;
    },
  });
  const server = await startCloudServer({ cloud, dataApi: null });
  cloud.start();
  const client = new SQSClient({
    endpoint: server.endpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
  const queue = new SqsQueue<MarketTick>({
    client,
    queueUrl: queueUrlOf(server.endpoint, 'held-ticks'),
    encode: tickCodec.encode,
  });
  const desk = closedDesk();
  let n = 0;
  return {
    delays,
    send: (count: number): Promise<void> => {
      const ticks = Array.from({ length: count }, () => {
        n += 1;
        sentAt.set(n, performance.now());
        return aTick(desk, { n });
      });
      return queue.send(ticks);
    },
    heard: async (count: number): Promise<void> => {
      const untilMs = performance.now() + PATIENCE_MS;
      while (delays.length < count && performance.now() < untilMs) await sleep(1);
      invariant(delays.length === count, () => `${count} ticks were sent, ${delays.length} used`);
    },
    close: async (): Promise<void> => {
      client.destroy();
      await cloud.close();
      await server.close();
      timers.close();
    },
  };
}
