import type { BookSide, ClientOrderId, ExchangeOrderId } from '../domain/execution/intent.ts';
import type { Fill } from '../domain/execution/fill.ts';
import type { BookDelta, BookSnapshot } from '../domain/market/order-book.ts';
import type { Level } from '../domain/market/book-view.ts';
import type { FeeOverride } from '../domain/market/fee-schedule.ts';
import type { EpochMs, EventTicker, MarketResult, MarketTicker } from '../domain/market/market.ts';
import type { PriceRange } from '../domain/market/tick-grid.ts';
import type { Contracts } from '../domain/money/contracts.ts';
import type { Money } from '../domain/money/money.ts';
import type { Price } from '../domain/money/price.ts';

/** A change of one of our orders as the exchange's stream tells it. */
export type OrderUpdate = {
  readonly exchangeOrderId: ExchangeOrderId;
  readonly clientOrderId: ClientOrderId | null;
  readonly market: MarketTicker;
  readonly bookSide: BookSide;
  readonly limitPrice: Price;
  readonly status: 'resting' | 'cancelled' | 'executed' | 'unrecognised';
  readonly initialCount: Contracts;
  readonly filled: Contracts;
  readonly exchangeTimeMs: EpochMs;
};

export type LifecycleEvent =
  | 'created'
  | 'activated'
  | 'deactivated'
  | 'close_date_updated'
  | 'determined'
  | 'settled'
  | 'price_level_structure_updated'
  | 'metadata_updated';

/** The top of a book and what traded so far, as the exchange sums it up. The newest replaces the ones before. */
export type QuoteSummary = {
  readonly market: MarketTicker;
  /** Null where nothing is quoted. */
  readonly bid: Level | null;
  readonly ask: Level | null;
  /** Null before the first trade. */
  readonly lastPrice: Price | null;
  readonly volume: Contracts;
  readonly openInterest: Contracts;
  readonly exchangeTimeMs: EpochMs;
};

/** A position of ours as the exchange's stream tells it. It carries no time: it is a hint to look, not a truth to keep. */
export type ToldPosition = {
  readonly market: MarketTicker;
  /** YES positive, NO negative, in 1e-2 contracts. */
  readonly position: number;
  /** What the open position cost, without fees. */
  readonly cost: Money;
  readonly realised: Money;
  readonly fees: Money;
};

/** What happened to a fuse of ours. An event that we do not know is none of these: the group is to be read. */
export type OrderGroupEvent =
  'created' | 'triggered' | 'reset' | 'deleted' | 'limit_updated' | 'unrecognised';

/** Where a message stood in its subscription; null on channels that the exchange does not number. */
export type StreamSequence = { readonly subscription: number; readonly sequence: number } | null;

/** One message of the exchange's stream in our words. A vendor's frame becomes exactly one of these. */
export type MarketDataEvent =
  | {
      readonly kind: 'book_snapshot';
      readonly sequence: StreamSequence;
      readonly snapshot: BookSnapshot;
    }
  | { readonly kind: 'book_delta'; readonly sequence: StreamSequence; readonly delta: BookDelta }
  | {
      readonly kind: 'public_trade';
      readonly sequence: StreamSequence;
      readonly tradeId: string;
      readonly market: MarketTicker;
      readonly price: Price;
      readonly count: Contracts;
      readonly takerSide: BookSide;
      readonly exchangeTimeMs: EpochMs;
    }
  | { readonly kind: 'fill'; readonly fill: Fill; readonly clientOrderId: ClientOrderId | null }
  | { readonly kind: 'order_update'; readonly update: OrderUpdate }
  | {
      readonly kind: 'lifecycle';
      readonly sequence: StreamSequence;
      readonly market: MarketTicker;
      readonly event: LifecycleEvent;
      readonly result: MarketResult | null;
      readonly closeTimeMs: EpochMs | null;
      readonly exchangeTimeMs: EpochMs | null;
    }
  /** The prices that orders of a market may have from now on. What rests stays. */
  | {
      readonly kind: 'price_grid_told';
      readonly sequence: StreamSequence;
      readonly market: MarketTicker;
      readonly priceRanges: readonly PriceRange[];
    }
  /** Other words or times of a market; null is what was not said. Its rules may have changed with them. */
  | {
      readonly kind: 'market_facts_told';
      readonly sequence: StreamSequence;
      readonly market: MarketTicker;
      readonly title: string | null;
      readonly openTimeMs: EpochMs | null;
      readonly closeTimeMs: EpochMs | null;
      readonly expectedExpirationMs: EpochMs | null;
    }
  /** A new event, or new words of one. */
  | {
      readonly kind: 'event_told';
      readonly sequence: StreamSequence;
      readonly eventTicker: EventTicker;
      readonly seriesTicker: string | null;
      readonly title: string | null;
      readonly exchangeIndex: number;
    }
  /** What an event overrides of the fees of its series from now on; null when nothing any more. */
  | {
      readonly kind: 'event_fees_told';
      readonly sequence: StreamSequence;
      readonly eventTicker: EventTicker;
      readonly override: FeeOverride | null;
    }
  | {
      readonly kind: 'order_group_told';
      readonly sequence: StreamSequence;
      readonly orderGroupId: string;
      readonly event: OrderGroupEvent;
      /** Null when it was not said. */
      readonly limit: Contracts | null;
      readonly exchangeTimeMs: EpochMs;
    }
  | { readonly kind: 'quote_summary'; readonly quote: QuoteSummary }
  | { readonly kind: 'position_told'; readonly position: ToldPosition }
  /** Replies to commands and other messages that carry a number but no market data. */
  | { readonly kind: 'control'; readonly sequence: StreamSequence; readonly type: string }
  /** The exchange refused a command or ended a subscription. `terminal`: that subscription sends nothing more. */
  | {
      readonly kind: 'stream_error';
      readonly sequence: StreamSequence;
      readonly subscription: number | null;
      readonly code: number;
      readonly message: string;
      readonly terminal: boolean;
    };

/** A frame that could not be used. It is counted and logged; the stream goes on. */
export type FrameRefusal = {
  readonly kind: 'refused';
  /** `feed_error`: a well-formed message in which the vendor reports an error of its own. */
  readonly code: 'not_json' | 'oversized' | 'unknown_type' | 'malformed' | 'feed_error';
  readonly detail: string;
};
