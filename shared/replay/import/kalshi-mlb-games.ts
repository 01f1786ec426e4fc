import type { EpochMs, GameMapping, GameSide, Market } from '../../domain/market/market.ts';
import { LINEAR_CENT } from '../../domain/market/tick-grid.ts';
import { csvRows, RowReader } from './csv-rows.ts';
import { easternToEpochMs } from './eastern-time.ts';
import { MLB_TEAMS } from './mlb-teams.ts';
import { parseUtc, UTC_TIME } from './utc-time.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** More rows than this are refused: every one has files of its own. */
const MAX_GAMES = 10_000;

export const SETTLEMENT_TIMER_MS = MINUTE_MS;
const CLOSE_AFTER_START_MS = 14 * DAY_MS;
const EXPECTED_LENGTH_MS = 3 * HOUR_MS;

const COLUMNS = [
  'game_code',
  'away',
  'home',
  'game_pk',
  'ml_ticker',
  'ml_result',
  'tot_ticker',
  'tot_result',
  'game_start_utc',
  'market_close_utc',
];
const TICKER = /^(KXMLBGAME-(\d{2})([A-Z]{3})(\d{2})(\d{2})(\d{2})([A-Z]{4,6}))-([A-Z]{2,3})$/;
const TOTAL_TICKER = /^KXMLBTOTAL-[0-9A-Z]+-\d+$/;
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** One row of the list of games: its moneyline. */
export type KalshiMlbGame = {
  readonly line: number;
  /** Names the game's other files. */
  readonly code: string;
  readonly gameId: string;
  readonly away: string;
  readonly home: string;
  readonly eventTicker: string;
  readonly ticker: string;
  readonly yesSide: GameSide;
  readonly result: 'yes' | 'no';
  /** First pitch as the row has it, and as the ticker has it in New York. */
  readonly startMs: EpochMs;
  readonly tickerStartMs: EpochMs;
  readonly closeMs: EpochMs;
};

/**
 * The games of games.csv in the order of its rows, one moneyline each. A row that contradicts its own ticker, but in its
 * time, is an ImportRefusal; which team YES is comes from the ticker's last part against away and home.
 */
export async function readKalshiMlbGames(file: string): Promise<readonly KalshiMlbGame[]> {
  const games = new Map<string, KalshiMlbGame>();
  const codes = new Set<string>();
  const reader = new RowReader(file, COLUMNS);
  for await (const row of csvRows(file, COLUMNS)) {
    const game = readGame(reader.at(row));
    if (games.has(game.ticker)) reader.refuse(4, 'each ticker once');
    if (codes.has(game.code)) reader.refuse(0, 'each game once');
    games.set(game.ticker, game);
    codes.add(game.code);
    if (games.size > MAX_GAMES) reader.refuse(0, `at most ${MAX_GAMES} games in one import`);
  }
  return [...games.values()];
}

function readGame(reader: RowReader): KalshiMlbGame {
  const team = (column: number): string =>
    reader.read(column, 'a code of two or three capitals', (text) =>
      /^[A-Z]{2,3}$/.test(text) ? text : null,
    );
  const [away, home] = [team(1), team(2)];
  if (away === home) reader.refuse(2, `another team than ${away}`);
  const code = reader.read(0, `${away}${home}, by its teams`, (text) =>
    text === `${away}${home}` ? text : null,
  );
  const named = reader.read(
    4,
    'KXMLBGAME-YYMMMDDHHMMAWAYHOME-SIDE with the teams of its row',
    (text) => {
      const read = readTicker(text);
      return read !== null && read.teams === code && [away, home].includes(read.yes) ? read : null;
    },
  );
  reader.read(6, 'a KXMLBTOTAL ticker', (text) => (TOTAL_TICKER.test(text) ? text : null));
  return {
    line: reader.line,
    code,
    gameId: `mlb:${reader.read(3, 'a number of six digits', (text) => (/^\d{6}$/.test(text) ? text : null))}`,
    away,
    home,
    eventTicker: named.eventTicker,
    ticker: reader.text(4),
    yesSide: named.yes === home ? 'home' : 'away',
    result: reader.read(5, 'yes or no', (text) => (text === 'yes' || text === 'no' ? text : null)),
    startMs: reader.read(8, UTC_TIME, parseUtc),
    tickerStartMs: named.startMs,
    closeMs: reader.read(9, UTC_TIME, parseUtc),
  };
}

function readTicker(text: string): {
  readonly eventTicker: string;
  readonly teams: string;
  readonly yes: string;
  readonly startMs: EpochMs;
} | null {
  const [, eventTicker, yy, mmm = '', dd, hh, mm, teams, yes] = TICKER.exec(text) ?? [];
  if (eventTicker === undefined || teams === undefined || yes === undefined) return null;
  const startMs = easternToEpochMs({
    year: 2000 + Number(yy),
    month: MONTHS.indexOf(mmm) + 1,
    day: Number(dd),
    hour: Number(hh),
    minute: Number(mm),
  });
  return startMs === null ? null : { eventTicker, teams, yes, startMs };
}

/** The market as it stood in its first recorded minute; what the source does not tell is filled in by stated assumptions. */
export function kalshiMlbMarket(
  game: KalshiMlbGame,
  firstMinuteMs: EpochMs,
): { readonly market: Market; readonly mapping: GameMapping } {
  const winner = teamName(game.yesSide === 'home' ? game.home : game.away);
  return {
    market: {
      ticker: game.ticker,
      eventTicker: game.eventTicker,
      seriesTicker: 'KXMLBGAME',
      exchangeIndex: 0,
      title: `${teamName(game.away)} at ${teamName(game.home)}: ${winner} wins`,
      status: 'active',
      openTimeMs: firstMinuteMs - MINUTE_MS,
      closeTimeMs: game.startMs + CLOSE_AFTER_START_MS,
      expectedExpirationMs: game.startMs + EXPECTED_LENGTH_MS,
      settlementTimerMs: SETTLEMENT_TIMER_MS,
      priceRanges: LINEAR_CENT,
      fees: { makerFeeType: 'quadratic_with_maker_fees', multiplierMillionths: 1_000_000 },
    },
    mapping: {
      market: game.ticker,
      gameId: game.gameId,
      league: 'mlb',
      yesSide: game.yesSide,
      startTimeMs: game.startMs,
      evidence: [
        `ticker and row name ${game.away}@${game.home} and the same start`,
        'the first play follows the start',
      ],
    },
  };
}

function teamName(code: string): string {
  return MLB_TEAMS.get(code) ?? code;
}
