import type { EpochMs, MarketTicker } from '../../domain/market/market.ts';
import type { Read } from '../../ports/exchange.ts';
import type { Candle, CandleRequest } from '../../ports/market-catalogue.ts';
import type { FrameRefusal } from '../../ports/market-data.ts';
import { refused, type PagedReads } from './paged-reads.ts';
import { decodeCandles, decodeHistoricalCandles, decodeManyCandles } from './wire/candles.ts';
import type { UnknownFieldListener } from './wire/known-fields.ts';
import type { RequestQuery } from './wire/request-query.ts';

/** The exchange's limits of one request for many markets (docs.kalshi.com, "Batch Get Market Candlesticks"). */
const MARKETS_PER_REQUEST = 100;
const CANDLES_PER_REQUEST = 10_000;
/** For one market no limit is written; half of that for many is asked for. */
const CANDLES_OF_ONE = 5_000;
/** More than this is not one read: minutes of a hundred markets for half a week. */
const MAX_REQUESTS = 500;

const MINUTES = { minute: 1, hour: 60, day: 1_440 } as const;

type Listeners = {
  readonly tell: UnknownFieldListener | undefined;
  readonly onRefused: (detail: string) => void;
};

type Window = { readonly startS: number; readonly endS: number };

type Ask = {
  readonly path: string;
  readonly query: RequestQuery;
  /** A market that is in the other tier is answered with 404. */
  readonly decode: (text: string) =>
    | {
        readonly kind: 'page';
        readonly rows: readonly Candle[];
        readonly refused: readonly FrameRefusal[];
      }
    | FrameRefusal;
};

/**
 * Candles of markets in as many requests as the exchange's limits need, oldest first within a market. Candles go with
 * their market to the historical tier when it was settled before the cutoff; a request that begins before it asks both,
 * and a candle that both show is the live one.
 */
export async function readCandles(
  reads: PagedReads,
  request: CandleRequest,
  marketsSettledMs: EpochMs,
  listeners: Listeners,
): Promise<Read<readonly Candle[]>> {
  // Live first: what is moved to the historical tier meanwhile is then there.
  const asks = [
    ...liveAsks(request, listeners),
    ...(request.fromMs < marketsSettledMs ? pastAsks(request, listeners) : []),
  ];
  if (asks.length > MAX_REQUESTS)
    return {
      kind: 'unavailable',
      reason: `candles: ${asks.length} requests are more than the ${MAX_REQUESTS} of one read; ask for less at a time`,
    };
  const byMarket = new Map<MarketTicker, Map<EpochMs, Candle>>(
    request.markets.map(({ market }) => [market, new Map()]),
  );
  for (const { path, query, decode } of asks) {
    const read = await reads.textIfKnown(path, query);
    if (read.kind === 'unavailable') return read;
    if (read.value === null) continue;
    const decoded = decode(read.value);
    if (decoded.kind === 'refused') return refused(decoded);
    for (const { detail } of decoded.refused) listeners.onRefused(`${path}: ${detail}`);
    for (const candle of decoded.rows) {
      const ofMarket = byMarket.get(candle.market);
      const isAsked = candle.endMs >= request.fromMs && candle.endMs <= request.untilMs;
      if (isAsked && ofMarket?.has(candle.endMs) === false) ofMarket.set(candle.endMs, candle);
    }
  }
  const candles = [...byMarket.values()].flatMap((ofOne) =>
    [...ofOne.values()].toSorted((a, b) => a.endMs - b.endMs),
  );
  return { kind: 'read', value: candles };
}

function pastAsks(request: CandleRequest, { tell }: Listeners): readonly Ask[] {
  return request.markets.flatMap(({ market }) =>
    windowsOf(request, CANDLES_OF_ONE).map((window) => ({
      path: `/historical/markets/${encodeURIComponent(market)}/candlesticks`,
      query: queryOf(request, window),
      decode: (text) => decodeHistoricalCandles(text, market, tell),
    })),
  );
}

function liveAsks(request: CandleRequest, { tell }: Listeners): readonly Ask[] {
  const { markets } = request;
  const [only] = markets;
  if (only !== undefined && markets.length === 1) {
    const { market, seriesTicker } = only;
    return windowsOf(request, CANDLES_OF_ONE).map((window) => ({
      path: `/series/${encodeURIComponent(seriesTicker)}/markets/${encodeURIComponent(market)}/candlesticks`,
      query: queryOf(request, window),
      decode: (text) => decodeCandles(text, market, tell),
    }));
  }
  const asks: Ask[] = [];
  for (let from = 0; from < markets.length; from += MARKETS_PER_REQUEST) {
    const part = markets.slice(from, from + MARKETS_PER_REQUEST);
    const tickers = part.map(({ market }) => market).join(',');
    for (const window of windowsOf(request, Math.floor(CANDLES_PER_REQUEST / part.length)))
      asks.push({
        path: '/markets/candlesticks',
        query: { market_tickers: tickers, ...queryOf(request, window) },
        decode: (text) => decodeManyCandles(text, tell),
      });
  }
  return asks;
}

/** Both ends of a window belong to it, so it has one period less between its ends than it may have candles. */
function windowsOf(
  { fromMs, untilMs, period }: CandleRequest,
  mostCandles: number,
): readonly Window[] {
  const periodS = MINUTES[period] * 60;
  const lastS = Math.ceil(untilMs / 1_000);
  const spanS = periodS * (mostCandles - 1);
  const windows: Window[] = [];
  for (
    let startS = Math.max(0, Math.floor(fromMs / 1_000));
    startS <= lastS && windows.length <= MAX_REQUESTS;
    startS += spanS + 1
  )
    windows.push({ startS, endS: Math.min(startS + spanS, lastS) });
  return windows;
}

function queryOf({ period }: CandleRequest, { startS, endS }: Window): RequestQuery {
  return {
    start_ts: String(startS),
    end_ts: String(endS),
    period_interval: String(MINUTES[period]),
  };
}
