import { joinedQuery, type RequestQuery } from '../../adapters/kalshi/wire/request-query.ts';
import type { HttpAnswer } from '../../adapters/kalshi/wire/orders.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import { errorAnswer, EXCHANGE_ERRORS, queryRefusal } from './exchange-errors.ts';
import type { QueueQuery } from './queue-reads.ts';
import { commandOf } from './command-routes.ts';
import { accountRead } from './account-reads.ts';
import type { FillsQuery, MarketsQuery, OrdersQuery } from './rest-reads.ts';
import type { SimExchange } from './sim-exchange.ts';
import { UNCONFIRMED } from './unconfirmed-codes.ts';

/** A request as it reaches the exchange, after authentication. The path is below `/trade-api/v2`. */
export type RestRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string | null;
};

const ORDERS = '/portfolio/events/orders';
/** What was sent here before 2026-06. */
const REMOVED = /^\/portfolio\/orders(\/.*)?$/;
const ORDER = /^\/portfolio\/events\/orders\/([^/]+)$/;
const MARKET = /^\/markets\/([^/]+)$/;
const ORDERBOOK = /^\/markets\/([^/]+)\/orderbook$/;
const ONE_ORDER = /^\/portfolio\/orders\/([^/]+)$/;
const QUEUE_POSITION = /^\/portfolio\/orders\/([^/]+)\/queue_position$/;
const ORDER_GROUP = /^\/portfolio\/order_groups\/([^/]+)$/;
const SERIES = /^\/series\/([^/]+)$/;
const EVENT = /^\/events\/([^/]+)$/;

/** Answers one REST request of an account at the exchange's own time. */
export function answerRest(
  exchange: SimExchange,
  account: string,
  received: Omit<RestRequest, 'query'> & { readonly query: RequestQuery },
  nowMs: EpochMs,
): HttpAnswer {
  const request: RestRequest = { ...received, query: joinedQuery(received.query) };
  if (!exchange.limiter.admit(account, request, nowMs))
    return errorAnswer(EXCHANGE_ERRORS.tooManyRequests);
  return request.method === 'GET'
    ? read(exchange, account, request, nowMs)
    : write(exchange, account, request, nowMs);
}

function write(
  exchange: SimExchange,
  account: string,
  request: RestRequest,
  nowMs: EpochMs,
): HttpAnswer {
  const { method, path, query, body } = request;
  if (REMOVED.test(path)) return errorAnswer(UNCONFIRMED.removedEndpoint);
  const command = commandOf(request);
  // Every other subaccount than 0 is empty: nothing of it is found, and there is nothing to cancel.
  if (isOtherSubaccount(query))
    return command?.kind === 'cancel_all'
      ? { status: 204, body: '' }
      : errorAnswer(EXCHANGE_ERRORS.notFound);
  if (method === 'POST' && path === ORDERS) return exchange.submit(account, body ?? '', nowMs);
  if (command !== null) return exchange.command(account, command, nowMs);
  const orderId = ORDER.exec(path)?.[1];
  return method === 'DELETE' && orderId !== undefined
    ? exchange.cancel(account, cancelQuery(orderId, query), nowMs)
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
    case '/portfolio/orders': {
      const orders = ordersQuery(query);
      return typeof orders === 'string'
        ? errorAnswer(queryRefusal(orders))
        : reads.orders(isOtherSubaccount(query) ? '' : account, orders, nowMs);
    }
    case '/portfolio/orders/queue_positions':
      return exchange.queue.many(isOtherSubaccount(query) ? '' : account, queueQuery(query), nowMs);
    case '/portfolio/order_groups':
      return exchange.groups.list(
        isOtherSubaccount(query) ? '' : account,
        query['exchange_index'] === undefined ? null : Number(query['exchange_index']),
        nowMs,
      );
    case '/account/limits':
    case '/account/endpoint_costs':
      return accountRead(exchange.limiter, account, path);
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
      return readOne(exchange, account, { path, query }, nowMs);
  }
}

/** Paths that name what is read. */
function readOne(
  { reads, queue, groups }: SimExchange,
  account: string,
  { path, query }: Pick<RestRequest, 'path' | 'query'>,
  nowMs: EpochMs,
): HttpAnswer {
  const exchangeIndex = Number(query['exchange_index'] ?? 0);
  const readers: readonly (readonly [RegExp, (name: string) => HttpAnswer])[] = [
    [MARKET, (ticker) => reads.market(ticker, nowMs)],
    [ORDERBOOK, (ticker) => reads.orderbook(ticker, nowMs)],
    [QUEUE_POSITION, (orderId) => queue.one(account, orderId, nowMs)],
    [ORDER_GROUP, (groupId) => groups.one(account, { groupId, exchangeIndex }, nowMs)],
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

/** Most events that a list may be narrowed to. */
const MAX_EVENTS = 10;

/** The query, or the name of the parameter that is not one. */
function ordersQuery(query: Query): OrdersQuery | string {
  const { eventTicker, ...list } = listQuery(query);
  const status = ORDER_STATUSES.find((known) => known === query['status']);
  if (status === undefined && query['status'] !== undefined) return 'status';
  const eventTickers = eventTicker?.split(',');
  if (eventTickers !== undefined && eventTickers.length > MAX_EVENTS) return 'event_ticker';
  return {
    ...list,
    ...shardQuery(query),
    ...(status !== undefined && { status }),
    ...(eventTickers !== undefined && { eventTickers }),
  };
}

function queueQuery(query: Query): QueueQuery {
  const markets = query['market_tickers'];
  const eventTicker = query['event_ticker'];
  return {
    ...(markets !== undefined && { markets: markets.split(',') }),
    ...(eventTicker !== undefined && { eventTicker }),
  };
}

function isOtherSubaccount(query: Query): boolean {
  return (query['subaccount'] ?? '0') !== '0';
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
