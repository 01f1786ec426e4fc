import type { RDSDataClient } from '@aws-sdk/client-rds-data';
import { drizzle, type AwsDataApiPgDatabase } from 'drizzle-orm/aws-data-api/pg';
import { retryWhileResuming, type RetryLimits } from './retry-while-resuming.ts';

/** The stores' handle: Drizzle over the Data API. */
export type Database = AwsDataApiPgDatabase;

/** Where a database is, as the Data API takes it. */
export type DatabaseAddress = {
  readonly client: RDSDataClient;
  readonly clusterArn: string;
  readonly secretArn: string;
  readonly database: string;
};

/**
 * Opens a database behind the Data API; nothing is sent yet. Its client waits, within bounds, for a database that is
 * waking up or too busy.
 */
export function openDatabase(address: DatabaseAddress, limits?: RetryLimits): Database {
  retryWhileResuming(address.client, limits);
  return drizzle({
    client: address.client,
    resourceArn: address.clusterArn,
    secretArn: address.secretArn,
    database: address.database,
  });
}
