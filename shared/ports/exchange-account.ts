import type { EpochMs } from '../domain/market/market.ts';
import type { Money } from '../domain/money/money.ts';
import type { BucketLimit } from '../domain/rate/token-bucket.ts';
import type { Read } from './exchange.ts';

/** What an account may ask for, and how long that is granted. */
export type AccountAllowance = {
  readonly tier: string;
  readonly read: BucketLimit;
  readonly write: BucketLimit;
  /** The first of the grants to end; null when none does. */
  readonly grantEndsAtMs: EpochMs | null;
};

/**
 * One key of the account. Since August 2026 a key needs a statement of where its owner is: after `regionExpiresAtMs` the
 * exchange refuses orders in sports, elections and entertainment until the owner renews it.
 */
export type ApiKey = {
  readonly keyId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** Null when the exchange states none. */
  readonly regionExpiresAtMs: EpochMs | null;
};

/** Moves cash from one shard to another. It is neither atomic nor at once. */
export type ShardTransfer = {
  readonly fromShard: number;
  readonly toShard: number;
  /** Whole 1e-4 dollars on the wire; anything finer is refused. */
  readonly amount: Money;
};

export type TransferOutcome =
  | { readonly kind: 'accepted'; readonly transferId: string }
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string }
  | { readonly kind: 'unknown' };

/** What a subaccount has on one shard; 0 is the primary account. */
export type SubaccountBalance = {
  readonly subaccount: number;
  readonly exchangeIndex: number;
  readonly available: Money;
};

/** The account itself. Every method resolves. */
export interface ExchangeAccount {
  allowance(): Promise<Read<AccountAllowance>>;
  keys(): Promise<Read<readonly ApiKey[]>>;
  subaccounts(): Promise<Read<readonly SubaccountBalance[]>>;
  moveCash(transfer: ShardTransfer): Promise<TransferOutcome>;
  /** `done`: the money is on the other shard. */
  transfer(transferId: string): Promise<Read<{ readonly state: 'pending' | 'done' | 'failed' }>>;
}
