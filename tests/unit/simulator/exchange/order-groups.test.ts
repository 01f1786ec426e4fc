import { describe, expect, it } from 'vitest';
import { aMarket, NOON } from '../../../support/trade-builders.ts';
import { FOK, IOC, openDesk, TICKER, type Desk } from '../../../support/exchange-desk.ts';
import { codeOf, restOf } from '../../../support/exchange-rest.ts';
import { OrderGroups, MAX_GROUPS } from '../../../../shared/simulator/exchange/order-groups.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';

const PATH = '/portfolio/order_groups';

function group(desk: Desk, limit = 10, account = 'us'): string {
  const { status, json } = restOf(desk)(account, `POST ${PATH}/create`, {
    body: { contracts_limit: limit },
  });
  expect(status).toBe(201);
  return String(json['order_group_id']);
}

const stateOf = (desk: Desk, id: string) => restOf(desk)('us', `GET ${PATH}/${id}`).json;
const statuses = (desk: Desk) => desk.exchange.truth('us').orders.map(({ status }) => status);

describe('an order group', () => {
  it('is made, listed with its limit and read with what rests in it', () => {
    const desk = openDesk();
    const id = group(desk);
    const { order_id } = desk.accept('us', { order_group_id: id });
    expect(restOf(desk)('us', `GET ${PATH}`).json).toEqual({
      order_groups: [
        { id, is_auto_cancel_enabled: false, contracts_limit_fp: '10.00', exchange_index: 0 },
      ],
    });
    expect(stateOf(desk, id)).toMatchObject({ orders: [order_id] });
    expect(restOf(desk)('them', `GET ${PATH}`).json).toEqual({ order_groups: [] });
  });

  it('at its limit cancels all its orders and takes no new ones until it is reset', () => {
    const desk = openDesk();
    const id = group(desk);
    desk.accept('us', { order_group_id: id, count: '10.00' });
    desk.accept('us', { order_group_id: id, price: '0.5100' });
    desk.accept('us', { price: '0.5000' });
    desk.accept('them', { ...IOC, side: 'ask' });
    expect(statuses(desk)).toEqual(['executed', 'canceled', 'resting']);
    expect(desk.exchange.truth('us').orders[1]?.reason).toBeNull();
    expect(stateOf(desk, id)).toMatchObject({ is_auto_cancel_enabled: true, orders: [] });
    expect(desk.refusal('us', { order_group_id: id })).toMatch(/^400 order_group_triggered/);
    expect(restOf(desk)('us', `PUT ${PATH}/${id}/reset`).json).toEqual({});
    expect(stateOf(desk, id)).toMatchObject({ is_auto_cancel_enabled: false });
    expect(desk.accept('us', { order_group_id: id }).remaining_count).toBe('10.00');
  });

  it('counts over all its markets and both roles', () => {
    const desk = openDesk();
    desk.exchange.addMarket(aMarket({ ticker: 'KX-2' }), NOON);
    const id = group(desk);
    desk.accept('us', { order_group_id: id, count: '6.00' });
    desk.accept('us', { order_group_id: id, price: '0.3000' });
    desk.accept('them', { ...IOC, side: 'ask', count: '6.00' });
    desk.accept('them', { side: 'ask', ticker: 'KX-2' });
    const taken = desk.accept('us', { ...IOC, ticker: 'KX-2', order_group_id: id });
    expect(taken).toMatchObject({ fill_count: '4.00', remaining_count: '0.00' });
    expect(statuses(desk)).toEqual(['executed', 'canceled', 'canceled']);
  });

  it('cuts a fill that would go beyond its limit, and the taker trades on behind it', () => {
    const desk = openDesk();
    const id = group(desk, 4);
    desk.accept('us', { order_group_id: id });
    desk.accept('us', { order_group_id: id });
    desk.accept('third');
    const sold = desk.accept('them', { ...IOC, side: 'ask', count: '7.00' });
    expect(sold.fill_count).toBe('7.00');
    expect(statuses(desk)).toEqual(['canceled', 'canceled']);
    expect(desk.exchange.truth('us').fills.map(({ count }) => count)).toEqual([400]);
    expect(desk.exchange.truth('third').fills.map(({ count }) => count)).toEqual([300]);
    expect(desk.exchange.truth('us').reservedByShard.get(0)).toBe(0);
  });

  it('does not fill or kill beyond what the groups on both sides allow', () => {
    const desk = openDesk();
    const id = group(desk, 4);
    desk.accept('us', { order_group_id: id });
    expect(desk.accept('them', { ...FOK, side: 'ask', count: '5.00' }).fill_count).toBe('0.00');
    expect(desk.accept('them', { ...FOK, side: 'ask', count: '3.00' }).fill_count).toBe('3.00');
    desk.accept('them', { side: 'ask', price: '0.6000' });
    const taker = { ...FOK, price: '0.6000', order_group_id: id };
    expect(desk.accept('us', { ...taker, count: '2.00' }).fill_count).toBe('0.00');
    expect(desk.accept('us', { ...taker, count: '1.00' }).fill_count).toBe('1.00');
  });

  it('forgets a match after exactly fifteen seconds', () => {
    const desk = openDesk();
    const id = group(desk);
    const fill = () => {
      desk.accept('us', { order_group_id: id, count: '6.00' });
      return desk.accept('them', { ...IOC, side: 'ask', count: '6.00' }).fill_count;
    };
    expect(fill()).toBe('6.00');
    desk.wait(15_000);
    expect(fill()).toBe('6.00');
    desk.wait(14_999);
    expect(fill()).toBe('4.00');
  });

  it('is triggered at once by a limit that its window has reached, and not by a higher one', () => {
    const desk = openDesk();
    const id = group(desk);
    desk.accept('us', { order_group_id: id });
    desk.accept('them', { ...IOC, side: 'ask', count: '6.00' });
    const limit = (body: object) => restOf(desk)('us', `PUT ${PATH}/${id}/limit`, { body });
    expect(limit({ contracts_limit_fp: '6.01' }).status).toBe(200);
    expect(statuses(desk)).toEqual(['resting']);
    expect(limit({ contracts_limit: 6 }).status).toBe(200);
    expect(statuses(desk)).toEqual(['canceled']);
    limit({ contracts_limit: 100 });
    expect(desk.refusal('us', { order_group_id: id })).toMatch(/^400 order_group_triggered/);
    expect(codeOf(limit({ contracts_limit: 0 }))).toMatch(/^400 invalid_order_group/);
    expect(codeOf(limit({}))).toMatch(/^400 invalid_order_group/);
    expect(codeOf(limit({ contracts_limit: 5, contracts_limit_fp: '6.00' }))).toMatch(/^400/);
    expect(codeOf(limit({ contracts_limit: 1_000_001 }))).toMatch(/^400/);
  });

  it('is a fuse that can be pulled, and goes with its orders when it is deleted', () => {
    const desk = openDesk();
    const [pulled, deleted] = [group(desk), group(desk)];
    desk.accept('us', { order_group_id: pulled });
    desk.accept('us', { order_group_id: deleted });
    desk.accept('us');
    const rest = restOf(desk);
    expect(rest('us', `PUT ${PATH}/${pulled}/trigger`)).toEqual({ status: 200, json: {} });
    expect(statuses(desk)).toEqual(['canceled', 'resting', 'resting']);
    expect(rest('us', `DELETE ${PATH}/${deleted}`).status).toBe(200);
    expect(statuses(desk)).toEqual(['canceled', 'canceled', 'resting']);
    expect(rest('us', `GET ${PATH}/${deleted}`).status).toBe(404);
    expect(desk.refusal('us', { order_group_id: deleted })).toMatch(/^404 order_group_not_found/);
  });

  it('is of one account and one shard', () => {
    const desk = openDesk({ market: { exchangeIndex: 2 } });
    const rest = restOf(desk);
    expect(codeOf(rest('us', `POST ${PATH}/create`, { body: { contracts_limit: 1 } }))).toBe(
      '404 user_not_found',
    );
    const { json } = rest('us', `POST ${PATH}/create`, {
      body: { contracts_limit_fp: '1.00', exchange_index: 2 },
    });
    const id = String(json['order_group_id']);
    expect(json).toEqual({ order_group_id: id, subaccount: 0, exchange_index: 2 });
    expect(rest('us', `GET ${PATH}/${id}`).status).toBe(404);
    const query = { exchange_index: '2' };
    expect(rest('us', `GET ${PATH}/${id}`, { query }).status).toBe(200);
    expect(rest('them', `GET ${PATH}/${id}`, { query }).status).toBe(404);
    expect(rest('them', `PUT ${PATH}/${id}/trigger`, { query }).status).toBe(404);
    expect(desk.refusal('them', { order_group_id: id })).toMatch(/^404 order_group_not_found/);
    expect(desk.accept('us', { order_group_id: id }).remaining_count).toBe('10.00');
  });

  it('can be pulled while trading is paused, and not while the exchange stands', () => {
    const desk = openDesk();
    const id = group(desk);
    desk.accept('us', { order_group_id: id });
    desk.exchange.setPause('exchange', desk.nowMs());
    const pull = () => restOf(desk)('us', `PUT ${PATH}/${id}/trigger`);
    expect(codeOf(pull())).toBe('400 exchange_paused');
    desk.exchange.setPause('trading', desk.nowMs());
    expect(pull().status).toBe(200);
    expect(statuses(desk)).toEqual(['canceled']);
  });

  it('is one of a hundred thousand at the most', () => {
    const groups = new OrderGroups();
    for (let n = 0; n < MAX_GROUPS; n += 1)
      if (groups.create('us', 0, contracts(100)) === null) throw new Error(`refused at ${n}`);
    expect(groups.create('us', 0, contracts(100))).toBeNull();
    expect(groups.create('them', 0, contracts(100))).not.toBeNull();
    const [first] = groups.of('us');
    groups.remove(first!);
    expect(groups.create('us', 0, contracts(100))).not.toBeNull();
  });

  it('amended orders count as they always did, and stay in it', () => {
    const desk = openDesk();
    const id = group(desk);
    const { order_id } = desk.accept('us', { order_group_id: id, count: '20.00' });
    const body = { ticker: TICKER, side: 'bid', price: '0.5300', count: '30.00' };
    restOf(desk)('us', `POST /portfolio/events/orders/${order_id}/amend`, { body });
    expect(stateOf(desk, id)).toMatchObject({ orders: [order_id] });
    expect(desk.accept('them', { ...IOC, side: 'ask', count: '30.00' }).fill_count).toBe('10.00');
    expect(statuses(desk)).toEqual(['canceled']);
  });
});
