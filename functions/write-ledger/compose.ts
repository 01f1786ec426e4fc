import { PostgresJournalStore } from '../../shared/adapters/postgres/postgres-journal-store.ts';
import { PostgresLedgerStore } from '../../shared/adapters/postgres/postgres-ledger-store.ts';
import { composeDatabase } from '../runtime/compose-database.ts';
import { composeTelemetry, observed, type FunctionHost } from '../runtime/compose-host.ts';
import {
  processEnvironment,
  type Environment,
} from '../../shared/contracts/environment/read-environment.ts';
import { lambdaEntry } from '../runtime/lambda-entry.ts';
import { writeLedgerHandler } from './handler.ts';

export function compose(environment: Environment, host: FunctionHost = {}) {
  const variable = processEnvironment('write-ledger', environment);
  const telemetry = composeTelemetry('write-ledger', host);
  const database = composeDatabase(variable);
  return observed(
    telemetry,
    writeLedgerHandler({
      ledger: new PostgresLedgerStore(database),
      journal: new PostgresJournalStore(database),
      telemetry,
    }),
  );
}

export const handler = lambdaEntry(compose);
