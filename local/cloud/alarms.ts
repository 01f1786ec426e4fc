import type { Wiring } from '../../shared/contracts/environment/wiring.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { TimerHandle, Timers } from '../../shared/ports/timers.ts';
import type { Bucket, Metrics, Series } from './metrics.ts';
import type { Topics } from './topics.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export type AlarmChange = {
  readonly alarm: string;
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly atMs: EpochMs;
  readonly reason: string;
};

export type AlarmsOptions = {
  readonly timers: Timers;
  readonly metrics: Metrics;
  readonly topics: Topics;
  readonly alarms: Wiring['alarms'];
  /** Called before each look at the periods that end now, for what is measured by looking: the depth of queues. */
  readonly onBeforeLook: (endMs: EpochMs) => void;
};

type WiredAlarm = Wiring['alarms'][number];
type Entry = {
  readonly alarm: WiredAlarm;
  readonly series: Series;
  readonly valueOf: (buckets: readonly Bucket[]) => number;
  state: AlarmState;
};

/** CloudWatch alarms: each looks at its metric once a period, and tells its topics when its state changes. */
export class Alarms {
  readonly #options: AlarmsOptions;
  readonly #entries: readonly Entry[];
  readonly #changes: AlarmChange[] = [];
  readonly #timers = new Map<number, TimerHandle>();
  #startedMs: EpochMs = Number.POSITIVE_INFINITY;

  /** Throws for a statistic or a period that is not served. */
  constructor(options: AlarmsOptions) {
    this.#options = options;
    this.#entries = options.alarms.map((alarm) => this.#entryOf(alarm));
  }

  /** Every change of state, in order of time. */
  get changes(): readonly AlarmChange[] {
    return this.#changes;
  }

  /** Null when there is no such alarm. */
  stateOf(name: string): AlarmState | null {
    return this.#entries.find(({ alarm }) => alarm.name === name)?.state ?? null;
  }

  start(): void {
    this.#startedMs = this.#options.timers.nowMs();
    for (const periodS of new Set(this.#entries.map(({ alarm }) => alarm.periodS))) {
      this.#plan(periodS);
    }
  }

  stop(): void {
    for (const timer of this.#timers.values()) this.#options.timers.cancel(timer);
    this.#timers.clear();
  }

  /** Periods are aligned to the clock; the look comes right behind a period's end. */
  #plan(periodS: number): void {
    const { timers } = this.#options;
    const periodMs = periodS * 1_000;
    const endMs = timers.nowMs() - (timers.nowMs() % periodMs) + periodMs;
    const timer = timers.at(endMs, 'alarms look', () => {
      this.#plan(periodS);
      this.#look(periodS, endMs);
    });
    this.#timers.set(periodS, timer);
  }

  #look(periodS: number, endMs: EpochMs): void {
    this.#options.onBeforeLook(endMs);
    for (const entry of this.#entries) {
      if (entry.alarm.periodS === periodS) this.#evaluate(entry, endMs);
    }
  }

  #evaluate(entry: Entry, endMs: EpochMs): void {
    const { alarm, series } = entry;
    const periodMs = alarm.periodS * 1_000;
    const periods = Array.from({ length: alarm.evaluationPeriods }, (_, back) => {
      const fromMs = endMs - (back + 1) * periodMs;
      const buckets = series.between(fromMs, fromMs + periodMs);
      return buckets.length === 0 ? null : entry.valueOf(buckets);
    });
    const to = stateAfter(alarm, periods, entry.state);
    // Nobody measured before the start: that nothing is known of such a period is no alarm.
    const isBeforeStart = endMs - alarm.evaluationPeriods * periodMs < this.#startedMs;
    if (to === 'ALARM' && isBeforeStart && periods.includes(null)) return;
    if (to === entry.state) return;
    const values = periods.map((value) => value ?? 'no data').join(', ');
    this.#change(entry, to, `${alarm.statistic} of the last periods, newest first: ${values}`);
  }

  #change(entry: Entry, to: AlarmState, reason: string): void {
    const { alarm, state: from } = entry;
    entry.state = to;
    const change = { alarm: alarm.name, from, to, atMs: this.#options.timers.nowMs(), reason };
    this.#changes.push(change);
    if (to !== 'ALARM') return;
    for (const topic of alarm.topics) {
      this.#options.topics.publish(topic, JSON.stringify(change), `ALARM: ${alarm.name}`);
    }
  }

  #entryOf(alarm: WiredAlarm): Entry {
    if (alarm.periodS % 10 !== 0) {
      throw new Error(`alarm ${alarm.name} has a period of ${alarm.periodS} s, not of tens`);
    }
    const series = this.#options.metrics.series(alarm.namespace, alarm.metric, alarm.dimensions);
    const percentile = /^p(\d+(?:\.\d+)?)$/.exec(alarm.statistic);
    if (percentile !== null) series.keepValues();
    return {
      alarm,
      series,
      state: 'INSUFFICIENT_DATA',
      valueOf:
        percentile === null ? statisticOf(alarm) : percentileOf(Number(percentile[1] ?? 100)),
    };
  }
}

const STATISTICS: Readonly<Record<string, (buckets: readonly Bucket[]) => number>> = {
  Sum: (buckets) => total(buckets, 'sum'),
  SampleCount: (buckets) => total(buckets, 'count'),
  Average: (buckets) => total(buckets, 'sum') / total(buckets, 'count'),
  Maximum: (buckets) => Math.max(...buckets.map(({ max }) => max)),
  Minimum: (buckets) => Math.min(...buckets.map(({ min }) => min)),
};

function statisticOf(alarm: WiredAlarm): (buckets: readonly Bucket[]) => number {
  const statistic = STATISTICS[alarm.statistic];
  if (statistic !== undefined) return statistic;
  throw new Error(
    `alarm ${alarm.name} asks for ${alarm.statistic}, not for ${Object.keys(STATISTICS).join(', ')} or a percentile such as p99`,
  );
}

/** The nearest rank: the least value that so many percent do not exceed. */
function percentileOf(percent: number): (buckets: readonly Bucket[]) => number {
  return (buckets) => {
    const values = buckets.flatMap((bucket) => bucket.values).toSorted((a, b) => a - b);
    const rank = Math.max(1, Math.ceil((percent / 100) * values.length));
    return values[rank - 1] ?? 0;
  };
}

function total(buckets: readonly Bucket[], field: 'sum' | 'count'): number {
  return buckets.reduce((sum, bucket) => sum + bucket[field], 0);
}

const BREACHES = {
  GreaterThanThreshold: (value: number, threshold: number) => value > threshold,
  GreaterThanOrEqualToThreshold: (value: number, threshold: number) => value >= threshold,
  LessThanThreshold: (value: number, threshold: number) => value < threshold,
  LessThanOrEqualToThreshold: (value: number, threshold: number) => value <= threshold,
} as const;

/**
 * The state after a look at the last periods, newest first: ALARM when all of them breach ("Configuring how CloudWatch
 * alarms treat missing data"). CloudWatch looks a few periods further back when data is missing; here it does not.
 */
function stateAfter(
  alarm: WiredAlarm,
  periods: readonly (number | null)[],
  before: AlarmState,
): AlarmState {
  const isMissing = periods.every((value) => value === null);
  if (isMissing && alarm.treatMissingData === 'missing') return 'INSUFFICIENT_DATA';
  if (isMissing && alarm.treatMissingData === 'ignore') return before;
  const breaches = periods.every((value) => {
    if (value !== null) return BREACHES[alarm.comparison](value, alarm.threshold);
    return alarm.treatMissingData === 'breaching' || isWithout(alarm);
  });
  return breaches ? 'ALARM' : 'OK';
}

/** Periods without data are left out of the count when they are neither good nor bad. */
function isWithout({ treatMissingData }: WiredAlarm): boolean {
  return treatMissingData === 'missing' || treatMissingData === 'ignore';
}
