import type { EpochMs } from '../market/market.ts';
import { invariant } from '../money/invariant.ts';
import type { ClockOffset } from './clock-offset.ts';

/** How old messages were, in milliseconds; the quantiles are null before the first. */
export type AgeSummary = {
  readonly count: number;
  /** Messages from the future: the clocks are not where they were thought to be. Counted as of age 0. */
  readonly negative: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
};

/** How old a message is on arrival: our time on the exchange's clock, less the time at which the exchange wrote it. */
export function feedAgeMs(
  receivedMs: EpochMs,
  exchangeTimeMs: EpochMs,
  offset: ClockOffset | null,
): number {
  return receivedMs + (offset?.offsetMs ?? 0) - exchangeTimeMs;
}

/** Ages up to this have a bucket for each millisecond; above, eight buckets for each doubling. */
const EXACT = 16;
const PER_OCTAVE = 8;
const FIRST_OCTAVE = 4;
const LAST_OCTAVE = 26;
const BUCKETS = EXACT + (LAST_OCTAVE - FIRST_OCTAVE + 1) * PER_OCTAVE;
/** Beyond any age of a living feed: 37 hours. */
const MAX_AGE_MS = 2 ** (LAST_OCTAVE + 1) - 1;

/**
 * A distribution of ages over buckets of fixed size, at most an eighth wide (as HdrHistogram's, Gil Tene). A quantile
 * is the upper end of its bucket, so that no age is told too low; the largest is exact.
 */
export class AgeHistogram {
  readonly #counts = new Float64Array(BUCKETS);
  #count = 0;
  #negative = 0;
  #maxMs = 0;

  /** An age in milliseconds, rounded up. */
  record(ageMs: number): void {
    invariant(Number.isFinite(ageMs), 'an age is a finite number of milliseconds');
    const age = Math.min(MAX_AGE_MS, Math.max(0, Math.ceil(ageMs)));
    if (ageMs < 0) this.#negative += 1;
    this.#count += 1;
    if (age > this.#maxMs) this.#maxMs = age;
    const bucket = bucketOf(age);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
  }

  summary(): AgeSummary {
    return {
      count: this.#count,
      negative: this.#negative,
      p50Ms: this.#quantile(0.5),
      p95Ms: this.#quantile(0.95),
      p99Ms: this.#quantile(0.99),
      maxMs: this.#count === 0 ? null : this.#maxMs,
    };
  }

  clear(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#negative = 0;
    this.#maxMs = 0;
  }

  #quantile(share: number): number | null {
    if (this.#count === 0) return null;
    let left = Math.ceil(this.#count * share);
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      left -= this.#counts[bucket] ?? 0;
      if (left <= 0) return Math.min(this.#maxMs, highestOf(bucket));
    }
    return this.#maxMs;
  }
}

function bucketOf(age: number): number {
  if (age < EXACT) return age;
  const octave = 31 - Math.clz32(age);
  const within = (age >> (octave - 3)) & (PER_OCTAVE - 1);
  return EXACT + (octave - FIRST_OCTAVE) * PER_OCTAVE + within;
}

/** The largest age that falls into a bucket. */
function highestOf(bucket: number): number {
  if (bucket < EXACT) return bucket;
  const octave = FIRST_OCTAVE + Math.floor((bucket - EXACT) / PER_OCTAVE);
  const within = (bucket - EXACT) % PER_OCTAVE;
  return (PER_OCTAVE + within + 1) * 2 ** (octave - 3) - 1;
}

export type FeedLagOptions = {
  /** A message that is certainly older is behind. */
  readonly maxAgeMs: number;
  /** Behind for so long, without one message in time, is a feed that does not catch up. */
  readonly sustainedMs: number;
};

const MAX_PATIENCE = 32;

/**
 * Watches for a feed that falls behind while its connection lives: messages that come one after the other, each of them
 * late. One late message says little, and one in time ends it. What the clocks leave open counts for the feed.
 */
export class FeedLag {
  readonly #options: FeedLagOptions;
  #behindSinceMs: EpochMs | null = null;
  #patience = 1;

  constructor(options: FeedLagOptions) {
    this.#options = options;
  }

  /** Whether the feed has been behind for as long as it may. */
  observe(ageMs: number, uncertaintyMs: number, receivedMs: EpochMs): boolean {
    const { maxAgeMs, sustainedMs } = this.#options;
    if (ageMs - uncertaintyMs <= maxAgeMs) {
      this.#behindSinceMs = null;
      this.#patience = 1;
      return false;
    }
    // Time that went back says nothing of how long it has been.
    if (this.#behindSinceMs === null || receivedMs < this.#behindSinceMs)
      this.#behindSinceMs = receivedMs;
    return receivedMs - this.#behindSinceMs >= sustainedMs * this.#patience;
  }

  /** A new connection: what was said of the old one does not count. */
  clear(): void {
    this.#behindSinceMs = null;
  }

  /** The connection was left for its lag. Where that did not help, the next one may lag for twice as long. */
  onLeft(): void {
    this.#behindSinceMs = null;
    this.#patience = Math.min(MAX_PATIENCE, this.#patience * 2);
  }
}
