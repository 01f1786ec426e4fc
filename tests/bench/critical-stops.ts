import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { FeederPublisher } from '../../fargate/feeder/publish.ts';
import { StopGuard } from '../../fargate/feeder/stop-guard.ts';
import { TaskTimers } from '../../fargate/feeder/task-timers.ts';
import { evaluateExitsHandler } from '../../functions/evaluate-exits/handler.ts';
import { correlatable } from '../../functions/runtime/function-telemetry.ts';
import { MemoryBuckets } from '../../local/cloud/buckets.ts';
import { queueUrlOf } from '../../local/cloud/cloud-names.ts';
import type { LambdaHandler } from '../../local/cloud/functions.ts';
import { startCloudServer } from '../../local/cloud/http/cloud-server.ts';
import { LocalCloud } from '../../local/cloud/local-cloud.ts';
import { startDynoxide } from '../../local/cloud/parts/dynoxide-process.ts';
import { MemoryStream } from '../../local/cloud/stream-source.ts';
import { createTables } from '../../shared/adapters/aws/create-tables.ts';
import { DynamoDecisionLog } from '../../shared/adapters/aws/dynamo-decision-log.ts';
import { DynamoHotStore } from '../../shared/adapters/aws/dynamo-hot-store.ts';
import { SqsQueue } from '../../shared/adapters/aws/sqs-queue.ts';
import { MachineTimers } from '../../shared/adapters/machine/machine-timers.ts';
import { MemoryTelemetry } from '../../shared/adapters/memory/memory-telemetry.ts';
import { NO_FAULTS } from '../../shared/application/effect-points.ts';
import type { TradingDeps } from '../../shared/application/trading-deps.ts';
import { tickCodec } from '../../shared/contracts/messages.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import type { MarketTick } from '../../shared/domain/market/market-tick.ts';
import type { Position } from '../../shared/domain/positions/position.ts';
import { exchangeWith } from '../support/broken-parts.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../support/dynoxide.ts';
import { localWiring } from '../support/local-wiring.ts';
import { holdingTen, STOP } from '../support/stop-desk.ts';
import { aTick, KC, positionIn, TestClock } from '../support/trading-desk.ts';
import type { BenchRow } from './bench-row.ts';
import { quantile, rounded } from './measure.ts';

const ROUNDS = 200;
const WARM_UP = 20;
const GIVE_UP_MS = 5_000;
const PREFIX = 'bench-';

/**
 * From the moment in which the feeder's session says a tick to the moment in which the exit order is handed to the
 * exchange: in the feeder, and by the queue of held ticks. Both on dynoxide, the queue over HTTP; nothing of either waits
 * for the exchange. In an account a queue adds its transport (published for SQS and Lambda: p50 16 ms, p99 105 ms) and
 * DynamoDB takes 4 to 6 ms a write, on both ways the same number of them.
 */
export async function benchCriticalStops(): Promise<readonly BenchRow[]> {
  const dynoxide = await startDynoxide({ dbPath: null, onExit: () => undefined });
  const dynamo = new DynamoDBClient({
    endpoint: dynoxide.endpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
  const timers = new MachineTimers({ onError: endProcess });
  try {
    await createTables(dynamo, PREFIX);
    const desk = await aDesk(dynamo);
    const inFeeder = await measured(desk, guarded(desk.deps, timers));
    const queued = await byQueue(desk.deps, timers);
    const throughQueue = await measured(desk, queued.say);
    await queued.close();
    const note = `${ROUNDS} stops, one after another; position, decision and order on dynoxide`;
    return [
      row('critical stops: tick to order, in the feeder, p50', quantile(inFeeder, 0.5), note),
      row('critical stops: tick to order, in the feeder, p95', quantile(inFeeder, 0.95), note),
      row(
        'critical stops: tick to order, by held-ticks, p50',
        quantile(throughQueue, 0.5),
        'the same, with 20 ms of linger, SQS over HTTP and the function; no transport of AWS',
      ),
      row('critical stops: tick to order, by held-ticks, p95', quantile(throughQueue, 0.95), ''),
    ];
  } finally {
    timers.close();
    dynamo.destroy();
    await dynoxide.stop();
  }
}

type Desk = {
  readonly deps: TradingDeps;
  /** Called with the next order that is handed to the exchange. */
  readonly sent: { tell: (atMs: number) => void };
  readonly tick: () => MarketTick;
};

/** One position that is always to be sold, and an exchange at which nobody buys, so that it can be sold again. */
async function aDesk(client: DynamoDBClient): Promise<Desk> {
  const held = await holdingTen();
  const clock = new MachineClock();
  const sent: Desk['sent'] = { tell: () => undefined };
  const store = new DynamoHotStore({ client, tablePrefix: PREFIX });
  const deps: TradingDeps = {
    ...held.deps,
    clock,
    store,
    decisions: new DynamoDecisionLog({ client, tablePrefix: PREFIX }),
    telemetry: new MemoryTelemetry(),
    exchange: exchangeWith(held.exchange, {
      submit: () => {
        sent.tell(performance.now());
        return Promise.resolve({
          kind: 'accepted',
          exchangeOrderId: crypto.randomUUID(),
          filled: contracts(0),
          exchangeTimeMs: clock.nowMs(),
        });
      },
    }),
    points: NO_FAULTS,
  };
  const sinceMs = Date.now() - 60_000;
  const value: Position = { ...positionIn(held), crossing: { rule: 'stop_loss', sinceMs } };
  await store.transact([{ kind: 'insert', table: 'positions', key: value.market, value }]);
  for (const { key, value: order } of await held.store.list('orders'))
    await store.transact([{ kind: 'insert', table: 'orders', key, value: order }]);
  let n = 0;
  const ticking = { ...held, clock };
  return { deps, sent, tick: () => aTick(ticking, { n: (n += 1), ...STOP }) };
}

class MachineClock extends TestClock {
  override nowMs(): number {
    return Date.now();
  }
}

/** Says a tick that is made in that moment; when that was. */
type Say = (tick: () => MarketTick) => Promise<number>;

async function measured({ deps, sent, tick }: Desk, say: Say): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const { promise, resolve } = Promise.withResolvers<number>();
    sent.tell = resolve;
    const startedMs = await say(tick);
    const late = new AbortController();
    const atMs = await Promise.race([promise, sleep(GIVE_UP_MS, 0, { signal: late.signal })]);
    late.abort();
    invariant(atMs > 0, 'every tick of a stop is sold');
    if (round >= WARM_UP) times.push(atMs - startedMs);
    await untilSellable(deps);
  }
  return times;
}

/** The order is over and what it did not sell may be sold again. */
async function untilSellable({ store }: TradingDeps): Promise<void> {
  for (let look = 0; look < 1_000; look += 1) {
    const position = (await store.get('positions', KC))?.value;
    if (position?.exit.sellable === position?.quantity) return;
    await sleep(1);
  }
  throw new Error('an order of which nothing was sold is over at once');
}

function guarded(deps: TradingDeps, timers: MachineTimers): Say {
  const tasks = new TaskTimers({
    timers,
    limits: { untilMs: null },
    onFailure: (_task, error) => endProcess(error),
  });
  const guard = new StopGuard({ trading: deps, tasks, mayAct: () => true });
  return async (tick) => {
    // The lease's renewal has told it; that is not part of the way.
    guard.learn(await deps.store.list('positions'));
    await guard.settled();
    const made = tick();
    const startedMs = performance.now();
    guard.onTick(made);
    return startedMs;
  };
}

async function byQueue(deps: TradingDeps, timers: MachineTimers) {
  const telemetry = correlatable(deps.telemetry);
  const handler = evaluateExitsHandler({ ...deps, telemetry, unexpected: 'fail_invocation' });
  const cloud = new LocalCloud({
    wiring: localWiring({ streamMappings: [], schedules: [], alarms: [] }),
    timers,
    functions: () => handler as LambdaHandler,
    streams: () => new MemoryStream(timers),
    faults: null,
    buckets: new MemoryBuckets(),
    onError: (_name, error) => endProcess(error),
  });
  const server = await startCloudServer({ cloud, dataApi: null });
  cloud.start();
  const client = new SQSClient({
    endpoint: server.endpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
  const nowhere = { send: () => Promise.resolve() };
  const publisher = new FeederPublisher({
    timers,
    ticks: nowhere,
    heldTicks: new SqsQueue({
      client,
      queueUrl: queueUrlOf(server.endpoint, 'held-ticks'),
      encode: tickCodec.encode,
    }),
    orderMessages: nowhere,
    bus: { publish: () => Promise.resolve() },
    telemetry,
  });
  return {
    say: (tick: () => MarketTick): Promise<number> => {
      const made = tick();
      const startedMs = performance.now();
      publisher.tick(made, true);
      return Promise.resolve(startedMs);
    },
    close: async (): Promise<void> => {
      publisher.kill();
      client.destroy();
      await cloud.close();
      await server.close();
    },
  };
}

function endProcess(error: unknown): never {
  throw error;
}

function row(name: string, value: number, note: string): BenchRow {
  return { name, value: rounded(value), unit: 'ms', note };
}
