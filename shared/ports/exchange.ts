import type { BookSide, ClientOrderId, ExchangeOrderId } from '../domain/execution/intent.ts';
import type { Fill } from '../domain/execution/fill.ts';
import type { SubmitOutcome } from '../domain/execution/outcome.ts';
import type { EpochMs, Market, MarketResult, MarketTicker } from '../domain/market/market.ts';
import type { Contracts } from '../domain/money/contracts.ts';
import type { Money } from '../domain/money/money.ts';
import type { Price } from '../domain/money/price.ts';

/** Which of two orders of ours goes when they would trade with each other. Always said, never left to a default. */
export type SelfTradeRule = 'cancel_taker' | 'cancel_resting';

/** An immediate-or-cancel limit order on the single YES book. */
export type OrderRequest = {
  readonly clientOrderId: ClientOrderId;
  readonly market: MarketTicker;
  readonly exchangeIndex: number;
  readonly bookSide: BookSide;
  readonly limitPrice: Price;
  readonly count: Contracts;
  readonly reduceOnly: boolean;
  readonly selfTrade: SelfTradeRule;
  /** The fuse that this order burns with; null for none. Never on what reduces: a blown fuse must not hold an exit back. */
  readonly orderGroupId: string | null;
};

/**
 * The code with which every exchange refuses a client order id that was used before: it says nothing about what became
 * of the order that used it.
 */
export const ORDER_ALREADY_EXISTS = 'order_already_exists';

/** An order as the exchange lists it. `initialCount` is what was asked for. */
export type ListedOrder = {
  readonly exchangeOrderId: ExchangeOrderId;
  readonly clientOrderId: ClientOrderId;
  readonly market: MarketTicker;
  readonly bookSide: BookSide;
  readonly limitPrice: Price;
  readonly initialCount: Contracts;
  readonly filled: Contracts;
  readonly status: 'resting' | 'cancelled' | 'executed';
  readonly createdAtMs: EpochMs;
};

/** Net position of one market: at most one leg is held. */
export type ListedPosition = {
  readonly market: MarketTicker;
  readonly leg: 'yes' | 'no';
  readonly quantity: Contracts;
};

/** One settled market as the exchange paid it. */
export type ListedSettlement = {
  readonly market: MarketTicker;
  readonly result: MarketResult;
  readonly yesCount: Contracts;
  readonly noCount: Contracts;
  readonly revenue: Money;
  readonly fee: Money;
  readonly settledAtMs: EpochMs;
};

export type ExchangeBalance = { readonly exchangeIndex: number; readonly available: Money };

export type CancelOutcome =
  | { readonly kind: 'cancelled'; readonly reducedBy: Contracts }
  /** Cancelled before, filled, unknown or on another shard: the exchange answers all four alike. */
  | { readonly kind: 'not_found' }
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string }
  | { readonly kind: 'unknown' };

/** A read that failed after its bounded retries; the caller decides what to do without it. */
export type ReadFailure = { readonly kind: 'unavailable'; readonly reason: string };
export type Read<T> = { readonly kind: 'read'; readonly value: T } | ReadFailure;

/**
 * The account at an exchange. Reads may lag behind writes: `asOfMs` says up to when they are complete.
 * Every method resolves; failures of the world are outcomes.
 */
export interface Exchange {
  submit(request: OrderRequest): Promise<SubmitOutcome>;
  cancel(order: {
    readonly exchangeOrderId: ExchangeOrderId;
    readonly market: MarketTicker;
    readonly exchangeIndex: number;
  }): Promise<CancelOutcome>;
  /** The exchange's as-of time of its user-data reads. */
  asOfMs(): Promise<Read<EpochMs>>;
  /** All orders of the account created at or after a time, newest first; `market` and the shard narrow it. */
  orders(filter: {
    readonly market?: MarketTicker;
    readonly exchangeIndex?: number;
    readonly sinceMs: EpochMs;
  }): Promise<Read<readonly ListedOrder[]>>;
  fills(filter: {
    readonly market?: MarketTicker;
    readonly sinceMs: EpochMs;
  }): Promise<Read<readonly Fill[]>>;
  positions(): Promise<Read<readonly ListedPosition[]>>;
  settlements(filter: { readonly sinceMs: EpochMs }): Promise<Read<readonly ListedSettlement[]>>;
  balances(): Promise<Read<readonly ExchangeBalance[]>>;
  markets(filter: {
    readonly tickers: readonly MarketTicker[];
  }): Promise<Read<readonly ExchangeMarket[]>>;
  /** The markets of a series that are open for trading, with the fees of the series. */
  discover(seriesTicker: string): Promise<Read<readonly Market[]>>;
}

/** A market with its result once the exchange has determined it. */
export type ExchangeMarket = { readonly market: Market; readonly result: MarketResult | null };
