import {
  encodeFees,
  encodeMarketObject,
  encodeMarketsPage,
} from '../../adapters/kalshi/wire/markets.ts';
import { encodeOrderbook } from '../../adapters/kalshi/wire/orderbook.ts';
import type { HttpAnswer } from '../../adapters/kalshi/wire/orders.ts';
import {
  encodeBalance,
  encodeFillsPage,
  encodeOrder,
  encodeOrdersPage,
  encodePositionsPage,
  encodeSettlementsPage,
  encodeUserDataTimestamp,
} from '../../adapters/kalshi/wire/portfolio-encode.ts';
import type { EpochMs, MarketStatus, MarketTicker } from '../../domain/market/market.ts';
import type { AccountHistory } from './account-history.ts';
import { errorAnswer, EXCHANGE_ERRORS, queryRefusal } from './exchange-errors.ts';
import {
  balanceRow,
  fillRow,
  marketRow,
  orderRow,
  positionRow,
  settlementRow,
} from './listed-rows.ts';
import { pageOf, type PageQuery } from './paging.ts';
import type { ReadClock } from './read-clock.ts';
import type { AccountName, SimOrder } from './sim-order.ts';
import type { Listing } from './listing.ts';
import type { MarketLife } from './market-lifecycle.ts';
import type { TradingFloor } from './trading-floor.ts';

/** Times of queries are Unix seconds; both ends are included. */
export type TimeQuery = { readonly minTs?: number; readonly maxTs?: number };

export type OrdersQuery = PageQuery &
  TimeQuery & {
    readonly ticker?: MarketTicker;
    readonly eventTickers?: readonly string[];
    readonly status?: SimOrder['status'];
    readonly exchangeIndex?: number;
  };
export type FillsQuery = PageQuery &
  TimeQuery & { readonly ticker?: MarketTicker; readonly orderId?: string };
export type PositionsQuery = PageQuery & {
  readonly ticker?: MarketTicker;
  readonly eventTicker?: string;
};
export type SettlementsQuery = PageQuery &
  TimeQuery & { readonly ticker?: MarketTicker; readonly eventTicker?: string };
export type MarketsQuery = PageQuery & {
  readonly tickers?: readonly MarketTicker[];
  readonly eventTicker?: string;
  readonly seriesTicker?: string;
  /** The query's own words, which are not those of the answer. */
  readonly status?: 'unopened' | 'open' | 'paused' | 'closed' | 'settled';
};

type Sources = {
  readonly floor: TradingFloor;
  readonly history: AccountHistory;
  readonly clock: ReadClock;
};

const STATUSES: Readonly<Record<NonNullable<MarketsQuery['status']>, readonly MarketStatus[]>> = {
  unopened: ['initialized'],
  open: ['active'],
  paused: ['inactive'],
  closed: ['closed', 'determined', 'disputed', 'amended'],
  settled: ['finalized'],
};

/**
 * The read side of the REST interface: status and body of each endpoint as of a moment ago, newest first, in pages
 * (Kalshi "Pagination"). An account that never was has empty lists.
 */
export class RestReads {
  readonly #floor: TradingFloor;
  readonly #history: AccountHistory;
  readonly #clock: ReadClock;

  constructor({ floor, history, clock }: Sources) {
    this.#floor = floor;
    this.#history = history;
    this.#clock = clock;
  }

  /** `GET /exchange/user_data_timestamp`: up to when the account's reads are complete. */
  userDataTimestamp(nowMs: EpochMs): HttpAnswer {
    return ok(encodeUserDataTimestamp(this.#asOf(nowMs)));
  }

  /** `GET /exchange/status`. */
  exchangeStatus(nowMs: EpochMs): HttpAnswer {
    this.#floor.advance(nowMs);
    const { pause } = this.#floor;
    const status = { exchange_active: pause !== 'exchange', trading_active: pause === 'none' };
    return ok(JSON.stringify(status));
  }

  /** `GET /portfolio/orders`; times are those of creation. */
  orders(account: AccountName, query: OrdersQuery, nowMs: EpochMs): HttpAnswer {
    const orders = this.#history
      .orders(account, this.#asOf(nowMs))
      .filter(
        (order) =>
          matches(query.ticker, order.market) &&
          (query.eventTickers?.includes(this.#eventOf(order.market) ?? '') ?? true) &&
          matches(query.status, order.status) &&
          matches(query.exchangeIndex, order.exchangeIndex) &&
          isWithin(order.createdAtMs, query),
      );
    return listAnswer(orders, query, (page, cursor) =>
      encodeOrdersPage(page.map(orderRow), cursor),
    );
  }

  /** `GET /portfolio/orders/{order_id}`: the row of the list, alone. */
  order(account: AccountName, orderId: string, nowMs: EpochMs): HttpAnswer {
    const order = this.#history.order(account, orderId, this.#asOf(nowMs));
    if (order === undefined) return errorAnswer(EXCHANGE_ERRORS.notFound);
    return ok(encodeOrder(orderRow(order)));
  }

  /** `GET /portfolio/fills`. */
  fills(account: AccountName, query: FillsQuery, nowMs: EpochMs): HttpAnswer {
    const fills = this.#history
      .fills(account, this.#asOf(nowMs))
      .filter(
        (fill) =>
          matches(query.ticker, fill.market) &&
          matches(query.orderId, fill.orderId) &&
          isWithin(fill.atMs, query),
      );
    return listAnswer(fills, query, (page, cursor) => encodeFillsPage(page.map(fillRow), cursor));
  }

  /** `GET /portfolio/positions`: markets with a position, or traded and not yet paid. */
  positions(account: AccountName, query: PositionsQuery, nowMs: EpochMs): HttpAnswer {
    const holdings = this.#history
      .holdings(account, this.#asOf(nowMs))
      .filter(
        (holding) =>
          matches(query.ticker, holding.market) &&
          matches(query.eventTicker, holding.eventTicker) &&
          (holding.position !== 0 || (holding.traded > 0 && !this.#isPaid(holding.market))),
      );
    return listAnswer(numbered(holdings), query, (page, cursor) =>
      encodePositionsPage(
        page.map(({ item }) => positionRow(item)),
        cursor,
      ),
    );
  }

  /** `GET /portfolio/settlements`. */
  settlements(account: AccountName, query: SettlementsQuery, nowMs: EpochMs): HttpAnswer {
    const settlements = this.#history
      .settlements(account, this.#asOf(nowMs))
      .filter(
        (settlement) =>
          matches(query.ticker, settlement.market) &&
          matches(query.eventTicker, settlement.eventTicker) &&
          isWithin(settlement.atMs, query),
      );
    return listAnswer(settlements, query, (page, cursor) =>
      encodeSettlementsPage(page.map(settlementRow), cursor),
    );
  }

  /** `GET /portfolio/balance`, of one shard or of all: what is neither spent nor reserved. */
  balance(
    account: AccountName,
    query: { readonly exchangeIndex?: number },
    nowMs: EpochMs,
  ): HttpAnswer {
    const asOfMs = this.#asOf(nowMs);
    const rows = this.#history
      .cash(account, asOfMs)
      .filter(({ exchangeIndex }) => matches(query.exchangeIndex, exchangeIndex))
      .map(({ exchangeIndex, cash }) => balanceRow(exchangeIndex, cash));
    return ok(encodeBalance(rows, asOfMs));
  }

  /** `GET /markets`: lives as of a moment ago, quotes of now. */
  markets(query: MarketsQuery, nowMs: EpochMs): HttpAnswer {
    return listAnswer(numbered(this.#seen(query, nowMs)), query, (page, cursor) =>
      encodeMarketsPage(
        page.map(({ item }) => marketRow(item.listing, item.life)),
        cursor,
      ),
    );
  }

  /** The markets of a query, each with its life as of a moment ago. */
  #seen(
    query: MarketsQuery,
    nowMs: EpochMs,
  ): readonly { readonly listing: Listing; readonly life: MarketLife }[] {
    const asOfMs = this.#asOf(nowMs);
    const statuses = query.status === undefined ? null : STATUSES[query.status];
    return [...this.#floor.listings()].flatMap((listing) => {
      const { ticker, eventTicker, seriesTicker } = listing.market;
      const life = listing.lives.at(asOfMs);
      const isWanted =
        (query.tickers?.includes(ticker) ?? true) &&
        matches(query.eventTicker, eventTicker) &&
        matches(query.seriesTicker, seriesTicker);
      if (life === undefined || !isWanted || statuses?.includes(life.status) === false) return [];
      return [{ listing, life }];
    });
  }

  /** `GET /markets/{ticker}`; a market just created may not be there yet. */
  market(ticker: MarketTicker, nowMs: EpochMs): HttpAnswer {
    const asOfMs = this.#asOf(nowMs);
    const listing = this.#floor.listing(ticker);
    const life = listing?.lives.at(asOfMs);
    if (listing === undefined || life === undefined) return errorAnswer(EXCHANGE_ERRORS.notFound);
    const { exchangeMarket, quote } = marketRow(listing, life);
    return ok(JSON.stringify({ market: encodeMarketObject(exchangeMarket, quote) }));
  }

  /** `GET /markets/{ticker}/orderbook`: the whole book of now. */
  orderbook(ticker: MarketTicker, nowMs: EpochMs): HttpAnswer {
    this.#floor.advance(nowMs);
    const listing = this.#floor.listing(ticker);
    if (listing === undefined) return errorAnswer(EXCHANGE_ERRORS.notFound);
    const snapshot = { market: ticker, ...listing.engine.view(), exchangeTimeMs: null };
    return ok(encodeOrderbook(snapshot));
  }

  /** `GET /series/{series_ticker}`: fee type and multiplier. */
  series(seriesTicker: string, nowMs: EpochMs): HttpAnswer {
    const market = this.#findMarket(nowMs, (listed) => listed.seriesTicker === seriesTicker);
    if (market === undefined) return errorAnswer(EXCHANGE_ERRORS.notFound);
    const series = {
      ticker: seriesTicker,
      exchange_index: market.exchangeIndex,
      ...encodeFees(market.fees),
    };
    return ok(JSON.stringify({ series }));
  }

  /** `GET /events/{event_ticker}`: which series it is of. */
  event(eventTicker: string, nowMs: EpochMs): HttpAnswer {
    const market = this.#findMarket(nowMs, (listed) => listed.eventTicker === eventTicker);
    if (market === undefined) return errorAnswer(EXCHANGE_ERRORS.notFound);
    return ok(JSON.stringify({ event: eventObject(market) }));
  }

  /** `GET /events`: those that have a market with what is asked for. */
  events(query: MarketsQuery, nowMs: EpochMs): HttpAnswer {
    const events = new Map(
      this.#seen(query, nowMs).map(({ listing }) => [listing.market.eventTicker, listing.market]),
    );
    return listAnswer(numbered([...events.values()]), query, (page, cursor) =>
      JSON.stringify({ events: page.map(({ item }) => eventObject(item)), cursor: cursor ?? '' }),
    );
  }

  #asOf(nowMs: EpochMs): EpochMs {
    this.#floor.advance(nowMs);
    return this.#clock.asOfMs(nowMs);
  }

  #eventOf(market: MarketTicker): string | undefined {
    return this.#floor.listing(market)?.market.eventTicker;
  }

  #isPaid(market: MarketTicker): boolean {
    return this.#floor.listing(market)?.lives.latest()?.status === 'finalized';
  }

  #findMarket(
    nowMs: EpochMs,
    test: (market: Listing['market']) => boolean,
  ): Listing['market'] | undefined {
    this.#floor.advance(nowMs);
    return [...this.#floor.listings()].map(({ market }) => market).find(test);
  }
}

/** This exchange overrides no fees. */
function eventObject(market: Listing['market']): Readonly<Record<string, unknown>> {
  return {
    event_ticker: market.eventTicker,
    series_ticker: market.seriesTicker,
    title: market.title,
    exchange_index: market.exchangeIndex,
    fee_type_override: null,
    fee_multiplier_override: null,
  };
}

function ok(body: string): HttpAnswer {
  return { status: 200, body };
}

/** One page of a list that is kept oldest first, each item with its place in the whole list. */
function listAnswer<T extends { readonly sequence: number }>(
  oldestFirst: readonly T[],
  query: PageQuery,
  encode: (items: readonly T[], cursor: string | null) => string,
): HttpAnswer {
  const page = pageOf(oldestFirst.toReversed(), ({ sequence }) => sequence, query);
  return page === null
    ? errorAnswer(queryRefusal('limit'))
    : ok(encode(page.items, page.cursor === '' ? null : page.cursor));
}

function numbered<T>(
  items: readonly T[],
): readonly { readonly item: T; readonly sequence: number }[] {
  return items.map((item, index) => ({ item, sequence: index + 1 }));
}

/** An absent filter lets everything through. */
function matches<T>(wanted: T | undefined, value: T | undefined): boolean {
  return wanted === undefined || wanted === value;
}

function isWithin(atMs: EpochMs, { minTs, maxTs }: TimeQuery): boolean {
  return (
    (minTs === undefined || atMs >= minTs * 1000) &&
    (maxTs === undefined || atMs < (maxTs + 1) * 1000)
  );
}
