import type { EpochMs } from '../../domain/market/market.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { OddsStream, OddsStreamHandlers } from '../../ports/streams.ts';
import type { TimerHandle, Timers } from '../../ports/timers.ts';
import { ReconnectingSocket, type Backoff } from '../websocket/reconnecting-socket.ts';
import { decodeFrame, type BoltFrameOptions } from './wire/frames.ts';
import { encodeSubscribe, isAcknowledgement, type BoltFilters } from './wire/subscribe.ts';

export type BoltOddsOptions = {
  /** Without the key. */
  readonly wsUrl: string;
  /** Goes into the address, and so never into a message of ours. */
  readonly token: string;
  readonly filters: BoltFilters;
  /** Our game, or null when it is not mapped or stands with home and away exchanged. */
  readonly gameIdOf: BoltFrameOptions['gameIdOf'];
  readonly timers: Timers;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** The burst after subscribing may be one frame of many megabytes. */
  readonly maxFrameBytes: number;
  readonly silentAfterMs?: number;
  readonly backoff?: Backoff;
  readonly connectTimeoutMs?: number;
  /** From the connection until the feed's acknowledgement. */
  readonly ackTimeoutMs?: number;
};

const SILENT_AFTER_MS = 30_000;
const BACKOFF: Backoff = { leastMs: 1_000, baseMs: 2_000, mostMs: 60_000 };
const CONNECT_TIMEOUT_MS = 10_000;
const ACK_TIMEOUT_MS = 10_000;
/** What could not be read makes everything since uncertain; the whole state is asked for again, this often at most. */
const RESYNC_EVERY_MS = 30_000;

/**
 * The odds WebSocket of BoltOdds (public docs, "Odds WebSocket"): nothing is asked before the acknowledgement, and the
 * backoff begins anew only after data. There are no numbers, so loss cannot be seen: a frame that cannot be used is
 * followed by a new subscribe, which brings the whole state again.
 */
export class BoltOddsStream implements OddsStream {
  readonly #options: BoltOddsOptions;
  #socket: ReconnectingSocket | null = null;
  #isAcknowledged = false;
  #isProved = false;
  #ackTimer: TimerHandle | null = null;
  #askedMs: EpochMs = Number.NEGATIVE_INFINITY;

  constructor(options: BoltOddsOptions) {
    this.#options = options;
  }

  open(handlers: OddsStreamHandlers): void {
    invariant(this.#socket === null, 'a stream is opened once');
    const { timers, random, maxFrameBytes } = this.#options;
    this.#socket = new ReconnectingSocket(
      {
        timers,
        random,
        maxFrameBytes,
        backoff: this.#options.backoff ?? BACKOFF,
        connectTimeoutMs: this.#options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
        silentAfterMs: this.#options.silentAfterMs ?? SILENT_AFTER_MS,
      },
      {
        target: () => ({ url: this.#address(), headers: {} }),
        onOpen: () => this.#onOpen(handlers),
        onText: (text, receivedMs) => this.#onText(text, receivedMs, handlers),
        onClosed: (reason) => {
          this.#forget();
          handlers.onDisconnected(this.#withoutKey(reason));
        },
        onRefused: (refusal) => handlers.onRefused(refusal),
      },
    );
    this.#socket.open();
  }

  async close(): Promise<void> {
    this.#forget();
    await this.#socket?.close();
  }

  #address(): string {
    const url = new URL(this.#options.wsUrl);
    url.searchParams.set('key', this.#options.token);
    return url.href;
  }

  #onOpen(handlers: OddsStreamHandlers): void {
    const { timers } = this.#options;
    const ackTimeoutMs = this.#options.ackTimeoutMs ?? ACK_TIMEOUT_MS;
    this.#forget();
    this.#ackTimer = timers.after(ackTimeoutMs, 'odds feed acknowledges', () =>
      this.#socket?.reconnect(`no acknowledgement within ${ackTimeoutMs} ms`),
    );
    handlers.onConnected();
  }

  #onText(text: string, receivedMs: EpochMs, handlers: OddsStreamHandlers): void {
    const { maxFrameBytes: maxBytes, gameIdOf } = this.#options;
    handlers.onFrame(text, receivedMs);
    if (!this.#isAcknowledged && isAcknowledgement(text)) this.#onAcknowledged(receivedMs);
    let isUncertain = false;
    for (const event of decodeFrame(text, { maxBytes, receivedMs, gameIdOf })) {
      if (event.kind === 'refused') {
        isUncertain ||= event.code !== 'feed_error';
        handlers.onRefused({ ...event, detail: this.#withoutKey(event.detail) });
        continue;
      }
      if (event.kind !== 'alive') this.#onData();
      handlers.onEvent(event, receivedMs);
    }
    if (isUncertain && receivedMs - this.#askedMs >= RESYNC_EVERY_MS) this.#subscribe(receivedMs);
  }

  #onAcknowledged(nowMs: EpochMs): void {
    this.#isAcknowledged = true;
    this.#cancelAckTimer();
    this.#subscribe(nowMs);
  }

  #subscribe(nowMs: EpochMs): void {
    if (!this.#isAcknowledged) return;
    this.#askedMs = nowMs;
    this.#socket?.send(encodeSubscribe(this.#options.filters));
  }

  #onData(): void {
    if (this.#isProved || !this.#isAcknowledged) return;
    this.#isProved = true;
    this.#socket?.proved();
  }

  #forget(): void {
    this.#isAcknowledged = false;
    this.#isProved = false;
    this.#askedMs = Number.NEGATIVE_INFINITY;
    this.#cancelAckTimer();
  }

  #cancelAckTimer(): void {
    if (this.#ackTimer !== null) this.#options.timers.cancel(this.#ackTimer);
    this.#ackTimer = null;
  }

  /** The feed may repeat the address in what it refuses. */
  #withoutKey(text: string): string {
    const { token } = this.#options;
    return token === '' ? text : text.replaceAll(token, '<key>');
  }
}
