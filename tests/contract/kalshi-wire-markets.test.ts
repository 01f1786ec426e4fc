import { existsSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeFees,
  decodeMarket,
  decodeMarketsPage,
  encodeFees,
  encodeMarketObject,
  encodeMarketsPage,
  type MarketQuote,
} from '../../shared/adapters/kalshi/wire/markets.ts';
import { decodeOrderbook, encodeOrderbook } from '../../shared/adapters/kalshi/wire/orderbook.ts';
import { STANDARD_FEES } from '../../shared/domain/market/fee-schedule.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { price } from '../../shared/domain/money/price.ts';
import type { ExchangeMarket } from '../../shared/ports/exchange.ts';
import {
  somePrice,
  someCount,
  someTimeMs,
  someTicker,
  someCursor,
  someResult,
} from '../support/wire-arbitraries.ts';

const RECORDED = '../shared/data/kalshi-rest-samples/kalshi_markets_kxfedmention_2026-03.json';

const someLevels = (order: 1 | -1) =>
  fc
    .uniqueArray(fc.record({ price: somePrice, count: someCount }), {
      selector: (level) => level.price,
      maxLength: 30,
    })
    .map((levels) => levels.toSorted((a, b) => order * (a.price - b.price)));

describe('markets and books by REST', () => {
  const someMarket: fc.Arbitrary<ExchangeMarket> = fc.record({
    market: fc.record({
      ticker: someTicker,
      eventTicker: someTicker,
      seriesTicker: fc.constant('KXS'),
      exchangeIndex: fc.integer({ min: 0, max: 9 }),
      title: fc.string({ maxLength: 60 }),
      status: fc.constantFrom('initialized', 'active', 'inactive', 'closed', 'finalized'),
      openTimeMs: someTimeMs,
      closeTimeMs: someTimeMs,
      expectedExpirationMs: fc.option(someTimeMs),
      settlementTimerMs: fc.nat(100_000).map((seconds) => seconds * 1_000),
      priceRanges: fc.array(
        fc.constantFrom(
          { start: price(0), end: price(1_000), step: 10 },
          { start: price(1_000), end: price(9_000), step: 100 },
          { start: price(0), end: price(10_000), step: 1 },
        ),
        { maxLength: 3 },
      ),
      fees: fc.constant(STANDARD_FEES),
    }),
    result: fc.option(someResult(fc.integer({ min: 0, max: 10_000 }).map(price))),
  });
  const noQuote: MarketQuote = { bid: null, ask: null, lastPrice: null };
  const series = { seriesTicker: 'KXS', fees: STANDARD_FEES };

  it('a market goes through the wire unchanged', () => {
    fc.assert(
      fc.property(fc.array(someMarket, { maxLength: 4 }), someCursor, (rows, cursor) => {
        const text = encodeMarketsPage(
          rows.map((exchangeMarket) => ({ exchangeMarket, quote: noQuote })),
          cursor,
        );
        expect(decodeMarketsPage(text, () => series)).toEqual({
          kind: 'page',
          rows,
          refused: [],
          cursor,
        });
      }),
    );
  });

  it('a market without quotes shows 0 and 1 dollar, and with quotes both legs', () => {
    const [row] = fc.sample(someMarket, { numRuns: 1, seed: 1 });
    expect(encodeMarketObject(row!, noQuote)).toMatchObject({
      yes_bid_dollars: '0.0000',
      yes_ask_dollars: '1.0000',
      no_bid_dollars: '0.0000',
      no_ask_dollars: '1.0000',
    });
    const quote = {
      bid: { price: price(4_700), count: contracts(300) },
      ask: { price: price(5_200), count: contracts(4) },
      lastPrice: price(5_000),
    };
    expect(encodeMarketObject(row!, quote)).toMatchObject({
      yes_bid_dollars: '0.4700',
      yes_bid_size_fp: '3.00',
      yes_ask_dollars: '0.5200',
      yes_ask_size_fp: '0.04',
      no_bid_dollars: '0.4800',
      no_ask_dollars: '0.5300',
      last_price_dollars: '0.5000',
    });
  });

  it('what is not known of a market makes it untradable, never tradable', () => {
    const [row] = fc.sample(someMarket, { numRuns: 1, seed: 1 });
    const object = encodeMarketObject(row!, noQuote);
    expect(decodeMarket({ ...object, status: 'halted' }, series)).toMatchObject({
      market: { status: 'inactive' },
    });
    expect(decodeMarket({ ...object, price_ranges: undefined }, series)).toMatchObject({
      market: { priceRanges: [] },
    });
    expect(decodeMarket({ ...object, close_time: '2026-11-21' }, series)).toMatchObject({
      kind: 'refused',
    });
    const noStep = [{ start: '0.0000', end: '1.0000', step: '0.0000' }];
    expect(decodeMarket({ ...object, price_ranges: noStep }, series)).toMatchObject({
      kind: 'refused',
    });
  });

  it('a market of an unknown event stands aside and does not hide the others', () => {
    const [a, b] = fc.sample(someMarket, { numRuns: 2, seed: 1 });
    const text = encodeMarketsPage(
      [a!, b!].map((exchangeMarket) => ({ exchangeMarket, quote: noQuote })),
      null,
    );
    const page = decodeMarketsPage(text, (event) =>
      event === a!.market.eventTicker ? series : null,
    );
    expect(page).toMatchObject({ kind: 'page', rows: [a], refused: [{ code: 'malformed' }] });
  });

  it.each([
    [{ fee_type: 'quadratic', fee_multiplier: 1 }, {}, 'quadratic', 1_000_000],
    [{ fee_type: 'quadratic', fee_multiplier: 0.5 }, {}, 'quadratic', 500_000],
    [
      { fee_type: 'quadratic', fee_multiplier: 1 },
      { fee_type_override: 'quadratic_with_maker_fees', fee_multiplier_override: 1.25 },
      'quadratic_with_maker_fees',
      1_250_000,
    ],
    [
      { fee_type: 'quadratic_with_combo_maker_fees', fee_multiplier: 0 },
      { fee_type_override: null, fee_multiplier_override: null },
      'quadratic_with_combo_maker_fees',
      0,
    ],
  ])('fees of %o with %o', (own, override, makerFeeType, multiplierMillionths) => {
    expect(decodeFees(own, override)).toEqual({
      kind: 'fees',
      fees: { makerFeeType, multiplierMillionths },
    });
  });

  it('fees that cannot be computed are refused', () => {
    expect(decodeFees({ fee_type: 'flat', fee_multiplier: 1 }, {})).toMatchObject({
      kind: 'refused',
    });
    expect(decodeFees({ fee_type: 'quadratic' }, {})).toMatchObject({ kind: 'refused' });
    expect(decodeFees(encodeFees(STANDARD_FEES), {})).toEqual({
      kind: 'fees',
      fees: STANDARD_FEES,
    });
  });

  it('a book has its NO bids mirrored to YES asks', () => {
    expect(
      decodeOrderbook(
        '{"orderbook_fp":{"yes_dollars":[["0.4600","120.00"],["0.4700","3.00"]],"no_dollars":[["0.4500","40.00"],["0.4800","3.00"]]}}',
        'M',
      ),
    ).toEqual({
      kind: 'book',
      snapshot: {
        market: 'M',
        bids: [
          { price: 4_600, count: 12_000 },
          { price: 4_700, count: 300 },
        ],
        asks: [
          { price: 5_500, count: 4_000 },
          { price: 5_200, count: 300 },
        ],
        exchangeTimeMs: null,
      },
    });
    for (const empty of ['{}', '{"orderbook_fp":null}', '{"orderbook_fp":{"yes_dollars":null}}'])
      expect(decodeOrderbook(empty, 'M')).toMatchObject({ snapshot: { bids: [], asks: [] } });
  });

  it('a book goes through the wire unchanged', () => {
    fc.assert(
      fc.property(someLevels(1), someLevels(-1), (bids, asks) => {
        const snapshot = { market: 'M', bids, asks, exchangeTimeMs: null };
        expect(decodeOrderbook(encodeOrderbook(snapshot), 'M')).toEqual({ kind: 'book', snapshot });
      }),
    );
  });
});

describe.skipIf(!existsSync(RECORDED))(`recorded markets (skipped without ${RECORDED})`, () => {
  it('are read, all of them', () => {
    const recorded: unknown = JSON.parse(readFileSync(RECORDED, 'utf8'));
    const markets = Object.values(Object(recorded) as Readonly<Record<string, unknown>>);
    expect(markets).toHaveLength(46);
    const series = { seriesTicker: 'KXFEDMENTION', fees: STANDARD_FEES };
    for (const object of markets) {
      const decoded = decodeMarket(object, series);
      expect(decoded).toMatchObject({
        kind: 'market',
        market: {
          eventTicker: 'KXFEDMENTION-26MAR',
          exchangeIndex: 0,
          closeTimeMs: 1_773_928_800_000,
          priceRanges: [{ start: 0, end: 10_000, step: 100 }],
        },
      });
    }
  });
});
