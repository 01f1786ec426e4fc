import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startExchangeServer } from '../../local/venues/exchange-server.ts';
import { KalshiExchange } from '../../shared/adapters/kalshi/kalshi-exchange.ts';
import { requestSigner, type RequestSigner } from '../../shared/adapters/kalshi/request-signer.ts';
import { SignedHttpTransport } from '../../shared/adapters/kalshi/signed-http-transport.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { openDesk, TICKER, type Desk } from '../support/exchange-desk.ts';
import {
  ACCOUNTS_OF_US,
  ED25519_KEY,
  ed25519Signer,
  RSA_KEY,
  rsaSigner,
  stillTimers,
} from '../support/venue-client.ts';
import { exchangeContract, type ExchangeWorld } from './exchange-contract.ts';

const SERIES = {
  seriesTicker: 'KXNFLGAME',
  fees: { makerFeeType: 'quadratic', multiplierMillionths: 1_000_000 },
} as const;

/** The exchange behind a socket of this machine, with a book of 50 and 52, on a clock that is moved by hand. */
async function serve(): Promise<{ desk: Desk; restUrl: string; close: () => Promise<void> }> {
  const desk = openDesk({
    options: { rng: seededRng(5), readLag: { minMs: 200, maxMs: 500 } },
  });
  desk.accept('them', { side: 'bid', price: '0.5000', count: '100.00' });
  desk.accept('them', { side: 'ask', price: '0.5200', count: '100.00' });
  const timers = stillTimers(desk.nowMs);
  const server = await startExchangeServer({
    exchange: desk.exchange,
    accounts: ACCOUNTS_OF_US,
    timers,
    port: 0,
  });
  return { desk, restUrl: server.restUrl, close: server.close };
}

function transportTo(
  restUrl: string,
  options: { readonly signer?: RequestSigner; readonly nowMs: () => number; timeoutMs?: number },
): SignedHttpTransport {
  return new SignedHttpTransport({ restUrl, signer: rsaSigner, timeoutMs: 5_000, ...options });
}

function world(signer: RequestSigner): () => Promise<ExchangeWorld> {
  return async () => {
    const { desk, restUrl, close } = await serve();
    const transport = transportTo(restUrl, { signer, nowMs: desk.nowMs });
    return {
      exchange: new KalshiExchange(transport, () => SERIES),
      market: TICKER,
      depth: 10_000,
      nowMs: desk.nowMs,
      catchUp: () => desk.wait(1_000),
      settle: (result) => {
        desk.exchange.determine(TICKER, result, desk.nowMs());
        desk.wait(120_000);
      },
      close: async () => {
        transport.close();
        await close();
      },
    };
  };
}

exchangeContract('Kalshi over sockets, RSA key', world(rsaSigner));
exchangeContract('Kalshi over sockets, Ed25519 key', world(ed25519Signer));

describe('what the exchange does not let in', () => {
  const balance = { method: 'GET', path: '/portfolio/balance', query: {}, body: null } as const;

  async function ask(
    signer: RequestSigner,
    skewMs = 0,
  ): Promise<{ status: number; body: unknown }> {
    const { desk, restUrl, close } = await serve();
    const transport = transportTo(restUrl, { signer, nowMs: () => desk.nowMs() + skewMs });
    onTestFinished(async () => {
      transport.close();
      await close();
    });
    const reply = await transport.request(balance);
    if (reply.kind === 'failed') throw new Error(reply.cause);
    return { status: reply.status, body: JSON.parse(reply.body) as unknown };
  }

  const otherKey = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey;

  it.each([
    [
      'a key of another',
      { keyId: ED25519_KEY.keyId, privateKeyPem: otherKey },
      'INCORRECT_API_KEY_SIGNATURE',
    ],
    ['a key that it does not know', { ...RSA_KEY, keyId: 'nobody' }, 'NOT_FOUND'],
  ])('%s', async (_, key, details) => {
    expect(await ask(requestSigner(key))).toEqual({
      status: 401,
      body: { error: { code: 'authentication_error', message: 'authentication_error', details } },
    });
  });

  it.each([-30_000, -10_001, 10_001, 300_000])('a clock that is off by %i ms', async (skewMs) => {
    expect(await ask(rsaSigner, skewMs)).toEqual({
      status: 401,
      body: {
        error: { code: 'header_timestamp_expired', message: 'header timestamp expired' },
      },
    });
  });

  it.each([-10_000, -5_000, 10_000])('but a clock off by %i ms it does', async (skewMs) => {
    expect((await ask(rsaSigner, skewMs)).status).toBe(200);
  });

  it('an account’s read without headers, while markets are public', async () => {
    const { desk, restUrl, close } = await serve();
    onTestFinished(close);
    desk.wait(1_000);
    const refused = await fetch(`${restUrl}/portfolio/balance`);
    expect([refused.status, await refused.json()]).toEqual([
      401,
      {
        error: {
          code: 'signature_is_missing_from_headers',
          message: 'signature is missing from headers',
        },
      },
    ]);
    const open = await fetch(`${restUrl}/markets?tickers=${TICKER}`);
    expect([open.status, ((await open.json()) as { markets: unknown[] }).markets.length]).toEqual([
      200, 1,
    ]);
    expect((await fetch(`${restUrl}/exchange/status`)).status).toBe(200);
    expect((await fetch(`${restUrl}/series/KXNFLGAME`)).status).toBe(200);
    expect((await fetch(`${restUrl}/markets/%E0%A4%A`)).status).toBe(404);
    expect((await fetch(restUrl.replace('/trade-api/v2', '/'))).status).toBe(404);
  });

  it('a body that is far too long, and goes on serving', async () => {
    const { desk, restUrl, close } = await serve();
    const transport = transportTo(restUrl, { nowMs: desk.nowMs });
    onTestFinished(async () => {
      transport.close();
      await close();
    });
    const post = { method: 'POST', path: '/portfolio/events/orders', query: {} } as const;
    expect(await transport.request({ ...post, body: 'x'.repeat(1_000_000) })).toMatchObject({
      kind: 'answered',
      status: 413,
    });
    expect(await transport.request({ ...post, body: '{' })).toMatchObject({ status: 400 });
  });
});

/** A server of bytes: each request on a socket is answered by what the test says. */
async function byteServer(
  answer: (socket: Socket, request: number, connection: number) => void,
): Promise<{ readonly restUrl: string; readonly connections: () => number }> {
  let connections = 0;
  let requests = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections += 1;
    const connection = connections;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', () => {
      requests += 1;
      answer(socket, requests, connection);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    restUrl: `http://127.0.0.1:${address.port}/trade-api/v2`,
    connections: () => connections,
  };
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}';
const GET = { method: 'GET', path: '/exchange/status', query: {}, body: null } as const;
const POST = { method: 'POST', path: '/portfolio/events/orders', query: {}, body: '{}' } as const;
const DELETE = { ...GET, method: 'DELETE', path: '/portfolio/events/orders/1' } as const;

/** A transport whose clock is moved by hand. */
function openTransport(
  restUrl: string,
  timeoutMs = 5_000,
): { transport: SignedHttpTransport; wait: (ms: number) => void } {
  let nowMs = 1_000_000;
  const transport = transportTo(restUrl, { nowMs: () => nowMs, timeoutMs });
  onTestFinished(() => transport.close());
  return { transport, wait: (ms) => (nowMs += ms) };
}

describe('sockets of the signed transport', () => {
  it.each([
    [POST, 3_000, 1],
    [POST, 3_001, 2],
    [DELETE, 3_001, 2],
    [GET, 60_000, 1],
    [POST, -1, 2],
  ])('%o %i ms after the last answer: %i sockets in all', async (request, idleMs, sockets) => {
    const server = await byteServer((socket) => socket.write(OK));
    const { transport, wait } = openTransport(server.restUrl);
    await transport.request(GET);
    wait(idleMs);
    expect(await transport.request(request)).toMatchObject({ kind: 'answered', status: 200 });
    expect(server.connections()).toBe(sockets);
  });

  it('a kept-alive socket that died meanwhile does not cost an order', async () => {
    // The first socket answers once and then swallows whatever comes.
    const server = await byteServer((socket, _request, connection) => {
      if (connection > 1 || socket.bytesRead < 1_000) socket.write(OK);
      else socket.destroy();
    });
    const { transport, wait } = openTransport(server.restUrl);
    await transport.request(GET);
    wait(3_001);
    expect(await transport.request(POST)).toMatchObject({ kind: 'answered', status: 200 });
  });

  it('a reset is a reset, a write is never sent twice', async () => {
    let requests = 0;
    const server = await byteServer((socket) => {
      requests += 1;
      socket.destroy();
    });
    const { transport } = openTransport(server.restUrl);
    expect(await transport.request(POST)).toEqual({ kind: 'failed', cause: 'connection_reset' });
    expect(requests).toBe(1);
  });

  it('an answer that ends in its middle is lost', async () => {
    const server = await byteServer((socket) => {
      socket.end('HTTP/1.1 201 Created\r\nContent-Length: 50\r\n\r\n{"order_id":"');
    });
    const { transport } = openTransport(server.restUrl);
    expect(await transport.request(POST)).toEqual({ kind: 'failed', cause: 'connection_reset' });
  });

  it('silence is a timeout, also in the middle of a body', async () => {
    const silent = await byteServer(() => {});
    const stuck = await byteServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{');
    });
    for (const { restUrl } of [silent, stuck]) {
      const { transport } = openTransport(restUrl, 60);
      expect(await transport.request(GET)).toEqual({ kind: 'failed', cause: 'timeout' });
    }
  });

  it('a body without an end is cut off', async () => {
    const server = await byteServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(10_000)}`);
    });
    const transport = new SignedHttpTransport({
      restUrl: server.restUrl,
      signer: rsaSigner,
      nowMs: () => 0,
      timeoutMs: 5_000,
      maxBodyBytes: 5_000,
    });
    onTestFinished(() => transport.close());
    expect(await transport.request(GET)).toEqual({ kind: 'failed', cause: 'connection_reset' });
  });

  it('nobody listening is a reset', async () => {
    const { restUrl, close } = await serve();
    await close();
    const { transport } = openTransport(restUrl);
    expect(await transport.request(POST)).toEqual({ kind: 'failed', cause: 'connection_reset' });
  });
});
