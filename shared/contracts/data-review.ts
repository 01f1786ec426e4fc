import type { League } from '../domain/market/leagues.ts';
import type { EpochMs, GameId } from '../domain/market/market.ts';
import type { DataFinding } from '../domain/reports/data-findings.ts';
import type { Coverage, LineGap } from '../domain/reports/data-review.ts';
import type { ReviewWindowKind } from '../domain/reports/review-window.ts';

type ReviewedWindow = {
  readonly kind: ReviewWindowKind;
  readonly name: string;
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
};

/** The object that review-data keeps of one league and window, `data/<league>/<window>.json`. */
export type LeagueDataFile = {
  readonly format: 1;
  readonly league: League;
  readonly window: ReviewedWindow;
  readonly games: number;
  /** Of these: began, had a state of some source, had an opening line, had a closing one. */
  readonly started: number;
  readonly withState: number;
  readonly withOpening: number;
  readonly withClosing: number;
  /** Games that are over by the clock without a final state. */
  readonly lackingFinal: readonly GameId[];
  /** Of the time before the start since the first line, and of the time in play: how long a line stood. */
  readonly beforeStart: Coverage;
  readonly inPlay: Coverage;
  readonly findings: readonly DataFinding[];
  /** When no line stood that should have, the longest first, and how many shorter ones are left out. */
  readonly gaps: readonly LineGap[];
  readonly gapsLeftOut: number;
};

/** What review-data answers: what it found of each league, and where it put the rest. */
export type DataReviewAnswer = {
  readonly window: ReviewedWindow;
  readonly findings: number;
  readonly leagues: readonly {
    readonly league: League;
    readonly games: number;
    readonly lackingFinal: number;
    readonly beforeStartShare: number | null;
    readonly inPlayShare: number | null;
    /** Key in the bucket of reports. */
    readonly file: string;
  }[];
};
