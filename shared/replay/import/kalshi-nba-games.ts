import type { EpochMs, GameMapping, GameSide, Market } from '../../domain/market/market.ts';
import { contracts, parseContracts, type Contracts } from '../../domain/money/contracts.ts';
import { parseScaled } from '../../domain/money/decimal-text.ts';
import { price } from '../../domain/money/price.ts';
import { LINEAR_CENT } from '../../domain/market/tick-grid.ts';
import type { TradeBar } from '../recording.ts';
import { csvRows, RowReader } from './csv-rows.ts';
import { easternToEpochMs, parseTwelveHourTime } from './eastern-time.ts';
import { NBA_TEAMS } from './nba-teams.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** After this many bars the input is refused: they are put in order of time in memory. */
const MAX_BARS = 5_000_000;

export const CLOSE_AFTER_TIP_MS = 14 * DAY_MS;
export const EXPECTED_LENGTH_MS = 3 * 60 * MINUTE_MS;
export const SETTLEMENT_TIMER_MS = MINUTE_MS;

const GAME_COLUMNS = [
  'ticker',
  'nba_game_id',
  'game_date_et',
  'away',
  'home',
  'yes_side',
  'tip_et',
  'away_pts',
  'home_pts',
  'result',
  'first_trade_minute_ts',
  'last_trade_minute_ts',
  'traded_minutes',
  'volume_contracts',
  'last_price_cents',
];
const BAR_COLUMNS = ['ticker', 'end_ts', 'open', 'high', 'low', 'close', 'volume'];
const TICKER = /^KXNBAGAME-(\d{2})([A-Z]{3})(\d{2})([A-Z]{3})([A-Z]{3})-([A-Z]{3})$/;
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** One row of the list of markets. */
export type KalshiNbaGame = {
  readonly line: number;
  readonly ticker: string;
  readonly gameId: string;
  readonly date: string;
  readonly away: string;
  readonly home: string;
  readonly yesSide: GameSide;
  readonly tipMs: EpochMs;
  readonly awayScore: number;
  readonly homeScore: number;
  readonly result: 'yes' | 'no';
  readonly firstBarMs: EpochMs;
  readonly lastBarMs: EpochMs;
  readonly bars: number;
  readonly volume: Contracts;
};

/** The markets of kalshi_nba_games.csv by ticker; a row that contradicts itself or its ticker is an ImportRefusal. */
export async function readKalshiNbaGames(
  file: string,
): Promise<ReadonlyMap<string, KalshiNbaGame>> {
  const games = new Map<string, KalshiNbaGame>();
  const reader = new RowReader(file, GAME_COLUMNS);
  for await (const row of csvRows(file, GAME_COLUMNS)) {
    const game = readGame(reader.at(row));
    if (games.has(game.ticker)) reader.refuse(0, 'each ticker once');
    games.set(game.ticker, game);
  }
  return games;
}

function readGame(reader: RowReader): KalshiNbaGame {
  const code = (column: number): string =>
    reader.read(column, `one of ${[...NBA_TEAMS.keys()].join(' ')}`, (text) =>
      NBA_TEAMS.has(text) ? text : null,
    );
  const date = reader.read(2, 'a date such as 2025-04-19', parseIsoDate);
  const [away, home, yes] = [code(3), code(4), code(5)];
  const ticker = reader.read(
    0,
    'KXNBAGAME-YYMMMDDAWAYHOME-SIDE of the row it stands in',
    (text) => {
      const [, yy, mmm = '', dd, ...sides] = TICKER.exec(text) ?? [];
      const agrees =
        Number(yy) === date.year - 2000 &&
        MONTHS.indexOf(mmm) === date.month - 1 &&
        Number(dd) === date.day &&
        sides.join() === [away, home, yes].join();
      return agrees ? text : null;
    },
  );
  const yesSide =
    yes === home ? 'home' : yes === away ? 'away' : reader.refuse(5, `${away} or ${home}`);
  const tipMs = reader.read(6, 'a time in New York such as 7:30p', (text) => {
    const time = parseTwelveHourTime(text);
    return time === null ? null : easternToEpochMs({ ...date, ...time });
  });
  const [awayScore, homeScore] = [reader.integer(7, 1, 300), reader.integer(8, 1, 300)];
  const won = yesSide === (homeScore > awayScore ? 'home' : 'away') ? 'yes' : 'no';
  return {
    line: reader.line,
    ticker,
    gameId: `nba:${reader.read(1, 'ten digits', (text) => (/^\d{10}$/.test(text) ? text : null))}`,
    date: reader.text(2),
    away,
    home,
    yesSide,
    tipMs,
    awayScore,
    homeScore,
    result: reader.read(9, `${won}, by the score`, (text) => (text === won ? won : null)),
    firstBarMs: reader.integer(10, 1, 9_999_999_999) * SECOND_MS,
    lastBarMs: reader.integer(11, 1, 9_999_999_999) * SECOND_MS,
    bars: reader.integer(12, 1, MAX_BARS),
    volume: readVolume(reader, 13),
  };
}

/**
 * The bars of kalshi_nba_trade_candles_1m.csv[.gz], prices in cents, by ticker. Within a market minutes rise; a price
 * outside 1 to 99 cents, an open or close outside low and high, or a minute without volume is an ImportRefusal.
 */
export async function readKalshiNbaBars(
  file: string,
  onRow: (rows: number) => void,
): Promise<ReadonlyMap<string, readonly TradeBar[]>> {
  const bars = new Map<string, TradeBar[]>();
  const reader = new RowReader(file, BAR_COLUMNS);
  let rows = 0;
  for await (const row of csvRows(file, BAR_COLUMNS)) {
    const bar = readBar(reader.at(row));
    const known = bars.get(bar.market);
    const before = known?.at(-1);
    if (before !== undefined && before.atMs >= bar.atMs)
      reader.refuse(1, `later than ${before.atMs / SECOND_MS}, the bar before it in its market`);
    if (known === undefined) bars.set(bar.market, [bar]);
    else known.push(bar);
    rows += 1;
    if (rows > MAX_BARS) reader.refuse(0, `at most ${MAX_BARS} rows in one import`);
    onRow(rows);
  }
  return bars;
}

function readBar(reader: RowReader): TradeBar {
  const cents = (column: number) =>
    reader.read(column, 'a price from 1 to 99 cents', (text) => {
      const units = parseScaled(text, 2);
      return typeof units === 'number' && units >= 100 && units <= 9_900 ? price(units) : null;
    });
  const [open, high, low, close] = [cents(2), cents(3), cents(4), cents(5)];
  if (low > open || low > close) reader.refuse(4, 'at most the open and the close');
  if (high < open || high < close) reader.refuse(3, 'at least the open and the close');
  return {
    kind: 'bar',
    atMs: reader.read(1, 'Unix seconds of a whole minute', (text) =>
      /^\d{10}$/.test(text) && Number(text) % 60 === 0 ? Number(text) * SECOND_MS : null,
    ),
    market: reader.read(0, 'a KXNBAGAME ticker', (text) => (TICKER.test(text) ? text : null)),
    open,
    high,
    low,
    close,
    volume: readVolume(reader, 6),
  };
}

function readVolume(reader: RowReader, column: number): Contracts {
  return reader.read(column, 'a positive count of contracts with at most two decimals', (text) => {
    const count = parseContracts(text);
    return typeof count === 'number' && count > 0 ? contracts(count) : null;
  });
}

/** The market as it stood when it first traded, with what the source does not tell filled in by stated assumptions. */
export function kalshiNbaMarket(game: KalshiNbaGame): {
  readonly market: Market;
  readonly mapping: GameMapping;
} {
  const eventTicker = game.ticker.slice(0, game.ticker.lastIndexOf('-'));
  const winner = teamName(game.yesSide === 'home' ? game.home : game.away);
  return {
    market: {
      ticker: game.ticker,
      eventTicker,
      seriesTicker: 'KXNBAGAME',
      exchangeIndex: 0,
      title: `${teamName(game.away)} at ${teamName(game.home)}: ${winner} wins`,
      status: 'active',
      openTimeMs: game.firstBarMs - MINUTE_MS,
      closeTimeMs: game.tipMs + CLOSE_AFTER_TIP_MS,
      expectedExpirationMs: game.tipMs + EXPECTED_LENGTH_MS,
      settlementTimerMs: SETTLEMENT_TIMER_MS,
      priceRanges: LINEAR_CENT,
      fees: { makerFeeType: 'quadratic_with_maker_fees', multiplierMillionths: 1_000_000 },
    },
    mapping: {
      market: game.ticker,
      gameId: game.gameId,
      league: 'nba',
      yesSide: game.yesSide,
      startTimeMs: game.tipMs,
      evidence: [
        `ticker names ${game.date} ${game.away}@${game.home}`,
        'result table has the same date, teams, start and score',
      ],
    },
  };
}

function teamName(code: string): string {
  return NBA_TEAMS.get(code) ?? code;
}

function parseIsoDate(
  text: string,
): { readonly year: number; readonly month: number; readonly day: number } | null {
  const match = /^(20\d{2})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return null;
  return { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
}
