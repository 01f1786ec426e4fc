import { asking, DatabaseProblem, databaseProblem } from './database-problem.ts';
import { takeLock } from './json-rows.ts';
import type { Migration } from './migration-files.ts';
import type { SqlExecutor } from './sql-executor.ts';

const CREATE_TABLE = `create table if not exists schema_migrations (
  version integer primary key,
  name text not null,
  sha256 text not null,
  applied_at timestamptz not null default now()
)`;

type Applied = { readonly version: number; readonly name: string; readonly sha256: string };
type Inside = Pick<SqlExecutor, 'query'>;

export type Migrated = {
  /** Files applied now, and files that were applied before, each by version. */
  readonly applied: readonly string[];
  readonly alreadyThere: readonly string[];
};

/**
 * Brings a database up to date: each pending migration in one transaction of its own, whole or not at all, under a
 * lock, so that any number of runners at once apply each once. Throws a `DatabaseProblem` when a migration was changed
 * after it was applied, when one is missing, when the database is ahead of us, or when a statement fails.
 */
export async function migrate(
  executor: SqlExecutor,
  migrations: readonly Migration[],
): Promise<Migrated> {
  const pending = await pendingMigrations(executor, migrations);
  const applied: string[] = [];
  for (const migration of pending) {
    await asking(`apply ${migration.file}`, () =>
      executor.transaction(async (inside) => {
        // Somebody else may have applied it since.
        if (isAmong(await appliedUnderLock(inside), migration, migrations)) return;
        await applyOne(inside, migration);
        applied.push(migration.file);
      }),
    );
  }
  const files = migrations.map(({ file }) => file);
  return { applied, alreadyThere: files.filter((file) => !applied.includes(file)) };
}

/** The migrations that `migrate` would apply, without applying them; throws as it does. */
export async function pendingMigrations(
  executor: SqlExecutor,
  migrations: readonly Migration[],
): Promise<readonly Migration[]> {
  refuseGaps(migrations);
  return asking('read the applied migrations', () =>
    executor.transaction(async (inside) => {
      const done = await appliedUnderLock(inside);
      return migrations.filter((migration) => !isAmong(done, migration, migrations));
    }),
  );
}

async function appliedUnderLock(inside: Inside): Promise<readonly Applied[]> {
  await inside.query(takeLock('migrations'));
  await inside.query(CREATE_TABLE);
  const rows = await inside.query(
    'select version, name, sha256 from schema_migrations order by version',
  );
  return rows.map(({ version, name, sha256 }) => ({
    version: Number(version),
    name: String(name),
    sha256: String(sha256),
  }));
}

/** Versions count up from 1 without a hole and without a double. */
function refuseGaps(migrations: readonly Migration[]): void {
  for (const [index, { file, version }] of migrations.entries()) {
    if (version === index + 1) continue;
    const expected = String(index + 1).padStart(4, '0');
    throw new DatabaseProblem(
      'migration_gap',
      version <= index
        ? `${file}: version ${version} is there twice; give the newer file the next free number.`
        : `${file}: no migration ${expected} comes before it; restore ${expected}-*.sql or renumber what is not applied anywhere yet.`,
    );
  }
}

/** Whether it is applied; throws when what is applied does not fit what we have. */
function isAmong(
  done: readonly Applied[],
  migration: Migration,
  migrations: readonly Migration[],
): boolean {
  for (const [index, { version, name }] of done.entries()) {
    const file = `${String(version).padStart(4, '0')}-${name}.sql`;
    if (version > migrations.length)
      throw new DatabaseProblem(
        'migration_unknown',
        `The database has ${file}, which this version does not know; use the version that applied it, or a newer one.`,
      );
    if (version !== index + 1)
      throw new DatabaseProblem(
        'migration_gap',
        `The database has ${file} but not migration ${index + 1}; restore it from a backup, or mend schema_migrations by hand.`,
      );
    refuseChange(done[index], migrations[index]);
  }
  return migration.version <= done.length;
}

function refuseChange(was: Applied | undefined, is: Migration | undefined): void {
  if (was === undefined || is === undefined || was.sha256 === is.sha256) return;
  throw new DatabaseProblem(
    'migration_changed',
    `${is.file} was changed after it was applied (sha256 ${was.sha256.slice(0, 12)}… then, ${is.sha256.slice(0, 12)}… now). Undo the change and write it as the next migration.`,
  );
}

async function applyOne(inside: Inside, migration: Migration): Promise<void> {
  for (const [index, statement] of migration.statements.entries()) {
    try {
      await inside.query(statement);
    } catch (error) {
      throw failed(migration, index, error);
    }
  }
  await inside.query('insert into schema_migrations (version, name, sha256) values ($1, $2, $3)', [
    migration.version,
    migration.name,
    migration.sha256,
  ]);
}

function failed(migration: Migration, index: number, thrown: unknown): DatabaseProblem {
  const problem = databaseProblem(
    `${migration.file}, statement ${index + 1} of ${migration.statements.length}`,
    thrown,
  );
  return problem.code === 'refused'
    ? new DatabaseProblem(
        'migration_failed',
        `${problem.message}. The whole migration was rolled back; mend the statement and run it again.`,
        thrown,
      )
    : problem;
}
