import { describe, expect, it } from 'vitest';
import { batchRoomOf } from '../../shared/adapters/kalshi/batch-room.ts';
import type { HttpReply } from '../../shared/adapters/kalshi/http-transport.ts';
import { KalshiExchange } from '../../shared/adapters/kalshi/kalshi-exchange.ts';
import { KalshiQuoting } from '../../shared/adapters/kalshi/kalshi-quoting.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { price } from '../../shared/domain/money/price.ts';
import type { OrderAddress, QuoteRequest } from '../../shared/ports/quoting.ts';
import { DirectTransport } from '../support/direct-transport.ts';
import { openDesk, TICKER, type Desk } from '../support/exchange-desk.ts';

type World = {
  readonly desk: Desk;
  readonly transport: DirectTransport;
  readonly quoting: KalshiQuoting;
  readonly exchange: KalshiExchange;
};

/** Our quotes at the simulated exchange, with a book of 50 and 52 around them. */
function open(): World {
  const desk = openDesk();
  desk.accept('them', { side: 'bid', price: '0.5000', count: '100.00' });
  desk.accept('them', { side: 'ask', price: '0.5200', count: '100.00' });
  const transport = new DirectTransport(desk.exchange, 'us', desk.nowMs);
  return {
    desk,
    transport,
    quoting: new KalshiQuoting({ transport, nowMs: desk.nowMs }),
    exchange: new KalshiExchange(transport),
  };
}

let quotes = 0;
function aQuote({ desk }: World, change: Partial<QuoteRequest> = {}): QuoteRequest {
  quotes += 1;
  return {
    clientOrderId: `quote-${quotes}`,
    market: TICKER,
    exchangeIndex: 0,
    bookSide: 'bid',
    limitPrice: price(5_100),
    count: contracts(1_000),
    expiresAtMs: desk.nowMs() + 20_999,
    postOnly: true,
    selfTrade: 'cancel_taker',
    orderGroupId: null,
    ...change,
  };
}

async function rest(world: World, change: Partial<QuoteRequest> = {}): Promise<OrderAddress> {
  const outcome = await world.quoting.quote(aQuote(world, change));
  if (outcome.kind !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(outcome)}`);
  return { exchangeOrderId: outcome.exchangeOrderId, market: TICKER, exchangeIndex: 0 };
}

const failed = (): HttpReply => ({ kind: 'failed', cause: 'timeout' });
const status =
  (code: number, body: string | object = '') =>
  (): HttpReply => ({
    kind: 'answered',
    status: code,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const bodyOf = ({ transport }: World, index = -1): Record<string, unknown> =>
  JSON.parse(transport.requests.at(index)?.body ?? '{}') as Record<string, unknown>;
async function listed({ exchange }: World) {
  const read = await exchange.orders({ sinceMs: 0 });
  if (read.kind !== 'read') throw new Error(read.reason);
  return read.value;
}

describe('a quote', () => {
  it('is the documented body: an end in whole seconds rounded down, and nothing left to a default', async () => {
    const world = open();
    const request = aQuote(world, { orderGroupId: null });
    await world.quoting.quote(request);
    expect(world.transport.requests).toHaveLength(1);
    expect(bodyOf(world)).toEqual({
      ticker: TICKER,
      client_order_id: request.clientOrderId,
      side: 'bid',
      count: '10.00',
      price: '0.5100',
      time_in_force: 'good_till_canceled',
      expiration_time: Math.floor(request.expiresAtMs / 1_000),
      post_only: true,
      self_trade_prevention_type: 'taker_at_cross',
      cancel_order_on_pause: true,
      exchange_index: 0,
    });
  });

  it('rests until its end and not longer', async () => {
    const world = open();
    const { exchangeOrderId } = await rest(world);
    world.desk.wait(19_000);
    expect(await world.quoting.order(exchangeOrderId)).toMatchObject({
      kind: 'read',
      value: { status: 'resting', initialCount: 1_000 },
    });
    world.desk.wait(2_000);
    expect(await world.quoting.order(exchangeOrderId)).toMatchObject({
      value: { status: 'cancelled', filled: 0 },
    });
  });

  it.each([
    ['refused as it came', null],
    [
      'taken and dropped at once',
      (request: QuoteRequest) =>
        status(201, {
          order_id: 'e-1',
          client_order_id: request.clientOrderId,
          fill_count: '0.00',
          remaining_count: '0.00',
          ts_ms: 1,
        }),
    ],
    [
      'refused under an upper-case code',
      () => status(400, { error: { code: 'POST_ONLY_CROSS', message: '' } }),
    ],
  ])('that would cross has one code: %s', async (_, reply) => {
    const world = open();
    const request = aQuote(world, { limitPrice: price(5_200) });
    if (reply !== null) world.transport.replaceReplies(reply(request));
    expect(await world.quoting.quote(request)).toMatchObject({
      kind: 'rejected',
      code: 'post_only_cross',
    });
  });

  it.each([
    ['nothing', failed, 'timeout'],
    ['408', status(408), 'request_timeout_408'],
    ['502', status(502, '<html>'), 'server_error'],
    ['an empty success', status(201), 'empty_success'],
    ['a success without an order id', status(201, { fill_count: '0.00' }), 'unreadable_success'],
    [
      'a success of another order',
      status(201, { order_id: 'e', client_order_id: 'other', fill_count: '0.00', ts_ms: 1 }),
      'mismatched_success',
    ],
  ])('of which %s came back is unknown, and sent once', async (_, reply, cause) => {
    const world = open();
    world.transport.replaceReplies(reply);
    expect(await world.quoting.quote(aQuote(world))).toEqual({ kind: 'unknown', cause });
    expect(world.transport.requests).toHaveLength(1);
  });

  it('takes a self-trade rule that lets the resting one go', async () => {
    const world = open();
    await world.quoting.quote(aQuote(world, { selfTrade: 'cancel_resting', postOnly: false }));
    expect(bodyOf(world)).toMatchObject({ self_trade_prevention_type: 'maker' });
  });

  it.each([-1, 0.5])('never leaves its shard to the exchange: %d', async (exchangeIndex) => {
    const world = open();
    await expect(world.quoting.quote(aQuote(world, { exchangeIndex }))).rejects.toThrow(/shard/);
  });
});

const row = (id: string, order: string) => ({
  order_id: order,
  client_order_id: id,
  fill_count: '0.00',
  remaining_count: '10.00',
  ts_ms: 5,
});

describe('many quotes', () => {
  it('are split into batches that fit, each with an outcome of its own in the order asked', async () => {
    const world = open();
    const requests = [5_000, 5_200, 4_900, 5_250, 4_800, 4_700, 4_600].map((at) =>
      aQuote(world, { limitPrice: price(at), count: contracts(100) }),
    );
    const outcomes = await world.quoting.quoteMany(requests);
    expect(outcomes.map((outcome) => ('code' in outcome ? outcome.code : outcome.kind))).toEqual([
      'accepted',
      'post_only_cross',
      'accepted',
      'invalid_price',
      'accepted',
      'accepted',
      'accepted',
    ]);
    const sizes = world.transport.requests.map(
      ({ body }) => (JSON.parse(body ?? '') as { orders: unknown[] }).orders.length,
    );
    expect(sizes).toEqual([5, 2]);
    expect((await listed(world)).map(({ clientOrderId }) => clientOrderId).toSorted()).toEqual(
      requests
        .filter((_, index) => outcomes[index]?.kind === 'accepted')
        .map(({ clientOrderId }) => clientOrderId)
        .toSorted(),
    );
  });

  it('are matched by their ids when the items come back in another order, and unknown when left out', async () => {
    const world = open();
    const [first, second, third, fourth] = [1, 2, 3, 4].map(() => aQuote(world));
    world.transport.replaceReplies(
      status(201, {
        orders: [
          row(third!.clientOrderId, 'e-3'),
          row(first!.clientOrderId, 'e-1'),
          { client_order_id: fourth!.clientOrderId, error: { code: 'EXCHANGE_UNAVAILABLE' } },
          { client_order_id: 7 },
        ],
      }),
    );
    expect(await world.quoting.quoteMany([first!, second!, third!, fourth!])).toEqual([
      { kind: 'accepted', exchangeOrderId: 'e-1', filled: 0, exchangeTimeMs: 5 },
      { kind: 'unknown', cause: 'mismatched_success' },
      { kind: 'accepted', exchangeOrderId: 'e-3', filled: 0, exchangeTimeMs: 5 },
      { kind: 'unknown', cause: 'server_error' },
    ]);
  });

  it('say of an id that was used before the same word however the exchange writes it', async () => {
    const world = open();
    const [first, second] = [aQuote(world), aQuote(world)];
    world.transport.replaceReplies(
      status(201, {
        orders: [
          { client_order_id: first.clientOrderId, error: { code: 'ORDER_ALREADY_EXISTS' } },
          {
            client_order_id: second.clientOrderId,
            error: { code: 'conflict', message: 'order already exists' },
          },
        ],
      }),
    );
    const outcomes = await world.quoting.quoteMany([first, second]);
    expect(outcomes.map((outcome) => 'code' in outcome && outcome.code)).toEqual([
      'order_already_exists',
      'order_already_exists',
    ]);
  });

  it('are unknown when the answer tells of one of them twice', async () => {
    const world = open();
    const [first, second] = [aQuote(world), aQuote(world)];
    const told = {
      order_id: 'e',
      client_order_id: first.clientOrderId,
      fill_count: '0.00',
      ts_ms: 5,
    };
    world.transport.replaceReplies(status(201, { orders: [told, { ...told, order_id: 'f' }] }));
    expect(await world.quoting.quoteMany([first, second])).toEqual([
      { kind: 'unknown', cause: 'mismatched_success' },
      { kind: 'unknown', cause: 'mismatched_success' },
    ]);
  });

  it.each([
    ['nothing', failed, { kind: 'unknown', cause: 'timeout' }],
    ['an empty success', status(200), { kind: 'unknown', cause: 'empty_success' }],
    [
      '429',
      status(429, '{"error":"too many requests"}'),
      { kind: 'rejected', code: 'rate_limited' },
    ],
  ])('share one fate when %s came back of their batch', async (_, reply, outcome) => {
    const world = open();
    world.transport.replaceReplies(reply);
    const outcomes = await world.quoting.quoteMany([aQuote(world), aQuote(world)]);
    expect(outcomes).toMatchObject([outcome, outcome]);
  });

  it('of which there is one go alone, and so from the bucket of their own shard', async () => {
    const world = open();
    await world.quoting.quoteMany([aQuote(world)]);
    expect(world.transport.requests.map(({ path }) => path)).toEqual(['/portfolio/events/orders']);
  });
});

describe('the room of a batch', () => {
  it.each([
    [100, { creates: 5, cancels: 25 }],
    [900, { creates: 45, cancels: 225 }],
    [5, { creates: 1, cancels: 1 }],
    [10_000_000, { creates: 1_000, cancels: 1_000 }],
  ])('is half of a bucket of %d', (capacity, room) => {
    expect(batchRoomOf({ refillPerS: 100, capacity })).toEqual(room);
  });
});

describe('a change of a quote', () => {
  it('to another price says the new total count, and keeps its end when none is given', async () => {
    const world = open();
    const address = await rest(world);
    const changed = await world.quoting.amend({
      ...address,
      bookSide: 'bid',
      limitPrice: price(5_000),
      count: contracts(800),
      expiresAtMs: null,
    });
    expect(changed).toMatchObject({ kind: 'changed', exchangeTimeMs: world.desk.nowMs() });
    expect(bodyOf(world)).toEqual({
      ticker: TICKER,
      side: 'bid',
      price: '0.5000',
      count: '8.00',
      exchange_index: 0,
    });
    expect(await listed(world)).toMatchObject([{ limitPrice: 5_000, status: 'resting' }]);
  });

  it('to a smaller size', async () => {
    const world = open();
    const address = await rest(world);
    const { quoting } = world;
    expect(await quoting.decrease(address, { kind: 'by', count: contracts(400) })).toMatchObject({
      kind: 'changed',
      remaining: 600,
    });
    expect(await quoting.decrease(address, { kind: 'to', count: contracts(100) })).toMatchObject({
      kind: 'changed',
      remaining: 100,
    });
  });

  it.each([
    ['nothing', failed, { kind: 'unknown', cause: 'timeout' }],
    ['500', status(500), { kind: 'unknown', cause: 'server_error' }],
    ['an empty success', status(200), { kind: 'unknown', cause: 'empty_success' }],
    ['an unreadable success', status(200, '{}'), { kind: 'unknown', cause: 'unreadable_success' }],
    [
      'a success of another order',
      status(200, { order_id: 'other', ts_ms: 1 }),
      { kind: 'unknown', cause: 'mismatched_success' },
    ],
    ['404', status(404), { kind: 'not_found' }],
    [
      '400',
      status(400, { error: { code: 'invalid_price', message: 'off grid' } }),
      { kind: 'rejected', code: 'invalid_price', message: 'off grid' },
    ],
  ])('of which %s came back', async (_, reply, outcome) => {
    const world = open();
    const address = await rest(world);
    for (const change of [
      () => world.quoting.decrease(address, { kind: 'by', count: contracts(100) }),
      () =>
        world.quoting.amend({
          ...address,
          bookSide: 'bid' as const,
          limitPrice: price(5_000),
          count: contracts(100),
          expiresAtMs: null,
        }),
    ]) {
      world.transport.replaceReplies(reply);
      expect(await change()).toEqual(outcome);
    }
  });
});

describe('cancels', () => {
  it('of many are told apart by their ids, each on its own shard', async () => {
    const world = open();
    const [first, second] = [await rest(world), await rest(world)];
    const outcomes = await world.quoting.cancelMany([
      first,
      { ...second, exchangeOrderId: 'never-was' },
      second,
    ]);
    expect(outcomes).toEqual([
      { kind: 'cancelled', reducedBy: 1_000 },
      { kind: 'not_found' },
      { kind: 'cancelled', reducedBy: 1_000 },
    ]);
    const request = world.transport.requests.at(-1);
    expect(request).toMatchObject({ method: 'DELETE', path: '/portfolio/events/orders/batched' });
    expect(bodyOf(world)).toMatchObject({
      orders: [
        { order_id: first.exchangeOrderId, exchange_index: 0, market_ticker: TICKER },
        {},
        {},
      ],
    });
  });

  it('of which the answer says nothing, or that the exchange could not do, are unknown', async () => {
    const world = open();
    const [first, second, third] = [await rest(world), await rest(world), await rest(world)];
    world.transport.replaceReplies(
      status(200, {
        orders: [
          {
            order_id: third.exchangeOrderId,
            reduced_by: '0.00',
            error: { code: 'internal_error' },
          },
          { order_id: first.exchangeOrderId, reduced_by: '10.00', ts_ms: 1 },
        ],
      }),
    );
    expect(await world.quoting.cancelMany([first, second, third])).toEqual([
      { kind: 'cancelled', reducedBy: 1_000 },
      { kind: 'unknown' },
      { kind: 'unknown' },
    ]);
  });

  it('of one alone may be answered by a 404, which is no cancel', async () => {
    const world = open();
    const address = await rest(world);
    expect(await world.quoting.cancelMany([address])).toEqual([
      { kind: 'cancelled', reducedBy: 1_000 },
    ]);
    expect(await world.quoting.cancelMany([address])).toEqual([{ kind: 'not_found' }]);
  });

  it('of all say until when orders that arrive may be cancelled too', async () => {
    const world = open();
    await rest(world);
    const until = world.desk.nowMs() + 60_000;
    expect(await world.quoting.cancelAll()).toEqual({ kind: 'done', aftershockUntilMs: until });
    expect(await listed(world)).toMatchObject([{ status: 'cancelled' }]);
    world.transport.replaceReplies(failed, status(403, { error: { code: 'forbidden' } }));
    expect(await world.quoting.cancelAll()).toEqual({
      kind: 'unknown',
      cause: 'timeout',
      aftershockUntilMs: until,
    });
    expect(await world.quoting.cancelAll()).toMatchObject({ kind: 'rejected', code: 'forbidden' });
  });
});

describe('reads of quotes', () => {
  it('know an order that is not there from one that cannot be read', async () => {
    const world = open();
    expect(await world.quoting.order('never-was')).toEqual({ kind: 'read', value: null });
    world.transport.replaceReplies(failed, failed, failed);
    expect(await world.quoting.order('never-was')).toMatchObject({ kind: 'unavailable' });
  });

  it('do not take the answer about another order', async () => {
    const world = open();
    const [ours, other] = [await rest(world), await rest(world)];
    const path = `/portfolio/orders/${other.exchangeOrderId}`;
    const reply = await world.transport.request({ method: 'GET', path, query: {}, body: null });
    world.transport.replaceReplies(() => reply);
    expect(await world.quoting.order(ours.exchangeOrderId)).toMatchObject({
      kind: 'unavailable',
      reason: expect.stringContaining('another order') as string,
    });
  });

  it('list what rests and nothing else', async () => {
    const world = open();
    const [gone, left] = [await rest(world), await rest(world)];
    await world.quoting.cancelMany([gone]);
    const read = await world.quoting.resting();
    expect(read).toMatchObject({ kind: 'read', value: [{ status: 'resting' }] });
    expect(read).toMatchObject({ value: [{ exchangeOrderId: left.exchangeOrderId }] });
    expect(world.transport.requests.at(-1)?.query).toMatchObject({ status: 'resting' });
  });

  it('say what is ahead of each in its queue, and ask for nothing when nothing is asked', async () => {
    const world = open();
    const address = await rest(world, { limitPrice: price(5_000) });
    expect(await world.quoting.queuePositions([TICKER])).toEqual({
      kind: 'read',
      value: [{ exchangeOrderId: address.exchangeOrderId, market: TICKER, ahead: 10_000 }],
    });
    const before = world.transport.requests.length;
    expect(await world.quoting.queuePositions([])).toEqual({ kind: 'read', value: [] });
    expect(world.transport.requests).toHaveLength(before);
  });
});
