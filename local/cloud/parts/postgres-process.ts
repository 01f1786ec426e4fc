import { chmod, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { startGuarded, type GuardedProcess, type ProcessExit } from './guarded-process.ts';
import { PartUnavailable } from './part-unavailable.ts';
import { DATABASE, installPostgres, type PostgresInstallation } from './postgres-installation.ts';
import { runProgram } from './run-program.ts';

export type Postgres = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
};

export type PostgresOptions = {
  /** Made when it is not there. */
  readonly dataDir: string;
  /** `forgetful` is for tests: what was committed may be lost with the machine, never with the process. */
  readonly durability: 'durable' | 'forgetful';
  /** When it ends though nobody stopped it. */
  readonly onExit: (exit: ProcessExit) => void;
};

const HOST = '127.0.0.1';
/** Recovery after a crash is part of a start. */
const START_TIMEOUT_MS = 60_000;
/** How long an earlier server of the same data may take to end: it notices by itself that we did. */
const PREDECESSOR_TIMEOUT_MS = 15_000;
const RETRY_MS = 50;
/** Between the name of a data folder and the process that copies it. */
const COPYING = '.copying-';

const SETTINGS = [
  `listen_addresses=${HOST}`,
  'unix_socket_directories=',
  'timezone=UTC',
  'log_timezone=UTC',
  'max_connections=60',
  'shared_buffers=32MB',
];
const FORGETFUL = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/**
 * PostgreSQL 17 on a loopback port, with the user and the database `fairline` and no password. It ends when this process
 * does, however that ends; after a crash it recovers what was committed.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const installation = await installPostgres();
  const dataDir = resolve(options.dataDir);
  await ensureCluster(dataDir, installation);
  const giveUpMs = performance.now() + PREDECESSOR_TIMEOUT_MS;
  for (;;) {
    const port = await freePort();
    try {
      const { pid, stop } = await startServer(installation, { ...options, dataDir }, port);
      return { host: HOST, port, user: DATABASE, database: DATABASE, pid, stop };
    } catch (error) {
      if (!mayPass(error) || performance.now() > giveUpMs) throw error;
      await sleep(RETRY_MS);
    }
  }
}

/** A port that was taken before we were, or a server of the same data that is just ending. */
function mayPass(error: unknown): boolean {
  return (
    error instanceof Error &&
    /could not bind|lock file "postmaster.pid" already exists|pre-existing shared memory/.test(
      error.message,
    )
  );
}

function startServer(
  { postgres, environment, user }: PostgresInstallation,
  { dataDir, durability, onExit }: PostgresOptions,
  port: number,
): Promise<GuardedProcess> {
  const settings = [
    ...SETTINGS,
    `port=${port}`,
    ...(durability === 'forgetful' ? FORGETFUL : []),
  ].flatMap((setting) => ['-c', setting]);
  return startGuarded({
    name: 'PostgreSQL',
    program: postgres,
    // The user that stands in for root need not be allowed into the home that the data lies in.
    ...(user === null
      ? { args: ['-D', dataDir, ...settings] }
      : { args: ['-D', '/proc/self/fd/5', ...settings], folder: dataDir }),
    environment,
    user,
    stopSignal: 'INT',
    isReady: (line) => line.includes('database system is ready to accept connections'),
    startTimeoutMs: START_TIMEOUT_MS,
    onExit,
  });
}

/** An empty folder becomes a copy of the template, in one step; anything else must be a cluster already. */
async function ensureCluster(
  dataDir: string,
  { template, user }: PostgresInstallation,
): Promise<void> {
  const entries = await entriesOf(dataDir);
  await removeUnfinished(dataDir);
  if (entries.length === 0) {
    const copy = `${dataDir}${COPYING}${process.pid}`;
    await mkdir(dirname(dataDir), { recursive: true });
    try {
      await runProgram('cp', ['-a', template, copy]);
      await rename(copy, dataDir);
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  } else if (!entries.includes('PG_VERSION')) {
    throw new PartUnavailable(
      `${dataDir} is no PostgreSQL data folder and is not empty (it has ${entries[0]}). Name another one.`,
    );
  }
  // Made by another user of this machine, such as ourselves before we were root.
  if (user !== null && (await stat(dataDir)).uid !== user.uid) {
    await runProgram('chown', ['-R', `${user.uid}:${user.gid}`, dataDir]);
    await chmod(dataDir, 0o700);
  }
}

/** Copies that were cut off with their process. The folder has one process at a time, so no other one is at work. */
async function removeUnfinished(dataDir: string): Promise<void> {
  const folder = dirname(dataDir);
  for (const name of await entriesOf(folder))
    if (name.startsWith(`${basename(dataDir)}${COPYING}`))
      // What copies may outlive who began it by a moment.
      await rm(join(folder, name), { recursive: true, force: true, maxRetries: 5 });
}

async function entriesOf(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
