import type { HttpAnswer } from '../../adapters/kalshi/wire/orders.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import type { AccountAct, AccountEntry } from './account-entry.ts';
import type { GroupAddress, GroupEntry } from './group-entry.ts';
import type { OrderEntry } from './order-entry.ts';
import type { AccountName } from './sim-order.ts';

/** A write of the order surface beside create and cancel, as it came: plain values, so that it can be written down. */
export type OrderCommand =
  | { readonly kind: 'create_batch' | 'cancel_batch'; readonly body: string }
  /** Without a subaccount: of all of them. */
  | { readonly kind: 'cancel_all'; readonly subaccount?: number }
  | { readonly kind: 'account'; readonly act: AccountAct }
  | { readonly kind: 'amend' | 'decrease'; readonly orderId: string; readonly body: string }
  | { readonly kind: 'create_group'; readonly body: string }
  | { readonly kind: 'limit_group'; readonly group: GroupAddress; readonly body: string }
  | {
      readonly kind: 'trigger_group' | 'reset_group' | 'delete_group';
      readonly group: GroupAddress;
    };

/** Carries out one command of an account. */
export function carryOut(
  {
    orders,
    groups,
    accounts,
  }: {
    readonly orders: OrderEntry;
    readonly groups: GroupEntry;
    readonly accounts: AccountEntry;
  },
  account: AccountName,
  command: OrderCommand,
  nowMs: EpochMs,
): HttpAnswer {
  switch (command.kind) {
    case 'create_batch':
      return orders.createBatch(account, command.body, nowMs);
    case 'cancel_batch':
      return orders.cancelBatch(account, command.body, nowMs);
    case 'cancel_all':
      return orders.cancelAll(account, command.subaccount ?? null, nowMs);
    case 'account':
      return accounts.act(account, command.act, nowMs);
    case 'amend':
      return orders.amend(account, command.orderId, command.body, nowMs);
    case 'decrease':
      return orders.decrease(account, command.orderId, command.body, nowMs);
    case 'create_group':
      return groups.create(account, command.body, nowMs);
    case 'limit_group':
      return groups.setLimit(account, command.group, command.body, nowMs);
    case 'trigger_group':
      return groups.trigger(account, command.group, nowMs);
    case 'reset_group':
      return groups.reset(account, command.group, nowMs);
    case 'delete_group':
      return groups.remove(account, command.group, nowMs);
  }
}
