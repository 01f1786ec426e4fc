import { describe, expect, it } from 'vitest';
import type { HttpReply } from '../../../shared/adapters/kalshi/http-transport.ts';
import { KalshiExchange } from '../../../shared/adapters/kalshi/kalshi-exchange.ts';
import { KalshiQuoting } from '../../../shared/adapters/kalshi/kalshi-quoting.ts';
import {
  cancelOrder,
  type CancelOrderDeps,
  type OrderToCancel,
} from '../../../shared/application/cancel-order.ts';
import { seededRng } from '../../../shared/simulator/rng.ts';
import { DirectTransport } from '../../support/direct-transport.ts';
import { IOC, openDesk, TICKER } from '../../support/exchange-desk.ts';

/** An exchange whose reads are behind by up to half a second, ours to ask; sleeping moves its time. */
function world() {
  const venue = openDesk({ options: { rng: seededRng(3), readLag: { minMs: 200, maxMs: 500 } } });
  const transport = new DirectTransport(venue.exchange, 'us', venue.nowMs);
  const deps: CancelOrderDeps = {
    clock: {
      nowMs: venue.nowMs,
      sleep: (ms) => {
        venue.wait(ms);
        return Promise.resolve();
      },
    },
    exchange: new KalshiExchange(transport),
    quoting: new KalshiQuoting({ transport, nowMs: venue.nowMs }),
  };
  const named = (exchangeOrderId: string): OrderToCancel => ({
    exchangeOrderId,
    market: TICKER,
    exchangeIndex: 0,
    placedAtMs: venue.nowMs(),
  });
  /** Ten of ours at 40 cents; `sell` fills of them. */
  const rest = (): OrderToCancel => named(venue.accept('us', { price: '0.4000' }).order_id);
  const sell = (count: string): void =>
    void venue.accept('them', { ...IOC, side: 'ask', price: '0.4000', count });
  const cancels = (): number =>
    transport.requests.filter(({ method }) => method === 'DELETE').length;
  return { venue, transport, deps, named, rest, sell, cancels };
}

const lost = (): HttpReply => ({ kind: 'failed', cause: 'timeout' });
const notFound = (): HttpReply => ({
  kind: 'answered',
  status: 404,
  body: '{"error":{"code":"not_found","message":"not found"}}',
});

/** An exchange one of whose lists is always empty. */
function without(
  exchange: CancelOrderDeps['exchange'],
  list: 'orders' | 'fills',
): CancelOrderDeps['exchange'] {
  return new Proxy(exchange, {
    get: (target, name: keyof CancelOrderDeps['exchange']) =>
      name === list
        ? () => Promise.resolve({ kind: 'read', value: [] })
        : target[name].bind(target),
  });
}

describe('the cancel of one order', () => {
  it('pitfall 1: reads that lag behind it are read again until they show its end', async () => {
    const at = world();
    const order = at.rest();
    at.venue.wait(1_000);
    const startMs = at.venue.nowMs();
    expect(await cancelOrder(at.deps, order)).toEqual({ kind: 'cancelled', filled: 0 });
    expect(at.venue.nowMs()).toBeGreaterThan(startMs);
    expect(at.cancels()).toBe(1);
  });

  it('pitfall 1: an order that no read shows yet is not one that was never there', async () => {
    const at = world();
    const order = at.rest();
    const lag = { minMs: 6_000, maxMs: 6_000 };
    at.venue.exchange.control({ kind: 'read_lag', lag }, at.venue.nowMs());
    at.transport.replaceReplies(lost);
    expect(await cancelOrder(at.deps, order)).toEqual({ kind: 'cancelled', filled: 0 });
  });

  it('pitfall 2: a 404 is an order that filled', async () => {
    const at = world();
    const order = at.rest();
    at.sell('10.00');
    expect(await at.deps.exchange.cancel(order)).toEqual({ kind: 'not_found' });
    expect(await cancelOrder(at.deps, order)).toEqual({ kind: 'executed', filled: 1_000 });
  });

  it('pitfall 2: a 404 is an order that was cancelled before, with what had filled of it', async () => {
    const at = world();
    const order = at.rest();
    at.sell('3.00');
    await at.deps.exchange.cancel(order);
    expect(await cancelOrder(at.deps, order)).toEqual({ kind: 'cancelled', filled: 300 });
  });

  it('pitfall 2: a 404 is an order that never was, after two looks of a time after it', async () => {
    const at = world();
    at.rest();
    const startMs = at.venue.nowMs();
    expect(await cancelOrder(at.deps, at.named('another'))).toEqual({ kind: 'never_there' });
    // The two clocks may differ by five seconds, and reads were behind.
    expect(at.venue.nowMs() - startMs).toBeGreaterThan(5_200);
  });

  it('pitfall 2: one look that does not find it proves nothing, whatever its as-of time', async () => {
    const at = world();
    const order = at.rest();
    at.transport.replaceReplies(lost);
    const exchange = new Proxy(at.deps.exchange, {
      get: (target, name: keyof CancelOrderDeps['exchange']) =>
        name === 'asOfMs'
          ? () => Promise.resolve({ kind: 'read', value: at.venue.nowMs() + 10_000 })
          : target[name].bind(target),
    });
    expect(await cancelOrder({ ...at.deps, exchange }, order)).toEqual({
      kind: 'cancelled',
      filled: 0,
    });
  });

  it('pitfall 2: a 404 for an order that rests all the same is followed by another cancel', async () => {
    const at = world();
    const order = at.rest();
    at.venue.wait(1_000);
    const elsewhere = { ...order, exchangeIndex: 1 };
    let asked = 0;
    const exchange = {
      asOfMs: () => at.deps.exchange.asOfMs(),
      orders: (filter: Parameters<CancelOrderDeps['exchange']['orders']>[0]) =>
        at.deps.exchange.orders(filter),
      fills: (filter: Parameters<CancelOrderDeps['exchange']['fills']>[0]) =>
        at.deps.exchange.fills(filter),
      cancel: (address: Parameters<CancelOrderDeps['exchange']['cancel']>[0]) => {
        asked += 1;
        return asked === 1
          ? Promise.resolve({ kind: 'not_found' } as const)
          : at.deps.exchange.cancel({ ...address, exchangeIndex: 0 });
      },
    };
    expect(await cancelOrder({ ...at.deps, exchange }, elsewhere)).toEqual({
      kind: 'cancelled',
      filled: 0,
    });
    expect(asked).toBe(2);
  });

  it('pitfall 4: what filled is counted from fills, whatever is said to remain', async () => {
    const at = world();
    const order = at.named(
      at.venue.accept('us', { ...IOC, side: 'bid', price: '0.4000' }).order_id,
    );
    expect(await cancelOrder(at.deps, order)).toEqual({ kind: 'cancelled', filled: 0 });
    const partly = world();
    const resting = partly.rest();
    partly.sell('4.00');
    expect(await cancelOrder(partly.deps, resting)).toEqual({ kind: 'cancelled', filled: 400 });
  });

  it('pitfall 4: an order that says more has filled than its fills do has no end yet', async () => {
    const at = world();
    const order = at.rest();
    at.sell('4.00');
    const exchange = without(at.deps.exchange, 'fills');
    const startMs = at.venue.nowMs();
    expect(await cancelOrder({ ...at.deps, exchange }, order)).toEqual({
      kind: 'unresolved',
      filled: 0,
      reason:
        'the cancel was answered by cancelled; then it was cancelled with other fills than it says',
    });
    expect(at.venue.nowMs() - startMs).toBeLessThan(21_000);
  });

  it('pitfall 4: the fills of another order of ours are not counted', async () => {
    const at = world();
    const [first, second] = [at.rest(), at.rest()];
    at.sell('13.00');
    expect(await cancelOrder(at.deps, first)).toEqual({ kind: 'executed', filled: 1_000 });
    expect(await cancelOrder(at.deps, second)).toEqual({ kind: 'cancelled', filled: 300 });
  });

  it.each(['resting', 'not there'] as const)(
    'is proved by the list when the order by its id is %s, and by its id when the list is empty',
    async (state) => {
      const at = world();
      const order = at.rest();
      at.venue.wait(1_000);
      const { exchangeOrderId } = order;
      const behind =
        state === 'resting'
          ? await at.deps.quoting.order(exchangeOrderId)
          : ({ kind: 'read', value: null } as const);
      const quoting = { order: () => Promise.resolve(behind) };
      const end = { kind: 'cancelled', filled: 0 };
      expect(await cancelOrder({ ...at.deps, quoting }, order)).toEqual(end);
      const exchange = without(at.deps.exchange, 'orders');
      expect(await cancelOrder({ ...at.deps, exchange }, order)).toEqual(end);
    },
  );

  it('that was confirmed was of an order that was there, whatever the lists show', async () => {
    const at = world();
    const order = at.rest();
    const exchange = without(at.deps.exchange, 'orders');
    const quoting = { order: () => Promise.resolve({ kind: 'read', value: null } as const) };
    expect(await cancelOrder({ ...at.deps, exchange, quoting }, order)).toMatchObject({
      kind: 'unresolved',
      reason: 'the cancel was answered by cancelled; then the order was not listed',
    });
  });

  it('takes a lost answer for neither a cancel nor none', async () => {
    const at = world();
    const order = at.rest();
    at.sell('4.00');
    at.transport.replaceReplies(lost);
    expect(await cancelOrder(at.deps, order)).toEqual({ kind: 'cancelled', filled: 400 });
    expect(at.cancels()).toBe(1);
  });

  it('says by its deadline what it does not know', async () => {
    const at = world();
    const order = at.rest();
    at.transport.replaceReplies(notFound, ...Array.from({ length: 500 }, () => lost));
    expect(await cancelOrder(at.deps, order)).toMatchObject({
      kind: 'unresolved',
      reason: expect.stringContaining('answered by not_found; then /exchange/user_data_timestamp'),
    });
    const stubborn = world();
    const rests = stubborn.rest();
    const deps = {
      ...stubborn.deps,
      exchange: new Proxy(stubborn.deps.exchange, {
        get: (target, name: keyof CancelOrderDeps['exchange']) =>
          name === 'cancel'
            ? () => Promise.resolve({ kind: 'rejected', code: 'exchange_is_paused', message: '' })
            : target[name].bind(target),
      }),
    };
    expect(await cancelOrder(deps, rests)).toEqual({
      kind: 'unresolved',
      filled: 0,
      reason:
        'the cancel was answered by rejected: exchange_is_paused; then the order was still listed as resting',
    });
  });
});
