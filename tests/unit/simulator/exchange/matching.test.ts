import { describe, expect, it } from 'vitest';
import { FOK, IOC, openDesk, TICKER, type Desk } from '../../../support/exchange-desk.ts';

/** The fills of an account as `price × count`, in order. */
function fillsOf(desk: Desk, account: string): readonly string[] {
  return desk.exchange
    .truth(account)
    .fills.map(({ price, count, role }) => `${price} x ${count} ${role}`);
}

function bookOf(desk: Desk): object {
  return desk.exchange.floor.listing(TICKER)!.engine.view();
}

describe('matching by price, then time', () => {
  it('takes the best price first and fills at the resting price, not at the limit', () => {
    const desk = openDesk();
    desk.accept('them', { side: 'ask', price: '0.5400' });
    desk.accept('third', { side: 'ask', price: '0.5200', count: '3.00' });
    const created = desk.accept('us', { ...IOC, price: '0.9900', count: '5.00' });
    expect(fillsOf(desk, 'us')).toEqual(['5200 x 300 taker', '5400 x 200 taker']);
    expect(created).toMatchObject({
      fill_count: '5.00',
      remaining_count: '0.00',
      average_fill_price: '0.5280',
    });
  });

  it('serves orders of one price in order of arrival', () => {
    const desk = openDesk();
    desk.accept('them', { side: 'ask', count: '4.00' });
    desk.wait(1);
    desk.accept('third', { side: 'ask', count: '4.00' });
    desk.accept('us', { ...IOC, count: '5.00' });
    expect(fillsOf(desk, 'them')).toEqual(['5200 x 400 maker']);
    expect(fillsOf(desk, 'third')).toEqual(['5200 x 100 maker']);
  });

  it('keeps the priority of an order that was partly filled', () => {
    const desk = openDesk();
    desk.accept('them', { side: 'ask', count: '4.00' });
    desk.accept('third', { side: 'ask', count: '4.00' });
    desk.accept('us', { ...IOC, count: '1.00' });
    desk.accept('us', { ...IOC, count: '3.00' });
    expect(fillsOf(desk, 'third')).toEqual([]);
  });

  it('rests what a limit order did not take, and answers what filled and what remains', () => {
    const desk = openDesk();
    desk.accept('them', { side: 'ask', count: '4.00' });
    const created = desk.accept('us', { count: '10.00' });
    expect(created).toMatchObject({ fill_count: '4.00', remaining_count: '6.00' });
    expect(bookOf(desk)).toEqual({ bids: [{ price: 5_200, count: 600 }], asks: [] });
  });

  it('trades fractions of a contract', () => {
    const desk = openDesk();
    desk.accept('them', { side: 'ask', count: '0.30' });
    expect(desk.accept('us', { ...IOC, count: '0.75' }).fill_count).toBe('0.30');
  });
});

describe('immediate or cancel', () => {
  it('cancels the rest and shows nothing remaining', () => {
    const desk = openDesk();
    desk.accept('them', { side: 'ask', count: '4.00' });
    const created = desk.accept('us', IOC);
    expect(created).toMatchObject({ fill_count: '4.00', remaining_count: '0.00' });
    const [order] = desk.exchange.truth('us').orders;
    expect(order).toMatchObject({ status: 'canceled', filled: 400, remaining: 0 });
    expect(bookOf(desk)).toEqual({ bids: [], asks: [] });
  });

  it('is accepted without a fill when nothing is there, and leaves no averages', () => {
    const desk = openDesk();
    const created = desk.accept('us', IOC);
    expect(created).toMatchObject({ fill_count: '0.00', remaining_count: '0.00' });
    expect(created).not.toHaveProperty('average_fill_price');
    expect(desk.exchange.truth('us').orders[0]?.status).toBe('canceled');
  });
});

describe('fill or kill', () => {
  it('fills whole or not at all', () => {
    const desk = openDesk();
    desk.accept('them', { side: 'ask', count: '9.99' });
    expect(desk.accept('us', FOK).fill_count).toBe('0.00');
    desk.accept('them', { side: 'ask', count: '0.01' });
    expect(desk.accept('us', FOK).fill_count).toBe('10.00');
  });

  it('counts only what its limit reaches', () => {
    const desk = openDesk();
    desk.accept('them', { side: 'ask', count: '5.00', price: '0.5200' });
    desk.accept('them', { side: 'ask', count: '5.00', price: '0.5300' });
    expect(desk.accept('us', FOK).fill_count).toBe('0.00');
    expect(desk.accept('us', { ...FOK, price: '0.5300' }).fill_count).toBe('10.00');
  });

  it('may be refused instead, as the exchange does not say which', () => {
    const desk = openDesk({ options: { fillOrKill: 'refused' } });
    expect(desk.refusal('us', FOK)).toMatch(/^400 invalid_order/);
    expect(desk.exchange.truth('us').orders).toEqual([]);
  });
});

describe('post only', () => {
  it('is refused when it would trade, and rests when it would not', () => {
    const desk = openDesk();
    desk.accept('them', { side: 'ask' });
    expect(desk.refusal('us', { post_only: true })).toBe('400 invalid_order post only cross');
    expect(desk.accept('us', { post_only: true, price: '0.5100' }).remaining_count).toBe('10.00');
  });
});

describe('reduce only', () => {
  it('sells no more than is held and drops the rest', () => {
    const desk = openDesk();
    desk.accept('them', { side: 'ask', count: '4.00' });
    desk.accept('us', { ...IOC, count: '4.00' });
    desk.accept('them', { side: 'bid', price: '0.5000' });
    const exit = { ...IOC, side: 'ask', price: '0.5000', reduce_only: true };
    expect(desk.accept('us', exit).fill_count).toBe('4.00');
    expect(desk.exchange.truth('us').positions.size).toBe(0);
    expect(desk.exchange.truth('us').orders.at(-1)).toMatchObject({
      status: 'canceled',
      reason: 'ReduceOnlyCancel',
      count: 1_000,
      filled: 400,
    });
    expect(desk.accept('us', exit).fill_count).toBe('0.00');
  });

  it('buys NO back no further than flat', () => {
    const desk = openDesk();
    desk.accept('them', { side: 'bid', count: '4.00' });
    desk.accept('us', { ...IOC, side: 'ask', count: '4.00' });
    desk.accept('them', { side: 'ask', price: '0.5400' });
    const exit = { ...IOC, side: 'bid', price: '0.5400', reduce_only: true };
    expect(desk.accept('us', exit).fill_count).toBe('4.00');
  });

  it('needs immediate or cancel', () => {
    expect(openDesk().refusal('us', { reduce_only: true })).toMatch(/^400 invalid_order/);
  });
});

describe('self-trade prevention', () => {
  it('taker_at_cross: stops the taker at its own order, which stays, and keeps fills before it', () => {
    const desk = openDesk();
    desk.accept('them', { side: 'ask', count: '2.00', price: '0.5100' });
    const own = desk.accept('us', { side: 'ask', count: '5.00' });
    desk.accept('third', { side: 'ask', count: '5.00' });
    const created = desk.accept('us', { count: '9.00' });
    expect(created).toMatchObject({ fill_count: '2.00', remaining_count: '0.00' });
    const orders = desk.exchange.truth('us').orders;
    expect(orders.find(({ orderId }) => orderId === own.order_id)?.status).toBe('resting');
    expect(orders.at(-1)).toMatchObject({ status: 'canceled', reason: 'SelfTradeCancel' });
  });

  it('maker: cancels the own resting order and goes on', () => {
    const desk = openDesk();
    const own = desk.accept('us', { side: 'ask', count: '5.00' });
    desk.accept('third', { side: 'ask', count: '5.00' });
    const created = desk.accept('us', { count: '5.00', self_trade_prevention_type: 'maker' });
    expect(created.fill_count).toBe('5.00');
    const resting = desk.exchange
      .truth('us')
      .orders.find(({ orderId }) => orderId === own.order_id);
    expect(resting).toMatchObject({ status: 'canceled', reason: 'SelfTradeCancel' });
    expect(desk.exchange.truth('us').reservedByShard.get(0)).toBe(0);
  });
});

describe('expiry', () => {
  it('cancels at its time and gives the collateral back', () => {
    const desk = openDesk();
    desk.accept('us', { expiration_time: desk.nowMs() / 1_000 + 30 });
    desk.wait(29_999);
    expect(desk.exchange.truth('us').orders[0]?.status).toBe('resting');
    desk.wait(1);
    expect(desk.exchange.truth('us').orders[0]).toMatchObject({
      status: 'canceled',
      reason: 'ExpiryCancel',
    });
    expect(desk.exchange.truth('us').reservedByShard.get(0)).toBe(0);
  });

  it('is refused in the past and with immediate or cancel', () => {
    const desk = openDesk();
    const now = desk.nowMs() / 1_000;
    expect(desk.refusal('us', { expiration_time: now })).toMatch(/^400 invalid_order/);
    expect(desk.refusal('us', { ...IOC, expiration_time: now + 30 })).toMatch(/^400 invalid_order/);
  });
});
