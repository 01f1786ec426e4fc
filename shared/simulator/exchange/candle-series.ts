import type { EpochMs } from '../../domain/market/market.ts';

/** Open, low, high and close in units of 1e-4 dollars. */
export type Ohlc = { open: number; low: number; high: number; close: number };

/** What happened in one period. A side without a quote stands at 0 (bid) or at one dollar (ask). */
export type Bar = {
  startMs: EpochMs;
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

export function flat(value: number): Ohlc {
  return { open: value, low: value, high: value, close: value };
}

/** One more value within a period. */
export function extend(ohlc: Ohlc, value: number): void {
  if (value < ohlc.low) ohlc.low = value;
  if (value > ohlc.high) ohlc.high = value;
  ohlc.close = value;
}

/** Prices of a bar: open, low, high and close of bids, asks and trades. Nothing trades at 0, so that means no trade. */
const PRICES = 12;
const ASKS = 4;
const TRADES = 8;
/** Turnover, volume and open interest of a bar. */
const AMOUNTS = 3;
const FIRST_ROOM = 16;

/**
 * Bars of one length, oldest first, of which the newest so many are kept. They stand in columns of numbers, 56 bytes a
 * bar: most are never asked for, and those that are become objects then.
 */
export class CandleSeries {
  readonly periodMs: number;
  readonly #kept: number;
  #starts = new Float64Array(FIRST_ROOM);
  #prices = new Uint16Array(FIRST_ROOM * PRICES);
  #amounts = new Float64Array(FIRST_ROOM * AMOUNTS);
  #length = 0;

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
    if (this.#length === 0 || this.#starts[this.#length - 1] !== startMs) this.#open(startMs, bar);
    const last = this.#length - 1;
    const at = last * PRICES;
    this.#fold(at, bar.bid);
    this.#fold(at + ASKS, bar.ask);
    if (bar.trades !== null) {
      if (this.#prices[at + TRADES] === 0) this.#set(at + TRADES, bar.trades.open);
      this.#fold(at + TRADES, bar.trades);
    }
    const amounts = last * AMOUNTS;
    this.#amounts[amounts] = (this.#amounts[amounts] ?? 0) + bar.turnover;
    this.#amounts[amounts + 1] = (this.#amounts[amounts + 1] ?? 0) + bar.volume;
    this.#amounts[amounts + 2] = bar.openInterest;
  }

  /** All that is kept, with a bar that is not finished yet on top of it. */
  withCurrent(current: Bar | null): readonly Bar[] {
    const bars = Array.from({ length: this.#length }, (_, index) => this.#bar(index));
    if (current === null) return bars;
    const unfinished = new CandleSeries(this.periodMs, 1);
    const startMs = this.startOf(current.startMs);
    const last = bars.at(-1);
    if (last?.startMs === startMs) {
      unfinished.take(last);
      bars.pop();
    }
    unfinished.take(current);
    return [...bars, ...unfinished.withCurrent(null)];
  }

  /** What traded in the bars that begin at a time or later, in 1e-2 contracts. */
  volumeSince(startMs: EpochMs): number {
    let sum = 0;
    for (let index = this.#length - 1; index >= 0; index -= 1) {
      if ((this.#starts[index] ?? 0) < startMs) break;
      sum += this.#amounts[index * AMOUNTS + 1] ?? 0;
    }
    return sum;
  }

  /** The last bar that begins at a time or earlier. */
  lastUpTo(startMs: EpochMs): Bar | null {
    for (let index = this.#length - 1; index >= 0; index -= 1)
      if ((this.#starts[index] ?? 0) <= startMs) return this.#bar(index);
    return null;
  }

  /** A new bar in which nothing has happened yet but that the quotes stood somewhere. */
  #open(startMs: EpochMs, { bid, ask }: Bar): void {
    // Let go in blocks: to move all by one is to copy them.
    if (this.#length >= Math.ceil(this.#kept * 1.25)) this.#letGo(this.#length - this.#kept + 1);
    if (this.#length === this.#starts.length) this.#grow();
    const at = this.#length * PRICES;
    this.#starts[this.#length] = startMs;
    this.#set(at, bid.open);
    this.#set(at + ASKS, ask.open);
    this.#set(at + TRADES, 0);
    this.#amounts.fill(0, this.#length * AMOUNTS, (this.#length + 1) * AMOUNTS);
    this.#length += 1;
  }

  #set(at: number, value: number): void {
    this.#prices.fill(value, at, at + 4);
  }

  #fold(at: number, { low, high, close }: Ohlc): void {
    if (low < (this.#prices[at + 1] ?? 0)) this.#prices[at + 1] = low;
    if (high > (this.#prices[at + 2] ?? 0)) this.#prices[at + 2] = high;
    this.#prices[at + 3] = close;
  }

  #letGo(count: number): void {
    this.#starts.copyWithin(0, count, this.#length);
    this.#prices.copyWithin(0, count * PRICES, this.#length * PRICES);
    this.#amounts.copyWithin(0, count * AMOUNTS, this.#length * AMOUNTS);
    this.#length -= count;
  }

  #grow(): void {
    const room = this.#starts.length * 2;
    const starts = new Float64Array(room);
    const prices = new Uint16Array(room * PRICES);
    const amounts = new Float64Array(room * AMOUNTS);
    starts.set(this.#starts);
    prices.set(this.#prices);
    amounts.set(this.#amounts);
    this.#starts = starts;
    this.#prices = prices;
    this.#amounts = amounts;
  }

  #bar(index: number): Bar {
    const at = index * PRICES;
    const [turnover = 0, volume = 0, openInterest = 0] = this.#amounts.subarray(index * AMOUNTS);
    return {
      startMs: this.#starts[index] ?? 0,
      bid: this.#ohlc(at),
      ask: this.#ohlc(at + ASKS),
      trades: this.#prices[at + TRADES] === 0 ? null : this.#ohlc(at + TRADES),
      turnover,
      volume,
      openInterest,
    };
  }

  #ohlc(at: number): Ohlc {
    const [open = 0, low = 0, high = 0, close = 0] = this.#prices.subarray(at, at + 4);
    return { open, low, high, close };
  }
}
