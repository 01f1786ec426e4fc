import { describe, expect, it } from 'vitest';
import { IOC, openDesk, TICKER, type Desk } from '../../../support/exchange-desk.ts';
import { codeOf, restOf, type RestAnswer } from '../../../support/exchange-rest.ts';
import { NOON } from '../../../support/trade-builders.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Amends a bid of ten at 52 cents, unless told otherwise. */
function amend(desk: Desk, orderId: string, fields: Fields = {}, account = 'us'): RestAnswer {
  return restOf(desk)(account, `POST /portfolio/events/orders/${orderId}/amend`, {
    body: { ticker: TICKER, side: 'bid', price: '0.5200', count: '10.00', ...fields },
  });
}

function decrease(desk: Desk, orderId: string, body: Fields): RestAnswer {
  return restOf(desk)('us', `POST /portfolio/events/orders/${orderId}/decrease`, { body });
}

/** What each account gets of a sale of `count` at 50 cents or better. */
function soldTo(desk: Desk, count: string): readonly number[] {
  const before = ['us', 'them'].map((name) => desk.exchange.truth(name).fills.length);
  desk.accept('third', { ...IOC, side: 'ask', price: '0.0100', count });
  return ['us', 'them'].map((name, index) =>
    desk.exchange
      .truth(name)
      .fills.slice(before[index])
      .reduce((sum, fill) => sum + fill.count, 0),
  );
}

const newestOrder = (desk: Desk) => desk.exchange.truth('us').orders.at(-1)!;

describe('amend', () => {
  it('counts what filled already: a fill on the way is not placed again', () => {
    const desk = openDesk();
    const { order_id } = desk.accept('us');
    desk.accept('them', { ...IOC, side: 'ask', count: '4.00' });
    const { json } = amend(desk, order_id, { count: '12.00' });
    expect(json).toEqual({
      order_id,
      client_order_id: 'order-1',
      remaining_count: '8.00',
      fill_count: '0.00',
      ts_ms: NOON,
    });
    expect(newestOrder(desk)).toMatchObject({ count: 1_200, filled: 400, remaining: 800 });
  });

  it.each([
    ['less size', { count: '6.00' }, [300, 0]],
    ['another expiry', { expiration_time: NOON / 1_000 + 60 }, [300, 0]],
    ['nothing', {}, [300, 0]],
    ['more size', { count: '11.00' }, [0, 300]],
  ])('with %s keeps or loses its place as the rule says', (_name, fields, expected) => {
    const desk = openDesk();
    const { order_id } = desk.accept('us');
    desk.accept('them');
    expect(amend(desk, order_id, fields).status).toBe(200);
    expect(soldTo(desk, '3.00')).toEqual(expected);
  });

  it('to another price and back stands behind who came in between', () => {
    const desk = openDesk();
    const { order_id } = desk.accept('us');
    desk.accept('them');
    amend(desk, order_id, { price: '0.5100' });
    amend(desk, order_id, { price: '0.5200' });
    expect(soldTo(desk, '3.00')).toEqual([0, 300]);
  });

  it('trades at once where it crosses, at the resting price, and says what that gave', () => {
    const desk = openDesk();
    desk.accept('them', { side: 'ask', price: '0.5500', count: '4.00' });
    const { order_id } = desk.accept('us');
    const { json } = amend(desk, order_id, { price: '0.6000' });
    expect(json).toMatchObject({
      fill_count: '4.00',
      remaining_count: '6.00',
      average_fill_price: '0.5500',
    });
    expect(newestOrder(desk)).toMatchObject({ price: 6_000, remaining: 600, reason: 'Trade' });
    expect(desk.exchange.book(TICKER)).toEqual({ bids: [{ price: 6_000, count: 600 }], asks: [] });
  });

  it('leaves the counts out when nothing but the expiry changed', () => {
    const desk = openDesk();
    const { order_id } = desk.accept('us');
    const { json } = amend(desk, order_id, { expiration_time: NOON / 1_000 + 5 });
    expect(Object.keys(json)).toEqual(['order_id', 'client_order_id', 'ts_ms']);
  });

  it('moves the expiry, keeps it when not told, and takes it away by zero', () => {
    const desk = openDesk();
    const soon = NOON / 1_000 + 10;
    const moved = desk.accept('us', { expiration_time: soon });
    const kept = desk.accept('us', { expiration_time: soon });
    const removed = desk.accept('us', { expiration_time: soon });
    amend(desk, moved.order_id, { expiration_time: soon + 10 });
    amend(desk, kept.order_id, { count: '5.00' });
    amend(desk, removed.order_id, { expiration_time: 0 });
    desk.wait(10_000);
    const states = () => desk.exchange.truth('us').orders.map(({ status }) => status);
    expect(states()).toEqual(['resting', 'canceled', 'resting']);
    desk.wait(10_000);
    expect(states()).toEqual(['canceled', 'canceled', 'resting']);
    expect(codeOf(amend(desk, removed.order_id, { expiration_time: NOON / 1_000 }))).toMatch(
      /^400 invalid_order/,
    );
  });

  it('to no more than what filled completes the order and frees its cash', () => {
    const desk = openDesk();
    const { order_id } = desk.accept('us');
    desk.accept('them', { ...IOC, side: 'ask', count: '4.00' });
    expect(amend(desk, order_id, { count: '3.00' }).json).toMatchObject({
      remaining_count: '0.00',
    });
    expect(newestOrder(desk)).toMatchObject({ status: 'executed', count: 400, filled: 400 });
    expect(desk.exchange.truth('us').reservedByShard.get(0)).toBe(0);
  });

  it('gives a new client order id, which is used up like any other', () => {
    const desk = openDesk();
    const { order_id } = desk.accept('us');
    expect(amend(desk, order_id, { updated_client_order_id: 'new' }).json).toMatchObject({
      client_order_id: 'new',
    });
    expect(desk.refusal('us', { client_order_id: 'new' })).toBe('409 order_already_exists');
    expect(desk.refusal('us', { client_order_id: 'order-1' })).toBe('409 order_already_exists');
    const other = desk.accept('us');
    expect(codeOf(amend(desk, other.order_id, { updated_client_order_id: 'new' }))).toBe(
      '409 order_already_exists',
    );
  });

  it('is refused for another market, side or id, off the grid, and for what there is no cash for', () => {
    const desk = openDesk();
    const { order_id } = desk.accept('us');
    expect(codeOf(amend(desk, order_id, { side: 'ask' }))).toMatch(/^400 invalid_order/);
    expect(codeOf(amend(desk, order_id, { client_order_id: 'x' }))).toMatch(/^400 invalid_order/);
    expect(codeOf(amend(desk, order_id, { ticker: 'KX-NONE' }))).toBe('404 not_found');
    expect(codeOf(amend(desk, order_id, { price: '0.5250' }))).toBe('400 invalid_price');
    expect(codeOf(amend(desk, order_id, { count: '5000.00' }))).toBe('400 insufficient_balance');
    expect(codeOf(amend(desk, order_id, { exchange_index: 2 }))).toBe('404 not_found');
    expect(codeOf(amend(desk, order_id, {}, 'them'))).toBe('404 not_found');
    expect(newestOrder(desk)).toMatchObject({ price: 5_200, remaining: 1_000, status: 'resting' });
  });

  it('may use the cash that the order itself holds', () => {
    const desk = openDesk({ dollars: 6 });
    const { order_id } = desk.accept('us');
    expect(amend(desk, order_id, { price: '0.5900' }).status).toBe(200);
    expect(codeOf(amend(desk, order_id, { price: '0.6100' }))).toBe('400 insufficient_balance');
  });

  it('of a post-only order across the spread is refused, or cancels it where that is the answer', () => {
    const refusing = openDesk();
    refusing.accept('them', { side: 'ask', price: '0.5500' });
    const kept = refusing.accept('us', { post_only: true });
    expect(codeOf(amend(refusing, kept.order_id, { price: '0.5500' }))).toBe(
      '400 invalid_order post only cross',
    );
    const cancelling = openDesk({ options: { postOnlyCross: 'accepted_cancelled' } });
    cancelling.accept('them', { side: 'ask', price: '0.5500' });
    const gone = cancelling.accept('us', { post_only: true });
    expect(amend(cancelling, gone.order_id, { price: '0.5500' }).status).toBe(200);
    expect(newestOrder(cancelling)).toMatchObject({ reason: 'PostOnlyCrossCancel', filled: 0 });
  });

  it('across an own order cancels the arriving one, or the resting one, as it was placed', () => {
    for (const [mode, statuses] of [
      ['taker_at_cross', ['resting', 'canceled']],
      ['maker', ['canceled', 'resting']],
    ] as const) {
      const desk = openDesk();
      desk.accept('us', { side: 'ask', price: '0.5500' });
      const { order_id } = desk.accept('us', { self_trade_prevention_type: mode });
      expect(amend(desk, order_id, { price: '0.5500' }).status).toBe(200);
      const { orders, fills } = desk.exchange.truth('us');
      expect(orders.map(({ status }) => status)).toEqual(statuses);
      expect(fills).toEqual([]);
    }
  });

  it('of an order that rests no more is not found, whatever became of it', () => {
    const desk = openDesk();
    const cancelled = desk.accept('us');
    desk.exchange.cancel('us', { orderId: cancelled.order_id }, desk.nowMs());
    const filled = desk.accept('us');
    desk.accept('them', { ...IOC, side: 'ask' });
    const answers = [cancelled.order_id, filled.order_id, 'never'].map((id) => amend(desk, id));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.status).toBe(404);
  });
});

describe('decrease', () => {
  it('takes away or leaves as told, and keeps the place', () => {
    const desk = openDesk();
    const { order_id } = desk.accept('us');
    desk.accept('them');
    expect(decrease(desk, order_id, { reduce_by: '3.00' }).json).toMatchObject({
      remaining_count: '7.00',
    });
    expect(decrease(desk, order_id, { reduce_to: '2.00' }).json).toMatchObject({
      remaining_count: '2.00',
    });
    expect(newestOrder(desk)).toMatchObject({ reason: 'Decrease', count: 200 });
    expect(desk.exchange.truth('us').reservedByShard.get(0)).toBe(2 * 520_000);
    expect(soldTo(desk, '3.00')).toEqual([200, 100]);
  });

  it('to nothing cancels, and gives all the cash back', () => {
    for (const body of [{ reduce_to: '0' }, { reduce_by: '10.00' }, { reduce_by: '99.00' }]) {
      const desk = openDesk();
      const { order_id } = desk.accept('us');
      expect(decrease(desk, order_id, body).json).toMatchObject({ remaining_count: '0.00' });
      expect(newestOrder(desk).status).toBe('canceled');
      expect(desk.exchange.truth('us').reservedByShard.get(0)).toBe(0);
    }
  });

  it('needs exactly one of the two counts, and never increases', () => {
    const desk = openDesk();
    const { order_id } = desk.accept('us');
    for (const body of [
      {},
      { reduce_by: '1.00', reduce_to: '1.00' },
      { reduce_by: '0.00' },
      { reduce_to: '11.00' },
    ])
      expect(codeOf(decrease(desk, order_id, body))).toMatch(/^400 invalid_order/);
    expect(decrease(desk, order_id, { reduce_by: 1 }).json).toMatchObject({ code: 'bad_request' });
    expect(newestOrder(desk).remaining).toBe(1_000);
  });

  it('finds an order on its shard only: told, by its ticker, or on shard 0', () => {
    const desk = openDesk({ market: { exchangeIndex: 2 } });
    const { order_id } = desk.accept('us');
    expect(decrease(desk, order_id, { reduce_by: '1.00' }).status).toBe(404);
    expect(decrease(desk, order_id, { reduce_by: '1.00', exchange_index: 2 }).status).toBe(200);
    expect(decrease(desk, order_id, { reduce_by: '1.00', market_ticker: TICKER }).status).toBe(200);
    expect(
      decrease(desk, order_id, { reduce_by: '1.00', exchange_index: -1, market_ticker: TICKER })
        .status,
    ).toBe(200);
  });
});

describe('pauses and the end of a market', () => {
  it('a pause of trading refuses amendments and lets decreases through; a halt refuses both', () => {
    const desk = openDesk();
    const { order_id } = desk.accept('us');
    desk.exchange.setPause('trading', desk.nowMs());
    expect(codeOf(amend(desk, order_id, { count: '5.00' }))).toBe('400 trading_paused');
    expect(decrease(desk, order_id, { reduce_by: '1.00' }).status).toBe(200);
    desk.exchange.setPause('exchange', desk.nowMs());
    expect(codeOf(amend(desk, order_id))).toBe('400 exchange_paused');
    expect(codeOf(decrease(desk, order_id, { reduce_by: '1.00' }))).toBe('400 exchange_paused');
  });

  it('a market that the exchange paused takes no amendment, and lets orders go', () => {
    const desk = openDesk();
    const { order_id } = desk.accept('us');
    desk.exchange.deactivate(TICKER, desk.nowMs());
    expect(codeOf(amend(desk, order_id))).toBe('400 market_inactive');
    expect(decrease(desk, order_id, { reduce_by: '1.00' }).status).toBe(200);
  });

  it('after the close every operation is refused', () => {
    const desk = openDesk();
    const { order_id } = desk.accept('us');
    desk.wait(14_400_000);
    expect(codeOf(amend(desk, order_id))).toBe('400 market_inactive');
    expect(codeOf(decrease(desk, order_id, { reduce_by: '1.00' }))).toBe('400 market_inactive');
    const rest = restOf(desk);
    expect(codeOf(rest('us', `DELETE /portfolio/events/orders/${order_id}`))).toBe(
      '400 market_inactive',
    );
    const batch = rest('us', 'DELETE /portfolio/events/orders/batched', {
      body: { orders: [{ order_id }] },
    });
    expect(batch.json).toMatchObject({ orders: [{ error: { code: 'market_inactive' } }] });
  });
});
