import { formatRfc3339 } from '../../../contracts/rfc3339.ts';
import type { BookSide } from '../../../domain/execution/intent.ts';
import type { EpochMs } from '../../../domain/market/market.ts';
import { formatContracts, type Contracts } from '../../../domain/money/contracts.ts';
import { complement, formatPrice, type Price } from '../../../domain/money/price.ts';

/** The exchange's side of what was traded: public trades and candlesticks. */

export function encodeTradesPage(
  rows: readonly {
    readonly tradeId: string;
    readonly market: string;
    readonly price: Price;
    readonly count: Contracts;
    readonly takerSide: BookSide;
    readonly atMs: EpochMs;
  }[],
  cursor: string | null,
): string {
  const trades = rows.map((row) => {
    const outcome = row.takerSide === 'bid' ? 'yes' : 'no';
    return {
      trade_id: row.tradeId,
      ticker: row.market,
      count_fp: formatContracts(row.count),
      yes_price_dollars: formatPrice(row.price),
      no_price_dollars: formatPrice(complement(row.price)),
      taker_side: outcome,
      taker_outcome_side: outcome,
      taker_book_side: row.takerSide,
      created_time: formatRfc3339(row.atMs),
      is_block_trade: false,
    };
  });
  return JSON.stringify({ trades, cursor: cursor ?? '' });
}

type Ohlc = {
  readonly open: Price;
  readonly low: Price;
  readonly high: Price;
  readonly close: Price;
};

export type CandleRow = {
  /** The inclusive end of its period. */
  readonly endMs: EpochMs;
  readonly bid: Ohlc;
  readonly ask: Ohlc;
  /** Null where nothing traded. */
  readonly trades: (Ohlc & { readonly mean: Price }) | null;
  /** Of the last trade before the period; null before the first. */
  readonly previous: Price | null;
  readonly volume: Contracts;
  readonly openInterest: Contracts;
};

/** Names of the live endpoints have their unit; those of the historical ones do not. */
export type CandleNames = 'live' | 'historical';

export function encodeCandle(
  candle: CandleRow,
  names: CandleNames,
): Readonly<Record<string, unknown>> {
  const [dollars, fp] = names === 'live' ? ['_dollars', '_fp'] : ['', ''];
  const bar = (values: Ohlc | null): Readonly<Record<string, string | null>> => ({
    [`open${dollars}`]: textOf(values?.open),
    [`low${dollars}`]: textOf(values?.low),
    [`high${dollars}`]: textOf(values?.high),
    [`close${dollars}`]: textOf(values?.close),
  });
  const { trades, previous } = candle;
  return {
    end_period_ts: Math.floor(candle.endMs / 1_000),
    yes_bid: bar(candle.bid),
    yes_ask: bar(candle.ask),
    price: {
      ...bar(trades),
      [`mean${dollars}`]: textOf(trades?.mean),
      [`previous${dollars}`]: textOf(previous),
      ...(names === 'live' && {
        min_dollars: textOf(trades?.low),
        max_dollars: textOf(trades?.high),
      }),
    },
    [`volume${fp}`]: formatContracts(candle.volume),
    [`open_interest${fp}`]: formatContracts(candle.openInterest),
  };
}

function textOf(value: Price | null | undefined): string | null {
  return value === null || value === undefined ? null : formatPrice(value);
}
