import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { recordedMinutes } from '../../contracts/recording.ts';
import type { EpochMs, GameId } from '../../domain/market/market.ts';
import { modelLabel, NBA_ELO_MODELS } from '../../domain/models/elo-versions.ts';
import {
  forecastsBefore,
  type ForecastQuestion,
  type RatingModel,
} from '../../domain/models/rating-model.ts';
import { compareEvents, type RecordingEvent, type TradeBar } from '../recording.ts';
import { writeRecording } from '../segments.ts';
import { ImportRefusal } from './import-refusal.ts';
import {
  fingerprintOf,
  Refusals,
  type ImportProgress,
  type ImportSummary,
} from './import-summary.ts';
import {
  kalshiNbaMarket,
  readKalshiNbaBars,
  readKalshiNbaGames,
  SETTLEMENT_TIMER_MS,
  type KalshiNbaGame,
} from './kalshi-nba-games.ts';
import { gameKey, readNbaResults, type NbaGame } from './nba-results.ts';

/** Why a well-formed row was left out. */
export type RowRefusalReason =
  | 'unplayed'
  | 'result_not_found'
  | 'tip_differs'
  | 'score_differs'
  | 'no_trades'
  | 'trades_differ'
  | 'bar_without_market'
  | 'bar_of_refused_market';

const PROGRESS_ROWS = 50_000;

const ASSUMPTIONS: readonly string[] = [
  'A bar is known at the end of its minute, which is what the source calls end_ts.',
  'Prices are trades, not quotes: spread and depth are assumed by whoever replays.',
  'Fees of KXNBAGAME: quadratic_with_maker_fees, multiplier 1. The grid is whole cents. All markets are on shard 0.',
  'A market opens with the minute of its first trade and closes 14 days after tip-off unless it is determined before.',
  'A game counts as finished 30 minutes after its scheduled start plus its length, 4 hours after its start where the length is missing; ratings learn it then.',
  'A result is known and paid one minute after the last trade or the finish of the game, whichever is later.',
  'Times of the source are New York wall clock; an hour that the clocks skip or show twice is refused.',
];

/**
 * Makes a recording of Kalshi's NBA winner markets: every traded minute, both Elo forecasts as they could be known (at
 * the market's opening and again whenever one of the two teams has finished a game before tip-off) and the results. A
 * market enters only when the result table has the same date, teams, start and score, and when its bars are as many as
 * its row says. The same input gives the same bytes.
 */
export async function importKalshiNba(input: {
  readonly pricesDir: string;
  readonly resultsDir: string;
  readonly outDir: string;
  readonly onProgress?: (at: ImportProgress) => void;
}): Promise<ImportSummary<RowRefusalReason>> {
  const onProgress = input.onProgress ?? (() => undefined);
  const refusals = new Refusals<RowRefusalReason>();
  const results = await readNbaResults(input.resultsDir);
  refusals.count('unplayed', results.unplayed);
  onProgress({ stage: 'results', done: results.games.length });

  const gamesFile = inputFile(input.pricesDir, 'kalshi_nba_games.csv');
  const games = await readKalshiNbaGames(gamesFile);
  onProgress({ stage: 'markets', done: games.size });

  const barsFile = inputFile(input.pricesDir, 'kalshi_nba_trade_candles_1m.csv');
  const bars = await readKalshiNbaBars(barsFile, (rows) => {
    if (rows % PROGRESS_ROWS === 0) onProgress({ stage: 'bars', done: rows });
  });

  const played = new Map(results.games.map((game) => [gameKey(game), game]));
  const accepted: Accepted[] = [];
  for (const game of games.values()) {
    const own = bars.get(game.ticker) ?? [];
    const result = played.get(gameKey(game));
    const refusal = refusalOf(game, own, result);
    if (refusal !== null || result === undefined) {
      refusals.tell(
        refusal?.reason ?? 'result_not_found',
        `${gamesFile}, line ${game.line}: ${refusal?.detail}`,
      );
      refusals.count('bar_of_refused_market', own.length);
    } else accepted.push({ game, result, bars: own });
  }
  for (const [ticker, own] of bars)
    if (!games.has(ticker))
      refusals.tell('bar_without_market', `${barsFile}: ${ticker}`, own.length);

  const events = accepted.flatMap(marketEvents);
  for (const model of NBA_ELO_MODELS)
    events.push(...forecastEvents(model, results.games, accepted));
  events.sort(compareEvents);
  onProgress({ stage: 'forecasts', done: events.length });

  const manifest = writeRecording({
    dir: input.outDir,
    events,
    about: {
      kind: 'trade_bars',
      source: 'kalshi-nba',
      assumptions: [...ASSUMPTIONS],
      refused: refusals.counts,
      createdFrom: await Promise.all([gamesFile, barsFile, ...results.files].map(fingerprintOf)),
    },
  });
  onProgress({ stage: 'write', done: events.length });
  return {
    dir: input.outDir,
    markets: manifest.counts.market,
    bars: recordedMinutes(manifest),
    forecasts: manifest.counts.forecast,
    gamesRated: results.games.length,
    models: NBA_ELO_MODELS.map(({ version }) => modelLabel(version)),
    refused: refusals.counts,
    examples: refusals.examples,
    manifest,
  };
}

type Accepted = {
  readonly game: KalshiNbaGame;
  readonly result: NbaGame;
  readonly bars: readonly TradeBar[];
};

function refusalOf(
  game: KalshiNbaGame,
  bars: readonly TradeBar[],
  result: NbaGame | undefined,
): { readonly reason: RowRefusalReason; readonly detail: string } | null {
  const key = gameKey(game);
  if (result === undefined) return { reason: 'result_not_found', detail: `no result of ${key}` };
  if (result.startMs !== game.tipMs)
    return { reason: 'tip_differs', detail: `tip ${game.tipMs}, result table ${result.startMs}` };
  if (result.homeScore !== game.homeScore || result.awayScore !== game.awayScore) {
    const detail = `score ${game.awayScore}-${game.homeScore}, result table ${result.awayScore}-${result.homeScore}`;
    return { reason: 'score_differs', detail };
  }
  const [first, last] = [bars[0], bars.at(-1)];
  if (first === undefined || last === undefined)
    return { reason: 'no_trades', detail: game.ticker };
  const volume = bars.reduce((sum, bar) => sum + bar.volume, 0);
  const agrees =
    bars.length === game.bars &&
    volume === game.volume &&
    first.atMs === game.firstBarMs &&
    last.atMs === game.lastBarMs;
  if (agrees) return null;
  const detail = `${game.ticker} states ${game.bars} minutes and ${game.volume} hundredths of a contract, its bars are ${bars.length} and ${volume}`;
  return { reason: 'trades_differ', detail };
}

function marketEvents({ game, result, bars }: Accepted): RecordingEvent[] {
  const { market, mapping } = kalshiNbaMarket(game);
  const overMs = Math.max(game.lastBarMs, result.finishedAtMs);
  return [
    { kind: 'market', atMs: market.openTimeMs, market, mapping },
    ...bars,
    {
      kind: 'result',
      atMs: overMs + SETTLEMENT_TIMER_MS,
      market: game.ticker,
      gameId: game.gameId,
      result: { kind: game.result },
      homeScore: game.homeScore,
      awayScore: game.awayScore,
    },
  ];
}

/** One model's forecasts of every game: at the opening, and after each later result of either team before tip-off. */
function forecastEvents<State>(
  model: RatingModel<State>,
  results: readonly NbaGame[],
  accepted: readonly Accepted[],
): RecordingEvent[] {
  const questions = [...firstOpenings(accepted)].flatMap(([gameId, { result, openMs }]) => {
    const learnt = results
      .filter(({ home, away }) =>
        [result.home, result.away].some((team) => team === home || team === away),
      )
      .map(({ finishedAtMs }) => finishedAtMs + 1)
      .filter((atMs) => atMs > openMs && atMs < result.startMs);
    return [openMs, ...new Set(learnt)].map((atMs): ForecastQuestion => ({
      gameId,
      fixture: result,
      atMs,
    }));
  });
  return forecastsBefore({ model, results, questions }).map((forecast, index) => ({
    kind: 'forecast',
    atMs: questions[index]?.atMs ?? forecast.asOfMs,
    forecast,
  }));
}

/** Each game with the time at which the first of its markets opened. */
function firstOpenings(
  accepted: readonly Accepted[],
): ReadonlyMap<GameId, { readonly result: NbaGame; readonly openMs: EpochMs }> {
  const games = new Map<GameId, { readonly result: NbaGame; readonly openMs: EpochMs }>();
  for (const { game, result } of accepted) {
    const openMs = kalshiNbaMarket(game).market.openTimeMs;
    const known = games.get(game.gameId);
    if (known === undefined || openMs < known.openMs) games.set(game.gameId, { result, openMs });
  }
  return games;
}

function inputFile(dir: string, name: string): string {
  const found = [join(dir, name), join(dir, `${name}.gz`)].find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new ImportRefusal({
    file: join(dir, name),
    line: null,
    found: 'there is no such file, plain or .gz',
    allowed: 'the folder of prices holds kalshi_nba_games.csv and kalshi_nba_trade_candles_1m.csv',
  });
}
