import { expect, it } from 'vitest';
import type { HttpReply } from '../../../../shared/adapters/kalshi/http-transport.ts';
import {
  isCallError,
  ObservedTransport,
  routeTemplate,
  type ExchangeCall,
} from '../../../../shared/adapters/kalshi/observed-transport.ts';
import { NOON } from '../../../support/trade-builders.ts';

it('every call is told with its route, its class and how long it took, and nothing that it was about', async () => {
  const calls: ExchangeCall[] = [];
  const replies: HttpReply[] = [
    { kind: 'answered', status: 201, body: '{"secret":"body"}' },
    { kind: 'failed', cause: 'timeout' },
  ];
  let atMs = 100;
  const transport = new ObservedTransport({
    inner: {
      request: () => {
        atMs += 7;
        return Promise.resolve(replies.shift()!);
      },
    },
    onCall: (call) => calls.push(call),
    nowMs: () => NOON,
    monotonicMs: () => atMs,
  });
  const request = {
    method: 'POST',
    path: '/portfolio/events/orders/5e0d3c1a-0a5d/amend',
    query: { secret: 'query' },
    body: '{"secret":"sent"}',
  } as const;
  await transport.request(request);
  await transport.request(request);
  const told = {
    method: 'POST',
    route: '/portfolio/events/orders/:id/amend',
    atMs: NOON,
    durationMs: 7,
  };
  expect(calls).toEqual([
    { ...told, class: '2xx', status: 201 },
    { ...told, class: 'timeout', status: null },
  ]);
});

it.each([
  ['/markets/KXRAINNYC-26NOV22-T0/orderbook', '/markets/:id/orderbook'],
  ['/portfolio/order_groups/0d6e2f9c/reset', '/portfolio/order_groups/:id/reset'],
  ['/series/KXHIGHNY/markets/KXHIGHNY-26/candlesticks', '/series/:id/markets/:id/candlesticks'],
  ['/account/limits', '/account/limits'],
])('the route of %s is %s', (path, route) => {
  expect(routeTemplate(path)).toBe(route);
});

it.each([
  ['2xx', 200, false],
  ['4xx', 400, false],
  ['4xx', 404, false],
  ['4xx', 401, true],
  ['4xx', 403, true],
  ['4xx', 408, true],
  ['4xx', 429, true],
  ['5xx', 503, true],
  ['3xx', 302, true],
  ['timeout', null, true],
  ['connection_reset', null, true],
] as const)('%s %s counts as a failed call: %s', (ended, status, expected) => {
  expect(isCallError({ class: ended, status })).toBe(expected);
});
