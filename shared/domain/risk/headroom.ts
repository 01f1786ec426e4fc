import type { EventTicker, MarketTicker } from '../market/market.ts';
import type { Money } from '../money/money.ts';

/**
 * What may still be used, stored per scope because a conditional write can compare but not add up. Amounts are
 * micro-dollars, except for `slots`, which counts positions.
 */
export type HeadroomKey =
  | 'account'
  | 'slots'
  | `cash:${number}`
  | `event:${EventTicker}`
  | `market:${MarketTicker}`;

/** What one order (later: its position) holds back. */
export type Reservation = {
  /** Worst cost without fees: counts against account, event and market. */
  readonly exposure: Money;
  /** Worst cost with fees: counts against the shard's cash. */
  readonly cash: Money;
  readonly slots: number;
};
