import { invariant } from '../money/invariant.ts';

/** A value with the interval that resampling gives it. */
export type Estimate = { readonly value: number; readonly low: number; readonly high: number };

/** A function of column sums; NaN where it does not exist, as a mean of nothing. */
export type Statistic = {
  readonly of: (sums: Float64Array) => number;
  /** Share of the resamples between `low` and `high`; 0.95 unless said. */
  readonly confidence?: number;
};

/** A whole number from 0 to below `below`, each as likely: the chance of a resampling, handed in by who has a seed. */
export type Draw = (below: number) => number;

/**
 * Sums of several columns by cluster: what is summed over events that may depend on each other, such as those of one
 * day, goes to one row.
 */
export class ClusterSums {
  readonly width: number;
  readonly #rows = new Map<string, Float64Array>();

  constructor(width: number) {
    this.width = width;
  }

  /** The row of a cluster, to add to. */
  row(cluster: string): Float64Array {
    let row = this.#rows.get(cluster);
    if (row === undefined) {
      row = new Float64Array(this.width);
      this.#rows.set(cluster, row);
    }
    return row;
  }

  get clusters(): number {
    return this.#rows.size;
  }

  /** All rows, one after the other, in the order in which their clusters came. */
  table(): Float64Array {
    const table = new Float64Array(this.#rows.size * this.width);
    [...this.#rows.values()].forEach((row, index) => table.set(row, index * this.width));
    return table;
  }
}

const LEAST_CLUSTERS = 2;
/** Of the resamples in which a statistic exists; with fewer there is no interval. */
const LEAST_DEFINED = 0.9;
const USUAL_CONFIDENCE = 0.95;

/**
 * Each statistic of all events, with the percentile interval of the cluster bootstrap (Efron 1979; Cameron, Gelbach and
 * Miller 2008): whole clusters are drawn with replacement, as many as there are, `resamples` times, and each statistic
 * is taken of the sums. All statistics see the same draws, so differences are paired. Order statistics are rounded
 * outwards. Null where a statistic does not exist, for fewer than two clusters, and where fewer than nine in ten
 * resamples have it.
 */
export function clusterBootstrap({
  sums,
  statistics,
  resamples,
  draw,
}: {
  readonly sums: ClusterSums;
  readonly statistics: readonly Statistic[];
  readonly resamples: number;
  readonly draw: Draw;
}): readonly (Estimate | null)[] {
  invariant(resamples > 0, 'a bootstrap has resamples');
  const { clusters, width } = sums;
  const table = sums.table();
  const total = sumOfRows(table, width, new Uint32Array(clusters).fill(1));
  if (clusters < LEAST_CLUSTERS) return statistics.map(() => null);
  const drawn = statistics.map(() => new Float64Array(resamples));
  const times = new Uint32Array(clusters);
  for (let round = 0; round < resamples; round += 1) {
    times.fill(0);
    for (let drawnNow = 0; drawnNow < clusters; drawnNow += 1) {
      const at = draw(clusters);
      times[at] = (times[at] ?? 0) + 1;
    }
    const sample = sumOfRows(table, width, times);
    statistics.forEach(({ of }, index) => {
      const values = drawn[index];
      if (values !== undefined) values[round] = of(sample);
    });
  }
  return statistics.map(({ of, confidence = USUAL_CONFIDENCE }, index) =>
    estimate(of(total), drawn[index] ?? new Float64Array(), confidence),
  );
}

/** The sum of all rows, each as many times as it was drawn. */
function sumOfRows(table: Float64Array, width: number, times: Uint32Array): Float64Array {
  const sums = new Float64Array(width);
  let start = 0;
  for (const drawn of times) {
    if (drawn > 0)
      for (let column = 0; column < width; column += 1)
        sums[column] = (sums[column] ?? 0) + drawn * (table[start + column] ?? 0);
    start += width;
  }
  return sums;
}

function estimate(value: number, drawn: Float64Array, confidence: number): Estimate | null {
  const defined = drawn.filter((one) => !Number.isNaN(one)).toSorted();
  if (Number.isNaN(value) || defined.length < LEAST_DEFINED * drawn.length) return null;
  const tail = (1 - confidence) / 2;
  const last = defined.length - 1;
  const low = defined[Math.floor(tail * last)];
  const high = defined[Math.ceil((1 - tail) * last)];
  return low === undefined || high === undefined ? null : { value, low, high };
}
