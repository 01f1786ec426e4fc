import type { ClientBase } from 'pg';
import { describe, expect, it } from 'vitest';
import { PostgresJournalStore } from '../../../../shared/adapters/postgres/postgres-journal-store.ts';
import { fillKey } from '../../../../shared/domain/execution/fill.ts';
import type { JournalEntry } from '../../../../shared/domain/ledger/journal.ts';
import { addMoney, cost } from '../../../../shared/domain/money/money.ts';
import { seededRng } from '../../../../shared/simulator/rng.ts';
import { A_TRADE } from '../../../contract/journal-store-contract.ts';
import {
  twice,
  withFairlineDatabase,
  type FairlineDatabase,
} from '../../../support/fairline-database.ts';
import { drawDeliveries, drawJournalRun, type JournalRun } from '../../../support/journal-runs.ts';
import { propertySettings, runs } from '../../../support/property-settings.ts';

const databases = withFairlineDatabase();

const { seed } = propertySettings(process.env);
const FIRST_SEED = seed === 'random' ? Math.floor(Math.random() * 2 ** 31) : seed;
const RUNS = runs(20).numRuns;

const FOLDED = [
  'order_transitions',
  'orders',
  'fills',
  'positions',
  'position_exits',
  'exit_attempts',
] as const;

/** Everything in the folded tables, as texts in an order of their own. */
async function folded(direct: ClientBase): Promise<Readonly<Record<string, readonly string[]>>> {
  const tables: Record<string, readonly string[]> = {};
  for (const table of FOLDED) {
    const { rows } = await direct.query<{ row: string }>(
      `select cast(t as text) as row from ${table} t order by 1`,
    );
    tables[table] = rows.map(({ row }) => row);
  }
  return tables;
}

/** As before any entry; a superuser's session may leave the triggers of append-only tables out. */
async function empty({ direct }: FairlineDatabase): Promise<void> {
  await direct.query('set session_replication_role = replica');
  await direct.query(`truncate journal, ${FOLDED.join(', ')}`);
  await direct.query('set session_replication_role = origin');
}

async function checkAgainstDomain(direct: ClientBase, run: JournalRun): Promise<void> {
  const orders = await direct.query<{ id: string; state: string }>(
    'select client_order_id as id, state from orders',
  );
  expect(new Map(orders.rows.map(({ id, state }) => [id, state]))).toEqual(run.states);
  const attempts = await direct.query<{ id: string; state: string }>(
    'select client_order_id as id, outcome as state from exit_attempts',
  );
  expect(new Map(attempts.rows.map(({ id, state }) => [id, state]))).toEqual(
    new Map([...run.states].filter(([id]) => id.startsWith('exit'))),
  );
  const positions = await direct.query(
    `select position_id, state, quantity::int, basis::int, bought_count::int, bought_cost::int, fees::int,
       realised::int, leg, (extract(epoch from opened_at) * 1000)::text::numeric::text as opened
     from positions where bought_count > 0 order by position_id`,
  );
  expect(positions.rows).toEqual(
    run.positions
      .toSorted((a, b) => (a.positionId < b.positionId ? -1 : 1))
      .map((position) => ({
        position_id: position.positionId,
        state: position.state,
        quantity: position.quantity,
        basis: position.basis,
        bought_count: position.boughtCount,
        bought_cost: position.boughtCost,
        fees: position.fees,
        realised: position.realised,
        leg: position.leg,
        opened: expect.stringMatching(new RegExp(`^${position.openedAtMs}(\\.0+)?$`)) as string,
      })),
  );
  const fills = run.journal.filter((entry) => entry.kind === 'fill');
  const { rows } = await direct.query<{ key: string }>(
    `select trade_id || '|' || exchange_order_id as key from fills`,
  );
  expect(rows.map(({ key }) => key).toSorted()).toEqual(
    fills.map(({ fill }) => fillKey(fill)).toSorted(),
  );
}

describe('tables that follow from the journal', () => {
  it(
    `end up the same however entries are delivered, and as the domain has it (${RUNS} days)`,
    { timeout: 3_600_000 },
    async () => {
      let [entries, exits] = [0, 0];
      const database = await databases.fresh();
      const { db, direct } = database;
      for (let run = 0; run < RUNS; run += 1) {
        const where = `seed ${FIRST_SEED + run}`;
        const rng = seededRng(FIRST_SEED + run);
        const day = drawJournalRun(rng);
        entries += day.journal.length;
        await empty(database);
        await new PostgresJournalStore(db).append(day.journal);
        const expected = await folded(direct);
        exits += expected['position_exits']?.length ?? 0;
        await checkAgainstDomain(direct, day);

        await empty(database);
        const store = new PostgresJournalStore(db);
        for (const batch of drawDeliveries(rng, day.journal)) await store.append(batch);
        expect(await folded(direct), where).toEqual(expected);

        await empty(database);
        await Promise.all(
          [0, 1, 2].map(async (writer) => {
            const own = drawDeliveries(rng.fork(`writer ${writer}`), day.journal);
            for (const batch of own) await new PostgresJournalStore(db).append(batch);
          }),
        );
        expect(await folded(direct), where).toEqual(expected);
      }
      expect(entries).toBeGreaterThan(RUNS * 8);
      expect(exits).toBeGreaterThan(RUNS / 2);
    },
  );

  it('have the whole of a trade, and nothing of a batch that fails', async () => {
    const { db, direct } = await databases.fresh();
    const store = new PostgresJournalStore(db);
    await store.append(A_TRADE);
    const before = await folded(direct);
    expect(Object.values(before).map((rows) => rows.length)).toEqual([2, 2, 2, 1, 1, 1]);
    const sold = A_TRADE.find((entry) => entry.kind === 'fill');
    if (sold?.kind !== 'fill') throw new Error('a trade has a fill');
    const good: JournalEntry = {
      ...sold,
      journalId: 'fill:good',
      fill: { ...sold.fill, tradeId: 'good' },
    };
    const bad: JournalEntry = {
      ...sold,
      journalId: 'fill:bad',
      // A venue's word that no table knows.
      fill: { ...sold.fill, tradeId: 'bad', role: 'referee' as 'taker' },
    };
    await expect(store.append([good, bad])).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/append to the journal: .*fills_role_check/s) as string,
    });
    expect(await folded(direct)).toEqual(before);
    expect(await store.entries()).toEqual(A_TRADE);
  });

  it('are the same when the answer of a statement is lost and it is sent again', async () => {
    const [once, again] = [await databases.fresh(), await databases.fresh(twice)];
    await new PostgresJournalStore(once.db).append(A_TRADE);
    await new PostgresJournalStore(again.db).append(A_TRADE);
    expect(await folded(again.direct)).toEqual(await folded(once.direct));
  });

  it('give what an order has traded', async () => {
    const { db, direct } = await databases.fresh();
    await new PostgresJournalStore(db).append(A_TRADE);
    const { rows } = await direct.query<{ value: string; fees: string; count: string }>(
      `select value::text, fees::text, count::text from order_fills where client_order_id = 'entry-entry-1'`,
    );
    const bought = A_TRADE.flatMap((entry) =>
      entry.kind === 'fill' && entry.purpose === 'entry' ? [entry.fill] : [],
    );
    expect(rows).toEqual([
      {
        value: String(addMoney(...bought.map(({ price, count }) => cost(price, count)))),
        fees: '7',
        count: '1000',
      },
    ]);
  });

  it('takes one call for a batch', async () => {
    const { db, calls } = await databases.fresh();
    const before = calls();
    await new PostgresJournalStore(db).append(A_TRADE);
    expect(calls() - before).toBe(1);
  });
});
