import { getTableColumns, getTableName, isTable } from 'drizzle-orm';
import { getTableConfig, PgTable, type PgColumn } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import * as schema from '../../../../shared/adapters/postgres/schema.ts';
import { withFairlineDatabase } from '../../../support/fairline-database.ts';

const databases = withFairlineDatabase();

const tables = Object.values(schema).filter((value) => value instanceof PgTable);

type ColumnRow = {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly made: 'identity' | 'generated' | 'given';
};

const COLUMNS = `
  select table_name as table, column_name as column, data_type as type, is_nullable = 'YES' as nullable,
    case when is_identity = 'YES' then 'identity' when is_generated = 'ALWAYS' then 'generated'
      else 'given' end as made
  from information_schema.columns join information_schema.tables using (table_schema, table_name)
  where table_schema = 'public' and table_type = 'BASE TABLE' and table_name <> 'schema_migrations'`;

const KEYS = `
  select c.conrelid::regclass::text as table, array_agg(a.attname::text order by k.place) as columns
  from pg_constraint c, unnest(c.conkey) with ordinality as k (number, place), pg_attribute a
  where c.contype = 'p' and a.attrelid = c.conrelid and a.attnum = k.number
    and c.connamespace = 'public'::regnamespace and c.conrelid <> 'schema_migrations'::regclass
  group by c.conrelid`;

const COMMENTS = `
  select c.relname as table, a.attname as column, format_type(a.atttypid, null) as type,
    obj_description(c.oid) as about_table, col_description(c.oid, a.attnum) as about_column
  from pg_class c join pg_attribute a on a.attrelid = c.oid
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v') and a.attnum > 0
    and not a.attisdropped and c.relname <> 'schema_migrations'`;

function defined(table: PgTable): readonly ColumnRow[] {
  return Object.values(getTableColumns(table)).map((column: PgColumn) => {
    const identity = column.generatedIdentity !== undefined;
    const generated = column.generated !== undefined;
    return {
      table: getTableName(table),
      column: column.name,
      type: column.getSQLType(),
      // What is generated may be null for the database though its expression never is.
      nullable: !column.notNull,
      made: identity ? 'identity' : generated ? 'generated' : 'given',
    };
  });
}

function keyOf(table: PgTable): { readonly table: string; readonly columns: readonly string[] } {
  const { columns, primaryKeys } = getTableConfig(table);
  const own = columns.filter(({ primary }) => primary).map(({ name }) => name);
  const keys = primaryKeys.flatMap((key) => key.columns.map(({ name }) => name));
  return { table: getTableName(table), columns: [...own, ...keys] };
}

const byName = (a: { table: string; column?: string }, b: { table: string; column?: string }) =>
  `${a.table}.${a.column ?? ''}` < `${b.table}.${b.column ?? ''}` ? -1 : 1;

describe('the tables that the code knows', () => {
  it('are those that the migrations make, column by column', async () => {
    const { direct } = await databases.fresh();
    const { rows } = await direct.query<ColumnRow>(COLUMNS);
    expect(rows.length).toBeGreaterThan(100);
    expect(tables.every((table) => isTable(table))).toBe(true);
    expect(tables.flatMap(defined).toSorted(byName)).toEqual(rows.toSorted(byName));
  });

  it('have the same keys', async () => {
    const { direct } = await databases.fresh();
    const { rows } = await direct.query<{ table: string; columns: string[] }>(KEYS);
    expect(tables.map(keyOf).toSorted(byName)).toEqual(rows.toSorted(byName));
  });

  it('say what they hold, and the unit of each amount', async () => {
    const { direct } = await databases.fresh();
    const { rows } = await direct.query<{
      table: string;
      column: string;
      type: string;
      about_table: string | null;
      about_column: string | null;
    }>(COMMENTS);
    expect(rows.filter((row) => row.about_table === null)).toEqual([]);
    const amounts =
      /(?:^|_)(?:price|bid|ask|count|cost|basis|proceeds|payout|fees?|amount|quantity|realised|value|per_contract)$/;
    const mute = rows.filter(
      ({ column, type, about_column: about }) =>
        amounts.test(column) &&
        type !== 'text' &&
        !/1e-[246] (?:dollars|contracts)/.test(about ?? ''),
    );
    expect(mute.map(({ table, column }) => `${table}.${column}`)).toEqual([]);
  });
});
