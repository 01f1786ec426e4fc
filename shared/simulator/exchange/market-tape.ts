import type { EpochMs } from '../../domain/market/market.ts';
import { ONE_DOLLAR } from '../../domain/money/price.ts';
import { CandleSeries, extend, flat, newBar, type Bar } from './candle-series.ts';

/** Lengths of candles, and how many of each are kept: a day of minutes, three months of hours, a year of days. */
const KEPT = { 60_000: 1_440, 3_600_000: 2_208, 86_400_000: 366 } as const;
export type CandlePeriodMs = 60_000 | 3_600_000 | 86_400_000;

/**
 * The quotes and trades of one market in periods of time. A period in which nothing changed has no bar, so that a quiet
 * market takes no room; the oldest bars go. Days are those of UTC.
 */
export class MarketTape {
  readonly #series = {
    60_000: new CandleSeries(60_000, KEPT[60_000]),
    3_600_000: new CandleSeries(3_600_000, KEPT[3_600_000]),
    86_400_000: new CandleSeries(86_400_000, KEPT[86_400_000]),
  } as const;
  /** The minute in which something last changed. */
  #current: Bar | null = null;
  #bid = 0;
  #ask: number = ONE_DOLLAR;
  #openInterest = 0;

  /** True when a change at a price may move the top of the book; most are behind it. */
  isAtTop(side: 'bid' | 'ask', price: number): boolean {
    return side === 'bid' ? price >= this.#bid : price <= this.#ask;
  }

  /** Where the top of the book is now, in 1e-4 dollars; 0 and one dollar for an empty side. */
  quote(bid: number, ask: number, atMs: EpochMs): void {
    if (bid === this.#bid && ask === this.#ask) return;
    const bar = this.#barAt(atMs);
    this.#bid = bid;
    this.#ask = ask;
    extend(bar.bid, bid);
    extend(bar.ask, ask);
  }

  /** A trade, and the open interest after it. */
  trade(price: number, count: number, openInterest: number, atMs: EpochMs): void {
    const bar = this.#barAt(atMs);
    if (bar.trades === null) bar.trades = flat(price);
    else extend(bar.trades, price);
    bar.turnover += price * count;
    bar.volume += count;
    bar.openInterest = openInterest;
    this.#openInterest = openInterest;
  }

  /** Oldest first. */
  bars(periodMs: CandlePeriodMs): readonly Bar[] {
    return this.#series[periodMs].withCurrent(this.#current);
  }

  /** What traded in the last 24 hours, to the minute, in 1e-2 contracts. */
  volumeOfDay(nowMs: EpochMs): number {
    let sum = 0;
    for (const { startMs, volume } of this.bars(60_000).toReversed()) {
      if (startMs < nowMs - 86_400_000) break;
      sum += volume;
    }
    return sum;
  }

  /** The last bar that had begun a day ago, by the hour; null when the market is younger. */
  dayAgo(nowMs: EpochMs): Bar | null {
    return this.bars(3_600_000).findLast(({ startMs }) => startMs <= nowMs - 86_400_000) ?? null;
  }

  #barAt(atMs: EpochMs): Bar {
    const startMs = atMs - (atMs % 60_000);
    const current = this.#current;
    if (current?.startMs === startMs) return current;
    if (current !== null) for (const series of Object.values(this.#series)) series.take(current);
    const fresh = newBar(startMs, {
      bid: this.#bid,
      ask: this.#ask,
      openInterest: this.#openInterest,
    });
    this.#current = fresh;
    return fresh;
  }
}
