import type { SQSClient } from '@aws-sdk/client-sqs';
import { SqsQueue } from '../../shared/adapters/aws/sqs-queue.ts';
import { historyCodec, signalCodec } from '../../shared/contracts/messages.ts';
import type { EntrySignal } from '../../shared/domain/strategies/decide-entry.ts';
import type { HistoryEvent } from '../../shared/ports/history.ts';
import type { Queue } from '../../shared/ports/queue.ts';

export function signalQueue(client: SQSClient, queueUrl: string): Queue<EntrySignal> {
  return new SqsQueue({ client, queueUrl, encode: signalCodec.encode });
}

export function historyQueue(client: SQSClient, queueUrl: string): Queue<HistoryEvent> {
  return new SqsQueue({ client, queueUrl, encode: historyCodec.encode });
}
