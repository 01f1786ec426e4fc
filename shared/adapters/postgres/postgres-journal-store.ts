import { asc, getTableName, gt, sql, type SQL } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { JournalEntry } from '../../domain/ledger/journal.ts';
import type { JournalStore } from '../../ports/history.ts';
import type { Database } from './data-api-database.ts';
import { asking } from './database-problem.ts';
import { foldJournal } from './fold-journal.ts';
import { IN_ORDER, insertRows, lockAs, requestChunks, type Row } from './json-rows.ts';
import { addChanges } from './position-changes.ts';
import { PAGE_ROWS, readPages } from './read-pages.ts';
import { exitAttempts, fills, journal, orders, orderTransitions, positionExits } from './schema.ts';

/**
 * The journal in Postgres, and the tables that follow from it: one statement writes the entries that are new and folds
 * them into orders, fills, positions and exits. However often and in whatever order entries are delivered, the tables
 * end up the same. Rejects with a `DatabaseProblem`; then the batch may come again.
 */
export class PostgresJournalStore implements JournalStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async append(entries: readonly JournalEntry[]): Promise<void> {
    for (const chunk of requestChunks(firstOfEachId(entries)))
      await asking('append to the journal', () => this.#db.execute(appendStatement(chunk)));
  }

  async entries(): Promise<readonly JournalEntry[]> {
    const rows = await asking('read the journal', () =>
      readPages((after) =>
        this.#db
          .select({ seq: journal.seq, row: { entry: journal.entry } })
          .from(journal)
          .where(gt(journal.seq, after))
          .orderBy(asc(journal.seq))
          .limit(PAGE_ROWS),
      ),
    );
    return rows.map(({ entry }) => entry).toSorted((a, b) => a.atMs - b.atMs);
  }
}

function firstOfEachId(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const first = new Map<string, JournalEntry>();
  for (const entry of entries) if (!first.has(entry.journalId)) first.set(entry.journalId, entry);
  return [...first.values()];
}

/** The lock makes appends follow one another. */
function appendStatement(entries: readonly JournalEntry[]): SQL {
  const folded = foldJournal(entries);
  const parts = [
    lockAs('journal'),
    sql`fresh as (${insertRows(journal, entries.map(journalRow))} cross join writer ${IN_ORDER}
      on conflict (journal_id) do nothing returning journal_id)`,
    ...upsert(orderTransitions, folded.transitions, sql`on conflict do nothing`),
    ...upsert(orders, folded.orders, FURTHER_ORDER),
    ...upsert(fills, folded.fills, sql`on conflict do nothing`),
    ...upsert(positionExits, folded.exits, WIDER_EXIT),
    ...upsert(exitAttempts, folded.attempts, FURTHER_ATTEMPT),
    ...(folded.changes.length === 0 ? [] : [sql`changed as (${addChanges(folded.changes)})`]),
  ];
  return sql`with ${sql.join(parts, sql`, `)} select count(*) as fresh from fresh`;
}

function journalRow(entry: JournalEntry): Row<typeof journal> {
  return { journalId: entry.journalId, kind: entry.kind, at: entry.atMs, entry };
}

/** Rows that merge with those of the same key; nothing is written before the lock is held. */
function upsert<T extends PgTable>(
  table: T,
  rows: readonly Row<T>[],
  onConflict: SQL,
): readonly SQL[] {
  if (rows.length === 0) return [];
  const name = sql.identifier(`to_${getTableName(table)}`);
  return [sql`${name} as (${insertRows(table, rows)} cross join writer ${IN_ORDER} ${onConflict})`];
}

/** The furthest state counts; of equals the later one, then the greater id. */
const FURTHER_ORDER = sql`on conflict (client_order_id) do update set
    state = excluded.state, state_rank = excluded.state_rank, detail = excluded.detail,
    updated_at = excluded.updated_at, journal_id = excluded.journal_id
  where (excluded.state_rank, excluded.updated_at, excluded.journal_id collate "C")
    > (orders.state_rank, orders.updated_at, orders.journal_id collate "C")`;

const FURTHER_ATTEMPT = sql`on conflict (client_order_id) do update set
    outcome = excluded.outcome, outcome_rank = excluded.outcome_rank, detail = excluded.detail,
    outcome_at = excluded.outcome_at, journal_id = excluded.journal_id
  where (excluded.outcome_rank, excluded.outcome_at, excluded.journal_id collate "C")
    > (exit_attempts.outcome_rank, exit_attempts.outcome_at, exit_attempts.journal_id collate "C")`;

const WIDER_EXIT = sql`on conflict (position_id, generation) do update set
    decided_at = least(position_exits.decided_at, excluded.decided_at),
    last_decided_at = greatest(position_exits.last_decided_at, excluded.last_decided_at),
    last_attempt = greatest(position_exits.last_attempt, excluded.last_attempt)`;
