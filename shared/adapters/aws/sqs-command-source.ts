import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { CommandSource, TakenCommand } from '../../ports/command-source.ts';

/** The most that SQS waits for a first message and gives at once. */
const WAIT_S = 20;
const MAX_MESSAGES = 10;

/** The client's requests must be given longer than this: SQS answers a poll that nothing came for after it. */
export const LONG_POLL_MS = WAIT_S * 1_000;

/** Commands from a standard queue, by long polling. */
export class SqsCommandSource implements CommandSource {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor({ client, queueUrl }: { readonly client: SQSClient; readonly queueUrl: string }) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  async take(signal: AbortSignal): Promise<readonly TakenCommand[]> {
    try {
      const { Messages = [] } = await this.#client.send(
        new ReceiveMessageCommand({
          QueueUrl: this.#queueUrl,
          MaxNumberOfMessages: MAX_MESSAGES,
          WaitTimeSeconds: WAIT_S,
          MessageSystemAttributeNames: ['SentTimestamp'],
        }),
        { abortSignal: signal },
      );
      return Messages.map(takenOf);
    } catch (error) {
      if (signal.aborted) return [];
      throw error;
    }
  }

  async ack({ handle }: TakenCommand): Promise<void> {
    await this.#client.send(
      new DeleteMessageCommand({ QueueUrl: this.#queueUrl, ReceiptHandle: handle }),
    );
  }
}

function takenOf({ MessageId, ReceiptHandle, Body, Attributes }: Message): TakenCommand {
  const sentMs = Number(Attributes?.SentTimestamp ?? Number.NaN);
  if (MessageId === undefined || ReceiptHandle === undefined || !Number.isSafeInteger(sentMs))
    throw new Error(
      'SQS gave a message without its id, its handle or the time at which it was sent',
    );
  return { messageId: MessageId, handle: ReceiptHandle, body: Body ?? '', sentMs };
}
