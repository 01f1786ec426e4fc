import type { EpochMs } from '../market/market.ts';
import type { Contracts } from '../money/contracts.ts';
import type { Money } from '../money/money.ts';
import type { Reservation } from '../risk/headroom.ts';
import type { ExchangeOrderId, OrderIntent } from './intent.ts';
import type { UnknownCause } from './outcome.ts';

/** planned → sent → (unknown) → resting → one of the terminal states. It only moves forward. */
export type OrderState =
  | 'planned'
  | 'sent'
  | 'unknown'
  | 'resting'
  | 'filled'
  | 'cancelled'
  | 'rejected'
  | 'expired'
  | 'abandoned';

/** One order of ours, from before the first byte is sent until its last fill is booked. */
export type Order = {
  readonly intent: OrderIntent;
  readonly state: OrderState;
  readonly exchangeOrderId: ExchangeOrderId | null;
  /** What the exchange says has traded. */
  readonly exchangeFilled: Contracts;
  /** What we have booked, fill by fill. A terminal order is settled when the two are equal. */
  readonly bookedFilled: Contracts;
  readonly bookedCost: Money;
  readonly bookedFees: Money;
  /** What is still held back for this order. */
  readonly reservation: Reservation;
  readonly unknown: {
    readonly cause: UnknownCause;
    readonly sinceMs: EpochMs;
    /** Looks after the exchange's as-of time had passed that did not find it. */
    readonly absentLooks: number;
    readonly lastLookMs: EpochMs | null;
  } | null;
  /** The time of what first showed it at the exchange although it had been abandoned; null for the usual course. */
  readonly adoptedAtMs: EpochMs | null;
  readonly rejection: { readonly code: string; readonly message: string } | null;
  /**
   * The latest time among those tellings that changed the order. One that says nothing new is not among them, so this,
   * like the time of an adoption, may differ when the same is told in another order.
   */
  readonly updatedAtMs: EpochMs;
};
