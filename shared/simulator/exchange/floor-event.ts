import type { BookSide } from '../../domain/execution/intent.ts';
import type { EpochMs, EventTicker, Market, MarketTicker } from '../../domain/market/market.ts';
import type { Contracts } from '../../domain/money/contracts.ts';
import type { Price } from '../../domain/money/price.ts';
import type { FeeOverride } from './fee-terms.ts';
import type { LifecycleNotice } from './market-lifecycle.ts';
import type { EventFacts } from './venue-facts.ts';
import type { AccountName, SimFill, SimOrder, SimSettlement } from './sim-order.ts';

/** Something that happened on the floor, told at once and in order to those who publish or remember it. */
export type FloorEvent =
  | {
      readonly kind: 'book_change';
      readonly market: MarketTicker;
      readonly side: BookSide;
      readonly price: Price;
      /** Signed, in 1e-2 contracts. */
      readonly change: number;
      /** The order whose arrival or leaving caused it. */
      readonly cause: Pick<SimOrder, 'account' | 'clientOrderId'>;
      readonly atMs: EpochMs;
    }
  | {
      readonly kind: 'trade';
      readonly tradeId: string;
      readonly market: MarketTicker;
      readonly price: Price;
      readonly count: Contracts;
      readonly takerSide: BookSide;
      readonly atMs: EpochMs;
    }
  /** Own messages: only of accounts that are not of the crowd. */
  | { readonly kind: 'fill'; readonly fill: SimFill }
  | { readonly kind: 'order'; readonly order: Readonly<SimOrder> }
  | {
      readonly kind: 'settlement';
      readonly account: AccountName;
      readonly settlement: SimSettlement;
    }
  /** Cash, reserve or position of an account changed. */
  | {
      readonly kind: 'account';
      readonly account: AccountName;
      readonly market: MarketTicker | null;
      readonly exchangeIndex: number;
      readonly atMs: EpochMs;
    }
  /** A fuse was made, blew, or was changed. Also an own message. */
  | {
      readonly kind: 'order_group';
      readonly account: AccountName;
      readonly event: 'created' | 'triggered' | 'reset' | 'deleted' | 'limit_updated';
      readonly orderGroupId: string;
      readonly exchangeIndex: number;
      readonly limit: Contracts;
      readonly atMs: EpochMs;
    }
  | {
      readonly kind: 'lifecycle';
      readonly market: Market;
      readonly notice: LifecycleNotice;
      readonly atMs: EpochMs;
    }
  /** A new event, told before its first market; or other words of one that is known. */
  | {
      readonly kind: 'event';
      readonly event: EventFacts;
      readonly atMs: EpochMs;
    }
  /** An event has other fees than its series from now on, or, with two nulls, those of its series again. */
  | {
      readonly kind: 'event_fees';
      readonly eventTicker: EventTicker;
      readonly exchangeIndex: number;
      readonly override: FeeOverride;
      readonly atMs: EpochMs;
    };

export type FloorListener = (event: FloorEvent) => void;
