import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { decodeQuery } from '../../shared/adapters/kalshi/wire/request-query.ts';
import type { HttpAnswer } from '../../shared/adapters/kalshi/wire/orders.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import { answerRest, type RestRequest } from '../../shared/simulator/exchange/rest-router.ts';
import type { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import { authenticate, carriesAuthentication, type VenueAccounts } from './authenticate.ts';
import { listen, stopListening } from './listen.ts';
import { StreamConnection } from './stream-connection.ts';

const REST_PATH = '/trade-api/v2';
const WS_PATH = '/trade-api/ws/v2';
/** A create body has a few hundred bytes, and a batch as many orders as the highest tier's bucket pays for. */
const MAX_BODY_BYTES = 786_432;
const PING_EVERY_MS = 10_000;
const MAX_COMMAND_BYTES = 4_000_000;
const MAX_BUFFERED_BYTES = 8_000_000;
/** What the exchange tells to everybody. */
const PUBLIC = /^\/(markets|events|series|exchange\/(status|schedule))(\/|$)/;

export type ExchangeServerOptions = {
  readonly exchange: SimExchange;
  /** By key id. */
  readonly accounts: VenueAccounts;
  /** Its time never goes back. */
  readonly timers: Timers;
  /** 0 takes a free one. */
  readonly port: number;
  /** A reader that leaves more than this unread is dropped. */
  readonly maxBufferedBytes?: number;
};

export type ExchangeServer = {
  /** `http://127.0.0.1:<port>/trade-api/v2` */
  readonly restUrl: string;
  /** `ws://127.0.0.1:<port>/trade-api/ws/v2` */
  readonly wsUrl: string;
  /** Drops every WebSocket without a word, as a restart of the exchange's edge does. */
  readonly dropStreams: () => void;
  readonly close: () => Promise<void>;
};

/**
 * The simulated exchange behind its real interface: signed REST and one WebSocket, statuses and bodies as the exchange
 * sends them. Throws `PortUnavailable`.
 */
export async function startExchangeServer(options: ExchangeServerOptions): Promise<ExchangeServer> {
  const { timers, exchange, accounts } = options;
  const connections = new Set<StreamConnection>();
  const server = createServer((request, response) => void answer(options, request, response));
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_COMMAND_BYTES,
    perMessageDeflate: false,
  });
  server.on('upgrade', (request, socket: Duplex, head) => {
    socket.on('error', () => socket.destroy());
    const path = pathOf(request);
    if (path !== WS_PATH) {
      refuseUpgrade(socket, { status: 404, body: '404 page not found' });
      return;
    }
    const authentication = authenticate(accounts, {
      headers: request.headers,
      method: 'GET',
      path,
      nowMs: timers.nowMs(),
    });
    if (authentication.kind === 'refused') {
      refuseUpgrade(socket, { status: 401, body: authentication.body });
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new StreamConnection({
        socket: webSocket,
        exchange,
        account: authentication.account,
        nowMs: () => timers.nowMs(),
        maxBufferedBytes: options.maxBufferedBytes ?? MAX_BUFFERED_BYTES,
        onGone: () => connections.delete(connection),
      });
      connections.add(connection);
    });
  });
  const address = await listen(server, options.port, 'exchange');
  const ping = (): void => {
    for (const connection of connections) connection.ping();
    pinging = timers.after(PING_EVERY_MS, 'exchange pings', ping);
  };
  let pinging = timers.after(PING_EVERY_MS, 'exchange pings', ping);
  const dropStreams = (): void => {
    for (const connection of connections) connection.drop();
  };
  return {
    restUrl: `http://${address}${REST_PATH}`,
    wsUrl: `ws://${address}${WS_PATH}`,
    dropStreams,
    close: async () => {
      timers.cancel(pinging);
      dropStreams();
      await stopListening(server);
    },
  };
}

async function answer(
  options: ExchangeServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { socket } = request;
  const body = await readBody(request);
  if (body === null) {
    socket.destroy();
    return;
  }
  let reply: HttpAnswer;
  try {
    reply = answerRequest(options, request, body);
  } catch (error) {
    // An error of the simulator itself: the client learns what it would from a broken exchange, and we are not silent.
    process.stderr.write(`simulated exchange: ${error instanceof Error ? error.stack : 'error'}\n`);
    reply = {
      status: 500,
      body: '{"error":{"code":"internal_server_error","message":"internal"}}',
    };
  }
  if (reply.status === 204) {
    response.writeHead(204).end();
    return;
  }
  response.writeHead(reply.status, {
    'content-type': reply.body.startsWith('{') ? 'application/json' : 'text/plain',
    'content-length': Buffer.byteLength(reply.body),
  });
  response.end(reply.body);
}

function answerRequest(
  { exchange, accounts, timers }: ExchangeServerOptions,
  request: IncomingMessage,
  body: string,
): HttpAnswer {
  const { headers, method } = request;
  const path = pathOf(request);
  if (path === null || !path.startsWith(`${REST_PATH}/`) || !isMethod(method))
    return { status: 404, body: '404 page not found' };
  const below = path.slice(REST_PATH.length);
  const nowMs = timers.nowMs();
  const isPublic = method === 'GET' && PUBLIC.test(below);
  const authentication =
    isPublic && !carriesAuthentication(headers)
      ? ({ kind: 'account', account: '' } as const)
      : authenticate(accounts, { headers, method, path, nowMs });
  if (authentication.kind === 'refused') return { status: 401, body: authentication.body };
  const query = decodeQuery(new URL(request.url ?? '/', 'http://exchange').searchParams);
  const rest = { method, path: below, query, body: body === '' ? null : body };
  return answerRest(exchange, authentication.account, rest, nowMs);
}

function isMethod(method: string | undefined): method is RestRequest['method'] {
  return method === 'GET' || method === 'POST' || method === 'PUT' || method === 'DELETE';
}

/** The path without its query; null when the address or one of its escapes is malformed. */
function pathOf(request: IncomingMessage): string | null {
  try {
    const { pathname } = new URL(request.url ?? '/', 'http://exchange');
    decodeURIComponent(pathname);
    return pathname;
  } catch {
    return null;
  }
}

/** The whole body; null when it is too long or the client has gone. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) return null;
      chunks.push(chunk);
    }
  } catch {
    return null;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function refuseUpgrade(socket: Duplex, { status, body }: HttpAnswer): void {
  const reason = status === 401 ? 'Unauthorized' : 'Not Found';
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
