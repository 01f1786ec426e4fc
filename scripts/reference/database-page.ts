import { getTableColumns, getTableName, is } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import { readMigrations } from '../../shared/adapters/postgres/migration-files.ts';
import * as schema from '../../shared/adapters/postgres/schema.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { code, page, table, type ReferencePage } from './markdown.ts';

/** Tables, views and columns with the comments that the migrations give them. */
export async function databasePage(): Promise<ReferencePage> {
  const migrations = await readMigrations();
  const comments = commentsOf(migrations.flatMap(({ statements }) => statements).join('\n'));
  const tables = Object.values(schema)
    .filter((one) => is(one, PgTable))
    .toSorted((a, b) => (getTableName(a) < getTableName(b) ? -1 : 1));
  invariant(tables.length > 0, 'the schema has tables');
  const views = [...comments.entries()].filter(([key]) => key.startsWith('view '));
  return page(
    'database.md',
    '# Tables of PostgreSQL',
    `${tables.length} tables and ${views.length} views, made by ${migrations.map(({ file }) => code(file)).join(', ')} in [migrations](../../shared/adapters/postgres/migrations). Prices are integers of 1e-4 dollars, counts of 1e-2 contracts, money of 1e-6 dollars; times have a zone. A test holds the types below equal to the database. How they are written: [data](../data.md).`,
    ...tables.flatMap((one) => {
      const name = getTableName(one);
      return [`## ${name}`, commentAt(comments, `table ${name}`), columnsOf(one, comments)];
    }),
    '## Views',
    table(
      ['view', 'shows'],
      views.map(([key, text]) => [code(key.slice('view '.length)), text]),
    ),
  );
}

function columnsOf(one: PgTable, comments: ReadonlyMap<string, string>): string {
  const name = getTableName(one);
  return table(
    ['column', 'type', 'meaning'],
    Object.values(getTableColumns(one)).map((column) => [
      code(column.name),
      `${column.getSQLType()}${column.notNull ? '' : ' or null'}`,
      comments.get(`column ${name}.${column.name}`) ?? '',
    ]),
  );
}

function commentAt(comments: ReadonlyMap<string, string>, key: string): string {
  const text = comments.get(key);
  invariant(text !== undefined, `every table has a comment, and ${key} has none`);
  return text;
}

/** By what is commented on, such as `table orders` or `column orders.state`. */
function commentsOf(statements: string): ReadonlyMap<string, string> {
  const found = statements.matchAll(/comment on (table|column|view) ([\w.]+) is '((?:[^']|'')*)'/g);
  return new Map(
    [...found].map(([, kind = '', name = '', text = '']) => [
      `${kind} ${name}`,
      text.replaceAll("''", "'"),
    ]),
  );
}
