import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { settleIfHeld } from '../../shared/application/settle-market.ts';
import type { TradingDeps } from '../../shared/application/trading-deps.ts';
import { lifecycleCodec } from '../../shared/contracts/messages.ts';
import { eachRecord, type BatchDeps } from '../runtime/batch.ts';
import { RetryLater } from '../runtime/retry-later.ts';

export type SettleMarketDeps = TradingDeps & BatchDeps;

/** Books what the exchange paid for each settled market; other news of a market's life is passed over. */
export function settleMarketHandler(deps: SettleMarketDeps) {
  return (event: SQSEvent): Promise<SQSBatchResponse> =>
    eachRecord(
      event,
      lifecycleCodec.parse,
      async ({ message }, telemetry) => {
        if (message.event !== 'settled') return;
        const settled = await settleIfHeld({ ...deps, telemetry }, message.market);
        if (settled === 'not_yet') throw new RetryLater(`${message.market} is not settled yet`);
      },
      deps,
    );
}
