import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { recordedMinutes } from '../../contracts/recording.ts';
import type { MarketResult } from '../../domain/market/market.ts';
import { modelLabel } from '../../domain/models/elo-versions.ts';
import { homeRateForecast } from '../../domain/models/home-rate.ts';
import { ONE_DOLLAR, type Price } from '../../domain/money/price.ts';
import { compareEvents, type QuoteBar, type RecordingEvent } from '../recording.ts';
import { writeRecording } from '../segments.ts';
import {
  kalshiMlbMarket,
  readKalshiMlbGames,
  SETTLEMENT_TIMER_MS,
  type KalshiMlbGame,
} from './kalshi-mlb-games.ts';
import { countMinutes, readKalshiMlbMinutes, type KalshiMlbMinutes } from './kalshi-mlb-minutes.ts';
import { readKalshiMlbPlays, type KalshiMlbPlays } from './kalshi-mlb-plays.ts';
import { ImportRefusal } from './import-refusal.ts';
import {
  fingerprintOf,
  Refusals,
  type ImportProgress,
  type ImportSummary,
} from './import-summary.ts';
import { readMlbHomeRate, type MlbHomeRate } from './mlb-home-rate.ts';

/** Why a well-formed row was left out. */
export type MlbRefusalReason =
  | 'total_market'
  | 'minute_of_total'
  | 'no_quotes'
  | 'quotes_off_grid'
  | 'times_inconsistent'
  | 'score_differs'
  | 'last_price_differs'
  | 'no_plays'
  | 'minute_crossed'
  | 'minute_of_refused_market'
  | 'minute_without_market'
  | 'season_game_unresolved';

const GAMES = 'games.csv';
const MINUTE_MS = 60_000;
const HALF_DOLLAR = ONE_DOLLAR / 2;
/** A quarter of a day after its time a first pitch belongs to another start. */
const LATEST_FIRST_PLAY_MS = 6 * 60 * MINUTE_MS;

const ASSUMPTIONS: readonly string[] = [
  'A quote is known at the end of its minute, and the source’s ts is that end (the exchange’s end_period_ts): in the games first collected a last minute with trades has a ts 27 seconds after the market’s close, which cannot be its beginning, and none has one a minute or more after it.',
  'Bid and ask are what the source recorded at the end of each minute. How much stood there was not recorded: depth is assumed by whoever replays.',
  'Minutes that the source does not have are not filled in. A bid of nothing or an ask of a dollar is a side that nobody quoted.',
  'Fees of KXMLBGAME, which the source does not tell: quadratic_with_maker_fees, multiplier 1. The grid is whole cents. All markets are on shard 0.',
  'A market opens with its first recorded minute and closes 14 days after first pitch unless it is determined before.',
  'A result is known and paid one minute after the market’s close or its last minute, whichever is later.',
  'Times of the source are UTC; the time in a ticker is New York wall clock and must agree.',
];

/**
 * Makes a recording of Kalshi's MLB moneylines with bid and ask: every quoted minute, one forecast a game at the market's
 * opening (the home rate of an earlier season, readMlbHomeRate) and the results. A market enters only when its ticker,
 * its row, its minutes and the plays of its game agree on times, when the final score has the winner of its result, and
 * when its last price lies on the side of its result. Totals are counted and left out. The same input gives the same bytes.
 */
export async function importKalshiMlb(input: {
  readonly pricesDir: string;
  readonly resultsDir: string;
  readonly outDir: string;
  readonly onProgress?: (at: ImportProgress) => void;
}): Promise<ImportSummary<MlbRefusalReason>> {
  const { pricesDir } = input;
  const onProgress = input.onProgress ?? (() => undefined);
  const refusals = new Refusals<MlbRefusalReason>();
  const gamesFile = requiredFile(pricesDir, GAMES);
  const games = await readKalshiMlbGames(gamesFile);
  onProgress({ stage: 'markets', done: games.length });

  const files = [gamesFile];
  const accepted: Accepted[] = [];
  for (const game of games) {
    const read = await readGame(pricesDir, game);
    files.push(...read.files);
    refusals.count('total_market', 1);
    refusals.count('minute_of_total', read.totalMinutes);
    refusals.count('minute_crossed', read.minutes?.crossed ?? 0);
    const judged = judge(game, read.minutes, read.plays);
    if (judged.kind === 'accepted') accepted.push(judged);
    else {
      const { reason, detail } = judged;
      refusals.tell(reason, `${gamesFile}, line ${game.line}: ${game.ticker} ${detail}`);
      refusals.count('minute_of_refused_market', read.minutes?.quotes.length ?? 0);
    }
  }
  for (const name of strangers(pricesDir, games))
    refusals.tell('minute_without_market', name, await countMinutes(join(pricesDir, name)));
  onProgress({ stage: 'bars', done: sum(accepted.map(({ quotes }) => quotes.length)) });

  const season = await readMlbHomeRate(input.resultsDir, firstYear(games, gamesFile));
  files.push(season.file);
  refusals.count('season_game_unresolved', season.unresolved);
  onProgress({ stage: 'results', done: season.rate.games });

  const events = accepted.flatMap((one) => marketEvents(one, season));
  events.sort(compareEvents);
  onProgress({ stage: 'forecasts', done: events.length });
  const manifest = writeRecording({
    dir: input.outDir,
    events,
    about: {
      kind: 'quote_bars',
      source: 'kalshi-mlb',
      assumptions: [...ASSUMPTIONS, forecastAssumption(season)],
      refused: refusals.counts,
      createdFrom: await Promise.all(files.map(fingerprintOf)),
    },
  });
  onProgress({ stage: 'write', done: events.length });
  return {
    dir: input.outDir,
    markets: manifest.counts.market,
    bars: recordedMinutes(manifest),
    forecasts: manifest.counts.forecast,
    gamesRated: season.rate.games,
    models: [modelLabel(season.rate.model)],
    refused: refusals.counts,
    examples: refusals.examples,
    manifest,
  };
}

type Accepted = {
  readonly kind: 'accepted';
  readonly game: KalshiMlbGame;
  readonly plays: KalshiMlbPlays;
  readonly quotes: readonly QuoteBar[];
  readonly firstMs: number;
  readonly lastMs: number;
};
type Refused = {
  readonly kind: 'refused';
  readonly reason: MlbRefusalReason;
  readonly detail: string;
};

async function readGame(pricesDir: string, { code, ticker }: KalshiMlbGame) {
  const minutesFile = optionalFile(pricesDir, `candles_${code}_ML.csv`);
  const totalFile = optionalFile(pricesDir, `candles_${code}_TOT.csv`);
  const playsFile = optionalFile(pricesDir, `plays_${code}.csv`);
  return {
    minutes: minutesFile === null ? null : await readKalshiMlbMinutes(minutesFile, ticker),
    plays: playsFile === null ? null : await readKalshiMlbPlays(playsFile),
    totalMinutes: totalFile === null ? 0 : await countMinutes(totalFile),
    files: [minutesFile, totalFile, playsFile].filter((file) => file !== null),
  };
}

function refused(reason: MlbRefusalReason, detail: string): Refused {
  return { kind: 'refused', reason, detail };
}

/** Whether a market enters: the first thing that does not agree, told. */
function judge(
  game: KalshiMlbGame,
  minutes: KalshiMlbMinutes | null,
  plays: KalshiMlbPlays | null,
): Accepted | Refused {
  const [first, last] = [minutes?.quotes[0], minutes?.quotes.at(-1)];
  if (minutes === null || first === undefined || last === undefined)
    return refused('no_quotes', 'has no minute with quotes');
  if (minutes.offGrid > 0)
    return refused('quotes_off_grid', `has ${minutes.offGrid} minutes off the grid of whole cents`);
  if (plays === null) return refused('no_plays', 'has no plays that confirm its start and score');
  const times = timesFault(game, { firstMs: first.atMs, lastMs: last.atMs }, plays);
  if (times !== null) return refused('times_inconsistent', times);
  const { awayScore, homeScore } = plays;
  const winner = homeScore > awayScore ? 'home' : 'away';
  const result = game.yesSide === winner ? 'yes' : 'no';
  if (homeScore === awayScore || result !== game.result)
    return refused('score_differs', `is ${game.result}, its plays end ${awayScore}-${homeScore}`);
  if (!agrees(minutes.lastPrice, game.result))
    return refused('last_price_differs', `is ${game.result}, its last price ${minutes.lastPrice}`);
  const { quotes } = minutes;
  return { kind: 'accepted', game, plays, quotes, firstMs: first.atMs, lastMs: last.atMs };
}

/** What does not agree between the times of a row, its ticker, its minutes and its plays; null when all do. */
function timesFault(
  { startMs, tickerStartMs, closeMs }: KalshiMlbGame,
  minutes: { readonly firstMs: number; readonly lastMs: number },
  plays: KalshiMlbPlays,
): string | null {
  if (tickerStartMs !== startMs) return `starts at ${tickerStartMs} by its ticker, not ${startMs}`;
  if (closeMs <= startMs) return `closes at ${closeMs}, not after its start at ${startMs}`;
  if (plays.firstMs <= startMs)
    return `has its first play at ${plays.firstMs}, not after its start at ${startMs}`;
  if (plays.firstMs > startMs + LATEST_FIRST_PLAY_MS)
    return `has its first play at ${plays.firstMs}, hours after its start at ${startMs}`;
  if (plays.lastMs > closeMs)
    return `has its last play at ${plays.lastMs}, after its close at ${closeMs}`;
  if (minutes.firstMs > startMs) return `has no minute before its start at ${startMs}`;
  // The minute in which the market closed ends after it; one that begins after it cannot be.
  if (minutes.lastMs - MINUTE_MS >= closeMs)
    return `has a minute that ends at ${minutes.lastMs}, past its close at ${closeMs}`;
  return null;
}

function agrees(lastPrice: Price | null, result: KalshiMlbGame['result']): boolean {
  if (lastPrice === null) return false;
  return result === 'yes' ? lastPrice > HALF_DOLLAR : lastPrice < HALF_DOLLAR;
}

function marketEvents(
  { game, plays, quotes, firstMs, lastMs }: Accepted,
  season: MlbHomeRate,
): RecordingEvent[] {
  const { market, mapping } = kalshiMlbMarket(game, firstMs);
  const result: MarketResult = { kind: game.result };
  return [
    { kind: 'market', atMs: market.openTimeMs, market, mapping },
    {
      kind: 'forecast',
      atMs: market.openTimeMs,
      forecast: homeRateForecast(season.rate, game.gameId),
    },
    ...quotes,
    {
      kind: 'result',
      atMs: Math.max(game.closeMs, lastMs) + SETTLEMENT_TIMER_MS,
      market: game.ticker,
      gameId: game.gameId,
      result,
      homeScore: plays.homeScore,
      awayScore: plays.awayScore,
    },
  ];
}

function forecastAssumption({ rate, season }: MlbHomeRate): string {
  const share = ((100 * rate.homeWins) / rate.games).toFixed(2);
  return `The fair value of every game is the share of home wins of ${season}: ${rate.homeWins} of ${rate.games}, ${share} %. It knows nothing of teams and is there to exercise the path on real quotes, not to make money.`;
}

/** The year of the earliest game, in which no season that forecasts it may lie. */
function firstYear(games: readonly KalshiMlbGame[], file: string): number {
  const years = games.map(({ ticker }) => 2_000 + Number(/-(\d{2})/.exec(ticker)?.[1]));
  if (years.length > 0) return Math.min(...years);
  throw new ImportRefusal({
    file,
    line: null,
    found: 'it has no game',
    allowed: 'at least one row below its header',
  });
}

/** Files of moneyline minutes that no row names. */
function strangers(dir: string, games: readonly KalshiMlbGame[]): readonly string[] {
  const named = new Set(games.map(({ code }) => code));
  return readdirSync(dir)
    .filter((name) => !named.has(/^candles_([A-Z]+)_ML\.csv(?:\.gz)?$/.exec(name)?.[1] ?? ''))
    .filter((name) => /^candles_[A-Z]+_ML\.csv(\.gz)?$/.test(name))
    .toSorted();
}

function optionalFile(dir: string, name: string): string | null {
  return [join(dir, name), join(dir, `${name}.gz`)].find((file) => existsSync(file)) ?? null;
}

function requiredFile(dir: string, name: string): string {
  const found = optionalFile(dir, name);
  if (found !== null) return found;
  throw new ImportRefusal({
    file: join(dir, name),
    line: null,
    found: 'there is no such file, plain or .gz',
    allowed: 'the folder of prices holds games.csv and the candles and plays of its games',
  });
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, one) => total + one, 0);
}
