import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { listen, stopListening } from '../../local/venues/listen.ts';
import { getText, type GetTextOutcome } from '../../shared/adapters/http/get-text.ts';

const KEY = 'a-key-that-nobody-may-read';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function ask(
  answer: Answer,
  limits: { readonly timeoutMs?: number; readonly maxBytes?: number } = {},
): Promise<GetTextOutcome> {
  const server = createServer(answer);
  const address = await listen(server, 0, 'test');
  onTestFinished(() => stopListening(server));
  return getText({
    url: new URL(`http://${address}/a?apiKey=${KEY}`),
    headers: {},
    timeoutMs: limits.timeoutMs ?? 10_000,
    maxBytes: limits.maxBytes ?? 1_000,
  });
}

it('an answer of any status is an answer, with its headers', async () => {
  const outcome = await ask((_, response) => {
    response.writeHead(429, { 'x-requests-left': '7' }).end('slow down');
  });
  expect(outcome).toMatchObject({ kind: 'answer', status: 429, text: 'slow down' });
  expect(outcome.kind === 'answer' && outcome.headers.get('X-Requests-Left')).toBe('7');
});

it('gzip is asked for and unpacked', async () => {
  const outcome = await ask(({ headers }, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.end(gzipSync(`zürich for ${headers['accept-encoding']}`));
  });
  expect(outcome).toMatchObject({ kind: 'answer', text: 'zürich for gzip' });
});

it('the bound is on what is unpacked: a packed answer cannot grow beyond it', async () => {
  const outcome = await ask((_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(1_000_000)));
  });
  expect(outcome).toMatchObject({ kind: 'failed', cause: 'oversized' });
});

it('an answer of just the bound is taken, one byte more is not', async () => {
  const [whole, longer] = await Promise.all(
    [1_000, 1_001].map((length) => ask((_, response) => response.end('x'.repeat(length)))),
  );
  expect(whole).toMatchObject({ kind: 'answer' });
  expect(longer).toMatchObject({ kind: 'failed', cause: 'oversized' });
});

it.each<[string, Answer]>([
  ['never begins', () => {}],
  ['never ends', (_, response) => response.write('half')],
])('an answer that %s is given up', async (_, answer) => {
  expect(await ask(answer, { timeoutMs: 20 })).toEqual({
    kind: 'failed',
    cause: 'timeout',
    reason: 'no whole answer within 20 ms',
  });
});

it('a redirect is not followed: the key would go along', async () => {
  const outcome = await ask(({ url = '' }, response) => {
    response.writeHead(302, { location: `/elsewhere${url}` }).end();
  });
  expect(outcome).toMatchObject({ kind: 'answer', status: 302 });
});

it.each<[string, Answer]>([
  ['is dropped', ({ socket }) => socket.destroy()],
  [
    'is dropped in the middle',
    ({ socket }, response) => response.writeHead(200).write('half', () => socket.destroy()),
  ],
  ['is no HTTP', ({ socket }) => socket.end('what?\r\n\r\n')],
])('a connection that %s is told by a code, without the address', async (_, answer) => {
  const outcome = await ask(answer);
  expect(outcome).toMatchObject({ kind: 'failed', cause: 'no_answer' });
  expect(JSON.stringify(outcome)).not.toContain(KEY);
  expect(JSON.stringify(outcome)).not.toContain('127.0.0.1');
});

it('a request may be cancelled, before and while it is answered', async () => {
  const ending = new AbortController();
  const server = createServer((_, response) => {
    response.write('half', () => ending.abort());
  });
  const address = await listen(server, 0, 'test');
  onTestFinished(() => stopListening(server));
  const { signal } = ending;
  const request = {
    url: new URL(`http://${address}`),
    headers: {},
    timeoutMs: 10_000,
    maxBytes: 9,
  };
  const cancelled = { kind: 'failed', cause: 'cancelled', reason: 'the request was cancelled' };
  expect(await getText({ ...request, signal })).toEqual(cancelled);
  expect(await getText({ ...request, signal })).toEqual(cancelled);
});

it('nobody who listens is told by a code', async () => {
  const url = new URL(`http://127.0.0.1:9/?apiKey=${KEY}`);
  const outcome = await getText({ url, headers: {}, timeoutMs: 1_000, maxBytes: 9 });
  expect(outcome).toMatchObject({ kind: 'failed', cause: 'no_answer' });
  expect(JSON.stringify(outcome)).not.toContain(KEY);
});
