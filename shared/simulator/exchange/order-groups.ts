import type { EpochMs } from '../../domain/market/market.ts';
import {
  addContracts,
  contracts,
  NO_CONTRACTS,
  subtractContracts,
  type Contracts,
} from '../../domain/money/contracts.ts';
import { invariant } from '../../domain/money/invariant.ts';
import { deterministicId } from './deterministic-id.ts';
import type { MatchLimits } from './matching-engine.ts';
import type { AccountName, SimOrder } from './sim-order.ts';

/** Matches count for this long (Kalshi "Order Groups"). */
export const GROUP_WINDOW_MS = 15_000;
/** Groups of one account, over all shards. */
export const MAX_GROUPS = 100_000;

/** One fuse: what its orders may match in any 15 s. The exchange is its only writer. */
export type OrderGroup = {
  readonly id: string;
  readonly account: AccountName;
  readonly exchangeIndex: number;
  limit: Contracts;
  /** True from the moment at which its orders were cancelled until it is reset. */
  isTriggered: boolean;
  /** Those that rest now, in order of arrival. */
  readonly resting: Set<SimOrder>;
  /** Matches that still count, oldest first, and their sum. */
  readonly matches: { readonly atMs: EpochMs; readonly count: Contracts }[];
  matched: Contracts;
};

/**
 * The order groups of everyone. The limit is strict: no match goes beyond it, a fill that would is cut, and the group
 * is due to be triggered when its window is full.
 */
export class OrderGroups {
  readonly #groups = new Map<string, OrderGroup>();
  readonly #byAccount = new Map<AccountName, Set<OrderGroup>>();
  #count = 0;

  /** Null when the account has as many as it may. */
  create(account: AccountName, exchangeIndex: number, limit: Contracts): OrderGroup | null {
    const own = this.#byAccount.get(account) ?? new Set();
    if (own.size >= MAX_GROUPS) return null;
    this.#count += 1;
    const group: OrderGroup = {
      id: deterministicId('group', this.#count),
      account,
      exchangeIndex,
      limit,
      isTriggered: false,
      resting: new Set(),
      matches: [],
      matched: NO_CONTRACTS,
    };
    this.#groups.set(group.id, group);
    this.#byAccount.set(account, own.add(group));
    return group;
  }

  /** A group of the account on the shard: groups of others and of other shards are not there. */
  find(account: AccountName, id: string, exchangeIndex: number): OrderGroup | undefined {
    const group = this.#groups.get(id);
    return group?.account === account && group.exchangeIndex === exchangeIndex ? group : undefined;
  }

  of(account: AccountName): Iterable<OrderGroup> {
    return this.#byAccount.get(account) ?? [];
  }

  /** Forgets a group whose orders are gone. */
  remove(group: OrderGroup): void {
    invariant(group.resting.size === 0, 'a group that is removed has no resting orders');
    this.#groups.delete(group.id);
    this.#byAccount.get(group.account)?.delete(group);
  }

  /** An order came to rest. */
  enter(order: SimOrder): void {
    this.#of(order)?.resting.add(order);
  }

  /** An order rests no more. */
  leave(order: SimOrder): void {
    this.#of(order)?.resting.delete(order);
  }

  /** What the group may still match at `nowMs`; zero while it is triggered. */
  left(group: OrderGroup, nowMs: EpochMs): Contracts {
    roll(group, nowMs);
    return group.isTriggered ? NO_CONTRACTS : contracts(Math.max(0, group.limit - group.matched));
  }

  /** Begins to count anew and takes orders again. */
  reset(group: OrderGroup): void {
    group.matches.length = 0;
    group.matched = NO_CONTRACTS;
    group.isTriggered = false;
  }

  /** The limits for orders that match at `nowMs`; `full` takes in the groups that reach theirs. */
  limitsAt(nowMs: EpochMs, full: Set<OrderGroup>): MatchLimits {
    return {
      leftFor: (order) => {
        const group = this.#of(order);
        return group === undefined ? Number.POSITIVE_INFINITY : this.left(group, nowMs);
      },
      matched: (maker, taker, count) => {
        for (const order of [maker, taker]) {
          const group = this.#of(order);
          if (group === undefined) continue;
          group.matches.push({ atMs: nowMs, count });
          group.matched = addContracts(group.matched, count);
          if (this.left(group, nowMs) === 0) full.add(group);
        }
      },
    };
  }

  #of({ orderGroupId }: Pick<SimOrder, 'orderGroupId'>): OrderGroup | undefined {
    return orderGroupId === null ? undefined : this.#groups.get(orderGroupId);
  }
}

/** Lets go of the matches that are 15 s old. */
function roll(group: OrderGroup, nowMs: EpochMs): void {
  const oldest = group.matches[0];
  if (oldest === undefined || oldest.atMs > nowMs - GROUP_WINDOW_MS) return;
  const young = group.matches.findIndex(({ atMs }) => atMs > nowMs - GROUP_WINDOW_MS);
  const old = group.matches.splice(0, young === -1 ? group.matches.length : young);
  for (const { count } of old) group.matched = subtractContracts(group.matched, count);
}
