import type { Fill } from '../execution/fill.ts';
import type { OrderState } from '../execution/order.ts';
import type { OrderIntent } from '../execution/intent.ts';
import type { Leg } from '../edge/edge.ts';
import type { EpochMs, MarketResult, MarketTicker } from '../market/market.ts';
import type { Contracts } from '../money/contracts.ts';
import type { Money } from '../money/money.ts';

/** The immutable journal: what happened, each once. The ledger and the reports are folds over it. */
export type JournalEntry =
  | {
      readonly kind: 'opening';
      readonly journalId: string;
      readonly exchangeIndex: number;
      readonly cash: Money;
      readonly atMs: EpochMs;
    }
  | {
      readonly kind: 'order';
      readonly journalId: string;
      readonly clientOrderId: string;
      readonly intent: OrderIntent;
      readonly from: OrderState | null;
      readonly to: OrderState;
      readonly detail: string;
      readonly atMs: EpochMs;
    }
  | {
      readonly kind: 'fill';
      readonly journalId: string;
      readonly fill: Fill;
      readonly clientOrderId: string;
      readonly positionId: string;
      readonly exchangeIndex: number;
      readonly leg: Leg;
      readonly purpose: 'entry' | 'exit';
      /** Basis taken out of the position by a sale; zero for a purchase. */
      readonly basis: Money;
      readonly atMs: EpochMs;
    }
  | {
      readonly kind: 'settlement';
      readonly journalId: string;
      readonly market: MarketTicker;
      readonly positionId: string;
      readonly exchangeIndex: number;
      readonly leg: Leg;
      readonly result: MarketResult;
      readonly quantity: Contracts;
      readonly basis: Money;
      readonly payout: Money;
      readonly fee: Money;
      readonly atMs: EpochMs;
    }
  | {
      readonly kind: 'position_opened' | 'position_closed';
      readonly journalId: string;
      readonly positionId: string;
      readonly market: MarketTicker;
      readonly leg: Leg;
      readonly cause: string;
      readonly atMs: EpochMs;
    }
  | {
      readonly kind: 'residual';
      readonly journalId: string;
      readonly exchangeIndex: number;
      readonly amount: Money;
      readonly reason: string;
      readonly atMs: EpochMs;
    };
