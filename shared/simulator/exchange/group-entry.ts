import {
  decodeOrderGroupBody,
  encodeOrderGroup,
  encodeOrderGroupCreated,
  encodeOrderGroups,
  type ListedOrderGroup,
} from '../../adapters/kalshi/wire/order-groups.ts';
import type { HttpAnswer } from '../../adapters/kalshi/wire/orders.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import { errorAnswer } from './exchange-errors.ts';
import type { OrderGroup } from './order-groups.ts';
import type { AccountName } from './sim-order.ts';
import type { TradingFloor } from './trading-floor.ts';
import { UNCONFIRMED } from './unconfirmed-codes.ts';

/** Which group, and on which shard it is. */
export type GroupAddress = { readonly groupId: string; readonly exchangeIndex: number };

const DONE: HttpAnswer = { status: 200, body: '{}' };

/** Order groups behind their wire (docs.kalshi.com, "Order Groups"). Reads are of now: groups have no read lag. */
export class GroupEntry {
  readonly #floor: TradingFloor;

  constructor(floor: TradingFloor) {
    this.#floor = floor;
  }

  /** `POST /portfolio/order_groups/create`. */
  create(account: AccountName, body: string, nowMs: EpochMs): HttpAnswer {
    this.#floor.advance(nowMs);
    const wanted = decodeOrderGroupBody(body);
    if (wanted.kind === 'refused') return errorAnswer(wanted);
    if (this.#floor.pause === 'exchange') return errorAnswer(UNCONFIRMED.exchangePaused);
    const { limit, exchangeIndex, subaccount } = wanted;
    if (subaccount !== 0) return errorAnswer(UNCONFIRMED.subaccountNotFound);
    if (limit === null) return errorAnswer(UNCONFIRMED.badGroupLimit);
    if (this.#floor.accounts.find(account)?.shards.has(exchangeIndex) !== true)
      return errorAnswer(UNCONFIRMED.userNotFound);
    const group = this.#floor.groups.create(account, { exchangeIndex, limit }, nowMs);
    return group === null
      ? errorAnswer(UNCONFIRMED.tooManyOrderGroups)
      : { status: 201, body: encodeOrderGroupCreated(group) };
  }

  /** `PUT …/{id}/limit`: a limit that the window has reached triggers the group at once. */
  setLimit(account: AccountName, address: GroupAddress, body: string, nowMs: EpochMs): HttpAnswer {
    const wanted = decodeOrderGroupBody(body);
    if (wanted.kind === 'refused') return errorAnswer(wanted);
    const { limit } = wanted;
    if (limit === null) return errorAnswer(UNCONFIRMED.badGroupLimit);
    return this.#act(account, address, nowMs, (group) =>
      this.#floor.groups.setLimit(group, limit, nowMs),
    );
  }

  /** `PUT …/{id}/trigger`. */
  trigger(account: AccountName, address: GroupAddress, nowMs: EpochMs): HttpAnswer {
    return this.#act(account, address, nowMs, (group) => this.#floor.groups.trigger(group, nowMs));
  }

  /** `PUT …/{id}/reset`. */
  reset(account: AccountName, address: GroupAddress, nowMs: EpochMs): HttpAnswer {
    return this.#act(account, address, nowMs, (group) => this.#floor.groups.reset(group, nowMs));
  }

  /** `DELETE …/{id}`. */
  remove(account: AccountName, address: GroupAddress, nowMs: EpochMs): HttpAnswer {
    return this.#act(account, address, nowMs, (group) => this.#floor.groups.remove(group, nowMs));
  }

  /** `GET /portfolio/order_groups`, of one shard or of all. */
  list(account: AccountName, exchangeIndex: number | null, nowMs: EpochMs): HttpAnswer {
    this.#floor.advance(nowMs);
    const groups = [...this.#floor.groups.of(account)].filter(
      (group) => exchangeIndex === null || group.exchangeIndex === exchangeIndex,
    );
    return { status: 200, body: encodeOrderGroups(groups.map(listed)) };
  }

  /** `GET …/{id}`: with the ids of what rests in it. */
  one(account: AccountName, address: GroupAddress, nowMs: EpochMs): HttpAnswer {
    this.#floor.advance(nowMs);
    const group = this.#floor.groups.find(account, address.groupId, address.exchangeIndex);
    if (group === undefined) return errorAnswer(UNCONFIRMED.orderGroupNotFound);
    const orderIds = [...group.resting].map(({ orderId }) => orderId);
    return { status: 200, body: encodeOrderGroup(listed(group), orderIds) };
  }

  #act(
    account: AccountName,
    { groupId, exchangeIndex }: GroupAddress,
    nowMs: EpochMs,
    act: (group: OrderGroup) => void,
  ): HttpAnswer {
    this.#floor.advance(nowMs);
    if (this.#floor.pause === 'exchange') return errorAnswer(UNCONFIRMED.exchangePaused);
    const group = this.#floor.groups.find(account, groupId, exchangeIndex);
    if (group === undefined) return errorAnswer(UNCONFIRMED.orderGroupNotFound);
    act(group);
    return DONE;
  }
}

function listed({ id, limit, isTriggered, exchangeIndex }: OrderGroup): ListedOrderGroup {
  return { id, limit, isTriggered, exchangeIndex };
}
