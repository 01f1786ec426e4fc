import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Pool } from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { startPostgres, type Postgres } from '../../local/cloud/parts/postgres-process.ts';

export type LocalPostgres = {
  /** Where the server is; its database `fairline` is empty. */
  readonly server: () => Postgres;
  /** Connections to the database `fairline`, closed after the file's tests. */
  readonly pool: () => Pool;
  /** A new empty database beside it, for a test that wants its own; the caller ends the pool. */
  readonly freshDatabase: () => Promise<Pool>;
};

/** One PostgreSQL for a test file: started before its tests, stopped and its data removed after them. */
export function withPostgres(): LocalPostgres {
  let running: {
    readonly postgres: Postgres;
    readonly pool: Pool;
    readonly folder: string;
  } | null = null;
  let databases = 0;
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fairline-postgres-test-'));
    const postgres = await startPostgres({
      dataDir: join(folder, 'data'),
      durability: 'forgetful',
      onExit: ({ lastWords }) => {
        throw new Error(`PostgreSQL ended during the tests: ${lastWords}`);
      },
    });
    running = { postgres, pool: poolOf(connectionOf(postgres, postgres.database)), folder };
  });
  afterAll(async () => {
    if (running === null) return;
    const { postgres, pool, folder } = running;
    running = null;
    if (!pool.ended) await pool.end();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const started = (): NonNullable<typeof running> => {
    if (running === null) throw new Error('PostgreSQL runs only while tests run');
    return running;
  };
  return {
    server: () => started().postgres,
    pool: () => started().pool,
    freshDatabase: async () => {
      const { postgres } = started();
      databases += 1;
      const name = `fresh_${databases}`;
      const client = new Client(connectionOf(postgres, postgres.database));
      await client.connect();
      try {
        await client.query(`create database ${name}`);
      } finally {
        await client.end();
      }
      return poolOf(connectionOf(postgres, name));
    },
  };
}

/** A pool whose idle connections may end with the server: a query that fails still says so itself. */
function poolOf(connection: ReturnType<typeof connectionOf>): Pool {
  const pool = new Pool(connection);
  pool.on('error', endedByTheServer);
  pool.on('connect', (client) => client.on('error', endedByTheServer));
  return pool;
}

/** An idle connection that its server ended is no failure of the test that once used it. */
function endedByTheServer(): void {
  return;
}

function connectionOf(
  { host, port, user }: Postgres,
  database: string,
): { host: string; port: number; user: string; database: string } {
  return { host, port, user, database };
}
