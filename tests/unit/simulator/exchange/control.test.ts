import { beforeEach, describe, expect, it } from 'vitest';
import { PRICE_LEVEL_STRUCTURES } from '../../../../shared/domain/market/tick-grid.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import type { ControlAction } from '../../../../shared/simulator/exchange/control-action.ts';
import { FOK, IOC, openDesk, TICKER, type Desk } from '../../../support/exchange-desk.ts';
import { restOf } from '../../../support/exchange-rest.ts';
import { aMarket, NOON } from '../../../support/trade-builders.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;

let desk: Desk;
beforeEach(() => {
  desk = openDesk();
});

function control(action: ControlAction): unknown {
  return desk.exchange.control(action, desk.nowMs());
}

function statusOf(): string | undefined {
  return desk.exchange.floor.listing(TICKER)?.life.status;
}

function trade(at: string, count = '1.00'): void {
  desk.accept('them', { side: 'ask', price: at, count });
  desk.accept('us', { ...IOC, price: at, count });
}

function revenue(account: string): readonly number[] {
  return desk.exchange.truth(account).settlements.map((settlement) => settlement.revenue);
}

describe('a disputed result', () => {
  it('is not paid before it is amended and its timer has passed again', () => {
    trade('0.5000', '10.00');
    desk.exchange.determine(TICKER, { kind: 'yes' }, desk.nowMs());
    desk.wait(30_000);
    expect(control({ kind: 'dispute', market: TICKER })).toBeNull();
    desk.wait(HOUR);
    expect(statusOf()).toBe('disputed');
    expect(revenue('us')).toEqual([]);
    expect(control({ kind: 'amend_result', market: TICKER, result: { kind: 'no' } })).toBeNull();
    expect(statusOf()).toBe('amended');
    desk.wait(MINUTE - 1);
    expect(statusOf()).toBe('amended');
    desk.wait(1);
    expect(statusOf()).toBe('finalized');
    expect(revenue('us')).toEqual([0]);
    expect(revenue('them')).toEqual([10_000_000]);
  });

  it('is one that was determined, and only a disputed one is amended', () => {
    const refused = { kind: 'refused', code: 'wrong_status', status: 'active' };
    expect(control({ kind: 'dispute', market: TICKER })).toEqual(refused);
    expect(control({ kind: 'amend_result', market: TICKER, result: { kind: 'no' } })).toEqual(
      refused,
    );
    expect(control({ kind: 'dispute', market: 'NONE' })).toEqual({
      kind: 'refused',
      code: 'unknown_market',
    });
  });

  it('is told a second time on the stream', () => {
    const frames: string[] = [];
    const params = {
      account: 'us',
      channels: ['market_lifecycle_v2'],
      markets: null,
      useYesPrice: true,
    } as const;
    desk.exchange.subscribe((frame) => void frames.push(frame), params, NOON);
    desk.exchange.determine(TICKER, { kind: 'yes' }, NOON);
    control({ kind: 'dispute', market: TICKER });
    control({ kind: 'amend_result', market: TICKER, result: { kind: 'no' } });
    const told = frames.flatMap(
      (frame) => /"event_type":"determined".*"result":"(\w+)"/.exec(frame)?.[1] ?? [],
    );
    expect(told).toEqual(['yes', 'no']);
  });
});

describe('a market that cannot be determined', () => {
  it('is settled at its last price, to whole cents of each payout', () => {
    desk = openDesk({ market: { priceRanges: PRICE_LEVEL_STRUCTURES.deci_cent } });
    trade('0.4570', '3.50');
    expect(control({ kind: 'void', market: TICKER })).toBeNull();
    desk.wait(MINUTE);
    // 3.5 × 0.457 = 1.5995, and 3.5 × 0.543 = 1.9005.
    expect(revenue('us')).toEqual([1_590_000]);
    expect(revenue('them')).toEqual([1_900_000]);
    expect(desk.exchange.totals().settlementRounding).toBe(10_000);
    const settlements = restOf(desk)('us', 'GET /portfolio/settlements').json['settlements'];
    expect(settlements).toEqual([
      expect.objectContaining({
        market_result: 'scalar',
        revenue: 159,
        value: 45,
        yes_count_fp: '3.50',
        yes_total_cost_dollars: '1.599500',
        no_total_cost_dollars: '0.000000',
      }),
    ]);
  });
});

describe('another grid', () => {
  it('is for new orders; what rests stays, keeps its place, and trades', () => {
    desk = openDesk({ market: { priceRanges: PRICE_LEVEL_STRUCTURES.deci_cent } });
    const resting = desk.accept('them', { side: 'ask', price: '0.5230' });
    control({ kind: 'price_structure', market: TICKER, structure: 'linear_cent' });
    expect(desk.refusal('us', { price: '0.5230' })).toBe('400 invalid_price');
    const amend = { ticker: TICKER, side: 'ask', price: '0.5230', count: '5.00' };
    const path = `/portfolio/events/orders/${resting.order_id}/amend` as const;
    expect(restOf(desk)('them', `POST ${path}`, { body: amend }).status).toBe(200);
    const other = { ...amend, price: '0.5240' };
    expect(restOf(desk)('them', `POST ${path}`, { body: other }).status).toBe(400);
    expect(desk.accept('us', { ...IOC, price: '0.5300' })).toMatchObject({
      fill_count: '5.00',
      average_fill_price: '0.5230',
    });
    const { market } = restOf(desk)('us', `GET /markets/${TICKER}`).json;
    expect(market).toMatchObject({ price_level_structure: 'linear_cent' });
  });
});

describe('shards', () => {
  beforeEach(() => {
    desk.exchange.addMarket(aMarket({ ticker: 'KX-2', exchangeIndex: 2 }), NOON);
    desk.exchange.deposit('us', 2, desk.exchange.truth('us').cashByShard.get(0)!);
  });

  const pause = { kind: 'pause', resumeAtMs: null, statusCode: 200 } as const;

  it('pause by themselves, with what asked to go then', () => {
    const goes = desk.accept('us', { ticker: 'KX-2', cancel_order_on_pause: true }).order_id;
    const stays = desk.accept('us', { cancel_order_on_pause: true }).order_id;
    control({ ...pause, pause: 'trading', shard: 2 });
    expect(desk.refusal('us', { ticker: 'KX-2' })).toBe('400 trading_paused');
    desk.accept('us');
    expect(desk.exchange.floor.order(goes)?.reason).toBe('HaltCancel');
    expect(desk.exchange.floor.order(stays)?.status).toBe('resting');
    const { exchange_index_statuses: shards, trading_active } = restOf(desk)(
      'us',
      'GET /exchange/status',
    ).json;
    expect(trading_active).toBe(true);
    expect(shards).toMatchObject([
      { exchange_index: 0, trading_active: true },
      { exchange_index: 2, trading_active: false, exchange_active: true },
    ]);
    control({ ...pause, pause: 'none', shard: null });
    desk.accept('us', { ticker: 'KX-2' });
  });

  it('of which one stands lose none of its orders to a cancel of all', () => {
    const held = desk.accept('us', { ticker: 'KX-2' }).order_id;
    const free = desk.accept('us').order_id;
    control({ ...pause, pause: 'exchange', shard: 2 });
    const path = `/portfolio/events/orders/${held}` as const;
    expect(restOf(desk)('us', `DELETE ${path}`, { query: { exchange_index: '2' } }).status).toBe(
      400,
    );
    expect(restOf(desk)('us', 'DELETE /portfolio/events/orders').status).toBe(204);
    expect(desk.exchange.floor.order(held)?.status).toBe('resting');
    expect(desk.exchange.floor.order(free)?.status).toBe('canceled');
  });

  it.each([
    ['insufficient_shard_balance', '404 insufficient_shard_balance'],
    ['user_not_found', '404 user_not_found'],
    ['market_not_found', '404 market_not_found'],
  ] as const)('may refuse whoever comes as %s', (as, code) => {
    control({ kind: 'refuse_shard', shard: 2, as });
    expect(desk.refusal('us', { ticker: 'KX-2' })).toBe(code);
    desk.accept('us');
    control({ kind: 'refuse_shard', shard: 2, as: null });
    desk.accept('us', { ticker: 'KX-2' });
  });

  it('route an order by its ticker, and a cancel by its id alone to shard 0', () => {
    expect(desk.refusal('us', { ticker: 'KX-2', exchange_index: 0 })).toBe('404 market_not_found');
    const { order_id: id } = desk.accept('us', { ticker: 'KX-2', exchange_index: -1 });
    const rest = restOf(desk);
    const path = `/portfolio/events/orders/${id}` as const;
    const missed = rest('us', `DELETE ${path}`);
    expect(missed.status).toBe(404);
    expect(missed).toEqual(rest('us', 'DELETE /portfolio/events/orders/none'));
    expect(rest('us', `DELETE ${path}`, { query: { market_ticker: 'KX-2' } }).status).toBe(200);
    expect(rest('us', `DELETE ${path}`, { query: { exchange_index: '2' } })).toEqual(missed);
  });
});

describe('what the documents leave open', () => {
  it('is answered as the operator wants from then on', () => {
    expect(desk.accept('us', FOK)).toMatchObject({ fill_count: '0.00', remaining_count: '0.00' });
    desk.accept('them', { side: 'ask' });
    expect(desk.refusal('us', { post_only: true })).toBe('400 invalid_order post only cross');
    control({ kind: 'answers', fillOrKill: 'refused', postOnlyCross: 'accepted_cancelled' });
    expect(desk.refusal('us', { ...FOK, price: '0.1000' })).toBe(
      '400 invalid_order fill or kill not fillable',
    );
    const { order_id: id, fill_count } = desk.accept('us', { post_only: true });
    expect(fill_count).toBe('0.00');
    expect(desk.exchange.floor.order(id)?.reason).toBe('PostOnlyCrossCancel');
  });

  it.each([
    [{ reduce_only: true }, '400 invalid_order reduce_only needs immediate_or_cancel'],
    [{ ...FOK, reduce_only: true }, '400 invalid_order reduce_only needs immediate_or_cancel'],
    [{ ...IOC, expiration_time: NOON / 1_000 + 60 }, '400 invalid_order invalid expiration_time'],
    [{ expiration_time: NOON / 1_000 }, '400 invalid_order invalid expiration_time'],
  ])('stands in the one table: %j', (fields, code) => {
    expect(desk.refusal('us', fields)).toBe(code);
  });
});

describe('reads', () => {
  it('lag as much as the operator wants, and never go back', () => {
    const asOf = (): number =>
      Date.parse(
        restOf(desk)('us', 'GET /exchange/user_data_timestamp').json['as_of_time'] as string,
      );
    expect(asOf()).toBe(NOON);
    control({ kind: 'read_lag', lag: { minMs: 5_000, maxMs: 5_000 } });
    expect(asOf()).toBe(NOON);
    desk.wait(6_000);
    expect(asOf()).toBe(NOON + 1_000);
    const { order_id: id } = desk.accept('us');
    expect(restOf(desk)('us', `GET /portfolio/orders/${id}`).status).toBe(404);
    desk.wait(5_000);
    expect(restOf(desk)('us', `GET /portfolio/orders/${id}`).status).toBe(200);
  });
});

describe('a market listed while the exchange runs', () => {
  it('is told with its event, and is at first not readable', () => {
    control({ kind: 'read_lag', lag: { minMs: 300, maxMs: 300 } });
    desk.wait(1_000);
    const market = aMarket({
      ticker: 'KX-NEW',
      eventTicker: 'KX-E',
      priceRanges: PRICE_LEVEL_STRUCTURES.tapered_deci_cent,
    });
    desk.exchange.addMarket(market, desk.nowMs());
    expect(restOf(desk)('us', 'GET /markets/KX-NEW').status).toBe(404);
    desk.accept('us', { ticker: 'KX-NEW', price: '0.0550' });
    desk.wait(300);
    expect(restOf(desk)('us', 'GET /markets/KX-NEW').json['market']).toMatchObject({
      price_level_structure: 'tapered_deci_cent',
      created_time: '2026-11-21T12:00:01Z',
    });
    control({ kind: 'describe_market', market: 'KX-NEW', title: 'Another title' });
    expect(restOf(desk)('us', 'GET /markets/KX-NEW').json['market']).toMatchObject({
      title: 'Another title',
    });
    expect(price(550)).toBe(desk.exchange.book('KX-NEW')?.bids[0]?.price);
  });
});
