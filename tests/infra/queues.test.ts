import { describe, expect, test } from 'vitest';
import {
  FEEDER_READS,
  FUNCTIONS,
  VARIABLES,
} from '../../shared/contracts/environment/functions.ts';
import { MAPPED_QUEUES, QUEUES } from '../../shared/contracts/environment/queues.ts';
import { synthesisOf } from '../support/synthesis.ts';

const live = synthesisOf('live');
const queues = live.resources('AWS::SQS::Queue');
const functions = live.resources('AWS::Lambda::Function');
const mappings = live
  .resources('AWS::Lambda::EventSourceMapping')
  .map(({ properties }) => properties);

const MAX_ENVIRONMENT_BYTES = 4_096;
const FOURTEEN_DAYS_S = 1_209_600;

function queueNamed(name: string) {
  const found = queues.find(
    ({ properties }) => properties['QueueName'] === `fairline-live-${name}`,
  );
  if (found === undefined) throw new Error(`there is no queue ${name}`);
  return found;
}

function functionNamed(name: string) {
  const found = functions.find(
    ({ properties }) => properties['FunctionName'] === `fairline-live-${name}`,
  );
  if (found === undefined) throw new Error(`there is no function ${name}`);
  return found;
}

describe.each(QUEUES)('queue $name', ({ name, maxReceives, visibilityTimeoutS }) => {
  const { properties } = queueNamed(name);
  const dead = queueNamed(`${name}-dead`);

  test('gives up after its receives, into a queue that keeps the message for 14 days', () => {
    expect(properties['RedrivePolicy']).toEqual({
      deadLetterTargetArn: { 'Fn::GetAtt': [dead.id, 'Arn'] },
      maxReceiveCount: maxReceives,
    });
    expect(dead.properties['MessageRetentionPeriod']).toBe(FOURTEEN_DAYS_S);
    expect(properties['VisibilityTimeout']).toBe(visibilityTimeoutS);
  });
});

describe.each(MAPPED_QUEUES)('queue $name', (queue) => {
  const { name, consumer, batchSize, maxConcurrency } = queue;
  const { id } = queueNamed(name);

  test('hides a message at least six times as long as its function may run', () => {
    const { timeoutS } = FUNCTIONS.find((fn) => fn.name === consumer)!;
    expect(queue.visibilityTimeoutS).toBeGreaterThanOrEqual(6 * timeoutS);
  });

  test('feeds its function, which answers for each message by itself', () => {
    const own = mappings.filter(({ EventSourceArn }) =>
      JSON.stringify(EventSourceArn).includes(`"${id}"`),
    );
    expect(own).toEqual([
      {
        BatchSize: batchSize,
        EventSourceArn: { 'Fn::GetAtt': [id, 'Arn'] },
        FunctionName: { Ref: functionNamed(consumer).id },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: maxConcurrency },
        Tags: [{ Key: 'fairline', Value: 'fairline-live' }],
      },
    ]);
  });
});

test('the feeder’s commands feed no function', () => {
  const { id } = queueNamed('feeder-commands');
  expect(JSON.stringify(mappings)).not.toContain(`"${id}"`);
});

test('every queue is encrypted and takes TLS only', () => {
  expect(queues).toHaveLength(2 * QUEUES.length + 1);
  const policies = JSON.stringify(live.resources('AWS::SQS::QueuePolicy'));
  for (const { id, properties } of queues) {
    expect(properties['SqsManagedSseEnabled']).toBe(true);
    expect(policies).toContain(`{"Fn::GetAtt":["${id}","Arn"]}`);
  }
  const secured = policies.match(/"aws:SecureTransport":"false"/g) ?? [];
  expect(secured).toHaveLength(queues.length);
});

test('what a rule cannot deliver is kept', () => {
  const targets = live
    .resources('AWS::Events::Rule')
    .filter(({ properties }) => properties['Name'] !== undefined)
    .flatMap(({ properties }) => properties['Targets'] as readonly object[]);
  expect(targets).toHaveLength(2);
  for (const target of targets) expect(target).toHaveProperty('DeadLetterConfig');
});

test('the ledger follows the journal: halves what fails, gives up after finite tries, and keeps what it gave up', () => {
  const [stream, ...others] = mappings.filter(
    ({ StartingPosition }) => StartingPosition !== undefined,
  );
  expect(others).toEqual([]);
  expect(stream).toMatchObject({
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 10,
    MaximumRecordAgeInSeconds: 43_200,
    StartingPosition: 'TRIM_HORIZON',
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    FunctionName: { Ref: functionNamed('write-ledger').id },
  });
  expect(JSON.stringify(stream?.['DestinationConfig'])).toContain('failures');
});

describe.each(FUNCTIONS)('function $name', ({ name, reads, timeoutS, memoryMb }) => {
  const { properties } = functionNamed(name);
  const { Variables: variables } = properties['Environment'] as {
    readonly Variables: Readonly<Record<string, unknown>>;
  };

  test('runs on Node 24, ARM, with its own log and its traces', () => {
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: timeoutS,
      MemorySize: memoryMb,
      TracingConfig: { Mode: 'Active' },
    });
    expect(properties).not.toHaveProperty('VpcConfig');
    const log = JSON.stringify(properties['LoggingConfig']);
    const kept = live
      .resources('AWS::Logs::LogGroup')
      .filter(({ id }) => log.includes(`"${id}"`))
      .map((group) => group.properties['RetentionInDays']);
    expect(kept).toEqual([30]);
  });

  test('is given exactly the variables that it reads, in less than Lambda takes', () => {
    expect(Object.keys(variables).toSorted()).toEqual([...reads].toSorted());
    // A reference becomes an ARN or address; 200 bytes is more than the longest of them.
    const bytes = Object.entries(variables).reduce(
      (sum, [key, value]) => sum + key.length + (typeof value === 'string' ? value.length : 200),
      0,
    );
    const room = MAX_ENVIRONMENT_BYTES - 2_500;
    expect(bytes).toBeLessThan(room);
  });
});

test('the feeder is given exactly the variables that it reads, on a read-only disk, as nobody, once', () => {
  const [task] = live.resources('AWS::ECS::TaskDefinition');
  const [container] = (task?.properties['ContainerDefinitions'] ?? []) as readonly Readonly<
    Record<string, unknown>
  >[];
  const given = container?.['Environment'] as readonly { readonly Name: string }[];
  expect(given.map(({ Name }) => Name).toSorted()).toEqual([...FEEDER_READS].toSorted());
  expect(container).toMatchObject({
    ReadonlyRootFilesystem: true,
    User: '1000:1000',
    StopTimeout: 30,
    HealthCheck: { Command: ['CMD', 'node', '/app/main.mjs', 'health'], Retries: 3 },
    LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
  });
  expect(task?.properties['RuntimePlatform']).toMatchObject({ CpuArchitecture: 'ARM64' });
  expect(live.resources('AWS::ECS::Service')[0]?.properties).toMatchObject({
    DesiredCount: 1,
    DeploymentConfiguration: { DeploymentCircuitBreaker: { Enable: true, Rollback: true } },
  });
});

test('every variable is given to somebody', () => {
  const given = new Set([...FEEDER_READS, ...FUNCTIONS.flatMap(({ reads }) => reads)]);
  expect([...given].toSorted()).toEqual(Object.keys(VARIABLES).toSorted());
});
