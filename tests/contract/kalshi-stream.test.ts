import type { IncomingMessage } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { startExchangeServer, type ExchangeServer } from '../../local/venues/exchange-server.ts';
import { PortUnavailable } from '../../local/venues/listen.ts';
import {
  KalshiMarketStream,
  type KalshiStreamOptions,
} from '../../shared/adapters/kalshi/kalshi-market-stream.ts';
import type { MarketDataEvent } from '../../shared/ports/market-data.ts';
import { openDesk, TICKER, type Desk } from '../support/exchange-desk.ts';
import { machineTimers, StreamLog } from '../support/stream-log.ts';
import { ACCOUNTS_OF_US, RSA_KEY, rsaSigner, stillTimers } from '../support/venue-client.ts';

const FAST = { leastMs: 0, baseMs: 20, mostMs: 20 } as const;

type Served = { readonly desk: Desk; readonly server: ExchangeServer };

/** The exchange of the desk, at noon, behind sockets. */
async function serve(options: { readonly maxBufferedBytes?: number } = {}): Promise<Served> {
  const desk = openDesk();
  const server = await startExchangeServer({
    exchange: desk.exchange,
    accounts: ACCOUNTS_OF_US,
    timers: stillTimers(desk.nowMs),
    port: 0,
    ...options,
  });
  onTestFinished(() => server.close());
  return { desk, server };
}

/** Signs with the desk's time, which the exchange compares with. */
function open(
  wsUrl: string,
  desk: Desk | null,
  options: Partial<KalshiStreamOptions> = {},
): { stream: KalshiMarketStream; log: StreamLog } {
  const log = new StreamLog();
  const stream = new KalshiMarketStream({
    wsUrl,
    signer: (request) => rsaSigner({ ...request, nowMs: desk?.nowMs() ?? request.nowMs }),
    timers: machineTimers(),
    random: () => 0.5,
    maxFrameBytes: 100_000,
    backoff: FAST,
    ...options,
  });
  onTestFinished(() => stream.close());
  stream.open([TICKER], log.handlers);
  return { stream, log };
}

function eventsOf<Kind extends MarketDataEvent['kind']>(
  log: StreamLog,
  kind: Kind,
): readonly Extract<MarketDataEvent, { kind: Kind }>[] {
  return log.events.filter(
    (event): event is Extract<MarketDataEvent, { kind: Kind }> => event.kind === kind,
  );
}

describe('the exchange’s stream over a socket', () => {
  it('brings books, own orders and fills, and the life of markets', async () => {
    const { desk, server } = await serve();
    desk.accept('them', { side: 'ask', price: '0.5200', count: '100.00' });
    const { log } = open(server.wsUrl, desk);
    await log.until(() => log.subscribed.length === 4, 'four subscriptions');
    expect(log.subscribed).toEqual([
      { subscription: 1, markets: [TICKER] },
      { subscription: 2, markets: [] },
      { subscription: 3, markets: [] },
      { subscription: 4, markets: [] },
    ]);
    expect(eventsOf(log, 'book_snapshot')).toMatchObject([
      { sequence: { subscription: 1, sequence: 1 }, snapshot: { market: TICKER } },
    ]);
    desk.accept('us', { price: '0.5200', time_in_force: 'immediate_or_cancel' });
    desk.exchange.determine(TICKER, { kind: 'yes' }, desk.nowMs());
    await log.until(() => eventsOf(log, 'lifecycle').length === 2, 'closed and determined');
    expect(eventsOf(log, 'fill')).toMatchObject([{ fill: { market: TICKER, count: 1_000 } }]);
    expect(eventsOf(log, 'order_update')).toMatchObject([{ update: { status: 'executed' } }]);
    expect(eventsOf(log, 'book_delta').length).toBeGreaterThan(0);
    expect(log.frames.length).toBe(log.events.length);
    expect(log.refusals).toEqual([]);
  });

  it('brings a book again after a gap, under the next number', async () => {
    const { desk, server } = await serve();
    const { stream, log } = open(server.wsUrl, desk);
    await log.until(() => log.subscribed.length === 4, 'four subscriptions');
    desk.accept('them', { side: 'bid', price: '0.5000', count: '70.00' });
    await log.until(() => eventsOf(log, 'book_delta').length === 1, 'a delta');
    stream.requestSnapshots(2, [TICKER]);
    stream.requestSnapshots(99, [TICKER]);
    stream.requestSnapshots(1, [TICKER]);
    await log.until(() => eventsOf(log, 'book_snapshot').length === 2, 'the book again');
    expect(eventsOf(log, 'book_snapshot')[1]).toMatchObject({
      sequence: { subscription: 1, sequence: 3 },
      snapshot: { market: TICKER, bids: [{ price: 5_000, count: 7_000 }], asks: [] },
    });
    expect(eventsOf(log, 'stream_error')).toEqual([]);
  });

  it('is back within 5 s of a lost connection, with numbers of its own, by its own default', async () => {
    const { desk, server } = await serve();
    const { log } = open(server.wsUrl, desk, {
      backoff: { leastMs: 0, baseMs: 250, mostMs: 30_000 },
      random: () => 0.99,
    });
    await log.until(() => log.subscribed.length === 4, 'four subscriptions');
    const droppedMs = performance.now();
    server.dropStreams();
    await log.until(() => log.subscribed.length === 8, 'four more', 5_000);
    expect(performance.now() - droppedMs).toBeLessThan(5_000);
    expect(log.connects).toBe(2);
    expect(log.disconnects).toEqual(['the connection ended (1006)']);
    expect(log.subscribed.slice(4).map(({ subscription }) => subscription)).toEqual([5, 6, 7, 8]);
  });

  it.each([
    [
      'an unknown key',
      (request: Parameters<typeof rsaSigner>[0]) => ({
        ...rsaSigner(request),
        'KALSHI-ACCESS-KEY': 'nobody',
      }),
      'NOT_FOUND',
    ],
    [
      'a clock a minute behind',
      (request: Parameters<typeof rsaSigner>[0]) =>
        rsaSigner({ ...request, nowMs: request.nowMs - 60_000 }),
      'header_timestamp_expired',
    ],
  ])(
    'says that it was refused for %s, and does not ask again and again',
    async (_, signer, told) => {
      const { desk, server } = await serve();
      const { log } = open(server.wsUrl, desk, {
        signer: (request) => signer({ ...request, nowMs: desk.nowMs() }),
        backoff: { leastMs: 0, baseMs: 1, mostMs: 1 },
      });
      await log.until(() => log.disconnects.length === 1, 'a refusal');
      expect(log.disconnects[0]).toContain('the connection was refused: HTTP 401');
      expect(log.disconnects[0]).toContain(told);
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
      expect(log.disconnects).toHaveLength(1);
      expect(log.connects).toBe(0);
    },
  );

  it('comes when the exchange does', async () => {
    const { desk, server } = await serve();
    const port = Number(new URL(server.wsUrl).port);
    await server.close();
    const { log } = open(server.wsUrl, desk);
    await log.until(() => log.disconnects.length >= 2, 'two attempts');
    expect(log.disconnects[0]).toBe('the connection failed (ECONNREFUSED)');
    const again = await startExchangeServer({
      exchange: desk.exchange,
      accounts: ACCOUNTS_OF_US,
      timers: stillTimers(desk.nowMs),
      port,
    });
    onTestFinished(() => again.close());
    await log.until(() => log.subscribed.length === 4, 'four subscriptions');
  });

  it('tells nothing after it was closed', async () => {
    const { desk, server } = await serve();
    const { stream, log } = open(server.wsUrl, desk);
    await log.until(() => log.subscribed.length === 4, 'four subscriptions');
    const closing = stream.close();
    const told = log.events.length;
    desk.accept('them', { side: 'bid', price: '0.5000', count: '70.00' });
    await closing;
    expect(log.events).toHaveLength(told);
    expect(log.disconnects).toEqual([]);
  });
});

/** A server of frames: the n-th connection is served by the n-th script, later ones by the last. */
async function frameServer(
  ...scripts: readonly ((client: WebSocket, request: IncomingMessage) => void)[]
): Promise<string> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  let connections = 0;
  server.on('connection', (client, request) => {
    const script = scripts[Math.min(connections, scripts.length - 1)];
    connections += 1;
    script?.(client, request);
  });
  await new Promise((resolve) => {
    server.once('listening', resolve);
  });
  onTestFinished(async () => {
    for (const client of server.clients) client.terminate();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `ws://127.0.0.1:${address.port}/trade-api/ws/v2`;
}

type Command = {
  readonly id: number;
  readonly cmd: string;
  readonly params: { readonly channels: readonly string[] };
};

/** Acknowledges every subscription; its number is the command's id plus ten. */
function acknowledges(client: WebSocket, told: (command: Command) => void = () => {}): void {
  client.on('message', (data: Buffer) => {
    const command = JSON.parse(data.toString('utf8')) as Command;
    const msg = { channel: command.params.channels[0], sid: command.id + 10 };
    client.send(JSON.stringify({ id: command.id, type: 'subscribed', msg }));
    told(command);
  });
}

const error = (code: number, fields: object = {}): string =>
  JSON.stringify({ type: 'error', ...fields, msg: { code, msg: 'told' } });

describe('the stream of an exchange that misbehaves', () => {
  it('outlives a socket that dies in the middle of a frame', async () => {
    const url = await frameServer(
      (_client, request) => {
        // A text frame of 4,096 bytes of which six come.
        request.socket.write(Buffer.from([0x81, 126, 0x10, 0x00, ...Buffer.from('{"type')]));
        setTimeout(() => request.socket.destroy(), 20);
      },
      (client) => acknowledges(client),
    );
    const { log } = open(url, null);
    await log.until(() => log.subscribed.length === 4, 'a whole connection');
    expect(log.connects).toBe(2);
    expect(log.frames.every((frame) => frame.endsWith('}'))).toBe(true);
  });

  it.each([
    ['leaves out a frame that is too long, and goes on', 200_000, 0],
    ['makes a new connection after one that is many times too long', 2_000_000, 1],
  ])('%s', async (_name, length, disconnects) => {
    const url = await frameServer(
      (client) => {
        client.send(JSON.stringify({ type: 'ticker', msg: 'x'.repeat(length) }));
        acknowledges(client);
      },
      (client) => acknowledges(client),
    );
    const { log } = open(url, null);
    await log.until(
      () => log.disconnects.length === disconnects && log.subscribed.length === 4,
      'a whole connection',
    );
    expect(log.refusals).toMatchObject([{ code: 'oversized' }]);
    expect(log.connects).toBe(1 + disconnects);
  });

  it('counts frames that it cannot use, and goes on', async () => {
    const url = await frameServer((client) => {
      acknowledges(client);
      for (const frame of ['nothing', '{"type":"new_thing","msg":{}}', '[]']) client.send(frame);
      client.send(Buffer.from([1, 2]), { binary: true });
    });
    const { log } = open(url, null);
    await log.until(() => log.subscribed.length === 4, 'four subscriptions');
    expect(log.refusals.map(({ code }) => code)).toEqual([
      'not_json',
      'unknown_type',
      'malformed',
      'malformed',
    ]);
    expect(log.connects).toBe(1);
  });

  it('leaves a connection on which nothing is heard, pings included', async () => {
    const url = await frameServer((client) => {
      acknowledges(client);
      const pings = [60, 120, 180].map((ms) => setTimeout(() => client.ping('heartbeat'), ms));
      client.on('close', () => pings.forEach((timer) => clearTimeout(timer)));
    });
    const { log } = open(url, null, { silentAfterMs: 150 });
    const openedMs = performance.now();
    await log.until(() => log.disconnects.length === 1, 'a silent connection left');
    expect(log.disconnects).toEqual(['nothing was heard for 150 ms']);
    // The pings kept it until 150 ms after the last of them.
    expect(performance.now() - openedMs).toBeGreaterThan(300);
  });

  it.each([10, 25])('opens again what the exchange ended with code %i', async (code) => {
    const commands: Command[] = [];
    const url = await frameServer((client) =>
      acknowledges(client, (command) => {
        commands.push(command);
        if (commands.length === 4) client.send(error(code, { sid: 11, seq: 1 }));
      }),
    );
    const { log } = open(url, null);
    await log.until(() => log.subscribed.length === 5, 'a fifth subscription');
    expect(commands[4]).toMatchObject({
      cmd: 'subscribe',
      params: { channels: ['orderbook_delta'] },
    });
    expect(log.subscribed[4]).toEqual({ subscription: 15, markets: [TICKER] });
    expect(eventsOf(log, 'stream_error')).toMatchObject([
      { code, subscription: 11, terminal: true },
    ]);
    expect(log.connects).toBe(1);
  });

  it('makes a new connection when subscriptions end again and again, or cannot be opened', async () => {
    const url = await frameServer(
      (client) =>
        acknowledges(client, ({ id }) => client.send(error(25, { sid: id + 10, seq: 1 }))),
      (client) => client.on('message', () => client.send(error(8, { id: 8 }))),
      (client) => acknowledges(client),
    );
    const { log } = open(url, null);
    await log.until(() => log.disconnects.length >= 1, 'the first connection left');
    expect(log.disconnects[0]).toContain('the exchange ended a subscription: error 25');
    await log.until(() => log.disconnects.length >= 2, 'the second connection left');
    expect(log.disconnects[1]).toContain('the exchange refused a subscription: error 8');
    const before = log.subscribed.length;
    await log.until(() => log.subscribed.length === before + 4, 'a whole connection');
  });

  it('asks for a new signature at each connect', async () => {
    const stamps: unknown[] = [];
    const url = await frameServer((client, request) => {
      stamps.push(request.headers['kalshi-access-signature']);
      client.terminate();
    });
    const { log } = open(url, null);
    await log.until(() => log.disconnects.length >= 2, 'two connections');
    expect(new Set(stamps).size).toBe(stamps.length);
  });
});

/** Looks every other millisecond: a poll of 50 would be most of what these tests take. */
const soon = <T>(look: () => T) => expect.poll(look, { interval: 2, timeout: 5_000 });

/** A bare client, signed in. */
async function openClient(served: Served): Promise<{ socket: WebSocket; replies: unknown[] }> {
  const { desk, server } = served;
  const path = new URL(server.wsUrl).pathname;
  const headers = rsaSigner({ method: 'GET', path, nowMs: desk.nowMs() });
  const socket = new WebSocket(server.wsUrl, { headers });
  const replies: unknown[] = [];
  socket.on('message', (data: Buffer) => replies.push(JSON.parse(data.toString('utf8'))));
  onTestFinished(() => socket.terminate());
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return { socket, replies };
}

describe('the simulated exchange’s side of a socket', () => {
  it.each([
    ['nonsense', 1, 0],
    ['{"id":1}', 1, 0],
    ['{"id":1,"cmd":"dance"}', 5, 1],
    ['{"id":2,"cmd":"subscribe"}', 2, 2],
    ['{"id":3,"cmd":"subscribe","params":{}}', 3, 3],
    ['{"id":4,"cmd":"subscribe","params":{"channels":["gossip"]}}', 8, 4],
    ['{"id":5,"cmd":"subscribe","params":{"channels":["orderbook_delta"]}}', 14, 5],
    ['{"id":6,"cmd":"subscribe","params":{"channels":["fill"],"market_tickers":"A"}}', 11, 6],
    ['{"id":6,"cmd":"subscribe","params":{"channels":["trade"],"market_id":"A"}}', 11, 6],
    [
      '{"id":6,"cmd":"subscribe","params":{"channels":["trade"],"market_ticker":"A","market_tickers":["B"]}}',
      11,
      6,
    ],
    ['{"id":7,"cmd":"unsubscribe","params":{"sids":[77]}}', 7, 7],
    ['{"id":8,"cmd":"unsubscribe","params":{}}', 4, 8],
    ['{"id":9,"cmd":"update_subscription","params":{"sids":[1,2]}}', 12, 9],
    ['{"id":10,"cmd":"update_subscription","params":{"sids":[1]}}', 15, 10],
    ['{"id":11,"cmd":"update_subscription","params":{"sids":[1],"action":"dance"}}', 13, 11],
    ['{"id":12,"cmd":"update_subscription","params":{"sids":[1],"action":"get_snapshot"}}', 14, 12],
    [
      '{"id":13,"cmd":"update_subscription","params":{"sids":[1],"action":"get_snapshot","market_ticker":"A"}}',
      7,
      13,
    ],
  ])('refuses %s with code %i', async (text, code, id) => {
    const { socket, replies } = await openClient(await serve());
    socket.send(text);
    socket.send('{"id":99,"cmd":"list_subscriptions"}');
    await soon(() => replies.length).toBe(2);
    expect(replies).toMatchObject([
      { id, type: 'error', msg: { code } },
      { id: 99, type: 'ok', msg: [] },
    ]);
  });

  it('lists, widens and ends subscriptions', async () => {
    const { socket, replies } = await openClient(await serve());
    const command = (id: number, cmd: string, params: object = {}): void =>
      socket.send(JSON.stringify({ id, cmd, params }));
    command(1, 'subscribe', { channels: ['orderbook_delta', 'trade'], market_ticker: TICKER });
    command(2, 'update_subscription', {
      sids: [1],
      action: 'add_markets',
      market_tickers: ['KX-B'],
    });
    command(3, 'list_subscriptions');
    command(4, 'unsubscribe', { sids: [1] });
    command(5, 'list_subscriptions');
    await soon(() => replies.length).toBe(7);
    expect(replies).toMatchObject([
      { id: 1, type: 'subscribed', msg: { channel: 'orderbook_delta', sid: 1 } },
      { type: 'orderbook_snapshot', sid: 1, seq: 1 },
      { id: 1, type: 'subscribed', msg: { channel: 'trade', sid: 2 } },
      { id: 2, sid: 1, seq: 2, type: 'ok', msg: { market_tickers: [TICKER, 'KX-B'] } },
      {
        id: 3,
        msg: [
          { channel: 'orderbook_delta', sid: 1 },
          { channel: 'trade', sid: 2 },
        ],
      },
      { id: 4, sid: 1, seq: 3, type: 'unsubscribed' },
      { id: 5, msg: [{ channel: 'trade', sid: 2 }] },
    ]);
  });

  it('changes only what can be changed', async () => {
    const { socket, replies } = await openClient(await serve());
    const channels = ['market_lifecycle_v2', 'order_group_updates', 'ticker'];
    socket.send(JSON.stringify({ id: 1, cmd: 'subscribe', params: { channels } }));
    for (const [sid, action] of [
      [1, 'add_markets'],
      [2, 'delete_markets'],
      [3, 'get_snapshot'],
      [3, 'delete_markets'],
    ])
      socket.send(
        JSON.stringify({
          id: 2,
          cmd: 'update_subscription',
          params: { sids: [sid], action, market_ticker: TICKER },
        }),
      );
    await soon(() => replies.length).toBe(7);
    expect(replies.slice(3)).toMatchObject([
      { id: 2, type: 'error', msg: { code: 13 } },
      { id: 2, type: 'error', msg: { code: 13 } },
      { id: 2, type: 'error', msg: { code: 13 } },
      { id: 2, sid: 3, type: 'ok' },
    ]);
  });

  it('refuses commands beyond ten thousand a second, and none in the next', async () => {
    const served = await serve();
    const { socket, replies } = await openClient(served);
    for (let n = 1; n <= 10_002; n += 1) socket.send(`{"id":${n},"cmd":"list_subscriptions"}`);
    await soon(() => replies.length).toBe(10_002);
    expect(replies.slice(9_999)).toMatchObject([
      { id: 10_000, type: 'ok' },
      { id: 10_001, type: 'error', msg: { code: 27 } },
      { id: 10_002, type: 'error', msg: { code: 27 } },
    ]);
    served.desk.wait(1_000);
    socket.send('{"id":1,"cmd":"list_subscriptions"}');
    await soon(() => replies.at(-1)).toMatchObject({ id: 1, type: 'ok' });
  });

  it('ends the subscription of a reader that does not read, and says so', async () => {
    const served = await serve({ maxBufferedBytes: 100_000 });
    const { socket, replies } = await openClient(served);
    socket.send(
      JSON.stringify({
        id: 1,
        cmd: 'subscribe',
        params: { channels: ['orderbook_delta'], market_ticker: TICKER },
      }),
    );
    await soon(() => replies.length).toBe(2);
    socket.pause();
    const { desk } = served;
    for (let cents = 10; cents < 60; cents += 1)
      desk.accept('them', { price: `0.${cents}00`, count: '1.00' });
    // Far more than the sockets of the machine hold; the exchange ends the subscription of who does not read.
    const flood = async (): Promise<void> => {
      for (let n = 0; n < 15_000; n += 1) {
        desk.exchange.getSnapshot(1, [TICKER], desk.nowMs());
        if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await expect(flood()).rejects.toThrow('subscription 1 is open');
    socket.resume();
    await soon(() => replies.at(-1)).toMatchObject({ type: 'error', sid: 1, msg: { code: 25 } });
    const numbers = replies.flatMap((reply) => {
      const { seq } = reply as { readonly seq?: number };
      return seq === undefined ? [] : [seq];
    });
    // The frame that was not taken has a number too.
    expect(numbers.at(-1)).toBe(numbers.length + 1);
    socket.send('{"id":9,"cmd":"list_subscriptions"}');
    await soon(() => replies.at(-1)).toEqual({ id: 9, type: 'ok', msg: [] });
  });

  it('says which port is in use', async () => {
    const { server } = await serve();
    const port = Number(new URL(server.wsUrl).port);
    const second = startExchangeServer({
      exchange: openDesk().exchange,
      accounts: new Map(),
      timers: stillTimers(() => 0),
      port,
    });
    await expect(second).rejects.toThrow(PortUnavailable);
    await expect(second).rejects.toThrow(`exchange: port ${port} of 127.0.0.1 is in use`);
  });

  it('refuses an upgrade that is not signed', async () => {
    const { server } = await serve();
    const socket = new WebSocket(server.wsUrl, { headers: { 'KALSHI-ACCESS-KEY': RSA_KEY.keyId } });
    const status = await new Promise((resolve) => {
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      socket.on('error', () => {});
    });
    socket.terminate();
    expect(status).toBe(401);
  });
});
