import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it } from 'vitest';
import { SqsQueue } from '../../../../shared/adapters/aws/sqs-queue.ts';

const sqs = mockClient(SQSClient);
afterEach(() => sqs.reset());

const QUEUE_URL = 'http://127.0.0.1/000000000000/ticks';
const busy = (Id: string) => ({ Id, Code: 'InternalError', SenderFault: false });

const queueOf = (): SqsQueue<string> =>
  new SqsQueue({
    client: new SQSClient({}),
    queueUrl: QUEUE_URL,
    encode: (message) => message,
    pause: { random: () => 0, sleep: () => Promise.resolve() },
  });

const sent = (): readonly (readonly (string | undefined)[])[] =>
  sqs
    .commandCalls(SendMessageBatchCommand)
    .map((call) => (call.args[0].input.Entries ?? []).map(({ MessageBody }) => MessageBody));

describe('SQS queue', () => {
  it('sends in batches of ten, each message once, and nothing for nothing', async () => {
    sqs.on(SendMessageBatchCommand).resolves({});
    const messages = Array.from({ length: 23 }, (_, n) => `m${n}`);
    await queueOf().send([]);
    expect(sent()).toEqual([]);
    await queueOf().send(messages);
    expect(sent().map((batch) => batch.length)).toEqual([10, 10, 3]);
    expect(sent().flat()).toEqual(messages);
    expect(sqs.commandCalls(SendMessageBatchCommand)[0]?.args[0].input.QueueUrl).toBe(QUEUE_URL);
  });

  it('keeps a batch within a mebibyte of bytes', async () => {
    sqs.on(SendMessageBatchCommand).resolves({});
    const third = 'ä'.repeat(200_000);
    await queueOf().send([third, third, third, 'x']);
    expect(sent().map((batch) => batch.length)).toEqual([2, 2]);
  });

  it('refuses a message that fits nowhere before it sends any', async () => {
    sqs.on(SendMessageBatchCommand).resolves({});
    await queueOf().send(['x'.repeat(1_048_576)]);
    await expect(queueOf().send(['ok', 'ä'.repeat(524_289)])).rejects.toThrow(
      `message for ${QUEUE_URL} has 1048578 bytes; at most 1048576 are taken`,
    );
    expect(sent()).toHaveLength(1);
  });

  it('sends again what failed, and only that', async () => {
    sqs
      .on(SendMessageBatchCommand)
      .resolvesOnce({ Failed: [busy('1'), busy('2')] })
      .resolvesOnce({ Failed: [busy('2')] })
      .resolves({});
    await queueOf().send(['a', 'b', 'c']);
    expect(sent()).toEqual([['a', 'b', 'c'], ['b', 'c'], ['c']]);
  });

  it('throws the codes when messages fail again and again', async () => {
    sqs.on(SendMessageBatchCommand).resolves({ Failed: [busy('1')] });
    await expect(queueOf().send(['a', 'b'])).rejects.toThrow(
      `${QUEUE_URL} did not take 1 of 2 messages: InternalError`,
    );
    expect(sent()).toHaveLength(5);
  });

  it('does not send again what is our fault', async () => {
    sqs.on(SendMessageBatchCommand).resolves({
      Failed: [{ Id: '0', Code: 'InvalidMessageContents', SenderFault: true }],
    });
    await expect(queueOf().send(['a', 'b'])).rejects.toThrow('InvalidMessageContents');
    expect(sent()).toHaveLength(1);
  });
});
