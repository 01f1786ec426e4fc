import * as z from 'zod';
import type { EpochMs } from '../../shared/domain/market/market.ts';

export type Dimensions = Readonly<Record<string, string>>;

/** What was put in one stretch of `BUCKET_MS`. */
export type Bucket = {
  readonly startMs: EpochMs;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** Each value, while percentiles of the series are asked for; otherwise empty. */
  readonly values: readonly number[];
};

/** CloudWatch's finest period for alarms. */
export const BUCKET_MS = 10_000;
/** A day of buckets: an alarm looks back no further. */
const MOST_BUCKETS = 8_640;

type OpenBucket = { -readonly [Name in keyof Bucket]: Bucket[Name] } & { values: number[] };

/** One metric with its dimensions. */
export class Series {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Dimensions;
  readonly #buckets: OpenBucket[] = [];
  #keepsValues = false;
  #count = 0;
  #sum = 0;
  #last: number | null = null;

  constructor(namespace: string, metric: string, dimensions: Dimensions) {
    this.namespace = namespace;
    this.metric = metric;
    this.dimensions = dimensions;
  }

  /** Everything that was ever put. */
  get total(): { readonly count: number; readonly sum: number; readonly last: number | null } {
    return { count: this.#count, sum: this.#sum, last: this.#last };
  }

  /** Keeps each value from now on, which percentiles need. */
  keepValues(): void {
    this.#keepsValues = true;
  }

  add(value: number, atMs: EpochMs): void {
    this.#count += 1;
    this.#sum += value;
    this.#last = value;
    const bucket = this.#bucketAt(atMs - (atMs % BUCKET_MS));
    bucket.count += 1;
    bucket.sum += value;
    if (value < bucket.min) bucket.min = value;
    if (value > bucket.max) bucket.max = value;
    if (this.#keepsValues) bucket.values.push(value);
  }

  /** The buckets that begin in a stretch of time, `untilMs` exclusive. */
  between(fromMs: EpochMs, untilMs: EpochMs): readonly Bucket[] {
    const first = this.#buckets.findLastIndex(({ startMs }) => startMs < fromMs) + 1;
    const last = this.#buckets.findLastIndex(({ startMs }) => startMs < untilMs) + 1;
    return this.#buckets.slice(first, last);
  }

  /** Values come nearly in order of time, so the bucket is the last one or close to it. */
  #bucketAt(startMs: EpochMs): OpenBucket {
    let index = this.#buckets.length;
    while (index > 0) {
      const bucket = this.#buckets[index - 1];
      if (bucket === undefined || bucket.startMs < startMs) break;
      if (bucket.startMs === startMs) return bucket;
      index -= 1;
    }
    const fresh = {
      startMs,
      count: 0,
      sum: 0,
      min: Number.POSITIVE_INFINITY,
      max: Number.NEGATIVE_INFINITY,
      values: [],
    };
    this.#buckets.splice(index, 0, fresh);
    if (this.#buckets.length > MOST_BUCKETS) this.#buckets.shift();
    return fresh;
  }
}

/** An embedded-metric-format line, as far as CloudWatch reads it. */
const emfSchema = z.looseObject({
  _aws: z.looseObject({
    Timestamp: z.int(),
    CloudWatchMetrics: z.array(
      z.looseObject({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.looseObject({ Name: z.string() })),
      }),
    ),
  }),
});

/** CloudWatch metrics: named series of numbers that alarms look at. */
export class Metrics {
  readonly #series = new Map<string, Series>();

  /** The series of a metric; keep it where the same one is put often. */
  series(namespace: string, metric: string, dimensions: Dimensions): Series {
    const key = keyOf(namespace, metric, dimensions);
    const found = this.#series.get(key);
    if (found !== undefined) return found;
    const fresh = new Series(namespace, metric, { ...dimensions });
    this.#series.set(key, fresh);
    return fresh;
  }

  get all(): readonly Series[] {
    return [...this.#series.values()];
  }

  put(
    namespace: string,
    metric: string,
    dimensions: Dimensions,
    value: number,
    atMs: EpochMs,
  ): void {
    this.series(namespace, metric, dimensions).add(value, atMs);
  }

  /**
   * Takes the metrics of a log line in embedded metric format; true when it was one. Any other line is a log line and
   * nothing more, as for CloudWatch.
   */
  ingestEmf(line: string): boolean {
    if (!line.includes('"_aws"')) return false;
    const parsed = emfSchema.safeParse(parseJson(line));
    if (!parsed.success) return false;
    const record: Readonly<Record<string, unknown>> = parsed.data;
    const { CloudWatchMetrics: directives, Timestamp: atMs } = parsed.data['_aws'];
    for (const directive of directives) {
      for (const names of directive.Dimensions) {
        const dimensions = Object.fromEntries(names.map((name) => [name, String(record[name])]));
        for (const { Name } of directive.Metrics) {
          for (const value of numbersOf(record[Name])) {
            this.put(directive.Namespace, Name, dimensions, value, atMs);
          }
        }
      }
    }
    return true;
  }
}

function keyOf(namespace: string, metric: string, dimensions: Dimensions): string {
  const sorted = Object.keys(dimensions).toSorted();
  return JSON.stringify([namespace, metric, ...sorted.map((name) => [name, dimensions[name]])]);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function numbersOf(value: unknown): readonly number[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((each): each is number => typeof each === 'number');
}
