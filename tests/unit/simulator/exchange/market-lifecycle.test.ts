import { QueryParams } from '../../../../shared/simulator/exchange/query-params.ts';
import { describe, expect, it } from 'vitest';
import { decodeMarketsPage } from '../../../../shared/adapters/kalshi/wire/markets.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import { IOC, openDesk, TICKER, type Desk } from '../../../support/exchange-desk.ts';
import { aMarket, NOON } from '../../../support/trade-builders.ts';

const DOLLAR = 1_000_000;
const HOUR = 3_600_000;

function statusOf(desk: Desk): string | undefined {
  return desk.exchange.floor.listing(TICKER)?.life.status;
}

/** Ten YES for `us` and ten NO for `them`, at 52 cents. */
function traded(market: Parameters<typeof aMarket>[0] = {}): Desk {
  const desk = openDesk({ market });
  desk.accept('them', { side: 'ask' });
  desk.accept('us', IOC);
  return desk;
}

describe('opening and closing', () => {
  it('opens and closes by the clock, and refuses orders before and after', () => {
    const desk = openDesk({ market: { openTimeMs: NOON + HOUR, closeTimeMs: NOON + 2 * HOUR } });
    expect(statusOf(desk)).toBe('initialized');
    expect(desk.refusal('us')).toBe('400 market_inactive');
    expect(desk.exchange.nextWakeMs()).toBe(NOON + HOUR);
    desk.wait(HOUR);
    expect(statusOf(desk)).toBe('active');
    const { order_id } = desk.accept('us');
    desk.wait(HOUR);
    expect(statusOf(desk)).toBe('closed');
    expect(desk.exchange.truth('us').orders[0]).toMatchObject({
      status: 'canceled',
      reason: 'CloseCancel',
    });
    expect(desk.refusal('us')).toBe('400 market_inactive');
    const cancel = desk.exchange.cancel('us', { orderId: order_id }, desk.nowMs());
    expect([cancel.status, cancel.body]).toEqual([400, expect.stringContaining('market_inactive')]);
  });

  it('does what the clock brings in order of time even when asked late', () => {
    const desk = traded();
    desk.accept('us', { price: '0.1000', expiration_time: NOON / 1_000 + 60 });
    desk.wait(100 * HOUR);
    expect(desk.exchange.truth('us').orders.at(-1)).toMatchObject({
      reason: 'ExpiryCancel',
      updatedAtMs: NOON + 60_000,
    });
  });

  it('reopens a closed market whose close time moves into the future', () => {
    const desk = openDesk();
    expect(desk.exchange.moveClose(TICKER, NOON + 1, NOON)).toBeNull();
    desk.wait(10);
    expect(statusOf(desk)).toBe('closed');
    expect(desk.exchange.moveClose(TICKER, NOON + HOUR, desk.nowMs())).toBeNull();
    expect(statusOf(desk)).toBe('active');
    expect(desk.exchange.moveClose(TICKER, NOON, desk.nowMs())).toMatchObject({
      code: 'close_in_the_past',
    });
  });
});

describe('pauses', () => {
  it('a deactivated market keeps its orders and takes none; reactivation cancels all', () => {
    const desk = openDesk();
    desk.accept('us');
    desk.exchange.deactivate(TICKER, desk.nowMs());
    expect(desk.refusal('us')).toBe('400 market_inactive');
    expect(desk.exchange.truth('us').orders[0]?.status).toBe('resting');
    desk.exchange.reactivate(TICKER, desk.nowMs());
    expect(desk.exchange.truth('us').orders[0]).toMatchObject({ reason: 'HaltCancel' });
    expect(desk.accept('us').remaining_count).toBe('10.00');
  });

  it('a pause of trading refuses orders and lets cancels through; a halt refuses both', () => {
    const desk = openDesk();
    const kept = desk.accept('us');
    desk.accept('us', { cancel_order_on_pause: true });
    desk.exchange.setPause('trading', desk.nowMs());
    expect(desk.exchange.truth('us').orders.map(({ status }) => status)).toEqual([
      'resting',
      'canceled',
    ]);
    expect(desk.refusal('us')).toBe('400 trading_paused');
    desk.exchange.setPause('exchange', desk.nowMs());
    const cancel = () =>
      desk.exchange.cancel('us', { orderId: kept.order_id }, desk.nowMs()).status;
    expect(cancel()).toBe(400);
    desk.exchange.setPause('trading', desk.nowMs());
    expect(cancel()).toBe(200);
  });
});

describe('settlement', () => {
  it('pays one dollar to the winning leg once the timer is over, and nothing to the other', () => {
    const desk = traded();
    const before = desk.exchange.truth('us').cashByShard.get(0)!;
    const beforeThem = desk.exchange.truth('them').cashByShard.get(0)!;
    expect(desk.exchange.determine(TICKER, { kind: 'yes' }, desk.nowMs())).toBeNull();
    desk.wait(59_999);
    expect(statusOf(desk)).toBe('determined');
    expect(desk.exchange.truth('us').settlements).toEqual([]);
    desk.wait(1);
    expect(statusOf(desk)).toBe('finalized');
    expect(desk.exchange.truth('us').cashByShard.get(0)! - before).toBe(10 * DOLLAR);
    expect(desk.exchange.truth('them').cashByShard.get(0)).toBe(beforeThem);
    expect(desk.exchange.truth('us').settlements).toMatchObject([
      { yesCount: 1_000, noCount: 0, yesCost: 5.2 * DOLLAR, revenue: 10 * DOLLAR },
    ]);
    expect(desk.exchange.truth('them').settlements).toMatchObject([
      { yesCount: 0, noCount: 1_000, noCost: 4.8 * DOLLAR, revenue: 0 },
    ]);
    expect(desk.exchange.truth('us').positions.size).toBe(0);
    expect(desk.exchange.totals().collateral).toBe(0);
  });

  it('splits a scalar result and floors it to whole cents, losing nothing', () => {
    const desk = traded();
    desk.accept('them', { side: 'ask', count: '0.50' });
    desk.accept('us', { ...IOC, count: '0.50' });
    desk.exchange.determine(
      TICKER,
      { kind: 'scalar', settlementValue: price(3_330) },
      desk.nowMs(),
    );
    desk.wait(60_000);
    // 10.5 × 0.333 = 3.4965 and 10.5 × 0.667 = 7.0035
    expect(desk.exchange.truth('us').settlements[0]?.revenue).toBe(3.49 * DOLLAR);
    expect(desk.exchange.truth('them').settlements[0]?.revenue).toBe(7 * DOLLAR);
    expect(desk.exchange.totals()).toMatchObject({ settlementRounding: 10_000, collateral: 0 });
  });

  it('closes a market early that still trades, and sets a result once', () => {
    const desk = traded();
    desk.accept('us', { price: '0.1000' });
    desk.exchange.determine(TICKER, { kind: 'no' }, desk.nowMs());
    expect(desk.exchange.truth('us').orders.at(-1)?.reason).toBe('CloseCancel');
    expect(desk.exchange.determine(TICKER, { kind: 'yes' }, desk.nowMs())).toEqual({
      kind: 'refused',
      code: 'wrong_status',
      status: 'determined',
    });
  });

  it('shows the result in the markets list', () => {
    const desk = traded();
    desk.exchange.determine(TICKER, { kind: 'no' }, desk.nowMs());
    const { body } = desk.exchange.markets.markets(
      new QueryParams({ tickers: TICKER }),
      'live',
      desk.nowMs(),
    );
    const { seriesTicker, fees } = aMarket();
    expect(decodeMarketsPage(body, () => ({ seriesTicker, fees }))).toMatchObject({
      rows: [{ market: { status: 'determined' }, result: { kind: 'no' } }],
      refused: [],
    });
  });
});
