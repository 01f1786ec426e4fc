import { describe, expect, it } from 'vitest';
import { CachedReads } from '../../../../shared/adapters/kalshi/cached-reads.ts';
import type {
  HttpReply,
  HttpRequest,
  HttpTransport,
} from '../../../../shared/adapters/kalshi/http-transport.ts';
import { ScriptedRest, status } from '../../../support/scripted-rest.ts';

function open(script: ConstructorParameters<typeof ScriptedRest>[0], maxChars = 1_000) {
  const rest = new ScriptedRest(script);
  let nowMs = 0;
  const outcomes: string[] = [];
  const cached = new CachedReads({
    inner: rest,
    nowMs: () => nowMs,
    maxChars,
    onRead: (outcome) => outcomes.push(outcome),
  });
  const get = (path: string, query: HttpRequest['query'] = {}): Promise<HttpReply> =>
    cached.request({ method: 'GET', path, query, body: null });
  return { rest, cached, outcomes, get, pass: (ms: number) => (nowMs += ms) };
}

const SERIES = { method: 'GET', path: '/series', query: {}, body: null } as const;

/** Answers each request only when it is told to. */
class HeldAnswers implements HttpTransport {
  asked = 0;
  #answer: ((reply: HttpReply) => void) | null = null;

  request(): Promise<HttpReply> {
    this.asked += 1;
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  answer(reply: HttpReply): void {
    this.#answer?.(reply);
  }
}

describe('reads of what rarely changes', () => {
  it('are answered from memory until their time is over', async () => {
    const { get, rest, outcomes, pass } = open({ '/series/KXA': ['{"n":1}', '{"n":2}'] });
    for (const waitMs of [0, 300_000, 299_999, 1]) {
      pass(waitMs);
      await get('/series/KXA');
    }
    expect(rest.requests).toHaveLength(2);
    expect(outcomes).toEqual(['miss', 'hit', 'hit', 'miss']);
    expect(await get('/series/KXA')).toEqual(status(200, '{"n":2}'));
  });

  it('are asked for again when the clock is set back: nobody knows how old they are', async () => {
    const { get, rest, pass } = open({ '/series/KXA': ['{"n":1}', '{"n":2}'] });
    await get('/series/KXA');
    pass(-3_600_000);
    expect(await get('/series/KXA')).toEqual(status(200, '{"n":2}'));
    expect(rest.requests).toHaveLength(2);
  });

  it('tell parameters apart, repeated ones too', async () => {
    const { get, rest } = open({ '/events': '{}' });
    await get('/events', { cursor: 'a' });
    await get('/events', { cursor: ['a', 'b'] });
    await get('/events', { cursor: 'a' });
    expect(rest.requests).toHaveLength(2);
  });

  it.each([
    '/portfolio/orders',
    '/portfolio/balance',
    '/account/limits',
    '/markets',
    '/markets/KXA-1',
    '/markets/orderbooks',
    '/exchange/status',
    '/exchange/user_data_timestamp',
    '/api_keys',
  ])('%s is asked for each time', async (path) => {
    const { get, rest, outcomes } = open({ [path]: '{}' });
    await get(path);
    await get(path);
    expect(rest.requests).toHaveLength(2);
    expect(outcomes).toEqual([]);
  });

  it('are shared while they are on their way, and only a 200 is kept', async () => {
    const inner = new HeldAnswers();
    const outcomes: string[] = [];
    const cached = new CachedReads({ inner, nowMs: () => 0, onRead: (one) => outcomes.push(one) });
    const both = [cached.request(SERIES), cached.request(SERIES)];
    inner.answer(status(503));
    expect(await Promise.all(both)).toEqual([status(503), status(503)]);
    expect(inner.asked).toBe(1);
    const again = cached.request(SERIES);
    inner.answer(status(200, 'x'));
    await again;
    expect(await cached.request(SERIES)).toEqual(status(200, 'x'));
    expect(outcomes).toEqual(['miss', 'shared', 'miss', 'hit']);
  });

  it('what was on its way when all was forgotten is not kept', async () => {
    const inner = new HeldAnswers();
    const cached = new CachedReads({ inner, nowMs: () => 0 });
    const early = cached.request(SERIES);
    cached.clear();
    inner.answer(status(200, 'old fees'));
    await early;
    const late = cached.request(SERIES);
    inner.answer(status(200, 'new fees'));
    expect(await late).toEqual(status(200, 'new fees'));
    expect(inner.asked).toBe(2);
  });

  it('stay within their room: the longest unused goes first', async () => {
    const body = 'x'.repeat(400);
    const { get, rest, outcomes } = open({
      '/series/A': body,
      '/series/B': body,
      '/series/C': body,
      '/series/HUGE': 'x'.repeat(1_001),
    });
    for (const name of ['A', 'B', 'A', 'C', 'A', 'B', 'HUGE', 'HUGE']) await get(`/series/${name}`);
    expect(outcomes).toEqual(['miss', 'miss', 'hit', 'miss', 'hit', 'miss', 'miss', 'miss']);
    expect(rest.requests).toHaveLength(6);
  });

  it('a write goes through', async () => {
    const { cached, rest } = open({ '/series': '{}' });
    const post = { method: 'POST', path: '/series', query: {}, body: '{}' } as const;
    await cached.request(post);
    await cached.request(post);
    expect(rest.requests).toHaveLength(2);
  });
});
