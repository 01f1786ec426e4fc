import { readFileSync } from 'node:fs';
import { Configuration, MarketApi, OrdersApi, PortfolioApi } from 'kalshi-typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runExchange, type ExchangeAddress } from '../../../../local/venues/run-exchange.ts';
import { MachineTimers } from '../../../../shared/adapters/machine/machine-timers.ts';

// The exchange's own published client, unchanged: it is told an address and a key, and knows nothing of us.

const stop = new AbortController();
const running: Promise<void>[] = [];
const errors: unknown[] = [];
const timers = new MachineTimers({ onError: (error) => errors.push(error) });
let sdk: { orders: OrdersApi; portfolio: PortfolioApi; market: MarketApi };
const TICKER = 'KXSIM-1-YES';
const GTC = {
  time_in_force: 'good_till_canceled',
  self_trade_prevention_type: 'taker_at_cross',
} as const;

beforeAll(async () => {
  const line = await new Promise<string>((resolve, reject) => {
    const ended = runExchange({
      port: 0,
      seed: 3,
      markets: 3,
      rate: 0,
      shards: 2,
      readLag: { minMs: 0, maxMs: 0 },
      json: true,
      timers,
      write: resolve,
      signal: stop.signal,
    });
    ended.catch(reject);
    running.push(ended);
  });
  const { rest, keyId, privateKeyPath } = JSON.parse(line) as ExchangeAddress;
  const privateKeyPem = readFileSync(privateKeyPath, 'utf8');
  const configuration = new Configuration({ basePath: rest, apiKey: keyId, privateKeyPem });
  sdk = {
    orders: new OrdersApi(configuration),
    portfolio: new PortfolioApi(configuration),
    market: new MarketApi(configuration),
  };
});

afterAll(async () => {
  stop.abort();
  await Promise.all(running);
  expect([timers.waiting, errors]).toEqual([0, []]);
});

/** What a call of the SDK is refused with. */
async function refusalOf(call: Promise<unknown>): Promise<unknown> {
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ isAxiosError: true });
  const { response } = error as { response?: { status: number; data: unknown } };
  return { status: response?.status, data: response?.data };
}

describe('the published SDK', () => {
  it('creates, lists, amends, decreases and cancels an order', async () => {
    const { orders } = sdk;
    const made = await orders.createOrderV2({
      ticker: TICKER,
      client_order_id: 'sdk-1',
      side: 'bid',
      count: '10.00',
      price: '0.0100',
      exchange_index: 0,
      ...GTC,
    });
    expect(made.status).toBe(201);
    expect(made.data).toMatchObject({
      client_order_id: 'sdk-1',
      fill_count: '0.00',
      remaining_count: '10.00',
    });
    const id = made.data.order_id;
    const listed = await orders.getOrders(TICKER, undefined, undefined, undefined, 'resting', 10);
    expect(listed.data.cursor).toBe('');
    expect(listed.data.orders).toMatchObject([
      { order_id: id, status: 'resting', book_side: 'bid', yes_price_dollars: '0.0100' },
    ]);
    const amended = await orders.amendOrderV2(id, {
      ticker: TICKER,
      side: 'bid',
      price: '0.0200',
      count: '8.00',
    });
    expect(amended.data).toMatchObject({ order_id: id, remaining_count: '8.00' });
    const decreased = await orders.decreaseOrderV2(id, { reduce_to: '3.00' });
    expect(decreased.data).toMatchObject({ order_id: id, remaining_count: '3.00' });
    const { data: one } = await orders.getOrder(id);
    expect(one.order).toMatchObject({ yes_price_dollars: '0.0200', remaining_count_fp: '3.00' });
    const cancelled = await orders.cancelOrderV2(id, undefined, 0);
    expect(cancelled.data).toMatchObject({ order_id: id, reduced_by: '3.00' });
    expect(await refusalOf(orders.cancelOrderV2(id, undefined, 0))).toMatchObject({
      status: 404,
      data: { error: { code: 'not_found' } },
    });
  });

  it('reads the book, takes what stands there, and reads fills, position and cash', async () => {
    const { orders, portfolio, market } = sdk;
    const book = (await market.getMarketOrderbook(TICKER)).data.orderbook_fp;
    const bestNo = Number(book.no_dollars.at(-1)?.[0]);
    const before = Number((await portfolio.getBalance()).data.balance_dollars);
    const taken = await orders.createOrderV2({
      ticker: TICKER,
      client_order_id: 'sdk-2',
      side: 'bid',
      count: '1.00',
      price: '0.9900',
      time_in_force: 'immediate_or_cancel',
      self_trade_prevention_type: 'taker_at_cross',
    });
    expect(taken.data.fill_count).toBe('1.00');
    const paid = 1 - bestNo;
    expect(Number(taken.data.average_fill_price)).toBeCloseTo(paid, 4);
    const { fills } = (await portfolio.getFills(TICKER, taken.data.order_id)).data;
    expect(fills).toMatchObject([{ is_taker: true, count_fp: '1.00', book_side: 'bid' }]);
    const { market_positions } = (
      await portfolio.getPositions(undefined, undefined, undefined, TICKER)
    ).data;
    expect(market_positions).toMatchObject([{ ticker: TICKER, position_fp: '1.00' }]);
    const after = Number((await portfolio.getBalance()).data.balance_dollars);
    expect(before - after).toBeCloseTo(paid + Number(fills[0]?.fee_cost), 4);
  });

  it('finds the markets of a series, and each on its shard', async () => {
    const { markets } = (await sdk.market.getMarkets(10, undefined, undefined, 'KXSIM')).data;
    expect(
      markets.map(({ ticker, exchange_index }) => `${ticker} ${exchange_index}`).toSorted(),
    ).toEqual(['KXSIM-1-YES 0', 'KXSIM-2-YES 1', 'KXSIM-3-YES 0']);
  });

  it('is told what is wrong in the words of the exchange', async () => {
    const order = { ticker: TICKER, side: 'bid', count: '1.00', price: '0.0150', ...GTC } as const;
    expect(await refusalOf(sdk.orders.createOrderV2(order))).toMatchObject({
      status: 400,
      data: { error: { code: 'invalid_price' } },
    });
    const again = { ...order, price: '0.0100', client_order_id: 'sdk-1' };
    expect(await refusalOf(sdk.orders.createOrderV2(again))).toMatchObject({
      status: 409,
      data: { error: { code: 'order_already_exists' } },
    });
  });
});
