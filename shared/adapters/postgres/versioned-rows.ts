import { sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { HistoryEvent } from '../../ports/history.ts';
import { gameStates, lines, lineVersions, markets, stateEvents } from './schema.ts';

/** A table that holds a row for each version of its subjects, and how a version is read off what was told. */
type VersionedTable = {
  readonly table: typeof markets | typeof gameStates | typeof lineVersions;
  readonly kind: HistoryEvent['kind'];
  /** Where what was told is kept, and which of its rows count. */
  readonly log: typeof stateEvents | typeof lines;
  readonly counts: SQL;
  /** What a version is of: each column with what it is in the log. */
  readonly subject: readonly (readonly [PgColumn, SQL])[];
  /** What makes a version: an event that tells the same as the one before it makes none. */
  readonly attributes: SQL;
  /** The columns beside subject, validity and attributes, each as an expression over `attributes`. */
  readonly columns: readonly (readonly [PgColumn, SQL])[];
};

const member = (path: SQL, type: string): SQL => sql`cast(attributes ${path} as ${sql.raw(type)})`;
/** Epoch milliseconds as a time; a double holds today's to well below a microsecond. */
const instantAt = (path: SQL): SQL => sql`to_timestamp(${member(path, 'double precision')} / 1000)`;
const ofMarket = (key: string): SQL => sql.raw(`-> 'market' ->> '${key}'`);
const ofFees = (key: string): SQL => sql.raw(`-> 'market' -> 'fees' ->> '${key}'`);
const ofMapping = (key: string): SQL => sql.raw(`-> 'mapping' ->> '${key}'`);
const ofState = (key: string): SQL => sql.raw(`->> '${key}'`);
const ofOutcome = (key: string): SQL => sql.raw(`-> 'probabilities' ->> '${key}'`);

export const VERSIONED: readonly VersionedTable[] = [
  {
    table: markets,
    kind: 'market',
    log: stateEvents,
    counts: sql`kind = 'market'`,
    subject: [[markets.ticker, sql`${stateEvents.subject}`]],
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
    log: stateEvents,
    counts: sql`kind = 'game_state'`,
    subject: [
      [gameStates.gameId, sql`${stateEvents.subject}`],
      // States of before there were several sources are ESPN's.
      [gameStates.source, sql`coalesce(body -> 'state' ->> 'source', 'espn')`],
    ],
    attributes: sql`(body -> 'state') - 'gameId' - 'source' - 'sourceTimeMs' - 'receivedMs'`,
    columns: [
      [gameStates.phase, member(ofState('phase'), 'text')],
      [gameStates.startTime, instantAt(ofState('startTimeMs'))],
      [gameStates.homeScore, member(ofState('homeScore'), 'double precision')],
      [gameStates.awayScore, member(ofState('awayScore'), 'double precision')],
      [gameStates.period, member(ofState('period'), 'double precision')],
      [gameStates.clockSeconds, member(ofState('clockSeconds'), 'double precision')],
    ],
  },
  {
    table: lineVersions,
    kind: 'line',
    log: lines,
    counts: sql`true`,
    subject: [[lineVersions.gameId, sql`${lines.gameId}`]],
    attributes: sql`said`,
    columns: [
      [lineVersions.code, member(ofState('code'), 'text')],
      [lineVersions.rule, member(ofState('rule'), 'text')],
      [lineVersions.homeProbability, member(ofOutcome('home'), 'double precision')],
      [lineVersions.drawProbability, member(ofOutcome('draw'), 'double precision')],
      [lineVersions.awayProbability, member(ofOutcome('away'), 'double precision')],
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
  const { table, log, counts, subject, attributes, columns } = versioned;
  const { validFrom, validTo, attributes: kept } = table;
  const written = [validTo, kept, ...columns.map(([column]) => column)];
  const keys = list(subject.map((_, at) => part(at)));
  const said = list(subject.map(([, inLog], at) => sql`${inLog} as ${part(at)}`));
  const isOf = (each: (column: PgColumn, inLog: SQL, at: number) => SQL): SQL =>
    sql.join(
      subject.map(([column, inLog], at) => each(column, inLog, at)),
      sql` and `,
    );
  return sql`with told as (
      select ${said}, min(at) as since from ${log}
      where event_id in (select jsonb_array_elements_text(cast(${JSON.stringify(eventIds)} as jsonb)))
        and ${counts}
      group by ${keys}
    ), anchor as (
      select ${keys}, coalesce(max(${validFrom}), '-infinity') as since
      from told left join ${table}
        on ${isOf((column, _, at) => sql`${column} = told.${part(at)}`)} and ${validFrom} < told.since
      group by ${keys}
    ), log as (
      select distinct on (${keys}, at) ${list(subject.map((_, at) => sql`anchor.${part(at)}`))}, at,
        ${attributes} as attributes
      from ${log} join anchor on ${isOf((_, inLog, at) => sql`${inLog} = anchor.${part(at)}`)}
      where ${counts} and at >= since
      order by ${keys}, at, event_id collate "C" desc
    ), changed as (
      select ${keys}, at, attributes,
        lag(attributes) over (partition by ${keys} order by at) as before
      from log
    ), versions as (
      select ${keys}, at as valid_from, attributes,
        lead(at) over (partition by ${keys} order by at) as valid_to
      from changed where before is null or before <> attributes
    ), gone as (
      delete from ${table} using anchor
      where ${isOf((column, _, at) => sql`${column} = anchor.${part(at)}`)} and ${validFrom} >= anchor.since
        and not exists (select 1 from versions where versions.valid_from = ${validFrom}
          and ${isOf((_, __, at) => sql`versions.${part(at)} = anchor.${part(at)}`)})
    )
    insert into ${table} (${list([...subject.map(([column]) => name(column)), name(validFrom), ...written.map(name)])})
    select ${list([keys, sql`valid_from`, sql`valid_to`, sql`attributes`, ...columns.map(([, value]) => value)])}
    from versions
    on conflict (${list(subject.map(([column]) => name(column)))}, valid_from) do update set ${list(
      written.map((column) => sql`${name(column)} = excluded.${name(column)}`),
    )} where ${validTo} is distinct from excluded.valid_to or ${kept} <> excluded.attributes`;
}

/** What a part of the subject is called between log and table. */
function part(at: number): SQL {
  return sql.raw(`part_${at}`);
}

/** The bare name of a column, as lists of columns want it. */
function name(column: PgColumn): SQL {
  return sql`${sql.identifier(column.name)}`;
}

function list(items: readonly SQL[]): SQL {
  return sql.join([...items], sql`, `);
}
