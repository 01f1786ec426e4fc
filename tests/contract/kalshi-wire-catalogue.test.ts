import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeCandles,
  decodeHistoricalCandles,
  decodeManyCandles,
} from '../../shared/adapters/kalshi/wire/candles.ts';
import { decodeEvents } from '../../shared/adapters/kalshi/wire/events.ts';
import {
  decodeEventFeeChanges,
  decodeSeriesFeeChanges,
} from '../../shared/adapters/kalshi/wire/fee-changes.ts';
import { decodeHistoricalCutoff } from '../../shared/adapters/kalshi/wire/historical.ts';
import { decodeOneListing } from '../../shared/adapters/kalshi/wire/listings.ts';
import { decodeOrderbooks } from '../../shared/adapters/kalshi/wire/orderbook.ts';
import { decodeOneSeries } from '../../shared/adapters/kalshi/wire/series.ts';
import { decodeTrades } from '../../shared/adapters/kalshi/wire/trades.ts';
import { STANDARD_FEES } from '../../shared/domain/market/fee-schedule.ts';
import { formatContracts } from '../../shared/domain/money/contracts.ts';
import { formatPrice } from '../../shared/domain/money/price.ts';
import type { MarketListing } from '../../shared/ports/market-catalogue.ts';
import { someCount, somePrice } from '../support/wire-arbitraries.ts';

const SERIES = { seriesTicker: 'KXA', fees: STANDARD_FEES };

/** A market object with every field that the exchange sends. */
const OBJECT = {
  ticker: 'KXA-26NOV22-T0',
  event_ticker: 'KXA-26NOV22',
  market_type: 'binary',
  yes_sub_title: 'Rain',
  no_sub_title: 'No rain',
  rules_primary: 'If it rains, Yes.',
  rules_secondary: 'Snow is no rain.',
  exchange_index: 2,
  created_time: '2026-11-20T12:00:00.5Z',
  open_time: '2026-11-20T12:00:00Z',
  close_time: '2026-11-22T12:00:00.25Z',
  expected_expiration_time: null,
  status: 'active',
  result: '',
  yes_bid_dollars: '0.4275',
  yes_bid_size_fp: '0.05',
  yes_ask_dollars: '0.4976',
  yes_ask_size_fp: '82.12',
  last_price_dollars: '0.4275',
  volume_fp: '900.10',
  volume_24h_fp: '5.00',
  open_interest_fp: '400.00',
  settlement_timer_seconds: 60,
  price_level_structure: 'center_centi_edge_centi_cent',
  price_ranges: [{ start: '0.0000', end: '1.0000', step: '0.0001' }],
};

function listingOf(change: object): MarketListing {
  const decoded = decodeOneListing(JSON.stringify({ market: { ...OBJECT, ...change } }));
  if (decoded.kind === 'refused') throw new Error(decoded.detail);
  return decoded.row.listing(SERIES);
}

describe('a listed market', () => {
  it('is read with its quotes to the ten-thousandth of a dollar', () => {
    expect(listingOf({})).toEqual({
      market: {
        ticker: 'KXA-26NOV22-T0',
        eventTicker: 'KXA-26NOV22',
        seriesTicker: 'KXA',
        exchangeIndex: 2,
        title: 'Rain',
        status: 'active',
        openTimeMs: Date.UTC(2026, 10, 20, 12),
        closeTimeMs: Date.UTC(2026, 10, 22, 12, 0, 0, 250),
        expectedExpirationMs: null,
        settlementTimerMs: 60_000,
        priceRanges: [{ start: 0, end: 10_000, step: 1 }],
        fees: STANDARD_FEES,
      },
      result: null,
      isCombo: false,
      bid: { price: 4_275, count: 5 },
      ask: { price: 4_976, count: 8_212 },
      lastPrice: 4_275,
      volume: 90_010,
      volumeOneDay: 500,
      openInterest: 40_000,
      feesWaivedUntilMs: null,
      yesName: 'Rain',
      noName: 'No rain',
      rules: { primary: 'If it rains, Yes.', secondary: 'Snow is no rain.' },
    });
  });

  it('any quote and count goes through unchanged', () => {
    fc.assert(
      fc.property(somePrice, someCount, (price, count) => {
        const quote = {
          yes_bid_dollars: formatPrice(price),
          yes_bid_size_fp: formatContracts(count),
        };
        expect(listingOf(quote).bid).toEqual(count === 0 ? null : { price, count });
      }),
    );
  });

  it.each<readonly [string, object]>([
    ['0 and 1 dollar', { yes_bid_dollars: '0.0000', yes_ask_dollars: '1.0000' }],
    ['empty texts', { yes_bid_dollars: '', yes_ask_dollars: '', yes_bid_size_fp: '' }],
    ['nulls', { yes_bid_dollars: null, yes_ask_dollars: null }],
    ['no fields at all', { yes_bid_dollars: undefined, yes_ask_dollars: undefined }],
    ['nothing shown', { yes_bid_size_fp: '0.00', yes_ask_size_fp: '0.00' }],
  ])('%s is no quote', (_, change) => {
    expect(listingOf(change)).toMatchObject({ bid: null, ask: null });
  });

  it.each([
    { yes_sub_title: undefined, no_sub_title: undefined },
    { yes_sub_title: '', no_sub_title: null },
  ])('has no names and no rules where the exchange gives none: %o', (names) => {
    const silent = { ...names, rules_primary: undefined, rules_secondary: null };
    expect(listingOf(silent)).toMatchObject({
      yesName: null,
      noName: null,
      rules: { primary: '', secondary: '' },
    });
  });

  it('that never traded has no last price', () => {
    for (const last of ['', '0.0000', null, undefined])
      expect(listingOf({ last_price_dollars: last }).lastPrice).toBeNull();
  });

  it('with words that are not known is read the safe way', () => {
    expect(listingOf({ status: 'halted' }).market.status).toBe('inactive');
    const value = { settlement_value_dollars: '0.5000' };
    expect(listingOf({ result: 'void', ...value }).result).toBeNull();
    expect(listingOf({ result: 'scalar', ...value }).result).toEqual({
      kind: 'scalar',
      settlementValue: 5_000,
    });
    expect(listingOf({ price_level_structure: 'made_up' }).market.priceRanges).toHaveLength(1);
    expect(listingOf({ price_ranges: null }).market.priceRanges).toEqual([]);
  });

  it.each<readonly [string, object]>([
    ['its collection', { mve_collection_ticker: 'KXMVENFL' }],
    ['its legs', { mve_selected_legs: [{ market_ticker: 'A' }] }],
    ['its ticker', { ticker: 'KXMVE-1' }],
  ])('is a combo by %s', (_, change) => {
    expect(listingOf(change).isCombo).toBe(true);
  });

  it('fields that are not known are told, and those that are known are not', () => {
    const told: string[] = [];
    const body = JSON.stringify({ market: { ...OBJECT, brand_new: 1, rules_primary: '…' } });
    expect(decodeOneListing(body, (object, field) => told.push(`${object}.${field}`)).kind).toBe(
      'row',
    );
    expect(told).toEqual(['Market.brand_new']);
  });

  it.each([
    ['a price as a number', { yes_bid_dollars: 0.42 }],
    ['a finer price than there is', { yes_bid_dollars: '0.42751' }],
    ['a count as a number', { volume_fp: 900 }],
    ['a time without a zone', { close_time: '2026-11-22T12:00:00' }],
  ])('with %s is refused', (_, change) => {
    const body = JSON.stringify({ market: { ...OBJECT, ...change } });
    expect(decodeOneListing(body)).toMatchObject({ kind: 'refused', code: 'malformed' });
  });
});

describe('books of many markets', () => {
  it.each([
    ['{"orderbooks":[{"ticker":"A","orderbook_fp":{"yes_dollars":[],"no_dollars":null}}]}'],
    ['{"orderbooks":[{"ticker":"A","orderbook_fp":{}}]}'],
    ['{"orderbooks":[{"ticker":"A","orderbook_fp":null}]}'],
    ['{"orderbooks":[{"ticker":"A"}]}'],
  ])('%s is one empty book', (text) => {
    expect(decodeOrderbooks(text)).toEqual({
      kind: 'books',
      snapshots: [{ market: 'A', bids: [], asks: [], exchangeTimeMs: null }],
      refused: [],
    });
  });

  it('one that cannot be read does not hide the others', () => {
    const text = JSON.stringify({
      orderbooks: [
        { ticker: 'A', orderbook_fp: { yes_dollars: [[0.4, 1]] } },
        { ticker: 'B', orderbook_fp: { no_dollars: [['0.4800', '3.00']] } },
      ],
    });
    expect(decodeOrderbooks(text)).toMatchObject({
      snapshots: [{ market: 'B', asks: [{ price: 5_200, count: 300 }] }],
      refused: [{ code: 'malformed' }],
    });
    for (const none of ['{}', '{"orderbooks":null}', '{"orderbooks":[]}'])
      expect(decodeOrderbooks(none)).toMatchObject({ snapshots: [], refused: [] });
  });
});

const bar = (suffix: string, values: readonly (string | null)[]): object =>
  Object.fromEntries(
    ['open', 'low', 'high', 'close'].map((name, at) => [name + suffix, values[at]]),
  );

const body = (candle: object): string => JSON.stringify({ ticker: 'M', candlesticks: [candle] });

describe('candles', () => {
  const live = {
    end_period_ts: 1_795_262_400,
    yes_bid: bar('_dollars', ['0.4000', '0.4000', '0.4275', '0.4100']),
    yes_ask: bar('_dollars', ['0.4976', '0.4300', '1.0000', '0.4300']),
    price: {
      ...bar('_dollars', ['0.4100', '0.4100', '0.4300', '0.4200']),
      mean_dollars: '0.419950',
    },
    volume_fp: '12.50',
    open_interest_fp: '40.00',
  };
  const read = {
    market: 'M',
    endMs: 1_795_262_400_000,
    bid: { open: 4_000, low: 4_000, high: 4_275, close: 4_100 },
    ask: { open: 4_976, low: 4_300, high: 10_000, close: 4_300 },
    trades: { open: 4_100, low: 4_100, high: 4_300, close: 4_200, mean: 4_200 },
    volume: 1_250,
    openInterest: 4_000,
  };
  it('have the same values under the live and under the historical names', () => {
    const past = {
      end_period_ts: live.end_period_ts,
      yes_bid: bar('', ['0.4000', '0.4000', '0.4275', '0.4100']),
      yes_ask: bar('', ['0.4976', '0.4300', '1.0000', '0.4300']),
      price: {
        ...bar('', ['0.4100', '0.4100', '0.4300', '0.4200']),
        mean: '0.419950',
        previous: null,
      },
      volume: '12.50',
      open_interest: '40.00',
    };
    const many = { markets: [{ market_ticker: 'M', candlesticks: [live] }] };
    expect(decodeCandles(body(live), 'M')).toMatchObject({ rows: [read], refused: [] });
    expect(decodeHistoricalCandles(body(past), 'M')).toMatchObject({ rows: [read], refused: [] });
    expect(decodeManyCandles(JSON.stringify(many))).toMatchObject({ rows: [read], refused: [] });
  });

  it.each<readonly [string, object, object]>([
    ['nulls', { price: bar('_dollars', [null, null, null, null]) }, { trades: null }],
    ['an absent price', { price: undefined }, { trades: null }],
    ['an empty price', { price: {} }, { trades: null }],
    ['empty texts', { price: bar('_dollars', ['', '', '', '']) }, { trades: null }],
    ['bids of 0', { yes_bid: bar('_dollars', Array(4).fill('0.0000')) }, { bid: null }],
    ['asks of 1', { yes_ask: bar('_dollars', Array(4).fill('1.0000')) }, { ask: null }],
  ])('%s are nothing', (_, change, expected) => {
    const decoded = decodeCandles(body({ ...live, ...change }), 'M');
    expect(decoded).toMatchObject({ rows: [expected], refused: [] });
  });
});

const seriesBody = (fee_type: string): string =>
  JSON.stringify({
    series: { ticker: 'KXA', category: 'Sports', tags: null, fee_type, fee_multiplier: 0.5 },
  });

describe('series, events, trades, fees and the cutoff', () => {
  it('a series whose fees cannot be computed has none', () => {
    expect(decodeOneSeries(seriesBody('flat'))).toMatchObject({ row: { fees: null, tags: [] } });
    expect(decodeOneSeries(seriesBody('quadratic'))).toMatchObject({
      row: {
        category: 'Sports',
        fees: { makerFeeType: 'quadratic', multiplierMillionths: 500_000 },
      },
    });
  });

  it.each([
    [{}, null],
    [{ fee_type_override: null, fee_multiplier_override: null }, null],
    [
      { fee_type_override: 'quadratic_with_maker_fees', fee_multiplier_override: null },
      { kind: 'override', makerFeeType: 'quadratic_with_maker_fees', multiplierMillionths: null },
    ],
    [
      { fee_type_override: null, fee_multiplier_override: 1.25 },
      { kind: 'override', makerFeeType: null, multiplierMillionths: 1_250_000 },
    ],
    [{ fee_type_override: 'flat', fee_multiplier_override: 1 }, { kind: 'not_computable' }],
  ])('an event with %o', (fields, feeOverride) => {
    const event = { event_ticker: 'E', series_ticker: 'S', mutually_exclusive: true, ...fields };
    expect(decodeEvents(JSON.stringify({ events: [event], cursor: '' }))).toMatchObject({
      rows: [{ eventTicker: 'E', seriesTicker: 'S', isMutuallyExclusive: true, feeOverride }],
      cursor: null,
    });
  });

  it.each([
    [undefined, []],
    [null, []],
    [[{ name: '', url: '' }, {}], []],
    [
      [{ name: 'NFL', url: 'https://nfl.test/' }, { name: 'ESPN' }],
      [
        { name: 'NFL', url: 'https://nfl.test/' },
        { name: 'ESPN', url: '' },
      ],
    ],
  ])('the settlement sources of an event and of a series: %o', (settlement_sources, expected) => {
    const event = { event_ticker: 'E', series_ticker: 'S', settlement_sources };
    expect(decodeEvents(JSON.stringify({ events: [event], cursor: '' }))).toMatchObject({
      rows: [{ settlementSources: expected }],
    });
    const series = { ticker: 'S', fee_type: 'quadratic', fee_multiplier: 1, settlement_sources };
    expect(decodeOneSeries(JSON.stringify({ series }))).toMatchObject({
      row: { settlementSources: expected },
    });
  });

  it('the side of a trade is under its present names or under the deprecated one', () => {
    const trade = {
      trade_id: 't',
      ticker: 'M',
      count_fp: '82.12',
      yes_price_dollars: '0.4976',
      created_time: '2026-11-21T12:00:00.45Z',
    };
    const sideOf = (fields: object): unknown =>
      decodeTrades(JSON.stringify({ trades: [{ ...trade, ...fields }], cursor: 'next' }));
    for (const fields of [
      { taker_book_side: 'ask' },
      { taker_outcome_side: 'no' },
      { taker_side: 'no' },
    ])
      expect(sideOf(fields)).toMatchObject({
        rows: [{ takerSide: 'ask', price: 4_976, count: 8_212, isBlockTrade: false }],
        cursor: 'next',
      });
    expect(sideOf({})).toMatchObject({ rows: [], refused: [{ code: 'malformed' }] });
  });

  it('changes of fees, and an override that is cleared', () => {
    const common = { id: 'f', series_ticker: 'S', scheduled_ts: '2026-11-22T00:00:00Z' };
    const series = { ...common, fee_type: 'quadratic', fee_multiplier: 0 };
    expect(
      decodeSeriesFeeChanges(JSON.stringify({ series_fee_change_arr: [series] })),
    ).toMatchObject({
      rows: [
        {
          id: 'f',
          atMs: Date.UTC(2026, 10, 22),
          change: { kind: 'series', fees: { multiplierMillionths: 0 } },
        },
      ],
    });
    const event = {
      ...common,
      event_ticker: 'E',
      fee_type_override: null,
      fee_multiplier_override: null,
    };
    expect(decodeEventFeeChanges(JSON.stringify({ event_fee_changes: [event] }))).toMatchObject({
      rows: [{ change: { kind: 'event', eventTicker: 'E', override: null } }],
    });
  });

  it('the cutoff, also without that of positions', () => {
    const text = JSON.stringify({
      market_settled_ts: '2026-08-20T00:00:00Z',
      trades_created_ts: '2026-08-21T00:00:00Z',
      orders_updated_ts: '2026-08-22T00:00:00.123456Z',
    });
    expect(decodeHistoricalCutoff(text)).toEqual({
      kind: 'cutoff',
      cutoff: {
        marketsSettledMs: Date.UTC(2026, 7, 20),
        tradesCreatedMs: Date.UTC(2026, 7, 21),
        ordersUpdatedMs: Date.UTC(2026, 7, 22, 0, 0, 0, 123),
        positionsUpdatedMs: null,
      },
    });
  });
});
