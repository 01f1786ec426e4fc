import type { EpochMs, MarketTicker } from '../market/market.ts';
import type { Contracts } from '../money/contracts.ts';
import type { Money } from '../money/money.ts';
import type { Price } from '../money/price.ts';
import type { FeeRole } from '../market/fee-schedule.ts';
import type { BookSide, ExchangeOrderId } from './intent.ts';

/** One trade of one of our orders as the exchange booked it. Its key is (trade id, order id). */
export type Fill = {
  readonly tradeId: string;
  readonly exchangeOrderId: ExchangeOrderId;
  readonly market: MarketTicker;
  readonly bookSide: BookSide;
  /** On the YES scale. */
  readonly price: Price;
  readonly count: Contracts;
  /** What the exchange charged, never our estimate. */
  readonly fee: Money;
  readonly role: FeeRole;
  readonly exchangeTimeMs: EpochMs;
};

/** The key under which a fill is booked exactly once, however many streams and re-reads show it. */
export function fillKey(fill: Pick<Fill, 'tradeId' | 'exchangeOrderId'>): string {
  return `${fill.tradeId}|${fill.exchangeOrderId}`;
}
