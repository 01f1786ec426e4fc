import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { applyOrderUpdate } from '../../shared/application/apply-order-update.ts';
import type { TradingDeps } from '../../shared/application/trading-deps.ts';
import { orderMessageCodec } from '../../shared/contracts/messages.ts';
import { eachRecord, type BatchDeps } from '../runtime/batch.ts';

export type ApplyOrderUpdateDeps = TradingDeps & BatchDeps;

/** Books what the exchange's stream says of our orders. */
export function applyOrderUpdateHandler(deps: ApplyOrderUpdateDeps) {
  return (event: SQSEvent): Promise<SQSBatchResponse> =>
    eachRecord(
      event,
      orderMessageCodec.parse,
      async (message, telemetry) => {
        await applyOrderUpdate({ ...deps, telemetry }, message);
      },
      deps,
    );
}
