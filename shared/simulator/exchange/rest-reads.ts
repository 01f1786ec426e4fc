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
import type { EpochMs, MarketTicker } from '../../domain/market/market.ts';
import { ONE_DOLLAR } from '../../domain/money/price.ts';
import type { AccountHistory, HoldingView } from './account-history.ts';
import { errorAnswer, EXCHANGE_ERRORS } from './exchange-errors.ts';
import { listAnswer, matches, numbered, ok } from './list-answer.ts';
import {
  balanceRow,
  eventPositionRows,
  fillRow,
  orderRow,
  positionRow,
  settlementRow,
} from './listed-rows.ts';
import type { DataTier } from './market-reads.ts';
import type { PageQuery } from './paging.ts';
import type { ReadClock } from './read-clock.ts';
import type { AccountName, SimOrder } from './sim-order.ts';
import { subaccountName } from './subaccount-name.ts';
import type { TradingFloor } from './trading-floor.ts';
import type { VenueSettings } from './venue-settings.ts';

/** Times of queries are Unix seconds; both ends are included. */
export type TimeQuery = { readonly minTs?: number; readonly maxTs?: number };
/** Which part of the account: one of its subaccounts, or (absent) all of them. */
export type SubaccountQuery = { readonly subaccount?: number };

export type OrdersQuery = PageQuery &
  TimeQuery &
  SubaccountQuery & {
    readonly ticker?: MarketTicker;
    readonly eventTickers?: readonly string[];
    readonly status?: SimOrder['status'];
    readonly exchangeIndex?: number;
  };
export type FillsQuery = PageQuery &
  TimeQuery &
  SubaccountQuery & {
    readonly ticker?: MarketTicker;
    readonly orderId?: string;
    readonly exchangeIndex?: number;
  };
export type PositionsQuery = PageQuery & {
  readonly ticker?: MarketTicker;
  readonly eventTicker?: string;
  readonly exchangeIndex?: number;
  /** 0 unless it is said. */
  readonly subaccount?: number;
  /** Only rows in which one of these is not zero. */
  readonly countFilter?: readonly ('position' | 'total_traded')[];
};
export type SettlementsQuery = PageQuery &
  TimeQuery &
  SubaccountQuery & { readonly ticker?: MarketTicker; readonly eventTicker?: string };

type Sources = {
  readonly floor: TradingFloor;
  readonly history: AccountHistory;
  readonly settings: VenueSettings;
  readonly clock: ReadClock;
};

/**
 * The reads of an account: status and body of each endpoint as of a moment ago, newest first, in pages (Kalshi
 * "Pagination"). An account that never was has empty lists. What is older than the cutoff is on the historical ones.
 */
export class RestReads {
  readonly #floor: TradingFloor;
  readonly #history: AccountHistory;
  readonly #settings: VenueSettings;
  readonly #clock: ReadClock;

  constructor({ floor, history, settings, clock }: Sources) {
    this.#floor = floor;
    this.#history = history;
    this.#settings = settings;
    this.#clock = clock;
  }

  /** `GET /exchange/user_data_timestamp`: up to when the account's reads are complete. */
  userDataTimestamp(nowMs: EpochMs): HttpAnswer {
    return ok(encodeUserDataTimestamp(this.#asOf(nowMs)));
  }

  /** `GET /portfolio/orders`; times are those of creation. What rests is always live. */
  orders(
    account: AccountName,
    query: OrdersQuery,
    nowMs: EpochMs,
    tier: DataTier = 'live',
  ): HttpAnswer {
    const asOfMs = this.#asOf(nowMs);
    const cutoffMs = this.#settings.cutoffAt(nowMs).ordersUpdatedMs;
    const orders = this.#all(account, query.subaccount, (name) =>
      this.#history.orders(name, asOfMs),
    ).filter(
      (order) =>
        (order.status !== 'resting' && order.updatedAtMs < cutoffMs) === (tier === 'historical') &&
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
  order(
    account: AccountName,
    { orderId, subaccount }: SubaccountQuery & { readonly orderId: string },
    nowMs: EpochMs,
  ): HttpAnswer {
    const asOfMs = this.#asOf(nowMs);
    const cutoffMs = this.#settings.cutoffAt(nowMs).ordersUpdatedMs;
    for (const name of this.#names(account, subaccount)) {
      const order = this.#history.order(name, orderId, asOfMs);
      if (order === undefined) continue;
      if (order.status !== 'resting' && order.updatedAtMs < cutoffMs) break;
      return ok(encodeOrder(orderRow(order)));
    }
    return errorAnswer(EXCHANGE_ERRORS.notFound);
  }

  /** `GET /portfolio/fills`. */
  fills(
    account: AccountName,
    query: FillsQuery,
    nowMs: EpochMs,
    tier: DataTier = 'live',
  ): HttpAnswer {
    const asOfMs = this.#asOf(nowMs);
    const cutoffMs = this.#settings.cutoffAt(nowMs).tradesCreatedMs;
    const fills = this.#all(account, query.subaccount, (name) =>
      this.#history.fills(name, asOfMs),
    ).filter(
      (fill) =>
        fill.atMs < cutoffMs === (tier === 'historical') &&
        matches(query.ticker, fill.market) &&
        matches(query.orderId, fill.orderId) &&
        matches(query.exchangeIndex, fill.exchangeIndex) &&
        isWithin(fill.atMs, query),
    );
    return listAnswer(fills, query, (page, cursor) => encodeFillsPage(page.map(fillRow), cursor));
  }

  /** `GET /portfolio/positions`: markets with a position, or traded and not yet paid; historical: those that were paid. */
  positions(
    account: AccountName,
    query: PositionsQuery,
    nowMs: EpochMs,
    tier: DataTier = 'live',
  ): HttpAnswer {
    const asOfMs = this.#asOf(nowMs);
    const cutoffMs = this.#settings.cutoffAt(nowMs).positionsUpdatedMs ?? 0;
    const name = subaccountName(account, query.subaccount ?? 0);
    const holdings = this.#history.holdings(name, asOfMs).filter((holding) => {
      const isPaid = this.#isPaid(holding.market);
      const isArchived = isPaid && holding.updatedAtMs < cutoffMs;
      const isShown =
        tier === 'historical'
          ? isArchived
          : holding.position !== 0 || (holding.traded > 0 && !isPaid);
      return (
        isShown &&
        matches(query.ticker, holding.market) &&
        matches(query.eventTicker, holding.eventTicker) &&
        matches(query.exchangeIndex, holding.exchangeIndex) &&
        (query.countFilter?.some((field) => countOf(holding, field) !== 0) ?? true)
      );
    });
    return listAnswer(numbered(holdings), query, (page, cursor) => {
      const shown = page.map(({ item }) => item);
      return encodePositionsPage(shown.map(positionRow), cursor, eventPositionRows(shown));
    });
  }

  /** `GET /portfolio/settlements`. */
  settlements(account: AccountName, query: SettlementsQuery, nowMs: EpochMs): HttpAnswer {
    const asOfMs = this.#asOf(nowMs);
    const settlements = this.#all(account, query.subaccount, (name) =>
      this.#history.settlements(name, asOfMs),
    ).filter(
      (settlement) =>
        matches(query.ticker, settlement.market) &&
        matches(query.eventTicker, settlement.eventTicker) &&
        isWithin(settlement.atMs, query),
    );
    return listAnswer(settlements, query, (page, cursor) =>
      encodeSettlementsPage(page.map(settlementRow), cursor),
    );
  }

  /** `GET /portfolio/balance`, of one shard or of all: what is neither spent nor reserved, and what positions are worth. */
  balance(
    account: AccountName,
    query: SubaccountQuery & { readonly exchangeIndex?: number; readonly isLocked?: boolean },
    nowMs: EpochMs,
  ): HttpAnswer {
    const asOfMs = this.#asOf(nowMs);
    const name = subaccountName(account, query.subaccount ?? 0);
    const rows = this.#history
      .cash(name, asOfMs)
      .filter(({ exchangeIndex }) => matches(query.exchangeIndex, exchangeIndex))
      .map(({ exchangeIndex, cash }) => balanceRow(exchangeIndex, cash));
    const holdings = this.#history
      .holdings(name, asOfMs)
      .filter(({ exchangeIndex }) => matches(query.exchangeIndex, exchangeIndex));
    const micros = holdings.reduce((sum, holding) => sum + this.#worth(holding), 0);
    const portfolioValueCents = Math.floor(micros / 10_000);
    const withBreakdown = query.isLocked !== true;
    return ok(encodeBalance(rows, { asOfMs, portfolioValueCents, withBreakdown }));
  }

  /** Cash by subaccount and shard as of a moment ago. */
  cashOf(
    account: AccountName,
    subaccounts: readonly number[],
    nowMs: EpochMs,
  ): {
    readonly asOfMs: EpochMs;
    readonly rows: readonly (ReturnType<typeof balanceRow> & { readonly subaccount: number })[];
  } {
    const asOfMs = this.#asOf(nowMs);
    const rows = subaccounts.flatMap((subaccount) =>
      this.#history
        .cash(subaccountName(account, subaccount), asOfMs)
        .map(({ exchangeIndex, cash }) => ({ ...balanceRow(exchangeIndex, cash), subaccount })),
    );
    return { asOfMs, rows };
  }

  /** A position at the last price of its market; at its cost before the first trade. */
  #worth({ market, position, basis }: HoldingView): number {
    const last = this.#floor.listing(market)?.lastPrice ?? null;
    if (last === null) return basis;
    return position > 0 ? position * last : -position * (ONE_DOLLAR - last);
  }

  #names(account: AccountName, subaccount: number | undefined): readonly AccountName[] {
    return (subaccount === undefined ? this.#floor.cash.subaccounts(account) : [subaccount]).map(
      (n) => subaccountName(account, n),
    );
  }

  /** Rows of an account and its subaccounts in one order. */
  #all<Row extends { readonly sequence: number }>(
    account: AccountName,
    subaccount: number | undefined,
    rowsOf: (name: AccountName) => readonly Row[],
  ): readonly Row[] {
    const names = this.#names(account, subaccount);
    const [only] = names;
    if (only !== undefined && names.length === 1) return rowsOf(only);
    return names.flatMap(rowsOf).toSorted((a, b) => a.sequence - b.sequence);
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
}

function countOf(holding: HoldingView, field: 'position' | 'total_traded'): number {
  return field === 'position' ? holding.position : holding.traded;
}

function isWithin(atMs: EpochMs, { minTs, maxTs }: TimeQuery): boolean {
  return (
    (minTs === undefined || atMs >= minTs * 1000) &&
    (maxTs === undefined || atMs < (maxTs + 1) * 1000)
  );
}
