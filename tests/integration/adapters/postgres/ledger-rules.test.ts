import { describe, expect, it } from 'vitest';
import { PostgresLedgerStore } from '../../../../shared/adapters/postgres/postgres-ledger-store.ts';
import type { LedgerEntry } from '../../../../shared/domain/ledger/posting.ts';
import { money, type Money } from '../../../../shared/domain/money/money.ts';
import { NOON } from '../../../support/trade-builders.ts';
import { withFairlineDatabase } from '../../../support/fairline-database.ts';

const databases = withFairlineDatabase();

function entry(entryId: string, amounts: readonly number[] = [1_500_000, -1_500_000]): LedgerEntry {
  return {
    entryId,
    bookedAtMs: NOON,
    source: { kind: 'residual', reason: 'unexplained' },
    postings: amounts.map((amount, index) => ({
      account: index === 0 ? 'cash:0' : 'suspense',
      amount: amount as Money,
    })),
  };
}

describe('the ledger in Postgres', () => {
  it('keeps each kind of source', async () => {
    const store = new PostgresLedgerStore((await databases.fresh()).db);
    const entries: readonly LedgerEntry[] = [
      { ...entry('opening', []), source: { kind: 'opening' } },
      { ...entry('fill'), source: { kind: 'fill', fillKey: 't|o', clientOrderId: 'c' } },
      { ...entry('settlement'), source: { kind: 'settlement', market: 'M' } },
      entry('residual'),
    ];
    await store.append(entries);
    expect(await store.entries()).toEqual(entries);
  });

  it('refuses an entry that does not balance, and all that came with it', async () => {
    const store = new PostgresLedgerStore((await databases.fresh()).db);
    await expect(store.append([entry('good'), entry('bad', [5, -4])])).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(
        /ledger entry bad does not balance, its postings sum to 1 micro-dollars/,
      ) as string,
    });
    expect(await store.entries()).toEqual([]);
  });

  it.each([
    ['beyond what a number holds exactly', [2 ** 53, -(2 ** 53)]],
    ['beyond 64 bits', [1e300, -1e300]],
    ['that is no integer', [0.5, -0.5]],
  ])('never keeps an amount %s as it was given', async (_, amounts) => {
    const { db, direct } = await databases.fresh();
    const store = new PostgresLedgerStore(db);
    await expect(store.append([entry('wrong', amounts)])).rejects.toMatchObject({
      code: 'refused',
    });
    expect((await direct.query('select 1 from ledger_entries')).rows).toEqual([]);
  });

  it('takes amounts to the limit', async () => {
    const store = new PostgresLedgerStore((await databases.fresh()).db);
    const most = entry('most', [Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER]);
    await store.append([most]);
    expect(await store.entries()).toEqual([most]);
  });

  it.each([
    'update postings set amount = 0',
    'delete from postings',
    'truncate postings',
    "update ledger_entries set reason = ''",
    'delete from ledger_entries',
    'truncate ledger_entries cascade',
    "update journal set kind = 'fill'",
    'delete from journal',
    'truncate journal cascade',
  ])('refuses "%s"', async (statement) => {
    const { db, direct } = await databases.fresh();
    await new PostgresLedgerStore(db).append([entry('a')]);
    await expect(direct.query(statement)).rejects.toThrow(/append-only/);
  });

  it('refuses postings that come later and do not balance by themselves', async () => {
    const { db, direct } = await databases.fresh();
    await new PostgresLedgerStore(db).append([entry('a')]);
    await expect(direct.query("insert into postings values ('a', 2, 'cash', 5)")).rejects.toThrow(
      /does not balance/,
    );
  });

  it('gives balances in micro-dollars and in dollars', async () => {
    const { db, direct } = await databases.fresh();
    await new PostgresLedgerStore(db).append([entry('a'), entry('b', [-1, 1])]);
    const { rows } = await direct.query(
      'select account, amount::text, dollars::text from account_balances order by account',
    );
    expect(rows).toEqual([
      { account: 'cash:0', amount: '1499999', dollars: '1.499999' },
      { account: 'suspense', amount: '-1499999', dollars: '-1.499999' },
    ]);
  });

  it('takes one call for a batch, however many entries it has', async () => {
    const { db, calls } = await databases.fresh();
    const store = new PostgresLedgerStore(db);
    const before = calls();
    await store.append(Array.from({ length: 500 }, (_, index) => entry(`entry-${index}`)));
    expect(calls() - before).toBe(1);
    await store.append(Array.from({ length: 4_001 }, (_, index) => entry(`more-${index}`)));
    expect(calls() - before).toBeLessThan(6);
    expect(await store.entries()).toHaveLength(4_501);
  });

  it('says in one line that the database does not answer, and takes the batch when it is back', async () => {
    const { db, client } = await databases.fresh();
    const store = new PostgresLedgerStore(db);
    const { requestHandler } = client.config;
    client.config.requestHandler = {
      ...requestHandler,
      handle: () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:5432')),
    };
    const failing = store.append([entry('a', [money(1), money(-1)])]);
    await expect(failing).rejects.toMatchObject({
      name: 'DatabaseProblem',
      code: 'unavailable',
      message:
        'append to the ledger: the database does not answer: connect ECONNREFUSED 127.0.0.1:5432. Do the same again when it is up.',
    });
    client.config.requestHandler = requestHandler;
    await store.append([entry('a')]);
    expect(await store.entries()).toEqual([entry('a')]);
  });
});
