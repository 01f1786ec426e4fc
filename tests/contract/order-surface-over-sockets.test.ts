import { request as httpRequest } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startExchangeServer } from '../../local/venues/exchange-server.ts';
import { openDesk, TICKER } from '../support/exchange-desk.ts';
import { ACCOUNTS_OF_US, rsaSigner, stillTimers } from '../support/venue-client.ts';

type Answer = {
  readonly status: number;
  readonly length: string | undefined;
  readonly text: string;
};
type Ask = (method: string, path: string, body?: object) => Promise<Answer>;

/** The exchange behind a socket, and a client of plain requests with the exchange's own signature. */
async function serve(): Promise<Ask> {
  const desk = openDesk({ options: { limits: { tier: 'basic' } } });
  const server = await startExchangeServer({
    exchange: desk.exchange,
    accounts: ACCOUNTS_OF_US,
    timers: stillTimers(desk.nowMs),
    port: 0,
  });
  onTestFinished(server.close);
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const url = new URL(`${server.restUrl}${path}`);
      const text = body === undefined ? '' : JSON.stringify(body);
      const headers = {
        ...rsaSigner({ method, path: url.pathname, nowMs: desk.nowMs() }),
        // Without it Node sends the body of a DELETE unframed.
        'content-length': Buffer.byteLength(text),
      };
      const sent = httpRequest(url, { method, headers, agent: false }, (response) => {
        let answer = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => void (answer += part));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            length: response.headers['content-length'],
            text: answer,
          }),
        );
      });
      sent.on('error', reject);
      sent.end(text);
    });
}

const BID = {
  ticker: TICKER,
  side: 'bid',
  count: '10.00',
  price: '0.5000',
  time_in_force: 'good_till_canceled',
  self_trade_prevention_type: 'taker_at_cross',
  exchange_index: 0,
};
const ORDERS = '/portfolio/events/orders';
const json = ({ text }: Answer) => JSON.parse(text) as Readonly<Record<string, unknown>>;

describe('the order surface over sockets', () => {
  it('takes a PUT without a body, a DELETE with one, and answers 204 with nothing at all', async () => {
    const ask = await serve();
    const made = json(await ask('POST', '/portfolio/order_groups/create', { contracts_limit: 5 }));
    const group = `/portfolio/order_groups/${String(made['order_group_id'])}`;
    expect(await ask('PUT', `${group}/trigger?exchange_index=0`)).toMatchObject({
      status: 200,
      text: '{}',
    });
    const { order_id } = json(await ask('POST', ORDERS, BID));
    const batch = { orders: [{ order_id, exchange_index: 0 }] };
    expect(json(await ask('DELETE', `${ORDERS}/batched`, batch))).toMatchObject({
      orders: [{ order_id, reduced_by: '10.00' }],
    });
    expect(await ask('DELETE', ORDERS)).toEqual({ status: 204, length: undefined, text: '' });
  });

  it('amends and decreases by the id in the path', async () => {
    const ask = await serve();
    const { order_id } = json(await ask('POST', ORDERS, BID));
    const order = `${ORDERS}/${String(order_id)}`;
    const { ticker, side, price } = BID;
    const amended = await ask('POST', `${order}/amend`, { ticker, side, price, count: '8.00' });
    expect(json(amended)).toMatchObject({ order_id, remaining_count: '8.00' });
    const decreased = await ask('POST', `${order}/decrease`, { reduce_to: '3.00' });
    expect(json(decreased)).toMatchObject({ order_id, remaining_count: '3.00' });
  });

  it('answers 429 with a text and no time at which to come again', async () => {
    const ask = await serve();
    const answers: Answer[] = [];
    for (let n = 0; n < 11; n += 1) answers.push(await ask('POST', ORDERS, BID));
    expect(answers.map(({ status }) => status)).toEqual([...Array<number>(10).fill(201), 429]);
    expect(answers[10]?.text).toBe('{"error":"too many requests"}');
  });
});
