import { describe, expect, it } from 'vitest';
import {
  decodeBalance,
  decodeFillsPage,
  decodeOrdersPage,
  decodePositionsPage,
  decodeSettlementsPage,
  decodeUserDataTimestamp,
} from '../../../../shared/adapters/kalshi/wire/portfolio.ts';
import {
  decodeCancelResponse,
  decodeSubmitResponse,
  encodeCreateOrder,
} from '../../../../shared/adapters/kalshi/wire/orders.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { money } from '../../../../shared/domain/money/money.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import { pageOf } from '../../../../shared/simulator/exchange/paging.ts';
import { IOC, openDesk, TICKER, type Desk } from '../../../support/exchange-desk.ts';
import { NOON } from '../../../support/trade-builders.ts';

const REQUEST = {
  clientOrderId: 'entry-1',
  market: TICKER,
  exchangeIndex: 0,
  bookSide: 'bid',
  limitPrice: price(5_200),
  count: contracts(1_000),
  reduceOnly: false,
  selfTrade: 'cancel_taker',
  orderGroupId: null,
} as const;

describe('submit', () => {
  it('reads the body of our own encoder and answers what our own decoder reads', () => {
    const desk = openDesk();
    desk.accept('them', { side: 'ask', count: '4.00' });
    const answer = desk.exchange.submit('us', encodeCreateOrder(REQUEST), desk.nowMs());
    expect(decodeSubmitResponse({ ...answer, request: REQUEST })).toMatchObject({
      kind: 'accepted',
      filled: 400,
      exchangeTimeMs: NOON,
    });
  });

  it('takes a client order id once, for ever, whatever became of its order', () => {
    const desk = openDesk();
    const named = { ...IOC, client_order_id: 'mine' };
    desk.accept('us', named);
    desk.wait(86_400_000 / 10);
    expect(desk.refusal('us', named)).toBe('409 order_already_exists');
    expect(desk.accept('them', named).fill_count).toBe('0.00');
    const answer = desk.exchange.submit(
      'us',
      encodeCreateOrder({ ...REQUEST, clientOrderId: 'mine' }),
      desk.nowMs(),
    );
    expect(decodeSubmitResponse({ ...answer, request: REQUEST })).toMatchObject({
      kind: 'rejected',
      code: 'order_already_exists',
    });
  });

  it('does not use an id up by refusing its order', () => {
    const desk = openDesk();
    expect(desk.refusal('us', { client_order_id: 'mine', price: '0.5250' })).toMatch(
      /invalid_price/,
    );
    expect(desk.accept('us', { client_order_id: 'mine' }).remaining_count).toBe('10.00');
  });

  it.each([
    { why: 'off the grid', fields: { price: '0.5250' }, expected: /^400 invalid_price/ },
    { why: 'a price of nothing', fields: { price: '0.0000' }, expected: /^400 invalid_price/ },
    { why: 'an unknown market', fields: { ticker: 'KXNONE' }, expected: /^404 market_not_found/ },
    { why: 'the wrong shard', fields: { exchange_index: 3 }, expected: /^404 market_not_found/ },
    { why: 'no money', fields: { count: '2000.00' }, expected: /^400 insufficient_balance/ },
    { why: 'no contracts', fields: { count: '0.00' }, expected: /^400 invalid_order/ },
    { why: 'a group', fields: { order_group_id: 'g' }, expected: /^404 order_group_not_found/ },
  ])('refuses $why', ({ fields, expected }) => {
    expect(openDesk().refusal('us', fields)).toMatch(expected);
  });

  it('answers a number in place of a text with the flat shape', () => {
    const { status, body } = openDesk().send('us', { count: 10 });
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ code: 'bad_request' });
  });

  it('tells an account that never was on the shard from one without money on it', () => {
    const desk = openDesk({ market: { exchangeIndex: 3 } });
    expect(desk.refusal('nobody')).toBe('404 user_not_found');
    desk.exchange.deposit('elsewhere', 0, money(1_000_000_000));
    expect(desk.refusal('elsewhere')).toBe('404 user_not_found');
    desk.exchange.deposit('elsewhere', 3, money(0));
    expect(desk.refusal('elsewhere')).toBe('404 insufficient_shard_balance');
    expect(desk.accept('us', { exchange_index: 3 }).remaining_count).toBe('10.00');
    expect(desk.accept('us', { exchange_index: -1 }).remaining_count).toBe('10.00');
  });
});

describe('cancel', () => {
  it('says what it took off, and answers four kinds of absence alike', () => {
    const desk = openDesk({ market: { exchangeIndex: 2 } });
    desk.accept('them', { side: 'ask', count: '4.00' });
    const { order_id: orderId } = desk.accept('us');
    const cancel = (account: string, query: object) =>
      desk.exchange.cancel(account, { orderId, ...query }, desk.nowMs());
    const absent = [
      cancel('us', {}),
      cancel('us', { exchangeIndex: 1 }),
      cancel('them', { exchangeIndex: 2 }),
      desk.exchange.cancel('us', { orderId: 'none', exchangeIndex: 2 }, desk.nowMs()),
    ];
    const done = cancel('us', { market: TICKER });
    expect(decodeCancelResponse({ ...done, exchangeOrderId: orderId })).toEqual({
      kind: 'cancelled',
      reducedBy: 600,
    });
    absent.push(cancel('us', { exchangeIndex: 2 }));
    expect(new Set(absent.map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
    expect(absent[0]?.status).toBe(404);
  });
});

/** A desk whose reads are 200 to 500 ms behind. */
function lagging(): Desk {
  return openDesk({ options: { readLag: { minMs: 200, maxMs: 500 } } });
}

function ordersAt(desk: Desk): readonly unknown[] {
  const page = decodeOrdersPage(desk.exchange.reads.orders('us', {}, desk.nowMs()).body);
  if (page.kind === 'refused') throw new Error(page.detail);
  return page.rows;
}

describe('reads behind writes', () => {
  it('do not show an order before the lag is over, and always do after it', () => {
    const desk = lagging();
    desk.wait(10_000);
    desk.accept('us');
    desk.wait(199);
    expect(ordersAt(desk)).toEqual([]);
    desk.wait(301);
    expect(ordersAt(desk)).toMatchObject([{ status: 'resting', filled: 0 }]);
  });

  it('show an order as it was, not as it is', () => {
    const desk = lagging();
    desk.accept('us');
    desk.wait(10_000);
    desk.accept('them', { side: 'ask', count: '4.00' });
    desk.wait(100);
    expect(ordersAt(desk)).toMatchObject([{ filled: 0 }]);
    desk.wait(400);
    expect(ordersAt(desk)).toMatchObject([{ filled: 400 }]);
  });

  it('say up to when they are complete, and never take that back', () => {
    const desk = lagging();
    const seen: number[] = [];
    for (let look = 0; look < 50; look += 1) {
      const nowMs = desk.wait(20);
      const read = decodeUserDataTimestamp(desk.exchange.reads.userDataTimestamp(nowMs).body);
      if (read.kind === 'refused') throw new Error(read.detail);
      expect(nowMs - read.asOfMs).toBeLessThanOrEqual(500);
      expect(nowMs - read.asOfMs).toBeGreaterThanOrEqual(200);
      seen.push(read.asOfMs);
    }
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(new Set(seen).size).toBeGreaterThan(5);
  });

  it('lag alike for cash, positions, fills and settlements', () => {
    const desk = lagging();
    desk.wait(10_000);
    desk.accept('them', { side: 'ask' });
    desk.accept('us', IOC);
    const all = () => {
      const { reads } = desk.exchange;
      return {
        balance: decodeBalance(reads.balance('us', {}, desk.nowMs()).body, 0),
        positions: decodePositionsPage(reads.positions('us', {}, desk.nowMs()).body),
        fills: decodeFillsPage(reads.fills('us', {}, desk.nowMs()).body),
        settlements: decodeSettlementsPage(reads.settlements('us', {}, desk.nowMs()).body),
      };
    };
    desk.wait(100);
    expect(all()).toMatchObject({
      balance: { balances: [{ exchangeIndex: 0, available: 1_000_000_000 }] },
      positions: { rows: [] },
      fills: { rows: [] },
    });
    desk.wait(400);
    expect(all()).toMatchObject({
      balance: { balances: [{ available: 1_000_000_000 - 5_200_000 - 174_800 }] },
      positions: { rows: [{ market: TICKER, leg: 'yes', quantity: 1_000 }] },
      fills: { rows: [{ price: 5_200, count: 1_000, fee: 174_800, role: 'taker' }] },
      settlements: { rows: [] },
    });
    desk.exchange.determine(TICKER, { kind: 'yes' }, desk.nowMs());
    desk.wait(60_100);
    expect(all()).toMatchObject({ settlements: { rows: [] } });
    desk.wait(400);
    expect(all()).toMatchObject({
      balance: { balances: [{ available: 1_000_000_000 + 4_800_000 - 174_800 }] },
      positions: { rows: [] },
      settlements: { rows: [{ market: TICKER, result: { kind: 'yes' }, revenue: 10_000_000 }] },
    });
  });
});

describe('lists', () => {
  it('are newest first, in pages, with an empty cursor at the end', () => {
    const desk = openDesk();
    for (let n = 0; n < 5; n += 1) desk.accept('us', { count: `${n + 1}.00`, price: '0.0100' });
    const counts: number[] = [];
    const sizes: number[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: 2, ...(cursor === undefined ? {} : { cursor }) };
      const { body } = desk.exchange.reads.orders('us', query, desk.nowMs());
      const page = decodeOrdersPage(body);
      if (page.kind === 'refused') throw new Error(page.detail);
      counts.push(...page.rows.map(({ initialCount }) => initialCount));
      sizes.push(page.rows.length);
      cursor = (JSON.parse(body) as { cursor: string }).cursor;
      // What comes in between two pages shifts none of those behind.
      desk.accept('us', { price: '0.0100' });
    } while (cursor !== '');
    expect(counts).toEqual([500, 400, 300, 200, 100]);
    expect(sizes).toEqual([2, 2, 1]);
  });

  it('give the first page for a cursor that cannot be read, and refuse a limit above 1000', () => {
    const desk = openDesk();
    desk.accept('us');
    const { body } = desk.exchange.reads.orders('us', { cursor: '###' }, desk.nowMs());
    expect(JSON.parse(body)).toMatchObject({ orders: [{ status: 'resting' }], cursor: '' });
    const refused = desk.exchange.reads.orders('us', { limit: 1_001 }, desk.nowMs());
    expect(refused.status).toBe(400);
    expect(JSON.parse(refused.body)).toEqual({
      msg: expect.stringMatching(/^Parameter validation/),
    });
  });

  it('are narrowed by market, status, order and time of creation', () => {
    const desk = openDesk();
    const first = desk.accept('us');
    desk.wait(5_000);
    desk.accept('us', IOC);
    const count = (query: object): number =>
      (
        JSON.parse(desk.exchange.reads.orders('us', query, desk.nowMs()).body) as {
          orders: readonly unknown[];
        }
      ).orders.length;
    expect(count({})).toBe(2);
    expect(count({ status: 'resting' })).toBe(1);
    expect(count({ minTs: NOON / 1_000 + 1 })).toBe(1);
    expect(count({ maxTs: NOON / 1_000 })).toBe(1);
    expect(count({ ticker: 'KXNONE' })).toBe(0);
    const single = desk.exchange.reads.order('us', { orderId: first.order_id }, desk.nowMs());
    expect(JSON.parse(single.body)).toMatchObject({ order: { order_id: first.order_id } });
    expect(
      desk.exchange.reads.order('them', { orderId: first.order_id }, desk.nowMs()).status,
    ).toBe(404);
  });

  it('pages whole lists without loss or repetition for any page size', () => {
    const items = Array.from({ length: 23 }, (_, n) => ({ sequence: 23 - n }));
    for (let limit = 1; limit <= 24; limit += 1) {
      const seen: number[] = [];
      let cursor = '';
      do {
        const page = pageOf(items, ({ sequence }) => sequence, { limit, cursor })!;
        seen.push(...page.items.map(({ sequence }) => sequence));
        cursor = page.cursor;
      } while (cursor !== '');
      expect(seen).toEqual(items.map(({ sequence }) => sequence));
    }
  });
});
