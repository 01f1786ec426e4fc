import type { EpochMs } from '../domain/market/market.ts';
import type { MilliTokens, UsableLimit } from '../domain/rate/token-bucket.ts';

/** Tokens asked for from one bucket of an account; `keep` must stay in it. */
export type TokenAsk = {
  readonly bucket: string;
  readonly limit: UsableLimit;
  readonly least: MilliTokens;
  readonly wanted: MilliTokens;
  readonly keep: MilliTokens;
  readonly nowMs: EpochMs;
};

export type TokenGrant =
  /** These are gone from the bucket, used or not; who dies with them costs the others their refill. */
  | { readonly kind: 'granted'; readonly tokens: MilliTokens }
  | { readonly kind: 'wait'; readonly untilMs: EpochMs }
  | { readonly kind: 'too_large' };

/** The tokens of one account, which all its processes take from. Time is the caller's. Failures of the world are thrown. */
export interface TokenBudget {
  take(ask: TokenAsk): Promise<TokenGrant>;
  /** The exchange has said that this bucket is empty. */
  drain(bucket: {
    readonly bucket: string;
    readonly limit: UsableLimit;
    readonly nowMs: EpochMs;
  }): Promise<void>;
}
