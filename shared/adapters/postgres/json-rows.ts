import { getTableColumns, sql, type SQL } from 'drizzle-orm';
import { PgJsonb, type PgColumn, type PgTable } from 'drizzle-orm/pg-core';

/** A row as Drizzle would insert it, with values only. */
export type Row<T extends PgTable> = T['$inferInsert'];

/**
 * `insert into table (columns) select … from` one JSON parameter that holds all rows, in their order. Columns that the
 * database makes itself are left to it.
 */
export function insertRows<T extends PgTable>(table: T, rows: readonly Row<T>[]): SQL {
  const names = columnNames(table);
  return sql`insert into ${table} (${names}) select ${names} from ${broughtRows(table, rows)}`;
}

/** The columns of a table that a row brings, as a list. */
export function columnNames(table: PgTable): SQL {
  return sql.join(
    broughtColumns(table).map(({ column }) => sql.identifier(column.name)),
    sql`, `,
  );
}

/**
 * Rows as a table called `brought`. They are one parameter, however many they are: the Data API takes strings without a
 * type, and here each value is read as the type of its column.
 */
export function broughtRows<T extends PgTable>(table: T, rows: readonly Row<T>[]): SQL {
  const columns = broughtColumns(table);
  const typed = sql.join(
    columns.map(
      ({ column }) => sql`${sql.identifier(column.name)} ${sql.raw(column.getSQLType())}`,
    ),
    sql`, `,
  );
  const json = JSON.stringify(rows.map((row) => jsonRow(columns, row)));
  return sql`rows from (jsonb_to_recordset(cast(${json} as jsonb)) as (${typed})) with ordinality as brought`;
}

/** What stands after `insertRows` so that rows are written in the order in which they were given. */
export const IN_ORDER = sql`order by brought.ordinality`;

type Brought = { readonly key: string; readonly column: PgColumn };

function broughtColumns(table: PgTable): readonly Brought[] {
  return Object.entries(getTableColumns(table))
    .map(([key, column]) => ({ key, column }))
    .filter(
      ({ column }) => column.generated === undefined && column.generatedIdentity === undefined,
    );
}

/** A value stands as its driver would send it, but JSON stays JSON; what is absent is null. */
function jsonRow(columns: readonly Brought[], row: object): Record<string, unknown> {
  const values = new Map<string, unknown>(Object.entries(row));
  return Object.fromEntries(
    columns.map(({ key, column }) => {
      const value = values.get(key) ?? null;
      const asIs = value === null || column instanceof PgJsonb;
      return [column.name, asIs ? value : column.mapToDriverValue(value)];
    }),
  );
}

/** Writers of one kind wait for each other: what they fold into stays free of deadlocks and lost updates. */
export const WRITERS = { migrations: 1, ledger: 2, journal: 3, history: 4 } as const;
const LOCK_SPACE = 0x4641;

/** Takes a writer's lock until the transaction ends. */
export function takeLock(writer: keyof typeof WRITERS): string {
  // The Data API returns no void.
  return `select cast(pg_advisory_xact_lock(${LOCK_SPACE}, ${WRITERS[writer]}) as text) as held`;
}

/** As a common table expression; a select that joins `writer` gives no row before the lock is held. */
export function lockAs(writer: keyof typeof WRITERS): SQL {
  return sql.raw(`writer as materialized (${takeLock(writer)})`);
}

/** Well below the 4 MiB that a request of the Data API may hold, with room for escaping JSON in JSON. */
const MOST_BYTES = 1_000_000;
const MOST_ROWS = 2_000;

/** Items in runs that each fit into one request; an item is never cut. */
export function requestChunks<T>(items: readonly T[]): readonly (readonly T[])[] {
  const chunks: T[][] = [];
  let chunk: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item));
    if (chunk.length > 0 && (bytes + size > MOST_BYTES || chunk.length === MOST_ROWS)) {
      chunks.push(chunk);
      chunk = [];
      bytes = 0;
    }
    chunk.push(item);
    bytes += size;
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
}
