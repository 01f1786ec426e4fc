import { describe, expect, it } from 'vitest';
import { money } from '../../../../shared/domain/money/money.ts';
import { FOK, IOC, openDesk, TICKER, type Desk } from '../../../support/exchange-desk.ts';
import { codeOf, restOf } from '../../../support/exchange-rest.ts';
import { aMarket, NOON } from '../../../support/trade-builders.ts';

const ORDERS = '/portfolio/events/orders';
const BID = {
  ticker: TICKER,
  side: 'bid',
  count: '10.00',
  price: '0.5200',
  time_in_force: 'good_till_canceled',
  self_trade_prevention_type: 'taker_at_cross',
};
const statuses = (desk: Desk) => desk.exchange.truth('us').orders.map(({ status }) => status);
const newest = (desk: Desk) => desk.exchange.truth('us').orders.at(-1)!;

describe('the fields of an order', () => {
  it('immediate-or-cancel shows nothing remaining, filled or not, and is cancelled', () => {
    const desk = openDesk();
    expect(desk.accept('us', IOC)).toMatchObject({ fill_count: '0.00', remaining_count: '0.00' });
    desk.accept('them', { side: 'ask', count: '4.00' });
    expect(desk.accept('us', IOC)).toMatchObject({ fill_count: '4.00', remaining_count: '0.00' });
    expect(statuses(desk)).toEqual(['canceled', 'canceled']);
  });

  it('fill-or-kill fills whole or not at all', () => {
    const desk = openDesk();
    desk.accept('them', { side: 'ask' });
    expect(desk.accept('us', { ...FOK, count: '11.00' }).fill_count).toBe('0.00');
    expect(desk.accept('us', FOK).fill_count).toBe('10.00');
  });

  it('expires on the second, and only at rest', () => {
    const desk = openDesk();
    desk.accept('us', { expiration_time: NOON / 1_000 + 1 });
    desk.wait(999);
    expect(newest(desk).status).toBe('resting');
    desk.wait(1);
    expect(newest(desk)).toMatchObject({ status: 'canceled', reason: 'ExpiryCancel' });
    expect(desk.refusal('us', { ...IOC, expiration_time: NOON / 1_000 + 60 })).toMatch(
      /^400 invalid_order/,
    );
    expect(desk.refusal('us', { expiration_time: NOON / 1_000 + 1 })).toMatch(/^400 invalid_order/);
  });

  it('post-only across the spread is refused, or accepted and cancelled where that is the answer', () => {
    const refusing = openDesk();
    refusing.accept('them', { side: 'ask' });
    expect(refusing.refusal('us', { post_only: true })).toBe('400 invalid_order post only cross');
    expect(refusing.accept('us', { post_only: true, price: '0.5100' }).fill_count).toBe('0.00');
    const cancelling = openDesk({ options: { postOnlyCross: 'accepted_cancelled' } });
    cancelling.accept('them', { side: 'ask' });
    expect(cancelling.accept('us', { post_only: true })).toMatchObject({
      fill_count: '0.00',
      remaining_count: '0.00',
    });
    expect(newest(cancelling)).toMatchObject({ reason: 'PostOnlyCrossCancel', filled: 0 });
    cancelling.accept('us', { post_only: true, ...FOK });
    expect(newest(cancelling)).toMatchObject({ reason: 'PostOnlyCrossCancel', filled: 0 });
    expect(cancelling.exchange.truth('them').orders[0]?.status).toBe('resting');
  });

  it('reduce-only closes no more than is held and needs immediate-or-cancel', () => {
    const desk = openDesk();
    desk.accept('them', { side: 'ask', count: '4.00' });
    desk.accept('us', { ...IOC, count: '4.00' });
    desk.accept('them');
    const sale = { side: 'ask', reduce_only: true };
    expect(desk.refusal('us', sale)).toMatch(/^400 invalid_order/);
    expect(desk.refusal('us', { ...sale, ...FOK })).toMatch(/^400 invalid_order/);
    expect(desk.accept('us', { ...sale, ...IOC }).fill_count).toBe('4.00');
    expect(newest(desk)).toMatchObject({ status: 'canceled', reason: 'ReduceOnlyCancel' });
    expect(desk.accept('us', { ...sale, ...IOC }).fill_count).toBe('0.00');
  });

  it('on another subaccount than the first is not placed', () => {
    const desk = openDesk();
    expect(desk.refusal('us', { subaccount: 1 })).toMatch(/^404 subaccount_not_found/);
    expect(desk.refusal('us', { subaccount: 64 })).toMatch(/^400 invalid_order/);
    const { order_id } = desk.accept('us', { subaccount: 0 });
    const query = { subaccount: '1' };
    const rest = restOf(desk);
    expect(rest('us', `DELETE ${ORDERS}/${order_id}`, { query }).status).toBe(404);
    expect(rest('us', `DELETE ${ORDERS}`, { query }).status).toBe(204);
    expect(statuses(desk)).toEqual(['resting']);
  });

  it('without money on the shard of its market is told so', () => {
    const desk = openDesk({ market: { exchangeIndex: 2 } });
    desk.exchange.deposit('poor', 0, money(1_000_000_000));
    desk.exchange.deposit('poor', 2, money(0));
    expect(desk.refusal('poor')).toBe('404 insufficient_shard_balance');
    desk.exchange.deposit('poor', 2, money(1_000_000));
    expect(desk.refusal('poor')).toBe('400 insufficient_balance');
    expect(desk.refusal('us', { exchange_index: 3 })).toBe('404 market_not_found');
  });
});

describe('a batch', () => {
  it('of creates has an outcome for each, in order, and the good ones stand', () => {
    const desk = openDesk();
    desk.accept('them', { side: 'ask', count: '4.00' });
    const { status, json } = restOf(desk)('us', `POST ${ORDERS}/batched`, {
      body: {
        orders: [
          { ...BID, client_order_id: 'a' },
          { ...BID, client_order_id: 'a' },
          { ...BID, client_order_id: 'b', price: '0.5250' },
          { ...BID, client_order_id: 'c', count: 3 },
          'nonsense',
          { ...BID, client_order_id: 'd', price: '0.5000' },
        ],
      },
    });
    expect(status).toBe(201);
    expect(json).toMatchObject({
      orders: [
        { client_order_id: 'a', fill_count: '4.00', remaining_count: '6.00' },
        { client_order_id: 'a', error: { code: 'order_already_exists' } },
        { client_order_id: 'b', error: { code: 'invalid_price', details: 'invalid price' } },
        { client_order_id: 'c', error: { code: 'bad_request' } },
        { error: { code: 'bad_request' } },
        { client_order_id: 'd', fill_count: '0.00', remaining_count: '10.00' },
      ],
    });
    expect(statuses(desk)).toEqual(['resting', 'resting']);
  });

  it('of cancels has an outcome for each', () => {
    const desk = openDesk();
    const [first, second] = [desk.accept('us'), desk.accept('us')];
    const { status, json } = restOf(desk)('us', `DELETE ${ORDERS}/batched`, {
      body: {
        orders: [
          { order_id: first.order_id },
          { order_id: second.order_id, exchange_index: 3 },
          { order_id: 'never' },
          { order_id: first.order_id },
        ],
      },
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      orders: [
        { order_id: first.order_id, reduced_by: '10.00', ts_ms: NOON },
        { order_id: second.order_id, reduced_by: '0.00', error: { code: 'not_found' } },
        { order_id: 'never', error: { code: 'not_found' } },
        { order_id: first.order_id, error: { code: 'not_found' } },
      ],
    });
    expect(statuses(desk)).toEqual(['canceled', 'resting']);
  });

  it('that is not a list of at least one is refused whole', () => {
    const desk = openDesk();
    for (const body of ['{', '[]', '{}', { orders: [] }, { orders: 'x' }])
      for (const method of ['POST', 'DELETE'] as const)
        expect(restOf(desk)('us', `${method} ${ORDERS}/batched`, { body })).toMatchObject({
          status: 400,
          json: { code: 'bad_request' },
        });
  });

  it('during a pause is refused item by item', () => {
    const desk = openDesk();
    desk.exchange.setPause('trading', desk.nowMs());
    const { status, json } = restOf(desk)('us', `POST ${ORDERS}/batched`, {
      body: { orders: [BID] },
    });
    expect(status).toBe(201);
    expect(json).toMatchObject({ orders: [{ error: { code: 'trading_paused' } }] });
  });
});

describe('cancel-all', () => {
  it('cancels everything on all shards, of this account only, and says nothing', () => {
    const desk = openDesk();
    desk.exchange.addMarket(aMarket({ ticker: 'KX-2', exchangeIndex: 2 }), NOON);
    desk.exchange.deposit('us', 2, money(100_000_000));
    desk.accept('us');
    desk.accept('us', { ticker: 'KX-2' });
    desk.accept('them');
    expect(restOf(desk)('us', `DELETE ${ORDERS}`)).toEqual({ status: 204, json: {} });
    expect(statuses(desk)).toEqual(['canceled', 'canceled']);
    expect(desk.exchange.truth('them').orders[0]?.status).toBe('resting');
  });

  it('reaches what is placed in the minute after it, and nothing later', () => {
    const desk = openDesk();
    restOf(desk)('us', `DELETE ${ORDERS}`);
    desk.wait(59_999);
    expect(desk.accept('us').remaining_count).toBe('10.00');
    desk.accept('them');
    desk.wait(1);
    desk.accept('us');
    desk.wait(1_000);
    expect(statuses(desk)).toEqual(['canceled', 'resting']);
    expect(desk.exchange.truth('them').orders[0]?.status).toBe('resting');
  });

  it('works while trading is paused, and not while the exchange stands', () => {
    const desk = openDesk();
    desk.accept('us');
    desk.exchange.setPause('exchange', desk.nowMs());
    expect(codeOf(restOf(desk)('us', `DELETE ${ORDERS}`))).toBe('400 exchange_paused');
    desk.exchange.setPause('trading', desk.nowMs());
    expect(restOf(desk)('us', `DELETE ${ORDERS}`).status).toBe(204);
    expect(statuses(desk)).toEqual(['canceled']);
  });
});

describe('the place in the queue', () => {
  it('is what stands before an order in price, then time, and 0 at the front', () => {
    const desk = openDesk();
    desk.accept('them', { count: '3.00', price: '0.5300' });
    desk.accept('third', { count: '4.00' });
    const mine = desk.accept('us');
    desk.accept('them', { count: '9.00' });
    const rest = restOf(desk);
    const place = () => rest('us', `GET /portfolio/orders/${mine.order_id}/queue_position`);
    expect(place()).toEqual({ status: 200, json: { queue_position_fp: '7.00' } });
    desk.accept('third', { ...IOC, side: 'ask', price: '0.5300', count: '2.00' });
    expect(place().json).toEqual({ queue_position_fp: '5.00' });
    expect(rest('us', 'GET /portfolio/orders/queue_positions').json).toEqual({
      queue_positions: [
        { order_id: mine.order_id, market_ticker: TICKER, queue_position_fp: '5.00' },
      ],
    });
    desk.exchange.cancel('us', { orderId: mine.order_id }, desk.nowMs());
    expect(place().status).toBe(404);
    expect(rest('them', `GET /portfolio/orders/${mine.order_id}/queue_position`).status).toBe(404);
  });

  it('is listed by markets or event', () => {
    const desk = openDesk();
    desk.exchange.addMarket(aMarket({ ticker: 'KX-2', eventTicker: 'KX' }), NOON);
    desk.accept('us');
    desk.accept('us', { ticker: 'KX-2' });
    const tickers = (query: Record<string, string>) =>
      (
        restOf(desk)('us', 'GET /portfolio/orders/queue_positions', { query }).json as {
          readonly queue_positions: readonly { readonly market_ticker: string }[];
        }
      ).queue_positions.map(({ market_ticker }) => market_ticker);
    expect(tickers({})).toEqual([TICKER, 'KX-2']);
    expect(tickers({ market_tickers: 'KX-2,KX-3' })).toEqual(['KX-2']);
    expect(tickers({ event_ticker: 'KX' })).toEqual(['KX-2']);
    expect(tickers({ subaccount: '1' })).toEqual([]);
  });
});

describe('the orders list', () => {
  it('tells all that the exchange knows of an order', () => {
    const desk = openDesk();
    const { json: group } = restOf(desk)('us', 'POST /portfolio/order_groups/create', {
      body: { contracts_limit: 100 },
    });
    const order_group_id = group['order_group_id'];
    const expiration_time = NOON / 1_000 + 60;
    const { order_id } = desk.accept('us', {
      order_group_id,
      expiration_time,
      cancel_order_on_pause: true,
    });
    desk.accept('them', { ...IOC, side: 'ask', count: '4.00' });
    expect(restOf(desk)('us', `GET /portfolio/orders/${order_id}`).json).toEqual({
      order: {
        order_id,
        client_order_id: 'order-1',
        user_id: 'us',
        ticker: TICKER,
        outcome_side: 'yes',
        book_side: 'bid',
        side: 'yes',
        action: 'buy',
        type: 'limit',
        status: 'resting',
        yes_price_dollars: '0.5200',
        no_price_dollars: '0.4800',
        initial_count_fp: '10.00',
        fill_count_fp: '4.00',
        remaining_count_fp: '6.00',
        taker_fill_cost_dollars: '0.000000',
        maker_fill_cost_dollars: '2.080000',
        taker_fees_dollars: '0.000000',
        maker_fees_dollars: '0.000000',
        created_time: new Date(NOON).toISOString().replace('.000', ''),
        last_update_time: new Date(NOON).toISOString().replace('.000', ''),
        expiration_time: new Date(NOON + 60_000).toISOString().replace('.000', ''),
        self_trade_prevention_type: 'taker_at_cross',
        order_group_id,
        cancel_order_on_pause: true,
        subaccount_number: 0,
        exchange_index: 0,
      },
    });
  });

  it('is narrowed by status, events, shard and subaccount, and refuses what is none of these', () => {
    const desk = openDesk();
    desk.accept('us');
    desk.accept('us', IOC);
    const count = (query: Record<string, string>) => {
      const { status, json } = restOf(desk)('us', 'GET /portfolio/orders', { query });
      return status === 200 ? (json['orders'] as readonly unknown[]).length : json['msg'];
    };
    const event = aMarket().eventTicker;
    expect(count({ status: 'canceled' })).toBe(1);
    expect(count({ event_ticker: `KX,${event}` })).toBe(2);
    expect(count({ event_ticker: 'KX' })).toBe(0);
    expect(count({ exchange_index: '0' })).toBe(2);
    expect(count({ exchange_index: '2' })).toBe(0);
    expect(count({ subaccount: '5' })).toBe(0);
    expect(count({ status: 'open' })).toMatch(/^Parameter validation failed/);
    expect(count({ event_ticker: 'A,B,C,D,E,F,G,H,I,J,K' })).toMatch(/^Parameter validation/);
  });

  it('is read where orders of the first version are no longer sent', () => {
    const desk = openDesk();
    expect(restOf(desk)('us', 'GET /portfolio/orders').status).toBe(200);
    expect(codeOf(restOf(desk)('us', 'POST /portfolio/orders', { body: BID }))).toMatch(/^410 /);
  });
});
