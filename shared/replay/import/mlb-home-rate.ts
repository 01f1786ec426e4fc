import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { HomeRate } from '../../domain/models/home-rate.ts';
import { csvRows, RowReader } from './csv-rows.ts';
import { easternToEpochMs } from './eastern-time.ts';
import { ImportRefusal } from './import-refusal.ts';

const FILE = /^espn_mlb_(20\d{2})_win_probability\.csv(?:\.gz)?$/;
const COLUMNS = ['espn_game_id', 'play_no', 'home_wp'];
const MAX_PLAYS = 1_000_000;

/** The share of home wins of one season, from what file, and the games whose end was not told. */
export type MlbHomeRate = {
  readonly rate: HomeRate;
  readonly file: string;
  readonly season: number;
  readonly unresolved: number;
};

/**
 * How often the home side won in the latest season before `year` that the folder has, from ESPN's win probability after
 * each play (`espn_mlb_YYYY_win_probability.csv`): the last one of a game is its outcome when it is 1 or 0, and the game
 * is left out otherwise. A season counts as over with its year, in New York.
 */
export async function readMlbHomeRate(resultsDir: string, year: number): Promise<MlbHomeRate> {
  const { file, season } = latestBefore(resultsDir, year);
  const reader = new RowReader(file, COLUMNS);
  const games = new Map<string, { readonly play: number; readonly homeWp: number }>();
  let rows = 0;
  for await (const row of csvRows(file, COLUMNS)) {
    reader.at(row);
    const game = reader.read(0, 'a number', (text) => (/^\d{1,12}$/.test(text) ? text : null));
    const play = reader.integer(1, 0, MAX_PLAYS);
    const before = games.get(game);
    if (before !== undefined && play <= before.play)
      reader.refuse(1, `more than ${before.play}, the play before it in its game`);
    const homeWp = reader.read(2, 'a probability from 0 to 1', (text) => {
      const value = /^\d(\.\d{1,9})?$/.test(text) ? Number(text) : NaN;
      return value >= 0 && value <= 1 ? value : null;
    });
    games.set(game, { play, homeWp });
    rows += 1;
    if (rows > MAX_PLAYS) reader.refuse(0, `at most ${MAX_PLAYS} plays of a season`);
  }
  const ends = [...games.values()].map(({ homeWp }) => homeWp);
  const homeWins = ends.filter((homeWp) => homeWp === 1).length;
  const decided = ends.filter((homeWp) => homeWp === 1 || homeWp === 0).length;
  const asOfMs = easternToEpochMs({ year: season + 1, month: 1, day: 1, hour: 0, minute: 0 });
  if (decided === 0 || asOfMs === null)
    throw new ImportRefusal({
      file,
      line: null,
      found: 'no game in it ends with 0 or 1',
      allowed: 'the last home_wp of a game is its outcome',
    });
  return {
    rate: {
      model: { name: 'home-rate-mlb', version: String(season) },
      games: decided,
      homeWins,
      asOfMs,
    },
    file,
    season,
    unresolved: ends.length - decided,
  };
}

function latestBefore(
  resultsDir: string,
  year: number,
): { readonly file: string; readonly season: number } {
  const names = existsSync(resultsDir) ? readdirSync(resultsDir).toSorted() : [];
  const seasons = names
    .map((name) => ({ file: join(resultsDir, name), season: Number(FILE.exec(name)?.[1]) }))
    .filter(({ season }) => season < year)
    .toSorted((a, b) => b.season - a.season);
  const [latest] = seasons;
  if (latest !== undefined) return latest;
  throw new ImportRefusal({
    file: resultsDir,
    line: null,
    found: `there is no espn_mlb_YYYY_win_probability.csv of a season before ${year}`,
    allowed: 'the home rate comes from an earlier season, plain or .gz',
  });
}
