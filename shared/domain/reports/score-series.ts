import {
  addToLine,
  BAND_EDGES,
  bandOf,
  deciles,
  fitCalibrationLine,
  LINE_COLUMNS,
  lineAfterStep,
  scoredOutcomes,
  type CalibrationLine,
  type Decile,
} from './calibration.ts';
import {
  clusterBootstrap,
  ClusterSums,
  type Draw,
  type Estimate,
  type Statistic,
} from './cluster-bootstrap.ts';
import { LOG_LOSS_FLOOR, wilsonInterval } from './probability-score.ts';

/** Something that had one of several outcomes. Events of one cluster may depend on each other. */
export type ScoredEvent = {
  readonly cluster: string;
  /** Which outcome happened, from 0. */
  readonly happened: number;
};

/** What one source or method said of each event, in the order of the events; null where it said nothing. */
export type ForecastSeries<Name extends string> = {
  readonly name: Name;
  readonly answers: readonly (readonly number[] | null)[];
};

/** Observed share less mean forecast of the outcomes in one band of probabilities. */
export type BandBias = {
  readonly from: number;
  readonly to: number;
  /** Outcomes, all of an event counted. */
  readonly n: number;
  readonly meanForecast: number;
  readonly observedShare: number;
  /**
   * The interval is the wider of the bootstrap's and Wilson's: where none of a few outcomes happened, resampling them
   * shows no doubt at all.
   */
  readonly bias: Estimate;
};

/** Mean loss of a series less that of another on the events that both have: negative is better. */
export type LossDifference<Name extends string> = {
  readonly than: Name;
  readonly n: number;
  readonly logLoss: Estimate | null;
  /** The log loss again, with an interval for as many comparisons as there are other series (Bonferroni). */
  readonly logLossOfMany: Estimate | null;
  readonly brier: Estimate | null;
};

/** How good one series of forecasts was, with 95 % intervals by cluster bootstrap. */
export type SeriesScore<Name extends string> = {
  readonly name: Name;
  readonly n: number;
  readonly clusters: number;
  /** Half the squared errors of all outcomes (Brier 1950): of two outcomes the usual score, 0.25 for a coin. */
  readonly brier: Estimate | null;
  /** Nats. */
  readonly logLoss: Estimate | null;
  /** Of the calibration line over all outcomes: above 1 the forecasts are too flat, below 1 too steep. */
  readonly slope: Estimate | null;
  readonly bands: readonly BandBias[];
  readonly deciles: readonly Decile[];
  readonly differences: readonly LossDifference<Name>[];
};

export type Resampling = { readonly resamples: number; readonly draw: Draw };

const BANDS = BAND_EDGES.length - 1;
const OF_BAND = 3;
/** Columns of a series: n, Brier, log loss, the line, then (n, forecast, happened) a band. */
const OF_SERIES = 3 + LINE_COLUMNS + BANDS * OF_BAND;
const LINE_AT = 3;
const BANDS_AT = LINE_AT + LINE_COLUMNS;
/** Columns of a difference: n, log loss, Brier. */
const OF_DIFFERENCE = 3;
const FAMILY_ERROR = 0.05;

/**
 * Scores several series of forecasts of the same events, each over the events of which it says something, and against
 * each of `references` over the events of which both do. Every interval is of one cluster bootstrap, so that
 * differences are paired. The slope is resampled by one Newton step from the line of all events (Davidson and MacKinnon
 * 1999).
 */
export function scoreSeries<Name extends string>({
  events,
  series,
  references,
  resampling,
}: {
  readonly events: readonly ScoredEvent[];
  readonly series: readonly ForecastSeries<Name>[];
  readonly references: readonly Name[];
  readonly resampling: Resampling;
}): readonly SeriesScore<Name>[] {
  const pairs = series.flatMap(({ name }) =>
    references.filter((than) => than !== name).map((than) => ({ name, than })),
  );
  const pairsAt = series.length * OF_SERIES;
  const sums = new ClusterSums(pairsAt + pairs.length * OF_DIFFERENCE);
  const lines = series.map((one) => fitCalibrationLine(outcomesOf(events, one, 'all')));
  const byName = new Map(series.map((one) => [one.name, one]));
  const positions = pairs.map(({ name, than }, index) => ({
    at: pairsAt + index * OF_DIFFERENCE,
    ours: byName.get(name)?.answers ?? [],
    theirs: byName.get(than)?.answers ?? [],
  }));
  events.forEach(({ cluster, happened }, index) => {
    const row = sums.row(cluster);
    series.forEach(({ answers }, which) => {
      const answer = answers[index] ?? null;
      if (answer !== null)
        addAnswer(row, which * OF_SERIES, answer, happened, lines[which] ?? null);
    });
    for (const { at, ours, theirs } of positions)
      addDifference(row, at, ours[index] ?? null, theirs[index] ?? null, happened);
  });
  const others = Math.max(1, series.length - 1);
  const perSeries = lines.map((line, which) => statisticsOfSeries(which * OF_SERIES, line));
  const perPair = positions.map(({ at }) => statisticsOfPair(at, others));
  const estimates = clusterBootstrap({
    sums,
    statistics: [...perSeries.flat(), ...perPair.flat()],
    ...resampling,
  });
  const totals = totalsOf(sums);
  let next = 0;
  const take = (count: number): readonly (Estimate | null)[] =>
    estimates.slice(next, (next += count));
  const scored = series.map((one, which) => {
    const [brier = null, logLoss = null, slope = null, ...biases] = take(3 + BANDS);
    const at = which * OF_SERIES;
    return {
      name: one.name,
      n: totals[at] ?? 0,
      clusters: clustersOf(events, one),
      brier,
      logLoss,
      slope,
      bands: bandsOf(totals, at + BANDS_AT, biases),
      deciles: deciles(outcomesOf(events, one, 'independent')),
    };
  });
  const differences = pairs.map(({ name, than }, index) => {
    const [logLoss = null, logLossOfMany = null, brier = null] = take(3);
    const n = totals[pairsAt + index * OF_DIFFERENCE] ?? 0;
    return { name, difference: { than, n, logLoss, logLossOfMany, brier } };
  });
  return scored.map((one) => ({
    ...one,
    differences: differences
      .filter(({ name }) => name === one.name)
      .map(({ difference }) => difference),
  }));
}

/** −ln of what the outcome that happened was given, and half the squared errors. */
function lossesOf(
  answer: readonly number[],
  happened: number,
): { readonly brier: number; readonly logLoss: number } {
  const squared = answer.reduce((sum, p, at) => sum + (p - (at === happened ? 1 : 0)) ** 2, 0);
  return {
    brier: squared / 2,
    logLoss: -Math.log(Math.max(LOG_LOSS_FLOOR, answer[happened] ?? 0)),
  };
}

function addAnswer(
  row: Float64Array,
  at: number,
  answer: readonly number[],
  happened: number,
  line: CalibrationLine | null,
): void {
  const { brier, logLoss } = lossesOf(answer, happened);
  add(row, at, [1, brier, logLoss]);
  answer.forEach((probability, which) => {
    const outcome = which === happened ? 1 : 0;
    if (line !== null) addToLine(row, at + LINE_AT, line, { probability, outcome });
    add(row, at + BANDS_AT + bandOf(probability) * OF_BAND, [1, probability, outcome]);
  });
}

function addDifference(
  row: Float64Array,
  at: number,
  ours: readonly number[] | null,
  theirs: readonly number[] | null,
  happened: number,
): void {
  if (ours === null || theirs === null) return;
  const [a, b] = [lossesOf(ours, happened), lossesOf(theirs, happened)];
  add(row, at, [1, a.logLoss - b.logLoss, a.brier - b.brier]);
}

function add(row: Float64Array, at: number, values: readonly number[]): void {
  values.forEach((value, column) => {
    row[at + column] = (row[at + column] ?? 0) + value;
  });
}

/** A mean of column `of` over the count in column `n`; NaN of nothing. */
function mean(of: number, n: number): Statistic {
  return { of: (sums) => (sums[of] ?? 0) / (sums[n] ?? 0) };
}

function statisticsOfSeries(at: number, line: CalibrationLine | null): readonly Statistic[] {
  const slope: Statistic = {
    of: (sums) =>
      line === null ? Number.NaN : (lineAfterStep(line, sums, at + LINE_AT)?.slope ?? Number.NaN),
  };
  const biases = Array.from({ length: BANDS }, (_, band): Statistic => {
    const n = at + BANDS_AT + band * OF_BAND;
    return { of: (sums) => ((sums[n + 2] ?? 0) - (sums[n + 1] ?? 0)) / (sums[n] ?? 0) };
  });
  return [mean(at + 1, at), mean(at + 2, at), slope, ...biases];
}

function statisticsOfPair(at: number, comparisons: number): readonly Statistic[] {
  const logLoss = mean(at + 1, at);
  return [logLoss, { ...logLoss, confidence: 1 - FAMILY_ERROR / comparisons }, mean(at + 2, at)];
}

function bandsOf(
  totals: Float64Array,
  at: number,
  biases: readonly (Estimate | null)[],
): readonly BandBias[] {
  return biases.flatMap((bias, band) => {
    const [n = 0, forecast = 0, happened = 0] = totals.subarray(at + band * OF_BAND);
    const [from = 0, to = 1] = BAND_EDGES.slice(band);
    if (n === 0) return [];
    const [meanForecast, observedShare] = [forecast / n, happened / n];
    return [
      {
        from,
        to,
        n,
        meanForecast,
        observedShare,
        bias: widerBias(bias, { n, happened, meanForecast }),
      },
    ];
  });
}

function widerBias(
  bootstrap: Estimate | null,
  band: { readonly n: number; readonly happened: number; readonly meanForecast: number },
): Estimate {
  const { n, happened, meanForecast } = band;
  const wilson = wilsonInterval(happened, n);
  const [low, high] = [wilson.low - meanForecast, wilson.high - meanForecast];
  const value = happened / n - meanForecast;
  return bootstrap === null
    ? { value, low, high }
    : { value, low: Math.min(low, bootstrap.low), high: Math.max(high, bootstrap.high) };
}

function totalsOf(sums: ClusterSums): Float64Array {
  const table = sums.table();
  const totals = new Float64Array(sums.width);
  table.forEach((value, index) => {
    const column = index % sums.width;
    totals[column] = (totals[column] ?? 0) + value;
  });
  return totals;
}

function clustersOf(
  events: readonly ScoredEvent[],
  { answers }: { readonly answers: readonly (readonly number[] | null)[] },
): number {
  return new Set(
    events.filter((_, index) => (answers[index] ?? null) !== null).map(({ cluster }) => cluster),
  ).size;
}

function outcomesOf(
  events: readonly ScoredEvent[],
  { answers }: { readonly answers: readonly (readonly number[] | null)[] },
  which: 'independent' | 'all',
): ReturnType<typeof scoredOutcomes> {
  return events.flatMap(({ happened }, index) =>
    scoredOutcomes(answers[index] ?? [], happened, which),
  );
}
