import type { RDSDataClient } from '@aws-sdk/client-rds-data';
import { Client, type ClientBase } from 'pg';
import { afterEach } from 'vitest';
import { DataApi } from '../../local/cloud/parts/data-api.ts';
import {
  openDatabase,
  type Database,
  type DatabaseAddress,
} from '../../shared/adapters/postgres/data-api-database.ts';
import { initDatabase } from '../../shared/adapters/postgres/db-init.ts';
import { pgExecutor } from '../../shared/adapters/postgres/pg-executor.ts';
import { addressOf, dataApiClient } from './data-api-client.ts';
import { withPostgres, type LocalPostgres } from './postgres.ts';

/** A database with Fairline's tables, behind a Data API, and a connection for what a test looks at itself. */
export type FairlineDatabase = {
  readonly db: Database;
  readonly address: DatabaseAddress;
  readonly client: RDSDataClient;
  readonly direct: ClientBase;
  /** Calls of the Data API so far. */
  readonly calls: () => number;
};

const TEMPLATE = 'fairline';

/** New databases for a test file, each a copy of one that was migrated once; left when the test that asked is over. */
export function withFairlineDatabase(): {
  readonly postgres: LocalPostgres;
  /** `through` may stand between the SDK and the Data API. */
  readonly fresh: (
    through?: (dataApi: DataApi) => Pick<DataApi, 'call'>,
  ) => Promise<FairlineDatabase>;
} {
  const postgres = withPostgres();
  const closing: (() => Promise<void>)[] = [];
  let template: Promise<void> | null = null;
  let copies = 0;
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  const connect = async (database: string): Promise<Client> => {
    const { host, port, user } = postgres.server();
    const client = new Client({ host, port, user, database });
    await client.connect();
    return client;
  };
  const makeTemplate = async (): Promise<void> => {
    const client = await connect(TEMPLATE);
    await initDatabase(pgExecutor(client));
    await client.end();
  };

  return {
    postgres,
    fresh: async (through = (dataApi) => dataApi) => {
      template ??= makeTemplate();
      await template;
      copies += 1;
      const database = `copy_${copies}`;
      const admin = await connect('postgres');
      await admin.query(`create database ${database} template ${TEMPLATE}`);
      await admin.end();
      const { host, port, user } = postgres.server();
      const dataApi = new DataApi({ host, port, user, database });
      const direct = await connect(database);
      const { client, calls } = dataApiClient(through(dataApi));
      closing.push(async () => {
        await direct.end();
        await dataApi.close();
      });
      const address = addressOf(client, database);
      return { db: openDatabase(address), address, client, direct, calls };
    },
  };
}

/** Each statement runs twice, as when its first answer was lost and the SDK sent it again. */
export function twice(dataApi: DataApi): Pick<DataApi, 'call'> {
  return {
    call: async (operation, request) => {
      if (operation === 'ExecuteStatement') await dataApi.call(operation, request);
      return dataApi.call(operation, request);
    },
  };
}
