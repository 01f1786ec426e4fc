import type { BookSide, ClientOrderId, ExchangeOrderId } from '../domain/execution/intent.ts';
import type { SubmitOutcome, UnknownCause } from '../domain/execution/outcome.ts';
import type { EpochMs, MarketTicker } from '../domain/market/market.ts';
import type { Contracts } from '../domain/money/contracts.ts';
import type { Price } from '../domain/money/price.ts';
import type { CancelOutcome, ListedOrder, Read, SelfTradeRule } from './exchange.ts';

/**
 * The code with which a quote is refused that would have traded at once although it may not: refused as it came, or taken
 * and dropped in the same moment. Nothing of it rests. It is in the nature of a market that moves: price it again.
 */
export const POST_ONLY_CROSS = 'post_only_cross';

/**
 * An order that may rest. It cannot be told without an end: the exchange takes it off the book by itself when we are no
 * longer there to do it, and also when trading pauses.
 */
export type QuoteRequest = {
  readonly clientOrderId: ClientOrderId;
  readonly market: MarketTicker;
  readonly exchangeIndex: number;
  readonly bookSide: BookSide;
  readonly limitPrice: Price;
  readonly count: Contracts;
  /** The exchange reads whole seconds: rounded down, so that it never rests longer. */
  readonly expiresAtMs: EpochMs;
  /** Refused by the exchange when it would trade at once. */
  readonly postOnly: boolean;
  readonly selfTrade: SelfTradeRule;
  /** The fuse that this order burns with; null for none. */
  readonly orderGroupId: string | null;
};

/** An order of ours as every change of it must name it: an id alone does not say on which shard it is. */
export type OrderAddress = {
  readonly exchangeOrderId: ExchangeOrderId;
  readonly market: MarketTicker;
  readonly exchangeIndex: number;
};

/** What a resting order shall become. `count` is what may fill in all, with what has filled already. */
export type Amendment = OrderAddress & {
  readonly bookSide: BookSide;
  readonly limitPrice: Price;
  readonly count: Contracts;
  /** Null keeps the end that the order has. */
  readonly expiresAtMs: EpochMs | null;
};

export type ChangeOutcome =
  | {
      readonly kind: 'changed';
      /** What filled by this change; null when the exchange did not say. */
      readonly filled: Contracts | null;
      readonly remaining: Contracts | null;
      readonly exchangeTimeMs: EpochMs;
    }
  /** Cancelled, filled, unknown or on another shard: the exchange answers all four alike. */
  | { readonly kind: 'not_found' }
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string }
  | { readonly kind: 'unknown'; readonly cause: UnknownCause };

export type CancelAllOutcome =
  /** Orders that arrive until `aftershockUntilMs` may be cancelled too: nothing is to be placed before. */
  | { readonly kind: 'done'; readonly aftershockUntilMs: EpochMs }
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string }
  | {
      readonly kind: 'unknown';
      readonly cause: UnknownCause;
      readonly aftershockUntilMs: EpochMs;
    };

/** What must match before an order of ours does; 0 is the front. */
export type QueuePosition = {
  readonly exchangeOrderId: ExchangeOrderId;
  readonly market: MarketTicker;
  readonly ahead: Contracts;
};

/** Orders that rest: placing, changing and taking them away. Every method resolves; failures of the world are outcomes. */
export interface QuotingExchange {
  quote(request: QuoteRequest): Promise<SubmitOutcome>;
  /** One outcome a request, in their order. They share one fate only where nothing is known of any. */
  quoteMany(requests: readonly QuoteRequest[]): Promise<readonly SubmitOutcome[]>;
  amend(amendment: Amendment): Promise<ChangeOutcome>;
  decrease(
    order: OrderAddress,
    change: { readonly kind: 'by' | 'to'; readonly count: Contracts },
  ): Promise<ChangeOutcome>;
  cancelMany(orders: readonly OrderAddress[]): Promise<readonly CancelOutcome[]>;
  /** Every order of the account on every shard, and those that arrive within the minute after. */
  cancelAll(): Promise<CancelAllOutcome>;
  /** One order as it stands; null when the exchange does not know it on any shard. */
  order(exchangeOrderId: ExchangeOrderId): Promise<Read<ListedOrder | null>>;
  /** What rests in every market of the account, of whoever placed it. */
  resting(): Promise<Read<readonly ListedOrder[]>>;
  queuePositions(markets: readonly MarketTicker[]): Promise<Read<readonly QueuePosition[]>>;
}
