import { describe, expect, it } from 'vitest';
import {
  adviceFor,
  GuardedTransport,
  type CredentialsRefusal,
} from '../../../../shared/adapters/kalshi/guarded-transport.ts';
import type { HttpReply, HttpRequest } from '../../../../shared/adapters/kalshi/http-transport.ts';
import { KalshiExchange } from '../../../../shared/adapters/kalshi/kalshi-exchange.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import { NOON } from '../../../support/trade-builders.ts';

const answer = (status: number, body: object = {}): HttpReply => ({
  kind: 'answered',
  status,
  body: JSON.stringify(body),
});
const REVOKED = answer(401, {
  error: { code: 'authentication_error', message: 'authentication_error', details: 'NOT_FOUND' },
});
const EXPIRED = answer(401, {
  error: { code: 'header_timestamp_expired', message: 'header timestamp expired' },
});
const FORBIDDEN = answer(403);
const OK = answer(200);

const READ: HttpRequest = { method: 'GET', path: '/portfolio/balance', query: {}, body: null };
const PUBLIC: HttpRequest = { method: 'GET', path: '/markets', query: {}, body: null };
const CANCEL: HttpRequest = {
  method: 'DELETE',
  path: '/portfolio/events/orders/o-1',
  query: { market_ticker: 'KX', exchange_index: '0' },
  body: null,
};
const order = (reduceOnly: boolean): HttpRequest => ({
  method: 'POST',
  path: '/portfolio/events/orders',
  query: {},
  body: JSON.stringify({ ticker: 'KX', reduce_only: reduceOnly, exchange_index: 0 }),
});
const ENTRY = order(false);
const EXIT = order(true);

/** An exchange that gives one reply to everything until it is told another, and what the guard says of it. */
function guarded(first: HttpReply) {
  let reply = first;
  let nowMs = NOON;
  const sent: HttpRequest[] = [];
  const told: { refusal: CredentialsRefusal; stops: boolean }[] = [];
  let accepted = 0;
  const transport = new GuardedTransport({
    inner: {
      request: (request) => {
        sent.push(request);
        return Promise.resolve(reply);
      },
    },
    nowMs: () => nowMs,
    onRefused: (refusal, stops) => told.push({ refusal, stops }),
    onAccepted: () => (accepted += 1),
  });
  return {
    transport,
    sent,
    told,
    accepted: () => accepted,
    answers: (next: HttpReply) => (reply = next),
    wait: (ms: number) => (nowMs += ms),
    /** How many of these were sent. */
    send: async (...requests: readonly HttpRequest[]) => {
      const before = sent.length;
      for (const request of requests) await transport.request(request);
      return sent.length - before;
    },
  };
}

describe('credentials that are refused', () => {
  it('three times in a row end the sending: a loop of retries makes no storm', async () => {
    const guard = guarded(REVOKED);
    expect(await guard.send(...Array.from({ length: 50 }, () => ENTRY))).toBe(3);
    expect(guard.told.map(({ stops }) => stops)).toEqual([false, false, true]);
    expect(guard.transport.refusal).toMatchObject({ status: 401, refusals: 3 });
    expect(await guard.transport.request(CANCEL)).toMatchObject({ status: 401 });
    expect(guard.sent).toHaveLength(3);
  });

  it('are a rejection at the port that says that nothing was sent, and what to do', async () => {
    const guard = guarded(REVOKED);
    await guard.send(ENTRY, ENTRY, ENTRY);
    const outcome = await new KalshiExchange(guard.transport).submit({
      clientOrderId: 'c-1',
      market: 'KX',
      exchangeIndex: 0,
      bookSide: 'bid',
      limitPrice: price(5_000),
      count: contracts(100),
      reduceOnly: false,
      selfTrade: 'cancel_taker',
      orderGroupId: null,
    });
    expect(outcome).toMatchObject({ kind: 'rejected', code: 'credentials_refused' });
    expect(JSON.stringify(outcome)).toMatch(/not sent.*revoked/);
  });

  it('do not count when something was accepted in between', async () => {
    const guard = guarded(REVOKED);
    await guard.send(ENTRY, READ);
    guard.answers(OK);
    await guard.send(READ);
    guard.answers(REVOKED);
    expect(await guard.send(ENTRY, READ)).toBe(2);
    expect(guard.transport.refusal).toBeNull();
  });

  it('still count when something public was answered in between: no signature is needed there', async () => {
    const guard = guarded(REVOKED);
    await guard.send(ENTRY, ENTRY);
    guard.answers(OK);
    await guard.send(PUBLIC);
    guard.answers(REVOKED);
    await guard.send(ENTRY);
    expect(guard.transport.refusal).toMatchObject({ status: 401, refusals: 3 });
    guard.answers(OK);
    guard.wait(60_000);
    expect(await guard.send(PUBLIC)).toBe(1);
    expect(guard.transport.refusal).not.toBeNull();
    // What was asked of the market has not taken the place of what can show that the key is good again.
    expect(await guard.send(READ)).toBe(1);
    expect(guard.transport.refusal).toBeNull();
  });

  it('are probed in time when the clock is set back, as it was asked to be', async () => {
    const guard = guarded(EXPIRED);
    await guard.send(ENTRY, ENTRY, ENTRY);
    expect(guard.transport.refusal).not.toBeNull();
    guard.wait(-3_600_000);
    guard.answers(OK);
    expect(await guard.send(CANCEL)).toBe(1);
    expect(guard.transport.refusal).toBeNull();
  });

  it.each([
    ['nothing', { kind: 'failed', cause: 'timeout' } as const],
    ['429', answer(429)],
    ['503', answer(503)],
  ])('still count when %s came back in between', async (_, between) => {
    const guard = guarded(REVOKED);
    await guard.send(ENTRY, ENTRY);
    guard.answers(between);
    await guard.send(ENTRY);
    guard.answers(REVOKED);
    await guard.send(ENTRY);
    expect(guard.transport.refusal).not.toBeNull();
  });

  it('are probed rarely: a read each five seconds, a write each thirty', async () => {
    const guard = guarded(REVOKED);
    await guard.send(ENTRY, ENTRY, ENTRY);
    const probes = { read: 0, write: 0 };
    for (let second = 0; second < 60; second += 1) {
      guard.wait(1_000);
      probes.read += await guard.send(READ, READ);
      probes.write += await guard.send(ENTRY, ENTRY);
    }
    expect(probes).toEqual({ read: 12, write: 2 });
    expect(guard.told.filter(({ stops }) => stops)).toHaveLength(1);
  });

  it('are taken again: one read that is answered opens the way', async () => {
    const guard = guarded(REVOKED);
    await guard.send(ENTRY, ENTRY, ENTRY);
    guard.answers(OK);
    guard.wait(5_000);
    expect(await guard.send(READ, ENTRY, ENTRY)).toBe(3);
    expect(guard.accepted()).toBe(1);
    expect(guard.transport.refusal).toBeNull();
  });
});

describe('a key that may not trade', () => {
  it('holds back what adds risk, and never a cancel, an exit or a read', async () => {
    const guard = guarded(FORBIDDEN);
    expect(await guard.send(ENTRY, ENTRY, ENTRY, ENTRY)).toBe(3);
    expect(await guard.send(CANCEL, CANCEL, EXIT, EXIT, READ, READ)).toBe(6);
    expect(guard.transport.refusal).toMatchObject({ status: 403, code: 'forbidden' });
  });

  it('is not cleared by a read that is answered, but by an order that is', async () => {
    const guard = guarded(FORBIDDEN);
    await guard.send(ENTRY, ENTRY, ENTRY);
    guard.answers(OK);
    await guard.send(READ, CANCEL);
    expect(await guard.send(ENTRY)).toBe(0);
    guard.wait(30_000);
    expect(await guard.send(ENTRY, ENTRY)).toBe(2);
    expect(guard.accepted()).toBe(1);
  });

  it('is no key that may not read something', async () => {
    const guard = guarded(FORBIDDEN);
    await guard.send(READ, READ, READ, READ);
    expect(guard.told).toEqual([]);
  });
});

describe('a signature whose time has passed', () => {
  it('is made anew once for a read', async () => {
    const guard = guarded(EXPIRED);
    expect(await guard.send(READ)).toBe(2);
    expect(guard.told).toHaveLength(1);
  });

  it('is never made anew for a write', async () => {
    const guard = guarded(EXPIRED);
    expect(await guard.send(ENTRY)).toBe(1);
    expect(await guard.send(CANCEL)).toBe(1);
  });
});

it.each([
  ['header_timestamp_expired', '', /clock/],
  ['authentication_error', 'x: INCORRECT_API_KEY_SIGNATURE', /private key/],
  ['authentication_error', 'x: NOT_FOUND', /key id/],
  ['signature_is_missing_from_headers', '', /header/],
  ['something_new', '', /key id, the private key/],
])('a refusal with %s %s says what to do', (code, message, advice) => {
  expect(adviceFor({ status: 401, code, message })).toMatch(advice);
});
