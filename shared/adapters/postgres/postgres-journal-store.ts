import { asc, gt, sql, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { JournalEntry } from '../../domain/ledger/journal.ts';
import type { JournalStore } from '../../ports/history.ts';
import type { Database } from './data-api-database.ts';
import { asking } from './database-problem.ts';
import { foldJournal } from './fold-journal.ts';
import { IN_ORDER, insertRows, lockAs, requestChunks, type Row } from './json-rows.ts';
import { PAGE_ROWS, readPages } from './read-pages.ts';
import {
  exitAttempts,
  fills,
  journal,
  orders,
  orderTransitions,
  positionExits,
  positions,
} from './schema.ts';

type Inside = Pick<Database, 'execute'>;

/**
 * The journal in Postgres, and the tables that follow from it, changed in the same transaction: one call writes the
 * entries that are new, one folds them into orders, fills, positions and exits. However often and in whatever order
 * entries are delivered, the tables end up the same. Rejects with a `DatabaseProblem`; then the batch may come again.
 */
export class PostgresJournalStore implements JournalStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async append(entries: readonly JournalEntry[]): Promise<void> {
    for (const chunk of requestChunks(entries))
      await asking('append to the journal', () =>
        this.#db.transaction((inside) => appendChunk(inside, chunk)),
      );
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

async function appendChunk(inside: Inside, entries: readonly JournalEntry[]): Promise<void> {
  const fresh = await insertJournal(inside, entries);
  const statement = foldStatement(fresh);
  if (statement !== null) await inside.execute(statement);
}

/** Writes the entries that are not there yet and gives them back. The lock makes appends follow one another. */
async function insertJournal(
  inside: Inside,
  entries: readonly JournalEntry[],
): Promise<readonly JournalEntry[]> {
  const first = new Map<string, JournalEntry>();
  for (const entry of entries) if (!first.has(entry.journalId)) first.set(entry.journalId, entry);
  const { rows } = await inside.execute(
    sql`with ${lockAs('journal')} ${insertRows(journal, [...first.values()].map(journalRow))}
      cross join writer ${IN_ORDER} on conflict (journal_id) do nothing returning journal_id`,
  );
  const written = new Set(rows.map((row) => row['journal_id']));
  return [...first.values()].filter(({ journalId }) => written.has(journalId));
}

function journalRow(entry: JournalEntry): Row<typeof journal> {
  return { journalId: entry.journalId, kind: entry.kind, at: entry.atMs, entry };
}

/** All the tables at once; null when nothing follows from these entries. */
function foldStatement(entries: readonly JournalEntry[]): SQL | null {
  const folded = foldJournal(entries);
  const writes = [
    write(orderTransitions, folded.transitions, sql`on conflict do nothing`),
    write(orders, folded.orders, FURTHER_ORDER),
    write(fills, folded.fills, sql`on conflict do nothing`),
    write(positions, folded.positions, ADDED_POSITION),
    write(positionExits, folded.exits, WIDER_EXIT),
    write(exitAttempts, folded.attempts, FURTHER_ATTEMPT),
  ].filter((statement) => statement !== null);
  if (writes.length === 0) return null;
  const parts = writes.map((statement, index) => sql`${sql.raw(`w${index}`)} as (${statement})`);
  return sql`with ${sql.join(parts, sql`, `)} select 1 as folded`;
}

function write<T extends PgTable>(table: T, rows: readonly Row<T>[], onConflict: SQL): SQL | null {
  return rows.length === 0 ? null : sql`${insertRows(table, rows)} ${onConflict}`;
}

/** `column = merged` for each column; `was` is the row that is there, `excluded` the one that comes. */
function merge(
  columns: readonly PgColumn[],
  merged: (was: SQL, comes: SQL) => SQL,
): readonly SQL[] {
  return columns.map((column) => {
    const name = sql.identifier(column.name);
    return sql`${name} = ${merged(sql`${column}`, sql`excluded.${name}`)}`;
  });
}

const takes = (_was: SQL, comes: SQL): SQL => comes;
const adds = (was: SQL, comes: SQL): SQL => sql`${was} + ${comes}`;
const keepsEarliest = (was: SQL, comes: SQL): SQL => sql`least(${was}, ${comes})`;
const keepsLatest = (was: SQL, comes: SQL): SQL => sql`greatest(${was}, ${comes})`;

function set(...changes: readonly (readonly SQL[])[]): SQL {
  return sql.join(changes.flat(), sql`, `);
}

const FURTHER_ORDER = sql`on conflict (client_order_id) do update set ${set(
  merge([orders.state, orders.stateRank, orders.detail, orders.updatedAt, orders.journalId], takes),
)} where (excluded.state_rank, excluded.updated_at, excluded.journal_id collate "C")
  > (${orders.stateRank}, ${orders.updatedAt}, ${orders.journalId} collate "C")`;

const FURTHER_ATTEMPT = sql`on conflict (client_order_id) do update set ${set(
  merge(
    [
      exitAttempts.outcome,
      exitAttempts.outcomeRank,
      exitAttempts.detail,
      exitAttempts.outcomeAt,
      exitAttempts.journalId,
    ],
    takes,
  ),
)} where (excluded.outcome_rank, excluded.outcome_at, excluded.journal_id collate "C")
  > (${exitAttempts.outcomeRank}, ${exitAttempts.outcomeAt}, ${exitAttempts.journalId} collate "C")`;

const WIDER_EXIT = sql`on conflict (position_id, generation) do update set ${set(
  merge([positionExits.decidedAt], keepsEarliest),
  merge([positionExits.lastDecidedAt, positionExits.lastAttempt], keepsLatest),
)}`;

const ADDED_POSITION = sql`on conflict (position_id) do update set ${set(
  merge(
    [
      positions.boughtCount,
      positions.boughtCost,
      positions.soldCount,
      positions.soldBasis,
      positions.proceeds,
      positions.settledCount,
      positions.settledBasis,
      positions.payout,
      positions.fees,
    ],
    adds,
  ),
  merge([positions.exchangeIndex], (was, comes) => sql`coalesce(${was}, ${comes})`),
  merge([positions.openedAt], keepsEarliest),
  merge([positions.closedAt], keepsLatest),
  merge(
    [positions.closeCause],
    (was, comes) => sql`case
      when excluded.closed_at is null then ${was}
      when ${positions.closedAt} is null or excluded.closed_at > ${positions.closedAt} then ${comes}
      when excluded.closed_at < ${positions.closedAt} then ${was}
      else greatest(${was} collate "C", ${comes} collate "C") end`,
  ),
)}`;
