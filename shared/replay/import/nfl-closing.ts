import { parseOdds } from '../../domain/odds/odds.ts';
import { filesIn, Tally, type ClosingOdds, type ClosingOddsSet } from './closing-odds.ts';
import { csvColumns, RowReader } from './csv-rows.ts';

const COLUMNS = [
  'game_id',
  'season',
  'gameday',
  'away_score',
  'home_score',
  'location',
  'result',
  'away_moneyline',
  'home_moneyline',
];
const AT = { season: 1, day: 2, awayScore: 3, homeScore: 4, location: 5, result: 6 } as const;
const ODDS = { home: 8, away: 7 } as const;
/** Before it the file has no moneylines. */
const FIRST_SEASON = 2006;

/**
 * Closing moneylines of the NFL from nflverse's games (`nflverse_games_*.csv`), home first. A tie refunds a moneyline
 * bet and teaches nothing of it. Games on neutral ground are in: one side is named home, and its odds know it. `result`
 * is home less away and must say so.
 */
export async function readNflClosing(folder: string): Promise<ClosingOddsSet> {
  const files = filesIn(folder, /^nflverse_games_.*\.csv(\.gz)?$/, 'nflverse_games_*.csv.gz');
  const events: ClosingOdds[] = [];
  const [leftOut, noted] = [new Tally(), new Tally()];
  for (const file of files) {
    const reader = new RowReader(file, COLUMNS);
    for await (const row of csvColumns(file, COLUMNS)) {
      reader.at(row);
      if (reader.integer(AT.season, 1920, 2100) < FIRST_SEASON) leftOut.add('before 2006');
      else if (reader.text(ODDS.home) === '' || reader.text(ODDS.away) === '')
        leftOut.add('no moneyline');
      else if (reader.text(AT.result) === '') leftOut.add('no result');
      else {
        const result = reader.integer(AT.homeScore, 0, 200) - reader.integer(AT.awayScore, 0, 200);
        if (reader.text(AT.result) !== String(result))
          reader.refuse(AT.result, `home less away score, which is ${result}`);
        if (result === 0) {
          leftOut.add('tie');
          continue;
        }
        if (reader.text(AT.location) === 'Neutral') noted.add('neutral ground');
        events.push({
          cluster: reader.read(AT.day, 'a date such as 2024-09-08', dayOf),
          decimalOdds: [americanAt(reader, ODDS.home), americanAt(reader, ODDS.away)],
          happened: result > 0 ? 0 : 1,
        });
      }
    }
  }
  return { files, events, leftOut: leftOut.counts, noted: noted.counts };
}

function dayOf(text: string): string | null {
  return /^(19|20)\d{2}-[01]\d-[0-3]\d$/.test(text) ? text : null;
}

function americanAt(reader: RowReader, column: number): number {
  return reader.read(column, 'American odds such as -150 or 130', (text) => {
    const odds = parseOdds(text, 'american');
    return typeof odds === 'number' ? odds : null;
  });
}
