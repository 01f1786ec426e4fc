import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { EpochMs } from '../../domain/market/market.ts';
import type { GameResult } from '../../domain/models/rating-model.ts';
import { csvRows, RowReader } from './csv-rows.ts';
import { easternToEpochMs, parseTwelveHourTime } from './eastern-time.ts';
import { ImportRefusal } from './import-refusal.ts';
import { NBA_CODES, NEUTRAL_ARENAS } from './nba-teams.ts';

const MINUTE_MS = 60_000;
/** Tip-off is some minutes after the scheduled start, and a result has to travel. */
const RESULT_DELAY_MS = 30 * MINUTE_MS;
/** When the length of a game is not told. */
const LONGEST_GAME_MS = 240 * MINUTE_MS;

const COLUMNS = [
  'Date',
  'Start (ET)',
  'Visitor/Neutral',
  'PTS',
  'Home/Neutral',
  'PTS',
  '',
  '',
  'Attend.',
  'LOG',
  'Arena',
  'Notes',
];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** One played NBA game; teams by the exchange's codes. */
export type NbaGame = GameResult & {
  /** YYYY-MM-DD in New York. */
  readonly date: string;
  readonly startMs: EpochMs;
};

export type NbaResults = {
  readonly files: readonly string[];
  readonly games: readonly NbaGame[];
  /** Rows of games without a score. */
  readonly unplayed: number;
};

/**
 * The NBA results in a folder of Basketball-Reference schedule tables (`nba_*.csv`, times in New York). A result counts
 * as known half an hour after the scheduled start plus the game's length (`LOG`), four hours after the start where the
 * length is missing. Games in Mexico City, Paris and Las Vegas have no home side. A season is named by the year it ends
 * in and turns on the first of July.
 */
export async function readNbaResults(resultsDir: string): Promise<NbaResults> {
  const files = existsSync(resultsDir)
    ? readdirSync(resultsDir)
        .filter((name) => /^nba_.*\.csv(\.gz)?$/.test(name))
        .toSorted()
        .map((name) => join(resultsDir, name))
    : [];
  if (files.length === 0)
    throw new ImportRefusal({
      file: resultsDir,
      line: null,
      found: 'there is no nba_*.csv in the folder',
      allowed: 'results are Basketball-Reference schedule tables, one file a season',
    });
  const games: NbaGame[] = [];
  const seen = new Map<string, string>();
  let unplayed = 0;
  for (const file of files) {
    const reader = new RowReader(file, COLUMNS);
    for await (const row of csvRows(file, COLUMNS)) {
      reader.at(row);
      if (reader.text(3) === '' && reader.text(5) === '') {
        unplayed += 1;
        continue;
      }
      const game = readGame(reader);
      const key = gameKey(game);
      const where = `${file}, line ${row.line}`;
      const before = seen.get(key);
      if (before !== undefined)
        reader.refuse(0, `each pairing once a day, and ${key} stands at ${before} already`);
      seen.set(key, where);
      games.push(game);
    }
  }
  return { files, games, unplayed };
}

/** Date and pairing, which name one game. */
export function gameKey(game: Pick<NbaGame, 'date' | 'away' | 'home'>): string {
  return `${game.date} ${game.away}@${game.home}`;
}

function readGame(reader: RowReader): NbaGame {
  const date = reader.read(0, 'a date such as Tue Oct 18 2022', parseDate);
  const startMs = reader.read(1, 'a time in New York such as 7:30p', (text) => {
    const time = parseTwelveHourTime(text);
    return time === null ? null : easternToEpochMs({ ...date, ...time });
  });
  const team = (column: number): string =>
    reader.read(column, 'the name of an NBA team', (text) => NBA_CODES.get(text) ?? null);
  const [away, home] = [team(2), team(4)];
  const [awayScore, homeScore] = [reader.integer(3, 1, 300), reader.integer(5, 1, 300)];
  if (away === home) reader.refuse(4, 'another team than the visitor');
  if (awayScore === homeScore)
    reader.refuse(5, 'another score than the visitor: no NBA game is drawn');
  const lengthMs = reader.read(9, 'hours and minutes such as 2:31, or nothing', parseLength);
  return {
    season: date.month >= 7 ? date.year + 1 : date.year,
    date: [date.year, pad(date.month), pad(date.day)].join('-'),
    home,
    away,
    neutral: NEUTRAL_ARENAS.has(reader.text(10)),
    homeScore,
    awayScore,
    startMs,
    finishedAtMs: startMs + (lengthMs === 0 ? LONGEST_GAME_MS : lengthMs + RESULT_DELAY_MS),
  };
}

function parseDate(
  text: string,
): { readonly year: number; readonly month: number; readonly day: number } | null {
  const match = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d{4})$/.exec(text);
  const month = MONTHS.indexOf(match?.[1] ?? '') + 1;
  return match === null || month === 0
    ? null
    : { year: Number(match[3]), month, day: Number(match[2]) };
}

/** Milliseconds; zero when the cell is empty. */
function parseLength(text: string): number | null {
  if (text === '') return 0;
  const match = /^(\d):([0-5]\d)$/.exec(text);
  return match === null ? null : (Number(match[1]) * 60 + Number(match[2])) * MINUTE_MS;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
