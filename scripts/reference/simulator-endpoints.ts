import { STANDARD_FEES } from '../../shared/domain/market/fee-schedule.ts';
import type { Market } from '../../shared/domain/market/market.ts';
import { LINEAR_CENT } from '../../shared/domain/market/tick-grid.ts';
import { money, MICROS_PER_DOLLAR } from '../../shared/domain/money/money.ts';
import { answerRest, type RestRequest } from '../../shared/simulator/exchange/rest-router.ts';
import { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import { seededRng } from '../../shared/simulator/rng.ts';

type Method = RestRequest['method'];

/** What stands on the exchange that the endpoints are tried on. */
type World = { readonly order: string; readonly group: string };

type Endpoint = {
  readonly method: Method;
  /** As the exchange's documentation writes it. */
  readonly path: string;
  /** What of it was chosen where nothing is documented; empty where it is as documented. */
  readonly chosen: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: (world: World) => object;
};

const TICKER = 'KXSIM-1-YES';
const EVENT = 'KXSIM-1';
const SERIES = 'KXSIM';
const NOW_MS = 1_795_262_400_000;
const ACCOUNT = 'client';
const TERMS = {
  time_in_force: 'good_till_canceled',
  self_trade_prevention_type: 'taker_at_cross',
} as const;
const ORDER = { ticker: TICKER, side: 'bid', count: '10.00', price: '0.0100', ...TERMS };
const CANDLES = { start_ts: '1795258800', end_ts: '1795262400', period_interval: '1' };
const NONE_HERE = 'an empty list: there are none here';
const READ_BEHIND = 'behind writes by the read lag';
const TRANSFER = {
  source: 'event_contract',
  destination: 'event_contract',
  amount: 10_000,
  source_exchange_shard: 0,
  destination_exchange_shard: 1,
};

const get = (path: string, chosen = '', query: Endpoint['query'] = {}): Endpoint => ({
  method: 'GET',
  path,
  chosen,
  query,
});

/** The endpoints of the exchange that a trading system may use, in the order of its documentation. */
const ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/portfolio/events/orders',
    chosen: 'codes of some refusals, see below; fill-or-kill that cannot be filled is 201 or 400',
    body: () => ORDER,
  },
  {
    method: 'POST',
    path: '/portfolio/events/orders/batched',
    chosen: 'answered in the order of the request',
    body: () => ({ orders: [ORDER] }),
  },
  {
    method: 'POST',
    path: '/portfolio/events/orders/{order_id}/amend',
    chosen: '',
    body: () => ({ ticker: TICKER, side: 'bid', price: '0.0200', count: '10.00' }),
  },
  {
    method: 'POST',
    path: '/portfolio/events/orders/{order_id}/decrease',
    chosen: 'to nothing is a cancel',
    body: () => ({ reduce_to: '5.00' }),
  },
  {
    method: 'DELETE',
    path: '/portfolio/events/orders/{order_id}',
    chosen: '',
    query: { market_ticker: TICKER },
  },
  {
    method: 'DELETE',
    path: '/portfolio/events/orders/batched',
    chosen: '',
    body: ({ order }) => ({ orders: [{ order_id: order, exchange_index: 0 }] }),
  },
  {
    method: 'DELETE',
    path: '/portfolio/events/orders',
    chosen: 'orders of the minute after go half a second after they came',
  },
  get('/portfolio/orders', READ_BEHIND),
  get('/portfolio/orders/{order_id}', READ_BEHIND),
  get('/portfolio/orders/queue_positions', '', { market_tickers: TICKER }),
  get('/portfolio/orders/{order_id}/queue_position'),
  {
    method: 'POST',
    path: '/portfolio/order_groups/create',
    chosen: '',
    body: () => ({ contracts_limit: 100 }),
  },
  get('/portfolio/order_groups'),
  get('/portfolio/order_groups/{group_id}'),
  {
    method: 'PUT',
    path: '/portfolio/order_groups/{group_id}/limit',
    chosen: '',
    body: () => ({ contracts_limit: 50 }),
  },
  { method: 'PUT', path: '/portfolio/order_groups/{group_id}/trigger', chosen: '' },
  { method: 'PUT', path: '/portfolio/order_groups/{group_id}/reset', chosen: '' },
  { method: 'DELETE', path: '/portfolio/order_groups/{group_id}', chosen: '' },
  get('/portfolio/balance', `${READ_BEHIND}; no return of collateral`),
  get('/portfolio/positions', READ_BEHIND),
  get('/portfolio/fills', READ_BEHIND),
  get('/portfolio/settlements', READ_BEHIND),
  get('/portfolio/deposits'),
  get('/portfolio/withdrawals'),
  get('/portfolio/subaccounts/balances'),
  get('/portfolio/subaccounts/transfers'),
  get('/portfolio/subaccounts/netting'),
  {
    method: 'POST',
    path: '/portfolio/intra_exchange_instance_transfer',
    chosen: 'takes the time that POST /transfer-time of the control API sets',
    body: () => TRANSFER,
  },
  get('/portfolio/intra_exchange_instance_transfers'),
  get('/portfolio/target_balance_allocation'),
  get('/portfolio/summary/total_resting_order_value'),
  get('/markets'),
  get('/markets/{ticker}'),
  get('/markets/{ticker}/orderbook'),
  get('/markets/orderbooks', '', { tickers: TICKER }),
  get('/markets/trades', 'the newest 50,000 are kept'),
  get('/series/{series}/markets/{ticker}/candlesticks', '', CANDLES),
  get('/markets/candlesticks', '', { ...CANDLES, market_tickers: TICKER }),
  get('/series/{series}/events/{event}/candlesticks', '', CANDLES),
  get('/series'),
  get('/series/{series}'),
  get('/series/fee_changes'),
  get('/events'),
  get('/events/{event}'),
  get('/events/{event}/metadata'),
  get('/events/multivariate'),
  get('/events/fee_changes'),
  get('/historical/cutoff', 'three months before now unless it is set'),
  get('/historical/markets'),
  get('/historical/trades'),
  get('/historical/fills'),
  get('/historical/orders'),
  get('/historical/positions'),
  get('/exchange/status'),
  get('/exchange/schedule'),
  get('/exchange/user_data_timestamp'),
  get('/account/limits'),
  get('/account/endpoint_costs'),
  get('/account/api_usage_level/volume_progress'),
  { method: 'POST', path: '/account/api_usage_level/upgrade', chosen: '' },
  get('/api_keys'),
  get('/incentive_programs', NONE_HERE),
  get('/milestones', NONE_HERE),
  get('/structured_targets', NONE_HERE),
  get('/multivariate_event_collections', NONE_HERE),
  get('/search/tags_by_categories', NONE_HERE),
  get('/communications/rfqs', NONE_HERE),
];

export type TriedEndpoint = Pick<Endpoint, 'method' | 'path' | 'chosen'> & {
  readonly isServed: boolean;
};

/** Every endpoint, tried on a small exchange: one that answers as an address that does not exist is not served. */
export function tryEndpoints(): readonly TriedEndpoint[] {
  const { text: unknown } = tried({ method: 'GET', path: '/nowhere', chosen: '' });
  return ENDPOINTS.map((endpoint) => {
    const { status, text } = tried(endpoint);
    const { method, path, chosen } = endpoint;
    return { method, path, chosen, isServed: !(status === 404 && text === unknown) };
  });
}

/** One request on an exchange of its own, on which a market trades, an order rests and a group stands. */
function tried({ method, path, query = {}, body }: Endpoint): {
  readonly status: number;
  readonly text: string;
} {
  const exchange = new SimExchange({ rng: seededRng(1), readLag: { minMs: 0, maxMs: 0 } });
  for (const shard of [0, 1]) exchange.deposit(ACCOUNT, shard, money(1_000 * MICROS_PER_DOLLAR));
  exchange.addMarket(MARKET, NOW_MS - 7_200_000);
  const ask = (
    request: Partial<RestRequest> & Pick<RestRequest, 'method' | 'path'>,
    atMs: number,
  ) => answerRest(exchange, ACCOUNT, { query: {}, body: null, ...request }, atMs);
  const order = idOf(ask(written('/portfolio/events/orders', ORDER), NOW_MS - 2_000).body);
  const made = ask(
    written('/portfolio/order_groups/create', { contracts_limit: 9 }),
    NOW_MS - 1_000,
  );
  const world: World = { order, group: idOf(made.body) };
  const at = path
    .replace('{order_id}', world.order)
    .replace('{group_id}', world.group)
    .replace('{ticker}', TICKER)
    .replace('{event}', EVENT)
    .replace('{series}', SERIES);
  const text = body === undefined ? null : JSON.stringify(body(world));
  const answer = ask({ method, path: at, query, body: text }, NOW_MS);
  return { status: answer.status, text: answer.body };
}

function written(path: string, body: object): Pick<RestRequest, 'method' | 'path' | 'body'> {
  return { method: 'POST', path, body: JSON.stringify(body) };
}

/** The id of what was made. */
function idOf(body: string): string {
  return /"order(?:_group)?_id":"([^"]+)"/.exec(body)?.[1] ?? '';
}

const MARKET: Market = {
  ticker: TICKER,
  eventTicker: EVENT,
  seriesTicker: SERIES,
  exchangeIndex: 0,
  title: 'Simulated question 1',
  status: 'active',
  openTimeMs: NOW_MS - 7_200_000,
  closeTimeMs: NOW_MS + 86_400_000,
  expectedExpirationMs: NOW_MS + 86_400_000,
  settlementTimerMs: 60_000,
  priceRanges: LINEAR_CENT,
  fees: STANDARD_FEES,
};
