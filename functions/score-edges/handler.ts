import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { scoreEdges, type ScoreEdgesDeps } from '../../shared/application/score-edges.ts';
import { tickCodec } from '../../shared/contracts/messages.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import { wholeBatch } from '../runtime/batch.ts';
import type { FunctionTelemetry } from '../runtime/function-telemetry.ts';

export type ScoreEdgesHandlerDeps = ScoreEdgesDeps & {
  readonly clock: Clock;
  readonly telemetry: FunctionTelemetry;
};

/** Scores a batch of ticks and sends its signals. */
export function scoreEdgesHandler(deps: ScoreEdgesHandlerDeps) {
  return (event: SQSEvent): Promise<SQSBatchResponse> =>
    wholeBatch(
      event,
      tickCodec.parse,
      async (ticks) => {
        await scoreEdges(deps, ticks, deps.clock.nowMs());
      },
      deps,
    );
}
