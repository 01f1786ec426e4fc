import { request as httpRequest } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { ControlledVenue } from '../../local/venues/control-actions.ts';
import { startControlServer } from '../../local/venues/control-server.ts';
import { startExchangeServer } from '../../local/venues/exchange-server.ts';
import { FrameFaults } from '../../local/venues/frame-faults.ts';
import { InjectedFaults } from '../../local/venues/injected-faults.ts';
import { RequestFaults } from '../../local/venues/request-faults.ts';
import { ScheduledPauses } from '../../local/venues/scheduled-pauses.ts';
import { SignatureClock } from '../../local/venues/signature-clock.ts';
import { VenueTimers } from '../../local/venues/venue-timers.ts';
import { MachineTimers } from '../../shared/adapters/machine/machine-timers.ts';
import { money, MICROS_PER_DOLLAR } from '../../shared/domain/money/money.ts';
import { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { aMarket } from '../support/trade-builders.ts';
import { ACCOUNTS_OF_US, ed25519Signer } from '../support/venue-client.ts';

type Json = Readonly<Record<string, unknown>>;
type Answer = { readonly status: number; readonly text: string; readonly type: string };
const TICKER = aMarket().ticker;
const ORDERS = '/portfolio/events/orders';
const BID = {
  ticker: TICKER,
  side: 'bid',
  count: '10.00',
  price: '0.5000',
  time_in_force: 'good_till_canceled',
  self_trade_prevention_type: 'taker_at_cross',
  exchange_index: 0,
};

/** The exchange and its control API on sockets, on the machine's clock. */
async function serve() {
  const machine = new MachineTimers({
    onError: (error) => {
      throw error;
    },
  });
  const wireTimers = new VenueTimers(machine);
  const timers = new VenueTimers(machine);
  const exchange = new SimExchange({ rng: seededRng(1), readLag: { minMs: 0, maxMs: 0 } });
  exchange.deposit('us', 0, money(1_000 * MICROS_PER_DOLLAR));
  const openTimeMs = timers.nowMs() - 1_000;
  const closeTimeMs = openTimeMs + 86_400_000;
  exchange.addMarket(aMarket({ openTimeMs, closeTimeMs, status: 'active' }), openTimeMs);
  const faults = new InjectedFaults({ clock: wireTimers, rng: seededRng(1) });
  const requests = new RequestFaults(faults);
  const frames = new FrameFaults({ faults, timers: wireTimers });
  const signatures = new SignatureClock({ clock: wireTimers, faults });
  const server = await startExchangeServer({
    exchange,
    accounts: ACCOUNTS_OF_US,
    timers,
    wireTimers,
    signatureClock: signatures,
    faults: { requests, frames },
    port: 0,
  });
  const { dropStreams } = server;
  const pauses = new ScheduledPauses({ exchange, timers, dropStreams });
  const wireNowMs = () => wireTimers.nowMs();
  const venue: ControlledVenue = {
    exchange,
    account: 'us',
    timers,
    wireNowMs,
    faults,
    requests,
    frames,
    signatures,
    pauses,
  };
  const api = await startControlServer({ venue, port: 0 });
  onTestFinished(async () => {
    await api.close();
    await server.close();
    pauses.close();
    timers.close();
    wireTimers.close();
    expect(machine.waiting).toBe(0);
    machine.close();
  });
  return { exchange, server, url: api.url, timers };
}

type Served = Awaited<ReturnType<typeof serve>>;

/** One request; rejects when the connection ends before an answer. */
function send(
  url: string,
  how: { method: string; headers?: Record<string, string>; body?: object; waitMs?: number },
): Promise<Answer> {
  const text = how.body === undefined ? '' : JSON.stringify(how.body);
  const headers = { ...how.headers, 'content-length': String(Buffer.byteLength(text)) };
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, { method: how.method, headers, agent: false }, (incoming) => {
      let answer = '';
      incoming.setEncoding('utf8').on('data', (part: string) => (answer += part));
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          text: answer,
          type: incoming.headers['content-type'] ?? '',
        }),
      );
    });
    outgoing.on('error', reject);
    if (how.waitMs !== undefined)
      outgoing.setTimeout(how.waitMs, () => outgoing.destroy(new Error('no answer')));
    outgoing.end(text);
  });
}

function ask({ server }: Served, method: string, path: string, body?: object, waitMs?: number) {
  const url = `${server.restUrl}${path}`;
  const { pathname } = new URL(url);
  const headers = ed25519Signer({ method, path: pathname, nowMs: Date.now() });
  return send(url, {
    method,
    headers: { ...headers },
    ...(body !== undefined && { body }),
    ...(waitMs !== undefined && { waitMs }),
  });
}

async function control({ url }: Served, method: string, path: string, body?: object) {
  const answer = await send(`${url}${path}`, { method, ...(body !== undefined && { body }) });
  return { status: answer.status, json: JSON.parse(answer.text) as Json };
}

const resting = ({ exchange }: Served): number => exchange.floor.open('us').length;

describe('faults of requests over sockets', () => {
  it('a gateway’s error may come after the order was booked, or before', async () => {
    const served = await serve();
    const injected = await control(served, 'POST', '/faults', {
      fault: 'server_error',
      status: 502,
      applied: true,
      method: 'POST',
      path: ORDERS,
    });
    expect(injected).toMatchObject({ status: 201, json: { id: 1, state: 'active' } });
    const lost = await ask(served, 'POST', ORDERS, BID);
    expect(lost).toMatchObject({ status: 502, type: 'text/html' });
    expect(resting(served)).toBe(1);
    await control(served, 'POST', '/faults', { fault: 'server_error', body: 'empty' });
    expect(await ask(served, 'POST', ORDERS, BID)).toEqual({
      status: 503,
      text: '',
      type: 'text/plain',
    });
    expect(resting(served)).toBe(1);
    expect((await ask(served, 'POST', ORDERS, BID)).status).toBe(201);
    const { json } = await control(served, 'GET', '/faults');
    expect(json).toMatchObject({
      fired: 2,
      firings: [{ name: 'server_error', at: `POST ${ORDERS}` }, { faultId: 2 }],
    });
  });

  it('an answer never comes, a connection is reset, a success is empty', async () => {
    const served = await serve();
    await control(served, 'POST', '/faults', { fault: 'timeout', applied: true });
    await expect(ask(served, 'POST', ORDERS, BID, 40)).rejects.toThrow('no answer');
    await control(served, 'POST', '/faults', { fault: 'reset', applied: true });
    await expect(ask(served, 'POST', ORDERS, BID)).rejects.toThrow(/ECONNRESET|hang up/);
    await control(served, 'POST', '/faults', { fault: 'empty_success' });
    expect(await ask(served, 'POST', ORDERS, BID)).toMatchObject({ status: 201, text: '' });
    expect(resting(served)).toBe(3);
    await control(served, 'POST', '/faults', { fault: 'slow', delayMs: 30 });
    const fromMs = performance.now();
    expect((await ask(served, 'GET', '/portfolio/orders')).status).toBe(200);
    expect(performance.now() - fromMs).toBeGreaterThanOrEqual(29);
  });

  it('a clock that runs off refuses signatures beyond ten seconds', async () => {
    const served = await serve();
    for (const [skewMs, status] of [
      [9_000, 200],
      [-9_000, 200],
      [30_000, 401],
      [-30_000, 401],
    ] as const) {
      await control(served, 'POST', '/faults', { fault: 'clock_skew', skewMs });
      const read = await ask(served, 'GET', '/portfolio/balance');
      expect([skewMs, read.status]).toEqual([skewMs, status]);
      if (status === 401) expect(read.text).toContain('header_timestamp_expired');
    }
    expect(await control(served, 'DELETE', '/faults')).toMatchObject({ json: { cleared: 1 } });
    expect((await ask(served, 'GET', '/portfolio/balance')).status).toBe(200);
  });

  it('in maintenance only the status is told, and no stream opens', async () => {
    const served = await serve();
    await control(served, 'POST', '/faults', { fault: 'maintenance' });
    const status = await ask(served, 'GET', '/exchange/status');
    expect([status.status, JSON.parse(status.text)]).toMatchObject([
      503,
      { exchange_active: false, trading_active: false },
    ]);
    expect((await ask(served, 'GET', '/portfolio/balance')).status).toBe(503);
    await expect(listen(served)).rejects.toThrow('503');
    await control(served, 'DELETE', '/faults/1');
    expect((await ask(served, 'GET', '/exchange/status')).status).toBe(200);
  });
});

type Stream = {
  readonly socket: WebSocket;
  /** Frames and ends in order: texts, `binary`, `closed <code>`. */
  readonly came: readonly string[];
  readonly until: (isIt: (came: readonly string[]) => boolean) => Promise<void>;
};

/** A stream that is subscribed to the book and to own orders. */
async function listen({ server }: Served): Promise<Stream> {
  const { pathname } = new URL(server.wsUrl);
  const headers = ed25519Signer({ method: 'GET', path: pathname, nowMs: Date.now() });
  const socket = new WebSocket(server.wsUrl, { headers: { ...headers } });
  const came: string[] = [];
  let look: (() => void) | null = null;
  const note = (what: string): void => {
    came.push(what);
    look?.();
  };
  socket.on('message', (data: Buffer, isBinary) =>
    note(isBinary ? 'binary' : data.toString('utf8')),
  );
  socket.on('close', (code) => note(`closed ${code}`));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.on('error', () => undefined);
  onTestFinished(() => socket.terminate());
  const until: Stream['until'] = (isIt) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(came.join('\n'))), 2_000);
      look = () => {
        if (!isIt(came)) return;
        clearTimeout(timer);
        resolve();
      };
      look();
    });
  const params = { channels: ['orderbook_delta', 'user_orders'], market_tickers: [TICKER] };
  socket.send(JSON.stringify({ id: 1, cmd: 'subscribe', params }));
  await until(() => came.length === 3);
  return { socket, came, until };
}

const seqs = (came: readonly string[]): unknown[] =>
  came
    .filter((text) => text.includes('"type":"orderbook_'))
    .map((text) => (JSON.parse(text) as Json)['seq']);

describe('faults of the stream over sockets', () => {
  it.each<readonly [string, Json, readonly number[]]>([
    ['a gap', { fault: 'gap', channel: 'orderbook_delta' }, [1, 3, 4]],
    ['a duplicate', { fault: 'duplicate', channel: 'orderbook_delta' }, [1, 2, 2, 3, 4]],
    ['a gap of two', { fault: 'gap', channel: 'orderbook_delta', count: 2 }, [1, 4]],
    ['a binary frame', { fault: 'binary', channel: 'orderbook_delta' }, [1, 3, 4]],
    ['a missed own message', { fault: 'missed_user_message' }, [1, 2, 3, 4]],
  ])('%s', async (_name, fault, numbers) => {
    const served = await serve();
    const { came, until } = await listen(served);
    await control(served, 'POST', '/faults', fault);
    for (let n = 0; n < 3; n += 1) await ask(served, 'POST', ORDERS, BID);
    await until(() => seqs(came).at(-1) === 4);
    expect(seqs(came)).toEqual(numbers);
    const own = came.filter((text) => text.includes('"type":"user_order"')).length;
    expect(own).toBe(fault['fault'] === 'missed_user_message' ? 2 : 3);
  });

  it('a subscription ends with code 25, and its other channel goes on', async () => {
    const served = await serve();
    const { socket, came, until } = await listen(served);
    const fault = { fault: 'subscription_error', code: 25, channel: 'orderbook_delta' };
    await control(served, 'POST', '/faults', fault);
    await ask(served, 'POST', ORDERS, BID);
    await until(() => came.some((text) => text.includes('"user_order"')));
    const errors = came.filter((text) => text.includes('"type":"error"'));
    expect(errors.map((text) => JSON.parse(text) as unknown)).toMatchObject([
      { sid: 1, seq: 2, msg: { code: 25 } },
    ]);
    expect(seqs(came)).toEqual([1]);
    // The exchange knows it no more, and another one may be opened.
    socket.send(JSON.stringify({ id: 5, cmd: 'unsubscribe', params: { sids: [1] } }));
    await until(() => came.some((text) => text.includes('"code":7')));
    const params = { channels: ['orderbook_delta'], market_tickers: [TICKER] };
    socket.send(JSON.stringify({ id: 6, cmd: 'subscribe', params }));
    await until(() => seqs(came).length === 2);
  });

  it('drops and closes end each open stream, and are told with their time', async () => {
    const served = await serve();
    const [one, two] = [await listen(served), await listen(served)];
    await control(served, 'POST', '/faults', { fault: 'drop', connection: 1 });
    await one.until((came) => came.at(-1) === 'closed 1006');
    await control(served, 'POST', '/faults', { fault: 'close', code: 1_012, reason: 'restart' });
    await two.until((came) => came.at(-1) === 'closed 1012');
    const { json } = await control(served, 'GET', '/faults');
    expect(json['firings']).toMatchObject([
      { name: 'drop', at: 'connection 1', atMs: expect.any(Number) },
      { name: 'close', at: 'connection 2' },
    ]);
  });
});

describe('the control API', () => {
  it('moves the exchange’s time and lets signatures be', async () => {
    const served = await serve();
    const before = served.timers.nowMs();
    const expires = { ...BID, expiration_time: Math.floor(before / 1_000) + 600 };
    expect((await ask(served, 'POST', ORDERS, expires)).status).toBe(201);
    const moved = await control(served, 'POST', '/clock', { advanceMs: 3_600_000 });
    expect(Number(moved.json['nowMs']) - before).toBeGreaterThanOrEqual(3_600_000);
    expect(resting(served)).toBe(0);
    expect((await ask(served, 'GET', '/portfolio/balance')).status).toBe(200);
    await control(served, 'POST', '/clock', { rate: 1_000 });
    expect((await control(served, 'GET', '/clock')).json['rate']).toBe(1_000);
  });

  it('lives a market’s life: closed, determined, disputed, amended, paid', async () => {
    const served = await serve();
    const life = async (step: string, body: object = {}) =>
      (await control(served, 'POST', `/markets/${TICKER}/${step}`, body)).status;
    expect(await life('deactivate')).toBe(201);
    expect(await life('deactivate')).toBe(409);
    expect(await life('reactivate')).toBe(201);
    expect(await life('price-structure', { structure: 'deci_cent' })).toBe(201);
    expect((await ask(served, 'POST', ORDERS, { ...BID, price: '0.5050' })).status).toBe(201);
    expect(await life('dispute')).toBe(409);
    expect(await life('determine', { result: 'yes' })).toBe(201);
    expect(await life('dispute')).toBe(201);
    expect(await life('amend', { result: 'scalar', value: '0.2500' })).toBe(201);
    await control(served, 'POST', '/clock', { advanceMs: 86_400_000 });
    const { json } = await control(served, 'GET', '/markets');
    expect(json['markets']).toMatchObject([
      { ticker: TICKER, status: 'finalized', result: { kind: 'scalar' } },
    ]);
  });

  it('sets pauses, tiers, shards, money, read lag and attestations', async () => {
    const served = await serve();
    const set = async (path: string, body: object) =>
      (await control(served, 'POST', path, body)).status;
    expect(await set('/pause', { pause: 'trading' })).toBe(201);
    expect((await ask(served, 'POST', ORDERS, BID)).status).toBe(400);
    expect(await set('/pause', { pause: 'none' })).toBe(201);
    expect(await set('/shards/0/refuse', { as: 'insufficient_shard_balance' })).toBe(201);
    expect((await ask(served, 'POST', ORDERS, BID)).status).toBe(404);
    expect(await set('/shards/0/refuse', { as: null })).toBe(201);
    expect(await set('/deposits', { exchangeIndex: 2, dollars: 12.5 })).toBe(201);
    expect(await set('/withdrawals', { exchangeIndex: 2, dollars: 20 })).toBe(409);
    expect(await set('/withdrawals', { exchangeIndex: 2, dollars: 2.5 })).toBe(201);
    const { json } = await control(served, 'GET', '/truth/us');
    expect(json).toMatchObject({ cashByShard: { 2: '10.000000' } });
    for (const [path, body] of [
      ['/tier', { tier: 'basic' }],
      ['/read-lag', { minMs: 0, maxMs: 10 }],
      ['/attestation', { expiresInMs: 0 }],
      ['/answers', { fillOrKill: 'refused' }],
      ['/transfer-time', { ms: 5 }],
      ['/maintenance', { windows: [{ startsInMs: 1_000, lastsMs: 1_000 }] }],
      ['/markets', { ticker: 'KXMINE-1-YES', exchangeIndex: 2 }],
      ['/events/KXMINE-1/fees', { makerFeeType: null, multiplier: 0.5 }],
      ['/series/KXMINE/fees', { makerFeeType: 'quadratic', multiplier: 2, inMs: 60_000 }],
    ] as const)
      expect([path, await set(path, body)]).toEqual([path, 201]);
    expect(await set('/schedule', { thursdayPause: true })).toBe(201);
  });

  it.each<readonly [string, string, unknown, number, RegExp]>([
    ['GET', '/nowhere', undefined, 404, /There is no \/nowhere\. GET \/ lists all/],
    ['PUT', '/clock', {}, 405, /takes GET, POST, not PUT/],
    ['POST', '/faults', { fault: 'gremlin' }, 400, /there is no "gremlin"\. Name one of too_many/],
    ['POST', '/faults', {}, 400, /fault: /],
    ['POST', '/faults', { fault: 'slow' }, 400, /delayMs: .*GET \/ shows an example/],
    ['POST', '/faults', { fault: 'gap', often: 3 }, 400, /often/],
    ['POST', '/clock', { advanceMs: -5 }, 400, /advanceMs|body/],
    ['POST', '/markets/KXNONE/close', {}, 404, /There is no market KXNONE\. GET \/markets/],
    ['DELETE', '/faults/7', undefined, 404, /No active fault has the number 7/],
    ['GET', '/truth/nobody', undefined, 404, /There is no account nobody/],
  ])('%s %s %j is refused, and says what to do', async (method, path, body, status, told) => {
    const served = await serve();
    const refused = await control(served, method, path, body as object | undefined);
    expect([refused.status, refused.json['error']]).toEqual([status, expect.stringMatching(told)]);
  });

  it('is not for pages of a browser', async () => {
    const { url } = await serve();
    const page = { origin: 'http://example.com' };
    expect((await send(`${url}/faults`, { method: 'GET', headers: page })).status).toBe(403);
    const rebound = { host: 'example.com' };
    expect((await send(`${url}/faults`, { method: 'GET', headers: rebound })).status).toBe(403);
    expect((await send(url, { method: 'GET' })).status).toBe(200);
  });
});
