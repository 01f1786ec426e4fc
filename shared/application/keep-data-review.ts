import type { DataReviewAnswer, LeagueDataFile } from '../contracts/data-review.ts';
import { LEAGUES, type League } from '../domain/market/leagues.ts';
import { dataFindings, type DataFinding } from '../domain/reports/data-findings.ts';
import {
  REVIEW_LIMITS,
  reviewRecords,
  type DataReview,
  type LeagueReview,
} from '../domain/reports/data-review.ts';
import type { ReviewWindow } from '../domain/reports/review-window.ts';
import type { GameRecords } from '../ports/game-records.ts';
import type { ObjectStore } from '../ports/objects.ts';
import type { LogFields, Telemetry } from '../ports/telemetry.ts';

export type KeepDataReviewDeps = {
  readonly records: GameRecords;
  readonly objects: ObjectStore;
  readonly telemetry: Telemetry;
  /** Those that are followed: of each something is kept, also when it has no game. */
  readonly leagues: readonly League[];
};

/** A final that is missing is looked for so long after it was due; then the day's own look has told it. */
const FINALS_BACK_MS = 24 * 3_600_000;

/** Gaps of a league in its object: odds that flicker make thousands of seconds each. */
const MOST_GAPS = 1_000;

/** A log line each; what is beyond stands in the objects. */
const MOST_LOGGED = 100;

/**
 * Looks at what was kept of a window's games, league by league: keeps an object of each, says what it found to metrics
 * and log, and answers with the counts. The same rows give the same objects, whenever it looks.
 */
export async function keepDataReview(
  deps: KeepDataReviewDeps,
  window: ReviewWindow,
): Promise<DataReviewAnswer> {
  const { kind, name, fromMs, toMs } = window;
  const reviewed = { kind, name, fromMs, toMs };
  const reviews = withAllLeagues(await reviewOf(deps, window), deps.leagues);
  const files = reviews.map((review) => fileOf(review, reviewed));
  for (const file of files)
    await deps.objects.put({
      key: keyOf(file),
      body: `${JSON.stringify(file, null, 2)}\n`,
      contentType: 'application/json',
    });
  const findings = files.flatMap((file) => file.findings);
  measure(deps.telemetry, files, findings);
  tell(deps.telemetry, name, findings);
  return {
    window: reviewed,
    findings: findings.length,
    leagues: files.map((file) => ({
      league: file.league,
      games: file.games,
      lackingFinal: file.lackingFinal.length,
      beforeStartShare: file.beforeStart.share,
      inPlayShare: file.inPlay.share,
      file: keyOf(file),
    })),
  };
}

/**
 * A day is that of the games that started in it. An hour is that of the games that were told of or began in the six
 * hours until its end, so that a feeder that says nothing any more is seen, and of finals that were due by then.
 */
async function reviewOf(
  { records }: Pick<KeepDataReviewDeps, 'records'>,
  window: ReviewWindow,
): Promise<readonly LeagueReview[]> {
  if (window.kind === 'day') {
    const { fromMs, toMs } = window.starts;
    // Whole, and not as they are given to be judged: what is missing is looked for between their lines.
    const touched = await records.between(window.starts);
    const started = touched.filter(
      ({ startTimeMs }) => startTimeMs >= fromMs && startTimeMs < toMs,
    );
    return reviewRecords(started, window, REVIEW_LIMITS).leagues;
  }
  const dueMs = window.toMs - REVIEW_LIMITS.overWithinMs;
  const [now, due] = [
    await records.between({ fromMs: dueMs, toMs: window.toMs }),
    await records.started({ fromMs: dueMs - FINALS_BACK_MS, toMs: dueMs }),
  ];
  return withFinals(
    reviewRecords(now, window, REVIEW_LIMITS).leagues,
    reviewRecords(due, window, REVIEW_LIMITS),
  );
}

function withFinals(leagues: readonly LeagueReview[], due: DataReview): readonly LeagueReview[] {
  const ofLeague = (named: League) => due.leagues.find(({ league }) => league === named);
  return LEAGUES.flatMap((league) => {
    const review = leagues.find((each) => each.league === league);
    const lackingFinal = ofLeague(league)?.lackingFinal ?? [];
    if (review === undefined && lackingFinal.length === 0) return [];
    return [{ ...(review ?? nothingOf(league)), lackingFinal }];
  });
}

function withAllLeagues(
  reviews: readonly LeagueReview[],
  followed: readonly League[],
): readonly LeagueReview[] {
  return LEAGUES.flatMap((league) => {
    const review = reviews.find((each) => each.league === league);
    if (review !== undefined) return [review];
    return followed.includes(league) ? [nothingOf(league)] : [];
  });
}

function nothingOf(league: League): LeagueReview {
  const noTime = { spanMs: 0, coveredMs: 0, share: null };
  return {
    league,
    games: [],
    withState: 0,
    lackingFinal: [],
    withOpening: 0,
    withClosing: 0,
    started: 0,
    pregame: noTime,
    live: noTime,
    gaps: [],
  };
}

function fileOf(review: LeagueReview, window: LeagueDataFile['window']): LeagueDataFile {
  const { league, games, started, withState, withOpening, withClosing } = review;
  return {
    format: 1,
    league,
    window,
    games: games.length,
    started,
    withState,
    withOpening,
    withClosing,
    lackingFinal: review.lackingFinal,
    beforeStart: review.pregame,
    inPlay: review.live,
    findings: dataFindings(review, window),
    gaps: review.gaps.slice(0, MOST_GAPS),
    gapsLeftOut: Math.max(0, review.gaps.length - MOST_GAPS),
  };
}

function keyOf({ league, window }: LeagueDataFile): string {
  return `data/${league}/${window.name}.json`;
}

/** Three metrics of all leagues, which alarms look at, and two of each that has games to speak of. */
function measure(
  telemetry: Telemetry,
  files: readonly LeagueDataFile[],
  findings: readonly DataFinding[],
): void {
  const count = (code: DataFinding['code']): number =>
    findings.filter((finding) => finding.code === code).length;
  telemetry.gauge('data.missing_finals', count('final_missing'));
  telemetry.gauge('data.thin_in_play', count('thin_in_play'));
  telemetry.gauge('data.missing_closing_lines', count('closing_line_missing'));
  for (const { league, window, beforeStart, inPlay } of files) {
    const shares = { before_start: beforeStart.share, in_play: inPlay.share };
    for (const [phase, share] of Object.entries(shares))
      if (share !== null)
        telemetry.gauge(`data.${window.kind}.${phase}_percent.${league}`, 100 * share);
  }
}

function tell(telemetry: Telemetry, window: string, findings: readonly DataFinding[]): void {
  for (const { code, ...where } of findings.slice(0, MOST_LOGGED))
    telemetry.log('warn', 'data_finding', { window, code, ...fieldsOf(where) });
  const left = findings.length - MOST_LOGGED;
  if (left > 0) telemetry.log('warn', 'data_findings_left_out', { window, left });
}

function fieldsOf(where: Omit<DataFinding, 'code'>): LogFields {
  return { ...where };
}
