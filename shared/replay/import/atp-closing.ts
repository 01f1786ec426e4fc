import { createHash } from 'node:crypto';
import { filesIn, Tally, type ClosingOdds, type ClosingOddsSet } from './closing-odds.ts';
import { csvColumns, RowReader } from './csv-rows.ts';
import { decimalAt } from './decimal-odds.ts';

const COLUMNS = ['file_year', 'Date', 'Winner', 'Loser', 'Comment', 'PSW', 'PSL'];
const AT = {
  fileYear: 0,
  date: 1,
  winner: 2,
  loser: 3,
  comment: 4,
  ofWinner: 5,
  ofLoser: 6,
} as const;

/** How a match that was not played to its end is treated. */
export type UnfinishedMatches = 'left_out' | 'retired_counted';

/**
 * Pinnacle's odds on ATP matches from tennis-data.co.uk (`atp_odds_*.csv`). Rows name the winner first, which would give
 * the outcome away by its place: which player comes first here is decided by a hash of the date and both names, the same
 * each time and blind to the result. Walkovers, and retirements unless they are counted for the player who went on, are
 * left out: a book and the exchange settle them differently. Some rows carry another year than their file, a typing
 * error of the source: a day of one file is a cluster of its own. Odds of exactly 1 are no odds.
 */
export async function readAtpClosing(
  folder: string,
  unfinished: UnfinishedMatches,
): Promise<ClosingOddsSet> {
  const files = filesIn(folder, /^atp_odds_.*\.csv(\.gz)?$/, 'atp_odds_*.csv.gz');
  const events: ClosingOdds[] = [];
  const [leftOut, noted] = [new Tally(), new Tally()];
  for (const file of files) {
    const reader = new RowReader(file, COLUMNS);
    for await (const row of csvColumns(file, COLUMNS)) {
      reader.at(row);
      const comment = reader.text(AT.comment);
      const counts =
        comment === 'Completed' || (unfinished === 'retired_counted' && comment === 'Retired');
      if (reader.text(AT.ofWinner) === '' || reader.text(AT.ofLoser) === '')
        leftOut.add('no Pinnacle odds');
      else if (!counts) leftOut.add(comment === '' ? 'no comment' : comment.toLowerCase());
      else {
        const [winner, loser] = [decimalAt(reader, AT.ofWinner), decimalAt(reader, AT.ofLoser)];
        if (winner === 1 || loser === 1) leftOut.add('odds of exactly 1');
        else {
          events.push(matchOf(reader, winner, loser));
          if (!reader.text(AT.date).startsWith(reader.text(AT.fileYear)))
            noted.add('dated in another year than the file');
          if (1 / winner + 1 / loser < 1) noted.add('odds that pay more than fair');
        }
      }
    }
  }
  return { files, events, leftOut: leftOut.counts, noted: noted.counts };
}

function matchOf(reader: RowReader, ofWinner: number, ofLoser: number): ClosingOdds {
  const date = reader.read(AT.date, 'a date such as 2012-10-01', (text) =>
    /^20\d{2}-[01]\d-[0-3]\d$/.test(text) ? text : null,
  );
  const [winner, loser] = [reader.text(AT.winner), reader.text(AT.loser)];
  const winnerFirst = isFirst(date, winner, loser);
  return {
    cluster: `${reader.text(AT.fileYear)} ${date}`,
    decimalOdds: winnerFirst ? [ofWinner, ofLoser] : [ofLoser, ofWinner],
    happened: winnerFirst ? 0 : 1,
  };
}

/** Whether `a` comes first in a match of `a` and `b`; the same match told the other way round has the other answer. */
function isFirst(date: string, a: string, b: string): boolean {
  const names = a < b ? [a, b] : [b, a];
  const hash = createHash('sha256')
    .update([date, ...names].join('|'))
    .digest();
  return ((hash[0] ?? 0) % 2 === 0) === (a === names[0]);
}
