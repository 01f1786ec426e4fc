import { randomBytes } from 'node:crypto';
import { Pool, type PoolClient, type QueryArrayConfig } from 'pg';
import { AwsError } from './aws-error.ts';
import { dataApiError } from './data-api-errors.ts';
import { bindParameter, type BoundParameter, type SqlParameter } from './data-api-parameters.ts';
import {
  batchSchema,
  beginSchema,
  endSchema,
  executeSchema,
  parseRequest,
  type ExecuteRequest,
} from './data-api-requests.ts';
import { ResultReader, type StatementResult } from './data-api-results.ts';
import { numberParameters, withoutComments } from './named-parameters.ts';

export type DataApiOptions = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** Three minutes as in AWS, unless a test has no patience. */
  readonly transactionIdleMs?: number;
  readonly statementTimeoutMs?: number;
};

export type DataApiOperation =
  | 'ExecuteStatement'
  | 'BatchExecuteStatement'
  | 'BeginTransaction'
  | 'CommitTransaction'
  | 'RollbackTransaction';

const TRANSACTION_IDLE_MS = 3 * 60_000;
const STATEMENT_TIMEOUT_MS = 45_000;
const MAX_CONNECTIONS = 20;
const CONNECTION_TIMEOUT_MS = 10_000;

/** What a session must look like for its texts to be read as the Data API's. */
const SESSION = '-c TimeZone=UTC -c DateStyle=ISO -c bytea_output=hex -c extra_float_digits=1';

/** A transaction is begun and ended by calls of its own; one that began by itself would stay in a pooled session. */
const TRANSACTION_COMMAND =
  /^\s*(?:begin|start\s+transaction|commit|end|abort|rollback(?!\s+(?:work\s+|transaction\s+)?to\b)|prepare\s+transaction)\b/i;

/**
 * What leaves a session as it was. After anything else it is not used again: a setting or a temporary table ends with its
 * call or its transaction, and is not found by whoever gets the session next.
 */
const LEAVES_NO_TRACE = /^\s*(?:select|insert|update|delete|merge|with|values)\b/i;

const survive = (): void => undefined;

type Transaction = {
  readonly client: PoolClient;
  calls: number;
  leavesTrace: boolean;
  expiry: NodeJS.Timeout | null;
};

/**
 * The RDS Data API over a PostgreSQL of this machine, as strict as AWS's: parameters are typed by their field and hint
 * and never by the column they go to, one statement a call, results of at most 1 MiB. Throws `AwsError`.
 */
export class DataApi {
  readonly #pool: Pool;
  readonly #database: string;
  readonly #transactionIdleMs: number;
  readonly #transactions = new Map<string, Transaction>();
  readonly #results: ResultReader;

  constructor(options: DataApiOptions) {
    const { host, port, user, database } = options;
    this.#database = database;
    this.#transactionIdleMs = options.transactionIdleMs ?? TRANSACTION_IDLE_MS;
    this.#pool = new Pool({
      host,
      port,
      user,
      database,
      max: MAX_CONNECTIONS,
      connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
      statement_timeout: options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS,
      options: SESSION,
      allowExitOnIdle: true,
    });
    // The database going away is told to whoever asks next, and ends nothing here.
    this.#pool.on('error', survive);
    this.#pool.on('connect', (client) => client.on('error', survive));
    this.#results = new ResultReader(async (oid) => {
      const { rows } = await this.#pool.query<{ name: string; kind: string }>(
        'select oid::regtype::text as name, typtype as kind from pg_catalog.pg_type where oid = $1',
        [oid],
      );
      return rows[0] ?? null;
    });
  }

  /** One operation with its request as it came over the wire. */
  async call(operation: DataApiOperation, request: unknown): Promise<object> {
    try {
      switch (operation) {
        case 'ExecuteStatement':
          return await this.#execute(parseRequest(executeSchema, request));
        case 'BatchExecuteStatement':
          return await this.#executeBatch(request);
        case 'BeginTransaction':
          return await this.#begin(request);
        case 'CommitTransaction':
          return await this.#commit(request);
        case 'RollbackTransaction':
          return await this.#rollback(request);
      }
    } catch (error) {
      throw dataApiError(error);
    }
  }

  /** Rolls back what is open and closes every connection. */
  async close(): Promise<void> {
    for (const id of this.#transactions.keys()) this.#drop(id);
    await this.#pool.end();
  }

  async #execute(request: ExecuteRequest): Promise<object> {
    const result = await this.#withSession(request, (client) =>
      run(client, request.sql, request.parameters ?? []),
    );
    return this.#results.response(result, request);
  }

  /** Each set is a statement of its own: outside a transaction those before a failure stay. */
  async #executeBatch(request: unknown): Promise<object> {
    const batch = parseRequest(batchSchema, request);
    const sets = batch.parameterSets ?? [];
    await this.#withSession(batch, async (client) => {
      for (const parameters of sets) await run(client, batch.sql, parameters);
    });
    return { updateResults: sets.map(() => ({ generatedFields: [] })) };
  }

  async #begin(request: unknown): Promise<object> {
    const { database } = parseRequest(beginSchema, request);
    this.#checkDatabase(database);
    const client = await this.#pool.connect();
    try {
      await client.query('begin');
    } catch (error) {
      client.release(true);
      throw error;
    }
    const transactionId = randomBytes(96).toString('base64');
    const transaction: Transaction = { client, calls: 0, leavesTrace: false, expiry: null };
    this.#transactions.set(transactionId, transaction);
    this.#expireLater(transactionId, transaction);
    return { transactionId };
  }

  async #commit(request: unknown): Promise<object> {
    const { transactionId } = parseRequest(endSchema, request);
    const { client, leavesTrace } = this.#take(transactionId);
    try {
      const { command } = await client.query('commit');
      client.release(leavesTrace);
      if (command === 'ROLLBACK')
        throw new AwsError(
          'DatabaseErrorException',
          'ERROR: a statement of the transaction failed, so that it was rolled back instead of committed; SQLState: 25P02',
        );
    } catch (error) {
      if (!(error instanceof AwsError)) client.release(true);
      throw error;
    }
    return { transactionStatus: 'Transaction Committed' };
  }

  async #rollback(request: unknown): Promise<object> {
    const { transactionId } = parseRequest(endSchema, request);
    const { client, leavesTrace } = this.#take(transactionId);
    try {
      await client.query('rollback');
      client.release(leavesTrace);
    } catch (error) {
      client.release(true);
      throw error;
    }
    return { transactionStatus: 'Rollback Complete' };
  }

  /** A session of the transaction that is named, or any. */
  async #withSession<T>(
    target: {
      readonly sql: string;
      readonly transactionId?: string | null | undefined;
      readonly database?: string | null | undefined;
    },
    work: (client: PoolClient) => Promise<T>,
  ): Promise<T> {
    this.#checkDatabase(target.database);
    const statement = withoutComments(target.sql);
    if (TRANSACTION_COMMAND.test(statement))
      throw new AwsError(
        'BadRequestException',
        'Transactions are begun and ended by BeginTransaction, CommitTransaction and RollbackTransaction.',
      );
    const leavesTrace = !LEAVES_NO_TRACE.test(statement);
    const id = target.transactionId;
    if (typeof id === 'string') return this.#inTransaction(id, leavesTrace, work);
    const client = await this.#pool.connect();
    try {
      return await work(client);
    } finally {
      client.release(leavesTrace);
    }
  }

  async #inTransaction<T>(
    id: string,
    leavesTrace: boolean,
    work: (client: PoolClient) => Promise<T>,
  ): Promise<T> {
    const transaction = this.#find(id);
    transaction.leavesTrace ||= leavesTrace;
    if (transaction.expiry !== null) clearTimeout(transaction.expiry);
    transaction.calls += 1;
    try {
      return await work(transaction.client);
    } finally {
      transaction.calls -= 1;
      if (transaction.calls === 0 && this.#transactions.has(id)) this.#expireLater(id, transaction);
    }
  }

  #expireLater(id: string, transaction: Transaction): void {
    transaction.expiry = setTimeout(() => this.#drop(id), this.#transactionIdleMs).unref();
  }

  /** The connection is closed, which rolls back whatever it had done. */
  #drop(id: string): void {
    this.#take(id).client.release(true);
  }

  #take(id: string): Transaction {
    const transaction = this.#find(id);
    if (transaction.expiry !== null) clearTimeout(transaction.expiry);
    this.#transactions.delete(id);
    return transaction;
  }

  #find(id: string): Transaction {
    const found = this.#transactions.get(id);
    if (found === undefined)
      throw new AwsError('TransactionNotFoundException', `Transaction ${id} is not found`, 404);
    return found;
  }

  #checkDatabase(database: string | null | undefined): void {
    if (typeof database === 'string' && database !== '' && database !== this.#database)
      throw new AwsError(
        'DatabaseErrorException',
        `FATAL: database "${database}" does not exist; SQLState: 3D000`,
      );
  }
}

/** One statement by the extended protocol, which takes no second one. */
async function run(
  client: PoolClient,
  sql: string,
  parameters: readonly SqlParameter[],
): Promise<StatementResult> {
  const { text, names } = numberParameters(sql);
  const bound = names.map((name) => bindParameter(parameterNamed(name, parameters)));
  const statement: QueryArrayConfig & { readonly queryMode: 'extended' } = {
    text,
    values: bound.map(({ value }) => value),
    rowMode: 'array',
    queryMode: 'extended',
    types: declaredTypes(bound),
  };
  const { rows, fields, rowCount, command } = await client.query<(string | null)[]>(statement);
  return { rows, fields, rowCount: rowCount ?? 0, command };
}

/** pg sends `types` as the types of the parameters when it is a list, and asks it how to read results: as they came. */
function declaredTypes(bound: readonly BoundParameter[]): number[] & {
  getTypeParser: () => (text: string) => string;
} {
  return Object.assign(
    bound.map(({ oid }) => oid),
    { getTypeParser: () => (text: string) => text },
  );
}

function parameterNamed(name: string, parameters: readonly SqlParameter[]): SqlParameter {
  const [found, again] = parameters.filter((each) => each.name === name);
  if (found === undefined)
    throw new AwsError('BadRequestException', `Cannot find parameter: ${name}`);
  if (again !== undefined)
    throw new AwsError('BadRequestException', `Parameter ${name} is given twice.`);
  return found;
}
