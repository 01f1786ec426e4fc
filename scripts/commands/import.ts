import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { LEAST_FOR_INTERVAL } from '../../shared/application/report/compare-forecasts.ts';
import type { CollectedSource, RecordingKind } from '../../shared/contracts/recording.ts';
import { modelVsMarket, type ModelVsMarket } from '../../shared/domain/reports/model-vs-market.ts';
import {
  collectedSets,
  SET_KINDS,
  usualResultsDir,
} from '../../shared/replay/import/collected-sets.ts';
import type { ImportProgress, ImportSummary } from '../../shared/replay/import/import-summary.ts';
import { PregameForecasts } from '../../shared/replay/pregame-forecasts.ts';
import { readRecording } from '../../shared/replay/segments.ts';
import { sourceOf } from '../start-options.ts';
import { UsageError } from '../usage-error.ts';

export type ImportOptions = {
  /** Folder of the collected prices, or one above it that has them under their usual name. */
  readonly dir: string;
  /** Folder of the results; by default the one of their usual name beside the prices. */
  readonly results?: string | undefined;
  /** Folder of the recording that is made. */
  readonly out?: string | undefined;
  readonly source?: string | undefined;
};

/**
 * `fairline import`: makes a recording of collected prices and results, reads it back whole, and says how the models did
 * against the market's price before the start. `note` gets lines of progress.
 */
export async function runImport(
  options: ImportOptions,
  note: (text: string) => void,
): Promise<{ readonly json: object; readonly text: string }> {
  const { source, ...plan } = planImport(options, note);
  const startedMs = performance.now();
  const summary = await SET_KINDS[source].run({
    ...plan,
    onProgress: (at) => note(progressText(at, MINUTES[source])),
  });
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
    text: importText(summary, seconds, comparisons, MINUTES[source]),
  };
}

type Comparison = { readonly model: string; readonly comparison: ModelVsMarket };

const MINUTES: Readonly<Record<CollectedSource, string>> = {
  'kalshi-nba': 'traded minutes',
  'kalshi-mlb': 'quoted minutes',
};
const MOMENTS: Readonly<Record<RecordingKind, string>> = {
  trade_bars: 'last trade before tip-off',
  quote_bars: 'middle of the quotes at first pitch',
};

function planImport(
  options: ImportOptions,
  note: (text: string) => void,
): {
  readonly source: CollectedSource;
  readonly pricesDir: string;
  readonly resultsDir: string;
  readonly outDir: string;
} {
  const asked = options.source === undefined ? null : sourceOf(options.source);
  if (options.out === undefined || options.out === '')
    throw new UsageError({
      what: '--out is missing.',
      allowed: 'a new or empty folder, or one that holds a recording',
      todo: 'Say where the recording goes: --out runs/nba',
    });
  const dir = resolve(options.dir);
  requireFolder('the folder of prices', dir, 'Name the folder of the collected prices.');
  const sets = collectedSets(dir);
  const found = sets.find(({ source }) => source === (asked ?? source));
  if (asked === null)
    for (const other of sets.filter((one) => one !== found))
      note(`${dir} holds ${other.source} as well; --source ${other.source} imports it`);
  // A folder with neither is read as what was asked for, so that what is missing is named.
  const set = found ?? { source: asked ?? 'kalshi-nba', pricesDir: dir };
  const resultsDir = resolve(options.results ?? usualResultsDir(set));
  const { results } = SET_KINDS[set.source];
  requireFolder(
    'the folder of results',
    resultsDir,
    `Name the folder of ${results}: --results DIR`,
  );
  return { ...set, resultsDir, outDir: resolve(options.out) };
}

function requireFolder(what: string, dir: string, todo: string): void {
  if (existsSync(dir) && statSync(dir).isDirectory()) return;
  throw new UsageError({ what: `${what} is ${dir}.`, allowed: 'a folder that exists', todo });
}

function progressText({ stage, done }: ImportProgress, minutes: string): string {
  const total = count(done);
  switch (stage) {
    case 'results':
      return `read ${total} results`;
    case 'markets':
      return `read ${total} markets`;
    case 'bars':
      return `read ${total} ${minutes}`;
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
      moment: MOMENTS[manifest.kind],
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
  minutes: string,
): string {
  const refused = Object.entries(summary.refused);
  return [
    `${count(summary.markets)} markets, ${count(summary.bars)} ${minutes}, ${count(summary.forecasts)} forecasts from ${count(summary.gamesRated)} results in ${seconds.toFixed(1)} s`,
    `left out  ${refused.length === 0 ? 'nothing' : refused.map(([reason, rows]) => `${reason} ${count(rows ?? 0)}`).join(', ')}`,
    ...summary.examples.map((example) => `          ${example}`),
    ...comparisons.flatMap((one) => comparisonLines(one, MOMENTS[summary.manifest.kind])),
    `recording ${summary.dir}  ${summary.manifest.segments.length} segments  sha256 ${summary.manifest.contentSha256.slice(0, 16)}`,
  ].join('\n');
}

const VERDICTS = {
  model_better: 'the model is better',
  market_better: 'the market is better',
  undecided: 'undecided at 95 %',
} as const;

/** With few games an interval would say more than the sample knows. */
function comparisonLines({ model, comparison }: Comparison, moment: string): readonly string[] {
  const { n, clusters, model: ours, market, difference } = comparison;
  const few = clusters < LEAST_FOR_INTERVAL;
  const line = (
    name: string,
    mine: number,
    theirs: number,
    { low, high, verdict }: (typeof difference)['brier'],
  ): string =>
    `          ${name} ${mine.toFixed(4)} against ${theirs.toFixed(4)}${few ? '' : `, difference ${signed(low)} to ${signed(high)}: ${VERDICTS[verdict]}`}`;
  return [
    `${model} against the ${moment}, ${n} markets${few ? `: ${clusters} games are too few to tell them apart` : ''}`,
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
