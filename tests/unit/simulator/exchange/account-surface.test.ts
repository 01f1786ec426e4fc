import { beforeEach, describe, expect, it } from 'vitest';
import type { RequestQuery } from '../../../../shared/adapters/kalshi/wire/request-query.ts';
import { money } from '../../../../shared/domain/money/money.ts';
import { movesTo } from '../../../../shared/simulator/exchange/allocations.ts';
import { answerRest } from '../../../../shared/simulator/exchange/rest-router.ts';
import { IOC, openDesk, TICKER, type Desk } from '../../../support/exchange-desk.ts';
import { codeOf, restOf, type Rest, type RestAnswer } from '../../../support/exchange-rest.ts';
import { aMarket, NOON } from '../../../support/trade-builders.ts';

const DOLLAR = 1_000_000;
const HOUR = 3_600_000;
const ORDERS = '/portfolio/events/orders';

let desk: Desk;
let rest: Rest;
beforeEach(() => {
  desk = openDesk();
  rest = restOf(desk);
});

function get(path: string, query: RequestQuery = {}): RestAnswer {
  return rest('us', `GET ${path}`, { query });
}

const order = {
  ticker: TICKER,
  side: 'bid',
  count: '10.00',
  price: '0.5200',
  time_in_force: 'good_till_canceled',
  self_trade_prevention_type: 'taker_at_cross',
};

const positionsOf = (subaccount: string): unknown =>
  get('/portfolio/positions', { subaccount }).json['market_positions'];

const fillNumbers = (query: RequestQuery): readonly unknown[] =>
  (get('/portfolio/fills', query).json['fills'] as { subaccount_number: number }[]).map(
    (fill) => fill.subaccount_number,
  );

const restingCount = (): number =>
  (get('/portfolio/orders', { status: 'resting' }).json['orders'] as unknown[]).length;

const setNetting = (enabled: boolean): RestAnswer =>
  rest('us', 'PUT /portfolio/subaccounts/netting', { body: { subaccount_number: 1, enabled } });

describe('subaccounts', () => {
  const transfer = {
    client_transfer_id: '0a5d4a44-9f2c-4f5f-8f7f-2c010d6e2f9c',
    from_subaccount: 0,
    to_subaccount: 1,
    amount_cents: 10_000,
  };
  const move = (change: object = {}): RestAnswer =>
    rest('us', 'POST /portfolio/subaccounts/transfer', { body: { ...transfer, ...change } });

  beforeEach(() => {
    expect(rest('us', 'POST /portfolio/subaccounts', { body: {} })).toEqual({
      status: 201,
      json: { subaccount_number: 1 },
    });
  });

  it('take cash once for each id', () => {
    expect(move().status).toBe(200);
    expect(codeOf(move())).toBe('409 transfer_already_exists');
    expect(get('/portfolio/subaccounts/balances').json['subaccount_balances']).toEqual([
      expect.objectContaining({ subaccount_number: 0, exchange_index: 0, balance: '900.000000' }),
      expect.objectContaining({ subaccount_number: 1, exchange_index: 0, balance: '100.000000' }),
    ]);
    expect(get('/portfolio/subaccounts/transfers').json['transfers']).toEqual([
      expect.objectContaining({ transfer_id: transfer.client_transfer_id, amount_cents: 10_000 }),
    ]);
    expect(get('/portfolio/balance').json['balance']).toBe(90_000);
    expect(get('/portfolio/balance', { subaccount: '1' }).json['balance']).toBe(10_000);
  });

  it.each([
    ['more than is there', { amount_cents: 100_001 }, '400 insufficient_balance'],
    ['a subaccount that is not there', { to_subaccount: 2 }, '404 subaccount_not_found'],
    ['itself', { to_subaccount: 0 }, '400 bad_request'],
    ['no id', { client_transfer_id: 'again' }, '400 bad_request'],
  ])('refuse a transfer of %s, and its id may be used again', (_name, change, code) => {
    expect(codeOf(move(change))).toBe(code);
    expect(move().status).toBe(200);
  });

  it('trade by themselves, also with each other, under ids that are unique in the whole account', () => {
    move();
    const mine = { ...order, client_order_id: 'mine', subaccount: 1 };
    const placed = rest('us', `POST ${ORDERS}`, { body: mine });
    expect(placed.status).toBe(201);
    expect(codeOf(rest('us', `POST ${ORDERS}`, { body: { ...mine, subaccount: 0 } }))).toBe(
      '409 order_already_exists',
    );
    const ask = { ...order, ...IOC, side: 'ask', client_order_id: 'ask' };
    expect(rest('us', `POST ${ORDERS}`, { body: ask }).json).toMatchObject({ fill_count: '10.00' });
    expect(positionsOf('0')).toEqual([expect.objectContaining({ position_fp: '-10.00' })]);
    expect(positionsOf('1')).toEqual([expect.objectContaining({ position_fp: '10.00' })]);
    expect(fillNumbers({})).toHaveLength(2);
    expect(fillNumbers({ subaccount: '1' })).toEqual([1]);
    expect(fillNumbers({ subaccount: '7' })).toEqual([]);
  });

  it('are cancelled by themselves or all together', () => {
    move();
    const place = (subaccount: number): string =>
      rest('us', `POST ${ORDERS}`, { body: { ...order, subaccount } }).json['order_id'] as string;
    const ofOne = place(1);
    expect(rest('us', `DELETE ${ORDERS}/${ofOne}`).status).toBe(404);
    expect(rest('us', `DELETE ${ORDERS}/${ofOne}`, { query: { subaccount: '1' } }).status).toBe(
      200,
    );
    place(0);
    place(1);
    expect(rest('us', `DELETE ${ORDERS}`, { query: { subaccount: '1' } }).status).toBe(204);
    expect(restingCount()).toBe(1);
    expect(rest('us', `DELETE ${ORDERS}`).status).toBe(204);
    expect(restingCount()).toBe(0);
  });

  it('are always netted, and say so', () => {
    expect(setNetting(true).status).toBe(200);
    expect(codeOf(setNetting(false))).toBe('400 bad_request');
    expect(get('/portfolio/subaccounts/netting').json['netting_configs']).toEqual([
      { subaccount_number: 0, enabled: true, exchange_index: 0 },
      { subaccount_number: 1, enabled: true, exchange_index: 0 },
    ]);
  });

  it('are at most 63, and none for the lowest tier', () => {
    for (let n = 2; n <= 63; n += 1) rest('us', 'POST /portfolio/subaccounts');
    expect(codeOf(rest('us', 'POST /portfolio/subaccounts'))).toBe('400 subaccount_limit_exceeded');
    desk = openDesk({ options: { limits: { tier: 'basic' } } });
    expect(codeOf(restOf(desk)('us', 'POST /portfolio/subaccounts'))).toBe('403 forbidden');
  });
});

describe('cash between shards', () => {
  const PATH = '/portfolio/intra_exchange_instance_transfer';
  const body = {
    source: 'event_contract',
    destination: 'event_contract',
    amount: 2_500_000,
    source_exchange_shard: 0,
    destination_exchange_shard: 2,
  };

  it('leaves at once, is nowhere for a while, and then arrives', () => {
    desk.exchange.addMarket(aMarket({ ticker: 'KX-2', exchangeIndex: 2 }), NOON);
    expect(desk.refusal('us', { ticker: 'KX-2' })).toBe('404 user_not_found');
    const { json } = rest('us', `POST ${PATH}`, { body });
    const id = json['transfer_id'] as string;
    const shown = (): RestAnswer => get(`${PATH}s/${id}`);
    expect(shown().json).toMatchObject({
      transfer: { transfer_id: id, status: 'pending', amount: '250.000000' },
    });
    expect(desk.exchange.totals()).toMatchObject({
      inTransit: 250 * DOLLAR,
      deposits: 3_000 * DOLLAR,
    });
    expect(get('/portfolio/balance').json['balance_dollars']).toBe('750.0000');
    desk.wait(2_000);
    expect(shown().json).toMatchObject({ transfer: { status: 'complete' } });
    expect(get(`${PATH}s`).json['transfers']).toHaveLength(1);
    expect(get('/portfolio/balance').json['balance_breakdown']).toEqual([
      { exchange_index: 0, balance: '750.0000' },
      { exchange_index: 2, balance: '250.0000' },
    ]);
    expect(desk.exchange.totals().inTransit).toBe(0);
    expect(desk.accept('us', { ticker: 'KX-2' }).remaining_count).toBe('10.00');
    expect(get(`${PATH}s/unknown`).status).toBe(404);
  });

  it.each([
    ['more than is free', { amount: 10_000_001 }, '400 insufficient_balance'],
    ['to where it is', { destination_exchange_shard: 0 }, '400 bad_request'],
    ['to perpetuals', { destination: 'margined' }, '404 not_found'],
    ['of no amount', { amount: 0 }, '400 bad_request'],
    ['from a subaccount that is not there', { source_subaccount: 4 }, '404 subaccount_not_found'],
  ])('%s is refused', (_name, change, code) => {
    expect(codeOf(rest('us', `POST ${PATH}`, { body: { ...body, ...change } }))).toBe(code);
  });

  it('follows standing percentages, a look every ten seconds', () => {
    const allocations = [
      { exchange_index: 0, percent: 60 },
      { exchange_index: 2, percent: 40 },
    ];
    const path = '/portfolio/target_balance_allocation';
    expect(rest('us', `POST ${path}`, { body: { allocations } }).status).toBe(200);
    expect(get(path).json).toEqual({ allocations, resting_margin_reservation: 'sum' });
    desk.wait(9_999);
    expect(get(`${PATH}s`).json['transfers']).toEqual([]);
    desk.wait(2_001);
    expect(get('/portfolio/balance').json['balance_breakdown']).toEqual([
      { exchange_index: 0, balance: '600.0000' },
      { exchange_index: 2, balance: '400.0000' },
    ]);
    desk.wait(HOUR);
    expect(get(`${PATH}s`).json['transfers']).toHaveLength(1);
    const wrong = { allocations: [{ exchange_index: 0, percent: 60 }] };
    expect(codeOf(rest('us', `POST ${path}`, { body: wrong }))).toBe('400 bad_request');
  });

  it('is moved from where there is too much to where there is too little, never what is reserved', () => {
    const on = (cash: number, reserved = 0) => ({
      cash: money(cash * DOLLAR),
      reserved: money(reserved * DOLLAR),
      deposited: money(0),
    });
    const parts = [50, 30, 20].map((percent, exchangeIndex) => ({ exchangeIndex, percent }));
    const cash = new Map([
      [0, on(90, 80)],
      [3, on(90)],
    ]);
    expect(movesTo({ parts, restingMargin: 'sum' }, cash)).toEqual([
      { from: 3, to: 0, amount: 40 * DOLLAR },
      { from: 3, to: 1, amount: 30 * DOLLAR },
      { from: 3, to: 2, amount: 20 * DOLLAR },
    ]);
  });
});

describe('deposits and withdrawals', () => {
  it('are listed, and what was paid out is gone', () => {
    const withdraw = { kind: 'withdraw_cash', account: 'us', shard: 0 } as const;
    const amount = money(1_200 * DOLLAR);
    expect(desk.exchange.control({ ...withdraw, amount }, NOON)).toEqual({
      kind: 'refused',
      code: 'insufficient_cash',
    });
    desk.exchange.control({ ...withdraw, amount: money(200 * DOLLAR) }, NOON);
    expect(get('/portfolio/deposits').json['deposits']).toEqual([
      expect.objectContaining({ amount_cents: 100_000, status: 'applied', fee_cents: 0 }),
    ]);
    expect(get('/portfolio/withdrawals').json['withdrawals']).toEqual([
      expect.objectContaining({ amount_cents: 20_000, created_ts: NOON / 1_000 }),
    ]);
    expect(get('/portfolio/deposits', { limit: '501' }).status).toBe(400);
    expect(get('/portfolio/balance').json['balance']).toBe(80_000);
    expect(desk.exchange.totals().deposits).toBe(2_800 * DOLLAR);
  });
});

const statusAs = (
  keyId: string,
  method: 'GET' | 'POST',
  path: string,
  body: object | null = null,
) =>
  answerRest(
    desk.exchange,
    'us',
    { method, path, query: {}, body: body === null ? null : JSON.stringify(body), keyId },
    desk.nowMs(),
  ).status;

const createKey = (body: object): RestAnswer =>
  rest('us', 'POST /api_keys', { body: { name: 'k', public_key: 'PEM', ...body } });

const keyWith = (scopes: readonly string[]): string =>
  createKey({ scopes }).json['api_key_id'] as string;

describe('keys', () => {
  it('are made, listed and deleted', () => {
    const { status, json } = createKey({ scopes: ['read'] });
    expect(status).toBe(201);
    const keyId = json['api_key_id'] as string;
    expect(get('/api_keys').json).toEqual({
      api_keys: [expect.objectContaining({ api_key_id: keyId, name: 'k', scopes: ['read'] })],
    });
    expect(rest('them', `DELETE /api_keys/${keyId}`).status).toBe(404);
    expect(rest('us', `DELETE /api_keys/${keyId}`).status).toBe(204);
    expect(get('/api_keys').json['api_keys']).toEqual([]);
    expect(codeOf(createKey({ scopes: ['write'] }))).toBe('400 bad_request');
    expect(codeOf(createKey({ subaccount: 3 }))).toBe('404 subaccount_not_found');
  });

  it('do only what is in their scopes', () => {
    const reader = keyWith(['read']);
    expect(statusAs(reader, 'GET', '/portfolio/orders')).toBe(200);
    expect(statusAs(reader, 'POST', ORDERS, order)).toBe(403);
    const trader = keyWith(['write::trade']);
    expect(statusAs(trader, 'POST', ORDERS, order)).toBe(201);
    expect(statusAs(trader, 'POST', '/portfolio/subaccounts/transfer', {})).toBe(403);
    expect(statusAs(trader, 'GET', '/portfolio/orders')).toBe(403);
    const teller = keyWith(['read::portfolio_balance']);
    expect(statusAs(teller, 'GET', '/portfolio/balance')).toBe(200);
    expect(statusAs(teller, 'GET', '/portfolio/fills')).toBe(403);
  });

  it('of one subaccount act on that alone, whether it is named in the query or in the body', () => {
    rest('us', 'POST /portfolio/subaccounts', { body: {} });
    const body = {
      client_transfer_id: '0a5d4a44-9f2c-4f5f-8f7f-2c010d6e2f9c',
      from_subaccount: 0,
      to_subaccount: 1,
      amount_cents: 10_000,
    };
    rest('us', 'POST /portfolio/subaccounts/transfer', { body });
    const keyId = createKey({ subaccount: 1 }).json['api_key_id'] as string;
    expect(get('/api_keys').json['api_keys']).toEqual([
      expect.objectContaining({ api_key_id: keyId, subaccount: 1 }),
    ]);
    const asked = (
      request: `${'GET' | 'POST' | 'DELETE'} ${string}`,
      sent: object | null = null,
      query: RequestQuery = {},
    ): RestAnswer => {
      const [method, path] = request.split(' ') as ['GET' | 'POST' | 'DELETE', string];
      const text = sent === null ? null : JSON.stringify(sent);
      const whole = { method, path, query, body: text, keyId };
      const answer = answerRest(desk.exchange, 'us', whole, desk.nowMs());
      return { status: answer.status, json: JSON.parse(answer.body) as RestAnswer['json'] };
    };
    const subaccountOf = ({ json }: RestAnswer): unknown =>
      (
        get(`/portfolio/orders/${json['order_id'] as string}`).json['order'] as {
          subaccount_number: number;
        }
      ).subaccount_number;
    expect(asked('GET /portfolio/balance').json).toEqual(
      expect.objectContaining({ balance: 10_000, balance_dollars: '100.0000' }),
    );
    expect(asked('GET /portfolio/balance').json).not.toHaveProperty('balance_breakdown');
    expect(get('/portfolio/balance', { subaccount: '1' }).json).toHaveProperty('balance_breakdown');
    expect(asked('GET /portfolio/balance', null, { subaccount: '0' }).status).toBe(403);
    const cheap = { ...order, price: '0.0100' };
    const placed = asked(`POST ${ORDERS}`, cheap);
    expect(subaccountOf(placed)).toBe(1);
    expect(subaccountOf(asked(`POST ${ORDERS}`, { ...cheap, subaccount: 1 }))).toBe(1);
    expect(asked(`POST ${ORDERS}`, { ...cheap, subaccount: 0 }).status).toBe(403);
    const batch = (subaccount: object): RestAnswer =>
      asked(`POST ${ORDERS}/batched`, { orders: [{ ...cheap, ...subaccount }] });
    expect(batch({ subaccount: 0 }).status).toBe(403);
    const [item] = batch({}).json['orders'] as { order_id: string }[];
    expect(subaccountOf({ status: 201, json: item ?? {} })).toBe(1);
    const others = rest('us', `POST ${ORDERS}`, { body: cheap }).json['order_id'] as string;
    expect(asked(`GET /portfolio/orders/${others}`).status).toBe(404);
    expect(asked(`DELETE ${ORDERS}/${others}`).status).toBe(404);
    const own = placed.json['order_id'] as string;
    expect(asked(`GET /portfolio/orders/${own}`).status).toBe(200);
    expect(asked(`DELETE ${ORDERS}/${own}`).status).toBe(200);
    expect(asked('POST /portfolio/subaccounts/transfer', body).status).toBe(403);
    expect(asked('POST /api_keys', { name: 'more', public_key: 'PEM' }).status).toBe(403);
  });

  it('are made by the exchange only where it can', () => {
    const body = { name: 'made' };
    expect(rest('us', 'POST /api_keys/generate', { body }).status).toBe(404);
    const pair = { publicKeyPem: 'public', privateKeyPem: 'private' };
    desk = openDesk({ options: { makeKeyPair: () => pair } });
    const made = restOf(desk)('us', 'POST /api_keys/generate', { body });
    expect(made).toMatchObject({ status: 201, json: { private_key: 'private' } });
    expect(desk.exchange.keys.find(made.json['api_key_id'] as string)).toMatchObject({
      publicKeyPem: 'public',
      scopes: ['read', 'write'],
    });
  });

  it('may not trade what asks for a statement of place once it has lapsed', () => {
    const series = {
      seriesTicker: aMarket().seriesTicker,
      title: 'Football',
      category: 'Sports',
      tags: [],
      settlementSources: [],
      frequency: 'weekly',
    };
    desk.exchange.control({ kind: 'describe_series', series }, NOON);
    desk.exchange.addMarket(aMarket({ ticker: 'KX-RAIN', seriesTicker: 'KXRAIN' }), NOON);
    const resting = desk.accept('us', { price: '0.1000' }).order_id;
    const attestation = { kind: 'attestation', account: 'us', expiresAtMs: NOON + HOUR } as const;
    desk.exchange.control(attestation, NOON);
    expect(get('/api_keys').json['api_key_region_expiration_ts']).toBe((NOON + HOUR) / 1_000);
    desk.accept('us', { price: '0.1000' });
    desk.wait(HOUR);
    expect(desk.refusal('us')).toBe('403 forbidden');
    desk.accept('us', { ticker: 'KX-RAIN' });
    desk.accept('them', { price: '0.1000' });
    expect(rest('us', `DELETE ${ORDERS}/${resting}`).status).toBe(200);
    desk.exchange.control({ ...attestation, expiresAtMs: NOON + 2 * HOUR }, desk.nowMs());
    desk.accept('us', { price: '0.1000' });
  });
});

describe('the tier of an account', () => {
  it('is raised on request for who has sent an order, and told with what granted it', () => {
    desk = openDesk({ options: { limits: { tier: 'basic' } } });
    rest = restOf(desk);
    const upgrade = 'POST /account/api_usage_level/upgrade';
    expect(codeOf(rest('us', upgrade))).toBe('403 forbidden');
    desk.accept('us');
    desk.wait(1_000);
    expect(rest('us', upgrade).status).toBe(200);
    expect(get('/account/limits').json).toMatchObject({
      usage_tier: 'advanced',
      write: { refill_rate: 300, bucket_capacity: 900 },
      grants: [{ exchange_instance: 'event_contract', level: 'advanced', source: 'manual' }],
    });
    const progress = get('/account/api_usage_level/volume_progress').json;
    expect(progress['volume_progress']).toEqual([
      expect.objectContaining({ trailing_30d_volume_fp: '0.00' }),
    ]);
  });
});
