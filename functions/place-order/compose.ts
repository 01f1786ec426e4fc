import { sqsClient } from '../runtime/compose-clients.ts';
import type { FunctionHost } from '../runtime/compose-host.ts';
import { historyQueue } from '../runtime/compose-queues.ts';
import { composeTrading } from '../runtime/compose-trading.ts';
import type { Environment } from '../../shared/contracts/environment/read-environment.ts';
import { lambdaEntry } from '../runtime/lambda-entry.ts';
import { placeOrderHandler } from './handler.ts';

export function compose(environment: Environment, host: FunctionHost = {}) {
  return composeTrading('place-order', environment, host, ({ deps, variable }) =>
    placeOrderHandler({
      ...deps,
      history: historyQueue(sqsClient(), variable('HISTORY_QUEUE_URL')),
    }),
  );
}

export const handler = lambdaEntry(compose);
