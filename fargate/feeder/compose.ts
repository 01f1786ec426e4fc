import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDecisionLog } from '../../shared/adapters/aws/dynamo-decision-log.ts';
import { DynamoHotStore } from '../../shared/adapters/aws/dynamo-hot-store.ts';
import { DynamoTokenBudget } from '../../shared/adapters/aws/dynamo-token-budget.ts';
import { EventBridgeBus } from '../../shared/adapters/aws/eventbridge-bus.ts';
import { PowertoolsTelemetry } from '../../shared/adapters/aws/powertools-telemetry.ts';
import { S3Objects } from '../../shared/adapters/aws/s3-objects.ts';
import { LONG_POLL_MS, SqsCommandSource } from '../../shared/adapters/aws/sqs-command-source.ts';
import { SqsQueue } from '../../shared/adapters/aws/sqs-queue.ts';
import { configFingerprint } from '../../shared/adapters/config-file/config-fingerprint.ts';
import { resolveConfig } from '../../shared/adapters/config-file/resolve-config.ts';
import { MachineTimers } from '../../shared/adapters/machine/machine-timers.ts';
import { NO_FAULTS } from '../../shared/application/effect-points.ts';
import { tradingConfigOf } from '../../shared/application/trading-config.ts';
import { toDomainConfig } from '../../shared/contracts/domain-config.ts';
import type { VariableName } from '../../shared/contracts/environment/functions.ts';
import {
  processEnvironment,
  type Environment,
} from '../../shared/contracts/environment/read-environment.ts';
import { orderMessageCodec, tickCodec } from '../../shared/contracts/messages.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import { composeExchange } from './compose-exchange.ts';
import { composeBolt, composeOdds } from './compose-odds.ts';
import { composeScores } from './compose-scores.ts';
import { readSecrets, secretTexts } from './compose-secrets.ts';
import { Feeder } from './feeder.ts';
import { FEEDER_LIMITS, type FeederLimits } from './feeder-parts.ts';
import { discoverFollowed, followedSeries } from './followed-series.ts';
import { FolderSink } from './folder-sink.ts';
import { MarketDirectory, marketReader } from './market-directory.ts';
import { ObjectSink } from './object-sink.ts';
import { FeederPublisher } from './publish.ts';
import { SegmentRecorder, type SegmentSink } from './record.ts';
import { FeederSession } from './session.ts';

const METRICS_EVERY_MS = 60_000;
const SHOWN_LENGTH = 300;

/** One call within the region takes milliseconds. */
const WITHIN_REGION = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
};

/** A long poll, and the time that an answer takes. */
const LONG_POLLING = {
  maxAttempts: 3,
  requestHandler: {
    ...WITHIN_REGION.requestHandler,
    requestTimeout: LONG_POLL_MS + WITHIN_REGION.requestHandler.requestTimeout,
  },
};

/** What an embedded run gives instead of the deployed parts. */
export type FeederOverrides = {
  readonly timers?: Timers;
  /** Takes the lines of log and metrics instead of standard output. */
  readonly telemetryWrite?: (line: string) => void;
  /** A folder for the recording instead of the bucket. */
  readonly recordTo?: string;
  readonly limits?: Partial<FeederLimits>;
};

/**
 * The feeder over the deployed adapters, as an environment says. Throws an EnvironmentError that lists all that is
 * missing, a ConfigError, or what a secret lacks; nothing is connected before `start`.
 */
export async function composeFeeder(
  environment: Environment,
  overrides: FeederOverrides = {},
): Promise<Feeder> {
  const variable = processEnvironment('feeder', environment);
  const { config } = resolveConfig({
    file: JSON.parse(variable('FAIRLINE_CONFIG')) as unknown,
    overrides: [`system.stage=${variable('FAIRLINE_STAGE')}`],
  });
  const domain = toDomainConfig(config);
  const timers = overrides.timers ?? new MachineTimers({ onError: endProcess });
  const { telemetryWrite: write } = overrides;
  const service = 'feeder';
  const telemetry = new PowertoolsTelemetry(write === undefined ? { service } : { service, write });
  const secrets = await readSecrets(
    new SecretsManagerClient(WITHIN_REGION),
    variable,
    domain.feeds,
  );
  const dynamo = new DynamoDBClient(WITHIN_REGION);
  const store = new DynamoHotStore({ client: dynamo, tablePrefix: variable('TABLE_PREFIX') });
  const world = {
    variable,
    secrets,
    domain,
    feeds: domain.feeds,
    timers,
    telemetry,
    store,
    dynamo,
  };
  const kalshi = composeExchange({ ...world, key: secrets.kalshi });
  const { exchange, catalogue } = kalshi;
  const bolt = composeBolt(world);
  const budget = new DynamoTokenBudget({
    client: dynamo,
    tablePrefix: variable('TABLE_PREFIX'),
    account: domain.account,
  });
  const scores = composeScores({ ...world, budget, bolt, games: () => directory.games });
  const calendar = scores.newCalendar();
  const reader = marketReader(catalogue);
  const series = followedSeries(domain.feeds, telemetry);
  const directory = new MarketDirectory({
    discover: () =>
      discoverFollowed(
        { catalogue, filters: domain.filters, telemetry },
        { series, nowMs: timers.nowMs() },
      ),
    seriesNamed: domain.feeds.unconfirmedSeries,
    forget: kalshi.forget,
    games: () => calendar.listings(),
    catalogue,
    held: async () => {
      const positions = await store.list('positions');
      return positions.filter(({ value }) => value.state === 'open').map(({ key }) => key);
    },
    telemetry,
  });
  const holder = `feeder-${randomUUID()}`;
  flushMetrics(timers, telemetry);
  const feeder = new Feeder({
    timers,
    newStream: kalshi.newStream,
    oddsFeeds: composeOdds({ ...world, bolt, directory }),
    scoreboards: scores.scoreboards,
    pricing: { ...domain.pricing, books: domain.feeds.books },
    directory: (how) => directory.read(how),
    map: () => directory.report(),
    cachedReads: kalshi.cachedReads,
    reader,
    trading: {
      clock: timers,
      store,
      exchange,
      groups: kalshi.groups,
      decisions: new DynamoDecisionLog({ client: dynamo, tablePrefix: variable('TABLE_PREFIX') }),
      telemetry,
      config: tradingConfigOf(domain, {
        fingerprint: configFingerprint(config),
        namespace: variable('FAIRLINE_NAMESPACE'),
      }),
      points: NO_FAULTS,
    },
    quoting: kalshi.quoting,
    checks: kalshi.checks,
    commands: new SqsCommandSource({
      client: new SQSClient(LONG_POLLING),
      queueUrl: variable('FEEDER_COMMANDS_QUEUE_URL'),
    }),
    store,
    publisher: composePublisher(variable, timers, telemetry),
    recorder: new SegmentRecorder({
      timers,
      sink: composeSink(variable, overrides, `${dayOf(timers.nowMs())}/${holder}/`),
      holder,
      secrets: secretTexts(secrets),
    }),
    telemetry,
    holder,
    run: {
      stage: variable('FAIRLINE_STAGE'),
      commit: environment['FAIRLINE_COMMIT'] ?? null,
      branch: environment['FAIRLINE_BRANCH'] ?? null,
    },
    limits: {
      ...FEEDER_LIMITS,
      lookupIntervalMs: domain.execution.lookupIntervalMs,
      ...overrides.limits,
    },
    newSession: (epoch, gameMaxAgeMs) => new FeederSession(epoch, gameMaxAgeMs),
    onCommand: () => {},
    onFailure: (task, error) => {
      telemetry.count('feeder.task_failed', 1);
      telemetry.log('error', 'task_failed', {
        task,
        error: error instanceof Error ? error.name : typeof error,
        message: String(error instanceof Error ? error.message : error).slice(0, SHOWN_LENGTH),
      });
    },
  });
  // What was counted since the last full minute.
  void feeder.ended.then(() => telemetry.flush());
  return feeder;
}

function composePublisher(
  variable: (name: VariableName) => string,
  timers: Timers,
  telemetry: PowertoolsTelemetry,
): FeederPublisher {
  const client = new SQSClient(WITHIN_REGION);
  const queue = <Message>(name: VariableName, encode: (message: Message) => string) =>
    new SqsQueue<Message>({ client, queueUrl: variable(name), encode });
  return new FeederPublisher({
    timers,
    ticks: queue('TICKS_QUEUE_URL', tickCodec.encode),
    heldTicks: queue('HELD_TICKS_QUEUE_URL', tickCodec.encode),
    orderMessages: queue('ORDER_UPDATES_QUEUE_URL', orderMessageCodec.encode),
    bus: new EventBridgeBus({
      client: new EventBridgeClient(WITHIN_REGION),
      busName: variable('BUS_NAME'),
    }),
    telemetry,
  });
}

function composeSink(
  variable: (name: VariableName) => string,
  { recordTo }: FeederOverrides,
  path: string,
): SegmentSink {
  if (recordTo !== undefined) return new FolderSink(recordTo);
  const bucket = variable('RECORDINGS_BUCKET');
  return new ObjectSink(new S3Objects({ client: new S3Client({}), bucket }), `feeder/${path}`);
}

/** Tasks guard themselves, so what comes here is a bug: the orchestrator begins a new process. */
function endProcess(error: unknown): never {
  throw error;
}

function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

/** Writes what was counted once a minute, for as long as the process lives. */
function flushMetrics(timers: Timers, telemetry: PowertoolsTelemetry): void {
  timers.after(METRICS_EVERY_MS, 'metrics', () => {
    telemetry.flush();
    flushMetrics(timers, telemetry);
  });
}
