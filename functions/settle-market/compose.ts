import { setTimeout as sleep } from 'node:timers/promises';
import type { FunctionHost } from '../runtime/compose-host.ts';
import { composeTrading } from '../runtime/compose-trading.ts';
import type { Environment } from '../../shared/contracts/environment/read-environment.ts';
import { lambdaEntry } from '../runtime/lambda-entry.ts';
import { settleMarketHandler } from './handler.ts';

export function compose(environment: Environment, host: FunctionHost = {}) {
  return composeTrading('settle-market', environment, host, ({ deps }) =>
    settleMarketHandler({ ...deps, sleep }),
  );
}

export const handler = lambdaEntry(compose);
