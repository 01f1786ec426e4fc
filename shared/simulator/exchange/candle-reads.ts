import type { CandleRow } from '../../adapters/kalshi/wire/tape-encode.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import { contracts } from '../../domain/money/contracts.ts';
import { price, type Price } from '../../domain/money/price.ts';
import { nearestDivide } from '../../domain/money/rounding.ts';
import type { Bar, Ohlc } from './candle-series.ts';
import type { CandlePeriodMs, MarketTape } from './market-tape.ts';

export type CandleQuery = {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  readonly periodMs: CandlePeriodMs;
  /** The last one before the span comes first, without trades and at the end of the first period of the span. */
  readonly withLatestBefore: boolean;
};

/** Candles that end within a span, both ends included, oldest first. One whose period is not over yet is among them. */
export function candlesOf(tape: MarketTape, query: CandleQuery): readonly CandleRow[] {
  const { startMs, endMs, periodMs, withLatestBefore } = query;
  const rows: CandleRow[] = [];
  let before: CandleRow | null = null;
  let previous: Price | null = null;
  for (const bar of tape.bars(periodMs)) {
    const row = rowOf(bar, periodMs, previous);
    previous = row.trades?.close ?? previous;
    if (row.endMs < startMs) before = row;
    else if (row.endMs <= endMs) rows.push(row);
  }
  if (!withLatestBefore || before === null) return rows;
  const firstEndMs = Math.ceil(startMs / periodMs) * periodMs;
  if (rows[0]?.endMs === firstEndMs) return rows;
  return [projected(before, firstEndMs), ...rows];
}

function rowOf(bar: Bar, periodMs: number, previous: Price | null): CandleRow {
  const { trades, volume } = bar;
  return {
    endMs: bar.startMs + periodMs,
    bid: pricesOf(bar.bid),
    ask: pricesOf(bar.ask),
    trades:
      trades === null
        ? null
        : { ...pricesOf(trades), mean: price(nearestDivide(bar.turnover, volume)) },
    previous,
    volume: contracts(volume),
    openInterest: contracts(bar.openInterest),
  };
}

/** An earlier candle as it stands later: nothing trades in it. */
function projected(candle: CandleRow, endMs: EpochMs): CandleRow {
  const { bid, ask, trades, previous, openInterest } = candle;
  return {
    endMs,
    bid: { open: bid.close, low: bid.close, high: bid.close, close: bid.close },
    ask: { open: ask.close, low: ask.close, high: ask.close, close: ask.close },
    trades: null,
    previous: trades?.close ?? previous,
    volume: contracts(0),
    openInterest,
  };
}

function pricesOf({ open, low, high, close }: Ohlc): {
  readonly open: Price;
  readonly low: Price;
  readonly high: Price;
  readonly close: Price;
} {
  return { open: price(open), low: price(low), high: price(high), close: price(close) };
}
