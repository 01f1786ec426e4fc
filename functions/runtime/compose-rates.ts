import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoTokenBudget } from '../../shared/adapters/aws/dynamo-token-budget.ts';
import type { HttpTransport } from '../../shared/adapters/kalshi/http-transport.ts';
import { RateLimitedTransport } from '../../shared/adapters/kalshi/rate-limited-transport.ts';
import { MemoryTokenBudget } from '../../shared/adapters/memory/memory-token-budget.ts';
import type { ReadWaits } from '../../shared/adapters/kalshi/paged-reads.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Telemetry } from '../../shared/ports/telemetry.ts';

/** A way to the exchange that keeps within the token buckets which all processes of the account share. */
export function sharedRates(
  inner: HttpTransport,
  {
    client,
    tablePrefix,
    account,
    clock,
    telemetry,
  }: {
    readonly client: DynamoDBClient;
    readonly tablePrefix: string;
    readonly account: string;
    readonly clock: Clock;
    readonly telemetry: Telemetry;
  },
): RateLimitedTransport {
  return new RateLimitedTransport({
    inner,
    budget: new DynamoTokenBudget({ client, tablePrefix, account }),
    alone: new MemoryTokenBudget(),
    clock: {
      nowMs: () => clock.nowMs(),
      sleep: MACHINE_WAITS.sleep,
    },
    random: Math.random,
    shared: true,
    count: (metric, by) => telemetry.count(metric, by),
  });
}

/** How long a read of the exchange waits before it is tried again. */
export const MACHINE_WAITS: ReadWaits = {
  sleep: async (ms) => {
    await sleep(ms);
  },
  random: Math.random,
};
