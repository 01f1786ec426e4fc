import type { Pool } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DataApi } from '../../../../local/cloud/parts/data-api.ts';
import { dataApiExecutor } from '../../../../shared/adapters/postgres/data-api-executor.ts';
import { initDatabase } from '../../../../shared/adapters/postgres/db-init.ts';
import { migrate, pendingMigrations } from '../../../../shared/adapters/postgres/migrate.ts';
import {
  migrationOf,
  type Migration,
} from '../../../../shared/adapters/postgres/migration-files.ts';
import { pgExecutor } from '../../../../shared/adapters/postgres/pg-executor.ts';
import type { SqlExecutor } from '../../../../shared/adapters/postgres/sql-executor.ts';
import { addressOf, dataApiClient } from '../../../support/data-api-client.ts';
import { withPostgres } from '../../../support/postgres.ts';

const postgres = withPostgres();

const FIRST = migrationOf('0001-first.sql', 'create table one (n integer)');
const SECOND = migrationOf(
  '0002-second.sql',
  'create table two (n integer)\n-- statement\ninsert into two values (1)\n',
);
const BROKEN = migrationOf(
  '0002-broken.sql',
  'create table two (n integer)\n-- statement\ninsert into two values (1)\n-- statement\ninsert into nowhere values (1)',
);

type Opened = { readonly executor: SqlExecutor; readonly pool: Pool };

/** A connection that the server ends while its pool is closing it is nobody's concern. */
async function freshPool(): Promise<Pool> {
  const pool = await postgres.freshDatabase();
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

async function overPg(): Promise<Opened> {
  const pool = await freshPool();
  const client = await pool.connect();
  onTestFinished(async () => {
    client.release();
    await pool.end();
  });
  return { executor: pgExecutor(client), pool };
}

async function overDataApi(): Promise<Opened> {
  const pool = await freshPool();
  const { host, port, user } = postgres.server();
  const { rows } = await pool.query<{ database: string }>('select current_database() as database');
  const database = rows[0]?.database ?? '';
  const dataApi = new DataApi({ host, port, user, database });
  onTestFinished(async () => {
    await dataApi.close();
    await pool.end();
  });
  return { executor: dataApiExecutor(addressOf(dataApiClient(dataApi).client, database)), pool };
}

async function tables(pool: Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' order by 1`,
  );
  return rows.map(({ name }) => name);
}

const files = (migrations: readonly Migration[]): readonly string[] =>
  migrations.map(({ file }) => file);

describe.each([
  ['pg', overPg],
  ['the Data API', overDataApi],
])('migrations over %s', (_, open) => {
  it('makes all tables of Fairline, and changes nothing the second time', async () => {
    const { executor, pool } = await open();
    const made = await initDatabase(executor);
    expect(made.applied.length).toBeGreaterThan(0);
    expect(made.alreadyThere).toEqual([]);
    const before = await tables(pool);
    expect(before).toContain('ledger_entries');
    expect(await initDatabase(executor)).toEqual({ applied: [], alreadyThere: made.applied });
    expect(await tables(pool)).toEqual(before);
  });

  it('applies what is pending, in order, and says what was there', async () => {
    const { executor } = await open();
    expect(files(await pendingMigrations(executor, [FIRST, SECOND]))).toEqual(
      files([FIRST, SECOND]),
    );
    expect(await migrate(executor, [FIRST])).toEqual({ applied: [FIRST.file], alreadyThere: [] });
    expect(files(await pendingMigrations(executor, [FIRST, SECOND]))).toEqual([SECOND.file]);
    expect(await migrate(executor, [FIRST, SECOND])).toEqual({
      applied: [SECOND.file],
      alreadyThere: [FIRST.file],
    });
    expect(await pendingMigrations(executor, [FIRST, SECOND])).toEqual([]);
    expect(await executor.query('select n from two')).toEqual([{ n: 1 }]);
  });

  it('rolls a migration back whole when a statement of it fails, and keeps those before it', async () => {
    const { executor, pool } = await open();
    await expect(migrate(executor, [FIRST, BROKEN])).rejects.toMatchObject({
      code: 'migration_failed',
      message: expect.stringMatching(
        /0002-broken\.sql, statement 3 of 3: .*nowhere.*rolled back/s,
      ) as string,
    });
    expect(await tables(pool)).toEqual(['one', 'schema_migrations']);
    expect(await migrate(executor, [FIRST, SECOND])).toEqual({
      applied: [SECOND.file],
      alreadyThere: [FIRST.file],
    });
  });

  it('refuses a migration that was changed after it was applied', async () => {
    const { executor } = await open();
    await migrate(executor, [FIRST, SECOND]);
    const changed = migrationOf(FIRST.file, 'create table one (n bigint)');
    const why = {
      code: 'migration_changed',
      message: expect.stringMatching(/0001-first\.sql was changed .* next migration/) as string,
    };
    await expect(migrate(executor, [changed, SECOND])).rejects.toMatchObject(why);
    await expect(pendingMigrations(executor, [changed, SECOND])).rejects.toMatchObject(why);
  });

  it('refuses a hole or a double among the files before it asks the database', async () => {
    const { executor, pool } = await open();
    const third = migrationOf('0003-third.sql', 'create table three (n integer)');
    await expect(migrate(executor, [FIRST, third])).rejects.toMatchObject({
      code: 'migration_gap',
      message: expect.stringMatching(/0003-third\.sql: no migration 0002 .* restore/) as string,
    });
    await expect(migrate(executor, [FIRST, SECOND, BROKEN])).rejects.toMatchObject({
      code: 'migration_gap',
      message: expect.stringMatching(/version 2 is there twice/) as string,
    });
    expect(await tables(pool)).toEqual([]);
  });

  it('refuses a database with a hole, and one that is ahead of us', async () => {
    const { executor } = await open();
    await migrate(executor, [FIRST, SECOND]);
    await expect(migrate(executor, [FIRST])).rejects.toMatchObject({
      code: 'migration_unknown',
      message: expect.stringMatching(
        /0002-second\.sql, which this version does not know/,
      ) as string,
    });
    await executor.query('delete from schema_migrations where version = 1');
    await expect(migrate(executor, [FIRST, SECOND])).rejects.toMatchObject({
      code: 'migration_gap',
      message: expect.stringMatching(/has 0002-second\.sql but not migration 1/) as string,
    });
  });
});

describe('many runners', () => {
  it('apply each migration once', async () => {
    const pool = await freshPool();
    const clients = await Promise.all(Array.from({ length: 4 }, () => pool.connect()));
    onTestFinished(async () => {
      for (const client of clients) client.release();
      await pool.end();
    });
    const runs = await Promise.all(
      clients.map((client) => migrate(pgExecutor(client), [FIRST, SECOND])),
    );
    expect(runs.flatMap(({ applied }) => applied).toSorted()).toEqual(files([FIRST, SECOND]));
    for (const run of runs)
      expect([...run.applied, ...run.alreadyThere].toSorted()).toEqual(files([FIRST, SECOND]));
  });
});
