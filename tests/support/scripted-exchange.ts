import type { Fill } from '../../shared/domain/execution/fill.ts';
import type { BookSide } from '../../shared/domain/execution/intent.ts';
import type { SubmitOutcome } from '../../shared/domain/execution/outcome.ts';
import type { EpochMs, Market, MarketTicker } from '../../shared/domain/market/market.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { money, type Money } from '../../shared/domain/money/money.ts';
import { ONE_DOLLAR, price } from '../../shared/domain/money/price.ts';
import type { Clock } from '../../shared/ports/clock.ts';
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
} from '../../shared/ports/exchange.ts';

/** One trade of an order: YES price in 1e-4 dollars, count in 1e-2 contracts, fee in 1e-6 dollars. */
export type ScriptedTrade = { readonly at: number; readonly count: number; readonly fee?: number };
export type Answer = (request: OrderRequest) => SubmitOutcome | Promise<SubmitOutcome>;
type Listing = 'asOf' | 'orders' | 'fills' | 'positions' | 'settlements' | 'balances';

/**
 * An exchange whose answers are given. A submit without a given answer fails the test. `execute` plays the exchange's
 * own side of an order, so that its lists, positions and cash say one and the same thing.
 */
export class ScriptedExchange implements Exchange {
  readonly submitted: OrderRequest[] = [];
  readonly #clock: Clock;
  readonly #answers: Answer[] = [];
  readonly #unavailable = new Set<Listing>();
  readonly #orders: ListedOrder[] = [];
  readonly #fills: Fill[] = [];
  readonly #settlements: ListedSettlement[] = [];
  /** Signed, YES positive. */
  readonly #held = new Map<MarketTicker, number>();
  #cash: Money;
  #shardShown = true;
  #asOfLagMs = 0;

  constructor(clock: Clock, cash: Money) {
    this.#clock = clock;
    this.#cash = cash;
  }

  get cash(): Money {
    return this.#cash;
  }

  /** The answers of the next submits, in this order. */
  answer(...answers: readonly Answer[]): void {
    this.#answers.push(...answers);
  }

  /** These reads fail from now on; without names all work again. */
  failReads(...listings: readonly Listing[]): void {
    this.#unavailable.clear();
    for (const listing of listings) this.#unavailable.add(listing);
  }

  /** The as-of time is this far behind the clock. */
  lag(ms: number): void {
    this.#asOfLagMs = ms;
  }

  /** Whether the balance shows the shard at all; a lagging read of a new account does not. */
  showShard(shown: boolean): void {
    this.#shardShown = shown;
  }

  /** An unexplained change of cash. */
  misplace(micros: number): void {
    this.#cash = money(this.#cash + micros);
  }

  /** The exchange executes an order immediate-or-cancel: it is listed, its trades change position and cash. */
  execute(
    request: OrderRequest,
    trades: readonly ScriptedTrade[] = [],
    change: Partial<ListedOrder> = {},
  ): readonly Fill[] {
    const exchangeOrderId = `exchange-${this.#orders.length + 1}`;
    const filled = trades.reduce((sum, { count }) => sum + count, 0);
    const listed: ListedOrder = {
      exchangeOrderId,
      clientOrderId: request.clientOrderId,
      market: request.market,
      bookSide: request.bookSide,
      limitPrice: request.limitPrice,
      initialCount: request.count,
      filled: contracts(filled),
      status: filled === request.count ? 'executed' : 'cancelled',
      createdAtMs: this.#clock.nowMs(),
      ...change,
    };
    this.#orders.unshift(listed);
    return trades.map((trade) => this.#trade(request, exchangeOrderId, trade));
  }

  /** An answer by which the order is executed and accepted. */
  accepts(...trades: readonly ScriptedTrade[]): Answer {
    return (request) => {
      const fills = this.execute(request, trades);
      return {
        kind: 'accepted',
        exchangeOrderId: this.#orders[0]!.exchangeOrderId,
        filled: contracts(fills.reduce((sum, { count }) => sum + count, 0)),
        exchangeTimeMs: this.#clock.nowMs(),
      };
    };
  }

  /** An answer that is lost although the exchange executed the order. */
  losesAnswer(...trades: readonly ScriptedTrade[]): Answer {
    return (request) => {
      this.execute(request, trades);
      return { kind: 'unknown', cause: 'timeout' };
    };
  }

  /** The exchange pays a market out. */
  settle(market: MarketTicker, result: 'yes' | 'no'): ListedSettlement {
    const held = this.#held.get(market) ?? 0;
    const revenue = (result === 'yes') === held > 0 ? Math.abs(held) * ONE_DOLLAR : 0;
    const settlement: ListedSettlement = {
      market,
      result: { kind: result },
      yesCount: contracts(Math.max(0, held)),
      noCount: contracts(Math.max(0, -held)),
      revenue: money(revenue),
      fee: money(0),
      settledAtMs: this.#clock.nowMs(),
    };
    this.#settlements.push(settlement);
    this.#held.delete(market);
    this.#cash = money(this.#cash + revenue);
    return settlement;
  }

  async submit(request: OrderRequest): Promise<SubmitOutcome> {
    this.submitted.push(request);
    const answer = this.#answers.shift();
    if (answer === undefined)
      throw new Error(`no answer was given for order ${request.clientOrderId}`);
    return answer(request);
  }

  cancel(): Promise<CancelOutcome> {
    return Promise.resolve({ kind: 'not_found' });
  }

  asOfMs(): Promise<Read<EpochMs>> {
    return this.#read('asOf', this.#clock.nowMs() - this.#asOfLagMs);
  }

  orders(filter: {
    readonly market?: MarketTicker;
    readonly sinceMs: EpochMs;
  }): Promise<Read<readonly ListedOrder[]>> {
    return this.#read(
      'orders',
      this.#orders.filter(
        ({ market, createdAtMs }) =>
          (filter.market ?? market) === market && createdAtMs >= filter.sinceMs,
      ),
    );
  }

  fills(filter: {
    readonly market?: MarketTicker;
    readonly sinceMs: EpochMs;
  }): Promise<Read<readonly Fill[]>> {
    return this.#read(
      'fills',
      this.#fills
        .filter(
          ({ market, exchangeTimeMs }) =>
            (filter.market ?? market) === market && exchangeTimeMs >= filter.sinceMs,
        )
        .toReversed(),
    );
  }

  positions(): Promise<Read<readonly ListedPosition[]>> {
    return this.#read(
      'positions',
      [...this.#held].flatMap(([market, held]): readonly ListedPosition[] =>
        held === 0
          ? []
          : [{ market, leg: held > 0 ? 'yes' : 'no', quantity: contracts(Math.abs(held)) }],
      ),
    );
  }

  settlements(filter: { readonly sinceMs: EpochMs }): Promise<Read<readonly ListedSettlement[]>> {
    return this.#read(
      'settlements',
      this.#settlements.filter(({ settledAtMs }) => settledAtMs >= filter.sinceMs),
    );
  }

  balances(): Promise<Read<readonly ExchangeBalance[]>> {
    return this.#read(
      'balances',
      this.#shardShown ? [{ exchangeIndex: 0, available: this.#cash }] : [],
    );
  }

  markets(): Promise<Read<readonly ExchangeMarket[]>> {
    return Promise.resolve({ kind: 'read', value: [] });
  }

  discover(): Promise<Read<readonly Market[]>> {
    return Promise.resolve({ kind: 'read', value: [] });
  }

  #trade(request: OrderRequest, exchangeOrderId: string, trade: ScriptedTrade): Fill {
    const { market, bookSide } = request;
    const { at, count, fee = 0 } = trade;
    const held = this.#held.get(market) ?? 0;
    this.#held.set(market, held + (bookSide === 'bid' ? count : -count));
    this.#cash = money(this.#cash + cashFlow(bookSide, held, at, count) - fee);
    const fill: Fill = {
      tradeId: `trade-${this.#fills.length + 1}`,
      exchangeOrderId,
      market,
      bookSide,
      price: price(at),
      count: contracts(count),
      fee: money(fee),
      role: 'taker',
      exchangeTimeMs: this.#clock.nowMs(),
    };
    this.#fills.push(fill);
    return fill;
  }

  #read<T>(listing: Listing, value: T): Promise<Read<T>> {
    return Promise.resolve(
      this.#unavailable.has(listing)
        ? { kind: 'unavailable', reason: `${listing}: scripted` }
        : { kind: 'read', value },
    );
  }
}

/** What a trade moves before fees: what closes brings its price, what opens costs its price, both on the leg's scale. */
function cashFlow(side: BookSide, held: number, at: number, count: number): number {
  const buyPrice = side === 'bid' ? at : ONE_DOLLAR - at;
  const closing = Math.min(count, Math.max(0, side === 'bid' ? -held : held));
  return closing * (ONE_DOLLAR - buyPrice) - (count - closing) * buyPrice;
}
