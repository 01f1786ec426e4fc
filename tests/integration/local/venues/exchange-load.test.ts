import { request as httpRequest, Agent } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { runExchange, type ExchangeAddress } from '../../../../local/venues/run-exchange.ts';
import { MachineTimers } from '../../../../shared/adapters/machine/machine-timers.ts';
import {
  readPrivateKey,
  requestSigner,
} from '../../../../shared/adapters/kalshi/request-signer.ts';

/** The exchange alone, of an Ed25519 key, and how to end it. */
async function begin(more: { rate?: number; markets?: number; controlPort?: number } = {}) {
  const errors: unknown[] = [];
  const timers = new MachineTimers({ onError: (error) => errors.push(error) });
  const stop = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const line = await new Promise<string>((resolve, reject) => {
    running = runExchange({
      port: 0,
      seed: 4,
      markets: 10,
      rate: 0,
      keyType: 'ed25519',
      json: true,
      timers,
      write: resolve,
      signal: stop.signal,
      ...more,
    });
    running.catch(reject);
  });
  const address = JSON.parse(line) as ExchangeAddress;
  const end = async (): Promise<void> => {
    stop.abort();
    await running;
    expect([timers.waiting, errors]).toEqual([0, []]);
  };
  onTestFinished(async () => {
    stop.abort();
    await running;
  });
  const privateKeyPem = readPrivateKey(address.privateKeyPath);
  const signer = requestSigner({ keyId: address.keyId, privateKeyPem });
  const signed = (method: string, url: string) => ({
    ...signer({ method, path: new URL(url).pathname, nowMs: Date.now() }),
  });
  return { address, end, signed };
}

describe('the exchange alone, under load', () => {
  it('serves 500 streams at once, and ends with them open', async () => {
    const { address, end, signed } = await begin({ rate: 50 });
    const heard = new Set<number>();
    const open = async (index: number): Promise<WebSocket> => {
      const socket = new WebSocket(address.ws, { headers: signed('GET', address.ws) });
      socket.on('message', () => heard.add(index));
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
      socket.on('error', () => undefined);
      const params = { channels: ['orderbook_delta'], market_tickers: ['KXSIM-1-YES'] };
      socket.send(JSON.stringify({ id: 1, cmd: 'subscribe', params }));
      return socket;
    };
    const sockets: WebSocket[] = [];
    // In batches: a signature is good for ten seconds, also on a machine with much else to do.
    while (sockets.length < 500) {
      const batch = Array.from({ length: 25 }, (_, index) => open(sockets.length + index));
      sockets.push(...(await Promise.all(batch)));
    }
    await expect.poll(() => heard.size, { timeout: 20_000 }).toBe(500);
    const closed = Promise.all(
      sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))),
    );
    await end();
    await closed;
  }, 60_000);

  it('answers orders over one kept connection without losing one', async () => {
    const { address, end, signed } = await begin({ markets: 20 });
    const agent = new Agent({ keepAlive: true, maxSockets: 4 });
    onTestFinished(() => agent.destroy());
    const url = `${address.rest}/portfolio/events/orders`;
    const place = (n: number): Promise<number> =>
      new Promise((resolve, reject) => {
        const body = JSON.stringify({
          ticker: `KXSIM-${1 + (n % 20)}-YES`,
          client_order_id: `load-${n}`,
          side: 'bid',
          count: '1.00',
          price: '0.0100',
          time_in_force: 'good_till_canceled',
          self_trade_prevention_type: 'taker_at_cross',
          exchange_index: 0,
        });
        const headers = { ...signed('POST', url), 'content-length': Buffer.byteLength(body) };
        const outgoing = httpRequest(url, { method: 'POST', agent, headers }, (incoming) => {
          incoming.resume().on('end', () => resolve(incoming.statusCode ?? 0));
        });
        outgoing.on('error', reject).end(body);
      });
    const statuses = await Promise.all(Array.from({ length: 600 }, (_, n) => place(n)));
    expect(new Set(statuses)).toEqual(new Set([201]));
    await end();
  }, 30_000);

  it('ends while clients say nothing, half a request, or wait for an answer that never comes', async () => {
    const { address, end, signed } = await begin({ controlPort: 0 });
    const { port } = new URL(address.rest);
    for (const text of ['', 'POST /trade-api/v2/x HTTP/1.1\r\ncontent-length: 5\r\n\r\nab']) {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => undefined);
      await new Promise((resolve) => socket.once('connect', resolve));
      socket.write(text);
      onTestFinished(() => void socket.destroy());
    }
    const fault = JSON.stringify({ fault: 'timeout' });
    await fetch(`${address.control}/faults`, { method: 'POST', body: fault });
    const url = `${address.rest}/portfolio/balance`;
    const lost = fetch(url, { headers: signed('GET', url) });
    const refused = connect(Number(port), '127.0.0.1');
    refused.on('error', () => undefined);
    refused.write(
      'GET /nowhere HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    );
    await new Promise((resolve) => refused.once('data', resolve));
    const [ended] = await Promise.all([end().then(() => 'ended'), expect(lost).rejects.toThrow()]);
    expect(ended).toBe('ended');
    refused.destroy();
  });

  it('has markets that are listed, opened, closed early, determined and settled', async () => {
    const { address, signed } = await begin({ rate: 200, controlPort: 0 });
    const types = new Set<unknown>();
    const socket = new WebSocket(address.ws, { headers: signed('GET', address.ws) });
    onTestFinished(() => socket.terminate());
    socket.on('message', (data: Buffer) => {
      const { type, msg } = JSON.parse(data.toString('utf8')) as {
        type: string;
        msg: Readonly<Record<string, unknown>>;
      };
      types.add(type === 'market_lifecycle_v2' ? msg['event_type'] : type);
    });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const params = { channels: ['market_lifecycle_v2', 'trade'] };
    socket.send(JSON.stringify({ id: 1, cmd: 'subscribe', params }));
    const rate = JSON.stringify({ rate: 60 });
    await fetch(`${address.control}/clock`, { method: 'POST', body: rate });
    await expect
      .poll(() => [...types], { timeout: 20_000 })
      .toEqual(
        expect.arrayContaining(['trade', 'created', 'close_date_updated', 'determined', 'settled']),
      );
    const read = await fetch(`${address.rest}/markets/trades?limit=5`);
    expect(await read.json()).toMatchObject({ trades: [{}, {}, {}, {}, {}] });
  }, 30_000);
});
