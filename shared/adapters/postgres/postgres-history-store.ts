import { sql, type SQL } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { HistoryEvent, HistoryStore } from '../../ports/history.ts';
import type { Database } from './data-api-database.ts';
import { asking } from './database-problem.ts';
import { historyRows } from './history-rows.ts';
import { IN_ORDER, insertRows, lockAs, requestChunks, type Row } from './json-rows.ts';
import { readHistory } from './read-history.ts';
import {
  edges,
  entryRefusals,
  feeds,
  lines,
  marks,
  markSamples,
  runs,
  scoredBatches,
  scoredMarkets,
  stateEvents,
} from './schema.ts';
import { reviseVersions, VERSIONED } from './versioned-rows.ts';

type Inside = Pick<Database, 'execute'>;

/**
 * History in Postgres. A batch is one statement; where it tells of markets or games, their versions are brought up to
 * date in the same transaction. However often and in whatever order events are delivered, the tables end up the same.
 * Rejects with a `DatabaseProblem`; then the batch may come again.
 */
export class PostgresHistoryStore implements HistoryStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async append(events: readonly HistoryEvent[]): Promise<void> {
    for (const chunk of requestChunks(events))
      await asking('append to history', () => appendChunk(this.#db, chunk));
  }

  events(): Promise<readonly HistoryEvent[]> {
    return asking('read history', () => readHistory(this.#db));
  }
}

async function appendChunk(db: Database, events: readonly HistoryEvent[]): Promise<void> {
  if (events.some(({ kind }) => VERSIONED.some((versioned) => versioned.kind === kind)))
    await db.transaction((inside) => appendVersioned(inside, events));
  else await db.execute(appendStatement(events));
}

/**
 * Versions are revised for every event of the batch, also for one that was there: a statement whose answer was lost is
 * sent again, and would then call nothing new.
 */
async function appendVersioned(inside: Inside, events: readonly HistoryEvent[]): Promise<void> {
  await inside.execute(appendStatement(events));
  for (const versioned of VERSIONED) {
    const ids = events.filter(({ kind }) => kind === versioned.kind).map(({ eventId }) => eventId);
    if (ids.length > 0) await inside.execute(reviseVersions(versioned, ids));
  }
}

/** Writes what is new. */
function appendStatement(events: readonly HistoryEvent[]): SQL {
  const rows = historyRows(events);
  const parts = [
    ...withParts('scored', scoredBatches, rows.scoredBatches, scoredMarkets, rows.scoredMarkets),
    ...withParts('sampled', markSamples, rows.markSamples, marks, rows.marks),
    ...newOnes('new_edges', edges, rows.edges),
    ...newOnes('new_refusals', entryRefusals, rows.entryRefusals),
    ...newOnes('new_feeds', feeds, rows.feeds),
    ...newOnes('new_runs', runs, rows.runs),
    ...newOnes('new_states', stateEvents, rows.stateEvents),
    ...newOnes('new_lines', lines, rows.lines),
  ];
  return sql`with ${sql.join([lockAs('history'), ...parts], sql`, `)} select 1 as done`;
}

/** Rows whose event is not there yet. The lock makes appends follow one another. */
function newRows<T extends PgTable>(table: T, rows: readonly Row<T>[]): SQL {
  return sql`${insertRows(table, rows)} cross join writer ${IN_ORDER} on conflict (event_id) do nothing`;
}

function newOnes<T extends PgTable>(name: string, table: T, rows: readonly Row<T>[]): SQL[] {
  return rows.length === 0 ? [] : [sql`${sql.raw(name)} as (${newRows(table, rows)})`];
}

/** Rows of a new event, and those that belong to it. */
function withParts<T extends PgTable, P extends PgTable>(
  name: string,
  table: T,
  rows: readonly Row<T>[],
  partTable: P,
  partRows: readonly Row<P>[],
): SQL[] {
  if (rows.length === 0) return [];
  const whole = sql.raw(name);
  const written = [sql`${whole} as (${newRows(table, rows)} returning event_id)`];
  if (partRows.length > 0)
    written.push(
      sql`${sql.raw(`${name}_parts`)} as (${insertRows(partTable, partRows)} join ${whole} using (event_id) ${IN_ORDER})`,
    );
  return written;
}
