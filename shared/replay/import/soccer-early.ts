import { Tally, type ClosingOdds } from './closing-odds.ts';
import { csvColumns, RowReader } from './csv-rows.ts';
import { decimalAt } from './decimal-odds.ts';
import { soccerFiles } from './soccer-closing.ts';
import { hasResult, MATCH_COLUMNS, matchAt } from './soccer-match.ts';

/** A match with the odds of a book and of an exchange at two times: some days before, and at the close. */
export type EarlyMatch = Pick<ClosingOdds, 'cluster' | 'happened'> & {
  /** Decimal odds, home, draw, away. */
  readonly odds: Readonly<Record<EarlyPrice, readonly number[]>>;
};

export type EarlyPrice = keyof typeof COLUMNS_OF;

export type EarlyMatchSet = {
  readonly files: readonly string[];
  readonly matches: readonly EarlyMatch[];
  /** Rows that are left out, by the first reason. */
  readonly leftOut: Readonly<Record<string, number>>;
};

/** PS is Pinnacle, BFE the Betfair exchange; a C before the outcome is the close. */
const COLUMNS_OF = {
  bookEarly: ['PSH', 'PSD', 'PSA'],
  exchangeEarly: ['BFEH', 'BFED', 'BFEA'],
  bookClose: ['PSCH', 'PSCD', 'PSCA'],
  exchangeClose: ['BFECH', 'BFECD', 'BFECA'],
} as const;
const MISSING: Readonly<Record<EarlyPrice, string>> = {
  bookEarly: 'no earlier odds of Pinnacle',
  exchangeEarly: 'no earlier odds of the exchange',
  bookClose: 'no closing odds of Pinnacle',
  exchangeClose: 'no closing odds of the exchange',
};
const PRICES: readonly EarlyPrice[] = ['bookEarly', 'exchangeEarly', 'bookClose', 'exchangeClose'];
const COLUMNS = [...MATCH_COLUMNS, ...PRICES.flatMap((price) => COLUMNS_OF[price])];
const placesOf = (price: EarlyPrice): readonly number[] =>
  COLUMNS_OF[price].map((name) => COLUMNS.indexOf(name));

/**
 * Pinnacle's and the Betfair exchange's three-way odds before and at the close, of football-data.co.uk's files of one
 * division. The source says of the earlier ones that they are of Friday afternoon for a weekend and of Tuesday
 * afternoon for the days between; no file has a time. A match that lacks one of the four is left out and counted.
 */
export async function readSoccerEarly(folder: string, division: string): Promise<EarlyMatchSet> {
  const files = soccerFiles(folder, division);
  const matches: EarlyMatch[] = [];
  const leftOut = new Tally();
  for (const file of files) {
    const reader = new RowReader(file, COLUMNS);
    for await (const row of csvColumns(file, COLUMNS)) {
      reader.at(row);
      const missing = PRICES.find((price) =>
        placesOf(price).some((column) => reader.text(column) === ''),
      );
      if (!hasResult(reader)) leftOut.add('no result');
      else if (missing !== undefined) leftOut.add(MISSING[missing]);
      else matches.push({ ...matchAt(reader), odds: oddsAt(reader) });
    }
  }
  return { files, matches, leftOut: leftOut.counts };
}

function oddsAt(reader: RowReader): EarlyMatch['odds'] {
  const of = (price: EarlyPrice): readonly number[] =>
    placesOf(price).map((column) => decimalAt(reader, column));
  return {
    bookEarly: of('bookEarly'),
    exchangeEarly: of('exchangeEarly'),
    bookClose: of('bookClose'),
    exchangeClose: of('exchangeClose'),
  };
}
