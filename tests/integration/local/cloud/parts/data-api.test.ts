import {
  BatchExecuteStatementCommand,
  BeginTransactionCommand,
  CommitTransactionCommand,
  DatabaseErrorException,
  ExecuteStatementCommand,
  RDSDataClient,
  RollbackTransactionCommand,
  StatementTimeoutException,
  TransactionNotFoundException,
  TypeHint,
  type ExecuteStatementCommandInput,
  type ExecuteStatementCommandOutput,
  type Field,
  type SqlParameter,
} from '@aws-sdk/client-rds-data';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/aws-data-api/pg';
import {
  bigint,
  boolean,
  integer,
  jsonb,
  numeric,
  pgTable,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { arnOf } from '../../../../../local/cloud/cloud-names.ts';
import { DataApi } from '../../../../../local/cloud/parts/data-api.ts';
import { withCloudServer } from '../../../../support/cloud-server.ts';
import { withPostgres } from '../../../../support/postgres.ts';

const postgres = withPostgres();
let dataApi: DataApi | null = null;
beforeAll(() => {
  dataApi = new DataApi({
    ...postgres.server(),
    statementTimeoutMs: 300,
    transactionIdleMs: 300,
  });
});
const served = withCloudServer({
  wiring: {},
  dataApi: () => {
    if (dataApi === null) throw new Error('the Data API is made before the server');
    return dataApi;
  },
});

let client: RDSDataClient;
const cluster = { resourceArn: arnOf('database', 'fairline'), secretArn: arnOf('secret', 'db') };
beforeAll(() => {
  client = new RDSDataClient(served.client());
});
afterAll(async () => {
  client.destroy();
  await dataApi?.close();
});

beforeEach(async () => {
  await postgres.pool().query('drop table if exists everything');
  await postgres.pool().query(`create table everything (
    id uuid, amount numeric(18, 6), document jsonb, at timestamptz, day date, clock time,
    count bigint, small int, ratio double precision, is_open boolean, name text, tags text[], raw bytea)`);
});

function execute(
  statement: string,
  parameters: SqlParameter[] = [],
  more: Partial<ExecuteStatementCommandInput> = {},
): Promise<ExecuteStatementCommandOutput> {
  return client.send(
    new ExecuteStatementCommand({ ...cluster, sql: statement, parameters, ...more }),
  );
}

const UUID = '7d444840-9dc0-11d1-b245-5ffdce74fad2';
const named = (value: Field, typeHint?: SqlParameter['typeHint']): SqlParameter => ({
  name: 'v',
  value,
  ...(typeHint === undefined ? {} : { typeHint }),
});
const stringOf = (stringValue: string): Field => ({ stringValue });

describe('a parameter is typed by its field and hint, never by its column', () => {
  it.each<[column: string, SqlParameter, Field]>([
    ['id', named(stringOf(UUID), 'UUID'), stringOf(UUID)],
    ['amount', named(stringOf('1.5'), 'DECIMAL'), stringOf('1.500000')],
    ['amount', named({ longValue: 2 }), stringOf('2.000000')],
    ['document', named(stringOf('{"a":1}'), 'JSON'), stringOf('{"a": 1}')],
    [
      'at',
      named(stringOf('2026-11-21 07:24:22.123456'), 'TIMESTAMP'),
      stringOf('2026-11-21 07:24:22.123456'),
    ],
    ['day', named(stringOf('2026-11-21'), 'DATE'), stringOf('2026-11-21')],
    ['clock', named(stringOf('07:24:22'), 'TIME'), stringOf('07:24:22')],
    ['count', named({ longValue: 9_007_199_254_740_991 }), { longValue: 9_007_199_254_740_991 }],
    ['small', named({ longValue: -3 }), { longValue: -3 }],
    ['ratio', named({ doubleValue: 0.1 }), { doubleValue: 0.1 }],
    ['is_open', named({ booleanValue: true }), { booleanValue: true }],
    ['name', named(stringOf("it's :v ä")), stringOf("it's :v ä")],
    [
      'raw',
      named({ blobValue: new Uint8Array([0, 255]) }),
      { blobValue: new Uint8Array([0, 255]) },
    ],
    ['amount', named({ isNull: true }), { isNull: true }],
    ['id', named({ isNull: true }, 'UUID'), { isNull: true }],
  ])('%s takes what has its type', async (column, parameter, expected) => {
    const insert = `insert into everything (${column}) values (:v)`;
    expect(await execute(insert, [parameter])).toMatchObject({ numberOfRecordsUpdated: 1 });
    const { records } = await execute(`select ${column} from everything`);
    expect(records).toEqual([[expected]]);
  });

  it.each<[column: string, type: string, value: Field, code: string]>([
    ['id', 'uuid', stringOf(UUID), '42804'],
    ['amount', 'numeric', stringOf('1.5'), '42804'],
    ['document', 'jsonb', stringOf('{}'), '42804'],
    ['at', 'timestamp with time zone', stringOf('2026-11-21 07:24:22'), '42804'],
    ['count', 'bigint', stringOf('1'), '42804'],
    ['is_open', 'boolean', { longValue: 1 }, '42804'],
    ['tags', 'text[]', stringOf('{a}'), '42804'],
  ])(
    '%s, a %s, takes no string or number without a hint or a cast',
    async (column, type, value, code) => {
      const failing = execute(`insert into everything (${column}) values (:v)`, [named(value)]);
      await expect(failing).rejects.toBeInstanceOf(DatabaseErrorException);
      await expect(failing).rejects.toThrow(
        new RegExp(`is of type ${type.replace('[]', '\\[\\]')} but.*SQLState: ${code}`, 's'),
      );
      if (!('stringValue' in value)) return;
      const cast = `insert into everything (${column}) values (:v::${type})`;
      expect(await execute(cast, [named(value)])).toMatchObject({ numberOfRecordsUpdated: 1 });
    },
  );

  it.each<[what: string, SqlParameter, RegExp]>([
    [
      'an array',
      named({ arrayValue: { stringValues: ['a'] } }),
      /Array parameters are not supported/,
    ],
    ['an ISO time', named(stringOf('2026-11-21T07:24:22Z'), 'TIMESTAMP'), /is no TIMESTAMP/],
    ['a number that is none', named(stringOf('1,5'), 'DECIMAL'), /is no DECIMAL/],
    ['another name', { name: 'w', value: { longValue: 1 } }, /Cannot find parameter: v/],
    ['no value', { name: 'v' }, /parameters\.0\.value/],
  ])('%s is refused', async (_what, parameter, message) => {
    const failing = execute('insert into everything (name) values (:v)', [parameter]);
    await expect(failing).rejects.toMatchObject({ name: 'BadRequestException' });
    await expect(failing).rejects.toThrow(message);
  });
});

describe('a result', () => {
  it('has the fields of the Data API, and its columns when they are asked for', async () => {
    const { records, columnMetadata, generatedFields, numberOfRecordsUpdated } = await execute(
      `select 1::int8 as big, 1.50::numeric(9,2) as amount, 0.5::float4 as half, null::text as none,
        array['a', null, 'b "c"', 'd,{e}'] as names, array[[1,2],[3,4]] as grid, '{}'::bool[] as empty,
        timestamptz '2026-11-21 09:00:00+02' as at, 'x'::char(3) as padded`,
      [],
      { includeResultMetadata: true },
    );
    expect(records).toEqual([
      [
        { longValue: 1 },
        stringOf('1.50'),
        { doubleValue: 0.5 },
        { isNull: true },
        { arrayValue: { stringValues: ['a', null, 'b "c"', 'd,{e}'] } },
        { arrayValue: { arrayValues: [{ longValues: [1, 2] }, { longValues: [3, 4] }] } },
        { arrayValue: { booleanValues: [] } },
        stringOf('2026-11-21 07:00:00'),
        stringOf('x  '),
      ],
    ]);
    expect(columnMetadata?.map(({ name, typeName }) => [name, typeName])).toEqual([
      ['big', 'int8'],
      ['amount', 'numeric'],
      ['half', 'float4'],
      ['none', 'text'],
      ['names', '_text'],
      ['grid', '_int4'],
      ['empty', '_bool'],
      ['at', 'timestamptz'],
      ['padded', 'bpchar'],
    ]);
    expect(columnMetadata?.[1]).toMatchObject({ precision: 9, scale: 2, isSigned: true });
    expect([generatedFields, numberOfRecordsUpdated]).toEqual([[], 0]);
  });

  it('is JSON when that is asked for, with decimals and longs as they are asked for', async () => {
    const { formattedRecords, records } = await execute(
      `select 1.5::numeric as amount, 7::int8 as count, array['a'] as tags, null as none`,
      [],
      {
        formatRecordsAs: 'JSON',
        resultSetOptions: { decimalReturnType: 'DOUBLE_OR_LONG', longReturnType: 'STRING' },
      },
    );
    expect(JSON.parse(formattedRecords ?? '')).toEqual([
      { amount: 1.5, count: '7', tags: ['a'], none: null },
    ]);
    expect(records).toBeUndefined();
  });

  it('has an enum as a string, and no type that the Data API does not know', async () => {
    await postgres.pool().query(`create type mood as enum ('open', 'shut')`);
    expect((await execute(`select 'open'::mood`)).records).toEqual([[stringOf('open')]]);
    for (const [expression, type] of [
      [`interval '1 s'`, 'interval'],
      [`'pg_class'::regclass`, 'regclass'],
      ['pg_advisory_xact_lock(1)', 'void'],
    ])
      await expect(execute(`select ${expression}`)).rejects.toMatchObject({
        name: 'UnsupportedResultException',
        message: expect.stringContaining(`unsupported data type ${type}`),
      });
  });

  it.each([
    [
      'of more than 1 MiB',
      `select repeat('x', 60000) from generate_series(1, 18)`,
      /response size limit/,
    ],
    ['with a row of more than 64 KiB', `select repeat('x', 70000)`, /65536 are allowed/],
  ])('%s is refused', async (_what, statement, message) => {
    await expect(execute(statement)).rejects.toThrow(message);
  });
});

describe('a statement', () => {
  it('has its parameters where SQL has none of its own colons', async () => {
    const { records } = await execute(
      `select ':v' as a, "v:v" as b, $$:v$$ as c, 1::int as d, :v as e, :v || E'\\':v' as f -- :v
       /* :v */ from (select 'x' as "v:v") as inner_`,
      [named(stringOf('y'))],
    );
    expect(records).toEqual([
      [':v', 'x', ':v', null, 'y', "y':v"].map((each) =>
        each === null ? { longValue: 1 } : stringOf(each),
      ),
    ]);
  });

  it.each([
    ['two statements', 'select 1; select 2', 'BadRequestException', /Multistatements/],
    ['more than 64 KiB of text', `select '${'x'.repeat(65_536)}'`, 'BadRequestException', /sql/],
    ['a transaction of its own', ' BEGIN', 'BadRequestException', /BeginTransaction/],
    [
      'a transaction behind a comment',
      '/* a /* b */ */ -- c\n begin',
      'BadRequestException',
      /BeginTransaction/,
    ],
    ['its end', 'rollback', 'BadRequestException', /RollbackTransaction/],
    ['another database', 'select 1', 'DatabaseErrorException', /3D000/],
    ['a table that is not there', 'select * from nowhere', 'DatabaseErrorException', /42P01/],
  ])('with %s is refused', async (what, statement, name, message) => {
    const more = what === 'another database' ? { database: 'other' } : {};
    const failing = execute(statement, [], more);
    await expect(failing).rejects.toMatchObject({ name });
    await expect(failing).rejects.toThrow(message);
  });

  it('leaves nothing behind for the next one: no setting, no temporary table', async () => {
    await execute(`set search_path to nowhere`);
    await execute('create temporary table passing (id int)');
    for (let call = 0; call < 4; call += 1) {
      const { records } = await execute(
        `select current_setting('search_path'), to_regclass('passing')::text`,
      );
      expect(records).toEqual([[stringOf('"$user", public'), { isNull: true }]]);
    }
  });

  it('keeps its strings as they are: colons, semicolons and quotes are no SQL in there', async () => {
    const odd = `a;b -- :v /* '' $$ \\ ":v"`;
    const { records } = await execute(`select :v, 'x;y', $t$;$t$`, [named(stringOf(odd))]);
    expect(records).toEqual([[stringOf(odd), stringOf('x;y'), stringOf(';')]]);
  });

  it('reads no number out of what is none, also within a list', async () => {
    const { records } = await execute(
      `select 'NaN'::float8, '-Infinity'::float8, 'NaN'::numeric, array['NaN', 1.5, null]::float8[]`,
    );
    expect(records).toEqual([
      [
        { doubleValue: Number.NaN },
        { doubleValue: Number.NEGATIVE_INFINITY },
        stringOf('NaN'),
        { arrayValue: { doubleValues: [Number.NaN, 1.5, null] } },
      ],
    ]);
  });

  it('names a cluster and a secret by their ARNs, each in its place', async () => {
    const swapped = { resourceArn: cluster.secretArn, secretArn: cluster.resourceArn };
    await expect(execute('select 1', [], swapped)).rejects.toThrow(/resourceArn.*secretArn/s);
  });

  it('that takes too long is cut off', async () => {
    await expect(execute('select pg_sleep(5)::text')).rejects.toBeInstanceOf(
      StatementTimeoutException,
    );
  });

  it('is run for each set of a batch, those before a failure to stay', async () => {
    const insert = 'insert into everything (amount) values (:v)';
    const sets = ['1', '2', 'x'].map((value) => [named(stringOf(value), TypeHint.DECIMAL)]);
    const batch = (parameterSets: SqlParameter[][]): BatchExecuteStatementCommand =>
      new BatchExecuteStatementCommand({ ...cluster, sql: insert, parameterSets });
    const { updateResults } = await client.send(batch(sets.slice(0, 2)));
    expect(updateResults).toEqual([{ generatedFields: [] }, { generatedFields: [] }]);
    await expect(client.send(batch(sets))).rejects.toMatchObject({ name: 'BadRequestException' });
    const { records } = await execute('select count(*) from everything');
    expect(records).toEqual([[{ longValue: 4 }]]);
  });
});

async function begin(): Promise<string> {
  const { transactionId = '' } = await client.send(new BeginTransactionCommand(cluster));
  return transactionId;
}

async function count(): Promise<unknown> {
  const { records } = await execute('select count(*)::int from everything');
  return records?.[0]?.[0]?.longValue;
}

describe('a transaction', () => {
  const insert = `insert into everything (name) values ('x')`;

  it('is seen when it was committed, and not when it was rolled back', async () => {
    const transactionId = await begin();
    await execute(insert, [], { transactionId });
    expect(await count()).toBe(0);
    const { transactionStatus } = await client.send(
      new CommitTransactionCommand({ ...cluster, transactionId }),
    );
    expect([transactionStatus, await count()]).toEqual(['Transaction Committed', 1]);
    const other = await begin();
    await execute(insert, [], { transactionId: other });
    await client.send(new RollbackTransactionCommand({ ...cluster, transactionId: other }));
    expect(await count()).toBe(1);
  });

  it('with a statement that failed cannot be committed', async () => {
    const transactionId = await begin();
    await execute(insert, [], { transactionId });
    await expect(execute('select 1/0', [], { transactionId })).rejects.toThrow(/22012/);
    await expect(execute(insert, [], { transactionId })).rejects.toThrow(/25P02/);
    await expect(
      client.send(new CommitTransactionCommand({ ...cluster, transactionId })),
    ).rejects.toThrow(/rolled back instead of committed/);
    expect(await count()).toBe(0);
  });

  it('is rolled back when nothing was asked of it for too long', async () => {
    const transactionId = await begin();
    await execute(insert, [], { transactionId });
    await new Promise((resolve) => setTimeout(resolve, 500));
    await expect(execute(insert, [], { transactionId })).rejects.toBeInstanceOf(
      TransactionNotFoundException,
    );
    expect(await count()).toBe(0);
  });
});

function open(): ReturnType<typeof drizzle> {
  return drizzle(client, { ...cluster, database: 'fairline' });
}

describe("Drizzle's Data API driver", () => {
  const everything = pgTable('everything', {
    id: uuid('id'),
    amount: numeric('amount', { precision: 18, scale: 6 }),
    document: jsonb('document'),
    at: timestamp('at', { withTimezone: true, mode: 'string' }),
    count: bigint('count', { mode: 'number' }),
    small: integer('small'),
    isOpen: boolean('is_open'),
    name: text('name'),
  });
  const row = {
    id: UUID,
    amount: '0.123456',
    document: { legs: ['yes', 'no'] },
    at: '2026-11-21T07:24:22.123Z',
    count: 12,
    small: 3,
    isOpen: false,
    name: null,
  };

  it('writes and reads every type', async () => {
    const db = open();
    await db.insert(everything).values([row, { ...row, amount: '2' }]);
    const found = await db
      .select()
      .from(everything)
      .where(sql`${everything.id} = ${UUID}::uuid and ${everything.amount} < 1`);
    expect(found).toEqual([{ ...row, at: '2026-11-21 07:24:22.123' }]);
    const { rows } = await db.execute(sql`select sum(amount) as total from everything`);
    expect(rows).toEqual([{ total: '2.123456' }]);
  });

  it('rolls a transaction back when its work throws, and a savepoint within', async () => {
    const db = open();
    await expect(
      db.transaction(async (outer) => {
        await outer.insert(everything).values(row);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await db.transaction(async (outer) => {
      await outer.insert(everything).values({ name: 'kept' });
      await outer
        .transaction(async (inner) => {
          await inner.insert(everything).values({ name: 'lost' });
          throw new Error('no');
        })
        .catch(() => undefined);
    });
    expect(await db.select({ name: everything.name }).from(everything)).toEqual([{ name: 'kept' }]);
  });
});
