import { describe, expect, it } from 'vitest';
import { KalshiExchange } from '../../shared/adapters/kalshi/kalshi-exchange.ts';
import type { HttpReply } from '../../shared/adapters/kalshi/http-transport.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { price } from '../../shared/domain/money/price.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { DirectTransport } from '../support/direct-transport.ts';
import { openDesk, TICKER, type Desk } from '../support/exchange-desk.ts';
import { aMarket, NOON } from '../support/trade-builders.ts';
import { exchangeContract } from './exchange-contract.ts';

const DEPTH = 10_000;
const READ_LAG = { minMs: 200, maxMs: 500 };
const SERIES = {
  seriesTicker: 'KXNFLGAME',
  fees: { makerFeeType: 'quadratic', multiplierMillionths: 1_000_000 },
} as const;

/** Kalshi over a wire that loses nothing, at the simulated exchange, with a book of 50 and 52 around it. */
function open(): { desk: Desk; transport: DirectTransport; exchange: KalshiExchange } {
  const desk = openDesk({ options: { rng: seededRng(5), readLag: READ_LAG } });
  desk.accept('them', { side: 'bid', price: '0.5000', count: '100.00' });
  desk.accept('them', { side: 'ask', price: '0.5200', count: '100.00' });
  const transport = new DirectTransport(desk.exchange, 'us', desk.nowMs);
  return { desk, transport, exchange: new KalshiExchange(transport, () => SERIES) };
}

exchangeContract('Kalshi at the simulated exchange', () => {
  const { desk, exchange } = open();
  return {
    exchange,
    market: TICKER,
    depth: DEPTH,
    nowMs: desk.nowMs,
    catchUp: () => desk.wait(1_000),
    settle: (result) => {
      desk.exchange.determine(TICKER, result, desk.nowMs());
      desk.wait(120_000);
    },
  };
});

const REQUEST = {
  clientOrderId: 'order-of-ours',
  market: TICKER,
  exchangeIndex: 0,
  bookSide: 'bid',
  limitPrice: price(5_200),
  count: contracts(1_000),
  reduceOnly: false,
  selfTrade: 'cancel_taker',
  orderGroupId: null,
} as const;

const EVENT = aMarket().eventTicker;

const same = (reply: HttpReply): HttpReply => reply;
const failed = (): HttpReply => ({ kind: 'failed', cause: 'connection_reset' });
const status =
  (code: number, body = '') =>
  (): HttpReply => ({
    kind: 'answered',
    status: code,
    body,
  });

const pageOfNone = (cursor: string) => status(200, JSON.stringify({ orders: [], cursor }));

const OTHER_ORDER = JSON.stringify({
  order_id: 'exchange-1',
  client_order_id: 'order-of-another',
  fill_count: '10.00',
  ts_ms: NOON,
});

describe('Kalshi over a bad wire', () => {
  it.each([
    ['nothing', failed, 'connection_reset'],
    ['408', status(408), 'request_timeout_408'],
    ['503', status(503, '<html>'), 'server_error'],
    ['an empty success', status(201), 'empty_success'],
    ['an unreadable success', status(201, '{"order_id":'), 'unreadable_success'],
    ['a success of another order', status(201, OTHER_ORDER), 'mismatched_success'],
  ])(
    'does not know what became of an order of which %s came back, and sends it once',
    async (_, reply, cause) => {
      const { desk, transport, exchange } = open();
      transport.replaceReplies(reply);
      expect(await exchange.submit(REQUEST)).toEqual({ kind: 'unknown', cause });
      expect(transport.requests).toHaveLength(1);
      desk.wait(1_000);
      expect(await exchange.orders({ sinceMs: 0 })).toMatchObject({
        value: [{ clientOrderId: 'order-of-ours', filled: 1_000 }],
      });
    },
  );

  it('does not know either whether a cancel came through', async () => {
    const { transport, exchange } = open();
    transport.replaceReplies(failed, status(500));
    const order = { exchangeOrderId: 'x', market: TICKER, exchangeIndex: 0 };
    expect(await exchange.cancel(order)).toEqual({ kind: 'unknown' });
    expect(await exchange.cancel(order)).toEqual({ kind: 'unknown' });
    expect(transport.requests).toHaveLength(2);
  });

  it('reads again twice, and then says that the read is unavailable', async () => {
    const { transport, exchange } = open();
    transport.replaceReplies(failed, status(502));
    expect(await exchange.positions()).toEqual({ kind: 'read', value: [] });
    expect(transport.requests).toHaveLength(3);
    transport.replaceReplies(failed, status(502), failed);
    expect(await exchange.balances()).toEqual({
      kind: 'unavailable',
      reason: '/portfolio/balance: connection_reset',
    });
    expect(transport.requests).toHaveLength(6);
  });

  it('does not repeat a read that was refused', async () => {
    const { transport, exchange } = open();
    transport.replaceReplies(status(401, '{"error":{"code":"authentication_error"}}'));
    expect(await exchange.asOfMs()).toMatchObject({ kind: 'unavailable' });
    expect(transport.requests).toHaveLength(1);
  });

  it('takes a page that cannot be read as no answer, never as an empty one', async () => {
    const { transport, exchange } = open();
    const row = [{ order_id: 1 }];
    const lists = { orders: row, fills: row, market_positions: row, settlements: row };
    const broken = status(200, JSON.stringify({ ...lists, cursor: '' }));
    for (const read of [
      () => exchange.orders({ sinceMs: 0 }),
      () => exchange.fills({ sinceMs: 0 }),
      () => exchange.positions(),
      () => exchange.settlements({ sinceMs: 0 }),
      () => exchange.balances(),
      () => exchange.asOfMs(),
      () => exchange.markets({ tickers: [TICKER] }),
    ]) {
      transport.replaceReplies(broken);
      expect((await read()).kind).toBe('unavailable');
    }
  });

  it('prices the markets of a series by the fees of their event where it has its own', async () => {
    const { desk, transport, exchange } = open();
    desk.wait(1_000);
    const override = (fields: object): (() => HttpReply) =>
      status(200, JSON.stringify({ events: [{ event_ticker: EVENT, ...fields }], cursor: '' }));
    transport.replaceReplies(
      same,
      override({ fee_type_override: 'quadratic_with_maker_fees', fee_multiplier_override: 2 }),
    );
    const fees = { makerFeeType: 'quadratic_with_maker_fees', multiplierMillionths: 2_000_000 };
    expect(await exchange.discover('KXNFLGAME')).toMatchObject({ value: [{ fees }] });
    // What cannot be computed is not traded; what an event does not override is the series'.
    transport.replaceReplies(same, override({ fee_type_override: 'by_the_moon' }));
    expect(await exchange.discover('KXNFLGAME')).toEqual({ kind: 'read', value: [] });
    transport.replaceReplies(same, override({}));
    expect(await exchange.discover('KXNFLGAME')).toMatchObject({ value: [{ fees: SERIES.fees }] });
    transport.replaceReplies(status(404));
    expect(await exchange.discover('KX-NONE')).toMatchObject({ kind: 'unavailable' });
  });

  it('knows the series of what it has discovered', async () => {
    const { desk, transport } = open();
    desk.wait(1_000);
    const exchange = new KalshiExchange(transport);
    expect(await exchange.markets({ tickers: [TICKER] })).toEqual({ kind: 'read', value: [] });
    const found = await exchange.discover('KXNFLGAME');
    if (found.kind !== 'read') throw new Error(found.reason);
    expect(found.value).toHaveLength(1);
    expect(await exchange.markets({ tickers: [TICKER] })).toEqual({
      kind: 'read',
      value: [{ market: found.value[0], result: null }],
    });
  });

  it('reads all pages, and refuses a list whose cursor repeats', async () => {
    const { desk, transport, exchange } = open();
    for (let index = 0; index < 5; index += 1)
      await exchange.submit({ ...REQUEST, clientOrderId: `order-${index}`, count: contracts(100) });
    desk.wait(1_000);
    transport.replaceReplies(pageOfNone('a'), pageOfNone('b'));
    expect(await exchange.orders({ sinceMs: 0 })).toMatchObject({
      kind: 'read',
      value: { length: 5 },
    });
    expect(transport.requests.slice(-3).map(({ query }) => query['cursor'])).toEqual([
      undefined,
      'a',
      'b',
    ]);
    transport.replaceReplies(pageOfNone('a'), pageOfNone('b'), pageOfNone('a'));
    expect(await exchange.orders({ sinceMs: 0 })).toEqual({
      kind: 'unavailable',
      reason: '/portfolio/orders: the cursor repeats',
    });
  });
});
