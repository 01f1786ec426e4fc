import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { startOddsServer, type OddsServer } from '../../local/venues/odds-server.ts';
import { gameLookup } from '../../local/virtual/virtual-markets.ts';
import {
  BoltOddsStream,
  type BoltOddsOptions,
} from '../../shared/adapters/boltodds/boltodds-stream.ts';
import type { OddsEvent } from '../../shared/ports/odds-feed.ts';
import { footballSunday, playShortGame } from '../../shared/simulator/games/football-sunday.ts';
import type { Game } from '../../shared/simulator/games/game.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { Scheduler } from '../../shared/simulator/scheduler.ts';
import { DRAFTKINGS, PINNACLE } from '../../shared/simulator/sportsbooks/book-profile.ts';
import { OddsVendor } from '../../shared/simulator/sportsbooks/odds-vendor.ts';
import { Sportsbook } from '../../shared/simulator/sportsbooks/sportsbook.ts';
import { machineTimers, StreamLog } from '../support/stream-log.ts';

const TOKEN = 'a-key-that-nobody-may-read';
const FAST = { leastMs: 10, baseMs: 20, mostMs: 20 } as const;
const FILTERS = {
  sports: ['NFL'],
  sportsbooks: ['pinnacle', 'draftkings'],
  markets: ['Moneyline'],
};

type Served = {
  readonly server: OddsServer;
  readonly games: readonly Game[];
  /** Lets the sportsbooks speak. */
  readonly pass: (ms: number) => Promise<void>;
};

/** Two games and two books on a clock of their own, behind a socket. */
async function serve(): Promise<Served> {
  const rng = seededRng(3);
  const games = footballSunday(rng)
    .slice(0, 2)
    .map((game) => playShortGame(rng, game));
  const startMs = games[0]!.startTimeMs - 60_000;
  const books = [PINNACLE, DRAFTKINGS].map(
    (profile) => new Sportsbook({ rng: rng.fork('books'), profile, games, startMs }),
  );
  const timers = new Scheduler({ startMs });
  const server = await startOddsServer({
    vendor: new OddsVendor({ books, startMs }),
    timers,
    token: TOKEN,
    port: 0,
  });
  onTestFinished(() => server.close());
  const pass = async (ms: number): Promise<void> => {
    await timers.run({ untilMs: timers.nowMs() + ms, turn: () => Promise.resolve() });
  };
  return { server, games, pass };
}

function openStream(
  wsUrl: string,
  games: readonly Game[],
  options: Partial<BoltOddsOptions> = {},
): StreamLog<OddsEvent> {
  return openedStream(wsUrl, games, options).log;
}

function openedStream(
  wsUrl: string,
  games: readonly Game[],
  options: Partial<BoltOddsOptions> = {},
) {
  const log = new StreamLog<OddsEvent>();
  const stream = new BoltOddsStream({
    wsUrl,
    token: TOKEN,
    filters: FILTERS,
    gameIdOf: gameLookup(games),
    timers: machineTimers(),
    random: () => 0.5,
    maxFrameBytes: 10_000_000,
    backoff: FAST,
    ...options,
  });
  onTestFinished(() => stream.close());
  stream.open({ ...log.handlers, onDown: () => {}, onUp: () => {} });
  return { log, stream };
}

const replaced = (log: StreamLog<OddsEvent>): readonly string[] =>
  log.events.flatMap((event) =>
    event.kind === 'replace' ? [`${event.source} ${event.gameId}`] : [],
  );

const legs = (log: StreamLog<OddsEvent>): number =>
  log.events.filter(({ kind }) => kind === 'legs').length;

describe('the odds feed over a socket', () => {
  it('brings the whole state after the acknowledgement, then what changes', async () => {
    const { server, games, pass } = await serve();
    const log = openStream(server.wsUrl, games);
    await log.until(() => replaced(log).length === 4, 'two games of two books');
    expect(new Set(replaced(log)).size).toBe(4);
    await pass(60_000);
    await log.until(() => log.events.some(({ kind }) => kind === 'legs'), 'a change');
    expect(log.refusals).toEqual([]);
    expect(log.frames.filter((frame) => frame === 'ping').length).toBeGreaterThan(0);
  });

  it('brings what was asked for, and is silent about what is misspelt', async () => {
    const { server, games, pass } = await serve();
    const one = openStream(server.wsUrl, games, { filters: { sportsbooks: ['pinnacle'] } });
    const none = openStream(server.wsUrl, games, { filters: { sportsbooks: ['Pinnacle'] } });
    await one.until(() => replaced(one).length === 2, 'two games of one book');
    await pass(120_000);
    await one.until(() => one.events.some(({ kind }) => kind === 'legs'), 'a change');
    await none.until(() => none.events.length > 0, 'an acknowledgement');
    expect(new Set(none.events.map(({ kind }) => kind))).toEqual(new Set(['alive']));
    const sources = one.events.flatMap((event) =>
      event.kind === 'legs' ? event.legs.map(({ source }) => source) : [],
    );
    expect(new Set(sources)).toEqual(new Set(['pinnacle']));
  });

  it('loses nothing that the books say while another client subscribes', async () => {
    const { server, games, pass } = await serve();
    const first = openStream(server.wsUrl, games);
    await first.until(() => replaced(first).length === 4, 'the state');
    const second = openStream(server.wsUrl, games);
    await second.until(() => replaced(second).length === 4, 'the state');
    await pass(300_000);
    await expect
      .poll(() => [legs(first) > 10, legs(first) - legs(second)], { interval: 2 })
      .toEqual([true, 0]);
  });

  it('comes back after a lost connection and is given the whole state again', async () => {
    const { server, games } = await serve();
    const log = openStream(server.wsUrl, games);
    await log.until(() => replaced(log).length === 4, 'the state');
    server.dropStreams();
    await log.until(() => replaced(log).length === 8, 'the state again');
    expect(log.connects).toBe(2);
  });

  it('says that its key was refused, without showing it, and does not ask again and again', async () => {
    const { server, games } = await serve();
    const log = openStream(server.wsUrl, games, { token: 'another-key' });
    await log.until(() => log.disconnects.length === 1, 'a refusal');
    expect(log.disconnects).toEqual(['the connection was refused: HTTP 401']);
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    expect(log.disconnects).toHaveLength(1);
  });
});

/** A feed that does what a script says with each connection. */
async function scripted(
  ...scripts: readonly ((client: WebSocket) => void)[]
): Promise<{ readonly wsUrl: string; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  let connections = 0;
  server.on('connection', (client) => {
    client.on('message', (data: Buffer) => asked.push(data.toString('utf8')));
    scripts[Math.min(connections, scripts.length - 1)]?.(client);
    connections += 1;
  });
  await new Promise((resolve) => {
    server.once('listening', resolve);
  });
  onTestFinished(async () => {
    for (const client of server.clients) client.terminate();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { wsUrl: `ws://127.0.0.1:${address.port}/api`, asked };
}

const ACK = '{"action":"socket_connected"}';

describe('the odds feed that misbehaves', () => {
  it('is asked only after its acknowledgement, with nested filters', async () => {
    const { wsUrl, asked } = await scripted((client) => {
      client.send('ping');
      setTimeout(() => {
        expect(asked).toEqual([]);
        client.send(`[${ACK}]`);
      }, 20);
    });
    openStream(wsUrl, []);
    await expect.poll(() => asked.length, { interval: 2 }).toBe(1);
    expect(JSON.parse(asked[0]!)).toEqual({ action: 'subscribe', filters: FILTERS });
  });

  it('is left when no acknowledgement comes, and when nothing comes', async () => {
    const { wsUrl } = await scripted(
      () => {},
      (client) => client.send(ACK),
    );
    const log = openStream(wsUrl, [], { ackTimeoutMs: 30, silentAfterMs: 40 });
    await log.until(() => log.disconnects.length === 2, 'two connections left');
    expect(log.disconnects).toEqual([
      'no acknowledgement within 30 ms',
      'nothing was heard for 40 ms',
    ]);
  });

  it('waits longer and longer as long as no data comes', async () => {
    const { wsUrl } = await scripted((client) => {
      client.send(ACK);
      setTimeout(() => client.terminate(), 5);
    });
    const timers = machineTimers();
    const waits: number[] = [];
    const log = openStream(wsUrl, [], {
      timers: {
        nowMs: () => timers.nowMs(),
        sleep: (ms) => timers.sleep(ms),
        at: (timeMs, label, task) => timers.at(timeMs, label, task),
        cancel: (handle) => timers.cancel(handle),
        after: (ms, label, task) => {
          if (label === 'socket reconnects') waits.push(ms);
          return timers.after(label === 'socket reconnects' ? 0 : ms, label, task);
        },
      },
      backoff: { leastMs: 0, baseMs: 20, mostMs: 100 },
      random: () => 0.5,
    });
    await log.until(() => log.disconnects.length === 5, 'five connections');
    expect(waits).toEqual([10, 20, 40, 50, 50]);
  });

  it('is closed at once, also while a burst waits and nothing is read', async () => {
    const message = '{"action":"game_update","data":{}}';
    const { wsUrl } = await scripted((client) => {
      client.send(ACK);
      client.send(`[${Array(20_000).fill(message).join(',')}]`);
    });
    const { log, stream } = openedStream(wsUrl, []);
    await log.until(() => log.refusals.length > 0, 'the beginning of the burst');
    const started = performance.now();
    await stream.close();
    expect(performance.now() - started).toBeLessThan(900);
    expect(log.refusals.length).toBeLessThan(20_000);
  });

  it('is asked for everything again after what could not be read, but not at each of it', async () => {
    const { wsUrl, asked } = await scripted((client) => {
      client.send(ACK);
      client.send('{"action":"clear_sport","data":{}}');
    });
    const log = openStream(wsUrl, []);
    await log.until(() => log.refusals.length === 1, 'a refusal');
    expect(asked.length).toBeLessThanOrEqual(1);
    expect(log.refusals).toMatchObject([{ code: 'unknown_type' }]);
  });

  it('does not bring its key into what is told of it', async () => {
    const { wsUrl } = await scripted((client) => {
      client.send(ACK);
      client.send(JSON.stringify({ action: 'error', message: `bad /api?key=${TOKEN}` }));
    });
    const log = openStream(wsUrl, []);
    await log.until(() => log.refusals.length === 1, 'a refusal');
    expect(log.refusals[0]).toMatchObject({ code: 'feed_error', detail: 'bad /api?key=<key>' });
    // Frames are what a recording holds.
    expect(log.frames).toHaveLength(2);
    expect(JSON.stringify([log.frames, log.events, log.disconnects])).not.toContain(TOKEN);
  });
});
