import * as http from 'node:http';
import * as https from 'node:https';
import type { Socket } from 'node:net';
import { isInTheClear } from '../../contracts/environment/exchange-address.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import type { HttpReply, HttpRequest, HttpTransport } from './http-transport.ts';
import type { RequestSigner } from './request-signer.ts';
import { encodeQuery } from './wire/request-query.ts';

export type SignedHttpOptions = {
  /** Up to and including `/trade-api/v2`. */
  readonly restUrl: string;
  readonly signer: RequestSigner;
  /** Time of the signatures and the age of sockets. */
  readonly nowMs: () => EpochMs;
  /** For the whole of one request, waiting for a socket included. */
  readonly timeoutMs: number;
  /** Told of each answer that says when it was given, by its `Date`: for the exchange's clock. */
  readonly onDated?: (answer: DatedAnswer) => void;
  /** A longer body is cut off, and its answer is lost. */
  readonly maxBodyBytes?: number;
};

/** An answer and the whole second in which the exchange gave it. */
export type DatedAnswer = {
  readonly sentMs: EpochMs;
  readonly receivedMs: EpochMs;
  readonly dateMs: EpochMs;
};

/**
 * A socket that was idle for longer may have been closed at the other end without our knowing; a write on it would be
 * lost, and we would not know whether it was.
 */
const WRITE_ON_SOCKETS_USED_WITHIN_MS = 3_000;
/** A page of 1,000 orders is about 800 kB, the list of all series some ten megabytes. */
const MAX_BODY_BYTES = 32_000_000;
const MAX_SOCKETS = 64;

/**
 * Requests to the exchange over kept-alive sockets, each signed in the moment in which it is sent. Whatever goes wrong
 * is a reply; nothing is ever sent twice. Reads take any open socket; writes only one that has just been used, or a new
 * one.
 */
export class SignedHttpTransport implements HttpTransport {
  readonly #options: SignedHttpOptions;
  readonly #base: URL;
  readonly #agent: http.Agent;
  readonly #usedAtMs = new WeakMap<Socket, EpochMs>();

  constructor(options: SignedHttpOptions) {
    this.#options = options;
    this.#base = new URL(options.restUrl);
    if (isInTheClear(options.restUrl))
      throw new Error(
        `${this.#base.origin} is not encrypted, and not of this machine: signed requests go there by https only`,
      );
    const agent = { keepAlive: true, maxSockets: MAX_SOCKETS, scheduling: 'lifo' } as const;
    this.#agent = this.#base.protocol === 'https:' ? new https.Agent(agent) : new http.Agent(agent);
  }

  request(request: HttpRequest): Promise<HttpReply> {
    const { method, query, body } = request;
    const path = this.#base.pathname.replace(/\/$/, '') + request.path;
    const search = encodeQuery(query);
    if (method !== 'GET') this.#closeIdleSockets();
    const send = this.#base.protocol === 'https:' ? https.request : http.request;
    return new Promise((resolve) => {
      const sent = send({
        agent: this.#agent,
        protocol: this.#base.protocol,
        hostname: this.#base.hostname.replace(/^\[|\]$/g, ''),
        port: this.#base.port,
        method,
        path: search === '' ? path : `${path}?${search}`,
        headers: {
          ...this.#options.signer({ method, path, nowMs: this.#options.nowMs() }),
          accept: 'application/json',
          ...(body !== null && {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
          }),
        },
      });
      this.#follow(sent, resolve);
      sent.end(body ?? undefined);
    });
  }

  /** Closes every socket; requests under way are lost. */
  close(): void {
    this.#agent.destroy();
  }

  /** Settles once: with the whole answer, or with why there is none. */
  #follow(sent: http.ClientRequest, resolve: (reply: HttpReply) => void): void {
    const deadline = setTimeout(() => lose('timeout'), this.#options.timeoutMs);
    const settle = (reply: HttpReply): void => {
      clearTimeout(deadline);
      resolve(reply);
    };
    const lose = (cause: 'timeout' | 'connection_reset'): void => {
      settle({ kind: 'failed', cause });
      sent.destroy();
    };
    sent.on('error', () => lose('connection_reset'));
    const sentMs = this.#options.nowMs();
    sent.on('response', (response) => {
      const { socket } = response;
      const receivedMs = this.#options.nowMs();
      this.#usedAtMs.set(socket, receivedMs);
      const dateMs = Date.parse(response.headers.date ?? '');
      if (Number.isFinite(dateMs)) this.#options.onDated?.({ sentMs, receivedMs, dateMs });
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > (this.#options.maxBodyBytes ?? MAX_BODY_BYTES)) lose('connection_reset');
        else chunks.push(chunk);
      });
      response.on('error', () => lose('connection_reset'));
      response.on('close', () => {
        if (!response.complete) lose('connection_reset');
      });
      response.on('end', () => {
        this.#usedAtMs.set(socket, this.#options.nowMs());
        const body = Buffer.concat(chunks).toString('utf8');
        settle({ kind: 'answered', status: response.statusCode ?? 0, body });
      });
    });
  }

  #closeIdleSockets(): void {
    const nowMs = this.#options.nowMs();
    for (const sockets of Object.values(this.#agent.freeSockets))
      for (const socket of sockets ?? []) {
        const idleMs = nowMs - (this.#usedAtMs.get(socket) ?? Number.NEGATIVE_INFINITY);
        // A clock that was set back says nothing of the socket's age.
        if (idleMs < 0 || idleMs > WRITE_ON_SOCKETS_USED_WITHIN_MS) socket.destroy();
      }
  }
}
