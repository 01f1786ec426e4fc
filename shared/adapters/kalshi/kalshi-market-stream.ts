import type { Socket } from 'node:net';
import type { EpochMs, MarketTicker } from '../../domain/market/market.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { MarketDataEvent } from '../../ports/market-data.ts';
import type { MarketStream, MarketStreamHandlers } from '../../ports/streams.ts';
import type { TimerHandle, Timers } from '../../ports/timers.ts';
import { ReconnectingSocket, type Backoff } from '../websocket/reconnecting-socket.ts';
import type { RequestSigner } from './request-signer.ts';
import { decodeReply, encodeCommand, type StreamChannelName } from './wire/stream-commands.ts';
import { decodeStreamFrame } from './wire/stream-frames.ts';

export type KalshiStreamOptions = {
  /** Up to and including `/trade-api/ws/v2`. */
  readonly wsUrl: string;
  readonly signer: RequestSigner;
  readonly timers: Timers;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly maxFrameBytes: number;
  /** The exchange pings every 10 s: silence of more than twice that is a dead connection. */
  readonly silentAfterMs?: number;
  readonly backoff?: Backoff;
  readonly connectTimeoutMs?: number;
  /** Makes the way to the exchange; the network's when left out. */
  readonly connect?: () => Socket;
  /** Told of each field of a frame that is not known; the frame is used all the same. */
  readonly onUnknownField?: (type: string, field: string) => void;
};

const SILENT_AFTER_MS = 25_000;
const BACKOFF: Backoff = { leastMs: 0, baseMs: 250, mostMs: 30_000 };
const CONNECT_TIMEOUT_MS = 5_000;
/** From a subscribe until its acknowledgement. */
const ACK_TIMEOUT_MS = 5_000;
/** Subscriptions of one connection that the exchange may end before the whole connection is made anew. */
const MAX_ENDED = 3;

/** Fills and orders carry no numbers, so they are asked for apart from what does. */
const CHANNELS: readonly StreamChannelName[] = [
  'orderbook_delta',
  'market_lifecycle_v2',
  'fill',
  'user_orders',
];

/**
 * The exchange's WebSocket (docs.kalshi.com, "WebSocket Connection"): signed anew at each connect, one subscription a
 * channel, frames as events. What it does not do is judge numbers: a gap is the reader's to see, who then asks for
 * snapshots.
 */
export class KalshiMarketStream implements MarketStream {
  readonly #options: KalshiStreamOptions;
  #socket: ReconnectingSocket | null = null;
  #markets: readonly MarketTicker[] = [];
  #commands = 0;
  /** Commands that wait for their acknowledgement, by id. */
  readonly #pending = new Map<number, StreamChannelName>();
  /** What each subscription of this connection is of. */
  readonly #subscriptions = new Map<number, StreamChannelName>();
  #ackTimer: TimerHandle | null = null;
  #ended = 0;

  constructor(options: KalshiStreamOptions) {
    this.#options = options;
  }

  open(markets: readonly MarketTicker[], handlers: MarketStreamHandlers): void {
    invariant(this.#socket === null, 'a stream is opened once');
    const { wsUrl, signer, timers } = this.#options;
    const path = new URL(wsUrl).pathname;
    this.#markets = markets;
    this.#socket = new ReconnectingSocket(
      {
        timers,
        random: this.#options.random,
        backoff: this.#options.backoff ?? BACKOFF,
        connectTimeoutMs: this.#options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
        silentAfterMs: this.#options.silentAfterMs ?? SILENT_AFTER_MS,
        maxFrameBytes: this.#options.maxFrameBytes,
        ...(this.#options.connect !== undefined && { connect: this.#options.connect }),
      },
      {
        target: () => ({
          url: wsUrl,
          headers: signer({ method: 'GET', path, nowMs: timers.nowMs() }),
        }),
        onOpen: () => this.#onOpen(handlers),
        onText: (text, receivedMs) => this.#onText(text, receivedMs, handlers),
        onClosed: (reason) => {
          this.#forget();
          handlers.onDisconnected(reason);
        },
        onRefused: (refusal) => handlers.onRefused(refusal),
      },
    );
    this.#socket.open();
  }

  requestSnapshots(subscription: number, markets: readonly MarketTicker[]): void {
    if (this.#subscriptions.get(subscription) !== 'orderbook_delta' || markets.length === 0) return;
    this.#commands += 1;
    const command = { cmd: 'update_subscription', id: this.#commands, subscription } as const;
    this.#socket?.send(encodeCommand({ ...command, action: 'get_snapshot', markets }));
  }

  async close(): Promise<void> {
    this.#forget();
    await this.#socket?.close();
  }

  #onOpen(handlers: MarketStreamHandlers): void {
    this.#forget();
    handlers.onConnected();
    for (const channel of CHANNELS) this.#subscribe(channel);
  }

  #subscribe(channel: StreamChannelName): void {
    const isBook = channel === 'orderbook_delta';
    if (isBook && this.#markets.length === 0) return;
    const { timers } = this.#options;
    this.#commands += 1;
    this.#pending.set(this.#commands, channel);
    this.#socket?.send(
      encodeCommand({
        cmd: 'subscribe',
        id: this.#commands,
        channels: [channel],
        markets: isBook ? this.#markets : null,
        useYesPrice: true,
      }),
    );
    this.#ackTimer ??= timers.after(ACK_TIMEOUT_MS, 'subscriptions are acknowledged', () =>
      this.#socket?.reconnect(`no acknowledgement within ${ACK_TIMEOUT_MS} ms`),
    );
  }

  #onText(text: string, receivedMs: EpochMs, handlers: MarketStreamHandlers): void {
    const { maxFrameBytes, onUnknownField } = this.#options;
    handlers.onFrame(text, receivedMs);
    const event = decodeStreamFrame(text, {
      maxBytes: maxFrameBytes,
      useYesPrice: true,
      ...(onUnknownField !== undefined && { onUnknownField }),
    });
    if (event.kind === 'refused') {
      handlers.onRefused(event);
      return;
    }
    if (event.kind === 'control' && event.type === 'subscribed') this.#onReply(text, handlers);
    handlers.onEvent(event, receivedMs);
    if (event.kind === 'stream_error') this.#onError(text, event);
  }

  #onReply(text: string, handlers: MarketStreamHandlers): void {
    const reply = decodeReply(text, this.#options.maxFrameBytes);
    if (reply.kind !== 'subscribed') return;
    const channel = this.#pending.get(reply.id);
    if (channel === undefined || channel !== reply.channel) return;
    this.#pending.delete(reply.id);
    this.#subscriptions.set(reply.subscription, channel);
    if (this.#pending.size === 0) {
      this.#cancelAckTimer();
      this.#socket?.proved();
    }
    handlers.onSubscribed(reply.subscription, channel === 'orderbook_delta' ? this.#markets : []);
  }

  /**
   * A subscription that was ended (a channel error, or we read too slowly) is opened again; one that cannot be opened,
   * and one that ends again and again, costs the connection.
   */
  #onError(text: string, event: Extract<MarketDataEvent, { kind: 'stream_error' }>): void {
    const told = `error ${event.code} (${event.message})`;
    const reply = decodeReply(text, this.#options.maxFrameBytes);
    if (reply.kind === 'refused' && this.#pending.has(reply.id)) {
      this.#socket?.reconnect(`the exchange refused a subscription: ${told}`);
      return;
    }
    if (!event.terminal) return;
    const { subscription } = event;
    const channel = subscription === null ? undefined : this.#subscriptions.get(subscription);
    this.#ended += 1;
    if (subscription === null || channel === undefined || this.#ended > MAX_ENDED) {
      this.#socket?.reconnect(`the exchange ended a subscription: ${told}`);
      return;
    }
    this.#subscriptions.delete(subscription);
    this.#subscribe(channel);
  }

  /** Numbers and commands mean nothing beyond their connection. */
  #forget(): void {
    this.#pending.clear();
    this.#subscriptions.clear();
    this.#ended = 0;
    this.#cancelAckTimer();
  }

  #cancelAckTimer(): void {
    if (this.#ackTimer !== null) this.#options.timers.cancel(this.#ackTimer);
    this.#ackTimer = null;
  }
}
