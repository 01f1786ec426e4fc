import { scoreSeries, type Resampling, type SeriesScore } from './score-series.ts';

/** The paths by which a fair line comes to be, each to be judged by itself. */
export const ORACLE_PATHS = [
  'odds-api-control',
  'boltodds-experiment',
  'nba-live',
  'nhl-live',
] as const;

export type OraclePath = (typeof ORACLE_PATHS)[number];

/** A line that was published, of a game that is over. */
export type SettledLine = {
  /** What depends on each other, as the lines of one game. */
  readonly cluster: string;
  readonly path: OraclePath;
  /** Of each outcome. */
  readonly probabilities: readonly number[];
  readonly happened: number;
};

/** What is known of a path: nothing before it has had a line whose game is over. */
export type PathCalibration =
  | { readonly kind: 'no_lines'; readonly path: OraclePath; readonly n: 0 }
  | {
      readonly kind: 'scored';
      readonly path: OraclePath;
      readonly n: number;
      readonly score: SeriesScore<OraclePath>;
    };

/** The calibration of every path, also of those without a line, in the order of `ORACLE_PATHS`. */
export function calibrationOfPaths(
  lines: readonly SettledLine[],
  resampling: Resampling,
): readonly PathCalibration[] {
  return ORACLE_PATHS.map((path): PathCalibration => {
    const ours = lines.filter((line) => line.path === path);
    const [score] =
      ours.length === 0
        ? []
        : scoreSeries({
            events: ours,
            series: [{ name: path, answers: ours.map(({ probabilities }) => probabilities) }],
            references: [],
            resampling,
          });
    return score === undefined
      ? { kind: 'no_lines', path, n: 0 }
      : { kind: 'scored', path, n: score.n, score };
  });
}
