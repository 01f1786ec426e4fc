import { createServer } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { listen, stopListening } from '../../local/venues/listen.ts';
import { BoltCatalogue } from '../../shared/adapters/boltodds/bolt-catalogue.ts';
import { BoltLivescores } from '../../shared/adapters/boltodds/bolt-livescores.ts';
import { BoltOddsStream } from '../../shared/adapters/boltodds/boltodds-stream.ts';
import { probeBolt } from '../../shared/adapters/boltodds/probe-bolt.ts';
import { Breaker } from '../../shared/domain/feeds/breaker.ts';
import { machineTimers } from '../support/stream-log.ts';

const TOKEN = 'k3y/that nobody+may"read';
const FAST = { leastMs: 1, baseMs: 2, mostMs: 2 } as const;
const SPELLINGS = [
  TOKEN,
  encodeURIComponent(TOKEN),
  new URLSearchParams([['', TOKEN]]).toString().slice(1),
  JSON.stringify(TOKEN).slice(1, -1),
  'k3y',
];

const breaker = () => new Breaker({ failures: 1_000, openMs: 1_000 });

/** A feed that repeats the key in all that it says, and then refuses the connection with it. */
async function repeatingFeed(): Promise<string> {
  const http = createServer((request, response) => {
    const said = `${request.url} ${TOKEN}`;
    const path = request.url?.split('?')[0] ?? '';
    const bodies: Readonly<Record<string, unknown>> = {
      '/api/get_info': { sports: ['NFL', said], sportsbooks: ['pinnacle', said] },
      '/api/get_games': [{ game: said, sport: 'NFL', home_team: said, away_team: TOKEN }],
      '/api/get_markets': [said, TOKEN, `Money-line ${TOKEN}`],
    };
    response.end(JSON.stringify(bodies[path] ?? said));
  });
  const sockets = new WebSocketServer({ noServer: true });
  let upgrades = 0;
  http.on('upgrade', (request, socket, head) => {
    upgrades += 1;
    socket.on('error', () => socket.destroy());
    if (upgrades % 2 === 0) {
      const body = `no entry for ${request.url} ${TOKEN}`;
      socket.end(`HTTP/1.1 502 Bad\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      client.on('error', () => client.terminate());
      const say = (message: unknown) => client.send(JSON.stringify(message));
      say({ action: 'socket_connected', plan: TOKEN, feed: request.url });
      say({ action: 'error', message: `slow down ${request.url} ${TOKEN}` });
      say({ action: `on ${TOKEN}`, data: { sport: TOKEN } });
      say({ action: 'line_update', timestamp: TOKEN, data: { sport: TOKEN } });
      say({
        action: 'match_update',
        game: TOKEN,
        home: TOKEN,
        away: TOKEN,
        designation: { A: 'home', B: 'away' },
        state: { matchPeriod: [TOKEN] },
      });
      client.send(`not JSON ${TOKEN}`);
      setTimeout(() => client.close(4_000, TOKEN), 5);
    });
  });
  const address = await listen(http, 0, 'a feed');
  onTestFinished(() => stopListening(http));
  return address;
}

it('no key is in anything that is told, recorded or probed, though the feed repeats it everywhere', async () => {
  const address = await repeatingFeed();
  const timers = machineTimers();
  const told: unknown[] = [];
  const catalogue = new BoltCatalogue({
    baseUrl: `http://${address}/api`,
    token: TOKEN,
    timers,
    timeoutMs: 1_000,
    maxBytes: 100_000,
    breaker: breaker(),
  });
  const tell =
    (what: string) =>
    (...said: readonly unknown[]) =>
      void told.push([what, ...said]);
  const source = { onDown: tell('down'), onUp: tell('up'), onRefused: tell('refused') };
  const common = {
    token: TOKEN,
    timers,
    random: () => 0.5,
    maxFrameBytes: 100_000,
    backoff: FAST,
  } as const;
  const stream = {
    ...common,
    wsUrl: `ws://${address}/api`,
    filters: { sports: ['NFL'], sportsbooks: ['pinnacle'] },
  };
  const odds = new BoltOddsStream({
    ...stream,
    breaker: breaker(),
    gameIdOf: ({ label }) => label,
    coverage: { withinMs: 1, listed: () => catalogue.games(), onReport: tell('coverage') },
  });
  const scores = new BoltLivescores({
    ...common,
    wsUrl: `ws://${address}/api/livescores`,
    breaker: breaker(),
    catalogue,
    leagues: ['nfl', 'epl'],
    games: () => [],
    onUnknownPeriod: tell('period'),
  });
  onTestFinished(async () => {
    await Promise.all([odds.close(), scores.close()]);
  });
  odds.open({
    ...source,
    onConnected: tell('connected'),
    onDisconnected: tell('disconnected'),
    onFrame: tell('frame'),
    onEvent: tell('event'),
  });
  scores.open({ ...source, onState: tell('state'), onFinding: tell('finding') });
  told.push(await catalogue.info(), await catalogue.games(), await catalogue.markets());
  const probe = probeBolt({ catalogue, stream: { ...stream, breaker: breaker() }, withinMs: 20 });
  told.push(await probe);
  const kinds = () => new Set(told.map((one) => (Array.isArray(one) ? String(one[0]) : 'value')));
  await expect
    .poll(() => [...kinds()].toSorted(), { interval: 2 })
    .toEqual(expect.arrayContaining(['disconnected', 'frame', 'period', 'refused', 'value']));
  const text = JSON.stringify(told);
  expect(text).toContain('<key>');
  for (const spelling of SPELLINGS) expect(text).not.toContain(spelling);
});
