import type { EpochMs } from '../market/market.ts';
import type { Contracts } from '../money/contracts.ts';
import type { ExchangeOrderId } from './intent.ts';

export type UnknownCause =
  | 'timeout'
  | 'connection_reset'
  | 'request_timeout_408'
  | 'server_error'
  | 'empty_success'
  | 'unreadable_success'
  | 'mismatched_success'
  /** The exchange knows the id already: an earlier attempt may have landed. */
  | 'already_exists';

/** What a submit told us. `unknown` is a state of its own: the order may or may not be at the exchange. */
export type SubmitOutcome =
  | {
      readonly kind: 'accepted';
      readonly exchangeOrderId: ExchangeOrderId;
      /** What traded at once; for an immediate-or-cancel order the rest is already gone. */
      readonly filled: Contracts;
      readonly exchangeTimeMs: EpochMs;
    }
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string }
  | { readonly kind: 'unknown'; readonly cause: UnknownCause };
