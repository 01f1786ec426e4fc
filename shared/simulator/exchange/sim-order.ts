import type { BookSide } from '../../domain/execution/intent.ts';
import type { EpochMs, MarketResult, MarketTicker } from '../../domain/market/market.ts';
import type { FeeRole } from '../../domain/market/fee-schedule.ts';
import type { Contracts } from '../../domain/money/contracts.ts';
import type { Money } from '../../domain/money/money.ts';
import type { Price } from '../../domain/money/price.ts';

export type AccountName = string;

export type TimeInForce = 'good_till_canceled' | 'immediate_or_cancel' | 'fill_or_kill';

/** Whose order goes when an account would trade with itself: the arriving one, or the resting one. */
export type SelfTradePrevention = 'taker_at_cross' | 'maker';

/** Why an order last changed, in the exchange's words (WebSocket page "User Orders"). */
export type OrderUpdateReason =
  | 'Trade'
  | 'Amend'
  | 'Decrease'
  | 'ExpiryCancel'
  | 'CloseCancel'
  | 'HaltCancel'
  | 'SelfTradeCancel'
  | 'PostOnlyCrossCancel'
  | 'ReduceOnlyCancel';

/** What a participant asks for: a limit order on the single YES book. */
export type NewOrder = {
  readonly clientOrderId: string | null;
  readonly market: MarketTicker;
  readonly side: BookSide;
  readonly price: Price;
  readonly count: Contracts;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  readonly selfTradePrevention: SelfTradePrevention;
  readonly expiresAtMs: EpochMs | null;
  readonly cancelOnPause: boolean;
  /** The fuse of which it is a part; null for none. */
  readonly orderGroupId: string | null;
};

/** What an amendment may change of an order. */
type Amendable = 'clientOrderId' | 'price' | 'count' | 'expiresAtMs';
export type Amendment = Pick<NewOrder, Amendable>;

/** What can change of an order. The exchange is its only writer; everyone else sees a `Readonly` of it. */
export type SimOrderState = {
  -readonly [Field in Amendable]: NewOrder[Field];
} & {
  /** `count` is what may fill in all: filled and remaining together while it rests. */
  status: 'resting' | 'canceled' | 'executed';
  remaining: Contracts;
  filled: Contracts;
  takerCost: Money;
  makerCost: Money;
  takerFees: Money;
  makerFees: Money;
  /** Rounding fees of this order that were not yet given back (Kalshi "Fee Rounding"). */
  feeAccumulator: Money;
  updatedAtMs: EpochMs;
  reason: OrderUpdateReason | null;
};

/** One order at the exchange, from its acceptance on. */
export type SimOrder = Omit<NewOrder, Amendable> &
  SimOrderState & {
    readonly orderId: string;
    readonly account: AccountName;
    readonly exchangeIndex: number;
    /** Order of acceptance over the whole exchange; an amendment may cost an order its place in the book, never this. */
    readonly sequence: number;
    readonly createdAtMs: EpochMs;
  };

/** One side of one trade as the exchange booked it. Both sides share the trade id. */
export type SimFill = {
  readonly tradeId: string;
  readonly sequence: number;
  readonly orderId: string;
  readonly clientOrderId: string | null;
  readonly account: AccountName;
  readonly market: MarketTicker;
  readonly exchangeIndex: number;
  readonly side: BookSide;
  readonly price: Price;
  readonly count: Contracts;
  readonly role: FeeRole;
  readonly fee: Money;
  /** Signed YES position after this fill, in 1e-2 contracts. */
  readonly postPosition: number;
  readonly atMs: EpochMs;
};

/** One market paid out to one account. */
export type SimSettlement = {
  readonly sequence: number;
  readonly market: MarketTicker;
  readonly exchangeIndex: number;
  readonly eventTicker: string;
  readonly result: MarketResult;
  readonly yesCount: Contracts;
  readonly yesCost: Money;
  readonly noCount: Contracts;
  readonly noCost: Money;
  readonly revenue: Money;
  /** Fees of the trades that made the position; already charged with them. */
  readonly tradeFees: Money;
  readonly atMs: EpochMs;
};

/** The other side of the book. */
export function otherSide(side: BookSide): BookSide {
  return side === 'bid' ? 'ask' : 'bid';
}
