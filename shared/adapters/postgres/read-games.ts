import { and, asc, eq, gt, sql, type SQL } from 'drizzle-orm';
import type { League } from '../../domain/market/leagues.ts';
import { outcomesOf } from '../../domain/market/leagues.ts';
import type { EpochMs, GameId } from '../../domain/market/market.ts';
import { invariant } from '../../domain/money/invariant.ts';
import { probability } from '../../domain/money/probability.ts';
import {
  JUDGED_BEFORE_MS,
  JUDGED_EVERY_MS,
  LOOKED_BACK_MS,
  type RecordedLine,
  type RecordedState,
  type TimeSpan,
} from '../../domain/reports/game-record.ts';
import { epochMs, epochMsOrNull } from './columns.ts';
import type { Database } from './data-api-database.ts';
import { readPages } from './read-pages.ts';
import { gameStates, lines, markets } from './schema.ts';

/** A game of which something was kept, and its schedule. */
export type KeptGame = {
  readonly gameId: GameId;
  readonly league: League;
  readonly startTimeMs: EpochMs;
};

/** What a game must have to be asked for. */
export type GamesAsked = 'touched' | 'started';

/** A page of games is short: their rows are read one by one. */
const PAGE_GAMES = 500;
/** A page of blends of all six books stays below the 1 MiB of an answer. */
const PAGE_LINES = 500;
/** More states than any game has: a row for each score, period and phase of each source. */
const MOST_STATES = 5_000;

/** The games of ours of a window, by start, then id. */
export async function readGames(
  db: Database,
  window: TimeSpan,
  asked: GamesAsked,
): Promise<readonly KeptGame[]> {
  const games = await readPages(
    (after) =>
      db
        .select({
          seq: sql<number>`number`.mapWith(Number),
          row: {
            gameId: sql<GameId>`game_id`,
            league: sql<League>`league`,
            startTimeMs:
              sql<EpochMs>`cast(extract(epoch from start_time) * 1000 as bigint)`.mapWith(Number),
          },
        })
        .from(sql`(${gamesIn(window, asked)}) as games`)
        .where(sql`number > ${after}`)
        .orderBy(sql`number`)
        .limit(PAGE_GAMES),
    PAGE_GAMES,
  );
  return games;
}

/**
 * Games near the window by their lines or by a market's mapping, with their start as the last line told it, else as the
 * first market has it; of those the ones that were asked for, numbered in their order. Each part is served by an index:
 * markets by game, lines and states of one game. Games are found one after the other in the index of lines by game: of
 * a day's lines, which are wide, each would have to be read.
 */
function gamesIn({ fromMs, toMs }: TimeSpan, asked: GamesAsked): SQL {
  const from = instantOf(fromMs);
  const to = instantOf(toMs);
  const near = instantOf(fromMs - LOOKED_BACK_MS);
  const starts = sql`start_time >= ${from} and start_time < ${to}`;
  const touched = sql`(${starts}
    or exists (select 1 from ${lines} where ${lines.gameId} = scheduled.game_id
      and ${lines.at} >= ${from} and ${lines.at} < ${to})
    or exists (select 1 from ${gameStates} where ${gameStates.gameId} = scheduled.game_id
      and ${gameStates.validFrom} >= ${from} and ${gameStates.validFrom} < ${to}))`;
  return sql`with recursive mapped as (
      select distinct on (game_id) game_id, attributes -> 'mapping' ->> 'league' as league, start_time
      from ${markets} where is_current and game_id is not null
      order by game_id, ticker collate "C"
    ), told as (
      (select game_id from ${lines} order by game_id limit 1)
      union all
      select (select game_id from ${lines} where ${lines.gameId} > told.game_id order by game_id limit 1)
      from told where told.game_id is not null
    ), near as (
      select game_id from told where exists (select 1 from ${lines} where ${lines.gameId} = told.game_id
        and ${lines.at} >= ${near} and ${lines.at} < ${to})
      union
      select game_id from mapped where start_time >= ${near} and start_time < ${to}
    ), scheduled as (
      select near.game_id, coalesce(last_line.league, mapped.league) as league,
        coalesce(last_line.start_time, mapped.start_time) as start_time
      from near
        left join lateral (
          select league, start_time from ${lines} where ${lines.gameId} = near.game_id
          order by at desc, event_id collate "C" desc limit 1
        ) as last_line on true
        left join mapped on mapped.game_id = near.game_id
    )
    select game_id, league, start_time,
      row_number() over (order by start_time, game_id collate "C") as number
    from scheduled where ${asked === 'started' ? starts : touched}`;
}

/** What was told of a game's line, thinned to what those who asked for its game look at; by time, then id. */
export async function readLines(
  db: Database,
  game: KeptGame,
  asked: GamesAsked,
): Promise<readonly RecordedLine[]> {
  const { seq, eventId, at, phase, code, rule, said, asOf } = lines;
  const { homeProbability: home, drawProbability: draw, awayProbability: away } = lines;
  const rows = await readPages(
    (after) =>
      db
        .select({
          seq,
          row: {
            eventId,
            atMs: epochMs(at),
            phase,
            code,
            rule,
            home,
            draw,
            away,
            said,
            asOfMs: epochMsOrNull(asOf),
          },
        })
        .from(lines)
        .where(
          and(
            eq(lines.gameId, game.gameId),
            gt(seq, after),
            sql`${seq} in (${asked === 'started' ? judgedLines(game) : thinnedLines(game)})`,
          ),
        )
        .orderBy(asc(seq))
        .limit(PAGE_LINES),
    PAGE_LINES,
  );
  return rows
    .map((row) => {
      const { atMs, code: refusal, rule: by, asOfMs } = row;
      const told = { eventId: row.eventId, atMs, phase: row.phase };
      if (refusal !== null) return { ...told, line: { kind: 'refused', code: refusal } } as const;
      invariant(by !== null && asOfMs !== null, 'a line that is kept has a rule and a time');
      const probabilities = outcomesOf(game.league).map((outcome) =>
        probability(row[outcome] ?? NaN),
      );
      const { books } = row.said;
      return { ...told, line: { kind: 'line', rule: by, probabilities, books, asOfMs } } as const;
    })
    .toSorted((a, b) => a.atMs - b.atMs || (a.eventId < b.eventId ? -1 : 1));
}

/**
 * Of lines that say the same of whether there is one, of one phase and on one side of the start, none of them more than
 * a minute from the next, the last of each minute of the clock; and every one beside anything else.
 */
function thinnedLines({ gameId, startTimeMs }: KeptGame): SQL {
  return sql`select seq from (
      select seq, at, phase, code, is_before,
        lag(at) over told as last_at, lag(phase) over told as last_phase, lag(code) over told as last_code,
        lead(at) over told as next_at, lead(phase) over told as next_phase, lead(code) over told as next_code,
        lead(is_before) over told as next_is_before
      from (select *, at < ${instantOf(startTimeMs)} as is_before from ${lines}
        where game_id = ${gameId}) as of_game
      window told as (order by at, event_id collate "C")
    ) as told
    where last_at is null or next_at is null
      or phase <> last_phase or phase <> next_phase
      or code is distinct from last_code or code is distinct from next_code
      or is_before <> next_is_before
      or at - last_at > interval '1 minute' or next_at - at > interval '1 minute'
      or date_trunc('minute', at) <> date_trunc('minute', next_at)`;
}

/**
 * Of what was told from an hour before the start on, the last word of each five minutes of the clock, and the closing
 * line.
 */
function judgedLines({ gameId, startTimeMs }: KeptGame): SQL {
  const start = instantOf(startTimeMs);
  const since = instantOf(startTimeMs - JUDGED_BEFORE_MS);
  const judged = sql`from ${lines} where game_id = ${gameId} and at >= ${since}`;
  const cell = sql`floor(extract(epoch from at) / ${sql.raw(String(JUDGED_EVERY_MS / 1_000))})`;
  return sql`(select distinct on (${cell}) seq ${judged}
      order by ${cell}, at desc, event_id collate "C" desc)
    union
    (select seq ${judged} and code is null and at < ${start} and as_of < ${start}
      order by at desc, as_of desc, event_id collate "C" desc limit 1)`;
}

/** Where a game stood by each source; by time, then source. */
export async function readStates(db: Database, gameId: GameId): Promise<readonly RecordedState[]> {
  const { source, validFrom, phase, homeScore, awayScore } = gameStates;
  const states = await db
    .select({ source, fromMs: epochMs(validFrom), phase, homeScore, awayScore })
    .from(gameStates)
    .where(eq(gameStates.gameId, gameId))
    .orderBy(asc(validFrom), asc(source))
    .limit(MOST_STATES);
  return states;
}

function instantOf(atMs: EpochMs): SQL {
  return sql`cast(${new Date(atMs).toISOString()} as timestamptz)`;
}
