import { sql, type SQL } from 'drizzle-orm';
import { integer, pgTable, text, type PgColumn } from 'drizzle-orm/pg-core';
import type { Leg } from '../../domain/edge/edge.ts';
import { instant, integer53 } from './columns.ts';
import { broughtRows, columnNames, type Row } from './json-rows.ts';
import { positions } from './schema.ts';

/** The shape in which entries of the journal are brought to `positions`; no table of the database. */
export const positionChanges = pgTable('position_changes', {
  journalId: text('journal_id').notNull(),
  positionId: text('position_id').notNull(),
  market: text('market').notNull(),
  leg: text('leg').$type<Leg>().notNull(),
  exchangeIndex: integer('exchange_index'),
  boughtCount: integer53('bought_count').notNull(),
  boughtCost: integer53('bought_cost').notNull(),
  soldCount: integer53('sold_count').notNull(),
  soldBasis: integer53('sold_basis').notNull(),
  proceeds: integer53('proceeds').notNull(),
  settledCount: integer53('settled_count').notNull(),
  settledBasis: integer53('settled_basis').notNull(),
  payout: integer53('payout').notNull(),
  fees: integer53('fees').notNull(),
  openedAt: instant('opened_at'),
  closedAt: instant('closed_at'),
  closeCause: text('close_cause'),
});

const SUMS = [
  positions.boughtCount,
  positions.boughtCost,
  positions.soldCount,
  positions.soldBasis,
  positions.proceeds,
  positions.settledCount,
  positions.settledBasis,
  positions.payout,
  positions.fees,
];

/**
 * Adds to the positions what the entries in `fresh` change, and only those: the statement that calls them fresh is the
 * one that writes them to the journal, so that no entry is added twice, also when a statement is sent twice. Of closings
 * the latest counts, of two at the same time the greater cause.
 */
export function addChanges(changes: readonly Row<typeof positionChanges>[]): SQL {
  return sql`insert into ${positions} (${columnNames(positions)})
    select position_id, min(market), min(leg), max(exchange_index), ${each(SUMS, (column) => sql`sum(${column})`)},
      min(opened_at), max(closed_at),
      (array_agg(close_cause order by closed_at desc, close_cause collate "C" desc)
        filter (where closed_at is not null))[1]
    from ${broughtRows(positionChanges, changes)} join fresh using (journal_id)
    group by position_id order by position_id
    on conflict (position_id) do update set
      ${each(SUMS, (column) => sql`${column} = positions.${column} + excluded.${column}`)},
      exchange_index = coalesce(positions.exchange_index, excluded.exchange_index),
      opened_at = least(positions.opened_at, excluded.opened_at),
      closed_at = greatest(positions.closed_at, excluded.closed_at),
      close_cause = case
        when excluded.closed_at is null then positions.close_cause
        when positions.closed_at is null or excluded.closed_at > positions.closed_at
          then excluded.close_cause
        when excluded.closed_at < positions.closed_at then positions.close_cause
        else greatest(positions.close_cause collate "C", excluded.close_cause collate "C") end`;
}

function each(columns: readonly PgColumn[], expression: (name: SQL) => SQL): SQL {
  return sql.join(
    columns.map((column) => expression(sql`${sql.identifier(column.name)}`)),
    sql`, `,
  );
}
