import type { UnknownCause } from '../domain/execution/outcome.ts';
import type { Contracts } from '../domain/money/contracts.ts';
import type { Read } from './exchange.ts';

/** A fuse at the exchange: so many contracts matched within 15 seconds blow it, and its orders are cancelled. */
export type OrderGroup = {
  readonly id: string;
  readonly exchangeIndex: number | null;
  /** Null when the exchange does not say. */
  readonly limit: Contracts | null;
  /** Blown: new orders of it are refused until it is reset. */
  readonly isTriggered: boolean;
};

export type GroupOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string }
  | { readonly kind: 'unknown'; readonly cause: UnknownCause };

export type GroupCreated =
  | { readonly kind: 'created'; readonly id: string }
  | Exclude<GroupOutcome, { readonly kind: 'done' | 'not_found' }>;

/** Order groups of the account. A group lives on one shard. Every method resolves; failures of the world are outcomes. */
export interface OrderGroups {
  create(group: {
    readonly limit: Contracts;
    readonly exchangeIndex: number;
  }): Promise<GroupCreated>;
  list(): Promise<Read<readonly OrderGroup[]>>;
  /** Null when there is no such group. */
  one(group: {
    readonly id: string;
    readonly exchangeIndex: number;
  }): Promise<Read<(OrderGroup & { readonly orderIds: readonly string[] }) | null>>;
  setLimit(group: GroupAddress, limit: Contracts): Promise<GroupOutcome>;
  /** Cancels its orders and refuses new ones until it is reset. */
  trigger(group: GroupAddress): Promise<GroupOutcome>;
  reset(group: GroupAddress): Promise<GroupOutcome>;
  /** Cancels its orders and forgets it. */
  remove(group: GroupAddress): Promise<GroupOutcome>;
}

export type GroupAddress = { readonly id: string; readonly exchangeIndex: number };
