import { constants, createPrivateKey, randomUUID, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';

const { rest, ws, keyId, privateKeyPath } = JSON.parse(process.argv[2]);
const key = createPrivateKey(readFileSync(privateKeyPath));
const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };

function signed(method, url) {
  const time = String(Date.now());
  const text = Buffer.from(time + method + new URL(url).pathname);
  return {
    'KALSHI-ACCESS-KEY': keyId,
    'KALSHI-ACCESS-TIMESTAMP': time,
    'KALSHI-ACCESS-SIGNATURE': sign('sha256', text, pss).toString('base64'),
  };
}

async function call(method, path, order) {
  const headers = { ...signed(method, rest + path), 'content-type': 'application/json' };
  const request = { method, headers, body: JSON.stringify(order) };
  return (await fetch(rest + path, request)).json();
}

const [market] = (await call('GET', '/markets?status=open&limit=1')).markets;
const stream = new WebSocket(ws, { headers: signed('GET', ws) });
stream.on('message', (frame) => console.log(JSON.parse(frame)));
const params = { channels: ['orderbook_delta', 'user_orders'], market_tickers: [market.ticker] };
await new Promise((resolve) => stream.once('open', resolve));
stream.send(JSON.stringify({ id: 1, cmd: 'subscribe', params }));
const order = { ticker: market.ticker, client_order_id: randomUUID(), side: 'bid', count: '5.00' };
const terms = { time_in_force: 'good_till_canceled', self_trade_prevention_type: 'taker_at_cross' };
const made = await call('POST', '/portfolio/events/orders', {
  ...order,
  ...terms,
  price: '0.0100',
});
console.log(await call('DELETE', `/portfolio/events/orders/${made.order_id}?exchange_index=0`));
setTimeout(() => stream.close(), 200);
