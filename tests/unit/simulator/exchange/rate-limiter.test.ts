import { describe, expect, it } from 'vitest';
import {
  RateLimiter,
  type RateLimitOptions,
} from '../../../../shared/simulator/exchange/rate-limiter.ts';
import { ENDPOINT_COSTS } from '../../../../shared/simulator/exchange/request-charge.ts';
import { openDesk, TICKER } from '../../../support/exchange-desk.ts';
import { restOf } from '../../../support/exchange-rest.ts';
import { NOON } from '../../../support/trade-builders.ts';

const ORDERS = '/portfolio/events/orders';

type Request = readonly [string, body?: object | null, query?: Readonly<Record<string, string>>];

function charged([line, body = null, query = {}]: Request) {
  const [method = '', path = ''] = line.split(' ');
  return { method, path, query, body: body === null ? null : JSON.stringify(body) };
}

/** How many of the same requests pass at once, at most 2,000. */
function burst(limiter: RateLimiter, request: Request, nowMs = NOON, account = 'us'): number {
  let passed = 0;
  while (passed < 2_000 && limiter.admit(account, charged(request), nowMs)) passed += 1;
  return passed;
}

const basic = (more: Partial<RateLimitOptions> = {}) => new RateLimiter({ tier: 'basic', ...more });
const CREATE: Request = [`POST ${ORDERS}`, { ticker: TICKER, exchange_index: 0 }];

describe('what a request costs', () => {
  it.each<readonly [string, Request, number]>([
    ['a read', ['GET /markets'], 20],
    ['one order', ['GET /portfolio/orders/some-id'], 100],
    ['the queue positions', ['GET /portfolio/orders/queue_positions'], 20],
    ['one queue position', ['GET /portfolio/orders/some-id/queue_position'], 20],
    ['a create', CREATE, 10],
    ['a cancel', [`DELETE ${ORDERS}/some-id`], 50],
    ['cancel-all', [`DELETE ${ORDERS}`], 50],
    ['an amendment', [`POST ${ORDERS}/some-id/amend`, { ticker: 'KX', exchange_index: 0 }], 10],
    ['a decrease', [`POST ${ORDERS}/some-id/decrease`, { reduce_by: '1' }], 10],
    ['a batch of three creates', [`POST ${ORDERS}/batched`, { orders: [{}, {}, {}] }], 3],
    ['a batch of five cancels', [`DELETE ${ORDERS}/batched`, { orders: [1, 2, 3, 4, 5] }], 10],
    ['a batch that cannot be read', [`POST ${ORDERS}/batched`, [1]], 10],
    ['a new group', ['POST /portfolio/order_groups/create', {}], 10],
    ['a fuse that is pulled', ['PUT /portfolio/order_groups/some-id/trigger'], 10],
  ])('of %s fits that often into the bucket of Basic', (_name, request, expected) => {
    expect(burst(basic(), request)).toBe(expected);
  });

  it('is what the list of costs says', () => {
    for (const { method, path, cost } of ENDPOINT_COSTS) {
      const line = `${method} ${path.replace('/trade-api/v2', '').replace(':order_id', 'id')}`;
      const capacity = method === 'GET' ? 200 : 100;
      expect(burst(basic(), [line, { orders: [{}] }])).toBe(Math.floor(capacity / cost));
    }
  });

  it('of a whole batch must fit, or nothing is taken', () => {
    const limiter = basic();
    const eleven = { orders: Array.from({ length: 11 }, () => ({})) };
    expect(limiter.admit('us', charged([`POST ${ORDERS}/batched`, eleven]), NOON)).toBe(false);
    expect(burst(limiter, CREATE)).toBe(10);
  });
});

describe('buckets', () => {
  it('fill up by the millisecond to their capacity, and a refusal costs nothing', () => {
    const limiter = basic();
    expect(burst(limiter, CREATE)).toBe(10);
    expect(burst(limiter, CREATE, NOON + 99)).toBe(0);
    expect(burst(limiter, CREATE, NOON + 100)).toBe(1);
    expect(burst(limiter, CREATE, NOON + 3_600_000)).toBe(10);
  });

  it('of reads and writes, and of accounts, are apart', () => {
    const limiter = basic({ tierOf: new Map([['them', 'advanced']]) });
    expect(burst(limiter, CREATE)).toBe(10);
    expect(burst(limiter, ['GET /markets'])).toBe(20);
    expect(burst(limiter, CREATE, NOON, 'them')).toBe(90);
  });

  it('of a shard pay for a single write that names it; shard 0 and batches have the common one', () => {
    const limiter = basic();
    const on = (shard: number): Request => [
      `POST ${ORDERS}`,
      { ticker: 'KX', exchange_index: shard },
    ];
    expect(burst(limiter, on(2))).toBe(10);
    expect(burst(limiter, [`DELETE ${ORDERS}/id`, null, { exchange_index: '1' }])).toBe(50);
    expect(burst(limiter, [`POST ${ORDERS}/batched`, { orders: [on(3)[1]] }])).toBe(10);
    expect(burst(limiter, on(0))).toBe(0);
    expect(burst(limiter, on(3))).toBe(10);
  });

  it('are all charged for what the exchange must route, and none when one is empty', () => {
    const limiter = basic();
    const routed: readonly Request[] = [
      [`POST ${ORDERS}`, { ticker: 'KX' }],
      [`POST ${ORDERS}`, { ticker: 'KX', exchange_index: -1 }],
      [`POST ${ORDERS}/id/amend`, { ticker: 'KX' }],
      [`POST ${ORDERS}/id/decrease`, { market_ticker: 'KX' }],
    ];
    for (const request of routed) expect(limiter.admit('us', charged(request), NOON)).toBe(true);
    expect(burst(limiter, [`POST ${ORDERS}`, { ticker: 'KX', exchange_index: 2 }])).toBe(6);
    expect(burst(limiter, routed[0]!)).toBe(0);
    expect(burst(limiter, CREATE)).toBe(6);
    expect(burst(limiter, [`POST ${ORDERS}`, { ticker: 'KX', exchange_index: 1 }])).toBe(6);
  });

  it('a cancel by id alone is tried on shard 0, and charged there', () => {
    const limiter = basic();
    expect(burst(limiter, [`DELETE ${ORDERS}/id`])).toBe(50);
    expect(burst(limiter, [`DELETE ${ORDERS}/id`, null, { exchange_index: '1' }])).toBe(50);
  });
});

describe('the exchange with limits', () => {
  it('answers 429 with a text and does nothing, and serves again after the refill', () => {
    const desk = openDesk({ options: { limits: { tier: 'basic' } } });
    const rest = restOf(desk);
    const create = (n: number) =>
      rest('us', `POST ${ORDERS}`, {
        body: {
          ticker: TICKER,
          client_order_id: `n-${n}`,
          side: 'bid',
          count: '1.00',
          price: '0.0100',
          time_in_force: 'good_till_canceled',
          self_trade_prevention_type: 'maker',
          exchange_index: 0,
        },
      });
    const answers = Array.from({ length: 11 }, (_, n) => create(n));
    expect(answers.map(({ status }) => status)).toEqual([...Array(10).fill(201), 429]);
    expect(answers[10]?.json).toEqual({ error: 'too many requests' });
    expect(desk.exchange.truth('us').orders).toHaveLength(10);
    desk.wait(100);
    expect(create(10).status).toBe(201);
  });

  it('tells limits and costs, and without limits those of the highest tier', () => {
    const desk = openDesk({ options: { limits: { tier: 'premier' } } });
    expect(restOf(desk)('us', 'GET /account/limits').json).toEqual({
      usage_tier: 'premier',
      read: { refill_rate: 1_200, bucket_capacity: 3_600 },
      write: { refill_rate: 1_200, bucket_capacity: 3_600 },
      grants: [],
    });
    expect(restOf(openDesk())('us', 'GET /account/limits').json).toMatchObject({
      usage_tier: 'prestige',
    });
    expect(restOf(desk)('us', 'GET /account/endpoint_costs').json).toMatchObject({
      default_cost: 10,
      endpoint_costs: expect.arrayContaining([
        { method: 'DELETE', path: '/trade-api/v2/portfolio/events/orders/:order_id', cost: 2 },
      ]),
    });
  });

  it('limits nobody who does not sign, and nothing when it has none', () => {
    expect(burst(basic(), ['GET /markets'], NOON, '')).toBe(2_000);
    expect(burst(new RateLimiter(null), CREATE)).toBe(2_000);
  });
});
