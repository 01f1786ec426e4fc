import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { encodeFrame, TEXT_PING } from '../../shared/adapters/boltodds/wire/encode.ts';
import {
  decodeSubscribe,
  type BoltFilters,
} from '../../shared/adapters/boltodds/wire/subscribe.ts';
import type { TimerHandle, Timers } from '../../shared/ports/timers.ts';
import type { OddsVendor } from '../../shared/simulator/sportsbooks/odds-vendor.ts';
import { listen, stopListening } from './listen.ts';

const WS_PATH = '/api';
const PING_EVERY_MS = 10_000;
const MAX_COMMAND_BYTES = 1_000_000;
const MAX_BUFFERED_BYTES = 64_000_000;

export type OddsServerOptions = {
  readonly vendor: OddsVendor;
  readonly timers: Timers;
  /** The key that a client must have in its address. */
  readonly token: string;
  /** 0 takes a free one. */
  readonly port: number;
};

export type OddsServer = {
  /** Without the key. */
  readonly wsUrl: string;
  /** Drops every client without a word. */
  readonly dropStreams: () => void;
  readonly close: () => Promise<void>;
};

/** A message of the feed as far as filters look at it. */
type Filtered = {
  readonly data?: {
    readonly sport?: string;
    readonly sportsbook?: string;
    readonly game?: string;
    readonly outcomes?: Readonly<Record<string, { readonly outcome_name?: string }>>;
  };
};

/**
 * The odds feed on a socket: the acknowledgement at once, the whole state after a subscribe, then what the sportsbooks
 * say in the moment in which they say it. Filters that match nothing are silent, as the real feed's are. Throws
 * `PortUnavailable`.
 */
export async function startOddsServer(options: OddsServerOptions): Promise<OddsServer> {
  const { vendor, timers, token } = options;
  /** What each client has subscribed to; null before it has. */
  const clients = new Map<WebSocket, BoltFilters | null>();
  const server = createServer((_request, response) => {
    response.writeHead(404).end();
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_COMMAND_BYTES });
  let planned: TimerHandle | null = null;
  let pinged: TimerHandle | null = null;

  const tell = (frames: readonly string[]): void => {
    for (const frame of frames) {
      if (frame === TEXT_PING) continue;
      for (const [client, filters] of clients) if (filters !== null) send(client, frame, filters);
    }
  };
  const step = (): void => {
    const { frames, nextMs } = vendor.step(timers.nowMs());
    tell(frames);
    planned = nextMs === null ? null : timers.at(nextMs, 'sportsbooks', step);
  };
  const ping = (): void => {
    for (const client of clients.keys()) sendText(client, TEXT_PING);
    pinged = timers.after(PING_EVERY_MS, 'odds feed pings', ping);
  };
  const subscribe = (client: WebSocket, filters: BoltFilters): void => {
    const nowMs = timers.nowMs();
    // What the books have said by now is news to the others, and state to the new one.
    tell(vendor.step(nowMs).frames);
    clients.set(client, filters);
    const [, ...frames] = vendor.connect(nowMs);
    for (const frame of frames) send(client, frame, filters);
  };

  server.on('upgrade', (request, socket: Duplex, head) => {
    socket.on('error', () => socket.destroy());
    const url = new URL(request.url ?? '/', 'http://odds');
    if (url.pathname !== WS_PATH) {
      refuse(socket, '404 Not Found');
      return;
    }
    if (url.searchParams.get('key') !== token) {
      refuse(socket, '401 Unauthorized');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      clients.set(client, null);
      client.on('error', () => client.terminate());
      client.on('close', () => clients.delete(client));
      client.on('message', (data) => {
        const filters = Buffer.isBuffer(data) ? decodeSubscribe(data.toString('utf8')) : null;
        if (filters === null)
          sendText(client, encodeFrame([{ action: 'error', message: 'unknown action' }]));
        else subscribe(client, filters);
      });
      sendText(client, encodeFrame([{ action: 'socket_connected' }]));
    });
  });

  const address = await listen(server, options.port, 'odds feed');
  step();
  ping();
  const dropStreams = (): void => {
    for (const client of clients.keys()) client.terminate();
  };
  return {
    wsUrl: `ws://${address}${WS_PATH}`,
    dropStreams,
    close: async () => {
      for (const handle of [planned, pinged]) if (handle !== null) timers.cancel(handle);
      dropStreams();
      await stopListening(server);
    },
  };
}

function send(client: WebSocket, frame: string, filters: BoltFilters): void {
  if (Object.keys(filters).length === 0) {
    sendText(client, frame);
    return;
  }
  const value = JSON.parse(frame) as Filtered | readonly Filtered[];
  if (!isList(value)) {
    if (passes(value, filters)) sendText(client, frame);
    return;
  }
  const passed = value.filter((message) => passes(message, filters));
  if (passed.length > 0) sendText(client, JSON.stringify(passed));
}

function isList(value: Filtered | readonly Filtered[]): value is readonly Filtered[] {
  return Array.isArray(value);
}

/** A message without data (an acknowledgement, an error) passes every filter. */
function passes({ data }: Filtered, filters: BoltFilters): boolean {
  if (data === undefined) return true;
  const { sports, sportsbooks, games, markets } = filters;
  const outcomes = data.outcomes === undefined ? null : Object.values(data.outcomes);
  return (
    isWanted(sports, data.sport) &&
    isWanted(sportsbooks, data.sportsbook) &&
    isWanted(games, data.game) &&
    (markets === undefined ||
      outcomes === null ||
      outcomes.some((outcome) => isWanted(markets, outcome.outcome_name)))
  );
}

function isWanted(wanted: readonly string[] | undefined, value: string | undefined): boolean {
  return wanted === undefined || (value !== undefined && wanted.includes(value));
}

function sendText(client: WebSocket, text: string): void {
  if (client.readyState !== WebSocket.OPEN) return;
  if (client.bufferedAmount > MAX_BUFFERED_BYTES) client.terminate();
  else client.send(text);
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}
