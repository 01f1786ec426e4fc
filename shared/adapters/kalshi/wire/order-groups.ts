import * as z from 'zod';
import {
  contracts,
  formatContracts,
  ONE_CONTRACT,
  type Contracts,
} from '../../../domain/money/contracts.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import {
  readOrderBody,
  refused,
  shardField,
  subaccountField,
  type RefusedBody,
} from './order-bodies.ts';
import { countField, nameField } from './wire-fields.ts';
import { checkWire, readWire } from './wire-text.ts';

/** Order groups, both sides of the wire (docs.kalshi.com, "Order Groups"). */

/** The largest limit of a group, in contracts. */
const MAX_LIMIT = 1_000_000;

const limitFields = {
  contracts_limit: z.number().int().nullish(),
  contracts_limit_fp: countField.nullish(),
};
const createGroup = z.object({
  ...limitFields,
  subaccount: subaccountField,
  exchange_index: shardField,
});

export function encodeCreateOrderGroup(group: {
  readonly limit: Contracts;
  readonly exchangeIndex: number;
}): string {
  return JSON.stringify({
    contracts_limit_fp: formatContracts(group.limit),
    exchange_index: group.exchangeIndex,
  });
}

export function encodeOrderGroupLimit(limit: Contracts): string {
  return JSON.stringify({ contracts_limit_fp: formatContracts(limit) });
}

/** The exchange's reading of a create or limit body; a limit of null is not one of 1 to 1,000,000 contracts. */
export function decodeOrderGroupBody(text: string):
  | {
      readonly kind: 'order_group';
      readonly limit: Contracts | null;
      readonly exchangeIndex: number;
      readonly subaccount: number;
    }
  | RefusedBody {
  const raw = readOrderBody(text);
  if (raw.kind === 'refused') return raw;
  const checked = checkWire(createGroup, raw.fields, 'order group');
  if (checked.kind === 'refused') return refused('bad_request', checked.detail);
  const { contracts_limit: whole, contracts_limit_fp: fixed, ...where } = checked.value;
  return {
    kind: 'order_group',
    limit: limitFrom(whole ?? null, fixed ?? null),
    exchangeIndex: Math.max(0, where.exchange_index ?? 0),
    subaccount: where.subaccount ?? 0,
  };
}

function limitFrom(whole: number | null, fixed: Contracts | null): Contracts | null {
  const units = fixed ?? (whole === null ? null : whole * ONE_CONTRACT);
  const isTold = units !== null && (whole === null || whole * ONE_CONTRACT === units);
  return isTold && units >= ONE_CONTRACT && units <= MAX_LIMIT * ONE_CONTRACT
    ? contracts(units)
    : null;
}

export function encodeOrderGroupCreated(group: {
  readonly id: string;
  readonly exchangeIndex: number;
}): string {
  return JSON.stringify({
    order_group_id: group.id,
    subaccount: 0,
    exchange_index: group.exchangeIndex,
  });
}

const created = z.object({ order_group_id: nameField });

export function decodeOrderGroupCreated(
  text: string,
): { readonly kind: 'created'; readonly id: string } | FrameRefusal {
  const read = readWire(created, text, 'order group');
  return read.kind === 'refused' ? read : { kind: 'created', id: read.value.order_group_id };
}

/** A group as the exchange lists it. */
export type ListedOrderGroup = {
  readonly id: string;
  readonly limit: Contracts | null;
  /** True once it was triggered, until it is reset: seen on the demo exchange. */
  readonly isTriggered: boolean;
  readonly exchangeIndex: number | null;
};

export function encodeOrderGroups(groups: readonly ListedOrderGroup[]): string {
  return JSON.stringify({
    order_groups: groups.map((group) => ({ id: group.id, ...groupFields(group) })),
  });
}

/** One group: without its id, which the path says, and with the ids of its resting orders. */
export function encodeOrderGroup(group: ListedOrderGroup, orderIds: readonly string[]): string {
  return JSON.stringify({ ...groupFields(group), orders: orderIds });
}

function groupFields({ limit, isTriggered, exchangeIndex }: ListedOrderGroup): object {
  return {
    is_auto_cancel_enabled: isTriggered,
    ...(limit !== null && { contracts_limit_fp: formatContracts(limit) }),
    ...(exchangeIndex !== null && { exchange_index: exchangeIndex }),
  };
}

const groupObject = {
  contracts_limit_fp: countField.nullish(),
  is_auto_cancel_enabled: z.boolean(),
  exchange_index: z.number().int().min(0).nullish(),
};
const groupsList = z.object({
  order_groups: z
    .array(z.object({ id: nameField, ...groupObject }))
    .max(100_000)
    .nullish(),
});
const oneGroup = z.object({
  ...groupObject,
  orders: z.array(nameField).max(200_000).nullish(),
});

export function decodeOrderGroups(
  text: string,
): { readonly kind: 'groups'; readonly groups: readonly ListedOrderGroup[] } | FrameRefusal {
  const read = readWire(groupsList, text, 'order groups');
  if (read.kind === 'refused') return read;
  const groups = (read.value.order_groups ?? []).map((row) => ({ id: row.id, ...listed(row) }));
  return { kind: 'groups', groups };
}

export function decodeOrderGroup(text: string):
  | (Omit<ListedOrderGroup, 'id'> & {
      readonly kind: 'group';
      readonly orderIds: readonly string[];
    })
  | FrameRefusal {
  const read = readWire(oneGroup, text, 'order group');
  if (read.kind === 'refused') return read;
  return { kind: 'group', ...listed(read.value), orderIds: read.value.orders ?? [] };
}

function listed(row: {
  readonly contracts_limit_fp?: Contracts | null | undefined;
  readonly is_auto_cancel_enabled: boolean;
  readonly exchange_index?: number | null | undefined;
}): Omit<ListedOrderGroup, 'id'> {
  return {
    limit: row.contracts_limit_fp ?? null,
    isTriggered: row.is_auto_cancel_enabled,
    exchangeIndex: row.exchange_index ?? null,
  };
}

/** The schemas by the exchange's own names, to be compared with those that it publishes. */
export const ORDER_GROUP_ANSWERS = {
  CreateOrderGroupResponse: created,
  GetOrderGroupsResponse: groupsList,
  GetOrderGroupResponse: oneGroup,
};
