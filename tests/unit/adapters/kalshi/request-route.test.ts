import { describe, expect, it } from 'vitest';
import {
  routeOf,
  type RequestRoute,
  type RoutedRequest,
} from '../../../../shared/adapters/kalshi/wire/request-route.ts';

const ORDERS = '/portfolio/events/orders';
const ALL_WRITES = ['write', 'write:1', 'write:2', 'write:3'] as const;

type Parts = Partial<Omit<RoutedRequest, 'body'>> & { readonly body?: unknown };

const request = ({ method = 'POST', path = ORDERS, query = {}, body }: Parts): RoutedRequest => ({
  method,
  path,
  query,
  body: body === undefined ? null : JSON.stringify(body),
});

const cases: readonly (readonly [string, Parts, RequestRoute])[] = [
  [
    'any read',
    { method: 'GET', path: '/portfolio/orders', query: { exchange_index: '3' } },
    { purpose: 'read', buckets: ['read'], items: 1 },
  ],
  [
    'a create on shard 0',
    { body: { ticker: 'T', exchange_index: 0, reduce_only: false } },
    { purpose: 'entry', buckets: ['write'], items: 1 },
  ],
  [
    'a create on shard 3',
    { body: { ticker: 'T', exchange_index: 3 } },
    { purpose: 'entry', buckets: ['write:3'], items: 1 },
  ],
  [
    'a reduce-only create',
    { body: { ticker: 'T', exchange_index: 1, reduce_only: true } },
    { purpose: 'exit', buckets: ['write:1'], items: 1 },
  ],
  [
    'a create that the exchange routes because it is told to',
    { body: { ticker: 'T', exchange_index: -1 } },
    { purpose: 'entry', buckets: ALL_WRITES, items: 1 },
  ],
  [
    'a create that the exchange routes because no shard is named',
    { body: { ticker: 'T' } },
    { purpose: 'entry', buckets: ALL_WRITES, items: 1 },
  ],
  [
    'a cancel with its shard',
    { method: 'DELETE', path: `${ORDERS}/o-1`, query: { exchange_index: '2', market_ticker: 'T' } },
    { purpose: 'cancel', buckets: ['write:2'], items: 1 },
  ],
  [
    'a cancel by its ticker alone',
    { method: 'DELETE', path: `${ORDERS}/o-1`, query: { market_ticker: 'T' } },
    { purpose: 'cancel', buckets: ALL_WRITES, items: 1 },
  ],
  [
    'a cancel with neither: shard 0 is tried',
    { method: 'DELETE', path: `${ORDERS}/o-1` },
    { purpose: 'cancel', buckets: ['write'], items: 1 },
  ],
  [
    'cancel-all',
    { method: 'DELETE', path: ORDERS },
    { purpose: 'cancel', buckets: ['write'], items: 1 },
  ],
  [
    'an amend on shard 1',
    { path: `${ORDERS}/o-1/amend`, body: { ticker: 'T', exchange_index: 1 } },
    { purpose: 'entry', buckets: ['write:1'], items: 1 },
  ],
  [
    'a decrease, which takes risk off',
    { path: `${ORDERS}/o-1/decrease`, body: { reduce_by: '1.00', exchange_index: 1 } },
    { purpose: 'exit', buckets: ['write:1'], items: 1 },
  ],
  [
    'a decrease without a shard by its ticker',
    { path: `${ORDERS}/o-1/decrease`, body: { reduce_by: '1.00', market_ticker: 'T' } },
    { purpose: 'exit', buckets: ALL_WRITES, items: 1 },
  ],
  [
    'a batch of creates, whatever their shards',
    {
      path: `${ORDERS}/batched`,
      body: {
        orders: [
          { ticker: 'A', exchange_index: 3, reduce_only: true },
          { ticker: 'B', exchange_index: 1 },
        ],
      },
    },
    { purpose: 'entry', buckets: ['write'], items: 2 },
  ],
  [
    'a batch of exits',
    { path: `${ORDERS}/batched`, body: { orders: [{ ticker: 'A', reduce_only: true }] } },
    { purpose: 'exit', buckets: ['write'], items: 1 },
  ],
  [
    'a batch of cancels',
    {
      method: 'DELETE',
      path: `${ORDERS}/batched`,
      body: { orders: [{ order_id: 'a' }, { order_id: 'b' }, { order_id: 'c' }] },
    },
    { purpose: 'cancel', buckets: ['write'], items: 3 },
  ],
  [
    'the trigger of an order group',
    { method: 'PUT', path: '/portfolio/order_groups/g-1/trigger' },
    { purpose: 'cancel', buckets: ['write'], items: 1 },
  ],
  [
    'the end of an order group',
    { method: 'DELETE', path: '/portfolio/order_groups/g-1' },
    { purpose: 'cancel', buckets: ['write'], items: 1 },
  ],
  [
    'a new order group',
    { path: '/portfolio/order_groups/create', body: { contracts_limit: 10 } },
    { purpose: 'entry', buckets: ['write'], items: 1 },
  ],
  [
    'a body that is not what it should be',
    { path: `${ORDERS}/batched`, body: 'orders' },
    { purpose: 'entry', buckets: ['write'], items: 1 },
  ],
];

describe('the buckets of a request', () => {
  it.each(cases)('%s', (_, parts, route) => {
    expect(routeOf(request(parts))).toEqual(route);
  });

  it('are those of the shards that there are', () => {
    const auto = request({ body: { ticker: 'T' } });
    expect(routeOf(auto, [1, 2, 3, 4]).buckets).toEqual([...ALL_WRITES, 'write:4']);
  });
});
