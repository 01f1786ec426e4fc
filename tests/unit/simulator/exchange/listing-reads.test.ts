import { beforeEach, describe, expect, it } from 'vitest';
import type { RequestQuery } from '../../../../shared/adapters/kalshi/wire/request-query.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { money } from '../../../../shared/domain/money/money.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import { IOC, TICKER } from '../../../support/exchange-desk.ts';
import { openMarketDesk, type MarketDesk } from '../../../support/market-desk.ts';
import type { MarketDetails } from '../../../../shared/simulator/exchange/venue-facts.ts';
import { aMarket, NOON } from '../../../support/trade-builders.ts';

const SECOND = 1_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const { eventTicker: EVENT, seriesTicker: SERIES } = aMarket();

let { desk, get, trade, settle }: MarketDesk = openMarketDesk();
beforeEach(() => {
  ({ desk, get, trade, settle } = openMarketDesk());
});

const openInterest = (): unknown =>
  (get(`/markets/${TICKER}`).json['market'] as Record<string, unknown>)['open_interest_fp'];

describe('the list of markets', () => {
  it.each([
    [{ min_created_ts: '1', status: 'closed' }],
    [{ max_close_ts: '1', status: 'open' }],
    [{ min_settled_ts: '1', status: 'open' }],
    [{ min_updated_ts: '1', status: 'open' }],
    [{ min_updated_ts: '1', series_ticker: SERIES }],
    [{ min_updated_ts: '1', mve_filter: 'only' }],
    [{ status: 'active' }],
    [{ status: 'open,closed' }],
    [{ event_ticker: 'A,B' }],
    [{ mve_filter: 'some' }],
    [{ limit: '1001' }],
    [{ min_close_ts: 'yesterday' }],
  ] as readonly (readonly [RequestQuery])[])('refuses %j', (query) => {
    expect(get('/markets', query)).toMatchObject({
      status: 400,
      json: { msg: expect.stringContaining('Parameter validation failed') as unknown },
    });
  });

  it.each([
    [{ min_created_ts: String(NOON / SECOND), status: 'open' }, 2],
    [{ max_close_ts: String(NOON / SECOND) }, 0],
    [{ min_updated_ts: '1', mve_filter: 'exclude', series_ticker: SERIES }, 1],
    [{ mve_filter: 'only' }, 1],
    [{ mve_filter: 'exclude' }, 1],
    [{ status: 'settled' }, 0],
    [{ tickers: `${TICKER},KX-NONE` }, 1],
  ] as readonly (readonly [RequestQuery, number])[])('with %j shows %i', (query, count) => {
    const combo = {
      collection: 'KXMVE-C',
      legs: [{ eventTicker: EVENT, market: TICKER, side: 'yes' }],
    } as const;
    desk.exchange.addMarket(aMarket({ ticker: 'KXMVE-1', eventTicker: 'KXMVE' }), NOON, { combo });
    expect(get('/markets', query).json['markets']).toHaveLength(count);
  });

  it('tells combos and their events apart, also those that only their ticker shows', () => {
    const combo = {
      collection: 'KXC',
      legs: [{ eventTicker: EVENT, market: TICKER, side: 'yes' }],
    };
    const { exchange } = desk;
    const told = { combo: combo as NonNullable<MarketDetails['combo']> };
    exchange.addMarket(aMarket({ ticker: 'KXOF-1', eventTicker: 'KXOF' }), NOON, told);
    exchange.addMarket(aMarket({ ticker: 'KXMVE-1', eventTicker: 'KXMVE' }), NOON);
    const namesOf = (path: string, list: string, name: string, query: RequestQuery = {}): unknown =>
      (get(path, query).json[list] as readonly Readonly<Record<string, unknown>>[])
        .map((row) => String(row[name]))
        .toSorted();
    const markets = (mve_filter: string): unknown =>
      namesOf('/markets', 'markets', 'ticker', { mve_filter });
    expect(markets('exclude')).toEqual([TICKER]);
    expect(markets('only')).toEqual(['KXMVE-1', 'KXOF-1']);
    expect(namesOf('/events', 'events', 'event_ticker')).toEqual([EVENT]);
    expect(namesOf('/events/multivariate', 'events', 'event_ticker')).toEqual(['KXMVE', 'KXOF']);
    const ofOne = { collection_ticker: 'KXC', with_nested_markets: 'true' };
    expect(get('/events/multivariate', ofOne).json['events']).toEqual([
      expect.objectContaining({
        event_ticker: 'KXOF',
        markets: [expect.objectContaining({ ticker: 'KXOF-1', mve_collection_ticker: 'KXC' })],
      }),
    ]);
    expect(get('/events/multivariate', { limit: '201' }).status).toBe(400);
  });

  it('says of a market all that the exchange says', () => {
    const details = {
      yesSubTitle: 'Over 47',
      rulesPrimary: 'If it is over 47 degrees.',
      strike: { type: 'between', floor: 47, cap: 49 },
      feesWaivedUntilMs: NOON + HOUR,
      occurrenceMs: NOON + DAY,
      isProvisional: true,
    } as const;
    desk.exchange.addMarket(aMarket({ ticker: 'KX-B' }), NOON, details);
    trade('0.5000', '2.00');
    desk.accept('them', { side: 'ask', price: '0.6000', count: '3.00' });
    expect(get('/markets/KX-B').json['market']).toMatchObject({
      yes_sub_title: 'Over 47',
      strike_type: 'between',
      floor_strike: 47,
      cap_strike: 49,
      fee_waiver_expiration_time: '2026-11-21T13:00:00Z',
      occurrence_datetime: '2026-11-22T12:00:00Z',
      is_provisional: true,
      price_level_structure: 'linear_cent',
      price_ranges: [{ start: '0.0000', end: '1.0000', step: '0.0100' }],
    });
    expect(get(`/markets/${TICKER}`).json['market']).toMatchObject({
      volume_fp: '2.00',
      volume_24h_fp: '2.00',
      open_interest_fp: '2.00',
      last_price_dollars: '0.5000',
      yes_ask_dollars: '0.6000',
      yes_ask_size_fp: '3.00',
      previous_price_dollars: '0.0000',
      can_close_early: true,
      exchange_index: 0,
    });
    desk.wait(3 * HOUR);
    desk.exchange.moveClose(TICKER, NOON + 3 * DAY, desk.nowMs());
    desk.wait(DAY);
    expect(get(`/markets/${TICKER}`).json['market']).toMatchObject({
      volume_fp: '2.00',
      volume_24h_fp: '0.00',
      previous_price_dollars: '0.5000',
      previous_yes_ask_dollars: '0.6000',
    });
  });

  it('shows no open interest once everything is closed or paid', () => {
    trade('0.5000', '2.00');
    desk.accept('us', { side: 'ask', price: '0.5000', count: '0.50' });
    desk.accept('them', { ...IOC, price: '0.5000', count: '0.50' });
    expect(openInterest()).toBe('1.50');
    settle();
    expect(openInterest()).toBe('0.00');
  });
});

describe('series and events', () => {
  it('are found by category and tag, with their fees and what was traded', () => {
    const series = {
      seriesTicker: SERIES,
      title: 'Football',
      category: 'Sports',
      tags: ['NFL'],
      frequency: 'weekly',
      settlementSources: [{ name: 'The league', url: 'https://scores.test/' }],
    };
    desk.exchange.control({ kind: 'describe_series', series }, NOON);
    desk.exchange.addMarket(
      aMarket({ ticker: 'KX-B', eventTicker: 'KX-E', seriesTicker: 'KX' }),
      NOON,
    );
    trade('0.5000', '2.00');
    const list = (query: RequestQuery): unknown[] =>
      (get('/series', query).json['series'] as { ticker: string }[]).map(({ ticker }) => ticker);
    expect(list({})).toEqual([SERIES, 'KX']);
    expect(list({ category: 'Sports' })).toEqual([SERIES]);
    expect(list({ tags: 'NBA,NFL' })).toEqual([SERIES]);
    expect(list({ category: 'Weather' })).toEqual([]);
    expect(get(`/series/${SERIES}`, { include_volume: 'true' }).json['series']).toMatchObject({
      title: 'Football',
      categories: ['Sports'],
      fee_type: 'quadratic',
      fee_multiplier: 1,
      volume_fp: '2.00',
      settlement_sources: series.settlementSources,
    });
    expect(get('/series/NONE').status).toBe(404);
  });

  it('show their markets beside them or in them', () => {
    const path = `/events/${EVENT}`;
    expect(get(path).json).toMatchObject({
      event: { event_ticker: EVENT, series_ticker: SERIES, mutually_exclusive: false },
      markets: [{ ticker: TICKER }],
    });
    expect(get(path, { with_nested_markets: 'true' }).json).toMatchObject({
      event: { markets: [{ ticker: TICKER }] },
      markets: [],
    });
    expect(
      get('/events', { with_nested_markets: 'true', with_milestones: 'true' }).json,
    ).toMatchObject({
      events: [{ event_ticker: EVENT, markets: [{ ticker: TICKER }] }],
      milestones: [],
      cursor: '',
    });
    expect(get('/events', { limit: '201' }).status).toBe(400);
    expect(get('/events', { status: 'settled' }).json['events']).toEqual([]);
    const min_close_ts = String((NOON + 4 * HOUR) / SECOND);
    expect(get('/events', { min_close_ts }).json['events']).toEqual([]);
    expect(get(`${path}/metadata`).json).toMatchObject({
      market_details: [{ market_ticker: TICKER }],
    });
  });
});

const seriesFeeChanges = (query: RequestQuery = {}): unknown =>
  get('/series/fee_changes', query).json['series_fee_change_arr'];

describe('fees that change', () => {
  const half = { makerFeeType: null, multiplierMillionths: 500_000 };

  it('are charged from the moment at which an event overrides them, and told', () => {
    desk.exchange.control(
      { kind: 'override_fees', eventTicker: EVENT, override: half, atMs: null },
      NOON,
    );
    expect(get(`/events/${EVENT}`).json['event']).toMatchObject({
      fee_type_override: null,
      fee_multiplier_override: 0.5,
    });
    expect(get(`/series/${SERIES}`).json['series']).toMatchObject({ fee_multiplier: 1 });
    trade('0.5000', '100.00');
    expect(desk.exchange.truth('us').fees).toBe(875_000);
    const cleared = { makerFeeType: null, multiplierMillionths: null };
    const clear = { kind: 'override_fees', eventTicker: EVENT, override: cleared } as const;
    desk.exchange.control({ ...clear, atMs: NOON + HOUR }, desk.nowMs());
    desk.wait(HOUR);
    trade('0.5000', '100.00');
    expect(desk.exchange.truth('us').fees).toBe(875_000 + 1_750_000);
    expect(get('/events/fee_changes', { event_ticker: EVENT }).json['event_fee_changes']).toEqual([
      expect.objectContaining({
        fee_multiplier_override: null,
        scheduled_ts: '2026-11-21T13:00:00Z',
      }),
      expect.objectContaining({
        event_ticker: EVENT,
        series_ticker: SERIES,
        fee_multiplier_override: 0.5,
      }),
    ]);
  });

  it('of a series are announced before and listed after when they are asked for', () => {
    const fees = {
      makerFeeType: 'quadratic_with_maker_fees',
      multiplierMillionths: 1_000_000,
    } as const;
    const at = NOON + HOUR;
    desk.exchange.control({ kind: 'series_fees', seriesTicker: SERIES, fees, atMs: at }, NOON);
    expect(seriesFeeChanges()).toEqual([
      expect.objectContaining({ series_ticker: SERIES, fee_type: 'quadratic_with_maker_fees' }),
    ]);
    trade('0.5000', '100.00');
    expect(desk.exchange.truth('them').fees).toBe(0);
    desk.wait(HOUR);
    expect(seriesFeeChanges()).toEqual([]);
    expect(seriesFeeChanges({ show_historical: 'true', series_ticker: SERIES })).toHaveLength(1);
    trade('0.5000', '100.00');
    expect(desk.exchange.truth('them').fees).toBe(437_500);
  });

  it('are waived until the time that the market says', () => {
    const ticker = 'KX-FREE';
    desk.exchange.addMarket(aMarket({ ticker }), NOON, { feesWaivedUntilMs: NOON + HOUR });
    const order = {
      clientOrderId: null,
      market: ticker,
      price: price(5_000),
      count: contracts(10_000),
      timeInForce: 'good_till_canceled',
      postOnly: false,
      reduceOnly: false,
      selfTradePrevention: 'maker',
      expiresAtMs: null,
      cancelOnPause: false,
      orderGroupId: null,
    } as const;
    const meet = (): void => {
      desk.exchange.place('them', { ...order, side: 'ask' }, desk.nowMs());
      desk.exchange.place('us', { ...order, side: 'bid' }, desk.nowMs());
    };
    meet();
    expect(desk.exchange.truth('us').fees).toBe(money(0));
    desk.wait(HOUR);
    meet();
    expect(desk.exchange.truth('us').fees).toBe(1_750_000);
  });
});

describe('the exchange itself', () => {
  it('says which shard stands, until when, and with which code', () => {
    expect(get('/exchange/status')).toMatchObject({
      status: 200,
      json: {
        exchange_active: true,
        trading_active: true,
        exchange_index_statuses: [{ exchange_index: 0, description: 'Default' }],
      },
    });
    const pause = { kind: 'pause', pause: 'exchange', shard: null } as const;
    desk.exchange.control({ ...pause, resumeAtMs: NOON + HOUR, statusCode: 503 }, NOON);
    expect(get('/exchange/status')).toMatchObject({
      status: 503,
      json: {
        exchange_active: false,
        trading_active: false,
        exchange_estimated_resume_time: '2026-11-21T13:00:00Z',
      },
    });
    const resume = { ...pause, pause: 'none' } as const;
    desk.exchange.control({ ...resume, resumeAtMs: null, statusCode: 503 }, NOON);
    expect(get('/exchange/status').status).toBe(200);
  });

  it('announces maintenance in its schedule', () => {
    const windows = [
      { reason: 'maintenance', startMs: NOON + DAY, endMs: NOON + DAY + HOUR },
    ] as const;
    desk.exchange.control({ kind: 'maintenance', windows }, NOON);
    expect(get('/exchange/schedule').json).toMatchObject({
      schedule: {
        maintenance_windows: [
          { start_datetime: '2026-11-22T12:00:00Z', end_datetime: '2026-11-22T13:00:00Z' },
        ],
      },
    });
  });

  it.each([
    ['/incentive_programs', { incentive_programs: [], next_cursor: '' }],
    ['/milestones', { milestones: [], cursor: '' }],
    ['/structured_targets', { structured_targets: [], cursor: '' }],
    ['/communications/rfqs', { rfqs: [], cursor: '' }],
    ['/series/A/events/B/forecast_percentile_history', { forecast_history: [] }],
  ])('has none of %s', (path, body) => {
    expect(get(path)).toEqual({ status: 200, json: body });
  });

  it.each(['/exchange/announcements', '/fcm/orders', '/margin/positions', '/milestones/1'])(
    'does not know %s',
    (path) => {
      expect(get(path).status).toBe(404);
    },
  );
});
