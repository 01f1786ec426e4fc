import type { EpochMs } from '../../domain/market/market.ts';

/** Open, low, high and close in units of 1e-4 dollars. */
export type Ohlc = { open: number; low: number; high: number; close: number };

/** What happened in one period. A side without a quote stands at 0 (bid) or at one dollar (ask). */
export type Bar = {
  readonly startMs: EpochMs;
  readonly bid: Ohlc;
  readonly ask: Ohlc;
  /** Null while nothing has traded in it. */
  trades: Ohlc | null;
  /** Sum of price × contracts, for the mean. */
  turnover: number;
  volume: number;
  /** At its end. */
  openInterest: number;
};

/** A bar of which nothing is known but where the quotes stood when it began. */
export function newBar(
  startMs: EpochMs,
  at: { readonly bid: number; readonly ask: number; readonly openInterest: number },
): Bar {
  return {
    startMs,
    bid: flat(at.bid),
    ask: flat(at.ask),
    trades: null,
    turnover: 0,
    volume: 0,
    openInterest: at.openInterest,
  };
}

export function flat(value: number): Ohlc {
  return { open: value, low: value, high: value, close: value };
}

/** One more value within a period. */
export function extend(ohlc: Ohlc, value: number): void {
  if (value < ohlc.low) ohlc.low = value;
  if (value > ohlc.high) ohlc.high = value;
  ohlc.close = value;
}

/** Takes a later and shorter bar into one that began before it. */
export function fold(into: Bar, later: Bar): void {
  foldOhlc(into.bid, later.bid);
  foldOhlc(into.ask, later.ask);
  if (later.trades !== null) {
    if (into.trades === null) into.trades = { ...later.trades };
    else foldOhlc(into.trades, later.trades);
  }
  into.turnover += later.turnover;
  into.volume += later.volume;
  into.openInterest = later.openInterest;
}

export function copyBar(bar: Bar): Bar {
  return {
    ...bar,
    bid: { ...bar.bid },
    ask: { ...bar.ask },
    trades: bar.trades === null ? null : { ...bar.trades },
  };
}

function foldOhlc(into: Ohlc, later: Ohlc): void {
  into.low = Math.min(into.low, later.low);
  into.high = Math.max(into.high, later.high);
  into.close = later.close;
}

/** Bars of one length, oldest first, of which the newest so many are kept. */
export class CandleSeries {
  readonly periodMs: number;
  readonly #kept: number;
  readonly #bars: Bar[] = [];

  constructor(periodMs: number, kept: number) {
    this.periodMs = periodMs;
    this.#kept = kept;
  }

  startOf(atMs: EpochMs): EpochMs {
    return atMs - (atMs % this.periodMs);
  }

  /** Adds what happened in a shorter period, or in one of this length. Times do not go back. */
  take(bar: Bar): void {
    const startMs = this.startOf(bar.startMs);
    const last = this.#bars.at(-1);
    if (last?.startMs === startMs) {
      fold(last, bar);
      return;
    }
    this.#bars.push({ ...copyBar(bar), startMs });
    // Let go in blocks: to shift an array by one is to copy it.
    if (this.#bars.length > this.#kept * 1.25) this.#bars.splice(0, this.#bars.length - this.#kept);
  }

  /** All that is kept, with a bar that is not finished yet on top of it. */
  withCurrent(current: Bar | null): readonly Bar[] {
    if (current === null) return this.#bars;
    const startMs = this.startOf(current.startMs);
    const last = this.#bars.at(-1);
    if (last?.startMs !== startMs) return [...this.#bars, { ...copyBar(current), startMs }];
    const folded = copyBar(last);
    fold(folded, current);
    return [...this.#bars.slice(0, -1), folded];
  }
}
