import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { enterOnSignal, type EnterDeps } from '../../shared/application/enter-on-signal.ts';
import { signalCodec } from '../../shared/contracts/messages.ts';
import { eachRecord, type BatchDeps } from '../runtime/batch.ts';

export type PlaceOrderDeps = EnterDeps & BatchDeps;

/** Makes an order of each signal, at most once. */
export function placeOrderHandler(deps: PlaceOrderDeps) {
  return (event: SQSEvent): Promise<SQSBatchResponse> =>
    eachRecord(
      event,
      signalCodec.parse,
      async (signal, telemetry) => {
        await enterOnSignal({ ...deps, telemetry }, signal);
      },
      deps,
    );
}
