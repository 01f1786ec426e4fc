import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { writeLedger, type WriteLedgerDeps } from '../../shared/application/write-ledger.ts';
import type { FunctionTelemetry } from '../runtime/function-telemetry.ts';
import { eachJournalBatch } from '../runtime/stream.ts';

export type WriteLedgerHandlerDeps = WriteLedgerDeps & { readonly telemetry: FunctionTelemetry };

/** Follows the journal's stream into journal and ledger. */
export function writeLedgerHandler(deps: WriteLedgerHandlerDeps) {
  return (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> =>
    eachJournalBatch(event, (entries) => writeLedger(deps, entries), deps.telemetry);
}
