import { describe, expect, it } from 'vitest';
import { IOC, openDesk, TICKER, type Desk } from '../../../support/exchange-desk.ts';

const DOLLAR = 1_000_000;

function cashOf(desk: Desk, account: string): number | undefined {
  return desk.exchange.truth(account).cashByShard.get(0);
}
function reservedOf(desk: Desk, account: string): number | undefined {
  return desk.exchange.truth(account).reservedByShard.get(0);
}
function positionOf(desk: Desk, account: string): number {
  return desk.exchange.truth(account).positions.get(TICKER)?.quantity ?? 0;
}

describe('collateral', () => {
  it('holds price × count for a resting bid and 1 − price for a resting ask', () => {
    const desk = openDesk();
    desk.accept('us', { price: '0.3800', count: '25.00' });
    desk.accept('them', { side: 'ask', price: '0.6200', count: '25.00' });
    expect(reservedOf(desk, 'us')).toBe(9.5 * DOLLAR);
    expect(reservedOf(desk, 'them')).toBe(9.5 * DOLLAR);
    expect(cashOf(desk, 'us')).toBe(990.5 * DOLLAR);
  });

  it('holds the maker fee too where makers pay', () => {
    const fees = {
      makerFeeType: 'quadratic_with_maker_fees',
      multiplierMillionths: 1_000_000,
    } as const;
    const desk = openDesk({ market: { fees } });
    desk.accept('us', { price: '0.5000', count: '100.00' });
    expect(reservedOf(desk, 'us')).toBe(50.4375 * DOLLAR);
  });

  it('is given back by a cancel', () => {
    const desk = openDesk();
    const { order_id } = desk.accept('us');
    expect(desk.exchange.cancel('us', { orderId: order_id }, desk.nowMs()).status).toBe(200);
    expect(reservedOf(desk, 'us')).toBe(0);
    expect(cashOf(desk, 'us')).toBe(1_000 * DOLLAR);
  });

  it('is not needed to sell what is held, and is needed once another sale takes it away', () => {
    const desk = openDesk();
    desk.accept('them', { side: 'ask', count: '10.00' });
    desk.accept('us', { ...IOC, count: '10.00' });
    desk.accept('us', { side: 'ask', price: '0.6000', count: '10.00' });
    expect(reservedOf(desk, 'us')).toBe(0);
    desk.accept('third', { side: 'bid', price: '0.5000', count: '4.00' });
    desk.accept('us', { ...IOC, side: 'ask', price: '0.5000', count: '4.00' });
    expect(reservedOf(desk, 'us')).toBe(4 * 0.4 * DOLLAR);
  });

  it('lets an order rest on the last cent and not on more', () => {
    const desk = openDesk({ dollars: 5.2 });
    expect(desk.refusal('us', { count: '10.01' })).toBe('400 insufficient_balance');
    expect(desk.accept('us', { count: '10.00' }).remaining_count).toBe('10.00');
    expect(cashOf(desk, 'us')).toBe(0);
    expect(desk.refusal('us', { count: '0.01', price: '0.0100' })).toBe('400 insufficient_balance');
  });

  it('wants the fee too of an order that takes', () => {
    const desk = openDesk({ dollars: 5.2 });
    desk.accept('them', { side: 'ask', count: '10.00' });
    // Ten at 52 cents cost 5.20 dollars and a fee of 17.472 cents.
    expect(desk.refusal('us', IOC)).toBe('400 insufficient_balance');
    expect(desk.accept('us', { ...IOC, count: '9.67' }).fill_count).toBe('9.67');
  });
});

describe('netting', () => {
  it('closes YES by buying NO: a pair returns its dollar', () => {
    const desk = openDesk();
    desk.accept('them', { side: 'ask', price: '0.5000', count: '10.00' });
    desk.accept('us', { ...IOC, price: '0.5000', count: '10.00' });
    const before = cashOf(desk, 'us')!;
    desk.accept('third', { side: 'bid', price: '0.6000', count: '10.00' });
    // To buy NO at 0.40 is to sell YES at 0.60.
    desk.accept('us', { ...IOC, side: 'ask', price: '0.6000', count: '10.00' });
    const fee = desk.exchange.truth('us').fills.at(-1)!.fee;
    expect(cashOf(desk, 'us')! - before).toBe(6 * DOLLAR - fee);
    expect(positionOf(desk, 'us')).toBe(0);
    expect(desk.exchange.totals().collateral).toBe(10 * DOLLAR);
  });

  it('turns through flat: the part beyond the held one opens the other leg', () => {
    const desk = openDesk();
    desk.accept('them', { side: 'ask', price: '0.5000', count: '4.00' });
    desk.accept('us', { ...IOC, price: '0.5000', count: '4.00' });
    const before = cashOf(desk, 'us')!;
    desk.accept('third', { side: 'bid', price: '0.6000', count: '10.00' });
    desk.accept('us', { ...IOC, side: 'ask', price: '0.6000', count: '10.00' });
    const fee = desk.exchange.truth('us').fills.at(-1)!.fee;
    expect(cashOf(desk, 'us')! - before).toBe(-fee);
    expect(positionOf(desk, 'us')).toBe(-600);
    expect(desk.exchange.truth('us').positions.get(TICKER)?.basis).toBe(2_400_000);
  });

  it('books the cost of three buys as the exposure, without fees', () => {
    const desk = openDesk();
    for (const price of ['0.9900', '0.9900', '0.5200']) {
      desk.accept('them', { side: 'ask', price, count: '1.00' });
      desk.accept('us', { ...IOC, price, count: '1.00' });
    }
    expect(desk.exchange.truth('us').positions.get(TICKER)).toEqual({
      quantity: 300,
      basis: 2.5 * DOLLAR,
    });
    expect(desk.exchange.truth('us').fees).toBe(18_900);
  });
});

describe('fees', () => {
  it.each([
    { count: '1.00', price: '0.5200', fee: 17_500 },
    { count: '1.00', price: '0.9900', fee: 700 },
    { count: '100.00', price: '0.5000', fee: 1_750_000 },
  ])('charges a taker $fee micros for $count at $price', ({ count, price, fee }) => {
    const desk = openDesk();
    desk.accept('them', { side: 'ask', price, count });
    desk.accept('us', { ...IOC, price, count });
    expect(desk.exchange.truth('us').fills[0]?.fee).toBe(fee);
    expect(desk.exchange.truth('them').fills[0]).toMatchObject({ role: 'maker', fee: 0 });
  });

  it('charges half at a multiplier of one half, and makers where the series says so', () => {
    const half = { makerFeeType: 'quadratic', multiplierMillionths: 500_000 } as const;
    const desk = openDesk({ market: { fees: half } });
    desk.accept('them', { side: 'ask', price: '0.5000', count: '100.00' });
    desk.accept('us', { ...IOC, price: '0.5000', count: '100.00' });
    expect(desk.exchange.truth('us').fees).toBe(875_000);
    const maker = {
      makerFeeType: 'quadratic_with_maker_fees',
      multiplierMillionths: 1_000_000,
    } as const;
    const paying = openDesk({ market: { fees: maker } });
    paying.accept('them', { side: 'ask', price: '0.5000', count: '100.00' });
    paying.accept('us', { ...IOC, price: '0.5000', count: '100.00' });
    expect(paying.exchange.truth('them').fees).toBe(437_500);
  });

  it('aligns the balance to $0.0001 and charges the rounding', () => {
    const desk = openDesk({
      market: { priceRanges: [{ start: 0 as never, end: 10_000 as never, step: 50 }] },
    });
    desk.accept('them', { side: 'ask', price: '0.0550', count: '1.00' });
    desk.accept('us', { ...IOC, price: '0.0550', count: '1.00' });
    expect(desk.exchange.truth('us').fills[0]?.fee).toBe(3_700);
    expect(cashOf(desk, 'us')! % 100).toBe(0);
  });
});
