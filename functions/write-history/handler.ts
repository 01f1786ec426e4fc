import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { historyCodec } from '../../shared/contracts/messages.ts';
import type { HistoryStore } from '../../shared/ports/history.ts';
import { wholeBatchOrEach, type BatchDeps } from '../runtime/batch.ts';

export type WriteHistoryDeps = BatchDeps & { readonly history: Pick<HistoryStore, 'append'> };

/** Keeps a batch of history events, each once; one that the store cannot take does not keep the others out. */
export function writeHistoryHandler(deps: WriteHistoryDeps) {
  return (event: SQSEvent): Promise<SQSBatchResponse> =>
    wholeBatchOrEach(event, historyCodec.parse, (events) => deps.history.append(events), deps);
}
