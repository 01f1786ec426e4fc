import { migrate, type Migrated } from './migrate.ts';
import { readMigrations } from './migration-files.ts';
import type { SqlExecutor } from './sql-executor.ts';

/** Makes or brings up to date all tables of Fairline in an existing database; running it again changes nothing. */
export async function initDatabase(executor: SqlExecutor): Promise<Migrated> {
  return migrate(executor, await readMigrations());
}
