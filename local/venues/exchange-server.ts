import { createServer, STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { decodeQuery, type RequestQuery } from '../../shared/adapters/kalshi/wire/request-query.ts';
import type { HttpAnswer } from '../../shared/adapters/kalshi/wire/orders.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import { answerRest, type RestRequest } from '../../shared/simulator/exchange/rest-router.ts';
import type { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import { subaccountName } from '../../shared/simulator/exchange/subaccount-name.ts';
import {
  authenticate,
  carriesAuthentication,
  type AccountLookUp,
  type VenueAccounts,
} from './authenticate.ts';
import type { FrameFaults } from './frame-faults.ts';
import { listen, stopListening } from './listen.ts';
import { STREAM_PATH, type FaultedAnswer, type RequestFaults } from './request-faults.ts';
import { StreamConnection } from './stream-connection.ts';
import { accountsWithKeys } from './venue-accounts.ts';

const REST_PATH = '/trade-api/v2';
/** A create body has a few hundred bytes, and a batch as many orders as the highest tier's bucket pays for. */
const MAX_BODY_BYTES = 786_432;
const PING_EVERY_MS = 10_000;
const MAX_COMMAND_BYTES = 4_000_000;
const MAX_BUFFERED_BYTES = 8_000_000;
/** Without a context that is kept, 500 connections cost no more memory than one. */
const DEFLATE = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  threshold: 1_024,
} as const;
/** What the exchange tells to everybody. */
const PUBLIC =
  /^\/((?!markets\/orderbooks)markets|events|series|historical\/(cutoff|markets|trades)|exchange\/(status|schedule))(\/|$)/;

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
  /** What goes wrong; nothing by default. */
  readonly faults?: VenueFaults | null;
  /** The time in which connections live, where the exchange's own may be moved; by default that. */
  readonly wireTimers?: Timers;
  /** What the times of signatures are compared with; by default the time of connections. */
  readonly signatureClock?: Clock;
  /** Offers permessage-deflate, which the exchange does since 2026-09; off by default. */
  readonly compression?: boolean;
};

export type VenueFaults = { readonly requests: RequestFaults; readonly frames: FrameFaults };

/** What requests are answered with: the keys that the exchange knows now. */
type Serving = Omit<ExchangeServerOptions, 'accounts'> & { readonly accounts: AccountLookUp };

export type ExchangeServer = {
  /** `http://127.0.0.1:<port>/trade-api/v2` */
  readonly restUrl: string;
  /** `ws://127.0.0.1:<port>/trade-api/ws/v2` */
  readonly wsUrl: string;
  /** Takes a connection that did not come by the port, such as one within this process. */
  readonly accept: (socket: Socket) => void;
  /** Drops every WebSocket without a word, as a restart of the exchange's edge does. */
  readonly dropStreams: () => void;
  readonly close: () => Promise<void>;
};

/**
 * The simulated exchange behind its real interface: signed REST and one WebSocket, statuses and bodies as the exchange
 * sends them. Throws `PortUnavailable`.
 */
export async function startExchangeServer(options: ExchangeServerOptions): Promise<ExchangeServer> {
  const { timers, exchange } = options;
  const accounts = accountsWithKeys(options.accounts, exchange.keys);
  const serving: Serving = { ...options, accounts };
  const connections = new Set<StreamConnection>();
  const server = createServer((request, response) => void answer(serving, request, response));
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_COMMAND_BYTES,
    perMessageDeflate: options.compression === true ? DEFLATE : false,
  });
  const wireTimers = options.wireTimers ?? timers;
  const signatureClock = options.signatureClock ?? wireTimers;
  const faults = options.faults ?? null;
  server.on('upgrade', (request, socket: Duplex, head) => {
    socket.on('error', () => socket.destroy());
    const path = pathOf(request.url);
    const open = (): HttpAnswer => {
      if (path !== STREAM_PATH) return { status: 404, body: '404 page not found' };
      const nowMs = signatureClock.nowMs();
      const { headers } = request;
      const authentication = authenticate(accounts, { headers, method: 'GET', path, nowMs });
      if (authentication.kind === 'refused') return { status: 401, body: authentication.body };
      account = accountOfKey(exchange, authentication);
      return { status: 101, body: '' };
    };
    let account = '';
    const outcome =
      faults === null || path === null
        ? plainly(open())
        : faults.requests.answer({ method: 'GET', path }, open);
    if (outcome.kind === 'silence') return;
    if (outcome.kind === 'reset' || socket.destroyed) {
      socket.destroy();
      return;
    }
    if (outcome.answer.status !== 101) {
      refuseUpgrade(socket, outcome.answer);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new StreamConnection({
        socket: webSocket,
        exchange,
        account,
        nowMs: () => timers.nowMs(),
        maxBufferedBytes: options.maxBufferedBytes ?? MAX_BUFFERED_BYTES,
        faults: faults?.frames ?? null,
        onGone: () => connections.delete(connection),
      });
      connections.add(connection);
    });
  });
  const address = await listen(server, options.port, 'exchange');
  const ping = (): void => {
    for (const connection of connections) connection.ping();
    pinging = wireTimers.after(PING_EVERY_MS, 'exchange pings', ping);
  };
  let pinging = wireTimers.after(PING_EVERY_MS, 'exchange pings', ping);
  const dropStreams = (): void => {
    for (const connection of connections) connection.drop();
  };
  return {
    restUrl: `http://${address}${REST_PATH}`,
    wsUrl: `ws://${address}${STREAM_PATH}`,
    accept: (socket) => void server.emit('connection', socket),
    dropStreams,
    close: async () => {
      wireTimers.cancel(pinging);
      dropStreams();
      await stopListening(server);
    },
  };
}

/** Whose messages a stream brings: with a key of one subaccount those of that alone. */
function accountOfKey(
  { keys }: SimExchange,
  { account, keyId }: { readonly account: string; readonly keyId: string },
): string {
  return subaccountName(account, keys.find(keyId)?.subaccount ?? 0);
}

async function answer(
  options: Serving,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = hasBody(request) ? await readBody(request) : '';
  if (body === null) {
    tooLarge(response);
    return;
  }
  let outcome: FaultedAnswer;
  try {
    outcome = answerRequest(options, request, body);
  } catch (error) {
    // An error of the simulator itself: the client learns what it would from a broken exchange, and we are not silent.
    process.stderr.write(`simulated exchange: ${error instanceof Error ? error.stack : 'error'}\n`);
    outcome = plainly({
      status: 500,
      body: '{"error":{"code":"internal_server_error","message":"internal"}}',
    });
  }
  switch (outcome.kind) {
    case 'silence':
      return;
    case 'reset':
      request.socket.resetAndDestroy();
      return;
    case 'answer': {
      const { answer: reply, delayMs } = outcome;
      if (delayMs === 0) send(response, reply);
      else
        (options.wireTimers ?? options.timers).after(delayMs, 'late answer', () =>
          send(response, reply),
        );
    }
  }
}

function plainly(reply: HttpAnswer): FaultedAnswer {
  return { kind: 'answer', answer: reply, delayMs: 0 };
}

function send(response: ServerResponse, { status, body }: HttpAnswer): void {
  if (response.destroyed) return;
  if (status === 204) {
    response.writeHead(204).end();
    return;
  }
  response.writeHead(status, {
    'content-type': contentTypeOf(body),
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

function contentTypeOf(body: string): string {
  if (body.startsWith('{')) return 'application/json';
  return body.startsWith('<') ? 'text/html' : 'text/plain';
}

/** Told before the connection ends: a client that only saw a reset would not know that nothing was done. */
function tooLarge(response: ServerResponse): void {
  if (response.destroyed) return;
  const body = '{"error":{"code":"bad_request","message":"request body too large"}}';
  response.writeHead(413, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  });
  response.end(body);
}

function answerRequest(options: Serving, request: IncomingMessage, body: string): FaultedAnswer {
  const { exchange, accounts, timers, faults } = options;
  const signatureClock = options.signatureClock ?? options.wireTimers ?? timers;
  const { headers, method } = request;
  const path = pathOf(request.url);
  if (path === null || !path.startsWith(`${REST_PATH}/`) || !isMethod(method))
    return plainly({ status: 404, body: '404 page not found' });
  const below = path.slice(REST_PATH.length);
  const nowMs = timers.nowMs();
  const carryOut = (): HttpAnswer => {
    const isPublic = method === 'GET' && PUBLIC.test(below);
    const authentication =
      isPublic && !carriesAuthentication(headers)
        ? ({ kind: 'account', account: '' } as const)
        : authenticate(accounts, { headers, method, path, nowMs: signatureClock.nowMs() });
    if (authentication.kind === 'refused') return { status: 401, body: authentication.body };
    const rest = {
      method,
      path: below,
      query: queryOf(request.url),
      body: body === '' ? null : body,
      ...('keyId' in authentication && { keyId: authentication.keyId }),
    };
    return answerRest(exchange, authentication.account, rest, nowMs);
  };
  return faults === undefined || faults === null
    ? plainly(carryOut())
    : faults.requests.answer({ method, path: below }, carryOut);
}

function isMethod(method: string | undefined): method is RestRequest['method'] {
  return method === 'GET' || method === 'POST' || method === 'PUT' || method === 'DELETE';
}

/** Nothing in it that a reader of addresses would change. */
const PLAIN_PATH = /^(?:\/[\w:-]+)+$/;

/** The path without its query; null when the address or one of its escapes is malformed. */
function pathOf(url = '/'): string | null {
  const queryAt = url.indexOf('?');
  const path = queryAt === -1 ? url : url.slice(0, queryAt);
  if (PLAIN_PATH.test(path)) return path;
  try {
    const { pathname } = new URL(url, 'http://exchange');
    decodeURIComponent(pathname);
    return pathname;
  } catch {
    return null;
  }
}

function queryOf(url = '/'): RequestQuery {
  const queryAt = url.indexOf('?');
  return queryAt === -1 ? {} : decodeQuery(new URLSearchParams(url.slice(queryAt)));
}

function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/** The whole body; null when it is too long or the client has gone. */
function readBody(request: IncomingMessage): Promise<string | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) resolve(null);
      else chunks.push(chunk);
    });
    request.on('end', () =>
      resolve((chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))?.toString('utf8') ?? ''),
    );
    request.on('error', () => resolve(null));
    request.on('close', () => resolve(null));
  });
}

function refuseUpgrade(socket: Duplex, { status, body }: HttpAnswer): void {
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    // One that does not close its side would hold up the end of the server.
    () => socket.destroy(),
  );
}
