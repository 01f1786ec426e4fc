import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  JsonSource,
  type JsonQuestion,
  type JsonSourceOptions,
} from '../../shared/adapters/http/json-source.ts';

const KEY = 'a key/with "signs"';
const NOW_MS = Date.parse('2026-11-22T12:00:00Z');

let asked: string[] = [];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const server = createServer((request, response) => {
  asked.push(request.url ?? '');
  answer(request, response);
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked = [];
  answer = (_, response) => void response.end('{"rows": 1}');
});

function baseUrl(): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

const sourceOf = (change: Partial<JsonSourceOptions> = {}) =>
  new JsonSource({
    baseUrl: baseUrl(),
    apiKey: KEY,
    clock: { nowMs: () => NOW_MS },
    timeoutMs: 2_000,
    maxBytes: 1_000,
    breaker: { failures: 2, openMs: 60_000 },
    pauses: { firstMs: 2_000, mostMs: 60_000 },
    ...change,
  });

const question = (change: Partial<JsonQuestion<unknown>> = {}): JsonQuestion<unknown> => ({
  path: '/v1/games',
  query: [['key', KEY]],
  decode: (value) => value,
  ...change,
});

it('asks below the path of its address, with what is asked for as often as it is', async () => {
  const source = sourceOf({ baseUrl: `${baseUrl()}/nba/` });
  const query = [
    ['dates[]', '2026-11-21'],
    ['dates[]', '2026-11-22'],
  ] as const;
  expect(await source.ask(question({ query }))).toMatchObject({
    kind: 'answer',
    value: { rows: 1 },
    text: '{"rows": 1}',
    receivedMs: NOW_MS,
  });
  expect(asked).toEqual(['/nba/v1/games?dates%5B%5D=2026-11-21&dates%5B%5D=2026-11-22']);
});

it.each([
  [200, 'text', 'not_json'],
  [200, 'null', 'malformed'],
  [302, 'text', 'server_error'],
  [503, 'text', 'server_error'],
  [422, 'text', 'refused_request'],
  [403, 'text', 'denied'],
  [401, 'text', 'unauthorized'],
  [429, 'text', 'rate_limited'],
])('%i %s is %s, and tells the key in no spelling', async (status, body, code) => {
  answer = ({ url }, response) => {
    response.statusCode = status;
    response.end(body === 'null' ? body : `${url ?? ''} ${KEY} ${JSON.stringify(KEY)}`);
  };
  const failure = await sourceOf().ask(question());
  expect(failure).toMatchObject({ kind: 'failed', code });
  expect(JSON.stringify(failure)).not.toMatch(/signs|with/);
});

it('what a plan may not have says nothing of the key', async () => {
  answer = (_, response) => {
    response.statusCode = 403;
    response.end('{}');
  };
  const source = sourceOf();
  await source.ask(question({ isOptional: true }));
  expect(source.breaker.kind).toBe('closed');
  await source.ask(question());
  expect(source.breaker.kind).toBe('open');
  expect(await source.ask(question())).toMatchObject({ code: 'breaker_open' });
  expect(asked).toHaveLength(2);
});

it('keeps its own count of a minute, and says when the next may go', async () => {
  const source = sourceOf({ requestsPerMinute: 2 });
  const codes = [];
  for (let nth = 0; nth < 3; nth += 1) codes.push((await source.ask(question())).kind);
  expect(codes).toEqual(['answer', 'answer', 'failed']);
  expect([asked.length, source.freeAtMs(NOW_MS)]).toEqual([2, NOW_MS + 60_000]);
});
