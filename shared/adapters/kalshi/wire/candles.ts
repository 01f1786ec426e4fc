import * as z from 'zod';
import type { MarketTicker } from '../../../domain/market/market.ts';
import { parseScaled } from '../../../domain/money/decimal-text.ts';
import { ONE_DOLLAR, price, type Price } from '../../../domain/money/price.ts';
import type { Candle, PriceBar } from '../../../ports/market-catalogue.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import { tellUnknownFields, wireObject, type UnknownFieldListener } from './known-fields.ts';
import {
  countField,
  epochSecondsField,
  nameField,
  noneWhenEmpty,
  priceField,
} from './wire-fields.ts';
import { decodeList, MAX_LIST_BYTES, type WireList } from './wire-lists.ts';
import { readWire } from './wire-text.ts';

/**
 * Candlesticks (docs.kalshi.com, "Get Market Candlesticks" and "Get Historical Market Candlesticks"). The historical
 * ones carry the same values under names without a unit. A price that was not there is null, absent or an empty text.
 */

const barPriceField = z.preprocess(noneWhenEmpty, priceField.nullish());

const MEAN_SCALE = 6;
/** An average, with up to six digits; rounded to the nearest 1e-4 dollars. */
const meanField = z.preprocess(
  noneWhenEmpty,
  z
    .string()
    .transform((text, context): Price => {
      const millionths = parseScaled(text, MEAN_SCALE);
      if (typeof millionths === 'number' && millionths >= 0 && millionths <= 1_000_000)
        return price(Math.round(millionths / (1_000_000 / ONE_DOLLAR)));
      context.issues.push({ code: 'custom', message: 'is not a mean price', input: text });
      return z.NEVER;
    })
    .nullish(),
);

const liveQuotes = wireObject(
  'BidAskDistribution',
  z.object({
    open_dollars: barPriceField,
    low_dollars: barPriceField,
    high_dollars: barPriceField,
    close_dollars: barPriceField,
  }),
  [],
);
const livePrices = wireObject(
  'PriceDistribution',
  z.object({ ...liveQuotes.schema.shape, mean_dollars: meanField }),
  ['previous_dollars', 'min_dollars', 'max_dollars'],
);
const pastQuotes = wireObject(
  'BidAskDistributionHistorical',
  z.object({ open: barPriceField, low: barPriceField, high: barPriceField, close: barPriceField }),
  [],
);
const pastPrices = wireObject(
  'PriceDistributionHistorical',
  z.object({ ...pastQuotes.schema.shape, mean: meanField }),
  ['previous', 'min', 'max'],
);

export const CANDLE = wireObject(
  'MarketCandlestick',
  z.object({
    end_period_ts: epochSecondsField,
    yes_bid: liveQuotes.schema.nullish(),
    yes_ask: liveQuotes.schema.nullish(),
    price: livePrices.schema.nullish(),
    volume_fp: countField,
    open_interest_fp: countField,
  }),
  [],
);
export const HISTORICAL_CANDLE = wireObject(
  'MarketCandlestickHistorical',
  z.object({
    end_period_ts: epochSecondsField,
    yes_bid: pastQuotes.schema.nullish(),
    yes_ask: pastQuotes.schema.nullish(),
    price: pastPrices.schema.nullish(),
    volume: countField,
    open_interest: countField,
  }),
  [],
);
export const CANDLE_PARTS = [liveQuotes, livePrices, pastQuotes, pastPrices];

type Bar = {
  readonly open?: Price | null | undefined;
  readonly low?: Price | null | undefined;
  readonly high?: Price | null | undefined;
  readonly close?: Price | null | undefined;
};

/** The body of the live candlesticks of one market; oldest first, as the exchange sends them. */
export function decodeCandles(
  text: string,
  market: MarketTicker,
  tell?: UnknownFieldListener,
): WireList<Candle> | FrameRefusal {
  return decodeList(
    text,
    { list: 'candlesticks', row: CANDLE, make: (row) => liveCandle(market, row) },
    tell,
  );
}

/** The same from the historical endpoint. */
export function decodeHistoricalCandles(
  text: string,
  market: MarketTicker,
  tell?: UnknownFieldListener,
): WireList<Candle> | FrameRefusal {
  return decodeList(
    text,
    { list: 'candlesticks', row: HISTORICAL_CANDLE, make: (row) => pastCandle(market, row) },
    tell,
  );
}

const manyBody = z.object({
  markets: z
    .array(z.object({ market_ticker: nameField, candlesticks: z.array(z.unknown()).nullish() }))
    .max(1_000)
    .nullish(),
});

/** The body of `GET /markets/candlesticks`: candles of many markets. */
export function decodeManyCandles(
  text: string,
  tell?: UnknownFieldListener,
): WireList<Candle> | FrameRefusal {
  const read = readWire(manyBody, text, 'candlesticks', MAX_LIST_BYTES);
  if (read.kind === 'refused') return read;
  const rows: Candle[] = [];
  const refused: FrameRefusal[] = [];
  for (const { market_ticker, candlesticks } of read.value.markets ?? [])
    for (const value of candlesticks ?? []) {
      tellUnknownFields(CANDLE, value, tell);
      const checked = CANDLE.schema.safeParse(value);
      if (checked.success) rows.push(liveCandle(market_ticker, checked.data));
      else
        refused.push({
          kind: 'refused',
          code: 'malformed',
          detail: `candlestick of ${market_ticker}: ${checked.error.issues[0]?.message ?? ''}`,
        });
    }
  return { kind: 'page', rows, refused, cursor: null };
}

function liveCandle(market: MarketTicker, row: z.output<typeof CANDLE.schema>): Candle {
  return {
    market,
    endMs: row.end_period_ts,
    bid: quoteBar(liveBar(row.yes_bid)),
    ask: quoteBar(liveBar(row.yes_ask)),
    trades: tradeBar(liveBar(row.price), row.price?.mean_dollars),
    volume: row.volume_fp,
    openInterest: row.open_interest_fp,
  };
}

function pastCandle(market: MarketTicker, row: z.output<typeof HISTORICAL_CANDLE.schema>): Candle {
  return {
    market,
    endMs: row.end_period_ts,
    bid: quoteBar(row.yes_bid ?? {}),
    ask: quoteBar(row.yes_ask ?? {}),
    trades: tradeBar(row.price ?? {}, row.price?.mean),
    volume: row.volume,
    openInterest: row.open_interest,
  };
}

function liveBar(side: z.output<typeof liveQuotes.schema> | null | undefined): Bar {
  return {
    open: side?.open_dollars,
    low: side?.low_dollars,
    high: side?.high_dollars,
    close: side?.close_dollars,
  };
}

/** Null when there was no quote in the whole period: all at 0, or all at 1 dollar. */
function quoteBar(bar: Bar): PriceBar | null {
  const whole = wholeBar(bar);
  if (whole === null) return null;
  const isNone = whole.high === 0 || whole.low === ONE_DOLLAR;
  return isNone ? null : whole;
}

function tradeBar(bar: Bar, mean: Price | null | undefined): Candle['trades'] {
  const whole = wholeBar(bar);
  return whole === null || whole.high === 0 ? null : { ...whole, mean: mean ?? null };
}

function wholeBar({ open, low, high, close }: Bar): PriceBar | null {
  if (open === undefined || low === undefined || high === undefined || close === undefined)
    return null;
  if (open === null || low === null || high === null || close === null) return null;
  return { open, low, high, close };
}
