import { isOnGrid, LINEAR_CENT } from '../../domain/market/tick-grid.ts';
import { parseContracts } from '../../domain/money/contracts.ts';
import { ONE_DOLLAR, parsePrice, type Price } from '../../domain/money/price.ts';
import type { QuoteBar } from '../recording.ts';
import { csvRows, RowReader } from './csv-rows.ts';

const SECOND_MS = 1_000;
const MINUTE_S = 60;
/** Two weeks of minutes: a moneyline is not listed longer. */
const MAX_MINUTES = 20_160;
const COLUMNS = ['ts', 'price_close', 'price_mean', 'volume', 'ask_close', 'bid_close'];

/** The minutes of one market. */
export type KalshiMlbMinutes = {
  readonly quotes: readonly QuoteBar[];
  /** Price of the last trade before the end of the last minute; null without a minute. */
  readonly lastPrice: Price | null;
  /** Minutes whose bid was not below its ask; left out. */
  readonly crossed: number;
  /** Minutes with a quote off the grid of whole cents. */
  readonly offGrid: number;
};

/**
 * The minutes of candles_*_ML.csv: closing bid and ask in dollars, `ts` the minute's end in Unix seconds. Minutes rise; a
 * price outside 0 to 1 dollar or with more than four decimals, or a volume that is none, is an ImportRefusal. A bid of
 * nothing or an ask of a dollar is how the exchange writes a side that nobody quoted.
 */
export async function readKalshiMlbMinutes(
  file: string,
  ticker: string,
): Promise<KalshiMlbMinutes> {
  const quotes: QuoteBar[] = [];
  let lastPrice: Price | null = null;
  let beforeMs = 0;
  let [crossed, offGrid, rows] = [0, 0, 0];
  const reader = new RowReader(file, COLUMNS);
  for await (const row of csvRows(file, COLUMNS)) {
    const atMs = minuteEnd(reader.at(row));
    if (atMs <= beforeMs) reader.refuse(0, `later than ${beforeMs / SECOND_MS}, the row before it`);
    beforeMs = atMs;
    lastPrice = dollars(reader, 1);
    const quote = readQuote(reader, ticker, atMs);
    if (quote.bid !== null && quote.ask !== null && quote.bid >= quote.ask) crossed += 1;
    else quotes.push(quote);
    if (!isWhole(quote.bid) || !isWhole(quote.ask)) offGrid += 1;
    rows += 1;
    if (rows > MAX_MINUTES) reader.refuse(0, `at most ${MAX_MINUTES} minutes of one market`);
  }
  return { quotes, lastPrice, crossed, offGrid };
}

/** How many rows a file of minutes has; its columns are checked, its cells are not. */
export async function countMinutes(file: string): Promise<number> {
  let rows = 0;
  for await (const row of csvRows(file, COLUMNS)) if (row.cells.length > 0) rows += 1;
  return rows;
}

function minuteEnd(reader: RowReader): number {
  return reader.read(0, 'Unix seconds of a whole minute', (text) =>
    /^\d{10}$/.test(text) && Number(text) % MINUTE_S === 0 ? Number(text) * SECOND_MS : null,
  );
}

function readQuote(reader: RowReader, market: string, atMs: number): QuoteBar {
  const [ask, bid] = [dollars(reader, 4), dollars(reader, 5)];
  if (ask === 0) reader.refuse(4, 'more than nothing; a dollar where nobody asks');
  if (bid === ONE_DOLLAR) reader.refuse(5, 'less than a dollar; nothing where nobody bids');
  const volume = reader.read(3, 'a count of contracts with at most two decimals', (text) => {
    const count = parseContracts(text);
    return typeof count === 'number' ? count : null;
  });
  return {
    kind: 'quote',
    atMs,
    market,
    bid: bid === 0 ? null : bid,
    ask: ask === ONE_DOLLAR ? null : ask,
    volume,
  };
}

function dollars(reader: RowReader, column: number): Price {
  return reader.read(column, 'dollars from 0 to 1 with at most four decimals', (text) => {
    const read = parsePrice(text);
    return typeof read === 'number' ? read : null;
  });
}

function isWhole(quoted: Price | null): boolean {
  return quoted === null || isOnGrid(quoted, LINEAR_CENT);
}
