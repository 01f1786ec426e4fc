import { beforeEach, describe, expect, it } from 'vitest';
import type { RequestQuery } from '../../../../shared/adapters/kalshi/wire/request-query.ts';
import { IOC, TICKER } from '../../../support/exchange-desk.ts';
import type { RestAnswer } from '../../../support/exchange-rest.ts';
import { openMarketDesk, type MarketDesk } from '../../../support/market-desk.ts';
import { aMarket, NOON } from '../../../support/trade-builders.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const { eventTicker: EVENT, seriesTicker: SERIES } = aMarket();

let { desk, get, trade, settle }: MarketDesk = openMarketDesk();
beforeEach(() => {
  ({ desk, get, trade, settle } = openMarketDesk());
});

describe('order books', () => {
  it('of many markets come by a repeated parameter, without those that are not known', () => {
    desk.exchange.addMarket(aMarket({ ticker: 'KX-B' }), desk.nowMs());
    desk.accept('them', { price: '0.4000', count: '3.00' });
    const { json } = get('/markets/orderbooks', { tickers: [TICKER, 'KX-B', 'KX-NONE'] });
    expect(json).toEqual({
      orderbooks: [
        { ticker: TICKER, orderbook_fp: { yes_dollars: [['0.4000', '3.00']], no_dollars: [] } },
        { ticker: 'KX-B', orderbook_fp: { yes_dollars: [], no_dollars: [] } },
      ],
    });
  });

  it('are of 1 to 100 markets', () => {
    const tickers = Array.from({ length: 101 }, (_, n) => `KX-${n}`);
    expect(get('/markets/orderbooks', { tickers })).toMatchObject({
      status: 400,
      json: { msg: 'Parameter validation failed: tickers' },
    });
    expect(get('/markets/orderbooks').status).toBe(400);
    expect(get('/markets/orderbooks', { tickers: tickers.slice(1) }).status).toBe(200);
  });

  it('have so many levels as are asked for, the best ones', () => {
    for (const at of ['0.3000', '0.3100', '0.3200']) desk.accept('them', { price: at });
    const path = `/markets/${TICKER}/orderbook`;
    const bids = (depth: string): unknown =>
      (get(path, { depth }).json['orderbook_fp'] as Record<string, unknown>)['yes_dollars'];
    expect(bids('2')).toEqual([
      ['0.3100', '10.00'],
      ['0.3200', '10.00'],
    ]);
    expect(bids('0')).toHaveLength(3);
    expect(get(path, { depth: '101' }).status).toBe(400);
  });
});

describe('public trades', () => {
  it('come newest first, in pages, by market and time', () => {
    trade('0.5000', '1.00');
    desk.wait(10 * SECOND);
    trade('0.5100', '2.00');
    const first = get('/markets/trades', { ticker: TICKER, limit: '1' }).json as Trades;
    expect(first.trades[0]).toMatchObject({
      ticker: TICKER,
      yes_price_dollars: '0.5100',
      no_price_dollars: '0.4900',
      count_fp: '2.00',
      taker_outcome_side: 'yes',
      taker_book_side: 'bid',
      is_block_trade: false,
    });
    const second = get('/markets/trades', { limit: '1', cursor: first.cursor }).json as Trades;
    expect(second.trades[0]).toMatchObject({ yes_price_dollars: '0.5000' });
    expect(second.cursor).toBe('');
    const min_ts = String(NOON / SECOND + 5);
    expect((get('/markets/trades', { min_ts }).json as Trades).trades).toHaveLength(1);
    const of = (query: RequestQuery): number =>
      (get('/markets/trades', query).json as Trades).trades.length;
    expect(of({ max_ts: String(NOON / SECOND) })).toBe(1);
    expect(of({ ticker: 'KX-NONE' })).toBe(0);
    expect(of({ is_block_trade: 'true' })).toBe(0);
  });
});

type Trades = {
  readonly trades: readonly Readonly<Record<string, unknown>>[];
  readonly cursor: string;
};

const span = (fromMs: number, untilMs: number, minutes = 1): Readonly<Record<string, string>> => ({
  start_ts: String(fromMs / SECOND),
  end_ts: String(untilMs / SECOND),
  period_interval: String(minutes),
});

const candles = (answer: RestAnswer): readonly Readonly<Record<string, unknown>>[] =>
  answer.json['candlesticks'] as readonly Readonly<Record<string, unknown>>[];

describe('candlesticks', () => {
  const path = `/series/${SERIES}/markets/${TICKER}/candlesticks`;

  beforeEach(() => {
    desk.accept('third', { price: '0.4000' });
    trade('0.5000', '2.00');
    trade('0.5600', '1.00');
    desk.wait(MINUTE);
    trade('0.5300', '4.00');
    desk.wait(5 * MINUTE);
    desk.accept('third', { price: '0.4100' });
  });

  it('hold the trades and quotes of a minute, and none where nothing changed', () => {
    const rows = candles(get(path, span(NOON, NOON + HOUR)));
    expect(rows.map((row) => row['end_period_ts'])).toEqual(
      [1, 2, 7].map((minute) => (NOON + minute * MINUTE) / SECOND),
    );
    expect(rows[0]).toMatchObject({
      price: {
        open_dollars: '0.5000',
        high_dollars: '0.5600',
        low_dollars: '0.5000',
        close_dollars: '0.5600',
        mean_dollars: '0.5200',
        previous_dollars: null,
      },
      volume_fp: '3.00',
      open_interest_fp: '3.00',
    });
    expect(rows[1]).toMatchObject({
      yes_bid: { open_dollars: '0.4000', close_dollars: '0.4000' },
      price: { close_dollars: '0.5300', previous_dollars: '0.5600' },
      open_interest_fp: '7.00',
    });
    expect(rows[2]).toMatchObject({
      yes_bid: { open_dollars: '0.4000', high_dollars: '0.4100', close_dollars: '0.4100' },
      price: { open_dollars: null, mean_dollars: null, previous_dollars: '0.5300' },
      volume_fp: '0.00',
    });
  });

  it('of an hour and of a day are the minutes together', () => {
    for (const [minutes, endMs] of [
      [60, NOON + HOUR],
      [1_440, NOON - (NOON % DAY) + DAY],
    ] as const) {
      const rows = candles(get(path, span(NOON, NOON + 2 * DAY, minutes)));
      expect(rows).toHaveLength(1);
      expect(rows[0]).toMatchObject({
        end_period_ts: endMs / SECOND,
        yes_bid: { open_dollars: '0.0000', high_dollars: '0.4100' },
        price: { open_dollars: '0.5000', low_dollars: '0.5000', close_dollars: '0.5300' },
        volume_fp: '7.00',
      });
    }
  });

  it('may begin with the last one before the span, without its trades', () => {
    const query = {
      ...span(NOON + 3 * MINUTE, NOON + 5 * MINUTE),
      include_latest_before_start: 'true',
    };
    expect(candles(get(path, query))).toEqual([
      expect.objectContaining({
        end_period_ts: (NOON + 3 * MINUTE) / SECOND,
        price: expect.objectContaining({ close_dollars: null, previous_dollars: '0.5300' }),
        volume_fp: '0.00',
      }),
    ]);
    expect(candles(get(path, span(NOON + 3 * MINUTE, NOON + 5 * MINUTE)))).toEqual([]);
  });

  it('come for many markets and for an event', () => {
    const many = get('/markets/candlesticks', {
      market_tickers: `${TICKER},KX-NONE`,
      ...span(NOON, NOON + HOUR),
    });
    const [only] = many.json['markets'] as readonly { readonly candlesticks: readonly unknown[] }[];
    expect(only).toMatchObject({ market_ticker: TICKER });
    expect(only?.candlesticks).toHaveLength(3);
    const event = get(`/series/${SERIES}/events/${EVENT}/candlesticks`, span(NOON, NOON + HOUR));
    expect(event.json).toMatchObject({ market_tickers: [TICKER] });
  });

  it('of an event stand apart by market, in the order of their markets', () => {
    const other = aMarket({ ticker: 'KX-B' });
    desk.exchange.addMarket(other, desk.nowMs());
    desk.exchange.addMarket(aMarket({ ticker: 'KX-C', eventTicker: 'KX-ELSE' }), desk.nowMs());
    desk.accept('them', { ticker: 'KX-B', side: 'ask', price: '0.3000', count: '4.00' });
    desk.accept('us', { ...IOC, ticker: 'KX-B', price: '0.3000', count: '4.00' });
    const { json } = get(`/series/${SERIES}/events/${EVENT}/candlesticks`, {
      ...span(NOON, NOON + HOUR, 60),
    });
    expect(json['market_tickers']).toEqual([TICKER, 'KX-B']);
    const [first, second, ...more] = json['market_candlesticks'] as readonly (readonly Readonly<
      Record<string, unknown>
    >[])[];
    expect(more).toEqual([]);
    expect(first?.map((candle) => candle['price'])).not.toEqual(
      second?.map((candle) => candle['price']),
    );
    expect(second).toEqual([
      expect.objectContaining({
        end_period_ts: (NOON + HOUR) / SECOND,
        price: expect.objectContaining({ open_dollars: '0.3000', close_dollars: '0.3000' }),
        volume_fp: '4.00',
        open_interest_fp: '4.00',
      }),
    ]);
    const elsewhere = `/series/${SERIES}/events/KX-NONE/candlesticks`;
    expect(get(elsewhere, span(NOON, NOON + HOUR)).status).toBe(404);
  });

  it.each([
    ['another period', { period_interval: '5' }],
    ['no start', { start_ts: '' }],
    ['an end before the start', { end_ts: '1' }],
  ])('with %s are refused', (_name, change) => {
    expect(get(path, { ...span(NOON, NOON + HOUR), ...change }).status).toBe(400);
    expect(get(`/series/OTHER/markets/${TICKER}/candlesticks`, span(NOON, NOON)).status).toBe(404);
  });

  it('of a market that has left the live endpoints have other names', () => {
    settle();
    desk.wait(DAY);
    desk.exchange.control({ kind: 'cutoff', cutoff: cutoffAt(desk.nowMs()) }, desk.nowMs());
    expect(get(path, span(NOON, NOON + HOUR)).status).toBe(404);
    const past = candles(
      get(`/historical/markets/${TICKER}/candlesticks`, span(NOON, NOON + HOUR)),
    );
    expect(past[0]).toMatchObject({
      yes_bid: { open: '0.0000', close: '0.4000' },
      price: { open: '0.5000', mean: '0.5200', previous: null },
      volume: '3.00',
      open_interest: '3.00',
    });
  });
});

function cutoffAt(atMs: number): {
  readonly marketsSettledMs: number;
  readonly tradesCreatedMs: number;
  readonly ordersUpdatedMs: number;
  readonly positionsUpdatedMs: number;
} {
  return {
    marketsSettledMs: atMs,
    tradesCreatedMs: atMs,
    ordersUpdatedMs: atMs,
    positionsUpdatedMs: atMs,
  };
}

describe('the historical tier', () => {
  it('takes over what is older than the cutoff, and nothing is on both sides', () => {
    trade('0.5000');
    const resting = desk.accept('us', { price: '0.1000' }).order_id;
    desk.wait(DAY);
    settle();
    desk.exchange.addMarket(
      aMarket({ ticker: 'KX-NEW', closeTimeMs: NOON + 9 * DAY }),
      desk.nowMs(),
    );
    desk.wait(DAY);
    const split = { ...cutoffAt(NOON + 2 * DAY), marketsSettledMs: desk.nowMs() };
    desk.exchange.control({ kind: 'cutoff', cutoff: split }, desk.nowMs());
    desk.accept('us', { ticker: 'KX-NEW', price: '0.2000' });
    const sizes = (list: string, live: string, past: string): readonly number[] =>
      [live, past].map((path) => (get(path).json[list] as readonly unknown[]).length);
    expect(sizes('markets', '/markets', '/historical/markets')).toEqual([1, 1]);
    expect(sizes('trades', '/markets/trades', '/historical/trades')).toEqual([0, 1]);
    expect(sizes('fills', '/portfolio/fills', '/historical/fills')).toEqual([0, 1]);
    expect(sizes('orders', '/portfolio/orders', '/historical/orders')).toEqual([1, 2]);
    expect(sizes('market_positions', '/portfolio/positions', '/historical/positions')).toEqual([
      0, 1,
    ]);
    expect(get(`/portfolio/orders/${resting}`).status).toBe(404);
    expect(get(`/markets/${TICKER}`).status).toBe(404);
    expect(get(`/historical/markets/${TICKER}`).json).toMatchObject({ market: { ticker: TICKER } });
    expect(get('/historical/cutoff').json).toMatchObject({
      trades_created_ts: new Date(NOON + 2 * DAY).toISOString().replace('.000', ''),
    });
  });

  it('begins three months ago unless it is set', () => {
    expect(get('/historical/cutoff').json['trades_created_ts']).toBe(
      new Date(NOON - (NOON % DAY) - 90 * DAY).toISOString().replace('.000', ''),
    );
  });
});
