import type { EpochMs } from '../../domain/market/market.ts';
import type { Contracts } from '../../domain/money/contracts.ts';
import type { FloorEvent } from './floor-event.ts';
import type { FloorVoice } from './floor-voice.ts';
import type { OrderGroup, OrderGroups } from './order-groups.ts';
import type { AccountName, SimOrder } from './sim-order.ts';

/** What is done with order groups, each told as it happens (Kalshi "Order Groups"). */
export class GroupDesk {
  readonly #groups: OrderGroups;
  readonly #voice: FloorVoice;
  readonly #drop: (order: SimOrder, nowMs: EpochMs) => void;

  constructor(
    groups: OrderGroups,
    voice: FloorVoice,
    /** Takes a resting order of a group off its book. */
    drop: (order: SimOrder, nowMs: EpochMs) => void,
  ) {
    this.#groups = groups;
    this.#voice = voice;
    this.#drop = drop;
  }

  find(account: AccountName, id: string, exchangeIndex: number): OrderGroup | undefined {
    return this.#groups.find(account, id, exchangeIndex);
  }

  of(account: AccountName): Iterable<OrderGroup> {
    return this.#groups.of(account);
  }

  /** Null when the account has as many groups as it may. */
  create(
    account: AccountName,
    terms: { readonly exchangeIndex: number; readonly limit: Contracts },
    nowMs: EpochMs,
  ): OrderGroup | null {
    const group = this.#groups.create(account, terms.exchangeIndex, terms.limit);
    if (group !== null) this.#tell(group, 'created', nowMs);
    return group;
  }

  /** Cancels every order of the group; new ones are refused until it is reset. */
  trigger(group: OrderGroup, nowMs: EpochMs): void {
    if (group.isTriggered) return;
    group.isTriggered = true;
    this.#clear(group, nowMs);
    this.#tell(group, 'triggered', nowMs);
  }

  reset(group: OrderGroup, nowMs: EpochMs): void {
    this.#groups.reset(group);
    this.#tell(group, 'reset', nowMs);
  }

  /** Sets the limit. What matched in the window counts against it at once. */
  setLimit(group: OrderGroup, limit: Contracts, nowMs: EpochMs): void {
    group.limit = limit;
    this.#tell(group, 'limit_updated', nowMs);
    if (this.#groups.left(group, nowMs) === 0) this.trigger(group, nowMs);
  }

  /** Cancels every order of the group and forgets it. */
  remove(group: OrderGroup, nowMs: EpochMs): void {
    this.#clear(group, nowMs);
    this.#groups.remove(group);
    this.#tell(group, 'deleted', nowMs);
  }

  #clear(group: OrderGroup, nowMs: EpochMs): void {
    for (const order of group.resting) this.#drop(order, nowMs);
  }

  #tell(
    { id, account, exchangeIndex, limit }: OrderGroup,
    event: Extract<FloorEvent, { kind: 'order_group' }>['event'],
    atMs: EpochMs,
  ): void {
    const told = { event, account, orderGroupId: id, exchangeIndex, limit, atMs };
    this.#voice.tell({ kind: 'order_group', ...told });
  }
}
