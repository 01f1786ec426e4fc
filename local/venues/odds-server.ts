import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { encodeFrame, TEXT_PING } from '../../shared/adapters/boltodds/wire/encode.ts';
import {
  decodeSubscribe,
  type BoltFilters,
} from '../../shared/adapters/boltodds/wire/subscribe.ts';
import type { TimerHandle, Timers } from '../../shared/ports/timers.ts';
import type { SoccerMatch } from '../../shared/simulator/games/soccer-match.ts';
import {
  withOddities,
  type FeedOddity,
  type WireMessage,
} from '../../shared/simulator/sportsbooks/feed-oddities.ts';
import type { OddsVendor } from '../../shared/simulator/sportsbooks/odds-vendor.ts';
import { BookDropOut } from './book-drop-out.ts';
import { listen, stopListening } from './listen.ts';
import { livescoresAt } from './livescore-feed.ts';
import { passesFilters } from './odds-filters.ts';
import { answerOddsRest } from './odds-rest.ts';

const WS_PATH = '/api';
const SCORES_PATH = '/api/livescores';
const PING_EVERY_MS = 10_000;
const SCORES_EVERY_MS = 5_000;
const LATE_ACK_MS = 1_000;
const MAX_COMMAND_BYTES = 1_000_000;
const MAX_BUFFERED_BYTES = 64_000_000;
const ACK = encodeFrame([{ action: 'socket_connected' }]);
const DENIAL = encodeFrame([
  { action: 'error', message: 'access denied: your plan does not include this feed' },
]);

export type OddsServerOptions = {
  readonly vendor: OddsVendor;
  readonly timers: Timers;
  /** The key that a client must have in its address. */
  readonly token: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** What the feed does wrong from the start. */
  readonly oddities?: readonly FeedOddity[];
  /** Told on the socket of the live scores. */
  readonly matches?: readonly SoccerMatch[];
  readonly gamesAs?: 'map' | 'list';
};

export type OddsServer = {
  /** Without the key. */
  readonly wsUrl: string;
  readonly scoresUrl: string;
  /** Up to `/api`. */
  readonly restUrl: string;
  /** What the feed does wrong from now on. */
  readonly setOddities: (oddities: readonly FeedOddity[]) => void;
  /** Drops every client without a word. */
  readonly dropStreams: () => void;
  readonly close: () => Promise<void>;
};

/**
 * The odds feed on sockets: the acknowledgement at once, the whole state after a subscribe, then what the sportsbooks
 * say in the moment in which they say it; live scores on a path of their own, and the lists of what there is by GET.
 * Filters that match nothing are silent, as the real feed's are. Throws `PortUnavailable`.
 */
export async function startOddsServer(options: OddsServerOptions): Promise<OddsServer> {
  const { vendor, timers, token, matches = [] } = options;
  /** What each client has subscribed to; null before it has. */
  const clients = new Map<WebSocket, BoltFilters | null>();
  const scoreClients = new Set<WebSocket>();
  let oddities: ReadonlySet<FeedOddity> = new Set(options.oddities);
  let bursts = 0;
  const dropOut = new BookDropOut();
  const refusal = () => (oddities.has('denied') ? 401 : oddities.has('forbidden') ? 403 : null);
  const server = createServer((request, response) =>
    answerOddsRest(
      { vendor, token, refusal, gamesAs: options.gamesAs ?? 'map' },
      request,
      response,
    ),
  );
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_COMMAND_BYTES });
  const planned: Record<'step' | 'ping' | 'scores', TimerHandle | null> = {
    step: null,
    ping: null,
    scores: null,
  };

  /** A frame as the feed says it, read once for all clients. */
  const saidOf = (frame: string): Said => {
    const value = JSON.parse(frame) as WireMessage | readonly WireMessage[];
    const said = withOddities(isList(value) ? value : [value], oddities);
    return {
      messages: oddities.has('book_drops_out') ? dropOut.apply(said) : said,
      isArray: isList(value) || oddities.has('array_frames'),
    };
  };
  const tell = (frames: readonly string[]): void => {
    for (const frame of frames) {
      if (frame === TEXT_PING || clients.size === 0) continue;
      const said = saidOf(frame);
      for (const [client, filters] of clients) if (filters !== null) send(client, said, filters);
    }
  };
  const step = (): void => {
    const { frames, nextMs } = vendor.step(timers.nowMs());
    tell(frames);
    planned.step = nextMs === null ? null : timers.at(nextMs, 'sportsbooks', step);
  };
  const ping = (): void => {
    const text = oddities.has('action_ping') ? encodeFrame([{ action: 'ping' }]) : TEXT_PING;
    for (const client of [...clients.keys(), ...scoreClients]) sendText(client, text);
    planned.ping = timers.after(PING_EVERY_MS, 'odds feed pings', ping);
  };
  const score = (): void => {
    for (const frame of livescoresAt(matches, timers.nowMs()))
      for (const client of scoreClients) sendText(client, frame);
    planned.scores = timers.after(SCORES_EVERY_MS, 'live scores', score);
  };
  const subscribe = (client: WebSocket, filters: BoltFilters): void => {
    if (oddities.has('error_frame')) {
      sendText(client, DENIAL);
      return;
    }
    const nowMs = timers.nowMs();
    // What the books have said by now is news to the others, and state to the new one.
    tell(vendor.step(nowMs).frames);
    const isSilent = oddities.has('silent');
    clients.set(client, isSilent ? null : filters);
    const [, confirmation, ...state] = vendor.connect(nowMs);
    if (confirmation !== undefined) sendText(client, confirmation);
    if (isSilent) return;
    bursts += 1;
    if (oddities.has('cut_burst') && bursts === 1) cutBurst(client, state, filters);
    else for (const frame of state) send(client, saidOf(frame), filters);
  };
  const cutBurst = (client: WebSocket, state: readonly string[], filters: BoltFilters): void => {
    const messages = state.flatMap((frame) => saidOf(frame).messages);
    for (const message of messages.slice(0, Math.ceil(messages.length / 2)))
      send(client, { messages: [message], isArray: false }, filters);
    // The frames are on their way; then nothing more comes.
    client.close(1_011);
    clients.set(client, null);
  };

  server.on('upgrade', (request, socket: Duplex, head) => {
    socket.on('error', () => socket.destroy());
    const url = new URL(request.url ?? '/', 'http://odds');
    if (url.pathname !== WS_PATH && url.pathname !== SCORES_PATH) {
      refuse(socket, '404 Not Found');
      return;
    }
    if (url.searchParams.get('key') !== token || oddities.has('denied')) {
      refuse(socket, '401 Unauthorized');
      return;
    }
    if (oddities.has('forbidden')) {
      refuse(socket, '403 Forbidden');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      client.on('error', () => client.terminate());
      const acknowledge = (): void => sendText(client, ACK);
      if (oddities.has('late_ack'))
        timers.after(LATE_ACK_MS, 'odds feed acknowledges', acknowledge);
      else acknowledge();
      if (url.pathname === SCORES_PATH) {
        scoreClients.add(client);
        client.on('close', () => scoreClients.delete(client));
        for (const frame of livescoresAt(matches, timers.nowMs())) sendText(client, frame);
        return;
      }
      clients.set(client, null);
      client.on('close', () => clients.delete(client));
      client.on('message', (data) => {
        const filters = Buffer.isBuffer(data) ? decodeSubscribe(data.toString('utf8')) : null;
        if (filters === null)
          sendText(client, encodeFrame([{ action: 'error', message: 'unknown action' }]));
        else subscribe(client, filters);
      });
    });
  });

  const address = await listen(server, options.port, 'odds feed');
  step();
  ping();
  if (matches.length > 0) score();
  const dropStreams = (): void => {
    for (const client of [...clients.keys(), ...scoreClients]) client.terminate();
  };
  return {
    wsUrl: `ws://${address}${WS_PATH}`,
    scoresUrl: `ws://${address}${SCORES_PATH}`,
    restUrl: `http://${address}/api`,
    setOddities: (wanted) => (oddities = new Set(wanted)),
    dropStreams,
    close: async () => {
      for (const handle of Object.values(planned)) if (handle !== null) timers.cancel(handle);
      dropStreams();
      await stopListening(server);
    },
  };
}

type Said = { readonly messages: readonly WireMessage[]; readonly isArray: boolean };

function send(client: WebSocket, { messages, isArray }: Said, filters: BoltFilters): void {
  const passed = messages.filter((message) => passesFilters(message, filters));
  if (passed.length === 0) return;
  sendText(client, JSON.stringify(isArray || passed.length > 1 ? passed : passed[0]));
}

function isList(value: WireMessage | readonly WireMessage[]): value is readonly WireMessage[] {
  return Array.isArray(value);
}

function sendText(client: WebSocket, text: string): void {
  if (client.readyState !== WebSocket.OPEN) return;
  if (client.bufferedAmount > MAX_BUFFERED_BYTES) client.terminate();
  else client.send(text);
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}
