import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { MessageRefusal } from '../../shared/contracts/messages/message-codec.ts';
import type { Telemetry } from '../../shared/ports/telemetry.ts';
import type { FunctionTelemetry } from './function-telemetry.ts';
import { RetryLater } from './retry-later.ts';
import { onUnexpected, type Unexpected } from './unexpected.ts';

/** How a handler meets its records. */
export type BatchDeps = {
  readonly telemetry: FunctionTelemetry;
  readonly unexpected: Unexpected;
};

type ParsedRecord<Message> = {
  readonly record: SQSRecord;
  readonly message: Message;
};

/**
 * Processes a batch of a queue one record after another and reports those that are to come again: what could not be
 * read (until its receives are used up and it is a dead letter), what cannot be processed yet, and, as `unexpected`
 * says, what failed otherwise. A body is never logged.
 */
export async function eachRecord<Message>(
  event: SQSEvent,
  parse: (body: string) => Message,
  process: (message: Message, telemetry: Telemetry) => Promise<void>,
  deps: BatchDeps,
): Promise<SQSBatchResponse> {
  const { parsed, failures } = parseRecords(event, parse, deps);
  for (const { record, message } of parsed) {
    const telemetry = deps.telemetry.withCorrelation(record.messageId);
    try {
      await process(message, telemetry);
    } catch (error) {
      if (error instanceof RetryLater)
        telemetry.log('warn', 'message_will_come_again', { why: error.message });
      else onUnexpected(error, deps.unexpected, telemetry);
      failures.push(failureOf(record));
    }
  }
  return { batchItemFailures: failures };
}

/** Processes what can be read of a batch together. When that fails, the invocation fails and all of it comes again. */
export async function wholeBatch<Message>(
  event: SQSEvent,
  parse: (body: string) => Message,
  process: (messages: readonly Message[]) => Promise<void>,
  deps: Pick<BatchDeps, 'telemetry'>,
): Promise<SQSBatchResponse> {
  const { parsed, failures } = parseRecords(event, parse, deps);
  if (parsed.length > 0) await process(parsed.map(({ message }) => message));
  return { batchItemFailures: failures };
}

/**
 * Processes what can be read of a batch together, and one by one when that fails, so that only the messages that cannot
 * be processed come again. For what may be processed twice.
 */
export async function wholeBatchOrEach<Message>(
  event: SQSEvent,
  parse: (body: string) => Message,
  process: (messages: readonly Message[]) => Promise<void>,
  deps: BatchDeps,
): Promise<SQSBatchResponse> {
  try {
    return await wholeBatch(event, parse, process, deps);
  } catch (error) {
    onUnexpected(error, deps.unexpected, deps.telemetry);
    return eachRecord(event, parse, (message) => process([message]), deps);
  }
}

function parseRecords<Message>(
  { Records }: SQSEvent,
  parse: (body: string) => Message,
  { telemetry }: Pick<BatchDeps, 'telemetry'>,
): { readonly parsed: readonly ParsedRecord<Message>[]; readonly failures: SQSBatchItemFailure[] } {
  const parsed: ParsedRecord<Message>[] = [];
  const failures: SQSBatchItemFailure[] = [];
  for (const record of Records) {
    try {
      parsed.push({ record, message: parse(record.body) });
    } catch (error) {
      if (!(error instanceof MessageRefusal)) throw error;
      refuseRecord(telemetry.withCorrelation(record.messageId), error);
      failures.push(failureOf(record));
    }
  }
  return { parsed, failures };
}

/** A record that cannot be read: where it is wrong is told, what it holds is not. */
export function refuseRecord(telemetry: Telemetry, { code, what, where, message }: MessageRefusal) {
  telemetry.count('record.refused', 1);
  telemetry.log('error', 'message_refused', { code, what, where, message });
}

function failureOf({ messageId }: SQSRecord): SQSBatchItemFailure {
  return { itemIdentifier: messageId };
}
