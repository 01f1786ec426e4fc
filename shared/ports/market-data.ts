import type { BookSide, ClientOrderId, ExchangeOrderId } from '../domain/execution/intent.ts';
import type { Fill } from '../domain/execution/fill.ts';
import type { BookDelta, BookSnapshot } from '../domain/market/order-book.ts';
import type { EpochMs, MarketResult, MarketTicker } from '../domain/market/market.ts';
import type { Contracts } from '../domain/money/contracts.ts';
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
