import type { EpochMs } from '../market/market.ts';
import { invariant } from '../money/invariant.ts';

/** Bounds of the exchange's clock less ours, from one answer that was asked for at `atMs` of ours. */
export type OffsetSample = {
  readonly lowMs: number;
  readonly highMs: number;
  readonly atMs: EpochMs;
};

/** The exchange's clock is ours plus `offsetMs`, give or take `uncertaintyMs`. */
export type ClockOffset = {
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
  /** Answers that the bounds rest on. */
  readonly sampleCount: number;
};

/**
 * An answer with an HTTP `Date` header, cut off to whole seconds (RFC 9110, 6.6.1); our own times are cut off to whole
 * milliseconds. Null when our clock was set back meanwhile. The `ts_ms` of answers to orders would be sharper, and is
 * not used: it is when the order matched, so that an answer that is given again may carry an older one, and one false
 * bound is worse than many vague ones; and who keeps an estimate sends orders hardly ever.
 */
export function sampleOfDate({
  sentMs,
  receivedMs,
  dateMs,
}: {
  readonly sentMs: EpochMs;
  readonly receivedMs: EpochMs;
  readonly dateMs: EpochMs;
}): OffsetSample | null {
  if (receivedMs < sentMs) return null;
  return { lowMs: dateMs - (receivedMs + 1), highMs: dateMs + 1_000 - sentMs, atMs: sentMs };
}

export type ClockOffsetOptions = {
  /** Answers older than this say nothing any more. */
  readonly windowMs: number;
  /** How much two clocks may run apart, in parts per million. */
  readonly driftPpm: number;
  readonly maxSamples: number;
};

const CLOCK_OFFSET_OPTIONS: ClockOffsetOptions = {
  windowMs: 600_000,
  driftPpm: 100,
  maxSamples: 256,
};

/**
 * Where the exchange's clock stands beside ours: the intersection of the bounds of all answers in a window, each
 * widened by the drift since (Marzullo, "Maintaining the Time in a Distributed System", for one source). A whole second
 * of vagueness shrinks as answers come at other parts of the second. An answer that contradicts the others widens the
 * bounds over both; a second one that agrees with it says that a clock was set, and the older ones are forgotten.
 */
export class ClockOffsetEstimator {
  readonly #options: ClockOffsetOptions;
  #samples: OffsetSample[] = [];
  #doubt: OffsetSample | null = null;
  #resets = 0;

  constructor(options: ClockOffsetOptions = CLOCK_OFFSET_OPTIONS) {
    invariant(options.maxSamples > 0, 'an estimate rests on at least one answer');
    this.#options = options;
  }

  /** How often a clock was found to have been set. */
  get resets(): number {
    return this.#resets;
  }

  observe(sample: OffsetSample): void {
    this.#forget(sample.atMs);
    if (this.#agrees(this.#samples, sample)) {
      this.#doubt = null;
      this.#samples.push(sample);
      if (this.#samples.length > this.#options.maxSamples) this.#samples.shift();
      return;
    }
    const doubt = this.#doubt;
    if (doubt === null || !this.#agrees([doubt], sample)) {
      this.#doubt = sample;
      return;
    }
    this.#samples = [doubt, sample];
    this.#doubt = null;
    this.#resets += 1;
  }

  /** Null when no answer is young enough. */
  estimate(nowMs: EpochMs): ClockOffset | null {
    this.#forget(nowMs);
    const { low, high } = this.#bounds(this.#samples, nowMs);
    if (low === Number.NEGATIVE_INFINITY) return null;
    const doubt = this.#doubt === null ? null : this.#widened(this.#doubt, nowMs);
    const lowMs = Math.min(low, doubt?.low ?? low);
    const highMs = Math.max(high, doubt?.high ?? high);
    return {
      offsetMs: (lowMs + highMs) / 2,
      uncertaintyMs: (highMs - lowMs) / 2,
      sampleCount: this.#samples.length,
    };
  }

  #agrees(samples: readonly OffsetSample[], sample: OffsetSample): boolean {
    const { low, high } = this.#bounds(samples, sample.atMs);
    return sample.lowMs <= high && sample.highMs >= low;
  }

  #bounds(
    samples: readonly OffsetSample[],
    nowMs: EpochMs,
  ): { readonly low: number; readonly high: number } {
    let low = Number.NEGATIVE_INFINITY;
    let high = Number.POSITIVE_INFINITY;
    for (const sample of samples) {
      const widened = this.#widened(sample, nowMs);
      low = Math.max(low, widened.low);
      high = Math.min(high, widened.high);
    }
    return { low, high };
  }

  #widened(
    { lowMs, highMs, atMs }: OffsetSample,
    nowMs: EpochMs,
  ): { readonly low: number; readonly high: number } {
    const driftMs = (Math.abs(nowMs - atMs) * this.#options.driftPpm) / 1_000_000;
    return { low: lowMs - driftMs, high: highMs + driftMs };
  }

  /** Answers from before the window, and those from after now: our clock was set back. */
  #forget(nowMs: EpochMs): void {
    const { windowMs } = this.#options;
    const isYoung = ({ atMs }: OffsetSample): boolean => Math.abs(nowMs - atMs) <= windowMs;
    if (!this.#samples.every(isYoung)) this.#samples = this.#samples.filter(isYoung);
    if (this.#doubt !== null && !isYoung(this.#doubt)) this.#doubt = null;
  }
}
