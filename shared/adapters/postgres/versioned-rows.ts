import { sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { gameStates, markets, stateEvents, type StateEvent } from './schema.ts';

/** A table that holds a row for each version of its subjects, and how a version is read off an event. */
type VersionedTable = {
  readonly table: typeof markets | typeof gameStates;
  readonly kind: StateEvent['kind'];
  readonly subject: PgColumn;
  /** What makes a version: an event that tells the same as the one before it makes none. */
  readonly attributes: SQL;
  /** The columns beside key, validity and attributes, each as an expression over `attributes`. */
  readonly columns: readonly (readonly [PgColumn, SQL])[];
};

const member = (path: SQL, type: string): SQL => sql`cast(attributes ${path} as ${sql.raw(type)})`;
/** Epoch milliseconds as a time; a double holds today's to well below a microsecond. */
const instantAt = (path: SQL): SQL => sql`to_timestamp(${member(path, 'double precision')} / 1000)`;
const ofMarket = (key: string): SQL => sql.raw(`-> 'market' ->> '${key}'`);
const ofFees = (key: string): SQL => sql.raw(`-> 'market' -> 'fees' ->> '${key}'`);
const ofMapping = (key: string): SQL => sql.raw(`-> 'mapping' ->> '${key}'`);
const ofState = (key: string): SQL => sql.raw(`->> '${key}'`);

export const VERSIONED: readonly VersionedTable[] = [
  {
    table: markets,
    kind: 'market',
    subject: markets.ticker,
    attributes: sql`body - 'kind'`,
    columns: [
      [markets.eventTicker, member(ofMarket('eventTicker'), 'text')],
      [markets.seriesTicker, member(ofMarket('seriesTicker'), 'text')],
      [markets.exchangeIndex, member(ofMarket('exchangeIndex'), 'integer')],
      [markets.title, member(ofMarket('title'), 'text')],
      [markets.status, member(ofMarket('status'), 'text')],
      [markets.openTime, instantAt(ofMarket('openTimeMs'))],
      [markets.closeTime, instantAt(ofMarket('closeTimeMs'))],
      [markets.expectedExpiration, instantAt(ofMarket('expectedExpirationMs'))],
      [markets.settlementTimerMs, member(ofMarket('settlementTimerMs'), 'bigint')],
      [markets.makerFeeType, member(ofFees('makerFeeType'), 'text')],
      [markets.feeMultiplierMillionths, member(ofFees('multiplierMillionths'), 'bigint')],
      [markets.gameId, member(ofMapping('gameId'), 'text')],
      [markets.yesSide, member(ofMapping('yesSide'), 'text')],
      [markets.startTime, instantAt(ofMapping('startTimeMs'))],
    ],
  },
  {
    table: gameStates,
    kind: 'game_state',
    subject: gameStates.gameId,
    attributes: sql`(body -> 'state') - 'gameId' - 'sourceTimeMs' - 'receivedMs'`,
    columns: [
      [gameStates.phase, member(ofState('phase'), 'text')],
      [gameStates.startTime, instantAt(ofState('startTimeMs'))],
      [gameStates.homeScore, member(ofState('homeScore'), 'double precision')],
      [gameStates.awayScore, member(ofState('awayScore'), 'double precision')],
      [gameStates.period, member(ofState('period'), 'double precision')],
      [gameStates.clockSeconds, member(ofState('clockSeconds'), 'double precision')],
    ],
  },
];

/**
 * Brings the versions of the subjects of new events up to date with all events told of them, whatever came first: an
 * event takes its place by its time (of two at the same time the one with the greater id counts), one that tells the
 * same as the version before it makes none. Everything up to the last version that begins before the new events stays
 * as it is; from there on versions are made anew, and only rows that differ are written.
 */
export function reviseVersions(versioned: VersionedTable, eventIds: readonly string[]): SQL {
  const { table, kind, subject, attributes, columns } = versioned;
  const { validFrom, validTo, attributes: kept } = table;
  const written = [validTo, kept, ...columns.map(([column]) => column)];
  return sql`with told as (
      select subject, min(at) as since from ${stateEvents}
      where event_id in (select jsonb_array_elements_text(cast(${JSON.stringify(eventIds)} as jsonb)))
        and kind = ${kind}
      group by subject
    ), anchor as (
      select told.subject as subject, coalesce(max(${validFrom}), '-infinity') as since
      from told left join ${table} on ${subject} = told.subject and ${validFrom} < told.since
      group by told.subject
    ), log as (
      select distinct on (subject, at) subject, at, ${attributes} as attributes
      from ${stateEvents} join anchor using (subject)
      where kind = ${kind} and at >= since
      order by subject, at, event_id collate "C" desc
    ), changed as (
      select subject, at, attributes,
        lag(attributes) over (partition by subject order by at) as before
      from log
    ), versions as (
      select subject, at as valid_from, attributes,
        lead(at) over (partition by subject order by at) as valid_to
      from changed where before is null or before <> attributes
    ), gone as (
      delete from ${table} using anchor
      where ${subject} = anchor.subject and ${validFrom} >= anchor.since
        and ${validFrom} not in (select valid_from from versions where versions.subject = anchor.subject)
    )
    insert into ${table} (${list([name(subject), name(validFrom), ...written.map(name)])})
    select ${list([sql`subject`, sql`valid_from`, sql`valid_to`, sql`attributes`, ...columns.map(([, value]) => value)])}
    from versions
    on conflict (${name(subject)}, valid_from) do update set ${list(
      written.map((column) => sql`${name(column)} = excluded.${name(column)}`),
    )} where ${validTo} is distinct from excluded.valid_to or ${kept} <> excluded.attributes`;
}

/** The bare name of a column, as lists of columns want it. */
function name(column: PgColumn): SQL {
  return sql`${sql.identifier(column.name)}`;
}

function list(items: readonly SQL[]): SQL {
  return sql.join([...items], sql`, `);
}
