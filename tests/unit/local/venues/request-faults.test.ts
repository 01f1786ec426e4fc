import { describe, expect, it } from 'vitest';
import { InjectedFaults, type FaultTerms } from '../../../../local/venues/injected-faults.ts';
import {
  RequestFaults,
  STREAM_PATH,
  type RequestFault,
  type RequestScope,
} from '../../../../local/venues/request-faults.ts';
import { seededRng } from '../../../../shared/simulator/rng.ts';

const ORDER = '{"order_id":"o-1","client_order_id":"c-1","fill_count":"0.00"}';
const CREATE = { method: 'POST', path: '/portfolio/events/orders' } as const;
const ANY: RequestScope = { method: null, path: null };
const ONCE: FaultTerms = { count: 1, probability: 1, untilMs: null };

/** A venue of one answer, which counts what it carried out. */
function venue(answer = { status: 201, body: ORDER }) {
  let nowMs = 1_000;
  let carriedOut = 0;
  const injected = new InjectedFaults({ clock: { nowMs: () => nowMs }, rng: seededRng(1) });
  const faults = new RequestFaults(injected);
  const ask = (request: { method: string; path: string } = CREATE) =>
    faults.answer(request, () => {
      carriedOut += 1;
      return answer;
    });
  return { injected, faults, ask, at: (ms: number) => (nowMs = ms), carriedOut: () => carriedOut };
}

/** Which of 300 requests met a reset, with another fault beside it or not. */
function draws(isCrowded: boolean): string {
  const { faults, ask } = venue();
  faults.inject({ kind: 'reset', applied: false }, ANY, {
    ...ONCE,
    count: null,
    probability: 0.3,
  });
  if (isCrowded) faults.inject({ kind: 'slow', delayMs: 1 }, ANY, { ...ONCE, count: null });
  return Array.from({ length: 300 }, () => (ask().kind === 'reset' ? 'x' : '.')).join('');
}

const answered = (status: number, body: unknown) => ({
  kind: 'answer',
  answer: { status, body },
  delayMs: 0,
});

describe('faults of requests', () => {
  it.each<readonly [RequestFault, unknown, number]>([
    [{ kind: 'too_many_requests' }, answered(429, '{"error":"too many requests"}'), 0],
    [
      { kind: 'server_error', status: 502, body: 'html', applied: false },
      answered(502, expect.stringMatching(/^<html>.*502 Bad Gateway/s)),
      0,
    ],
    [{ kind: 'server_error', status: 504, body: 'empty', applied: true }, answered(504, ''), 1],
    [
      { kind: 'server_error', status: 500, body: 'json', applied: true },
      answered(500, expect.stringContaining('"internal_server_error"')),
      1,
    ],
    [{ kind: 'timeout', applied: false }, { kind: 'silence' }, 0],
    [{ kind: 'timeout', applied: true }, { kind: 'silence' }, 1],
    [{ kind: 'reset', applied: false }, { kind: 'reset' }, 0],
    [{ kind: 'reset', applied: true }, { kind: 'reset' }, 1],
    [{ kind: 'slow', delayMs: 70 }, { ...answered(201, ORDER), delayMs: 70 }, 1],
    [{ kind: 'empty_success' }, answered(201, ''), 1],
    [{ kind: 'no_order_id' }, answered(201, '{"client_order_id":"c-1","fill_count":"0.00"}'), 1],
    [{ kind: 'other_order' }, answered(201, expect.not.stringContaining('o-1')), 1],
    [
      { kind: 'conflict', applied: false },
      answered(409, expect.stringContaining('"order_already_exists"')),
      0,
    ],
    [{ kind: 'conflict', applied: true }, answered(409, expect.any(String)), 1],
    [
      {
        kind: 'refusal',
        status: 404,
        code: 'user_not_found',
        message: 'user not found',
        details: null,
      },
      answered(404, '{"error":{"code":"user_not_found","message":"user not found"}}'),
      0,
    ],
    [{ kind: 'maintenance' }, answered(503, expect.stringMatching(/^<html>/)), 0],
  ])('%j comes once, and then the exchange answers', (fault, outcome, carriedOut) => {
    const { faults, ask, injected, carriedOut: count } = venue();
    faults.inject(fault, ANY, ONCE);
    expect(ask()).toEqual(outcome);
    expect(count()).toBe(carriedOut);
    expect(ask()).toEqual(answered(201, ORDER));
    expect(injected.records()).toMatchObject([{ name: fault.kind, fired: 1, state: 'spent' }]);
    expect(injected.firings()).toEqual([
      { faultId: 1, name: fault.kind, atMs: 1_000, at: 'POST /portfolio/events/orders' },
    ]);
  });

  it('spoil a success only where there is one', () => {
    const { faults, ask, injected } = venue({ status: 400, body: '{"error":{}}' });
    faults.inject({ kind: 'no_order_id' }, ANY, ONCE);
    expect(ask()).toEqual(answered(400, '{"error":{}}'));
    expect(injected.record(1)).toMatchObject({ fired: 0, state: 'active' });
  });

  it('tell the status of the exchange in maintenance, and let no stream be opened', () => {
    const status = '{"exchange_active":true,"trading_active":true,"resume":null}';
    const { faults, ask } = venue({ status: 200, body: status });
    faults.inject({ kind: 'maintenance' }, ANY, { ...ONCE, count: null });
    expect(ask({ method: 'GET', path: '/exchange/status' })).toEqual(
      answered(503, '{"exchange_active":false,"trading_active":false,"resume":null}'),
    );
    expect(ask({ method: 'GET', path: STREAM_PATH })).toMatchObject({ answer: { status: 503 } });
  });

  it.each<readonly [RequestScope, string, string, boolean]>([
    [ANY, 'GET', '/markets', true],
    [ANY, 'GET', STREAM_PATH, false],
    [{ method: null, path: STREAM_PATH }, 'GET', STREAM_PATH, true],
    [{ method: 'post', path: null }, 'POST', '/x', true],
    [{ method: 'POST', path: null }, 'DELETE', '/x', false],
    [{ method: null, path: '/portfolio/events/orders' }, 'POST', CREATE.path, true],
    [{ method: null, path: '/portfolio/events/orders' }, 'DELETE', `${CREATE.path}/o-1`, false],
    [{ method: null, path: '/portfolio/events/orders*' }, 'DELETE', `${CREATE.path}/o-1`, true],
    [{ method: null, path: '/markets/*/orderbook' }, 'GET', '/markets/A-1/orderbook', true],
    [{ method: null, path: '/markets.A' }, 'GET', '/markets/A', false],
  ])('with the scope %j meet %s %s: %s', (scope, method, path, isMet) => {
    const { faults, ask } = venue();
    faults.inject({ kind: 'reset', applied: false }, scope, ONCE);
    expect(ask({ method, path }).kind).toBe(isMet ? 'reset' : 'answer');
  });

  it('end with their count, their time, or when they are cleared; the first one comes first', () => {
    const { faults, ask, injected, at } = venue();
    faults.inject({ kind: 'reset', applied: false }, ANY, { ...ONCE, count: 2 });
    faults.inject({ kind: 'timeout', applied: false }, ANY, {
      ...ONCE,
      count: null,
      untilMs: 2_000,
    });
    faults.inject({ kind: 'too_many_requests' }, ANY, { ...ONCE, count: null });
    expect([ask(), ask(), ask(), ask()].map(({ kind }) => kind)).toEqual([
      'reset',
      'reset',
      'silence',
      'silence',
    ]);
    at(2_000);
    expect(ask()).toMatchObject({ answer: { status: 429 } });
    expect(injected.clear(3)).toBe(true);
    expect(injected.clear(3)).toBe(false);
    expect(ask()).toEqual(answered(201, ORDER));
    expect(injected.records().map(({ state, fired }) => [state, fired])).toEqual([
      ['spent', 2],
      ['expired', 2],
      ['cleared', 1],
    ]);
    expect(injected.fired).toBe(5);
  });

  it('come by chance, the same for the same seed, whatever else is injected', () => {
    const drawn = draws(false);
    expect(draws(true)).toBe(drawn);
    const hits = drawn.split('x').length - 1;
    expect(hits).toBeGreaterThan(60);
    expect(hits).toBeLessThan(120);
  });
});
