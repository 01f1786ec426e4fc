import type { Fill } from '../domain/execution/fill.ts';
import type { SubmitOutcome } from '../domain/execution/outcome.ts';
import { EMPTY_BOOK_VIEW, type BookView } from '../domain/market/book-view.ts';
import type { FeeSchedule } from '../domain/market/fee-schedule.ts';
import { chargeFill, estimateTakerFee, tradeFee } from '../domain/market/fees.ts';
import type { EpochMs, Market, MarketTicker } from '../domain/market/market.ts';
import type { MarketTick } from '../domain/market/market-tick.ts';
import { isOnGrid } from '../domain/market/tick-grid.ts';
import {
  addContracts,
  contracts,
  minContracts,
  NO_CONTRACTS,
  subtractContracts,
  type Contracts,
} from '../domain/money/contracts.ts';
import { invariant } from '../domain/money/invariant.ts';
import { NO_MONEY, type Money } from '../domain/money/money.ts';
import type {
  CancelOutcome,
  Exchange,
  ExchangeBalance,
  ExchangeMarket,
  ListedOrder,
  ListedPosition,
  ListedSettlement,
  OrderRequest,
  Read,
} from '../ports/exchange.ts';
import { RecordedAccount, type HeldPosition } from './recorded-account.ts';
import { RecordedListing, type RecordedLatency } from './recorded-listing.ts';
import type { RecordedBar, RecordedResult } from './recording.ts';
import { DEFAULT_BOOK_ASSUMPTIONS, type BookAssumptions } from './synthetic-book.ts';
import { TickListing } from './tick-listing.ts';
import type { VenueListing } from './venue-listing.ts';

export type RecordedVenueConfig = BookAssumptions & {
  readonly openingCash: Money;
  readonly exchangeIndex: number;
  readonly latency: RecordedLatency;
};

/** More levels than a book has prices. */
const MAX_LEVELS = 10_000;

export const DEFAULT_RECORDED_LATENCY: RecordedLatency = 'next_bar';

/** What the venue knows of the account; the checker compares the ledger with this, never with itself. */
export type RecordedTruth = {
  readonly cashByShard: ReadonlyMap<number, Money>;
  readonly reservedByShard: ReadonlyMap<number, Money>;
  readonly depositsByShard: ReadonlyMap<number, Money>;
  /** Signed quantities in 1e-2 contracts, YES positive; none is zero. */
  readonly positions: ReadonlyMap<MarketTicker, HeldPosition>;
  /** In order of acceptance. */
  readonly orders: readonly ListedOrder[];
  readonly fills: readonly Fill[];
  readonly fees: Money;
  readonly settlements: readonly ListedSettlement[];
};

/**
 * An exchange made of recorded minutes. Takers only: every order is immediate-or-cancel against a book of one level a
 * side, assumed around trades (syntheticBook) or quoted (quotedBook), or against the whole recorded book (TickListing);
 * what we took is gone until the next recorded minute or the level's next change, and nothing rests. Fees are the
 * exchange's taker fees to the balance precision of a direct member. A market is paid out when its result is told.
 * Its time is that of the last event; reads do not lag.
 */
export class RecordedVenue implements Exchange {
  readonly #config: RecordedVenueConfig;
  readonly #account: RecordedAccount;
  readonly #listings = new Map<MarketTicker, VenueListing>();
  readonly #orders: ListedOrder[] = [];
  readonly #orderIds = new Set<string>();
  readonly #fills: Fill[] = [];
  readonly #settlements: ListedSettlement[] = [];
  #nowMs: EpochMs = 0;

  constructor(config: Pick<RecordedVenueConfig, 'openingCash'> & Partial<RecordedVenueConfig>) {
    this.#config = {
      ...DEFAULT_BOOK_ASSUMPTIONS,
      exchangeIndex: 0,
      latency: DEFAULT_RECORDED_LATENCY,
      ...config,
    };
    this.#account = new RecordedAccount(config.openingCash);
  }

  onMarket(market: Market, atMs: EpochMs): void {
    this.#advance(atMs);
    const { latency } = this.#config;
    this.#listings.set(market.ticker, new RecordedListing(market, this.#config, latency));
  }

  /** A minute has ended. `upcoming` is the next one within the horizon; only orders ever learn of it. */
  onBar(bar: RecordedBar, upcoming: RecordedBar | null): void {
    this.#advance(bar.atMs);
    const listing = this.#listing(bar.market);
    invariant(listing instanceof RecordedListing, `${bar.market} is recorded by the minute`);
    listing.onBar(bar, upcoming);
  }

  /** A market whose whole book is recorded by the tick. */
  onBookMarket(market: Market, atMs: EpochMs): void {
    this.#advance(atMs);
    this.#listings.set(market.ticker, new TickListing(market));
  }

  /** A tick with the whole book was published. `upcoming` as for minutes. */
  onTick(tick: MarketTick, upcoming: MarketTick | null, atMs: EpochMs): void {
    this.#advance(atMs);
    const { ticker } = tick.market;
    const listing = this.#listing(ticker);
    invariant(listing instanceof TickListing, `${ticker} is recorded by the tick`);
    listing.onTick(tick, upcoming);
  }

  /** Pays the market out; what was held is listed as a settlement. */
  onResult(result: Pick<RecordedResult, 'atMs' | 'market' | 'result'>): void {
    this.#advance(result.atMs);
    this.#listing(result.market).result = result.result;
    const paid = this.#account.settle(result.market, result.result);
    if (paid === null) return;
    this.#settlements.push({
      market: result.market,
      result: result.result,
      yesCount: contracts(Math.max(0, paid.quantity)),
      noCount: contracts(Math.max(0, -paid.quantity)),
      revenue: paid.revenue,
      fee: NO_MONEY,
      settledAtMs: result.atMs,
    });
  }

  /** The book as it is known now; empty for a market that was not told. */
  book(ticker: MarketTicker): BookView {
    return this.#listings.get(ticker)?.book() ?? EMPTY_BOOK_VIEW;
  }

  truth(): RecordedTruth {
    const { exchangeIndex } = this.#config;
    return {
      cashByShard: new Map([[exchangeIndex, this.#account.cash]]),
      reservedByShard: new Map([[exchangeIndex, NO_MONEY]]),
      depositsByShard: new Map([[exchangeIndex, this.#account.deposits]]),
      positions: new Map(this.#account.positions),
      orders: [...this.#orders],
      fills: [...this.#fills],
      fees: this.#account.fees,
      settlements: [...this.#settlements],
    };
  }

  async submit(request: OrderRequest): Promise<SubmitOutcome> {
    const rejection = this.#rejection(request);
    if (rejection !== null) return { kind: 'rejected', ...rejection };
    const exchangeOrderId = `recorded-order-${this.#orders.length + 1}`;
    const filled = this.#match(request, exchangeOrderId);
    this.#orderIds.add(request.clientOrderId);
    this.#orders.push({
      exchangeOrderId,
      clientOrderId: request.clientOrderId,
      market: request.market,
      bookSide: request.bookSide,
      limitPrice: request.limitPrice,
      initialCount: request.count,
      filled,
      status: filled === request.count ? 'executed' : 'cancelled',
      createdAtMs: this.#nowMs,
    });
    return { kind: 'accepted', exchangeOrderId, filled, exchangeTimeMs: this.#nowMs };
  }

  /** Nothing rests here, so there is never anything to cancel. */
  async cancel(): Promise<CancelOutcome> {
    return { kind: 'not_found' };
  }

  async asOfMs(): Promise<Read<EpochMs>> {
    return { kind: 'read', value: this.#nowMs };
  }

  async orders(filter: {
    readonly market?: MarketTicker;
    readonly sinceMs: EpochMs;
  }): Promise<Read<readonly ListedOrder[]>> {
    const since = this.#orders.filter(
      ({ market, createdAtMs }) =>
        createdAtMs >= filter.sinceMs && (filter.market ?? market) === market,
    );
    return { kind: 'read', value: since.toReversed() };
  }

  async fills(filter: {
    readonly market?: MarketTicker;
    readonly sinceMs: EpochMs;
  }): Promise<Read<readonly Fill[]>> {
    const since = this.#fills.filter(
      ({ market, exchangeTimeMs }) =>
        exchangeTimeMs >= filter.sinceMs && (filter.market ?? market) === market,
    );
    return { kind: 'read', value: since };
  }

  async positions(): Promise<Read<readonly ListedPosition[]>> {
    const value = [...this.#account.positions].map(([market, { quantity }]): ListedPosition => ({
      market,
      leg: quantity > 0 ? 'yes' : 'no',
      quantity: contracts(Math.abs(quantity)),
    }));
    return { kind: 'read', value };
  }

  async settlements(filter: {
    readonly sinceMs: EpochMs;
  }): Promise<Read<readonly ListedSettlement[]>> {
    const value = this.#settlements.filter(({ settledAtMs }) => settledAtMs >= filter.sinceMs);
    return { kind: 'read', value };
  }

  async balances(): Promise<Read<readonly ExchangeBalance[]>> {
    const { exchangeIndex } = this.#config;
    return { kind: 'read', value: [{ exchangeIndex, available: this.#account.cash }] };
  }

  async markets(filter: {
    readonly tickers: readonly MarketTicker[];
  }): Promise<Read<readonly ExchangeMarket[]>> {
    const value = filter.tickers.flatMap((ticker): readonly ExchangeMarket[] => {
      const listing = this.#listings.get(ticker);
      if (listing === undefined) return [];
      const { market, result } = listing;
      return [{ market: result === null ? market : { ...market, status: 'finalized' }, result }];
    });
    return { kind: 'read', value };
  }

  async discover(seriesTicker: string): Promise<Read<readonly Market[]>> {
    const value = [...this.#listings.values()]
      .filter(({ market, result }) => market.seriesTicker === seriesTicker && result === null)
      .map(({ market }) => market)
      .filter(({ closeTimeMs }) => this.#nowMs < closeTimeMs);
    return { kind: 'read', value };
  }

  /** Why the exchange would not take the order at all (codes of Kalshi's error page). */
  #rejection(request: OrderRequest): { readonly code: string; readonly message: string } | null {
    const listing = this.#listings.get(request.market);
    if (listing === undefined || listing.market.exchangeIndex !== request.exchangeIndex)
      return { code: 'market_not_found', message: 'market not found' };
    const { market } = listing;
    if (listing.result !== null || this.#nowMs >= market.closeTimeMs)
      return { code: 'market_inactive', message: 'market is closed' };
    if (this.#orderIds.has(request.clientOrderId))
      return { code: 'order_already_exists', message: 'order already exists' };
    if (!isOnGrid(request.limitPrice, market.priceRanges))
      return { code: 'invalid_price', message: 'invalid price' };
    if (request.count === 0) return { code: 'invalid_order', message: 'count is zero' };
    return this.#isAffordable(request, market)
      ? null
      : { code: 'insufficient_balance', message: 'insufficient balance' };
  }

  /** The whole order at its limit with its fee must be covered, as the exchange asks; what only closes always is. */
  #isAffordable(request: OrderRequest, { fees }: Market): boolean {
    const { market, bookSide: side, limitPrice, count } = request;
    if (request.reduceOnly || count <= this.#account.closable(market, side)) return true;
    const flow = this.#account.cashFlow({ market, side, price: limitPrice, count });
    const fee = estimateTakerFee({ price: limitPrice, count, schedule: fees });
    return this.#account.cash + flow >= fee;
  }

  /** Fills what crosses at the level that is met, and drops the rest. */
  #match(request: OrderRequest, exchangeOrderId: string): Contracts {
    const { market, bookSide: side, limitPrice, reduceOnly } = request;
    const listing = this.#listing(market);
    const closable = this.#account.closable(market, side);
    const wanted = reduceOnly ? minContracts(request.count, closable) : request.count;
    let filled = NO_CONTRACTS;
    for (let levels = 0; levels < MAX_LEVELS && filled < wanted; levels += 1) {
      const met = listing.meets(side, limitPrice);
      if (met === null) break;
      const crosses = side === 'bid' ? met.price <= limitPrice : met.price >= limitPrice;
      if (!crosses) break;
      const count = minContracts(subtractContracts(wanted, filled), met.count);
      this.#trade({
        schedule: listing.market.fees,
        request,
        exchangeOrderId,
        price: met.price,
        count,
      });
      listing.take(side, count, met.level);
      filled = addContracts(filled, count);
    }
    return filled;
  }

  #trade(input: {
    readonly schedule: FeeSchedule;
    readonly request: OrderRequest;
    readonly exchangeOrderId: string;
    readonly price: OrderRequest['limitPrice'];
    readonly count: Contracts;
  }): void {
    const { schedule, request, exchangeOrderId, price, count } = input;
    const { market, bookSide: side } = request;
    const charge = chargeFill({
      cashFlow: this.#account.cashFlow({ market, side, price, count }),
      tradeFee: tradeFee({ role: 'taker', price, count, schedule }),
      precision: 'direct',
      accumulator: NO_MONEY,
    });
    this.#account.book({ market, side, price, count, fee: charge.charged });
    this.#fills.push({
      tradeId: `recorded-trade-${this.#fills.length + 1}`,
      exchangeOrderId,
      market,
      bookSide: side,
      price,
      count,
      fee: charge.charged,
      role: 'taker',
      exchangeTimeMs: this.#nowMs,
    });
  }

  #listing(ticker: MarketTicker): VenueListing {
    const listing = this.#listings.get(ticker);
    invariant(listing !== undefined, `the recording tells market ${ticker} before its trades`);
    return listing;
  }

  #advance(atMs: EpochMs): void {
    invariant(atMs >= this.#nowMs, `time does not go back from ${this.#nowMs} to ${atMs}`);
    this.#nowMs = atMs;
  }
}
