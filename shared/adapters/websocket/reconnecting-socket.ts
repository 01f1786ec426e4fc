import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocket, type RawData } from 'ws';
import type { EpochMs } from '../../domain/market/market.ts';
import type { FrameRefusal } from '../../ports/market-data.ts';
import type { TimerHandle, Timers } from '../../ports/timers.ts';

export type Backoff = {
  /** The least wait before another attempt. */
  readonly leastMs: number;
  /** Ceiling of the first drawn wait; it doubles with each attempt up to `mostMs`. */
  readonly baseMs: number;
  readonly mostMs: number;
};

export type SocketOptions = {
  readonly timers: Timers;
  /** Uniform in [0, 1): spreads the reconnects of many clients. */
  readonly random: () => number;
  readonly backoff: Backoff;
  /** From the attempt until the connection is open. */
  readonly connectTimeoutMs: number;
  /** A server that sends nothing for this long, its pings included, is gone. */
  readonly silentAfterMs: number;
  /** A longer frame is refused and left out; one of many times the length costs the connection. */
  readonly maxFrameBytes: number;
  /** Takes compressed frames from a server that offers them (RFC 7692): fewer bytes, and more time for each. */
  readonly compression?: boolean;
  /**
   * A clock that nobody sets, in milliseconds. With it a step of the machine's own clock is noticed (it was set, or the
   * machine slept), and the connection is made anew.
   */
  readonly monotonicMs?: () => number;
  /** After 401 and 403, until the next attempt; one minute when left out. */
  readonly refusedRetryMs?: number;
  /** Asked before each attempt: how long it is to be put off, 0 for not at all. */
  readonly holdMs?: () => number;
  /** Makes the way to the server; the network's when left out. */
  readonly connect?: () => Socket;
};

/** What a connection tells. Called one at a time; nothing after `close`. */
export type SocketHandlers = {
  /** Address and headers of one attempt, asked for anew each time: a signature is good for seconds. */
  readonly target: () => {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
  };
  readonly onOpen: () => void;
  readonly onText: (text: string, receivedMs: EpochMs) => void;
  /** The connection ended, or an attempt failed; with the status where the server answered an attempt with one. */
  readonly onClosed: (reason: string, status: number | null) => void;
  readonly onRefused: (refusal: FrameRefusal) => void;
};

/** After 401 or 403 the same key will be refused again: asking often makes it worse. */
const REFUSED_RETRY_MS = 60_000;
const MAX_REFUSAL_BYTES = 2_048;
const CLOSE_MS = 1_000;
/** How much longer than what is accepted a frame may be without the end of its connection. */
const OVERSIZED = 8;
const LOOK_AT_CLOCK_MS = 1_000;
/** Two clocks of one machine that are further apart after a second have not just drifted. */
const CLOCK_STEP_MS = 2_000;

/**
 * A WebSocket client that comes back by itself: exponential backoff with full jitter (Brooker, "Exponential Backoff and
 * Jitter"), a watchdog over silence, frames of bounded size. Whoever uses it says when a connection has proved itself,
 * and only then does the backoff begin anew.
 */
export class ReconnectingSocket {
  readonly #options: SocketOptions;
  readonly #handlers: SocketHandlers;
  #socket: WebSocket | null = null;
  #timer: TimerHandle | null = null;
  #watch: TimerHandle | null = null;
  #clockWatch: TimerHandle | null = null;
  #isPaused = false;
  #attempt = 0;
  #heardMs: EpochMs = 0;

  constructor(options: SocketOptions, handlers: SocketHandlers) {
    this.#options = options;
    this.#handlers = handlers;
  }

  open(): void {
    this.#connectWhenFree();
  }

  /** False when there is no open connection; what is not sent is not kept. */
  send(text: string): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(text);
    return true;
  }

  /** The connection works: the next one that fails is tried again soon. */
  proved(): void {
    this.#attempt = 0;
  }

  /** Ends this connection and makes another one after the backoff. */
  reconnect(reason: string): void {
    this.#lose(this.#socket, reason);
  }

  /** Nothing more is read until `resume`: what the server sends waits in its own buffers. */
  pause(): void {
    this.#isPaused = true;
    this.#socket?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#heard();
    this.#socket?.resume();
  }

  /** Nothing is told from now on; resolves when the socket is gone. */
  async close(): Promise<void> {
    this.#cancelTimers();
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null || socket.readyState === WebSocket.CLOSED) return;
    // One that is not read does not hear that the server closes too.
    if (this.#isPaused) socket.resume();
    await new Promise<void>((resolve) => {
      const hard = setTimeout(() => socket.terminate(), CLOSE_MS);
      socket.once('close', () => {
        clearTimeout(hard);
        resolve();
      });
      socket.close();
    });
  }

  #connectWhenFree(): void {
    const holdMs = this.#options.holdMs?.() ?? 0;
    if (holdMs <= 0) this.#connect();
    else
      this.#timer = this.#options.timers.after(holdMs, 'socket may connect', () =>
        this.#connectWhenFree(),
      );
  }

  #connect(): void {
    const { timers, connectTimeoutMs, maxFrameBytes, connect, compression } = this.#options;
    const { url, headers } = this.#handlers.target();
    const socket = new WebSocket(url, {
      headers,
      maxPayload: maxFrameBytes * OVERSIZED,
      perMessageDeflate: compression === true,
      followRedirects: false,
      ...(connect !== undefined && { createConnection: connect }),
    });
    this.#socket = socket;
    const lose = (reason: string, status: number | null = null): void =>
      this.#lose(socket, reason, status);
    this.#timer = timers.after(connectTimeoutMs, 'socket opens', () =>
      lose(`no connection within ${connectTimeoutMs} ms`),
    );
    socket.on('open', () => this.#onOpen(socket));
    socket.on('message', (data, isBinary) => this.#onMessage(socket, data, isBinary));
    socket.on('ping', () => this.#heard());
    socket.on('close', (code) => lose(`the connection ended (${code})`));
    socket.on('error', (error) => this.#onError(socket, error));
    socket.on('unexpected-response', (_request, response) => readRefusal(response, lose));
  }

  #onOpen(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    this.#cancelTimers();
    this.#heard();
    this.#watchSilence();
    this.#watchClock();
    this.#handlers.onOpen();
  }

  #onMessage(socket: WebSocket, data: RawData, isBinary: boolean): void {
    if (socket !== this.#socket) return;
    this.#heard();
    if (isBinary || !Buffer.isBuffer(data)) {
      this.#handlers.onRefused({ kind: 'refused', code: 'malformed', detail: 'a binary frame' });
      return;
    }
    if (data.length > this.#options.maxFrameBytes) this.#refuseOversized();
    else this.#handlers.onText(data.toString('utf8'), this.#heardMs);
  }

  #onError(socket: WebSocket, error: Error): void {
    if (socket !== this.#socket) return;
    const code = 'code' in error ? String(error.code) : error.name;
    if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') this.#refuseOversized();
    // The code alone: a message may hold the address, and an address may hold a key.
    this.#lose(socket, `the connection failed (${code})`);
  }

  #refuseOversized(): void {
    const detail = `more than the ${this.#options.maxFrameBytes} bytes that are accepted`;
    this.#handlers.onRefused({ kind: 'refused', code: 'oversized', detail });
  }

  /** Ends one connection, once, and plans the next. */
  #lose(socket: WebSocket | null, reason: string, status: number | null = null): void {
    if (socket === null || socket !== this.#socket) return;
    this.#socket = null;
    this.#isPaused = false;
    this.#cancelTimers();
    socket.terminate();
    const isRefused = status === 401 || status === 403;
    const waitMs = isRefused
      ? (this.#options.refusedRetryMs ?? REFUSED_RETRY_MS)
      : this.#nextWaitMs();
    this.#timer = this.#options.timers.after(waitMs, 'socket reconnects', () =>
      this.#connectWhenFree(),
    );
    this.#handlers.onClosed(reason, status);
  }

  #nextWaitMs(): number {
    const { leastMs, baseMs, mostMs } = this.#options.backoff;
    const ceilingMs = Math.min(mostMs, baseMs * 2 ** Math.min(this.#attempt, 30));
    this.#attempt += 1;
    return Math.max(leastMs, this.#options.random() * ceilingMs);
  }

  #heard(): void {
    this.#heardMs = this.#options.timers.nowMs();
  }

  #watchSilence(): void {
    const { timers, silentAfterMs } = this.#options;
    this.#watch = timers.at(this.#heardMs + silentAfterMs, 'socket is heard', () => {
      // What is not read cannot be heard.
      if (this.#isPaused) this.#heard();
      if (timers.nowMs() - this.#heardMs < silentAfterMs) this.#watchSilence();
      else this.#lose(this.#socket, `nothing was heard for ${silentAfterMs} ms`);
    });
  }

  /** A machine that slept sends signatures of yesterday and believes books of yesterday. */
  #watchClock(): void {
    const { timers, monotonicMs } = this.#options;
    if (monotonicMs === undefined) return;
    const before = timers.nowMs() - monotonicMs();
    this.#clockWatch = timers.after(LOOK_AT_CLOCK_MS, 'socket looks at the clock', () => {
      const stepMs = timers.nowMs() - monotonicMs() - before;
      if (Math.abs(stepMs) < CLOCK_STEP_MS) this.#watchClock();
      else this.#lose(this.#socket, `the clock stepped by ${Math.round(stepMs)} ms`);
    });
  }

  #cancelTimers(): void {
    for (const handle of [this.#timer, this.#watch, this.#clockWatch])
      if (handle !== null) this.#options.timers.cancel(handle);
    this.#timer = null;
    this.#watch = null;
    this.#clockWatch = null;
  }
}

/** Why an upgrade was refused: status and the beginning of the body. */
function readRefusal(
  response: IncomingMessage,
  done: (reason: string, status: number) => void,
): void {
  const status = response.statusCode ?? 0;
  let body = '';
  const finish = (): void => {
    response.destroy();
    done(`the connection was refused: HTTP ${status} ${body.trim()}`.trim(), status);
  };
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    body = (body + chunk).slice(0, MAX_REFUSAL_BYTES);
  });
  response.once('close', finish);
  response.once('end', () => response.destroy());
  response.once('error', () => response.destroy());
}
