import { describe, expect, it } from 'vitest';
import { KalshiCatalogue } from '../../../../shared/adapters/kalshi/kalshi-catalogue.ts';
import type { HttpRequest } from '../../../../shared/adapters/kalshi/http-transport.ts';
import type { MarketListFilter } from '../../../../shared/ports/market-catalogue.ts';
import { valueOf } from '../../../support/port-reads.ts';
import { ScriptedRest, status } from '../../../support/scripted-rest.ts';
import { NOON } from '../../../support/trade-builders.ts';

const CUTOFF_MS = NOON - 90 * 86_400_000;
const CUTOFF = {
  market_settled_ts: new Date(CUTOFF_MS).toISOString(),
  trades_created_ts: new Date(CUTOFF_MS).toISOString(),
  orders_updated_ts: new Date(CUTOFF_MS).toISOString(),
};

const market = (ticker: string, change: object = {}): object => ({
  ticker,
  event_ticker: 'KXA-1',
  status: 'active',
  open_time: '2026-11-20T12:00:00Z',
  close_time: '2026-11-22T12:00:00Z',
  yes_bid_dollars: '0.4700',
  yes_bid_size_fp: '3.00',
  yes_ask_dollars: '0.5200',
  yes_ask_size_fp: '2.00',
  ...change,
});
const event = (ticker: string, change: object = {}): object => ({
  event_ticker: ticker,
  series_ticker: 'KXA',
  ...change,
});
const series = (ticker: string, change: object = {}): object => ({
  ticker,
  category: 'Sports',
  fee_type: 'quadratic',
  fee_multiplier: 1,
  ...change,
});

/** One series with one event, and what a test adds. */
function open(script: ConstructorParameters<typeof ScriptedRest>[0] = {}) {
  const rest = new ScriptedRest({
    '/historical/cutoff': CUTOFF,
    '/series/KXA': { series: series('KXA') },
    '/events/KXA-1': { event: event('KXA-1') },
    ...script,
  });
  const refused: string[] = [];
  const unknown: string[] = [];
  const catalogue = new KalshiCatalogue({
    transport: rest,
    onRefused: (detail) => refused.push(detail),
    onUnknownField: (object, field) => unknown.push(`${object}.${field}`),
  });
  return { rest, catalogue, refused, unknown };
}

describe('the status', () => {
  it.each([200, 500, 503, 504])('is read from the body of a %d', async (code) => {
    const body = '{"exchange_active":true,"trading_active":false}';
    const { catalogue, rest } = open({ '/exchange/status': status(code, body) });
    expect(await valueOf(catalogue.status())).toMatchObject({
      exchangeActive: true,
      tradingActive: false,
    });
    expect(rest.requests).toHaveLength(1);
  });

  it('is not known when there is no such body', async () => {
    const { catalogue } = open({ '/exchange/status': status(503, '<html>') });
    expect(await catalogue.status()).toMatchObject({ kind: 'unavailable' });
  });
});

it('the schedule is the weekly pause and the maintenance that is announced', async () => {
  const window = { start_datetime: '2026-11-23T06:00:00Z', end_datetime: '2026-11-23T07:00:00Z' };
  const { catalogue, refused } = open({
    '/exchange/schedule': { schedule: { maintenance_windows: [window, {}] } },
  });
  const windows = await valueOf(catalogue.schedule(NOON));
  expect(windows.map(({ reason, startMs }) => [reason, new Date(startMs).toISOString()])).toEqual([
    ['weekly_pause', '2026-11-26T08:00:00.000Z'],
    ['maintenance', '2026-11-23T06:00:00.000Z'],
  ]);
  expect(refused).toHaveLength(1);
});

describe('lists of markets', () => {
  it('leave combos out, and take series and fees from the event', async () => {
    const { catalogue, rest } = open({
      '/markets': {
        markets: [market('A'), market('B', { event_ticker: 'KXA-2' }), market('KXMVE-1')],
        cursor: '',
      },
      '/events': {
        events: [event('KXA-1'), event('KXA-2', { fee_multiplier_override: 0.5 })],
        cursor: '',
      },
    });
    const listings = await valueOf(catalogue.markets({ seriesTicker: 'KXA', status: 'open' }));
    expect(listings).toMatchObject([
      { market: { ticker: 'A', seriesTicker: 'KXA', fees: { multiplierMillionths: 1_000_000 } } },
      { market: { ticker: 'B', fees: { multiplierMillionths: 500_000 } } },
    ]);
    expect(rest.queriesOf('/markets')).toEqual([
      { series_ticker: 'KXA', status: 'open', mve_filter: 'exclude', limit: '1000' },
    ]);
    expect(rest.queriesOf('/events')).toEqual([{ tickers: 'KXA-1,KXA-2', limit: '200' }]);
  });

  it('leave out and tell what has no known event or no computable fee', async () => {
    const { catalogue, refused } = open({
      '/markets': {
        markets: [
          market('A', { event_ticker: 'KXGONE-1' }),
          market('B', { event_ticker: 'KXFLAT-1' }),
          market('C', { close_time: 'soon' }),
          market('D'),
        ],
      },
      '/events': { events: [event('KXA-1'), event('KXFLAT-1', { series_ticker: 'KXFLAT' })] },
      '/series/KXFLAT': { series: series('KXFLAT', { fee_type: 'flat' }) },
    });
    const listings = await valueOf(catalogue.markets({}));
    expect(listings.map((one) => one.market.ticker)).toEqual(['D']);
    expect(refused).toHaveLength(3);
  });

  it('many series are read in one', async () => {
    const numbers = Array.from({ length: 21 }, (_, at) => at);
    const { catalogue, rest } = open({
      '/markets': { markets: numbers.map((at) => market(`M${at}`, { event_ticker: `E${at}` })) },
      '/events': { events: numbers.map((at) => event(`E${at}`, { series_ticker: `S${at}` })) },
      '/series': { series: numbers.map((at) => series(`S${at}`)) },
    });
    expect(await valueOf(catalogue.markets({ status: 'open' }))).toHaveLength(21);
    expect(rest.requests.map(({ path }) => path)).toEqual(['/markets', '/events', '/series']);
  });

  it('with combos: a hundred of their events are asked for, and the rest is told', async () => {
    const numbers = Array.from({ length: 120 }, (_, at) => at);
    const events = Object.fromEntries(
      numbers.map((at) => [`/events/KXMVE-${at}`, { event: event(`KXMVE-${at}`) }]),
    );
    const { catalogue, refused } = open({
      ...events,
      '/markets': {
        markets: numbers.map((at) => market(`KXMVE-${at}-A`, { event_ticker: `KXMVE-${at}` })),
      },
      '/events': { events: [] },
    });
    const listings = await valueOf(catalogue.markets({ withCombos: true }));
    expect(listings).toHaveLength(100);
    expect(listings.every(({ isCombo }) => isCombo)).toBe(true);
    expect(refused).toHaveLength(20);
  });

  it('ask for a hundred tickers at a time', async () => {
    const { catalogue, rest } = open({ '/markets': { markets: [] } });
    const tickers = Array.from({ length: 201 }, (_, at) => `M${at}`);
    await valueOf(catalogue.markets({ tickers }));
    const asked = rest.queriesOf('/markets').map((query) => String(query['tickers']).split(','));
    expect(asked.map(({ length }) => length)).toEqual([100, 100, 1]);
    expect(asked.flat()).toEqual(tickers);
  });

  it('with the past: a market that both tiers show is the live one', async () => {
    const { catalogue, rest } = open({
      '/markets': { markets: [market('A', { status: 'finalized', result: 'yes' })] },
      '/historical/markets': { markets: [market('A', { result: '' }), market('OLD')] },
    });
    const listings = await valueOf(catalogue.markets({ seriesTicker: 'KXA', withPast: true }));
    expect(listings).toMatchObject([
      { market: { ticker: 'A' }, result: { kind: 'yes' } },
      { market: { ticker: 'OLD' } },
    ]);
    expect(rest.queriesOf('/historical/markets')).toEqual([
      { series_ticker: 'KXA', mve_filter: 'exclude', limit: '1000' },
    ]);
  });

  it.each<readonly [MarketListFilter, HttpRequest['query'] | null]>([
    [{ times: { kind: 'created', fromMs: 1_999 }, status: 'open' }, { min_created_ts: '1' }],
    [{ times: { kind: 'closes', untilMs: 1_001 }, status: 'closed' }, { max_close_ts: '2' }],
    [
      { times: { kind: 'settled', fromMs: 0, untilMs: 9_000 } },
      { min_settled_ts: '0', max_settled_ts: '9' },
    ],
    [{ times: { kind: 'updated', fromMs: 5_000 }, seriesTicker: 'KXA' }, { min_updated_ts: '5' }],
    [{ times: { kind: 'created', fromMs: 0 }, status: 'closed' }, null],
    [{ times: { kind: 'closes', fromMs: 0 }, status: 'open' }, null],
    [{ times: { kind: 'settled', fromMs: 0 }, status: 'open' }, null],
    [{ times: { kind: 'updated', fromMs: 0 }, status: 'open' }, null],
    [{ times: { kind: 'updated', fromMs: 0 }, withCombos: true }, null],
    [{ times: { kind: 'updated', fromMs: 0 }, tickers: ['A'] }, null],
  ])('%o', async (filter, query) => {
    const { catalogue, rest } = open({ '/markets': { markets: [] } });
    const read = await catalogue.markets(filter);
    // What the exchange would answer with 400 is not sent.
    expect(read.kind).toBe(query === null ? 'unavailable' : 'read');
    expect(rest.queriesOf('/markets')).toMatchObject(query === null ? [] : [query]);
  });
});

describe('one market', () => {
  it('that is not known is null, and one that has left is found in the history', async () => {
    const { catalogue } = open({ '/historical/markets/OLD': { market: market('OLD') } });
    expect(await valueOf(catalogue.market('NONE'))).toBeNull();
    expect(await valueOf(catalogue.market('OLD'))).toMatchObject({ market: { ticker: 'OLD' } });
  });

  it('whose event cannot be read is not known for now', async () => {
    const { catalogue } = open({
      '/markets/A': { market: market('A') },
      '/events/KXA-1': status(503),
    });
    expect(await catalogue.market('A')).toMatchObject({ kind: 'unavailable' });
  });
});

describe('books', () => {
  const levels = {
    yes_dollars: [
      ['0.4600', '120.00'],
      ['0.4700', '3.00'],
    ],
    no_dollars: [
      ['0.4500', '40.00'],
      ['0.4800', '3.00'],
    ],
  };

  it('come best first on both sides', async () => {
    const { catalogue } = open({ '/markets/A/orderbook': { orderbook_fp: levels } });
    expect(await valueOf(catalogue.book('A'))).toEqual({
      bids: [
        { price: 4_700, count: 300 },
        { price: 4_600, count: 12_000 },
      ],
      asks: [
        { price: 5_200, count: 300 },
        { price: 5_500, count: 4_000 },
      ],
    });
    expect(await valueOf(catalogue.book('NONE'))).toBeNull();
  });

  it('that are crossed are not believed', async () => {
    const crossed = { yes_dollars: [['0.5300', '1.00']], no_dollars: [['0.4800', '1.00']] };
    const { catalogue, refused } = open({
      '/markets/A/orderbook': { orderbook_fp: crossed },
      '/markets/orderbooks': {
        orderbooks: [{ ticker: 'A', orderbook_fp: crossed }, { ticker: 'B' }],
      },
    });
    expect(await catalogue.book('A')).toMatchObject({ kind: 'unavailable' });
    expect([...(await valueOf(catalogue.books(['A', 'B']))).keys()]).toEqual(['B']);
    expect(refused).toHaveLength(1);
  });

  it('are asked for with the parameter repeated, a hundred at a time', async () => {
    const { catalogue, rest } = open({
      '/markets/orderbooks': ({ query }: HttpRequest) => ({
        orderbooks: [query['tickers'] ?? []]
          .flat()
          .map((ticker) => ({ ticker, orderbook_fp: levels })),
      }),
    });
    const tickers = Array.from({ length: 150 }, (_, at) => `M${at}`);
    expect((await valueOf(catalogue.books(tickers))).size).toBe(150);
    expect(rest.queriesOf('/markets/orderbooks')).toEqual([
      { tickers: tickers.slice(0, 100) },
      { tickers: tickers.slice(100) },
    ]);
  });
});

const trade = (id: string, atMs: number): object => ({
  trade_id: id,
  ticker: 'A',
  count_fp: '1.00',
  yes_price_dollars: '0.5000',
  taker_book_side: 'bid',
  created_time: new Date(atMs).toISOString(),
});

const candle = (endMs: number, suffix = ''): object => ({
  end_period_ts: endMs / 1_000,
  [suffix === '' ? 'volume' : 'volume_fp']: '1.00',
  [suffix === '' ? 'open_interest' : 'open_interest_fp']: suffix === '' ? '7.00' : '9.00',
});

describe('histories', () => {
  it('trades are those of both tiers, each once, newest first, within the times', async () => {
    const { catalogue } = open({
      '/markets/trades': { trades: [trade('new', NOON), trade('edge', CUTOFF_MS)] },
      '/historical/trades': {
        trades: [
          trade('edge', CUTOFF_MS),
          trade('old', CUTOFF_MS - 1),
          trade('older', CUTOFF_MS - 9),
        ],
      },
    });
    const read = await valueOf(catalogue.trades({ market: 'A', sinceMs: CUTOFF_MS - 5 }));
    expect(read.map(({ tradeId }) => tradeId)).toEqual(['new', 'edge', 'old']);
  });

  it('trades after the cutoff are asked of the live tier alone', async () => {
    const { catalogue, rest } = open({ '/markets/trades': { trades: [trade('new', NOON)] } });
    await valueOf(catalogue.trades({ sinceMs: NOON - 500, untilMs: NOON }));
    expect(rest.requests.map(({ path }) => path)).toEqual([
      '/historical/cutoff',
      '/markets/trades',
    ]);
    expect(rest.queriesOf('/markets/trades')).toMatchObject([
      { min_ts: String(NOON / 1_000 - 1), max_ts: String(NOON / 1_000) },
    ]);
  });

  it('candles of a market come from both tiers before the cutoff, the live ones first', async () => {
    const start = CUTOFF_MS - 120_000;
    const { catalogue } = open({
      '/series/KXA/markets/A/candlesticks': { candlesticks: [candle(start + 60_000, '_fp')] },
      '/historical/markets/A/candlesticks': {
        candlesticks: [candle(start), candle(start + 60_000)],
      },
    });
    const read = await valueOf(
      catalogue.candles({
        markets: [{ market: 'A', seriesTicker: 'KXA' }],
        fromMs: start,
        untilMs: NOON,
        period: 'day',
      }),
    );
    expect(read).toMatchObject([
      { endMs: start, openInterest: 700 },
      { endMs: start + 60_000, openInterest: 900 },
    ]);
  });

  it.each([
    [1, 'minute', 7_200, 2],
    [2, 'minute', 5_000, 1],
    [2, 'minute', 5_001, 2],
    [100, 'minute', 101, 2],
    [150, 'hour', 100, 2],
  ] as const)(
    'candles of %d markets by the %s, %d of each, in %d requests within the limits',
    async (count, period, candles, requests) => {
      const periodS = period === 'minute' ? 60 : 3_600;
      const asked: { readonly from: number; readonly to: number; readonly markets: number }[] = [];
      const answer = ({ query }: HttpRequest): object => {
        const markets = String(query['market_tickers'] ?? 'M0').split(',').length;
        asked.push({ from: Number(query['start_ts']), to: Number(query['end_ts']), markets });
        return {};
      };
      const { catalogue } = open({
        '/markets/candlesticks': answer,
        '/series/KXA/markets/M0/candlesticks': answer,
      });
      const markets = Array.from({ length: count }, (_, at) => ({
        market: `M${at}`,
        seriesTicker: 'KXA',
      }));
      const fromMs = NOON;
      const untilMs = NOON + (candles - 1) * periodS * 1_000;
      await valueOf(catalogue.candles({ markets, fromMs, untilMs, period }));
      expect(asked).toHaveLength(requests);
      for (const { from, to, markets: many } of asked) {
        expect(many).toBeLessThanOrEqual(100);
        expect((Math.floor((to - from) / periodS) + 1) * many).toBeLessThanOrEqual(10_000);
      }
      const ends = Array.from({ length: candles }, (_, at) => NOON / 1_000 + at * periodS);
      const isCovered = (endS: number): boolean =>
        asked.some(({ from, to }) => from <= endS && endS <= to);
      expect(ends.filter((endS) => !isCovered(endS))).toEqual([]);
    },
  );

  it('a read of too many candles says so instead of a thousand requests', async () => {
    const { catalogue, rest } = open();
    const markets = Array.from({ length: 100 }, (_, at) => ({
      market: `M${at}`,
      seriesTicker: 'S',
    }));
    const fromMs = NOON;
    const read = await catalogue.candles({
      markets,
      fromMs,
      untilMs: NOON + 1e10,
      period: 'minute',
    });
    expect(read).toMatchObject({ reason: expect.stringContaining('ask for less at a time') });
    expect(rest.requests).toHaveLength(1);
  });
});

it('changes of fees of series and of events, those of one series', async () => {
  const common = { scheduled_ts: '2026-11-22T00:00:00Z' };
  const override = { event_ticker: 'E', fee_type_override: null, fee_multiplier_override: 2 };
  const { catalogue, rest } = open({
    '/series/fee_changes': {
      series_fee_change_arr: [
        { ...common, id: '1', series_ticker: 'KXA', fee_type: 'quadratic', fee_multiplier: 0 },
      ],
    },
    '/events/fee_changes': {
      event_fee_changes: [
        { ...common, ...override, id: '2', series_ticker: 'KXA' },
        { ...common, ...override, id: '3', series_ticker: 'KXB' },
      ],
    },
  });
  const read = await valueOf(catalogue.feeChanges({ seriesTicker: 'KXA', withPast: false }));
  expect(read.map(({ id, change }) => [id, change.kind])).toEqual([
    ['1', 'series'],
    ['2', 'event'],
  ]);
  expect(rest.queriesOf('/series/fee_changes')).toEqual([
    { series_ticker: 'KXA', show_historical: 'false' },
  ]);
});

it('fields that are not known are told', async () => {
  const { catalogue, unknown } = open({
    '/markets': { markets: [market('A', { sparkle: 1 })] },
    '/series/KXA': { series: series('KXA', { glitter: 1 }) },
  });
  await valueOf(catalogue.markets({}));
  expect(unknown).toEqual(['Market.sparkle', 'Series.glitter']);
});
