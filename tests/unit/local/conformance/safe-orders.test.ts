import { describe, expect, it } from 'vitest';
import type { Answer, Ask } from '../../../../local/conformance/probed-exchange.ts';
import { MOST_ORDERS, SafeOrders } from '../../../../local/conformance/safe-orders.ts';
import type { ProbedMarket } from '../../../../local/conformance/probed-markets.ts';
import { NotNow } from '../../../../local/conformance/check.ts';
import { NOON } from '../../../support/trade-builders.ts';

const MARKET: ProbedMarket = {
  ticker: 'KXA-1',
  exchangeIndex: 0,
  bid: null,
  ask: null,
  closeTimeMs: NOON,
};
const TIMERS = { nowMs: () => NOON, sleep: () => Promise.resolve() };

type Sent = Parameters<Ask>[0];

/** An exchange that takes every order, loses what it is told to, and remembers what rests. */
function anExchange(lose: (request: Sent) => boolean = () => false) {
  const sent: Sent[] = [];
  const resting = new Map<string, string>();
  const ask: Ask = (request) => {
    sent.push(request);
    const { method, path, body } = request;
    let answer: Answer = { status: 404, text: '', json: {} };
    if (method === 'POST' && path === '/portfolio/events/orders') {
      const orderId = `o-${sent.length}`;
      resting.set(orderId, String(Reflect.get(body ?? {}, 'client_order_id')));
      answer = { status: 201, text: '', json: { order_id: orderId } };
    } else if (method === 'GET')
      answer = {
        status: 200,
        text: '',
        json: {
          orders: [...resting].map(([order_id, client_order_id]) => ({
            order_id,
            client_order_id,
          })),
        },
      };
    else if (method === 'DELETE' && resting.delete(path.split('/').at(-1) ?? ''))
      answer = { status: 200, text: '', json: {} };
    return lose(request) ? Promise.reject(new NotNow('no answer')) : Promise.resolve(answer);
  };
  return { ask, sent, resting };
}

describe('orders of checks', () => {
  it('are one post-only contract at one cent that ends within a minute', async () => {
    const exchange = anExchange();
    await new SafeOrders(exchange.ask, TIMERS, true).rest(MARKET);
    expect(exchange.sent[0]?.body).toMatchObject({
      ticker: 'KXA-1',
      side: 'bid',
      count: '1.00',
      price: '0.0100',
      post_only: true,
      time_in_force: 'good_till_canceled',
      expiration_time: NOON / 1_000 + 60,
    });
  });

  it('are not sent without permission', async () => {
    const exchange = anExchange();
    const orders = new SafeOrders(exchange.ask, TIMERS, false);
    await expect(orders.send(MARKET)).rejects.toThrow(/--yes-place-orders/);
    await expect(orders.sendBatch(MARKET, [{}])).rejects.toThrow(/--yes-place-orders/);
    expect(exchange.sent).toEqual([]);
  });

  it('are bounded in number', async () => {
    const exchange = anExchange();
    const orders = new SafeOrders(exchange.ask, TIMERS, true);
    for (let n = 0; n < MOST_ORDERS; n += 1) {
      await orders.send(MARKET);
      await orders.cancelAll();
    }
    await expect(orders.send(MARKET)).rejects.toThrow(/no more in one run/);
    expect(exchange.resting.size).toBe(0);
  });

  it('are bounded in what they may cost at one time, whichever side they are on', async () => {
    const orders = new SafeOrders(anExchange().ask, TIMERS, true);
    for (let n = 0; n < 3; n += 1) await orders.send(MARKET, { side: 'ask' });
    await expect(orders.send(MARKET, { side: 'ask' })).rejects.toThrow(/at risk/);
    await orders.cancelAll();
    await orders.send(MARKET, { side: 'ask' });
  });

  it('are one contract, or a bug', () => {
    const orders = new SafeOrders(anExchange().ask, TIMERS, true);
    return expect(orders.send(MARKET, { fields: { count: '2.00' } })).rejects.toThrow(
      /one contract/,
    );
  });

  it('are found and cancelled though no answer came', async () => {
    const exchange = anExchange(({ method }) => method === 'POST');
    const orders = new SafeOrders(exchange.ask, TIMERS, true);
    await expect(orders.send(MARKET)).rejects.toThrow(NotNow);
    expect([exchange.resting.size, orders.standing]).toEqual([1, 1]);
    expect(await orders.cancelAll()).toBe(0);
    expect(exchange.resting.size).toBe(0);
  });

  it('are told when they could not be proved gone, and tried again', async () => {
    let isDown = false;
    const exchange = anExchange(() => isDown);
    const orders = new SafeOrders(exchange.ask, TIMERS, true);
    await orders.send(MARKET);
    isDown = true;
    expect(await orders.cancelAll()).toBe(1);
    isDown = false;
    expect(await orders.cancelAll()).toBe(0);
    expect(exchange.resting.size).toBe(0);
  });
});
