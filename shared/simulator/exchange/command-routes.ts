import type { GroupAddress } from './group-entry.ts';
import type { OrderCommand } from './order-command.ts';

type RestRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string | null;
};

const ORDERS = '/portfolio/events/orders';
const CHANGE = /^\/portfolio\/events\/orders\/([^/]+)\/(amend|decrease)$/;
const GROUP = /^\/portfolio\/order_groups\/([^/]+)$/;
const GROUP_ACT = /^\/portfolio\/order_groups\/([^/]+)\/(limit|trigger|reset)$/;

/** The write that a request asks for, beside create and cancel of one order; null when it is none of these. */
export function commandOf(request: RestRequest): OrderCommand | null {
  const { method, path } = request;
  const body = request.body ?? '';
  switch (`${method} ${path}`) {
    case `POST ${ORDERS}/batched`:
      return { kind: 'create_batch', body };
    case `DELETE ${ORDERS}/batched`:
      return { kind: 'cancel_batch', body };
    case `DELETE ${ORDERS}`:
      return { kind: 'cancel_all' };
    case 'POST /portfolio/order_groups/create':
      return { kind: 'create_group', body };
    default:
      return changeOf(request, body) ?? groupChangeOf(request, body);
  }
}

function changeOf({ method, path }: RestRequest, body: string): OrderCommand | null {
  const [, orderId, act] = CHANGE.exec(path) ?? [];
  if (method !== 'POST' || orderId === undefined) return null;
  return {
    kind: act === 'amend' ? 'amend' : 'decrease',
    orderId: decodeURIComponent(orderId),
    body,
  };
}

function groupChangeOf(request: RestRequest, body: string): OrderCommand | null {
  const { method, path } = request;
  const removed = GROUP.exec(path)?.[1];
  if (method === 'DELETE' && removed !== undefined)
    return { kind: 'delete_group', group: addressOf(removed, request) };
  const [, groupId, act] = GROUP_ACT.exec(path) ?? [];
  if (method !== 'PUT' || groupId === undefined) return null;
  const group = addressOf(groupId, request);
  if (act === 'limit') return { kind: 'limit_group', group, body };
  return { kind: act === 'trigger' ? 'trigger_group' : 'reset_group', group };
}

function addressOf(groupId: string, { query }: RestRequest): GroupAddress {
  return {
    groupId: decodeURIComponent(groupId),
    exchangeIndex: Number(query['exchange_index'] ?? 0),
  };
}
