import type { EpochMs } from '../market/market.ts';

/** From least to most severe; an order is gated by the worst state over its own scopes. */
export type TradingState = 'open' | 'refuse' | 'reduce' | 'flatten';

/** Whom a cause concerns, so that one stale book does not stop the rest. */
export type CauseScope =
  | { readonly kind: 'account' }
  | { readonly kind: 'shard'; readonly exchangeIndex: number }
  | { readonly kind: 'event'; readonly eventTicker: string }
  | { readonly kind: 'market'; readonly market: string }
  | { readonly kind: 'source'; readonly source: string };

export type CauseCode =
  | 'unreconciled_start'
  | 'stale_oracle'
  | 'stale_book'
  | 'book_gap'
  | 'missing_start_time'
  | 'unresolved_arbitration'
  | 'exchange_pause'
  | 'unknown_outcome'
  | 'daily_loss'
  | 'consecutive_losses'
  | 'api_error_rate'
  | 'fee_drift'
  | 'mismatch'
  | 'operator';

/** One standing reason not to trade as usual. `refuse` heals by itself; the others need a person. */
export type TradingCause = {
  readonly code: CauseCode;
  readonly scope: CauseScope;
  readonly state: Exclude<TradingState, 'open'>;
  readonly sinceMs: EpochMs;
  readonly detail: string;
};
