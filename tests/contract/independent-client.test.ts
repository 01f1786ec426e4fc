import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { runExchange, type ExchangeAddress } from '../../local/venues/run-exchange.ts';
import { MachineTimers } from '../../shared/adapters/machine/machine-timers.ts';

// A book by somebody else: plain objects, floats for keys, the exchange's documents and nothing of this repository.

type Level = Record<string, number>;
type Frame = {
  type: string;
  sid?: number;
  seq?: number;
  msg: {
    sid: number;
    side: 'yes' | 'no';
    price_dollars: string;
    delta_fp: string;
    yes_dollars_fp?: [string, string][];
    no_dollars_fp?: [string, string][];
  };
};

const levels = (side: [string, string][] = []): Level =>
  Object.fromEntries(side.map(([price, size]) => [price, Number(size)]));

async function openExchange(): Promise<ExchangeAddress & { control: string }> {
  const timers = new MachineTimers({ onError: () => undefined });
  const stop = new AbortController();
  let running: Promise<void> = Promise.resolve();
  onTestFinished(async () => {
    stop.abort();
    await running;
    timers.close();
  });
  const line = await new Promise<string>((resolve, reject) => {
    running = runExchange({
      port: 0,
      controlPort: 0,
      seed: 11,
      markets: 2,
      rate: 1_500,
      keyType: 'ed25519',
      json: true,
      timers,
      write: resolve,
      signal: stop.signal,
    });
    running.catch(reject);
  });
  return JSON.parse(line) as ExchangeAddress & { control: string };
}

it('a stranger keeps a book through gaps and duplicates, and it is the exchange’s', async () => {
  const { rest, ws, keyId, privateKeyPath, control } = await openExchange();
  const key = createPrivateKey(readFileSync(privateKeyPath));
  const headers = (method: string, url: string): Record<string, string> => {
    const at = String(Date.now());
    const text = Buffer.from(at + method + new URL(url).pathname);
    return {
      'KALSHI-ACCESS-KEY': keyId,
      'KALSHI-ACCESS-TIMESTAMP': at,
      'KALSHI-ACCESS-SIGNATURE': sign(null, text, key).toString('base64'),
    };
  };
  const post = (path: string, body: object): Promise<Response> =>
    fetch(control + path, { method: 'POST', body: JSON.stringify(body) });

  const ticker = 'KXSIM-1-YES';
  const book: { yes: Level; no: Level } = { yes: {}, no: {} };
  let [sid, last, gaps, repeats, deltas] = [0, 0, 0, 0, 0];
  let isTrusted = false;
  const socket = new WebSocket(ws, { headers: headers('GET', ws) });
  onTestFinished(() => socket.terminate());
  const say = (command: object): void => socket.send(JSON.stringify(command));
  socket.on('message', (data: Buffer) => {
    const { type, seq = 0, msg, ...frame } = JSON.parse(data.toString()) as Frame;
    if (type === 'subscribed') sid = msg.sid;
    if (frame.sid !== sid) return;
    if (seq <= last) {
      repeats += 1;
      return;
    }
    if (seq > last + 1) {
      gaps += 1;
      isTrusted = false;
      const params = { sids: [sid], action: 'get_snapshot', market_tickers: [ticker] };
      say({ id: 2, cmd: 'update_subscription', params });
    }
    last = seq;
    if (type === 'orderbook_snapshot') {
      book.yes = levels(msg.yes_dollars_fp);
      book.no = levels(msg.no_dollars_fp);
      isTrusted = true;
    } else if (type === 'orderbook_delta' && isTrusted) {
      deltas += 1;
      const side = book[msg.side];
      const size = (side[msg.price_dollars] ?? 0) + Number(msg.delta_fp);
      expect(size).toBeGreaterThanOrEqual(0);
      if (size === 0) Reflect.deleteProperty(side, msg.price_dollars);
      else side[msg.price_dollars] = size;
    }
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const channel = 'orderbook_delta';
  const params = { channels: [channel], market_tickers: [ticker], use_yes_price: false };
  say({ id: 1, cmd: 'subscribe', params });
  await expect.poll(() => deltas).toBeGreaterThan(5);
  await post('/faults', { fault: 'gap', channel, count: 2 });
  await post('/faults', { fault: 'duplicate', channel, count: 5 });
  await expect.poll(() => [gaps > 0, repeats >= 5, deltas > 60]).toEqual([true, true, true]);

  // The exchange's time stands still, and with it its crowd: both sides tell of the same moment.
  await post('/clock', { rate: 0 });
  const url = `${rest}/markets/${ticker}/orderbook`;
  const read = await fetch(url, { headers: headers('GET', url) });
  const { orderbook_fp: told } = (await read.json()) as {
    orderbook_fp: { yes_dollars: [string, string][]; no_dollars: [string, string][] };
  };
  await expect
    .poll(() => book)
    .toEqual({ yes: levels(told.yes_dollars), no: levels(told.no_dollars) });
});
