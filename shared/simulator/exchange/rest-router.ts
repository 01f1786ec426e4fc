import type { HttpAnswer } from '../../adapters/kalshi/wire/orders.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import { errorAnswer, EXCHANGE_ERRORS } from './exchange-errors.ts';
import type { MarketsQuery, OrdersQuery } from './rest-reads.ts';
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
      return reads.fills(account, listQuery(query), nowMs);
    case '/portfolio/positions':
      return reads.positions(account, listQuery(query), nowMs);
    case '/portfolio/settlements':
      return reads.settlements(account, listQuery(query), nowMs);
    case '/portfolio/balance':
      return reads.balance(account, {}, nowMs);
    case '/exchange/user_data_timestamp':
      return reads.userDataTimestamp(nowMs);
    case '/exchange/status':
      return reads.exchangeStatus(nowMs);
    case '/markets':
      return reads.markets(marketsQuery(query), nowMs);
    default: {
      const market = MARKET.exec(path)?.[1];
      return market === undefined
        ? errorAnswer(EXCHANGE_ERRORS.notFound)
        : reads.market(decodeURIComponent(market), nowMs);
    }
  }
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
