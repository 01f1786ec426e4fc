import { clearCause, raiseCause, standingCauses } from '../../shared/application/trading-causes.ts';
import type { ClockOffset } from '../../shared/domain/feeds/clock-offset.ts';
import {
  AgeHistogram,
  FeedLag,
  feedAgeMs,
  type AgeSummary,
} from '../../shared/domain/feeds/feed-age.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { HotStore } from '../../shared/ports/hot-store.ts';
import type { MarketDataEvent } from '../../shared/ports/market-data.ts';
import type { Telemetry } from '../../shared/ports/telemetry.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import type { TaskTimers } from './task-timers.ts';

export type FeedChannel = 'book' | 'trade' | 'fill' | 'order' | 'quote' | 'group';

export type FeedAges = {
  /** Of the last whole minute. */
  readonly channels: Readonly<Partial<Record<FeedChannel, AgeSummary>>>;
  /** The exchange's clock beside ours; null while it is not known. */
  readonly clock: ClockOffset | null;
  readonly isBehind: boolean;
};

export type FeedAgeParts = {
  readonly tasks: TaskTimers;
  readonly timers: Timers;
  readonly telemetry: Telemetry;
  readonly store: HotStore;
  /** Where the exchange's clock stands; null while it is not known, or where both are the same. */
  readonly clockOffset: ((nowMs: EpochMs) => ClockOffset | null) | null;
  readonly healAfterMs: number;
  /** The connection is given up for a new one. */
  readonly reconnect: (why: string) => Promise<void>;
};

const PUBLISH_MS = 60_000;
/** Books older than this are not traded on. */
const MAX_AGE_MS = 2_000;
const SUSTAINED_MS = 5_000;
/** While nothing is known of the exchange's clock: signatures are refused beyond this (Kalshi: API Keys). */
const UNKNOWN_MS = 5_000;
/** A clock that is further off is told: requests would soon be refused. */
const MAX_OFFSET_MS = 2_000;

/** A clock that was set makes all ages wrong: it is looked at more often than a feed may be behind. */
const CLOCK_MS = 1_000;

const CODE = 'stale_book';

/**
 * How old what the exchange says is on arrival, by channel: published each minute as levels. A feed that falls behind
 * on a living connection refuses new risk and costs the connection; the refusal goes when it is in time again.
 */
export class FeedAgeWatch {
  readonly #parts: FeedAgeParts;
  readonly #ages = new Map<FeedChannel, AgeHistogram>();
  readonly #lag = new FeedLag({ maxAgeMs: MAX_AGE_MS, sustainedMs: SUSTAINED_MS });
  #offset: ClockOffset | null = null;
  #clockReadMs: EpochMs = 0;
  #last: FeedAges['channels'] = {};
  #behindMs: EpochMs | null = null;

  constructor(parts: FeedAgeParts) {
    this.#parts = parts;
  }

  get ages(): FeedAges {
    return { channels: this.#last, clock: this.#offset, isBehind: this.#behindMs !== null };
  }

  begin(): void {
    const { tasks } = this.#parts;
    this.#readClock();
    tasks.after(0, 'a refusal is taken over', () => this.#takeOver());
    tasks.every(PUBLISH_MS, 'feed ages are published', () => {
      this.#publish();
      return Promise.resolve();
    });
  }

  /** A new connection: what was said of the old one does not count. */
  onConnected(): void {
    this.#lag.clear();
  }

  onEvent(event: MarketDataEvent, receivedMs: EpochMs): void {
    const told = timeOf(event);
    if (told === null) return;
    const { channel, exchangeTimeMs } = told;
    if (Math.abs(this.#parts.timers.nowMs() - this.#clockReadMs) >= CLOCK_MS) this.#readClock();
    const ageMs = feedAgeMs(receivedMs, exchangeTimeMs, this.#offset);
    let histogram = this.#ages.get(channel);
    if (histogram === undefined) this.#ages.set(channel, (histogram = new AgeHistogram()));
    histogram.record(ageMs);
    if (channel !== 'book') return;
    if (this.#lag.observe(ageMs, this.#uncertaintyMs(), receivedMs))
      this.#onBehind(ageMs, receivedMs);
    else if (this.#behindMs !== null && ageMs <= MAX_AGE_MS) this.#onInTime(receivedMs);
  }

  #uncertaintyMs(): number {
    if (this.#parts.clockOffset === null) return 0;
    return this.#offset?.uncertaintyMs ?? UNKNOWN_MS;
  }

  #onBehind(ageMs: number, nowMs: EpochMs): void {
    const { store, tasks, telemetry, reconnect } = this.#parts;
    this.#behindMs = nowMs;
    this.#lag.onLeft();
    telemetry.count('feeder.feed_behind', 1);
    telemetry.log('error', 'feed_behind', { ageMs });
    tasks.after(0, 'feed is behind', async () => {
      await raiseCause(store, {
        code: CODE,
        scope: { kind: 'account' },
        state: 'refuse',
        sinceMs: nowMs,
        detail: `the exchange's stream is ${Math.round(ageMs)} ms behind`,
      });
      await reconnect(`the stream is ${Math.round(ageMs)} ms behind`);
    });
  }

  /** A process that died while its feed was behind has left its refusal: it goes as one of ours would. */
  async #takeOver(): Promise<void> {
    const { store, timers } = this.#parts;
    const isLeft = (await standingCauses(store)).some(
      ({ code, scope }) => code === CODE && scope.kind === 'account',
    );
    if (isLeft) this.#behindMs ??= timers.nowMs();
  }

  /** In time for long enough after it was behind. */
  #onInTime(nowMs: EpochMs): void {
    const { healAfterMs, store, tasks, telemetry } = this.#parts;
    if (this.#behindMs === null || nowMs - this.#behindMs < healAfterMs) return;
    this.#behindMs = null;
    telemetry.log('info', 'feed_in_time', {});
    tasks.after(0, 'feed is in time', () =>
      clearCause(store, { code: CODE, scope: { kind: 'account' } }),
    );
  }

  #publish(): void {
    const { telemetry } = this.#parts;
    const last: Partial<Record<FeedChannel, AgeSummary>> = {};
    for (const [channel, histogram] of this.#ages) {
      const summary = histogram.summary();
      last[channel] = summary;
      for (const level of ['p50Ms', 'p95Ms', 'p99Ms'] as const)
        if (summary[level] !== null)
          telemetry.gauge(`feed_age.${channel}.${level.slice(0, -2)}_ms`, summary[level]);
      histogram.clear();
    }
    this.#last = last;
    this.#readClock();
    this.#tellClock();
  }

  #readClock(): void {
    const { clockOffset, timers } = this.#parts;
    this.#clockReadMs = timers.nowMs();
    this.#offset = clockOffset?.(this.#clockReadMs) ?? null;
  }

  #tellClock(): void {
    const { clockOffset, telemetry } = this.#parts;
    if (clockOffset === null) return;
    const offset = this.#offset;
    if (offset === null) {
      telemetry.count('feeder.clock_unknown', 1);
      return;
    }
    telemetry.gauge('feeder.clock_offset_ms', offset.offsetMs);
    telemetry.gauge('feeder.clock_uncertainty_ms', offset.uncertaintyMs);
    if (Math.abs(offset.offsetMs) - offset.uncertaintyMs <= MAX_OFFSET_MS) return;
    telemetry.count('feeder.clock_skewed', 1);
    telemetry.log('error', 'clock_skewed', { offsetMs: Math.round(offset.offsetMs) });
  }
}

function timeOf(
  event: MarketDataEvent,
): { readonly channel: FeedChannel; readonly exchangeTimeMs: EpochMs } | null {
  switch (event.kind) {
    case 'book_delta':
      return { channel: 'book', exchangeTimeMs: event.delta.exchangeTimeMs };
    case 'public_trade':
      return { channel: 'trade', exchangeTimeMs: event.exchangeTimeMs };
    case 'fill':
      return { channel: 'fill', exchangeTimeMs: event.fill.exchangeTimeMs };
    case 'order_update':
      return { channel: 'order', exchangeTimeMs: event.update.exchangeTimeMs };
    case 'quote_summary':
      return { channel: 'quote', exchangeTimeMs: event.quote.exchangeTimeMs };
    case 'order_group_told':
      return { channel: 'group', exchangeTimeMs: event.exchangeTimeMs };
    // A snapshot says what was, whenever it was asked for; the others carry no time of their own.
    case 'book_snapshot':
    case 'lifecycle':
    case 'price_grid_told':
    case 'market_facts_told':
    case 'event_told':
    case 'event_fees_told':
    case 'position_told':
    case 'control':
    case 'stream_error':
      return null;
  }
}
