import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { modelVsMarket, type ModelVsMarket } from '../../shared/domain/reports/model-vs-market.ts';
import {
  importKalshiNba,
  type ImportProgress,
  type ImportSummary,
} from '../../shared/replay/import/kalshi-nba.ts';
import { PregameForecasts } from '../../shared/replay/pregame-forecasts.ts';
import { readRecording } from '../../shared/replay/segments.ts';
import { UsageError } from '../usage-error.ts';

export type ImportOptions = {
  /** Folder of the collected prices. */
  readonly dir: string;
  /** Folder of the results; by default `nba` beside the prices. */
  readonly results?: string | undefined;
  /** Folder of the recording that is made. */
  readonly out?: string | undefined;
  readonly source?: string | undefined;
};

const SOURCE = 'kalshi-nba';
const DEFAULT_RESULTS = 'nba';

/**
 * `fairline import`: makes a recording of collected prices and results, reads it back whole, and says how both models
 * did against the last trade before tip-off. `note` gets lines of progress.
 */
export async function runImport(
  options: ImportOptions,
  note: (text: string) => void,
): Promise<{ readonly json: object; readonly text: string }> {
  const plan = planImport(options);
  const startedMs = performance.now();
  const summary = await importKalshiNba({ ...plan, onProgress: (at) => note(progressText(at)) });
  const seconds = (performance.now() - startedMs) / 1_000;
  note('reading the recording back');
  const pregame = new PregameForecasts();
  await readRecording(plan.outDir, (event) => pregame.onEvent(event));
  const comparisons = [...pregame.byModel()].flatMap(([model, pairs]) => {
    const comparison = modelVsMarket(pairs);
    return comparison === null ? [] : [{ model, comparison }];
  });
  return {
    json: importJson(summary, seconds, comparisons),
    text: importText(summary, seconds, comparisons),
  };
}

type Comparison = { readonly model: string; readonly comparison: ModelVsMarket };

function planImport(options: ImportOptions): {
  readonly pricesDir: string;
  readonly resultsDir: string;
  readonly outDir: string;
} {
  const source = options.source ?? SOURCE;
  if (source !== SOURCE)
    throw new UsageError({
      what: `--source is "${source}".`,
      allowed: SOURCE,
      todo: `Leave it out, or give --source ${SOURCE}`,
    });
  if (options.out === undefined || options.out === '')
    throw new UsageError({
      what: '--out is missing.',
      allowed: 'a new or empty folder, or one that holds a recording',
      todo: 'Say where the recording goes: --out runs/nba',
    });
  const pricesDir = resolve(options.dir);
  const resultsDir = resolve(options.results ?? join(dirname(pricesDir), DEFAULT_RESULTS));
  requireFolder('the folder of prices', pricesDir, 'Name the folder of kalshi_nba_games.csv.');
  requireFolder('the folder of results', resultsDir, 'Name the folder of nba_*.csv: --results DIR');
  return { pricesDir, resultsDir, outDir: resolve(options.out) };
}

function requireFolder(what: string, dir: string, todo: string): void {
  if (existsSync(dir) && statSync(dir).isDirectory()) return;
  throw new UsageError({ what: `${what} is ${dir}.`, allowed: 'a folder that exists', todo });
}

function progressText({ stage, done }: ImportProgress): string {
  const total = count(done);
  switch (stage) {
    case 'results':
      return `read ${total} results`;
    case 'markets':
      return `read ${total} markets`;
    case 'bars':
      return `read ${total} traded minutes`;
    case 'forecasts':
      return `put ${total} events in order`;
    case 'write':
      return `wrote ${total} events`;
  }
}

function importJson(
  summary: ImportSummary,
  seconds: number,
  comparisons: readonly Comparison[],
): object {
  const { manifest, ...rest } = summary;
  return {
    ...rest,
    segments: manifest.segments.length,
    sha256: manifest.contentSha256,
    seconds: Math.round(seconds * 1_000) / 1_000,
    assumptions: manifest.assumptions,
    modelVsMarket: comparisons.map(({ model, comparison }) => ({
      label: model,
      moment: 'last trade before tip-off',
      forecasts: comparison.n,
      model: scoresJson(comparison.model),
      market: scoresJson(comparison.market),
      difference: comparison.difference,
    })),
  };
}

function scoresJson({ brier, logLoss }: ModelVsMarket['model']): object {
  return { brier, logLoss };
}

function importText(
  summary: ImportSummary,
  seconds: number,
  comparisons: readonly Comparison[],
): string {
  const refused = Object.entries(summary.refused);
  return [
    `${count(summary.markets)} markets, ${count(summary.bars)} traded minutes, ${count(summary.forecasts)} forecasts from ${count(summary.gamesRated)} results in ${seconds.toFixed(1)} s`,
    `left out  ${refused.length === 0 ? 'nothing' : refused.map(([reason, rows]) => `${reason} ${count(rows)}`).join(', ')}`,
    ...summary.examples.map((example) => `          ${example}`),
    ...comparisons.flatMap(comparisonLines),
    `recording ${summary.dir}  ${summary.manifest.segments.length} segments  sha256 ${summary.manifest.contentSha256.slice(0, 16)}`,
  ].join('\n');
}

const VERDICTS = {
  model_better: 'the model is better',
  market_better: 'the market is better',
  undecided: 'undecided at 95 %',
} as const;

function comparisonLines({ model, comparison }: Comparison): readonly string[] {
  const { n, model: ours, market, difference } = comparison;
  const line = (
    name: string,
    mine: number,
    theirs: number,
    { low, high, verdict }: (typeof difference)['brier'],
  ): string =>
    `          ${name} ${mine.toFixed(4)} against ${theirs.toFixed(4)}, difference ${signed(low)} to ${signed(high)}: ${VERDICTS[verdict]}`;
  return [
    `${model} against the last trade before tip-off, ${n} markets`,
    line('Brier   ', ours.brier, market.brier, difference.brier),
    line('log loss', ours.logLoss, market.logLoss, difference.logLoss),
  ];
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
}
