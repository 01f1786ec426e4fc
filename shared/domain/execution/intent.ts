import type { Leg } from '../edge/edge.ts';
import type { ExitPriority, ExitRule } from '../exits/exit-rules.ts';
import type { EpochMs, EventTicker, MarketTicker } from '../market/market.ts';
import type { TickStamp } from '../market/market-tick.ts';
import type { Contracts } from '../money/contracts.ts';
import type { Money } from '../money/money.ts';
import type { Price } from '../money/price.ts';

/** UUIDv5 of the account's namespace and the decision; unique for ever at the exchange. */
export type ClientOrderId = string;
export type ExchangeOrderId = string;
/** The side of the single YES book on which an order stands. */
export type BookSide = 'bid' | 'ask';

type IntentBase = {
  readonly clientOrderId: ClientOrderId;
  readonly decisionId: string;
  readonly market: MarketTicker;
  readonly eventTicker: EventTicker;
  readonly seriesTicker: string;
  readonly exchangeIndex: number;
  readonly strategy: { readonly name: string; readonly version: string };
  /** The leg whose position grows (entry) or shrinks (exit). */
  readonly leg: Leg;
  /** Worst acceptable price on the YES scale, on the market's grid. */
  readonly limitPrice: Price;
  readonly count: Contracts;
  /** Estimate of the fees at `limitPrice`, rounded up. */
  readonly estimatedFees: Money;
  readonly decidedAtMs: EpochMs;
};

/** Opens a position. Sent as an immediate-or-cancel limit. */
export type EntryIntent = IntentBase & {
  readonly purpose: 'entry';
  readonly stamp: TickStamp;
  /** The ownership generation that the client order id is made of. */
  readonly generation: number;
};

/** Reduces a position and never more: reduce-only, immediate-or-cancel. */
export type ExitIntent = IntentBase & {
  readonly purpose: 'exit';
  readonly positionId: string;
  readonly exitGeneration: number;
  readonly attempt: number;
  readonly rule: ExitRule;
  readonly priority: ExitPriority;
};

export type OrderIntent = EntryIntent | ExitIntent;

/** The book side on which an intent trades: buying YES and selling NO are bids, the others asks. */
export function bookSideOf(intent: Pick<OrderIntent, 'purpose' | 'leg'>): BookSide {
  return (intent.purpose === 'entry') === (intent.leg === 'yes') ? 'bid' : 'ask';
}
