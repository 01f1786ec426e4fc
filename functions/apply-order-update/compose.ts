import type { FunctionHost } from '../runtime/compose-host.ts';
import { composeTrading } from '../runtime/compose-trading.ts';
import type { Environment } from '../../shared/contracts/environment/read-environment.ts';
import { lambdaEntry } from '../runtime/lambda-entry.ts';
import { applyOrderUpdateHandler } from './handler.ts';

export function compose(environment: Environment, host: FunctionHost = {}) {
  return composeTrading('apply-order-update', environment, host, ({ deps }) =>
    applyOrderUpdateHandler(deps),
  );
}

export const handler = lambdaEntry(compose);
