import { filesIn, Tally, type ClosingOdds, type ClosingOddsSet } from './closing-odds.ts';
import { csvColumns, RowReader } from './csv-rows.ts';
import { decimalAt } from './decimal-odds.ts';

/** PSC is Pinnacle's close; PS without the C is its opening. */
const COLUMNS = ['Date', 'FTHG', 'FTAG', 'FTR', 'PSCH', 'PSCD', 'PSCA'];
const AT = { date: 0, homeGoals: 1, awayGoals: 2, result: 3 } as const;
const ODDS: readonly number[] = [4, 5, 6];
const RESULTS = 'HDA';

/**
 * Pinnacle's closing three-way odds from football-data.co.uk's files of one division (`E0_2425.csv`), in the order home,
 * draw, away. Each file begins with a BOM; dates are of the United Kingdom, dd/mm/yyyy. The result must be that of the
 * goals.
 */
export async function readSoccerClosing(folder: string, division: string): Promise<ClosingOddsSet> {
  const files = filesIn(folder, new RegExp(`^${division}_.*\\.csv(\\.gz)?$`), `${division}_*.csv`);
  const events: ClosingOdds[] = [];
  const leftOut = new Tally();
  for (const file of files) {
    const reader = new RowReader(file, COLUMNS);
    for await (const row of csvColumns(file, COLUMNS)) {
      reader.at(row);
      if (reader.text(AT.result) === '') leftOut.add('no result');
      else if (ODDS.some((column) => reader.text(column) === '')) leftOut.add('no closing odds');
      else
        events.push({
          cluster: reader.read(AT.date, 'a date such as 16/08/2024', dayOf),
          decimalOdds: ODDS.map((column) => decimalAt(reader, column)),
          happened: resultOf(reader),
        });
    }
  }
  return { files, events, leftOut: leftOut.counts, noted: {} };
}

function dayOf(text: string): string | null {
  const [, day, month, year] = /^([0-3]\d)\/([01]\d)\/(20\d{2})$/.exec(text) ?? [];
  return day === undefined ? null : `${year}-${month}-${day}`;
}

function resultOf(reader: RowReader): number {
  const margin = reader.integer(AT.homeGoals, 0, 40) - reader.integer(AT.awayGoals, 0, 40);
  const happened = margin > 0 ? 0 : margin === 0 ? 1 : 2;
  if (reader.text(AT.result) !== RESULTS[happened])
    reader.refuse(AT.result, `${RESULTS[happened]}, as the goals say`);
  return happened;
}
