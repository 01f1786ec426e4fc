import { PostgresHistoryStore } from '../../shared/adapters/postgres/postgres-history-store.ts';
import { composeDatabase } from '../runtime/compose-database.ts';
import { composeTelemetry, observed, type FunctionHost } from '../runtime/compose-host.ts';
import {
  processEnvironment,
  type Environment,
} from '../../shared/contracts/environment/read-environment.ts';
import { lambdaEntry } from '../runtime/lambda-entry.ts';
import { writeHistoryHandler } from './handler.ts';

export function compose(environment: Environment, host: FunctionHost = {}) {
  const variable = processEnvironment('write-history', environment);
  const telemetry = composeTelemetry('write-history', host);
  const history = new PostgresHistoryStore(composeDatabase(variable));
  return observed(
    telemetry,
    writeHistoryHandler({ history, telemetry, unexpected: 'fail_record' }),
  );
}

export const handler = lambdaEntry(compose);
