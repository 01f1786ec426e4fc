import { probability } from '../money/probability.ts';
import { wilsonInterval, type Interval, type ScoredForecast } from './probability-score.ts';

/** One tenth of all forecasts, from the lowest to the highest, against what happened. */
export type Decile = {
  /** 1 has the lowest forecasts, 10 the highest. */
  readonly decile: number;
  readonly n: number;
  readonly lowest: number;
  readonly highest: number;
  readonly meanForecast: number;
  readonly observedShare: number;
  /** Wilson's, at 95 %, as if the forecasts were independent of each other. */
  readonly interval: Interval;
};

const TENTHS = 10;

/**
 * Calibration by decile: the forecasts in order, cut into ten parts of equal count (within one). Parts without a
 * forecast are left out, as there are with fewer than ten.
 */
export function deciles(forecasts: readonly ScoredForecast[]): readonly Decile[] {
  const ordered = forecasts.toSorted((a, b) => a.probability - b.probability);
  return Array.from({ length: TENTHS }, (_, tenth): readonly Decile[] => {
    const part = ordered.slice(
      Math.floor((tenth * ordered.length) / TENTHS),
      Math.floor(((tenth + 1) * ordered.length) / TENTHS),
    );
    const [first] = part;
    const last = part.at(-1);
    if (first === undefined || last === undefined) return [];
    const hits = part.filter(({ outcome }) => outcome === 1).length;
    return [
      {
        decile: tenth + 1,
        n: part.length,
        lowest: first.probability,
        highest: last.probability,
        meanForecast: part.reduce((sum, one) => sum + one.probability, 0) / part.length,
        observedShare: hits / part.length,
        interval: wilsonInterval(hits, part.length),
      },
    ];
  }).flat();
}

/** Edges of the bands in which the bias between favourites and long shots is shown. */
export const BAND_EDGES: readonly number[] = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1];

/** Which band of `BAND_EDGES` holds a probability: the lower edge is in, the upper not, but 1 is in the last. */
export function bandOf(value: number): number {
  const above = BAND_EDGES.findIndex((edge) => value < edge);
  return above === -1 ? BAND_EDGES.length - 2 : above - 1;
}

/** ln(p / (1 − p)). */
export function logit(p: number): number {
  return Math.log(p / (1 - p));
}

/**
 * What happened as a logistic function of what was forecast: logit of the outcome = intercept + slope × logit(p) (Cox
 * 1958). A slope above 1: favourites win more than they were given, and long shots less (the favourite-longshot bias is
 * left in). Below 1: too much was taken from the long shots.
 */
export type CalibrationLine = { readonly intercept: number; readonly slope: number };

const MAX_STEPS = 50;
const TOLERANCE = 1e-10;

/** The calibration line of most likelihood, by Newton's method. Null when it does not exist, as of forecasts that never err. */
export function fitCalibrationLine(forecasts: readonly ScoredForecast[]): CalibrationLine | null {
  let line: CalibrationLine = { intercept: 0, slope: 1 };
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const sums = new Float64Array(LINE_COLUMNS);
    for (const forecast of forecasts) addToLine(sums, 0, line, forecast);
    const next = lineAfterStep(line, sums, 0);
    if (next === null) return null;
    const moved = Math.abs(next.intercept - line.intercept) + Math.abs(next.slope - line.slope);
    line = next;
    if (moved < TOLERANCE) return line;
  }
  return null;
}

/** Columns that `addToLine` fills: the score (2) and the information (3) of a calibration line. */
export const LINE_COLUMNS = 5;

/** Adds what one forecast says of a line's likelihood to the sums, from column `at` on. */
export function addToLine(
  sums: Float64Array,
  at: number,
  line: CalibrationLine,
  { probability: p, outcome }: { readonly probability: number; readonly outcome: 0 | 1 },
): void {
  const x = logit(p);
  const fitted = 1 / (1 + Math.exp(-(line.intercept + line.slope * x)));
  const off = outcome - fitted;
  const weight = fitted * (1 - fitted);
  const adds = [off, off * x, weight, weight * x, weight * x * x];
  adds.forEach((add, column) => {
    sums[at + column] = (sums[at + column] ?? 0) + add;
  });
}

/** One step of Newton's method from the sums of `addToLine`; null where the forecasts do not determine a line. */
export function lineAfterStep(
  line: CalibrationLine,
  sums: Float64Array,
  at: number,
): CalibrationLine | null {
  const [s0 = 0, s1 = 0, h00 = 0, h01 = 0, h11 = 0] = sums.subarray(at, at + LINE_COLUMNS);
  const determinant = h00 * h11 - h01 * h01;
  if (!(determinant > 1e-12 * Math.max(1, h00 * h11))) return null;
  const intercept = line.intercept + (h11 * s0 - h01 * s1) / determinant;
  const slope = line.slope + (h00 * s1 - h01 * s0) / determinant;
  return Number.isFinite(intercept) && Number.isFinite(slope) ? { intercept, slope } : null;
}

/**
 * What of an event's forecast is looked at one by one. Of two outcomes the first alone for deciles, because the other is
 * its mirror; of more, each outcome.
 */
export function scoredOutcomes(
  probabilities: readonly number[],
  happened: number,
  which: 'independent' | 'all',
): readonly ScoredForecast[] {
  const all = probabilities.map((p, at): ScoredForecast => ({
    probability: probability(p),
    outcome: at === happened ? 1 : 0,
  }));
  return which === 'independent' && all.length === 2 ? all.slice(0, 1) : all;
}
