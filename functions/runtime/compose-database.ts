import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { openDatabase, type Database } from '../../shared/adapters/postgres/data-api-database.ts';
import type { VariableName } from '../../shared/contracts/environment/functions.ts';

/** A batch of rows may take seconds; the adapter itself waits for a database that is waking up. */
const DATABASE_CALL = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 20_000, throwOnRequestTimeout: true },
};

/** The account's database behind the Data API. */
export function composeDatabase(variable: (name: VariableName) => string): Database {
  return openDatabase({
    client: new RDSDataClient(DATABASE_CALL),
    clusterArn: variable('DATABASE_CLUSTER_ARN'),
    secretArn: variable('DATABASE_SECRET_ARN'),
    database: variable('DATABASE_NAME'),
  });
}
