import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { COLLECTED_SOURCES, type CollectedSource } from '../../contracts/recording.ts';
import type { ImportProgress, ImportSummary } from './import-summary.ts';
import { importKalshiMlb } from './kalshi-mlb.ts';
import { importKalshiNba } from './kalshi-nba.ts';

/** One collected set that a folder holds. */
export type CollectedSet = { readonly source: CollectedSource; readonly pricesDir: string };

type SetKind = {
  /** Where results lie beside the folder of prices. */
  readonly resultsName: string;
  /** What the folder of prices must hold, in words. */
  readonly prices: string;
  readonly results: string;
  readonly isIn: (names: readonly string[]) => boolean;
  readonly run: (input: {
    readonly pricesDir: string;
    readonly resultsDir: string;
    readonly outDir: string;
    readonly onProgress?: (at: ImportProgress) => void;
  }) => Promise<ImportSummary>;
};

/** How each set is recognised and made into a recording. */
export const SET_KINDS: Readonly<Record<CollectedSource, SetKind>> = {
  'kalshi-nba': {
    resultsName: 'nba',
    prices: 'kalshi_nba_games.csv',
    results: 'nba_*.csv',
    isIn: (names) => names.some((name) => /^kalshi_nba_games\.csv(\.gz)?$/.test(name)),
    run: importKalshiNba,
  },
  'kalshi-mlb': {
    resultsName: 'mlb-winprob',
    prices: 'games.csv and candles_*_ML.csv',
    results: 'espn_mlb_YYYY_win_probability.csv',
    isIn: (names) =>
      names.some((name) => /^games\.csv(\.gz)?$/.test(name)) &&
      names.some((name) => /^candles_[A-Z]+_ML\.csv(\.gz)?$/.test(name)),
    run: importKalshiMlb,
  },
};

/** The sets in a folder, in it or in a folder below it that has a set's name; the one first that is played by default. */
export function collectedSets(dir: string): readonly CollectedSet[] {
  return COLLECTED_SOURCES.flatMap((source) => {
    const pricesDir = [dir, join(dir, source)].find((one) =>
      SET_KINDS[source].isIn(existsSync(one) ? readdirSync(one) : []),
    );
    return pricesDir === undefined ? [] : [{ source, pricesDir }];
  });
}

/** Where the results of a set lie when nobody says: a folder of their usual name beside the prices. */
export function usualResultsDir({ source, pricesDir }: CollectedSet): string {
  return join(dirname(resolve(pricesDir)), SET_KINDS[source].resultsName);
}
