import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as z from 'zod';
import { arnOf, queueUrlOf } from '../cloud-names.ts';
import type { CloudQueue } from '../cloud-queue.ts';
import type { ReceivedMessage } from '../queue-types.ts';
import { AwsError } from '../parts/aws-error.ts';
import { headerOf, type HttpCall, type Service } from './http-call.ts';
import { action, jsonService } from './json-service.ts';

export type Queues = { readonly queue: (name: string) => CloudQueue | null };

const MAX_BYTES = 1024 * 1024;
const MAX_ENTRIES = 10;
const MAX_DELAY_S = 900;
const MAX_WAIT_S = 20;
const MAX_VISIBILITY_S = 43_200;
const SECOND_MS = 1_000;

/** Every character that XML 1.0 allows, which is what SQS takes. */
const ALLOWED_TEXT = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]+$/u;

const INVALID = 'InvalidParameterValue';
const queueUrl = z.string().min(1);
const entry = z.looseObject({
  Id: z.string(),
  MessageBody: z.string(),
  DelaySeconds: z.number().nullish(),
  MessageAttributes: z.record(z.string(), z.unknown()).nullish(),
});
const single = entry.omit({ Id: true });
const visibility = z.looseObject({
  Id: z.string(),
  ReceiptHandle: z.string(),
  VisibilityTimeout: z.number(),
});
const handle = z.looseObject({ Id: z.string(), ReceiptHandle: z.string() });
const batch = <T extends z.ZodType>(
  of: T,
): z.ZodObject<{ QueueUrl: typeof queueUrl; Entries: z.ZodArray<T> }> =>
  z.object({ QueueUrl: queueUrl, Entries: z.array(of) });

/** SQS: standard queues by the JSON protocol. */
export function sqsService(cloud: Queues): Service {
  const find = (url: string): CloudQueue => {
    const queue = cloud.queue(url.split('/').at(-1) ?? '');
    if (queue === null)
      throw new AwsError('QueueDoesNotExist', `The specified queue does not exist: ${url}`);
    return queue;
  };
  return jsonService({
    oldCodes: {
      QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
      EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
      TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
      BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
      BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
      InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
      MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
    },
    actions: {
      SendMessage: action(
        z.looseObject({ ...single.shape, QueueUrl: queueUrl }),
        INVALID,
        (input) => send(find(input.QueueUrl), input),
      ),
      SendMessageBatch: action(batch(entry), INVALID, ({ QueueUrl, Entries }) => {
        const queue = find(QueueUrl);
        const bytes = Entries.reduce((sum, { MessageBody }) => sum + bytesOf(MessageBody), 0);
        if (bytes > MAX_BYTES)
          throw new AwsError(
            'BatchRequestTooLong',
            `Batch requests cannot be longer than ${MAX_BYTES} bytes. You have sent ${bytes} bytes.`,
          );
        return eachEntry(Entries, (each) => send(queue, each));
      }),
      ReceiveMessage: action(receiveSchema, INVALID, (input, call) =>
        receive(find(input.QueueUrl), input, call),
      ),
      DeleteMessage: action(
        z.looseObject({ QueueUrl: queueUrl, ReceiptHandle: z.string() }),
        INVALID,
        ({ QueueUrl, ReceiptHandle }) => remove(find(QueueUrl), ReceiptHandle),
      ),
      DeleteMessageBatch: action(batch(handle), INVALID, ({ QueueUrl, Entries }) => {
        const queue = find(QueueUrl);
        return eachEntry(Entries, ({ ReceiptHandle }) => remove(queue, ReceiptHandle));
      }),
      ChangeMessageVisibility: action(
        z.looseObject({ ...visibility.omit({ Id: true }).shape, QueueUrl: queueUrl }),
        INVALID,
        (input) => changeVisibility(find(input.QueueUrl), input),
      ),
      ChangeMessageVisibilityBatch: action(batch(visibility), INVALID, ({ QueueUrl, Entries }) => {
        const queue = find(QueueUrl);
        return eachEntry(Entries, (each) => changeVisibility(queue, each));
      }),
      GetQueueUrl: action(z.looseObject({ QueueName: z.string() }), INVALID, (input, call) => {
        const { name } = find(input.QueueName);
        return { QueueUrl: queueUrlOf(`http://${headerOf(call.headers, 'host') ?? ''}`, name) };
      }),
      GetQueueAttributes: action(
        z.looseObject({ QueueUrl: queueUrl, AttributeNames: z.array(z.string()).nullish() }),
        INVALID,
        ({ QueueUrl, AttributeNames }) => attributes(find(QueueUrl), AttributeNames ?? []),
      ),
    },
  });
}

type Entry = Pick<z.infer<typeof entry>, 'MessageBody' | 'DelaySeconds' | 'MessageAttributes'>;

function send(queue: CloudQueue, message: Entry): object {
  const { MessageBody: body, DelaySeconds: delayS, MessageAttributes: carried } = message;
  if (bytesOf(body) > MAX_BYTES)
    throw new AwsError(
      INVALID,
      `One or more parameters are invalid. Reason: Message must be shorter than ${MAX_BYTES} bytes.`,
    );
  if (!ALLOWED_TEXT.test(body))
    throw new AwsError(
      'InvalidMessageContents',
      'A message has at least one character, and none that XML 1.0 does not allow.',
    );
  if (carried !== undefined && carried !== null && Object.keys(carried).length > 0)
    throw new AwsError(
      'UnsupportedOperation',
      'The local cloud carries no message attributes; put them into the body.',
    );
  const delay = inRange('DelaySeconds', delayS, MAX_DELAY_S);
  const [messageId] = queue.send([delay === null ? body : { body, delayMs: delay * SECOND_MS }]);
  return { MessageId: messageId, MD5OfMessageBody: md5(body) };
}

const receiveSchema = z.looseObject({
  QueueUrl: queueUrl,
  MaxNumberOfMessages: z.int().nullish(),
  WaitTimeSeconds: z.number().nullish(),
  VisibilityTimeout: z.number().nullish(),
  AttributeNames: z.array(z.string()).nullish(),
  MessageSystemAttributeNames: z.array(z.string()).nullish(),
});

async function receive(
  queue: CloudQueue,
  input: z.infer<typeof receiveSchema>,
  call: HttpCall,
): Promise<object> {
  const max = input.MaxNumberOfMessages ?? 1;
  if (max < 1 || max > MAX_ENTRIES)
    throw new AwsError(
      INVALID,
      `Value ${max} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and ${MAX_ENTRIES}, if provided.`,
    );
  const waitS = inRange('WaitTimeSeconds', input.WaitTimeSeconds, MAX_WAIT_S) ?? 0;
  const hiddenS = inRange('VisibilityTimeout', input.VisibilityTimeout, MAX_VISIBILITY_S);
  const messages = await queue.receive({
    max,
    waitMs: waitS * SECOND_MS,
    visibilityTimeoutMs: hiddenS === null ? null : hiddenS * SECOND_MS,
  });
  // An end of the connection that has arrived together with the message is heard in the next turn.
  if (messages.length > 0) await nextTurn();
  if (call.isGone()) {
    // Who waited has gone: the next one shall not wait for the visibility timeout of nobody, nor the message die of it.
    for (const message of messages) queue.giveBack(message);
    return {};
  }
  if (messages.length === 0) return {};
  const wanted = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
  return { Messages: messages.map((message) => messageOf(message, wanted)) };
}

function messageOf(message: ReceivedMessage, wanted: readonly string[]): object {
  const all: Readonly<Record<string, string>> = {
    SenderId: 'local',
    SentTimestamp: String(message.sentMs),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedMs),
    ...(message.deadLetterSource === null
      ? {}
      : { DeadLetterQueueSourceArn: arnOf('queue', message.deadLetterSource) }),
  };
  const given = Object.entries(all).filter(
    ([name]) => wanted.includes('All') || wanted.includes(name),
  );
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(given.length === 0 ? {} : { Attributes: Object.fromEntries(given) }),
  };
}

function remove(queue: CloudQueue, receiptHandle: string): object {
  if (!queue.delete(receiptHandle))
    throw new AwsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.', 404);
  return {};
}

function changeVisibility(
  queue: CloudQueue,
  input: { readonly ReceiptHandle: string; readonly VisibilityTimeout: number },
): object {
  const seconds = inRange('VisibilityTimeout', input.VisibilityTimeout, MAX_VISIBILITY_S) ?? 0;
  switch (queue.changeVisibility(input.ReceiptHandle, seconds * SECOND_MS)) {
    case 'changed':
      return {};
    case 'not_in_flight':
      throw new AwsError(
        'MessageNotInflight',
        `Value ${input.ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
      );
    case 'invalid':
      throw new AwsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.', 404);
  }
}

/** A batch is refused whole for what is wrong with the batch; an entry's own fault is told with the entry. */
function eachEntry<T extends { readonly Id: string }>(
  entries: readonly T[],
  run: (entry: T) => object,
): object {
  if (entries.length === 0)
    throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > MAX_ENTRIES)
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${entries.length}.`,
    );
  const ids = entries.map(({ Id }) => Id);
  const odd = ids.find((id) => !/^[\w-]{1,80}$/.test(id));
  if (odd !== undefined)
    throw new AwsError(
      'InvalidBatchEntryId',
      `A batch entry id can only contain alphanumeric characters, hyphens and underscores, at most 80: ${odd}`,
    );
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${twice} repeated.`);
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const each of entries) {
    try {
      Successful.push({ Id: each.Id, ...run(each) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id: each.Id, Code: error.code, Message: error.message, SenderFault: true });
    }
  }
  return { Successful, Failed };
}

function attributes(queue: CloudQueue, wanted: readonly string[]): object {
  const { visible, delayed, inFlight } = queue.attributes();
  const all: Readonly<Record<string, string>> = {
    QueueArn: arnOf('queue', queue.name),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
  };
  const unknown = wanted.find((name) => name !== 'All' && !Object.hasOwn(all, name));
  if (unknown !== undefined)
    throw new AwsError(
      'InvalidAttributeName',
      `The local cloud has no attribute ${unknown} of queues.`,
    );
  const given = Object.entries(all).filter(
    ([name]) => wanted.includes('All') || wanted.includes(name),
  );
  return given.length === 0 ? {} : { Attributes: Object.fromEntries(given) };
}

/** Whole seconds from 0; null when it is left out. */
function inRange(name: string, value: number | null | undefined, most: number): number | null {
  if (value === undefined || value === null) return null;
  if (!Number.isInteger(value) || value < 0 || value > most)
    throw new AwsError(
      INVALID,
      `Value ${value} for parameter ${name} is invalid. Reason: Must be >= 0 and <= ${most}, if provided.`,
    );
  return value;
}

function bytesOf(body: string): number {
  return Buffer.byteLength(body, 'utf8');
}

/** SQS tells the MD5 of what it took, and the SDK compares. */
function md5(body: string): string {
  return createHash('md5').update(body).digest('hex');
}
