import type { EpochMs } from '../../domain/market/market.ts';
import { ONE_DOLLAR } from '../../domain/money/price.ts';
import { CandleSeries, extend, flat, type Bar, type Ohlc } from './candle-series.ts';

/** Lengths of candles, and how many of each are kept: a day of minutes, three months of hours, a year of days. */
const KEPT = { 60_000: 1_440, 3_600_000: 2_208, 86_400_000: 366 } as const;
export type CandlePeriodMs = 60_000 | 3_600_000 | 86_400_000;
const DAY_MS = 86_400_000;

/**
 * The quotes and trades of one market in periods of time. A period in which nothing changed has no bar, so that a quiet
 * market takes no room; the oldest bars go. Days are those of UTC.
 */
export class MarketTape {
  readonly #minutes = new CandleSeries(60_000, KEPT[60_000]);
  readonly #hours = new CandleSeries(3_600_000, KEPT[3_600_000]);
  readonly #days = new CandleSeries(86_400_000, KEPT[86_400_000]);
  /** The minute in which something last changed; before anything has, one that no time is in. */
  readonly #current: Bar = {
    startMs: Number.NaN,
    bid: flat(0),
    ask: flat(ONE_DOLLAR),
    trades: null,
    turnover: 0,
    volume: 0,
    openInterest: 0,
  };

  /** True when a change at a price may move the top of the book; most are behind it. */
  isAtTop(side: 'bid' | 'ask', price: number): boolean {
    const { bid, ask } = this.#current;
    return side === 'bid' ? price >= bid.close : price <= ask.close;
  }

  /** Where the top of the book is now, in 1e-4 dollars; 0 and one dollar for an empty side. */
  quote(bid: number, ask: number, atMs: EpochMs): void {
    const bar = this.#current;
    if (bid === bar.bid.close && ask === bar.ask.close) return;
    this.#begin(atMs);
    extend(bar.bid, bid);
    extend(bar.ask, ask);
  }

  /** A trade, and the open interest after it. */
  trade(price: number, count: number, openInterest: number, atMs: EpochMs): void {
    this.#begin(atMs);
    const bar = this.#current;
    if (bar.trades === null) bar.trades = flat(price);
    else extend(bar.trades, price);
    bar.turnover += price * count;
    bar.volume += count;
    bar.openInterest = openInterest;
  }

  /** Oldest first. */
  bars(periodMs: CandlePeriodMs): readonly Bar[] {
    return this.#series(periodMs).withCurrent(this.#unfinished());
  }

  /** What traded in the last 24 hours, to the minute, in 1e-2 contracts. */
  volumeOfDay(nowMs: EpochMs): number {
    const { startMs, volume } = this.#current;
    const fromMs = nowMs - DAY_MS;
    return this.#minutes.volumeSince(fromMs) + (startMs >= fromMs ? volume : 0);
  }

  /** The last bar that had begun a day ago, by the hour; null when the market is younger. */
  dayAgo(nowMs: EpochMs): Bar | null {
    const unfinished = this.#unfinished();
    const fromMs = nowMs - DAY_MS;
    return unfinished !== null && this.#hours.startOf(unfinished.startMs) <= fromMs
      ? (this.#hours.withCurrent(unfinished).at(-1) ?? null)
      : this.#hours.lastUpTo(fromMs);
  }

  #series(periodMs: CandlePeriodMs): CandleSeries {
    switch (periodMs) {
      case 60_000:
        return this.#minutes;
      case 3_600_000:
        return this.#hours;
      case 86_400_000:
        return this.#days;
    }
  }

  #unfinished(): Bar | null {
    return Number.isNaN(this.#current.startMs) ? null : this.#current;
  }

  /** Puts the minute away that is over, and starts the next where the quotes stand. */
  #begin(atMs: EpochMs): void {
    const bar = this.#current;
    if (atMs >= bar.startMs && atMs < bar.startMs + 60_000) return;
    if (!Number.isNaN(bar.startMs)) {
      this.#minutes.take(bar);
      this.#hours.take(bar);
      this.#days.take(bar);
    }
    bar.startMs = atMs - (atMs % 60_000);
    restart(bar.bid);
    restart(bar.ask);
    bar.trades = null;
    bar.turnover = 0;
    bar.volume = 0;
  }
}

function restart(ohlc: Ohlc): void {
  ohlc.open = ohlc.close;
  ohlc.low = ohlc.close;
  ohlc.high = ohlc.close;
}
