import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { KalshiCatalogue } from '../../shared/adapters/kalshi/kalshi-catalogue.ts';
import {
  CANDLE,
  CANDLE_PARTS,
  HISTORICAL_CANDLE,
} from '../../shared/adapters/kalshi/wire/candles.ts';
import { LIMIT_ANSWERS } from '../../shared/adapters/kalshi/wire/account-limits.ts';
import { KEY_ANSWERS } from '../../shared/adapters/kalshi/wire/api-keys.ts';
import { BATCH_ANSWERS } from '../../shared/adapters/kalshi/wire/order-batches.ts';
import { ORDER_CHANGE_ANSWERS } from '../../shared/adapters/kalshi/wire/order-changes.ts';
import { ORDER_GROUP_ANSWERS } from '../../shared/adapters/kalshi/wire/order-groups.ts';
import { ORDER_ANSWERS } from '../../shared/adapters/kalshi/wire/orders.ts';
import { PORTFOLIO_OBJECTS } from '../../shared/adapters/kalshi/wire/portfolio.ts';
import { QUEUE_ANSWERS } from '../../shared/adapters/kalshi/wire/queue-positions.ts';
import { orderStatusFrom } from '../../shared/adapters/kalshi/wire/own-frames.ts';
import { EVENT } from '../../shared/adapters/kalshi/wire/events.ts';
import {
  EXCHANGE_STATUS,
  MAINTENANCE_WINDOW,
  SHARD_STATUS,
} from '../../shared/adapters/kalshi/wire/exchange-schedule.ts';
import {
  EVENT_FEE_CHANGE,
  SERIES_FEE_CHANGE,
} from '../../shared/adapters/kalshi/wire/fee-changes.ts';
import { feeScheduleFrom } from '../../shared/adapters/kalshi/wire/fee-fields.ts';
import { HISTORICAL_CUTOFF } from '../../shared/adapters/kalshi/wire/historical.ts';
import type { WireObject } from '../../shared/adapters/kalshi/wire/known-fields.ts';
import { decodeOneListing, MARKET } from '../../shared/adapters/kalshi/wire/listings.ts';
import { PRICE_RANGE } from '../../shared/adapters/kalshi/wire/markets.ts';
import { BOOK, MARKET_BOOK } from '../../shared/adapters/kalshi/wire/orderbook.ts';
import { SERIES } from '../../shared/adapters/kalshi/wire/series.ts';
import { TRADE } from '../../shared/adapters/kalshi/wire/trades.ts';
import { STANDARD_FEES } from '../../shared/domain/market/fee-schedule.ts';
import { readSdk, type SdkModel } from '../support/sdk-models.ts';
import { ScriptedRest } from '../support/scripted-rest.ts';
import { NOON } from '../support/trade-builders.ts';

const sdk = readSdk();

/** Field names that differ between the SDK of this version and us, each with its reason. */
const KNOWN_DIFFERENCES: Readonly<Record<string, string>> = {
  'PriceDistributionHistorical.min':
    'the exchange documents the live price fields; read as known, not used',
  'PriceDistributionHistorical.max':
    'the exchange documents the live price fields; read as known, not used',
};

const OBJECTS: readonly WireObject[] = [
  MARKET,
  PRICE_RANGE,
  BOOK,
  MARKET_BOOK,
  TRADE,
  SERIES,
  EVENT,
  CANDLE,
  HISTORICAL_CANDLE,
  ...CANDLE_PARTS,
  SERIES_FEE_CHANGE,
  EVENT_FEE_CHANGE,
  HISTORICAL_CUTOFF,
  EXCHANGE_STATUS,
  SHARD_STATUS,
  MAINTENANCE_WINDOW,
];

/** Lists and objects by the name under which a body holds them. */
const BODIES: readonly (readonly [string, readonly string[]])[] = [
  ['GetMarketsResponse', ['markets', 'cursor']],
  ['GetMarketResponse', ['market']],
  ['GetMarketOrderbookResponse', ['orderbook_fp']],
  ['GetMarketOrderbooksResponse', ['orderbooks']],
  ['GetTradesResponse', ['trades', 'cursor']],
  ['GetSeriesResponse', ['series']],
  ['GetSeriesListResponse', ['series']],
  ['GetEventResponse', ['event']],
  ['GetEventsResponse', ['events', 'cursor']],
  ['GetMarketCandlesticksResponse', ['candlesticks']],
  ['GetMarketCandlesticksHistoricalResponse', ['candlesticks']],
  ['BatchGetMarketCandlesticksResponse', ['markets']],
  ['MarketCandlesticksResponse', ['market_ticker', 'candlesticks']],
  ['GetSeriesFeeChangesResponse', ['series_fee_change_arr']],
  ['GetEventFeeChangesResponse', ['event_fee_changes', 'cursor']],
  ['GetExchangeScheduleResponse', ['schedule']],
  ['Schedule', ['maintenance_windows']],
  ['GetOrdersResponse', ['orders', 'cursor']],
  ['GetFillsResponse', ['fills', 'cursor']],
  ['GetPositionsResponse', ['market_positions', 'cursor']],
  ['GetSettlementsResponse', ['settlements', 'cursor']],
];

function modelNamed(name: string): SdkModel {
  const model = sdk.models.get(name);
  if (model === undefined) throw new Error(`the SDK has no model ${name} any more`);
  return model;
}

it('the SDK is the version that was compared by hand, and was read', () => {
  expect(sdk.version).toBe('3.30.0');
  expect(sdk.models.size).toBeGreaterThan(150);
  expect(modelNamed('Market').size).toBe(53);
});

describe.each(OBJECTS.map((object) => [object.name, object] as const))('%s', (name, object) => {
  const model = modelNamed(name);

  it('has no field that we do not know, and we know none that it has not', () => {
    expect([...model.keys()].filter((field) => !object.known.has(field))).toEqual([]);
    const ours = [...object.known].filter(
      (field) => !model.has(field) && KNOWN_DIFFERENCES[`${name}.${field}`] === undefined,
    );
    expect(ours).toEqual([]);
  });

  it('may lack what the SDK calls optional, and hold null where it may be null', () => {
    const refused = Object.entries(object.schema.shape).flatMap(([field, schema]) => {
      const told = model.get(field);
      if (told === undefined) return [];
      const accepts = (value: unknown): boolean => schema.safeParse(value).success;
      return [
        ...(told.optional && !accepts(undefined) ? [`${field} is required by us`] : []),
        ...(told.nullable && !accepts(null) ? [`${field} may not be null with us`] : []),
      ];
    });
    expect(refused).toEqual([]);
  });
});

it('differences that are listed still exist', () => {
  const gone = Object.keys(KNOWN_DIFFERENCES).filter((path) => {
    const [name = '', field = ''] = path.split('.');
    const object = OBJECTS.find((one) => one.name === name);
    return object?.known.has(field) !== true || modelNamed(name).has(field);
  });
  expect(gone).toEqual([]);
});

it.each(BODIES)('the body %s has %o', (name, fields) => {
  expect([...modelNamed(name).keys()]).toEqual(expect.arrayContaining([...fields]));
});

/** Where the account's objects differ from the SDK, each with its reason. */
const ACCOUNT_DIFFERENCES: Readonly<Record<string, string>> = {
  'Order.created_time':
    'every recorded order has it; without it an order cannot be told from an older one',
  'Fill.ts_ms': 'the WebSocket has it beside ts; taken where REST has it too',
  'CreateOrderV2Response.client_order_id':
    'we always send one; an answer without it may be of another order, and is looked up',
  'DecreaseOrderV2Response.fill_count': 'one schema for amend and decrease',
  'BatchCreateOrdersV2ResponseOrdersInner.reduced_by': 'one schema for both batches',
  'BatchCancelOrdersV2ResponseOrdersInner.fill_count': 'one schema for both batches',
  'BatchCancelOrdersV2ResponseOrdersInner.remaining_count': 'one schema for both batches',
};
/** Fields of the SDK that we know of and do not read. */
const NOT_READ: Readonly<Record<string, string>> = {
  Order:
    'user_id side action type no_price_dollars remaining_count_fp taker_fill_cost_dollars maker_fill_cost_dollars taker_fees_dollars maker_fees_dollars expiration_time last_update_time self_trade_prevention_type order_group_id cancel_order_on_pause subaccount_number exchange_index',
  Fill: 'fill_id exchange_index side action no_price_dollars subaccount_number',
  MarketPosition:
    'exchange_index total_traded_dollars market_exposure_dollars realized_pnl_dollars fees_paid_dollars last_updated_ts',
  Settlement: 'exchange_index event_ticker yes_total_cost_dollars no_total_cost_dollars',
  GetBalanceResponse: 'portfolio_value updated_ts',
  CreateOrderV2Response: 'average_fill_price average_fee_paid',
  CancelOrderV2Response: 'client_order_id ts_ms',
  AmendOrderV2Response: 'average_fill_price average_fee_paid',
  CreateOrderGroupResponse: 'subaccount exchange_index',
  GetOrderGroupResponse: 'is_auto_cancel_enabled contracts_limit_fp orders exchange_index',
  OrderGroup: 'contracts_limit_fp is_auto_cancel_enabled exchange_index',
  ApiKey: 'subaccount fcm_subtrader_id',
  ApiUsageLevelGrant: 'level source',
  BatchCreateOrdersV2ResponseOrdersInner: 'average_fill_price average_fee_paid',
};

/** Rows within a body, under their own names. */
const rowsOf = {
  OrderGroup: elementOf(ORDER_GROUP_ANSWERS.GetOrderGroupsResponse.shape.order_groups),
  OrderQueuePosition: elementOf(QUEUE_ANSWERS.GetOrderQueuePositionsResponse.shape.queue_positions),
  ApiKey: elementOf(KEY_ANSWERS.GetApiKeysResponse.shape.api_keys),
  ApiUsageLevelGrant: elementOf(LIMIT_ANSWERS.GetAccountApiLimitsResponse.shape.grants),
  EndpointTokenCost: elementOf(LIMIT_ANSWERS.GetAccountEndpointCostsResponse.shape.endpoint_costs),
  BucketLimit: elementOf(LIMIT_ANSWERS.GetAccountApiLimitsResponse.shape.read),
};
const ACCOUNT_OBJECTS: Readonly<Record<string, z.ZodObject>> = {
  ...PORTFOLIO_OBJECTS,
  ...ORDER_ANSWERS,
  ...ORDER_CHANGE_ANSWERS,
  ...ORDER_GROUP_ANSWERS,
  ...QUEUE_ANSWERS,
  ...KEY_ANSWERS,
  ...LIMIT_ANSWERS,
  ...BATCH_ANSWERS,
  ...rowsOf,
};

/** The object within lists, absences, nulls, fallbacks and transforms. */
function elementOf(schema: unknown): z.ZodObject {
  let inner = schema;
  for (let depth = 0; depth < 10; depth += 1) {
    if (inner instanceof z.ZodObject) return inner;
    if (inner instanceof z.ZodArray) inner = inner.element;
    else if (inner instanceof z.ZodPipe) inner = inner.in;
    else if (
      inner instanceof z.ZodOptional ||
      inner instanceof z.ZodNullable ||
      inner instanceof z.ZodCatch
    )
      inner = inner.unwrap();
  }
  throw new Error('no object within');
}

describe.each(Object.entries(ACCOUNT_OBJECTS))('%s', (name, schema) => {
  const model = modelNamed(name);

  it('has every field that we read, and what it calls optional we do not require', () => {
    const wrong = Object.entries(schema.shape).flatMap(([field, own]) => {
      if (ACCOUNT_DIFFERENCES[`${name}.${field}`] !== undefined) return [];
      const told = model.get(field);
      if (told === undefined) return [`${field} is not sent`];
      const accepts = (value: unknown): boolean => z.safeParse(own, value).success;
      return [
        ...(told.optional && !accepts(undefined) ? [`${field} is required by us`] : []),
        ...(told.nullable && !accepts(null) ? [`${field} may not be null with us`] : []),
      ];
    });
    expect(wrong).toEqual([]);
  });

  it('has no field that was not looked at', () => {
    const known = new Set([...Object.keys(schema.shape), ...(NOT_READ[name]?.split(' ') ?? [])]);
    expect([...model.keys()].filter((field) => !known.has(field))).toEqual([]);
  });
});

it('differences of the account that are listed still exist', () => {
  const gone = Object.keys(ACCOUNT_DIFFERENCES).filter((path) => {
    const [name = '', field = ''] = path.split('.');
    const told = modelNamed(name).get(field);
    const own = ACCOUNT_OBJECTS[name]?.shape[field];
    const isRequired = own !== undefined && !z.safeParse(own, undefined).success;
    return own === undefined || (told !== undefined && !(told.optional && isRequired));
  });
  expect(gone).toEqual([]);
});

const enumOf = (name: string): readonly string[] => sdk.enums.get(name) ?? [];

describe('words of the exchange', () => {
  it('statuses of markets are known; another one is not tradable', () => {
    const words = enumOf('MarketStatusEnum');
    expect(words).toHaveLength(8);
    for (const word of words) expect(listed({ status: word })?.market.status).toBe(word);
    expect(listed({ status: 'new word' })?.market.status).toBe('inactive');
  });

  it('results of markets are known', () => {
    const value = { settlement_value_dollars: '0.5000' };
    const results = enumOf('MarketResultEnum').map(
      (result) => listed({ result, ...value })?.result?.kind ?? null,
    );
    expect(results).toEqual(['yes', 'no', 'scalar', null]);
  });

  it('types of fees can be computed, but for the one that nothing has', () => {
    const types = enumOf('FeeType').filter((type) => feeScheduleFrom(type, 1) === null);
    expect(types).toEqual(['flat']);
  });

  it('statuses of orders and sides of the book are known', () => {
    expect(enumOf('OrderStatus').map((word) => orderStatusFrom(word))).not.toContain(null);
    expect(enumOf('OrderStatus')).toHaveLength(3);
    expect(enumOf('BookSide')).toEqual(['bid', 'ask']);
  });
});

function listed(change: object) {
  const market = {
    ticker: 'A',
    event_ticker: 'E',
    status: 'active',
    open_time: '2026-11-20T12:00:00Z',
    close_time: '2026-11-22T12:00:00Z',
    ...change,
  };
  const decoded = decodeOneListing(JSON.stringify({ market }));
  return decoded.kind === 'refused'
    ? null
    : decoded.row.listing({ seriesTicker: 'S', fees: STANDARD_FEES });
}

it('the parameters of our requests are those of the SDK', async () => {
  const rest = new ScriptedRest({
    '/historical/cutoff': {
      market_settled_ts: '2026-08-20T00:00:00Z',
      trades_created_ts: '2026-08-20T00:00:00Z',
      orders_updated_ts: '2026-08-20T00:00:00Z',
    },
    '/markets': { markets: [] },
    '/historical/markets': { markets: [] },
    '/series': { series: [] },
    '/series/fee_changes': {},
    '/events': {},
    '/events/fee_changes': {},
    '/markets/trades': {},
    '/historical/trades': {},
    '/markets/orderbooks': {},
    '/markets/candlesticks': {},
  });
  const catalogue = new KalshiCatalogue({ transport: rest });
  const one = { market: 'M', seriesTicker: 'S' };
  const span = { fromMs: 0, untilMs: 3_600_000, period: 'minute' } as const;
  await catalogue.status();
  await catalogue.schedule(NOON);
  await catalogue.seriesList({ category: 'Sports' });
  await catalogue.series('S');
  await catalogue.events({ seriesTicker: 'S', status: 'open' });
  await catalogue.event('E');
  await catalogue.market('M');
  const filter = { seriesTicker: 'S', eventTicker: 'E', tickers: ['M'], withPast: true } as const;
  for (const kind of ['created', 'closes', 'settled'] as const)
    await catalogue.markets({ ...filter, times: { kind, fromMs: 0, untilMs: 1 } });
  await catalogue.markets({ times: { kind: 'updated', fromMs: 0 } });
  await catalogue.markets({ seriesTicker: 'S', withPast: true });
  await catalogue.book('M');
  await catalogue.books(['M', 'N']);
  await catalogue.trades({ market: 'M', sinceMs: 0, untilMs: NOON });
  await catalogue.candles({ markets: [one], ...span });
  await catalogue.candles({ markets: [one, { ...one, market: 'N' }], ...span });
  await catalogue.feeChanges({ seriesTicker: 'S', withPast: true });
  const unknown = rest.requests.flatMap(({ path, query }) => {
    const told = sdk.queries.get(path.replaceAll(/\/[A-Z]\b/g, '/{}'));
    if (told === undefined) return [path];
    return Object.keys(query)
      .filter((name) => !told.has(name))
      .map((name) => `${path}?${name}`);
  });
  expect(unknown).toEqual([]);
  expect(new Set(rest.requests.map(({ path }) => path)).size).toBe(21);
});
