import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withCloudServer } from '../../../../support/cloud-server.ts';

const queue = (redrive: { deadLetterQueue: string; maxReceives: number } | null = null) => ({
  visibilityTimeoutS: 30,
  retentionS: 345_600,
  delayS: 0,
  redrive,
});
const served = withCloudServer({
  wiring: {
    queues: {
      work: queue({ deadLetterQueue: 'work-dead', maxReceives: 2 }),
      'work-dead': queue(),
      waiting: queue(),
      batches: queue(),
    },
  },
});

let sqs: SQSClient;
beforeAll(() => {
  sqs = new SQSClient(served.client());
});
afterAll(() => sqs.destroy());

async function urlOf(name: string): Promise<string> {
  const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  return QueueUrl;
}

async function receive(
  QueueUrl: string,
  more: Partial<ConstructorParameters<typeof ReceiveMessageCommand>[0]> = {},
): Promise<readonly Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more }),
  );
  return Messages;
}

describe('messages', () => {
  it('are received as they were sent, with what the SDK checks and a consumer asks for', async () => {
    const QueueUrl = await urlOf('work');
    const MessageBody = '{"text":"é ✓ \\n"}';
    const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    const [message] = await receive(QueueUrl, { MessageSystemAttributeNames: ['All'] });
    expect(message).toMatchObject({ MessageId, Body: MessageBody });
    expect(message?.Attributes).toMatchObject({ ApproximateReceiveCount: '1' });
    expect(await receive(QueueUrl)).toEqual([]);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({
      QueueArn: 'arn:aws:sqs:us-east-2:000000000000:work',
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
    });
  });

  it('wake whoever waits at once, not at the end of the wait', async () => {
    const QueueUrl = await urlOf('waiting');
    const beganMs = performance.now();
    const waiting = receive(QueueUrl, { WaitTimeSeconds: 20 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'now' }));
    const [message] = await waiting;
    expect(message?.Body).toBe('now');
    expect(performance.now() - beganMs).toBeLessThan(2_000);
  });

  it('come back at once when who waited for them has gone', async () => {
    const QueueUrl = await urlOf('waiting');
    for (const { ReceiptHandle } of await receive(QueueUrl))
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    const gone = new AbortController();
    const waiting = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), {
      abortSignal: gone.signal,
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    gone.abort();
    await expect(waiting).rejects.toThrow(/abort/i);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'for the next one' }));
    // What nobody got was not received: the message shall not die of those who hang up.
    await expect
      .poll(
        async () =>
          (
            await receive(QueueUrl, { MessageSystemAttributeNames: ['ApproximateReceiveCount'] })
          ).map(({ Body, Attributes }) => [Body, Attributes?.ApproximateReceiveCount]),
        { timeout: 5_000 },
      )
      .toEqual([['for the next one', '1']]);
  });

  it('end in the dead-letter queue after exactly their receives', async () => {
    const QueueUrl = await urlOf('work');
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'poison' }));
    for (const receives of ['1', '2']) {
      const [message] = await receive(QueueUrl, {
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      });
      expect(message?.Attributes).toEqual({ ApproximateReceiveCount: receives });
      await sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl,
          ReceiptHandle: message?.ReceiptHandle,
          VisibilityTimeout: 0,
        }),
      );
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(await receive(QueueUrl)).toEqual([]);
    const [dead] = await receive(await urlOf('work-dead'), {
      MessageSystemAttributeNames: ['All'],
    });
    expect(dead?.Body).toBe('poison');
    expect(dead?.Attributes).toMatchObject({
      DeadLetterQueueSourceArn: 'arn:aws:sqs:us-east-2:000000000000:work',
    });
  });
});

function entries(count: number, body: string): { Id: string; MessageBody: string }[] {
  return Array.from({ length: count }, (_, index) => ({ Id: String(index), MessageBody: body }));
}

describe('a batch', () => {
  it('tells of each entry what became of it', async () => {
    const QueueUrl = await urlOf('batches');
    const sent = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'good', MessageBody: 'a' },
          { Id: 'late', MessageBody: 'b', DelaySeconds: 901 },
          { Id: 'bell', MessageBody: '\u0007' },
        ],
      }),
    );
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['good']);
    expect(sent.Failed?.map(({ Id, Code, SenderFault }) => [Id, Code, SenderFault])).toEqual([
      ['late', 'InvalidParameterValue', true],
      ['bell', 'InvalidMessageContents', true],
    ]);
    const [message] = await receive(QueueUrl);
    const deleted = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'a', ReceiptHandle: message?.ReceiptHandle },
          { Id: 'b', ReceiptHandle: 'none' },
        ],
      }),
    );
    expect(deleted.Successful?.map(({ Id }) => Id)).toEqual(['a']);
    expect(deleted.Failed?.map(({ Id, Code }) => [Id, Code])).toEqual([
      ['b', 'ReceiptHandleIsInvalid'],
    ]);
  });

  it.each([
    ['no entries', [], 'EmptyBatchRequest'],
    ['eleven entries', entries(11, 'x'), 'TooManyEntriesInBatchRequest'],
    ['more than 1 MiB', entries(2, 'x'.repeat(524_289)), 'BatchRequestTooLong'],
    ['one id twice', [...entries(1, 'x'), ...entries(1, 'y')], 'BatchEntryIdsNotDistinct'],
    ['an id with a dot', [{ Id: 'a.b', MessageBody: 'x' }], 'InvalidBatchEntryId'],
  ])('of %s is refused whole', async (_what, Entries, code) => {
    const QueueUrl = await urlOf('batches');
    await expect(
      sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })),
    ).rejects.toMatchObject({ name: code });
    expect(await receive(QueueUrl)).toEqual([]);
  });
});

describe('what cannot be', () => {
  it('is told in the words of SQS', async () => {
    await expect(urlOf('nowhere')).rejects.toBeInstanceOf(QueueDoesNotExist);
    const QueueUrl = await urlOf('work');
    await expect(receive(QueueUrl, { MaxNumberOfMessages: 11 })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    await expect(
      sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x'.repeat(1_048_577) })),
    ).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(
      sqs.send(
        new SendMessageCommand({
          QueueUrl,
          MessageBody: 'x',
          MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } },
        }),
      ),
    ).rejects.toMatchObject({ name: 'UnsupportedOperation' });
  });
});
