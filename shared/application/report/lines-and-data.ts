import type { LinesRecord } from '../../contracts/run-record.ts';
import type { RunSummary } from '../../contracts/summary.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import { REVIEW_LIMITS } from '../../domain/reports/data-review.ts';
import { JUDGED_EVERY_MS, type TimeSpan } from '../../domain/reports/game-record.ts';
import { calibrationOfPaths, type SettledLine } from '../../domain/reports/oracle-calibration.ts';
import { seededDraw } from '../../domain/reports/seeded-draw.ts';
import { settleGame, type Unsettled } from '../../domain/reports/settled-lines.ts';
import type { GameRecords } from '../../ports/game-records.ts';
import { reviewData } from '../review-data.ts';

const DAY_MS = 86_400_000;
/** Lines of games that started longer before the report are no longer judged. */
const JUDGED_DAYS = 30;
/** No further day is read after so many games: 20 to 30 ms each on a busy machine, and the report has 300 s. */
const JUDGED_GAMES = 1_000;
const RESAMPLES = 1_000;
/** Of the resampling: the same lines, the same intervals. */
const SEED = 1;

/**
 * The lines of a report: what is there and missing of the last day of the run, and how good lines were of the games
 * that started in it, up to the last thirty days or thousand games. Null where no game of ours is known. Games are read
 * a day at a time, and only what is judged of them is kept.
 */
export async function linesAndData(
  records: GameRecords,
  { fromMs, toMs }: TimeSpan,
): Promise<LinesRecord | null> {
  const review = await reviewData({ records }, { fromMs: Math.max(fromMs, toMs - DAY_MS), toMs });
  const judged: Judged = { games: 0, lines: [], unsettled: {} };
  let judgedFromMs = toMs;
  let seen = 0;
  for (let day = 0; day < JUDGED_DAYS && judgedFromMs > fromMs && seen < JUDGED_GAMES; day += 1) {
    const window = { fromMs: Math.max(fromMs, judgedFromMs - DAY_MS), toMs: judgedFromMs };
    seen += await judgeDay(judged, records, window, toMs);
    judgedFromMs = window.fromMs;
  }
  const unsettledGames = Object.values(judged.unsettled).reduce((sum, games) => sum + games, 0);
  if (review.leagues.length === 0 && judged.games + unsettledGames === 0) return null;
  return {
    review,
    oracle: {
      fromMs: judgedFromMs,
      toMs,
      everyMs: JUDGED_EVERY_MS,
      games: judged.games,
      unsettled: judged.unsettled,
      paths: calibrationOfPaths(judged.lines, { resamples: RESAMPLES, draw: seededDraw(SEED) }),
    },
  };
}

type Judged = {
  games: number;
  readonly lines: SettledLine[];
  readonly unsettled: Partial<Record<Unsettled, number>>;
};

/** Adds the games of a day; gives how many there were. */
async function judgeDay(
  judged: Judged,
  records: Pick<GameRecords, 'started'>,
  day: TimeSpan,
  nowMs: EpochMs,
): Promise<number> {
  const games = await records.started(day);
  for (const record of games) {
    const settling = settleGame(record, nowMs, { everyMs: JUDGED_EVERY_MS, ...REVIEW_LIMITS });
    switch (settling.kind) {
      case 'settled':
        judged.games += 1;
        judged.lines.push(...settling.lines);
        break;
      case 'unsettled':
        judged.unsettled[settling.why] = (judged.unsettled[settling.why] ?? 0) + 1;
        break;
      case 'no_lines':
        break;
    }
  }
  return games.length;
}

/** The figures of a run's lines. */
export function linesSummary({ review, oracle }: LinesRecord): NonNullable<RunSummary['lines']> {
  return {
    reviewedFromMs: review.window.fromMs,
    reviewedToMs: review.window.toMs,
    leagues: review.leagues.map(({ games, lackingFinal, gaps, ...league }) => ({
      ...league,
      games: games.length,
      lackingFinal: lackingFinal.length,
      gaps: gaps.length,
      longestGapMs: Math.max(0, ...gaps.slice(0, 1).map(({ fromMs, toMs }) => toMs - fromMs)),
    })),
    judgedGames: oracle.games,
    unsettledGames: oracle.unsettled,
    paths: oracle.paths.map((path) => ({
      path: path.path,
      lines: path.n,
      games: path.kind === 'scored' ? path.score.clusters : 0,
      brier: path.kind === 'scored' ? path.score.brier : null,
      logLoss: path.kind === 'scored' ? path.score.logLoss : null,
    })),
  };
}
