import type { HttpAnswer } from '../../adapters/kalshi/wire/orders.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import { errorAnswer, EXCHANGE_ERRORS } from './exchange-errors.ts';
import type { FillsQuery, MarketsQuery, OrdersQuery } from './rest-reads.ts';
import type { SimExchange } from './sim-exchange.ts';

/** A request as it reaches the exchange, after authentication. The path is below `/trade-api/v2`. */
export type RestRequest = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string | null;
};

const ORDER = /^\/portfolio\/events\/orders\/([^/]+)$/;
const MARKET = /^\/markets\/([^/]+)$/;
const ORDERBOOK = /^\/markets\/([^/]+)\/orderbook$/;
const ONE_ORDER = /^\/portfolio\/orders\/([^/]+)$/;
const SERIES = /^\/series\/([^/]+)$/;
const EVENT = /^\/events\/([^/]+)$/;

/** Answers one REST request of an account at the exchange's own time. */
export function answerRest(
  exchange: SimExchange,
  account: string,
  request: RestRequest,
  nowMs: EpochMs,
): HttpAnswer {
  const { method, path, body } = request;
  if (method === 'POST' && path === '/portfolio/events/orders')
    return exchange.submit(account, body ?? '', nowMs);
  const orderId = ORDER.exec(path)?.[1];
  if (method === 'DELETE' && orderId !== undefined)
    return exchange.cancel(account, cancelQuery(orderId, request.query), nowMs);
  return method === 'GET'
    ? read(exchange, account, request, nowMs)
    : errorAnswer(EXCHANGE_ERRORS.notFound);
}

function read(
  exchange: SimExchange,
  account: string,
  { path, query }: RestRequest,
  nowMs: EpochMs,
): HttpAnswer {
  const reads = exchange.reads;
  switch (path) {
    case '/portfolio/orders':
      return reads.orders(account, ordersQuery(query), nowMs);
    case '/portfolio/fills':
      return reads.fills(account, fillsQuery(query), nowMs);
    case '/portfolio/positions':
      return reads.positions(account, listQuery(query), nowMs);
    case '/portfolio/settlements':
      return reads.settlements(account, listQuery(query), nowMs);
    case '/portfolio/balance':
      return reads.balance(account, shardQuery(query), nowMs);
    case '/exchange/user_data_timestamp':
      return reads.userDataTimestamp(nowMs);
    case '/exchange/status':
      return reads.exchangeStatus(nowMs);
    case '/events':
      return reads.events(marketsQuery(query), nowMs);
    case '/markets':
      return reads.markets(marketsQuery(query), nowMs);
    default:
      return readOne(exchange, account, path, nowMs);
  }
}

/** Paths that name what is read. */
function readOne(
  { reads }: SimExchange,
  account: string,
  path: string,
  nowMs: EpochMs,
): HttpAnswer {
  const readers: readonly (readonly [RegExp, (name: string) => HttpAnswer])[] = [
    [MARKET, (ticker) => reads.market(ticker, nowMs)],
    [ORDERBOOK, (ticker) => reads.orderbook(ticker, nowMs)],
    [ONE_ORDER, (orderId) => reads.order(account, orderId, nowMs)],
    [SERIES, (ticker) => reads.series(ticker, nowMs)],
    [EVENT, (ticker) => reads.event(ticker, nowMs)],
  ];
  for (const [pattern, reader] of readers) {
    const name = pattern.exec(path)?.[1];
    if (name !== undefined) return reader(decodeURIComponent(name));
  }
  return errorAnswer(EXCHANGE_ERRORS.notFound);
}

type Query = Readonly<Record<string, string>>;

function cancelQuery(orderId: string, query: Query) {
  return {
    orderId: decodeURIComponent(orderId),
    ...(query['exchange_index'] !== undefined && {
      exchangeIndex: Number(query['exchange_index']),
    }),
    ...(query['market_ticker'] !== undefined && { market: query['market_ticker'] }),
  };
}

function shardQuery(query: Query) {
  const exchangeIndex = query['exchange_index'];
  return exchangeIndex === undefined ? {} : { exchangeIndex: Number(exchangeIndex) };
}

function listQuery(query: Query) {
  return {
    ...(query['ticker'] !== undefined && { ticker: query['ticker'] }),
    ...(query['event_ticker'] !== undefined && { eventTicker: query['event_ticker'] }),
    ...(query['min_ts'] !== undefined && { minTs: Number(query['min_ts']) }),
    ...(query['max_ts'] !== undefined && { maxTs: Number(query['max_ts']) }),
    ...(query['limit'] !== undefined && { limit: Number(query['limit']) }),
    ...(query['cursor'] !== undefined && { cursor: query['cursor'] }),
  };
}

const ORDER_STATUSES = ['resting', 'canceled', 'executed'] as const;

function fillsQuery(query: Query): FillsQuery {
  return {
    ...listQuery(query),
    ...(query['order_id'] !== undefined && { orderId: query['order_id'] }),
  };
}

function ordersQuery(query: Query): OrdersQuery {
  const status = ORDER_STATUSES.find((known) => known === query['status']);
  return { ...listQuery(query), ...(status !== undefined && { status }) };
}

const MARKET_STATUSES = ['unopened', 'open', 'paused', 'closed', 'settled'] as const;

function marketsQuery(query: Query): MarketsQuery {
  const status = MARKET_STATUSES.find((known) => known === query['status']);
  return {
    ...listQuery(query),
    ...(query['tickers'] !== undefined && { tickers: query['tickers'].split(',') }),
    ...(query['series_ticker'] !== undefined && { seriesTicker: query['series_ticker'] }),
    ...(status !== undefined && { status }),
  };
}
