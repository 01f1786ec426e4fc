import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ProcessExit } from '../../../../../local/cloud/parts/guarded-process.ts';
import { startPostgres, type Postgres } from '../../../../../local/cloud/parts/postgres-process.ts';
import { isGoneWithin, startParent } from '../../../../support/parent-process.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairline-postgres-process-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const MODULE = new URL('../../../../../local/cloud/parts/postgres-process.ts', import.meta.url);

const unexpected = (exit: ProcessExit): void => {
  throw new Error(`PostgreSQL ended: ${exit.lastWords}`);
};

function start(dataDir: string, onExit = unexpected): Promise<Postgres> {
  return startPostgres({ dataDir, durability: 'durable', onExit });
}

type Address = Pick<Postgres, 'host' | 'port' | 'user' | 'database'>;

async function query(address: Address, sql: string): Promise<readonly unknown[]> {
  const { host, port, user, database } = address;
  const client = new Client({ host, port, user, database });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('PostgreSQL', () => {
  it('is version 17 in UTC with an empty database, and keeps it over a stop', async () => {
    const dataDir = join(folder, 'kept');
    const first = await start(dataDir);
    expect(
      await query(first, "select current_setting('TimeZone') as zone, version() as version"),
    ).toEqual([{ zone: 'UTC', version: expect.stringContaining('PostgreSQL 17') }]);
    await query(first, 'create table kept as select 1 as one');
    await first.stop();
    expect(await isGoneWithin(first.pid, 100)).toBe(true);
    const second = await start(dataDir);
    expect(await query(second, 'select * from kept')).toEqual([{ one: 1 }]);
    await second.stop();
  });

  it('runs on data in a home that its user may not enter', async () => {
    const home = join(folder, 'home');
    await mkdir(home);
    await chmod(home, 0o700);
    const postgres = await start(join(home, 'runs', 'data'));
    expect(await query(postgres, 'select 1 as one')).toEqual([{ one: 1 }]);
    await postgres.stop();
  });

  it('ends when its parent is killed, and the next start has what was committed', async () => {
    const dataDir = join(folder, 'orphaned');
    const parent = await startParent(`
      import { startPostgres } from ${JSON.stringify(MODULE.href)};
      const { stop, ...told } = await startPostgres({
        dataDir: ${JSON.stringify(dataDir)}, durability: 'durable', onExit: () => {},
      });
      console.log(JSON.stringify(told));
      setInterval(() => {}, 1000);
    `);
    const told = addressOf(parent.told);
    await query(told, 'create table kept as select 1 as one');
    await parent.kill();
    // At once: the earlier server is still ending.
    const next = await start(dataDir);
    expect(await isGoneWithin(told.pid, 100)).toBe(true);
    expect(await query(next, 'select * from kept')).toEqual([{ one: 1 }]);
    await next.stop();
  });

  it('that is killed itself is told of, and recovers what was committed and nothing else', async () => {
    const dataDir = join(folder, 'crashed');
    const onExit = vi.fn<(exit: ProcessExit) => void>();
    const first = await start(dataDir, onExit);
    await query(first, 'create table kept as select 1 as one');
    const { host, port, user, database } = first;
    const open = new Client({ host, port, user, database });
    open.on('error', () => undefined);
    await open.connect();
    await open.query('begin');
    await open.query('insert into kept values (2)');
    process.kill(first.pid, 'SIGKILL');
    await expect.poll(() => onExit.mock.calls.length, { timeout: 5_000 }).toBe(1);
    await open.end().catch(() => undefined);
    const second = await start(dataDir);
    expect(await query(second, 'select * from kept')).toEqual([{ one: 1 }]);
    await second.stop();
  });

  it('does not start on a folder that holds something else', async () => {
    const dataDir = join(folder, 'other');
    await mkdir(dataDir);
    await writeFile(join(dataDir, 'thesis.txt'), 'mine');
    await expect(start(dataDir)).rejects.toThrow(/is not empty \(it has thesis\.txt\)/);
  });

  it('that PG_BIN does not lead to is named', async () => {
    vi.stubEnv('PG_BIN', join(folder, 'nowhere'));
    try {
      await expect(start(join(folder, 'none'))).rejects.toThrow(
        /PG_BIN must name the folder of PostgreSQL's programs.*nowhere\/postgres.*ENOENT/s,
      );
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

function addressOf(told: unknown): Address & { readonly pid: number } {
  if (typeof told !== 'object' || told === null || !('port' in told) || !('pid' in told))
    throw new Error('the parent told no address');
  return {
    host: '127.0.0.1',
    port: Number(told.port),
    user: 'fairline',
    database: 'fairline',
    pid: Number(told.pid),
  };
}
