import {
  CloudWatchClient,
  MissingRequiredParameterException,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient, ListRulesCommand, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StateMachineDoesNotExist,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { NotFoundException, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arnOf } from '../../../../../local/cloud/cloud-names.ts';
import { withCloudServer } from '../../../../support/cloud-server.ts';

const served = withCloudServer({
  wiring: {
    queues: {
      risk: { visibilityTimeoutS: 30, retentionS: 60, delayS: 0, redrive: null },
    },
    buses: ['fairline'],
    rules: [
      {
        name: 'risk',
        bus: 'fairline',
        pattern: { 'detail-type': ['risk'] },
        targets: [{ target: { kind: 'queue', name: 'risk' }, inputPath: '$.detail' }],
      },
    ],
    stateMachines: {
      'exit-walk': {
        definition: { StartAt: 'Done', States: { Done: { Type: 'Succeed' } } },
      },
      patient: {
        definition: {
          StartAt: 'Wait',
          States: { Wait: { Type: 'Wait', Seconds: 600, End: true } },
        },
      },
    },
    topics: ['alerts'],
    secrets: ['kalshi', 'empty'],
  },
});

const opened: { destroy(): void }[] = [];
function opens<T extends { destroy(): void }>(client: T): T {
  opened.push(client);
  return client;
}
afterAll(() => {
  for (const client of opened) client.destroy();
});

describe('Step Functions', () => {
  let sfn: SFNClient;
  beforeAll(() => {
    sfn = opens(new SFNClient(served.client()));
  });

  it('runs an execution and tells of it', async () => {
    const stateMachineArn = arnOf('stateMachine', 'exit-walk');
    const started = await sfn.send(
      new StartExecutionCommand({ stateMachineArn, name: 'position-1', input: '{"a":1}' }),
    );
    const describeIt = new DescribeExecutionCommand({ executionArn: started.executionArn });
    await expect
      .poll(async () => (await sfn.send(describeIt)).status, { timeout: 5_000 })
      .toBe('SUCCEEDED');
    expect(await sfn.send(describeIt)).toMatchObject({
      name: 'position-1',
      stateMachineArn,
      input: '{"a":1}',
      output: '{"a":1}',
      startDate: started.startDate,
    });
    await expect(
      sfn.send(new StartExecutionCommand({ stateMachineArn, name: 'position-1', input: '{}' })),
    ).rejects.toBeInstanceOf(ExecutionAlreadyExists);
  });

  it('stops an execution, and lists the newest first', async () => {
    const stateMachineArn = arnOf('stateMachine', 'patient');
    for (const name of ['first', 'second'])
      await sfn.send(new StartExecutionCommand({ stateMachineArn, name }));
    const running = await sfn.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING', maxResults: 1 }),
    );
    expect(running.executions?.map(({ name }) => name)).toEqual(['second']);
    const rest = await sfn.send(
      new ListExecutionsCommand({ stateMachineArn, nextToken: running.nextToken }),
    );
    expect(rest.executions?.map(({ name }) => name)).toEqual(['first']);
    const executionArn = running.executions?.[0]?.executionArn;
    await sfn.send(new StopExecutionCommand({ executionArn, error: 'Enough', cause: 'the test' }));
    expect(await sfn.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
      status: 'ABORTED',
      error: 'Enough',
      cause: 'the test',
    });
  });

  it.each([
    [
      'a machine that is not there',
      arnOf('stateMachine', 'nowhere'),
      '{}',
      StateMachineDoesNotExist,
    ],
    ['an ARN of something else', arnOf('queue', 'risk'), '{}', { name: 'InvalidArn' }],
    [
      'input that is no JSON',
      arnOf('stateMachine', 'patient'),
      '{',
      { name: 'InvalidExecutionInput' },
    ],
  ])('refuses %s', async (_what, stateMachineArn, input, refusal) => {
    const start = sfn.send(new StartExecutionCommand({ stateMachineArn, input }));
    if (typeof refusal === 'function') await expect(start).rejects.toBeInstanceOf(refusal);
    else await expect(start).rejects.toMatchObject(refusal);
  });
});

describe('EventBridge', () => {
  it('takes events to the targets of their rules, and tells each entry what became of it', async () => {
    const events = opens(new EventBridgeClient(served.client()));
    const base = { EventBusName: 'fairline', Source: 'fairline', Detail: '{"cause":"stale"}' };
    const put = await events.send(
      new PutEventsCommand({
        Entries: [
          { ...base, DetailType: 'risk', Time: new Date(1_000) },
          { ...base, DetailType: '' },
          { ...base, DetailType: 'risk', Detail: 'no json' },
          { ...base, DetailType: 'risk', EventBusName: 'nowhere' },
        ],
      }),
    );
    expect(put.FailedEntryCount).toBe(3);
    expect(put.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'InvalidArgument',
      'MalformedDetail',
      'ResourceNotFoundException',
    ]);
    const [message] =
      (await served.cloud().queue('risk')?.receive({ max: 1, waitMs: 5_000 })) ?? [];
    expect(message?.body).toBe('{"cause":"stale"}');
    await expect(events.send(new PutEventsCommand({ Entries: [] }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await expect(events.send(new ListRulesCommand({}))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('AWSEvents.ListRules'),
    });
  });
});

describe('Secrets Manager', () => {
  it('gives a secret by name and by ARN, and none that has no value', async () => {
    const secrets = opens(new SecretsManagerClient(served.client()));
    served.cloud().secrets.set('kalshi', '{"keyId":"k"}');
    for (const SecretId of ['kalshi', arnOf('secret', 'kalshi')]) {
      const { SecretString, Name } = await secrets.send(new GetSecretValueCommand({ SecretId }));
      expect([Name, SecretString]).toEqual(['kalshi', '{"keyId":"k"}']);
    }
    for (const SecretId of ['empty', 'nowhere'])
      await expect(secrets.send(new GetSecretValueCommand({ SecretId }))).rejects.toBeInstanceOf(
        ResourceNotFoundException,
      );
  });
});

describe('CloudWatch', () => {
  it('takes values one by one and counted', async () => {
    const cloudwatch = opens(new CloudWatchClient(served.client()));
    const Dimensions = [{ Name: 'Stage', Value: 'test' }];
    await cloudwatch.send(
      new PutMetricDataCommand({
        Namespace: 'Fairline',
        MetricData: [
          { MetricName: 'Ticks', Dimensions, Value: 2, Timestamp: new Date(60_000) },
          { MetricName: 'Ticks', Dimensions, Values: [3, 5], Counts: [2, 1] },
        ],
      }),
    );
    const series = served.cloud().metrics.series('Fairline', 'Ticks', { Stage: 'test' });
    expect(series.total).toMatchObject({ count: 4, sum: 13 });
    expect(series.between(60_000, 60_001)).toMatchObject([{ count: 1, sum: 2 }]);
    await expect(
      cloudwatch.send(
        new PutMetricDataCommand({ Namespace: 'Fairline', MetricData: [{ MetricName: 'None' }] }),
      ),
    ).rejects.toBeInstanceOf(MissingRequiredParameterException);
  });
});

describe('SNS', () => {
  it('publishes to a topic that is there', async () => {
    const sns = opens(new SNSClient(served.client()));
    const Message = 'drawdown & <more>, 5 % + é\nsecond line';
    const TopicArn = arnOf('topic', 'alerts');
    const { MessageId } = await sns.send(new PublishCommand({ TopicArn, Message, Subject: 'a' }));
    expect(MessageId).toMatch(/^[\da-f-]{36}$/);
    expect(served.cloud().topics.published).toMatchObject([
      { topic: 'alerts', subject: 'a', message: Message },
    ]);
    await expect(
      sns.send(new PublishCommand({ TopicArn: arnOf('topic', 'nowhere'), Message })),
    ).rejects.toBeInstanceOf(NotFoundException);
    await expect(
      sns.send(new PublishCommand({ TopicArn, Message, Subject: 'two\nlines' })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});
