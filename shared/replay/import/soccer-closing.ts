import { filesIn, Tally, type ClosingOdds, type ClosingOddsSet } from './closing-odds.ts';
import { csvColumns, RowReader } from './csv-rows.ts';
import { decimalAt } from './decimal-odds.ts';
import { hasResult, MATCH_COLUMNS, matchAt } from './soccer-match.ts';

/** PSC is Pinnacle's close; PS without the C is its opening. */
const COLUMNS = [...MATCH_COLUMNS, 'PSCH', 'PSCD', 'PSCA'];
const ODDS: readonly number[] = [4, 5, 6];

/**
 * Pinnacle's closing three-way odds from football-data.co.uk's files of one division (`E0_2425.csv`), in the order
 * home, draw, away. Each file begins with a BOM.
 */
export async function readSoccerClosing(folder: string, division: string): Promise<ClosingOddsSet> {
  const files = soccerFiles(folder, division);
  const events: ClosingOdds[] = [];
  const leftOut = new Tally();
  for (const file of files) {
    const reader = new RowReader(file, COLUMNS);
    for await (const row of csvColumns(file, COLUMNS)) {
      reader.at(row);
      if (!hasResult(reader)) leftOut.add('no result');
      else if (ODDS.some((column) => reader.text(column) === '')) leftOut.add('no closing odds');
      else
        events.push({
          ...matchAt(reader),
          decimalOdds: ODDS.map((column) => decimalAt(reader, column)),
        });
    }
  }
  return { files, events, leftOut: leftOut.counts, noted: {} };
}

/** The files of one division, a season each. */
export function soccerFiles(folder: string, division: string): readonly string[] {
  return filesIn(folder, new RegExp(`^${division}_.*\\.csv(\\.gz)?$`), `${division}_*.csv`);
}
