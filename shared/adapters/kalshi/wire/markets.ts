import * as z from 'zod';
import { formatRfc3339 } from '../../../contracts/rfc3339.ts';
import type { Level } from '../../../domain/market/book-view.ts';
import type { FeeSchedule, MakerFeeType } from '../../../domain/market/fee-schedule.ts';
import type { EventTicker, MarketStatus } from '../../../domain/market/market.ts';
import type { PriceRange } from '../../../domain/market/tick-grid.ts';
import { formatContracts, NO_CONTRACTS } from '../../../domain/money/contracts.ts';
import {
  complement,
  formatPrice,
  ONE_DOLLAR,
  ZERO_PRICE,
  type Price,
} from '../../../domain/money/price.ts';
import type { ExchangeMarket } from '../../../ports/exchange.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import { wireObject } from './known-fields.ts';
import { marketResultFrom } from './market-result.ts';
import {
  nameField,
  noneWhenEmpty,
  priceField,
  priceRangeField,
  priceRangesField,
  rfc3339Field,
  shardField,
} from './wire-fields.ts';
import { checkWire, readWire, refuseWire } from './wire-text.ts';

/** What a market object does not say of itself: its event's series, and the fees of that series after overrides. */
export type SeriesFacts = { readonly seriesTicker: string; readonly fees: FeeSchedule };

/** One stretch of a market's grid of prices. */
export const PRICE_RANGE = wireObject('PriceRange', priceRangeField, []);

/** The fields of a market object that say what it is. */
export const marketObject = z.object({
  ticker: nameField,
  event_ticker: nameField,
  title: z.string().optional(),
  yes_sub_title: z.string().optional(),
  /** Absent before the exchange had shards, when everything was on what is now shard 0. */
  exchange_index: shardField.optional(),
  status: z.string(),
  open_time: rfc3339Field,
  close_time: rfc3339Field,
  expected_expiration_time: z.preprocess(noneWhenEmpty, rfc3339Field.nullish()),
  settlement_timer_seconds: z.number().int().min(0).max(1e9).optional(),
  price_ranges: priceRangesField.nullish(),
  result: z.string().nullish(),
  settlement_value_dollars: z.preprocess(noneWhenEmpty, priceField.nullish()),
});

const STATUSES: readonly MarketStatus[] = [
  'initialized',
  'active',
  'inactive',
  'closed',
  'determined',
  'disputed',
  'amended',
  'finalized',
];

/** Any other word is no result: a settlement tells what was paid. */
const RESULTS: readonly string[] = ['yes', 'no', 'scalar'];

/**
 * One market object (docs.kalshi.com, "Get Market"). What would make a market tradable by mistake is read the safe way:
 * an unknown status is `inactive`, an unknown result is none, absent price ranges are none, an absent expected expiration is null.
 */
export function decodeMarket(
  object: unknown,
  series: SeriesFacts,
): (ExchangeMarket & { readonly kind: 'market' }) | FrameRefusal {
  const checked = checkWire(marketObject, object, 'market');
  if (checked.kind === 'refused') return checked;
  return { kind: 'market', ...marketFrom(checked.value, series) };
}

/** The market of a checked object. */
export function marketFrom(
  row: z.output<typeof marketObject>,
  series: SeriesFacts,
): ExchangeMarket {
  const priceRanges = (row.price_ranges ?? []).map(({ start, end, step }): PriceRange => ({
    start,
    end,
    step,
  }));
  return {
    market: {
      ticker: row.ticker,
      eventTicker: row.event_ticker,
      seriesTicker: series.seriesTicker,
      exchangeIndex: row.exchange_index ?? 0,
      title: row.title ?? row.yes_sub_title ?? row.ticker,
      status: STATUSES.find((known) => known === row.status) ?? 'inactive',
      openTimeMs: row.open_time,
      closeTimeMs: row.close_time,
      expectedExpirationMs: row.expected_expiration_time ?? null,
      settlementTimerMs: (row.settlement_timer_seconds ?? 0) * 1_000,
      priceRanges,
      fees: series.fees,
    },
    result: RESULTS.includes(row.result ?? '')
      ? marketResultFrom(row.result ?? '', row.settlement_value_dollars ?? null)
      : null,
  };
}

const marketsPage = z.object({
  markets: z.array(z.unknown()).max(1_000),
  cursor: z.string().max(4_000).nullish(),
});
const eventOf = z.object({ event_ticker: nameField });

/** A page of markets; the rows that could not be read stand beside those that could, for the caller to count. */
export type MarketsPage = {
  readonly kind: 'page';
  readonly rows: readonly ExchangeMarket[];
  readonly refused: readonly FrameRefusal[];
  readonly cursor: string | null;
};

/** A market that is refused is merely not traded, so unlike an account's row it does not refuse its page. */
export function decodeMarketsPage(
  text: string,
  seriesOf: (event: EventTicker) => SeriesFacts | null,
): MarketsPage | FrameRefusal {
  const read = readWire(marketsPage, text, 'markets');
  if (read.kind === 'refused') return read;
  const rows: ExchangeMarket[] = [];
  const refused: FrameRefusal[] = [];
  for (const object of read.value.markets) {
    const decoded = decodeOne(object, seriesOf);
    if (decoded.kind === 'refused') refused.push(decoded);
    else rows.push({ market: decoded.market, result: decoded.result });
  }
  const { cursor } = read.value;
  return { kind: 'page', rows, refused, cursor: cursor === '' ? null : (cursor ?? null) };
}

function decodeOne(
  object: unknown,
  seriesOf: (event: EventTicker) => SeriesFacts | null,
): ReturnType<typeof decodeMarket> {
  const event = checkWire(eventOf, object, 'market');
  if (event.kind === 'refused') return event;
  const series = seriesOf(event.value.event_ticker);
  return series === null
    ? refuseWire('malformed', `market of the unknown event ${event.value.event_ticker}`)
    : decodeMarket(object, series);
}

const MAKER_FEE_TYPES: readonly MakerFeeType[] = [
  'quadratic',
  'quadratic_with_maker_fees',
  'quadratic_with_combo_maker_fees',
];

const feeFields = z.object({
  fee_type: z.string().nullish(),
  fee_multiplier: z.number().min(0).max(1_000).nullish(),
  fee_type_override: z.string().nullish(),
  fee_multiplier_override: z.number().min(0).max(1_000).nullish(),
});

/**
 * The fees of a market from its series' `fee_type` and `fee_multiplier` and its event's overrides, which win where
 * they are not null. A type that we cannot compute is refused: its markets are not priced. The multiplier is a JSON
 * number, read to the nearest millionth.
 */
export function decodeFees(
  series: unknown,
  event: unknown,
): { readonly kind: 'fees'; readonly fees: FeeSchedule } | FrameRefusal {
  const own = checkWire(feeFields, series, 'series');
  if (own.kind === 'refused') return own;
  const override = checkWire(feeFields, event, 'event');
  if (override.kind === 'refused') return override;
  const word = override.value.fee_type_override ?? own.value.fee_type ?? null;
  const multiplier = override.value.fee_multiplier_override ?? own.value.fee_multiplier ?? null;
  const makerFeeType = MAKER_FEE_TYPES.find((known) => known === word);
  if (makerFeeType === undefined) return refuseWire('malformed', `series fee_type ${word}`);
  if (multiplier === null) return refuseWire('malformed', 'series fee_multiplier is missing');
  return {
    kind: 'fees',
    fees: { makerFeeType, multiplierMillionths: Math.round(multiplier * 1_000_000) },
  };
}

const seriesBody = z.object({ series: z.unknown() });

/** The series object in the body of `GET /series/{ticker}`; `decodeFees` reads it. */
export function decodeSeries(
  text: string,
): { readonly kind: 'series'; readonly series: unknown } | FrameRefusal {
  const read = readWire(seriesBody, text, 'series');
  return read.kind === 'refused' ? read : { kind: 'series', series: read.value.series };
}

const eventsPage = z.object({
  events: z.array(z.looseObject({ event_ticker: nameField })).max(200),
  cursor: z.string().max(4_000).nullish(),
});

/** A page of `GET /events`: the event objects, whose overrides `decodeFees` reads. */
export function decodeEventsPage(text: string):
  | {
      readonly kind: 'page';
      readonly rows: readonly { readonly eventTicker: EventTicker; readonly event: unknown }[];
      readonly cursor: string | null;
    }
  | FrameRefusal {
  const read = readWire(eventsPage, text, 'events');
  if (read.kind === 'refused') return read;
  const { events, cursor } = read.value;
  const rows = events.map((event) => ({ eventTicker: event.event_ticker, event }));
  return { kind: 'page', rows, cursor: cursor === '' ? null : (cursor ?? null) };
}

/** The quotes that a market object carries. No level and no trade stand as 0 and 1 dollar on the wire. */
export type MarketQuote = {
  readonly bid: Level | null;
  readonly ask: Level | null;
  readonly lastPrice: Price | null;
};

/** The exchange's side: a market object with the fields that clients of today read. */
export function encodeMarketObject(
  { market, result }: ExchangeMarket,
  quote: MarketQuote,
): Readonly<Record<string, unknown>> {
  const bid = quote.bid?.price ?? ZERO_PRICE;
  const ask = quote.ask?.price ?? ONE_DOLLAR;
  return {
    ticker: market.ticker,
    event_ticker: market.eventTicker,
    market_type: 'binary',
    title: market.title,
    exchange_index: market.exchangeIndex,
    status: market.status,
    open_time: formatRfc3339(market.openTimeMs),
    close_time: formatRfc3339(market.closeTimeMs),
    ...(market.expectedExpirationMs !== null && {
      expected_expiration_time: formatRfc3339(market.expectedExpirationMs),
    }),
    settlement_timer_seconds: Math.floor(market.settlementTimerMs / 1_000),
    result: result?.kind ?? '',
    ...(result !== null && {
      settlement_value_dollars: formatPrice(
        result.kind === 'scalar'
          ? result.settlementValue
          : result.kind === 'yes'
            ? ONE_DOLLAR
            : ZERO_PRICE,
      ),
    }),
    yes_bid_dollars: formatPrice(bid),
    yes_bid_size_fp: formatContracts(quote.bid?.count ?? NO_CONTRACTS),
    yes_ask_dollars: formatPrice(ask),
    yes_ask_size_fp: formatContracts(quote.ask?.count ?? NO_CONTRACTS),
    no_bid_dollars: formatPrice(complement(ask)),
    no_ask_dollars: formatPrice(complement(bid)),
    last_price_dollars: formatPrice(quote.lastPrice ?? ZERO_PRICE),
    notional_value_dollars: '1.0000',
    price_ranges: market.priceRanges.map(({ start, end, step }) => ({
      start: formatPrice(start),
      end: formatPrice(end),
      step: formatPrice(step as Price),
    })),
  };
}

/** The body of a page of markets. */
export function encodeMarketsPage(
  rows: readonly { readonly exchangeMarket: ExchangeMarket; readonly quote: MarketQuote }[],
  cursor: string | null,
): string {
  return JSON.stringify({
    markets: rows.map((row) => encodeMarketObject(row.exchangeMarket, row.quote)),
    cursor: cursor ?? '',
  });
}

/** The fee fields of a series object. */
export function encodeFees(fees: FeeSchedule): Readonly<Record<string, unknown>> {
  return {
    fee_type: fees.makerFeeType,
    fee_multiplier: fees.multiplierMillionths / 1_000_000,
  };
}
