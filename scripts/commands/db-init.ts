import type { DatabaseAddress } from '../../shared/adapters/postgres/data-api-database.ts';
import type { SqlExecutor } from '../../shared/adapters/postgres/sql-executor.ts';
import { UsageError } from '../usage-error.ts';

export type DbInitOptions = {
  /** A database reached directly, `postgres://user@host/name`. */
  readonly url?: string | undefined;
  readonly cluster?: string | undefined;
  readonly secret?: string | undefined;
  readonly database?: string | undefined;
  /** Makes the tables of hot state too, for a DynamoDB that no stack has made. */
  readonly tablePrefix?: string | undefined;
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * `fairline db-init`: brings the database to the newest schema, through the Data API or directly, and makes or checks
 * the tables of hot state. Running it again changes nothing.
 */
export async function runDbInit(
  options: DbInitOptions,
  environment: Environment,
): Promise<{ readonly json: object; readonly text: string }> {
  const plan = planOf(options, environment);
  const { initDatabase } = await import('../../shared/adapters/postgres/db-init.ts');
  const migrated = await withExecutor(plan, initDatabase);
  const prefix = options.tablePrefix ?? environment['TABLE_PREFIX'] ?? null;
  // A prefix that was typed asks for tables; one of the environment is a stack's, which has made its own.
  if (options.tablePrefix !== undefined) await makeTables(options.tablePrefix);
  else if (prefix !== null) await checkTables(prefix);
  const { applied, alreadyThere } = migrated;
  return {
    json: { applied, alreadyThere, tablePrefix: prefix },
    text: [
      applied.length === 0
        ? `The database is up to date: ${alreadyThere.length} migrations.`
        : `Applied ${applied.join(', ')}; ${alreadyThere.length} were there already.`,
      ...(prefix === null ? [] : [`The tables ${prefix}… are there.`]),
    ].join('\n'),
  };
}

type Plan =
  | { readonly kind: 'direct'; readonly url: string }
  | {
      readonly kind: 'data_api';
      readonly cluster: string;
      readonly secret: string;
      readonly database: string;
    };

function planOf(options: DbInitOptions, environment: Environment): Plan {
  if (options.url !== undefined) {
    if (!URL.canParse(options.url) || !/^postgres(ql)?:$/.test(new URL(options.url).protocol))
      throw new UsageError({
        what: '--url is not the address of a PostgreSQL database.',
        allowed: 'postgres://user@host:port/name',
        todo: 'Give one, or leave it out to use the Data API.',
      });
    return { kind: 'direct', url: options.url };
  }
  const cluster = options.cluster ?? environment['DATABASE_CLUSTER_ARN'];
  const secret = options.secret ?? environment['DATABASE_SECRET_ARN'];
  const database = options.database ?? environment['DATABASE_NAME'];
  if (cluster !== undefined && secret !== undefined && database !== undefined)
    return { kind: 'data_api', cluster, secret, database };
  const missing = [
    ...(cluster === undefined ? ['--cluster (DATABASE_CLUSTER_ARN)'] : []),
    ...(secret === undefined ? ['--secret (DATABASE_SECRET_ARN)'] : []),
    ...(database === undefined ? ['--database (DATABASE_NAME)'] : []),
  ];
  throw new UsageError({
    what: `It is not said which database: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`,
    allowed: 'the three outputs of the data stack, or --url postgres://user@host/name',
    todo: '`npm start` needs none of this: it makes its own database.',
  });
}

async function withExecutor<Result>(
  plan: Plan,
  run: (executor: SqlExecutor) => Promise<Result>,
): Promise<Result> {
  if (plan.kind === 'data_api') {
    const [{ RDSDataClient }, { dataApiExecutor }] = await Promise.all([
      import('@aws-sdk/client-rds-data'),
      import('../../shared/adapters/postgres/data-api-executor.ts'),
    ]);
    const address: DatabaseAddress = {
      client: new RDSDataClient({}),
      clusterArn: plan.cluster,
      secretArn: plan.secret,
      database: plan.database,
    };
    return run(dataApiExecutor(address));
  }
  const [{ Client }, { pgExecutor }] = await Promise.all([
    import('pg').then((pg) => pg.default),
    import('../../shared/adapters/postgres/pg-executor.ts'),
  ]);
  const client = new Client({ connectionString: plan.url, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
  } catch (error) {
    throw new DatabaseUnreachable(error);
  }
  try {
    return await run(pgExecutor(client));
  } finally {
    await client.end();
  }
}

/** The message holds no address: it may hold a password. */
class DatabaseUnreachable extends Error {
  override readonly name = 'DatabaseUnreachable';

  constructor(cause: unknown) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no answer';
    super(`the database of --url cannot be reached (${code}). Is it running, and may you enter?`, {
      cause,
    });
  }
}

/** Tables that the stacks should have made and that are not there. */
class TablesMissing extends Error {
  override readonly name = 'TablesMissing';
}

async function checkTables(prefix: string): Promise<void> {
  const [{ DynamoDBClient }, { missingTables }] = await Promise.all([
    import('@aws-sdk/client-dynamodb'),
    import('../../shared/adapters/aws/create-tables.ts'),
  ]);
  const missing = await missingTables(new DynamoDBClient({}), prefix);
  if (missing.length > 0)
    throw new TablesMissing(
      `${missing.map((name) => prefix + name).join(', ')} ${missing.length === 1 ? 'is' : 'are'} not there. Deploy the data stack, or, where no stack makes them, add --table-prefix ${prefix}`,
    );
}

async function makeTables(prefix: string): Promise<void> {
  const [{ DynamoDBClient }, { createTables }] = await Promise.all([
    import('@aws-sdk/client-dynamodb'),
    import('../../shared/adapters/aws/create-tables.ts'),
  ]);
  await createTables(new DynamoDBClient({}), prefix);
}
