import type {
  DynamoDBBatchItemFailure,
  DynamoDBBatchResponse,
  DynamoDBRecord,
  DynamoDBStreamEvent,
} from 'aws-lambda';
import { journalCodec } from '../../shared/contracts/messages.ts';
import { MessageRefusal } from '../../shared/contracts/messages/message-codec.ts';
import type { JournalEntry } from '../../shared/domain/ledger/journal.ts';
import { refuseRecord } from './batch.ts';
import type { FunctionTelemetry } from './function-telemetry.ts';

/**
 * Processes a batch of the journal's stream in its order. A stream takes the first reported record and everything after
 * it for unprocessed: so the entries before the first one that cannot be read are processed, and that one is reported.
 */
export async function eachJournalBatch(
  event: DynamoDBStreamEvent,
  process: (entries: readonly JournalEntry[]) => Promise<void>,
  telemetry: FunctionTelemetry,
): Promise<DynamoDBBatchResponse> {
  const entries: JournalEntry[] = [];
  const failures: DynamoDBBatchItemFailure[] = [];
  for (const record of event.Records) {
    try {
      const entry = entryOf(record);
      if (entry !== null) entries.push(entry);
    } catch (error) {
      if (!(error instanceof MessageRefusal)) throw error;
      refuseRecord(telemetry.withCorrelation(record.eventID ?? ''), error);
      failures.push({ itemIdentifier: sequenceNumberOf(record) });
      break;
    }
  }
  if (entries.length > 0) await process(entries);
  return { batchItemFailures: failures };
}

/** The entry that a record inserted. The journal is never changed; a removal by hand moves no money. */
function entryOf({ dynamodb, eventName }: DynamoDBRecord): JournalEntry | null {
  if (eventName === 'REMOVE') return null;
  const text = dynamodb?.NewImage?.['value']?.S;
  if (text === undefined)
    throw new MessageRefusal('journal entry', 'shape', 'NewImage.value.S', 'there is no text');
  return journalCodec.parse(text);
}

/** Lambda refuses an answer that names no record; a stream record always has its number. */
function sequenceNumberOf({ dynamodb }: DynamoDBRecord): string {
  return dynamodb?.SequenceNumber ?? '';
}
