import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDecisionLog } from '../../shared/adapters/aws/dynamo-decision-log.ts';
import { DynamoHotStore } from '../../shared/adapters/aws/dynamo-hot-store.ts';
import { KalshiExchange } from '../../shared/adapters/kalshi/kalshi-exchange.ts';
import { KalshiOrderGroups } from '../../shared/adapters/kalshi/kalshi-order-groups.ts';
import { guardedBy, watched } from '../../shared/adapters/kalshi/watched-transport.ts';
import { ExchangeCallWatch } from '../../shared/application/watch-exchange-calls.ts';
import { NO_FAULTS } from '../../shared/application/effect-points.ts';
import type { TradingDeps } from '../../shared/application/trading-deps.ts';
import type { Telemetry } from '../../shared/ports/telemetry.ts';
import type { FunctionName, VariableName } from '../../shared/contracts/environment/functions.ts';
import type { BatchDeps } from './batch.ts';
import { dynamoClient, secretsClient } from './compose-clients.ts';
import { composeConfig, MACHINE_CLOCK } from './compose-config.ts';
import { composeTelemetry, observed, type FunctionHost } from './compose-host.ts';
import { kalshiConnection } from './compose-kalshi.ts';
import { MACHINE_WAITS, sharedRates } from './compose-rates.ts';
import {
  processEnvironment,
  type Environment,
} from '../../shared/contracts/environment/read-environment.ts';

type Composed = {
  readonly deps: TradingDeps & BatchDeps;
  readonly variable: (name: VariableName) => string;
};

const nowMs = () => MACHINE_CLOCK.nowMs();

/** A function that trades: its use cases over the deployed adapters, and the handler around them. */
export function composeTrading<Event, Result>(
  name: FunctionName,
  environment: Environment,
  host: FunctionHost,
  handlerOf: (composed: Composed) => (event: Event) => Promise<Result>,
): (event: Event) => Promise<Result> {
  const variable = processEnvironment(name, environment);
  const { trading: config, domain } = composeConfig(variable);
  const telemetry = composeTelemetry(name, host);
  const connection = kalshiConnection({
    restUrl: variable('KALSHI_REST_URL'),
    secretId: variable('KALSHI_SECRET_ID'),
    client: secretsClient(),
    clock: MACHINE_CLOCK,
    telemetry,
    timeoutMs: domain.execution.submitTimeoutMs,
  });
  const client = dynamoClient();
  const tablePrefix = variable('TABLE_PREFIX');
  const stores = composeStores(client, tablePrefix);
  const calls = new ExchangeCallWatch({ store: stores.store, clock: MACHINE_CLOCK, telemetry });
  const rates = sharedRates(watched(connection, calls, nowMs), {
    client,
    tablePrefix,
    account: config.account,
    clock: MACHINE_CLOCK,
    telemetry,
  });
  const guarded = guardedBy(rates, calls, nowMs);
  const deps = {
    clock: MACHINE_CLOCK,
    ...stores,
    exchange: new KalshiExchange(guarded, undefined, MACHINE_WAITS, nowMs),
    groups: new KalshiOrderGroups(guarded, { waits: MACHINE_WAITS }),
    telemetry,
    config,
    points: NO_FAULTS,
    unexpected: 'fail_record',
  } as const;
  const handler = handlerOf({ deps, variable });
  const watching = async (event: Event): Promise<Result> => {
    try {
      return await handler(event);
    } finally {
      await lookAt(calls, telemetry);
    }
  };
  return observed(telemetry, watching, async () => {
    await connection.prepare();
    // The tokens of the order that will probably follow are fetched while it is decided.
    if (name === 'place-order') void rates.prefetch('write');
  });
}

/** What was seen of the calls is written after the work is done; that it cannot be is no failure of the work. */
async function lookAt(calls: ExchangeCallWatch, telemetry: Telemetry): Promise<void> {
  try {
    await calls.look();
  } catch (error) {
    telemetry.log('error', 'exchange_calls_not_written', {
      error: error instanceof Error ? error.name : typeof error,
    });
  }
}

/** The stores of hot state and of decisions. */
export function composeStores(client: DynamoDBClient, tablePrefix: string) {
  return {
    store: new DynamoHotStore({ client, tablePrefix }),
    decisions: new DynamoDecisionLog({ client, tablePrefix }),
  };
}
