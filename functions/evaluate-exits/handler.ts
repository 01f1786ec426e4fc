import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { evaluateExits } from '../../shared/application/evaluate-exits.ts';
import type { TradingDeps } from '../../shared/application/trading-deps.ts';
import { tickCodec } from '../../shared/contracts/messages.ts';
import { eachRecord, type BatchDeps } from '../runtime/batch.ts';

export type EvaluateExitsDeps = TradingDeps & BatchDeps;

/** Looks at the position of each tick's market and sells when a rule says so. */
export function evaluateExitsHandler(deps: EvaluateExitsDeps) {
  return (event: SQSEvent): Promise<SQSBatchResponse> =>
    eachRecord(
      event,
      tickCodec.parse,
      async (tick, telemetry) => {
        await evaluateExits({ ...deps, telemetry }, tick);
      },
      deps,
    );
}
