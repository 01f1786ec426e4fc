import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { createTables } from '../../shared/adapters/aws/create-tables.ts';
import { DynamoDecisionLog } from '../../shared/adapters/aws/dynamo-decision-log.ts';
import { DynamoHotStore } from '../../shared/adapters/aws/dynamo-hot-store.ts';
import { openDatabase } from '../../shared/adapters/postgres/data-api-database.ts';
import { dataApiExecutor } from '../../shared/adapters/postgres/data-api-executor.ts';
import { initDatabase } from '../../shared/adapters/postgres/db-init.ts';
import { PostgresGameRecords } from '../../shared/adapters/postgres/postgres-game-records.ts';
import { PostgresHistoryStore } from '../../shared/adapters/postgres/postgres-history-store.ts';
import { PostgresJournalStore } from '../../shared/adapters/postgres/postgres-journal-store.ts';
import { PostgresLedgerStore } from '../../shared/adapters/postgres/postgres-ledger-store.ts';
import type { ReportSources } from '../../shared/application/report/report-account.ts';
import type { HotStore } from '../../shared/ports/hot-store.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import { arnOf, LOCAL_DATABASE } from '../cloud/cloud-names.ts';
import { BucketsOnDisk } from '../cloud/buckets-on-disk.ts';
import type { LambdaHandler } from '../cloud/functions.ts';
import { startCloudServer } from '../cloud/http/cloud-server.ts';
import { LocalCloud } from '../cloud/local-cloud.ts';
import { DataApi } from '../cloud/parts/data-api.ts';
import { DynamoStreamSource } from '../cloud/parts/dynamo-stream-source.ts';
import { startDynoxide } from '../cloud/parts/dynoxide-process.ts';
import type { ProcessExit } from '../cloud/parts/guarded-process.ts';
import { startPostgres } from '../cloud/parts/postgres-process.ts';
import { resolveEnvironment } from '../cloud/resolve-references.ts';
import { loadWiring } from '../wiring/load-wiring.ts';
import { checkpointFile } from './checkpoint-file.ts';
import type { RunParts } from './run-parts.ts';
import { pointSdkAt } from './sdk-environment.ts';
import type { StateFolder } from './state-folder.ts';

export const TABLE_PREFIX = 'fairline-local-';

export type AccountSources = ReportSources & { readonly store: HotStore };

/** The account on this machine: stores, queues, functions, and one address at which the SDK finds them. */
export type EmbeddedAccount = {
  readonly cloud: LocalCloud;
  readonly endpoint: string;
  readonly sources: AccountSources;
  /** The variables of an environment of the wiring, with what only this run knows filled in. */
  readonly environmentOf: (
    wired: Readonly<Record<string, string>>,
  ) => Readonly<Record<string, string>>;
};

/**
 * Starts the stores with what an earlier process left in the folder, makes tables and schema where they are missing,
 * and serves the cloud. Functions are taken from `functionOf` at their first invocation. What was started is among the
 * parts, also when it throws.
 */
export async function startEmbeddedAccount(options: {
  readonly state: StateFolder;
  readonly timers: Timers;
  readonly parts: RunParts;
  /** Values of `${runtime:<VARIABLE>}` and of whatever else only the run knows, by variable; they win. */
  readonly variables: () => Readonly<Record<string, string>>;
  readonly functionOf: (
    name: string,
    environment: Readonly<Record<string, string>>,
  ) => LambdaHandler;
  /** A store ended although nobody stopped it. */
  readonly onStoreLost: (name: string, exit: ProcessExit) => void;
  readonly onError: (where: string, error: unknown) => void;
}): Promise<EmbeddedAccount> {
  const { state, timers, parts } = options;
  const [dynoxide, postgres] = await startStores(options);
  const dataApi = new DataApi(postgres);
  parts.add('the Data API', () => dataApi.close());
  const wiring = loadWiring();
  const environmentOf = (
    wired: Readonly<Record<string, string>>,
  ): Readonly<Record<string, string>> => {
    const known = options.variables();
    const filled = Object.entries(wired).map(([name, text]) => [name, known[name] ?? text]);
    return resolveEnvironment(Object.fromEntries(filled), {
      cloud: server.endpoint,
      runtime: known,
    });
  };
  const streams = new DynamoDBStreamsClient({ ...LOCAL_CLIENT, endpoint: dynoxide.endpoint });
  const cloud = new LocalCloud({
    wiring,
    timers,
    functions: (name) =>
      options.functionOf(name, environmentOf(wiring.functions[name]?.environment ?? {})),
    streams: (table) =>
      new DynamoStreamSource({
        client: streams,
        table: `${TABLE_PREFIX}${table}`,
        checkpoints: checkpointFile(state.path('checkpoints.json')),
      }),
    faults: null,
    buckets: new BucketsOnDisk(state.path('objects')),
    onError: options.onError,
  });
  const server = await startCloudServer({
    cloud,
    dataApi,
    onError: (error) => options.onError('cloud', error),
  });
  const putBack = pointSdkAt({ cloud: server.endpoint, dynamo: dynoxide.endpoint });
  // After the cloud has ended: what still runs must not find the account of a person's shell.
  parts.add('the environment', () => Promise.resolve(putBack()));
  parts.add('the cloud’s port', () => server.close());
  parts.add('the cloud', () => cloud.close());
  const dynamo = new DynamoDBClient({});
  const data = new RDSDataClient({});
  const database = {
    client: data,
    clusterArn: arnOf('database', LOCAL_DATABASE),
    secretArn: arnOf('secret', LOCAL_DATABASE),
    database: postgres.database,
  };
  await Promise.all([createTables(dynamo, TABLE_PREFIX), initDatabase(dataApiExecutor(database))]);
  const db = openDatabase(database);
  const sources: AccountSources = {
    store: new DynamoHotStore({ client: dynamo, tablePrefix: TABLE_PREFIX }),
    decisions: new DynamoDecisionLog({ client: dynamo, tablePrefix: TABLE_PREFIX }),
    ledger: new PostgresLedgerStore(db),
    journal: new PostgresJournalStore(db),
    history: new PostgresHistoryStore(db),
    records: new PostgresGameRecords(db),
  };
  return { cloud, endpoint: server.endpoint, sources, environmentOf };
}

const LOCAL_CLIENT = {
  region: 'local',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};

async function startStores({
  state,
  parts,
  onStoreLost,
}: {
  readonly state: StateFolder;
  readonly parts: RunParts;
  readonly onStoreLost: (name: string, exit: ProcessExit) => void;
}) {
  const starting = [
    startDynoxide({
      dbPath: state.path('tables.db'),
      onExit: (exit) => onStoreLost('DynamoDB (dynoxide)', exit),
    }).then((dynoxide) => {
      parts.add('dynoxide', () => dynoxide.stop());
      return dynoxide;
    }),
    startPostgres({
      dataDir: state.path('postgres'),
      durability: 'durable',
      onExit: (exit) => onStoreLost('PostgreSQL', exit),
    }).then((postgres) => {
      parts.add('PostgreSQL', () => postgres.stop());
      return postgres;
    }),
  ] as const;
  // One that fails does not leave the other running unseen.
  await Promise.allSettled(starting);
  return Promise.all(starting);
}
