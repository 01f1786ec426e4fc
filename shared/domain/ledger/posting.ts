import type { EpochMs, MarketTicker } from '../market/market.ts';
import type { Money } from '../money/money.ts';

/** Where money can stand. Debits are positive, credits negative; an entry's postings sum to zero. */
export type LedgerAccount =
  | `cash:${number}`
  | `position:${MarketTicker}:${'yes' | 'no'}`
  | 'fees'
  | 'trading_result'
  | 'settlement_result'
  | 'capital'
  | 'suspense';

export type Posting = { readonly account: LedgerAccount; readonly amount: Money };

/** One balanced entry. Its id is a function of what it books, so that booking again changes nothing. */
export type LedgerEntry = {
  readonly entryId: string;
  readonly bookedAtMs: EpochMs;
  readonly source:
    | { readonly kind: 'opening' }
    | { readonly kind: 'fill'; readonly fillKey: string; readonly clientOrderId: string }
    | { readonly kind: 'settlement'; readonly market: MarketTicker }
    | { readonly kind: 'residual'; readonly reason: string };
  readonly postings: readonly Posting[];
};
