import { asc, gt, sql, type SQL } from 'drizzle-orm';
import type { LedgerEntry, Posting } from '../../domain/ledger/posting.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { LedgerStore } from '../../ports/ledger-store.ts';
import { epochMs } from './columns.ts';
import type { Database } from './data-api-database.ts';
import { asking } from './database-problem.ts';
import { IN_ORDER, insertRows, lockAs, requestChunks, type Row } from './json-rows.ts';
import { PAGE_ROWS, readPages } from './read-pages.ts';
import { ledgerEntries, postings } from './schema.ts';

/**
 * The ledger in Postgres. A batch is one statement: entries that are not there yet, with their postings, whole or not
 * at all. Rejects with a `DatabaseProblem`; then the same batch may be appended again.
 */
export class PostgresLedgerStore implements LedgerStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async append(entries: readonly LedgerEntry[]): Promise<void> {
    for (const chunk of requestChunks(firstOfEachId(entries)))
      await asking('append to the ledger', () => this.#db.execute(appendStatement(chunk)));
  }

  async entries(): Promise<readonly LedgerEntry[]> {
    const rows = await asking('read the ledger', () =>
      readPages((after) => entryPage(this.#db, after)),
    );
    return rows.map(entryOf);
  }
}

function entryPage(db: Database, after: number) {
  const { seq, entryId, bookedAt, sourceKind, fillKey, clientOrderId, market, reason } =
    ledgerEntries;
  const columns = { entryId, sourceKind, fillKey, clientOrderId, market, reason };
  return db
    .select({ seq, row: { ...columns, bookedAtMs: epochMs(bookedAt), postings: POSTINGS } })
    .from(ledgerEntries)
    .where(gt(seq, after))
    .orderBy(asc(seq))
    .limit(PAGE_ROWS);
}

/** The postings of an entry as one value, so that an entry is one row. */
const POSTINGS = sql<readonly Posting[]>`(
  select coalesce(jsonb_agg(jsonb_build_object('account', p.account, 'amount', p.amount) order by p.ordinal), '[]')
  from ${postings} p where p.entry_id = "ledger_entries"."entry_id")`.mapWith(
  (text: string) => JSON.parse(text) as readonly Posting[],
);

function appendStatement(entries: readonly LedgerEntry[]): SQL {
  return sql`with ${lockAs('ledger')},
    booked as (${insertRows(ledgerEntries, entries.map(entryRow))} cross join writer ${IN_ORDER}
      on conflict (entry_id) do nothing returning entry_id)
    ${insertRows(postings, entries.flatMap(postingRows))} join booked using (entry_id)`;
}

function firstOfEachId(entries: readonly LedgerEntry[]): readonly LedgerEntry[] {
  const first = new Map<string, LedgerEntry>();
  for (const entry of entries) if (!first.has(entry.entryId)) first.set(entry.entryId, entry);
  return [...first.values()];
}

function entryRow({ entryId, bookedAtMs, source }: LedgerEntry): Row<typeof ledgerEntries> {
  return {
    entryId,
    bookedAt: bookedAtMs,
    sourceKind: source.kind,
    fillKey: source.kind === 'fill' ? source.fillKey : null,
    clientOrderId: source.kind === 'fill' ? source.clientOrderId : null,
    market: source.kind === 'settlement' ? source.market : null,
    reason: source.kind === 'residual' ? source.reason : null,
  };
}

function postingRows({ entryId, postings: moved }: LedgerEntry): readonly Row<typeof postings>[] {
  return moved.map(({ account, amount }, ordinal) => ({ entryId, ordinal, account, amount }));
}

type EntryRow = Awaited<ReturnType<typeof entryPage>>[number]['row'];

function entryOf(row: EntryRow): LedgerEntry {
  return {
    entryId: row.entryId,
    bookedAtMs: row.bookedAtMs,
    source: sourceOf(row),
    postings: row.postings,
  };
}

function sourceOf(row: EntryRow): LedgerEntry['source'] {
  const { fillKey, clientOrderId, market, reason } = row;
  switch (row.sourceKind) {
    case 'opening':
      return { kind: 'opening' };
    case 'fill':
      return { kind: 'fill', fillKey: present(fillKey), clientOrderId: present(clientOrderId) };
    case 'settlement':
      return { kind: 'settlement', market: present(market) };
    case 'residual':
      return { kind: 'residual', reason: present(reason) };
  }
}

function present(value: string | null): string {
  invariant(value !== null, 'the table holds what a source of its kind has');
  return value;
}
