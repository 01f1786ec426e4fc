import { spawn } from 'node:child_process';
import {
  constants,
  createPrivateKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';

// A client by somebody who knows docs.kalshi.com and nothing of this repository: node:http, node:crypto and ws alone.

const PROGRAM = fileURLToPath(new URL('../../../../scripts/fairline.mjs', import.meta.url));

type Json = Readonly<Record<string, unknown>>;
type Answer = { readonly status: number; readonly text: string; readonly json: Json };
type Ended = { readonly status: number | null; readonly out: string; readonly err: string };
type Address = {
  readonly rest: string;
  readonly ws: string;
  readonly keyId: string;
  readonly privateKeyPath: string;
};

const folder = mkdtempSync(join(tmpdir(), 'fairline-client-'));

function startExchange(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [PROGRAM, 'exchange', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: folder, ...environment },
  });
  let [out, err] = ['', ''];
  const told = Promise.withResolvers<string>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (out.includes('\n')) told.resolve(out);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (status) => resolve({ status, out, err }));
  });
  return { told: told.promise, ended, kill: (signal: NodeJS.Signals) => child.kill(signal) };
}

let exchange: ReturnType<typeof startExchange>;
let address: Address;
let key: KeyObject;

beforeAll(async () => {
  exchange = startExchange(['--json', '--markets', '5', '--rate', '0']);
  address = JSON.parse(await exchange.told) as Address;
  key = createPrivateKey(readFileSync(address.privateKeyPath));
});

afterAll(async () => {
  exchange.kill('SIGTERM');
  const { status, out, err } = await exchange.ended;
  expect([status, err]).toEqual([0, '']);
  expect(out.trim().split('\n')).toHaveLength(1);
  expect(existsSync(address.privateKeyPath)).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

type Signing = {
  readonly key?: KeyObject;
  readonly keyId?: string;
  readonly skewMs?: number;
  readonly path?: string;
};

function signed(method: string, path: string, how: Signing = {}): Record<string, string> {
  const timestamp = String(Date.now() + (how.skewMs ?? 0));
  const signature = sign('sha256', Buffer.from(timestamp + method + (how.path ?? path)), {
    key: how.key ?? key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: 32,
  });
  return {
    'KALSHI-ACCESS-KEY': how.keyId ?? address.keyId,
    'KALSHI-ACCESS-TIMESTAMP': timestamp,
    'KALSHI-ACCESS-SIGNATURE': signature.toString('base64'),
  };
}

function send(
  method: string,
  below: string,
  options: { body?: string; headers?: Record<string, string> | null; signing?: Signing } = {},
): Promise<Answer> {
  const url = new URL(`${address.rest}${below}`);
  const headers =
    options.headers === undefined ? signed(method, url.pathname, options.signing) : options.headers;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { method, agent: false, headers: { 'content-type': 'application/json', ...headers } },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (part: string) => (text += part));
        incoming.on('end', () => {
          const isJson = text.startsWith('{');
          resolve({
            status: incoming.statusCode ?? 0,
            text,
            json: isJson ? (JSON.parse(text) as Json) : {},
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(options.body);
  });
}

function idsOf({ json }: Answer): unknown[] {
  return (json['orders'] as Json[]).map((each) => each['order_id']);
}

const ORDERS = '/portfolio/events/orders';
let made = 0;
const order = (change: Json = {}): string => {
  made += 1;
  return JSON.stringify({
    ticker: 'KXSIM-1-YES',
    client_order_id: `independent-${made}`,
    side: 'bid',
    count: '1.00',
    price: '0.0100',
    time_in_force: 'good_till_canceled',
    self_trade_prevention_type: 'taker_at_cross',
    exchange_index: 0,
    ...change,
  });
};

/** Reads lag writes: looks until what is wanted is there. */
async function eventually<T>(look: () => Promise<T>, isIt: (value: T) => boolean): Promise<T> {
  for (let attempt = 0; attempt < 60; attempt += 1) {
    const value = await look();
    if (isIt(value)) return value;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  return look();
}

describe('orders over REST', () => {
  it('rest, are read, and are cancelled once', async () => {
    const created = await send('POST', ORDERS, { body: order() });
    expect(created.status).toBe(201);
    expect(created.json).toMatchObject({ fill_count: '0.00', remaining_count: '1.00' });
    const id = String(created.json['order_id']);
    const path = `/portfolio/orders/${id}`;
    const read = await eventually(
      () => send('GET', path),
      ({ status }) => status === 200,
    );
    expect(read.json['order']).toMatchObject({
      order_id: id,
      ticker: 'KXSIM-1-YES',
      book_side: 'bid',
      outcome_side: 'yes',
      type: 'limit',
      status: 'resting',
      yes_price_dollars: '0.0100',
      no_price_dollars: '0.9900',
      initial_count_fp: '1.00',
      fill_count_fp: '0.00',
      remaining_count_fp: '1.00',
      exchange_index: 0,
    });
    const cancelled = await send('DELETE', `${ORDERS}/${id}?market_ticker=KXSIM-1-YES`);
    expect([cancelled.status, cancelled.json['reduced_by']]).toEqual([200, '1.00']);
    const again = await send('DELETE', `${ORDERS}/${id}`);
    expect([again.status, again.json]).toMatchObject([404, { error: { code: 'not_found' } }]);
    const unknown = await send('DELETE', `${ORDERS}/00000000-0000-4000-8000-000000000000`);
    expect(unknown.text).toBe(again.text);
  });

  it('fill at the resting price, and tell fills, position and cash', async () => {
    const before = await eventually(
      () => send('GET', '/portfolio/balance'),
      ({ json }) => json['balance_dollars'] === '100000.0000',
    );
    const taken = await send('POST', ORDERS, {
      body: order({ ticker: 'KXSIM-2-YES', price: '0.9900', time_in_force: 'immediate_or_cancel' }),
    });
    expect([taken.status, taken.json['fill_count'], taken.json['remaining_count']]).toEqual([
      201,
      '1.00',
      '0.00',
    ]);
    const price = String(taken.json['average_fill_price']);
    expect(Number(price)).toBeLessThan(0.99);
    const id = String(taken.json['order_id']);
    const listed = await eventually(
      () => send('GET', `/portfolio/fills?order_id=${id}`),
      ({ json }) => (json['fills'] as unknown[]).length > 0,
    );
    const [fill] = listed.json['fills'] as Json[];
    expect(fill).toMatchObject({ order_id: id, is_taker: true, yes_price_dollars: price });
    expect(fill).not.toHaveProperty('client_order_id');
    const positions = await send('GET', '/portfolio/positions?ticker=KXSIM-2-YES');
    expect(positions.json['market_positions']).toMatchObject([{ position_fp: '1.00' }]);
    const after = await send('GET', '/portfolio/balance');
    expect(before.json['balance']).toBe(10_000_000);
    const spent = Number(before.json['balance_dollars']) - Number(after.json['balance_dollars']);
    expect(spent).toBeCloseTo(Number(price) + Number(fill?.['fee_cost']), 6);
  });

  it('come in pages, newest first, until the cursor is empty', async () => {
    for (let n = 0; n < 5; n += 1)
      await send('POST', ORDERS, { body: order({ ticker: 'KXSIM-3-YES' }) });
    const query = '/portfolio/orders?ticker=KXSIM-3-YES&status=resting';
    const all = await eventually(
      () => send('GET', query),
      ({ json }) => (json['orders'] as unknown[]).length === 5,
    );
    const pages: unknown[] = [];
    let cursor = '';
    do {
      const page = await send('GET', `${query}&limit=2&cursor=${cursor}`);
      pages.push(...idsOf(page));
      cursor = String(page.json['cursor']);
    } while (cursor !== '');
    expect(pages).toEqual(idsOf(all));
    expect(all.json['cursor']).toBe('');
    const garbage = await send('GET', `${query}&limit=2&cursor=garbage`);
    expect(idsOf(garbage)).toEqual(idsOf(all).slice(0, 2));
    const tooMany = await send('GET', `${query}&limit=1001`);
    expect(tooMany.status).toBe(400);
    expect(String(tooMany.json['msg'])).toMatch(/^Parameter validation failed/);
  });

  it.each([
    ['malformed JSON', '{"ticker":', 400],
    ['no body', '', 400],
    ['a list', '[]', 400],
    ['a price that is a number', order({ price: 0.01 }), 400],
    ['a count that is a number', order({ count: 1 }), 400],
    ['a price off the grid', order({ price: '0.0150' }), 400, 'invalid_price'],
    ['a price of a whole dollar', order({ price: '1.0000' }), 400, 'invalid_price'],
    ['no count', order({ count: undefined }), 400, 'invalid_order'],
    ['no ticker', order({ ticker: undefined }), 400, 'missing_parameters'],
    ['a side of old', order({ side: 'yes' }), 400, 'invalid_order'],
    ['another market', order({ ticker: 'KXNONE-1' }), 404, 'market_not_found'],
    ['another shard', order({ exchange_index: 2 }), 404, 'market_not_found'],
    ['too little cash', order({ count: '90000000.00' }), 400, 'insufficient_balance'],
    [
      'post-only that would trade',
      order({ ticker: 'KXSIM-4-YES', price: '0.9900', post_only: true }),
      400,
      'invalid_order',
    ],
    [
      'an expiry that does not go with it',
      order({ time_in_force: 'immediate_or_cancel', expiration_time: 4_000_000_000 }),
      400,
    ],
  ] as const)('refused: %s', async (_name, body, status, code?: string) => {
    const refused = await send('POST', ORDERS, { body });
    expect([refused.status, refused.text]).toEqual([status, expect.stringMatching(/^\{/)]);
    const error = (refused.json['error'] ?? refused.json) as Json;
    expect(error['code']).toEqual(code ?? expect.any(String));
  });

  it('have an id of the client’s that is never free again', async () => {
    const body = order();
    const first = await send('POST', ORDERS, { body });
    await send('DELETE', `${ORDERS}/${String(first.json['order_id'])}`);
    const second = await send('POST', ORDERS, { body });
    expect([second.status, second.json]).toMatchObject([
      409,
      { error: { code: 'order_already_exists' } },
    ]);
  });
});

describe('a request', () => {
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
  it.each<readonly [string, Signing | null, string]>([
    ['without headers', null, 'signature_is_missing_from_headers'],
    ['signed by another key', { key: stranger }, 'INCORRECT_API_KEY_SIGNATURE'],
    ['signed over its query', { path: '/trade-api/v2/portfolio/balance?x=1' }, 'INCORRECT_API'],
    ['of a key that is not there', { keyId: '00000000-0000-4000-8000-000000000000' }, 'NOT_FOUND'],
    ['half a minute late', { skewMs: -30_000 }, 'header_timestamp_expired'],
    ['five minutes early', { skewMs: 300_000 }, 'header_timestamp_expired'],
  ])('%s is refused', async (_name, signing, told) => {
    const options = signing === null ? { headers: null } : { signing };
    const refused = await send('GET', '/portfolio/balance?x=1', options);
    expect(refused.status).toBe(401);
    expect(refused.json).toHaveProperty('error.code');
    expect(refused.text).toContain(told);
  });

  it('five seconds off is taken', async () => {
    for (const skewMs of [-5_000, 5_000])
      expect((await send('GET', '/portfolio/balance', { signing: { skewMs } })).status).toBe(200);
  });

  it('for public data needs no key; what is not there is a 404', async () => {
    const markets = await send('GET', '/markets?limit=2&series_ticker=KXSIM', { headers: null });
    expect(markets.json['markets']).toHaveLength(2);
    const one = await send('GET', '/markets/KXSIM-1-YES', { headers: null });
    expect(one.json['market']).toMatchObject({ ticker: 'KXSIM-1-YES', status: 'active' });
    const status = await send('GET', '/exchange/status', { headers: null });
    expect(status.json).toMatchObject({ exchange_active: true, trading_active: true });
    const book = await send('GET', '/markets/KXSIM-1-YES/orderbook');
    const { yes_dollars: yes, no_dollars: no } = book.json['orderbook_fp'] as Record<
      'yes_dollars' | 'no_dollars',
      [string, string][]
    >;
    for (const side of [yes, no]) {
      const prices = side.map(([price]) => Number(price));
      expect(prices).toEqual(prices.toSorted((a, b) => a - b));
    }
    expect(Number(yes.at(-1)?.[0]) + Number(no.at(-1)?.[0])).toBeLessThan(1);
    for (const [method, path] of [
      ['GET', '/markets/KXNONE'],
      ['GET', '/nowhere'],
      ['PUT', '/portfolio/balance'],
      ['GET', '/portfolio/orders/%'],
    ] as const)
      expect([path, (await send(method, path)).status]).toEqual([path, 404]);
  });
});

type Frame = Json & {
  readonly type: string;
  readonly id?: number;
  readonly sid?: number;
  readonly seq?: number;
  readonly msg: Json;
};

async function openStream(): Promise<{
  readonly say: (command: Json | string) => void;
  readonly next: (isIt: (frame: Frame) => boolean) => Promise<Frame>;
  readonly frames: readonly Frame[];
}> {
  const { pathname } = new URL(address.ws);
  const socket = new WebSocket(address.ws, { headers: signed('GET', pathname) });
  onTestFinished(() => socket.terminate());
  const frames: Frame[] = [];
  let seen = 0;
  let wake: (() => void) | null = null;
  socket.on('message', (data: Buffer) => {
    frames.push(JSON.parse(data.toString('utf8')) as Frame);
    wake?.();
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const next = async (isIt: (frame: Frame) => boolean): Promise<Frame> => {
    for (;;) {
      while (seen < frames.length) {
        const frame = frames[seen]!;
        seen += 1;
        if (isIt(frame)) return frame;
      }
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      wake = resolve;
      const timer = setTimeout(() => reject(new Error(JSON.stringify(frames.slice(-3)))), 3_000);
      await promise;
      clearTimeout(timer);
    }
  };
  const say = (command: Json | string): void =>
    socket.send(typeof command === 'string' ? command : JSON.stringify(command));
  return { say, next, frames };
}

/** The status with which an upgrade is refused. */
function refusedWith(headers: Record<string, string>): Promise<number> {
  const socket = new WebSocket(address.ws, { headers });
  return new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
  });
}

const withId = (id: number) => (frame: Frame) => frame.id === id;

describe('the stream', () => {
  it('is opened with a signature only', async () => {
    expect(await refusedWith({})).toBe(401);
    expect(await refusedWith(signed('GET', '/trade-api/v2'))).toBe(401);
  });

  it('subscribes, numbers every frame of a subscription, and takes its commands', async () => {
    const { say, next, frames } = await openStream();
    const [one, two] = ['KXSIM-4-YES', 'KXSIM-5-YES'];
    say({
      id: 1,
      cmd: 'subscribe',
      params: { channels: ['orderbook_delta'], market_tickers: [one], use_yes_price: true },
    });
    const { msg } = await next(withId(1));
    expect(msg).toEqual({ channel: 'orderbook_delta', sid: expect.any(Number) });
    const { sid } = msg;
    const snapshot = await next(({ type }) => type === 'orderbook_snapshot');
    expect(snapshot).toMatchObject({ sid, seq: 1, msg: { market_ticker: one } });

    const update = (id: number, action: string, tickers: readonly string[]): void =>
      say({
        id,
        cmd: 'update_subscription',
        params: { sids: [sid], action, market_tickers: tickers },
      });
    update(2, 'add_markets', [two]);
    expect(await next(withId(2))).toMatchObject({
      type: 'ok',
      sid,
      seq: 2,
      msg: { market_tickers: [one, two] },
    });
    expect(await next(({ seq }) => seq === 3)).toMatchObject({
      type: 'orderbook_snapshot',
      msg: { market_ticker: two },
    });
    update(3, 'get_snapshot', [one]);
    expect(await next(withId(3))).toMatchObject({ type: 'orderbook_snapshot', sid, seq: 4 });

    const resting = await send('POST', ORDERS, { body: order({ ticker: two }) });
    expect(await next(({ type }) => type === 'orderbook_delta')).toMatchObject({
      sid,
      seq: 5,
      msg: { market_ticker: two, side: 'yes', price_dollars: '0.0100', delta_fp: '1.00' },
    });

    update(4, 'delete_markets', [two]);
    expect(await next(withId(4))).toMatchObject({
      type: 'ok',
      sid,
      seq: 6,
      msg: { market_tickers: [one] },
    });
    await send('DELETE', `${ORDERS}/${String(resting.json['order_id'])}`);

    say({ id: 5, cmd: 'subscribe', params: { channels: ['fill', 'user_orders'] } });
    const fills = await next(withId(5));
    const orders = await next(withId(5));
    say({ id: 6, cmd: 'list_subscriptions' });
    expect((await next(withId(6))).msg).toEqual([
      { channel: 'orderbook_delta', sid },
      fills.msg,
      orders.msg,
    ]);
    say({ id: 7, cmd: 'unsubscribe', params: { sids: [sid] } });
    expect(await next(withId(7))).toMatchObject({ type: 'unsubscribed', sid, seq: 7 });
    expect(frames.filter(({ type }) => type === 'orderbook_delta')).toHaveLength(1);
  });

  it('tells own orders and fills, unnumbered', async () => {
    const { say, next } = await openStream();
    say({ id: 1, cmd: 'subscribe', params: { channels: ['fill', 'user_orders'] } });
    await next(withId(1));
    await next(withId(1));
    const body = order({ ticker: 'KXSIM-5-YES', price: '0.9900', time_in_force: 'fill_or_kill' });
    const { json } = await send('POST', ORDERS, { body });
    const fill = await next(({ type }) => type === 'fill');
    expect(fill).not.toHaveProperty('seq');
    const done = await next(
      ({ type, msg }) => type === 'user_order' && msg['status'] !== 'resting',
    );
    expect(done.msg).toMatchObject({
      order_id: json['order_id'],
      status: 'executed',
      fill_count_fp: '1.00',
      remaining_count_fp: '0.00',
      taker_fees_dollars: fill.msg['fee_cost'],
      maker_fees_dollars: '0.000000',
      last_update_reason: 'Trade',
      created_ts_ms: json['ts_ms'],
    });
    expect(fill.msg).toMatchObject({
      order_id: json['order_id'],
      market_ticker: 'KXSIM-5-YES',
      exchange_index: 0,
      is_taker: true,
      book_side: 'bid',
      outcome_side: 'yes',
      count_fp: '1.00',
      post_position_fp: '1.00',
    });
  });

  it.each([
    [1, 'not JSON', '{'],
    [1, 'a list', '[]'],
    [2, 'no params', { id: 9, cmd: 'subscribe' }],
    [3, 'no channels', { id: 9, cmd: 'subscribe', params: {} }],
    [4, 'no sids', { id: 9, cmd: 'unsubscribe', params: {} }],
    [5, 'an unknown command', { id: 9, cmd: 'dance' }],
    [7, 'an unknown sid', { id: 9, cmd: 'unsubscribe', params: { sids: [4_711] } }],
    [8, 'an unknown channel', { id: 9, cmd: 'subscribe', params: { channels: ['gossip'] } }],
    [
      11,
      'a wrong type',
      { id: 9, cmd: 'subscribe', params: { channels: ['trade'], market_tickers: 5 } },
    ],
    [
      12,
      'two sids',
      { id: 9, cmd: 'update_subscription', params: { sids: [1, 2], action: 'add_markets' } },
    ],
    [
      13,
      'an unknown action',
      { id: 9, cmd: 'update_subscription', params: { sids: [1], action: 'juggle' } },
    ],
    [
      14,
      'a book of no market',
      { id: 9, cmd: 'subscribe', params: { channels: ['orderbook_delta'] } },
    ],
    [15, 'no action', { id: 9, cmd: 'update_subscription', params: { sids: [1] } }],
  ] as const)('answers %i to %s, and stays open', async (code, _name, command) => {
    const { say, next } = await openStream();
    say(command);
    const refused = await next(({ type }) => type === 'error');
    expect(refused.msg).toMatchObject({ code, msg: expect.any(String) });
    if (typeof command === 'object') expect(refused.id).toBe(9);
    say({ id: 10, cmd: 'list_subscriptions' });
    expect((await next(withId(10))).msg).toEqual([]);
  });
});

describe('fairline exchange', () => {
  it('says which port is in use and ends', async () => {
    const { port } = new URL(address.rest);
    const { status, out, err } = await startExchange(['--json', '--port', port]).ended;
    expect([status, out]).toEqual([1, '']);
    expect(err).toMatch(
      new RegExp(`^fairline: exchange: port ${port} of 127.0.0.1 is in use;.*\n$`),
    );
  });

  it('ends when its key cannot be written', async () => {
    const nowhere = join(folder, 'nowhere');
    const { status, out, err } = await startExchange(['--json'], { TMPDIR: nowhere }).ended;
    expect([status, out]).toEqual([1, '']);
    expect(err).toContain(nowhere);
  }, 15_000);
});
