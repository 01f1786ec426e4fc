import { LEAGUES, type League } from '../market/leagues.ts';
import type { OddsPhase } from '../odds/freshness.ts';
import type { OddsFeedName } from '../odds/line.ts';
import { scoreSeries, type Resampling, type SeriesScore } from './score-series.ts';

/** The paths that were set up to be compared, each to be judged by itself; shown also while they have no line. */
export const NAMED_PATHS = [
  'odds-api-control',
  'boltodds-experiment',
  'nba-live',
  'nhl-live',
] as const satisfies readonly OraclePath[];

/**
 * By which way a fair line comes to be. Before the game by the feed that brings the books, or by both where a blend has
 * books of either; of odds in play by the league, since only a pushed feed is used there.
 */
export type OraclePath =
  'odds-api-control' | 'boltodds-experiment' | 'mixed-feeds' | `${League}-live`;

const ALL_PATHS: readonly OraclePath[] = [
  ...new Set<OraclePath>([
    ...NAMED_PATHS,
    'mixed-feeds',
    ...LEAGUES.map((league): OraclePath => `${league}-live`),
  ]),
];

const PATH_OF_FEED: Readonly<Record<OddsFeedName, OraclePath>> = {
  odds_api: 'odds-api-control',
  boltodds: 'boltodds-experiment',
};

/** The path of a line whose books came by these feeds. Every line has one: none is left out. */
export function pathOf(
  feeds: readonly OddsFeedName[],
  league: League,
  phase: OddsPhase,
): OraclePath {
  if (phase === 'live') return `${league}-live`;
  const [feed, ...others] = new Set(feeds);
  return feed === undefined || others.length > 0 ? 'mixed-feeds' : PATH_OF_FEED[feed];
}

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

/** The calibration of every path: the named ones in their order, and whatever else has a line. */
export function calibrationOfPaths(
  lines: readonly SettledLine[],
  resampling: Resampling,
): readonly PathCalibration[] {
  const byPath = Map.groupBy(lines, ({ path }) => path);
  const named: readonly OraclePath[] = NAMED_PATHS;
  return ALL_PATHS.filter((path) => named.includes(path) || byPath.has(path)).map((path) =>
    calibrationOf(path, byPath.get(path) ?? [], resampling),
  );
}

function calibrationOf(
  path: OraclePath,
  lines: readonly SettledLine[],
  resampling: Resampling,
): PathCalibration {
  if (lines.length === 0) return { kind: 'no_lines', path, n: 0 };
  const series = [{ name: path, answers: lines.map(({ probabilities }) => probabilities) }];
  const [score] = scoreSeries({ events: lines, series, references: [], resampling });
  return score === undefined
    ? { kind: 'no_lines', path, n: 0 }
    : { kind: 'scored', path, n: score.n, score };
}
