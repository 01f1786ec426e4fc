import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { settleIfHeld } from '../../shared/application/settle-market.ts';
import type { TradingDeps } from '../../shared/application/trading-deps.ts';
import { lifecycleCodec } from '../../shared/contracts/messages.ts';
import { eachRecord, type BatchDeps } from '../runtime/batch.ts';
import { RetryLater } from '../runtime/retry-later.ts';

export type SettleMarketDeps = TradingDeps &
  BatchDeps & { readonly sleep: (ms: number) => Promise<void> };

/** The exchange's record is some hundred milliseconds behind its stream: a few looks are cheaper than a redelivery. */
const LOOKS = 4;
const BETWEEN_LOOKS_MS = 500;

/** Books what the exchange paid for each settled market; other news of a market's life is passed over. */
export function settleMarketHandler(deps: SettleMarketDeps) {
  return (event: SQSEvent): Promise<SQSBatchResponse> =>
    eachRecord(
      event,
      lifecycleCodec.parse,
      async ({ message }, telemetry) => {
        if (message.event !== 'settled') return;
        for (let look = 1; look <= LOOKS; look += 1) {
          const settled = await settleIfHeld({ ...deps, telemetry }, message.market);
          if (settled !== 'not_yet') return;
          if (look < LOOKS) await deps.sleep(BETWEEN_LOOKS_MS);
        }
        throw new RetryLater(`${message.market} is not settled yet`);
      },
      deps,
    );
}
