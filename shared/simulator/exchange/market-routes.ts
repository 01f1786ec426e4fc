import type { HttpAnswer } from '../../adapters/kalshi/wire/orders.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import type { QueryParams } from './query-params.ts';
import type { SimExchange } from './sim-exchange.ts';

type Reader = (parts: {
  readonly exchange: SimExchange;
  readonly params: QueryParams;
  readonly nowMs: EpochMs;
  /** The names in the path. */
  readonly names: readonly [string, string];
}) => HttpAnswer;

const FIXED: Readonly<Record<string, Reader>> = {
  '/exchange/status': ({ exchange, nowMs }) => exchange.catalogue.status(nowMs),
  '/exchange/schedule': ({ exchange }) => exchange.catalogue.schedule(),
  '/historical/cutoff': ({ exchange, nowMs }) => exchange.catalogue.cutoff(nowMs),
  '/markets': ({ exchange, params, nowMs }) => exchange.markets.markets(params, 'live', nowMs),
  '/historical/markets': ({ exchange, params, nowMs }) =>
    exchange.markets.markets(params, 'historical', nowMs),
  '/markets/orderbooks': ({ exchange, params, nowMs }) =>
    exchange.markets.orderbooks(params, nowMs),
  '/markets/trades': ({ exchange, params, nowMs }) =>
    exchange.markets.trades(params, 'live', nowMs),
  '/historical/trades': ({ exchange, params, nowMs }) =>
    exchange.markets.trades(params, 'historical', nowMs),
  '/markets/candlesticks': ({ exchange, params, nowMs }) =>
    exchange.markets.manyCandles(params, nowMs),
  '/series': ({ exchange, params, nowMs }) => exchange.catalogue.seriesList(params, nowMs),
  '/series/fee_changes': ({ exchange, params, nowMs }) =>
    exchange.catalogue.seriesFeeChanges(params, nowMs),
  '/events': ({ exchange, params, nowMs }) => exchange.catalogue.events(params, false, nowMs),
  '/events/multivariate': ({ exchange, params, nowMs }) =>
    exchange.catalogue.events(params, true, nowMs),
  '/events/fee_changes': ({ exchange, params, nowMs }) =>
    exchange.catalogue.eventFeeChanges(params, nowMs),
};

const NAMED: readonly (readonly [RegExp, Reader])[] = [
  [
    /^\/markets\/([^/]+)$/,
    ({ exchange, nowMs, names: [ticker] }) => exchange.markets.market(ticker, 'live', nowMs),
  ],
  [
    /^\/markets\/([^/]+)\/orderbook$/,
    ({ exchange, params, nowMs, names: [ticker] }) =>
      exchange.markets.orderbook(ticker, params, nowMs),
  ],
  [
    /^\/series\/([^/]+)\/markets\/([^/]+)\/candlesticks$/,
    ({ exchange, params, nowMs, names: [series, ticker] }) =>
      exchange.markets.candles(ticker, series, params, nowMs),
  ],
  [
    /^\/series\/([^/]+)\/events\/([^/]+)\/candlesticks$/,
    ({ exchange, params, nowMs, names: [series, event] }) =>
      exchange.markets.eventCandles(series, event, params, nowMs),
  ],
  [
    /^\/historical\/markets\/([^/]+)$/,
    ({ exchange, nowMs, names: [ticker] }) => exchange.markets.market(ticker, 'historical', nowMs),
  ],
  [
    /^\/historical\/markets\/([^/]+)\/candlesticks$/,
    ({ exchange, params, nowMs, names: [ticker] }) =>
      exchange.markets.candles(ticker, null, params, nowMs),
  ],
  [
    /^\/series\/([^/]+)$/,
    ({ exchange, params, nowMs, names: [series] }) =>
      exchange.catalogue.series(series, params, nowMs),
  ],
  [
    /^\/events\/([^/]+)$/,
    ({ exchange, params, nowMs, names: [event] }) => exchange.catalogue.event(event, params, nowMs),
  ],
  [
    /^\/events\/([^/]+)\/metadata$/,
    ({ exchange, nowMs, names: [event] }) => exchange.catalogue.eventMetadata(event, nowMs),
  ],
];

/** What everybody may read; null for a path that is none of it. */
export function readMarketData(
  exchange: SimExchange,
  path: string,
  params: QueryParams,
  nowMs: EpochMs,
): HttpAnswer | null {
  const fixed = FIXED[path];
  if (fixed !== undefined) return fixed({ exchange, params, nowMs, names: ['', ''] });
  for (const [pattern, reader] of NAMED) {
    const [, first, second] = pattern.exec(path) ?? [];
    if (first === undefined) continue;
    const names = [decodeURIComponent(first), decodeURIComponent(second ?? '')] as const;
    return reader({ exchange, params, nowMs, names });
  }
  return null;
}
