import type { DynamoDBStreamEvent, SQSEvent } from 'aws-lambda';
import { MemoryTelemetry } from '../../shared/adapters/memory/memory-telemetry.ts';
import { correlatable } from '../../functions/runtime/function-telemetry.ts';
import type { Unexpected } from '../../functions/runtime/unexpected.ts';
import type { JournalEntry } from '../../shared/domain/ledger/journal.ts';
import type { Queue } from '../../shared/ports/queue.ts';

/** An event as Lambda makes it of messages of a queue: ids `m0`, `m1` … in the order of the bodies. */
export function sqsEvent(...bodies: readonly string[]): SQSEvent {
  return {
    Records: bodies.map((body, index) => ({
      messageId: `m${index}`,
      receiptHandle: `handle-${index}`,
      body,
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: '1795262400000',
        SenderId: 'AIDAEXAMPLE',
        ApproximateFirstReceiveTimestamp: '1795262400001',
      },
      messageAttributes: {},
      md5OfBody: '00000000000000000000000000000000',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-2:000000000000:fairline-test-queue',
      awsRegion: 'us-east-2',
    })),
  };
}

/** What a handler reports of an event by {@link sqsEvent} whose records at these places failed. */
export function failed(...places: readonly number[]) {
  return { batchItemFailures: places.map((place) => ({ itemIdentifier: `m${place}` })) };
}

/** An event as Lambda makes it of the journal's stream: sequence numbers `100`, `101` … in the order of the texts. */
export function streamEvent(...texts: readonly (string | JournalEntry)[]): DynamoDBStreamEvent {
  return {
    Records: texts.map((value, index) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      return {
        eventID: `e${index}`,
        eventName: 'INSERT',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: 'us-east-2',
        dynamodb: {
          ApproximateCreationDateTime: 1_795_262_400,
          Keys: { id: { S: `journal-${index}` } },
          NewImage: {
            id: { S: `journal-${index}` },
            version: { N: '1' },
            value: { S: text },
            kind: { S: 'fill' },
          },
          SequenceNumber: String(100 + index),
          SizeBytes: text.length,
          StreamViewType: 'NEW_IMAGE',
        },
        eventSourceARN: 'arn:aws:dynamodb:us-east-2:000000000000:table/t/stream/2026',
      };
    }),
  };
}

/** What handlers see through, and what they have said. */
export function functionSetting(unexpected: Unexpected = 'fail_record') {
  const seen = new MemoryTelemetry();
  return { seen, telemetry: correlatable(seen), unexpected };
}

/** A queue that keeps what was sent to it. */
export function keepingQueue<Message>(): Queue<Message> & { readonly sent: Message[] } {
  const sent: Message[] = [];
  return {
    sent,
    send: (messages) => {
      sent.push(...messages);
      return Promise.resolve();
    },
  };
}
