import * as z from 'zod';
import type { Level } from '../../../domain/market/book-view.ts';
import type { EventTicker, MarketTicker } from '../../../domain/market/market.ts';
import { NO_CONTRACTS, type Contracts } from '../../../domain/money/contracts.ts';
import { ONE_DOLLAR, type Price } from '../../../domain/money/price.ts';
import type { MarketListing } from '../../../ports/market-catalogue.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import { wireObject, type UnknownFieldListener } from './known-fields.ts';
import { marketFrom, marketObject, type SeriesFacts } from './markets.ts';
import { countField, noneWhenEmpty, priceField, rfc3339Field } from './wire-fields.ts';
import { decodeList, decodeSingle, type WireList } from './wire-lists.ts';

/** A price that is not there: null, absent, an empty text (a market that never traded), 0 or 1 dollar. */
const quoteField = z
  .preprocess(noneWhenEmpty, priceField.nullish())
  .transform((value) =>
    value === undefined || value === null || value === 0 || value === ONE_DOLLAR ? null : value,
  );
const sizeField = z
  .preprocess(noneWhenEmpty, countField.nullish())
  .transform((count): Contracts => count ?? NO_CONTRACTS);

/** A market with what moves (docs.kalshi.com, "Get Market"). */
export const MARKET = wireObject(
  'Market',
  marketObject.extend({
    yes_bid_dollars: quoteField,
    yes_bid_size_fp: sizeField,
    yes_ask_dollars: quoteField,
    yes_ask_size_fp: sizeField,
    last_price_dollars: quoteField,
    volume_fp: sizeField,
    volume_24h_fp: sizeField,
    open_interest_fp: sizeField,
    fee_waiver_expiration_time: z.preprocess(noneWhenEmpty, rfc3339Field.nullish()),
    no_sub_title: z.string().nullish(),
    rules_primary: z.string().nullish(),
    rules_secondary: z.string().nullish(),
    mve_collection_ticker: z.string().nullish(),
    mve_selected_legs: z.array(z.unknown()).nullish(),
  }),
  [
    'market_type',
    'subtitle',
    'created_time',
    'updated_time',
    'expiration_time',
    'latest_expiration_time',
    'no_bid_dollars',
    'no_ask_dollars',
    'can_close_early',
    'notional_value_dollars',
    'previous_yes_bid_dollars',
    'previous_yes_ask_dollars',
    'previous_price_dollars',
    'liquidity_dollars',
    'settlement_ts',
    'expiration_value',
    'occurrence_datetime',
    'early_close_condition',
    'strike_type',
    'floor_strike',
    'cap_strike',
    'functional_strike',
    'custom_strike',
    'primary_participant_key',
    // Not read: what may be quoted is said by price_ranges.
    'price_level_structure',
    'is_provisional',
  ],
);
type MarketRow = z.output<typeof MARKET.schema>;

/** A market as listed, before its series and fees are known: those stand in its event. */
export type ListedRow = {
  readonly ticker: MarketTicker;
  readonly eventTicker: EventTicker;
  readonly listing: (series: SeriesFacts) => MarketListing;
};

/** A page of `GET /markets` or `GET /historical/markets`. */
export function decodeListings(
  text: string,
  tell?: UnknownFieldListener,
): WireList<ListedRow> | FrameRefusal {
  return decodeList(text, { list: 'markets', row: MARKET, make: rowFrom }, tell);
}

/** The body of `GET /markets/{ticker}`. */
export function decodeOneListing(
  text: string,
  tell?: UnknownFieldListener,
): { readonly kind: 'row'; readonly row: ListedRow } | FrameRefusal {
  return decodeSingle(text, { name: 'market', row: MARKET, make: rowFrom }, tell);
}

function rowFrom(row: MarketRow): ListedRow {
  return {
    ticker: row.ticker,
    eventTicker: row.event_ticker,
    listing: (series) => listingFrom(row, series),
  };
}

function listingFrom(row: MarketRow, series: SeriesFacts): MarketListing {
  return {
    ...marketFrom(row, series),
    isCombo: isCombo(row),
    bid: levelFrom(row.yes_bid_dollars, row.yes_bid_size_fp),
    ask: levelFrom(row.yes_ask_dollars, row.yes_ask_size_fp),
    lastPrice: row.last_price_dollars,
    volume: row.volume_fp,
    volumeOneDay: row.volume_24h_fp,
    openInterest: row.open_interest_fp,
    feesWaivedUntilMs: row.fee_waiver_expiration_time ?? null,
    yesName: wordOf(row.yes_sub_title),
    noName: wordOf(row.no_sub_title),
    rules: { primary: row.rules_primary ?? '', secondary: row.rules_secondary ?? '' },
  };
}

function wordOf(text: string | null | undefined): string | null {
  return text === undefined || text === null || text === '' ? null : text;
}

/** By its legs or its collection; a combo that shows neither is known by its ticker. */
function isCombo(row: MarketRow): boolean {
  const collection = row.mve_collection_ticker ?? '';
  const legs = row.mve_selected_legs ?? [];
  return collection !== '' || legs.length > 0 || row.ticker.startsWith('KXMVE');
}

/** A price at which nothing is shown is no quote. */
function levelFrom(price: Price | null, count: Contracts): Level | null {
  return price === null || count === 0 ? null : { price, count };
}
