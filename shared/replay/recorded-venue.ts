import type { Fill } from '../domain/execution/fill.ts';
import type { SubmitOutcome } from '../domain/execution/outcome.ts';
import { EMPTY_BOOK_VIEW, type BookView } from '../domain/market/book-view.ts';
import { chargeFill, estimateTakerFee, tradeFee } from '../domain/market/fees.ts';
import type { EpochMs, Market, MarketResult, MarketTicker } from '../domain/market/market.ts';
import { isOnGrid } from '../domain/market/tick-grid.ts';
import {
  contracts,
  minContracts,
  NO_CONTRACTS,
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
import type { RecordedResult, TradeBar } from './recording.ts';
import { DEFAULT_BOOK_ASSUMPTIONS, syntheticBook, type BookAssumptions } from './synthetic-book.ts';

/**
 * What an order meets. `next_bar`: the first trade of the next traded minute of its market, which nobody knew when the
 * order was sent; nothing when no trade follows within the horizon. `same_bar`: the last trade that the decision had
 * already seen, as if an order took no time; optimistic, for comparison only.
 */
export type RecordedLatency = 'next_bar' | 'same_bar';

export type RecordedVenueConfig = BookAssumptions & {
  readonly openingCash: Money;
  readonly exchangeIndex: number;
  readonly latency: RecordedLatency;
};

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

type Listing = {
  readonly market: Market;
  result: MarketResult | null;
  current: TradeBar | null;
  upcoming: TradeBar | null;
  /** Our takes by the bar they were taken from: of the current bar, and of the one that comes. */
  taken: Taken;
  takenUpcoming: Taken;
};
type Taken = { readonly bid: Contracts; readonly ask: Contracts };
const NOTHING_TAKEN: Taken = { bid: NO_CONTRACTS, ask: NO_CONTRACTS };

/**
 * An exchange made of recorded trade prices. Takers only: every order is immediate-or-cancel against a synthetic book of
 * one level a side (syntheticBook), what we took is gone until the next traded minute, and nothing rests. Fees are the
 * exchange's taker fees to the balance precision of a direct member. A market is paid out when its result is told.
 * Its time is that of the last event; reads do not lag.
 */
export class RecordedVenue implements Exchange {
  readonly #config: RecordedVenueConfig;
  readonly #account: RecordedAccount;
  readonly #listings = new Map<MarketTicker, Listing>();
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
    this.#listings.set(market.ticker, {
      market,
      result: null,
      current: null,
      upcoming: null,
      taken: NOTHING_TAKEN,
      takenUpcoming: NOTHING_TAKEN,
    });
  }

  /** A traded minute has ended. `upcoming` is the next one within the horizon; only orders ever learn of it. */
  onBar(bar: TradeBar, upcoming: TradeBar | null): void {
    this.#advance(bar.atMs);
    const listing = this.#listing(bar.market);
    listing.current = bar;
    listing.taken = listing.takenUpcoming;
    listing.upcoming = upcoming;
    listing.takenUpcoming = NOTHING_TAKEN;
  }

  /** Pays the market out; what was held is listed as a settlement. */
  onResult(result: RecordedResult): void {
    this.#advance(result.atMs);
    const listing = this.#listing(result.market);
    listing.result = result.result;
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

  /** The synthetic book as it is known now, made of the last bar; empty before the first trade and after the result. */
  book(ticker: MarketTicker): BookView {
    const listing = this.#listings.get(ticker);
    if (listing === undefined || listing.result !== null || listing.current === null)
      return EMPTY_BOOK_VIEW;
    return this.#bookOf(listing, listing.current, 'close', listing.taken);
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

  #match(request: OrderRequest, exchangeOrderId: string): Contracts {
    const listing = this.#listing(request.market);
    const { latency } = this.#config;
    const met = latency === 'next_bar' ? listing.upcoming : listing.current;
    if (met === null) return NO_CONTRACTS;
    const taken = latency === 'next_bar' ? listing.takenUpcoming : listing.taken;
    const view = this.#bookOf(listing, met, latency === 'next_bar' ? 'open' : 'close', taken);
    const side = request.bookSide;
    const [level] = side === 'bid' ? view.asks : view.bids;
    if (level === undefined) return NO_CONTRACTS;
    const crosses =
      side === 'bid' ? level.price <= request.limitPrice : level.price >= request.limitPrice;
    const wanted = request.reduceOnly
      ? minContracts(request.count, this.#account.closable(request.market, side))
      : request.count;
    const count = minContracts(wanted, level.count);
    if (!crosses || count === 0) return NO_CONTRACTS;
    this.#trade({ listing, request, exchangeOrderId, price: level.price, count });
    const hit = side === 'bid' ? 'ask' : 'bid';
    const after = { ...taken, [hit]: contracts(taken[hit] + count) };
    if (latency === 'next_bar') listing.takenUpcoming = after;
    else listing.taken = after;
    return count;
  }

  #trade(input: {
    readonly listing: Listing;
    readonly request: OrderRequest;
    readonly exchangeOrderId: string;
    readonly price: OrderRequest['limitPrice'];
    readonly count: Contracts;
  }): void {
    const { listing, request, exchangeOrderId, price, count } = input;
    const { market, bookSide: side } = request;
    const charge = chargeFill({
      cashFlow: this.#account.cashFlow({ market, side, price, count }),
      tradeFee: tradeFee({ role: 'taker', price, count, schedule: listing.market.fees }),
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

  #bookOf(listing: Listing, bar: TradeBar, at: 'open' | 'close', taken: Taken): BookView {
    return syntheticBook({
      trade: bar[at],
      volume: bar.volume,
      ranges: listing.market.priceRanges,
      taken,
      assumptions: this.#config,
    });
  }

  #listing(ticker: MarketTicker): Listing {
    const listing = this.#listings.get(ticker);
    invariant(listing !== undefined, `the recording tells market ${ticker} before its trades`);
    return listing;
  }

  #advance(atMs: EpochMs): void {
    invariant(atMs >= this.#nowMs, `time does not go back from ${this.#nowMs} to ${atMs}`);
    this.#nowMs = atMs;
  }
}
