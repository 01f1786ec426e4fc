import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { DatabaseProblem } from './database-problem.ts';

/** One forward step of the database, as its file has it. */
export type Migration = {
  readonly version: number;
  readonly name: string;
  readonly file: string;
  /** Of the text of the file, line ends as \n. */
  readonly sha256: string;
  readonly statements: readonly string[];
};

const MIGRATIONS_FOLDER = fileURLToPath(new URL('./migrations/', import.meta.url));
const FILE_NAME = /^(\d{4})-([a-z0-9-]+)\.sql$/;
const SEPARATOR = /^-- statement[ \t]*$/m;

/** The migrations of a folder by version. A file that is not named like one is refused, as it would never run. */
export async function readMigrations(folder = MIGRATIONS_FOLDER): Promise<readonly Migration[]> {
  const files = (await readdir(folder)).toSorted();
  return Promise.all(
    files.map(async (file) => migrationOf(file, await readFile(join(folder, file), 'utf8'))),
  );
}

/** A migration of its file's name and text; statements stand between lines `-- statement`. */
export function migrationOf(file: string, content: string): Migration {
  const [, version, name] = FILE_NAME.exec(file) ?? [];
  if (version === undefined || name === undefined)
    throw new DatabaseProblem(
      'migration_unknown',
      `${file} is not named like a migration; call it NNNN-what-it-does.sql or move it away.`,
    );
  const text = content.replaceAll('\r\n', '\n');
  return {
    version: Number(version),
    name,
    file,
    sha256: createHash('sha256').update(text).digest('hex'),
    statements: text
      .split(SEPARATOR)
      .map((statement) => statement.trim())
      .filter((statement) => statement !== ''),
  };
}
