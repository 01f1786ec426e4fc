import { encodeOrderbook } from '../../adapters/kalshi/wire/orderbook.ts';
import type { HttpAnswer } from '../../adapters/kalshi/wire/orders.ts';
import {
  encodeCandle,
  encodeTradesPage,
  type CandleNames,
} from '../../adapters/kalshi/wire/tape-encode.ts';
import type { EpochMs, MarketTicker } from '../../domain/market/market.ts';
import { candlesOf, type CandleQuery } from './candle-reads.ts';
import { errorAnswer, EXCHANGE_ERRORS } from './exchange-errors.ts';
import { listAnswer, ok } from './list-answer.ts';
import type { Listing } from './listing.ts';
import { marketFilter } from './market-filters.ts';
import type { MarketLife } from './market-lifecycle.ts';
import { marketObject } from './market-objects.ts';
import type { CandlePeriodMs } from './market-tape.ts';
import { BadParameter, type QueryParams } from './query-params.ts';
import type { ReadClock } from './read-clock.ts';
import type { TradingFloor } from './trading-floor.ts';
import type { VenueSettings } from './venue-settings.ts';

/** What is older than the cutoff has left the live endpoints for the historical ones. */
export type DataTier = 'live' | 'historical';

export type SeenMarket = {
  readonly listing: Listing;
  readonly life: MarketLife;
  /** Its place in the order in which markets were listed. */
  readonly sequence: number;
};

const MAX_DEPTH = 100;
const MOST_MARKETS = 100;
const MOST_CANDLES = 10_000;
const PERIODS: Readonly<Record<number, CandlePeriodMs>> = {
  1: 60_000,
  60: 3_600_000,
  1_440: 86_400_000,
};

/** Markets, books, trades and candles by request: lives as of a moment ago, everything else of now. */
export class MarketReads {
  readonly #floor: TradingFloor;
  readonly #settings: VenueSettings;
  readonly #clock: ReadClock;

  constructor(parts: {
    readonly floor: TradingFloor;
    readonly settings: VenueSettings;
    readonly clock: ReadClock;
  }) {
    this.#floor = parts.floor;
    this.#settings = parts.settings;
    this.#clock = parts.clock;
  }

  /** `GET /markets` and `GET /historical/markets`. */
  markets(params: QueryParams, tier: DataTier, nowMs: EpochMs): HttpAnswer {
    const isWanted = marketFilter(params);
    const seen = this.seen(nowMs).filter(
      (market) => isWanted(market) && this.tierOf(market.life, nowMs) === tier,
    );
    return listAnswer(seen, params.page(), (page, cursor) => {
      const markets = page.map(({ listing, life }) => marketObject(listing, life, nowMs));
      return JSON.stringify({ markets, cursor: cursor ?? '' });
    });
  }

  /** Every market that a reader can see now, in the order of listing. */
  seen(nowMs: EpochMs): readonly SeenMarket[] {
    this.#floor.advance(nowMs);
    const asOfMs = this.#clock.asOfMs(nowMs);
    const seen: SeenMarket[] = [];
    let sequence = 0;
    for (const listing of this.#floor.listings()) {
      sequence += 1;
      const life = listing.lives.at(asOfMs);
      if (life !== undefined) seen.push({ listing, life, sequence });
    }
    return seen;
  }

  tierOf({ settledAtMs }: MarketLife, nowMs: EpochMs): DataTier {
    if (settledAtMs === null) return 'live';
    return settledAtMs < this.#settings.cutoffAt(nowMs).marketsSettledMs ? 'historical' : 'live';
  }

  /** `GET /markets/{ticker}` and its historical sister; a market just created may not be there yet. */
  market(ticker: MarketTicker, tier: DataTier, nowMs: EpochMs): HttpAnswer {
    this.#floor.advance(nowMs);
    const asOfMs = this.#clock.asOfMs(nowMs);
    const listing = this.#floor.listing(ticker);
    const life = listing?.lives.at(asOfMs);
    if (listing === undefined || life === undefined || this.tierOf(life, nowMs) !== tier)
      return errorAnswer(EXCHANGE_ERRORS.notFound);
    return ok(JSON.stringify({ market: marketObject(listing, life, nowMs) }));
  }

  /** `GET /markets/{ticker}/orderbook`: the book of now, all of it or its best levels. */
  orderbook(ticker: MarketTicker, params: QueryParams, nowMs: EpochMs): HttpAnswer {
    this.#floor.advance(nowMs);
    const depth = params.count('depth') ?? 0;
    if (depth > MAX_DEPTH) throw new BadParameter('depth');
    const listing = this.#floor.listing(ticker);
    if (listing === undefined) return errorAnswer(EXCHANGE_ERRORS.notFound);
    return ok(bookText(listing, depth));
  }

  /** `GET /markets/orderbooks`; a ticker that is not known is left out. */
  orderbooks(params: QueryParams, nowMs: EpochMs): HttpAnswer {
    this.#floor.advance(nowMs);
    const books = params.repeated('tickers', MOST_MARKETS).flatMap((ticker) => {
      const listing = this.#floor.listing(ticker);
      if (listing === undefined) return [];
      return [`{"ticker":${JSON.stringify(ticker)},${bookText(listing, 0).slice(1)}`];
    });
    return ok(`{"orderbooks":[${books.join(',')}]}`);
  }

  /** `GET /markets/trades` and `GET /historical/trades`: newest first, and none of them in a block. */
  trades(params: QueryParams, tier: DataTier, nowMs: EpochMs): HttpAnswer {
    this.#floor.advance(nowMs);
    const ticker = params.text('ticker');
    const minMs = params.time('min_ts') ?? 0;
    const maxMs = (params.time('max_ts') ?? Number.POSITIVE_INFINITY) + 1_000;
    const isOfBlocks = params.flag('is_block_trade') === true;
    const cutoffMs = this.#settings.cutoffAt(nowMs).tradesCreatedMs;
    const trades = isOfBlocks
      ? []
      : this.#floor.trades.where({
          market: ticker,
          fromMs: tier === 'live' ? Math.max(minMs, cutoffMs) : minMs,
          beforeMs: tier === 'historical' ? Math.min(maxMs, cutoffMs) : maxMs,
        });
    return listAnswer(trades, params.page(), encodeTradesPage);
  }

  /** Candles of one market under its series, or among the historical ones (null). */
  candles(
    ticker: MarketTicker,
    seriesTicker: string | null,
    params: QueryParams,
    nowMs: EpochMs,
  ): HttpAnswer {
    this.#floor.advance(nowMs);
    const listing = this.#floor.listing(ticker);
    const query = candleQuery(params);
    const tier = seriesTicker === null ? 'historical' : 'live';
    const isThere =
      listing !== undefined &&
      (seriesTicker === null || listing.market.seriesTicker === seriesTicker) &&
      this.tierOf(listing.life, nowMs) === tier;
    if (!isThere) return errorAnswer(EXCHANGE_ERRORS.notFound);
    return ok(JSON.stringify({ ticker, candlesticks: candleObjects(listing, query, tier) }));
  }

  /** `GET /markets/candlesticks`: of many markets, and not too many in all. */
  manyCandles(params: QueryParams, nowMs: EpochMs): HttpAnswer {
    this.#floor.advance(nowMs);
    const tickers = params.list('market_tickers', MOST_MARKETS);
    if (tickers === undefined) throw new BadParameter('market_tickers');
    const query = candleQuery(params);
    const markets = tickers.flatMap((ticker) => {
      const listing = this.#floor.listing(ticker);
      if (listing === undefined || this.tierOf(listing.life, nowMs) !== 'live') return [];
      return [{ market_ticker: ticker, candlesticks: candleObjects(listing, query, 'live') }];
    });
    const count = markets.reduce((sum, { candlesticks }) => sum + candlesticks.length, 0);
    if (count > MOST_CANDLES) throw new BadParameter('period_interval');
    return ok(JSON.stringify({ markets }));
  }

  /** `GET /series/{s}/events/{t}/candlesticks`: of each market of an event. */
  eventCandles(
    seriesTicker: string,
    eventTicker: string,
    params: QueryParams,
    nowMs: EpochMs,
  ): HttpAnswer {
    this.#floor.advance(nowMs);
    const query = candleQuery(params);
    const listings = [...this.#floor.listings()].filter(
      ({ market, life }) =>
        market.eventTicker === eventTicker &&
        market.seriesTicker === seriesTicker &&
        this.tierOf(life, nowMs) === 'live',
    );
    if (listings.length === 0) return errorAnswer(EXCHANGE_ERRORS.notFound);
    return ok(
      JSON.stringify({
        market_tickers: listings.map(({ market }) => market.ticker),
        market_candlesticks: listings.map((listing) => candleObjects(listing, query, 'live')),
        adjusted_end_ts: Math.floor(query.endMs / 1_000),
      }),
    );
  }
}

function bookText({ market, engine }: Listing, depth: number): string {
  const { bids, asks } = engine.view();
  const best = <Level>(levels: readonly Level[]): readonly Level[] =>
    depth === 0 ? levels : levels.slice(0, depth);
  return encodeOrderbook({
    market: market.ticker,
    bids: best(bids),
    asks: best(asks),
    exchangeTimeMs: null,
  });
}

function candleObjects(
  { tape }: Listing,
  query: CandleQuery,
  names: CandleNames,
): readonly Readonly<Record<string, unknown>>[] {
  return candlesOf(tape, query).map((candle) => encodeCandle(candle, names));
}

function candleQuery(params: QueryParams): CandleQuery {
  const startMs = params.time('start_ts');
  const endMs = params.time('end_ts');
  const periodMs = PERIODS[params.count('period_interval') ?? 0];
  if (startMs === undefined) throw new BadParameter('start_ts');
  if (endMs === undefined || endMs < startMs) throw new BadParameter('end_ts');
  if (periodMs === undefined) throw new BadParameter('period_interval');
  const withLatestBefore = params.flag('include_latest_before_start') ?? false;
  return { startMs, endMs, periodMs, withLatestBefore };
}
