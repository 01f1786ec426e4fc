import type { Socket } from 'node:net';
import type { ClockOffset } from '../../domain/feeds/clock-offset.ts';
import { FeedLag, feedAgeMs } from '../../domain/feeds/feed-age.ts';
import type { EpochMs, MarketTicker } from '../../domain/market/market.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { MarketDataEvent } from '../../ports/market-data.ts';
import type { MarketStream, MarketStreamHandlers } from '../../ports/streams.ts';
import type { TimerHandle, Timers } from '../../ports/timers.ts';
import { InboundQueue, type InboundLimits } from '../websocket/inbound-queue.ts';
import { ReconnectingSocket, type Backoff } from '../websocket/reconnecting-socket.ts';
import { timeOfEvent } from './event-time.ts';
import type { RequestSigner } from './request-signer.ts';
import {
  marketsToName,
  StreamSubscriptions,
  wantedOf,
  type StreamChange,
  type StreamSubscription,
} from './stream-subscriptions.ts';
import { frameWorth } from './wire/frame-worth.ts';
import { decodeReply } from './wire/stream-replies.ts';
import { encodeCommand, type StreamCommand } from './wire/stream-commands.ts';
import { type StreamChannelName } from './wire/stream-channels.ts';
import { decodeStreamFrame } from './wire/stream-frames.ts';

export type KalshiStreamOptions = {
  /** Up to and including `/trade-api/ws/v2`. */
  readonly wsUrl: string;
  readonly signer: RequestSigner;
  readonly timers: Timers;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly maxFrameBytes: number;
  /** What is subscribed to; books, lifecycles, and own fills and orders when left out. */
  readonly channels?: readonly StreamChannelName[];
  /** Markets of one subscription: a gap in its numbers spoils no more books than these. */
  readonly marketsPerSubscription?: number;
  /** The exchange pings every 10 s: silence of more than twice that is a dead connection. */
  readonly silentAfterMs?: number;
  readonly backoff?: Backoff;
  readonly connectTimeoutMs?: number;
  /** From a command until its acknowledgement. */
  readonly ackTimeoutMs?: number;
  readonly inbound?: InboundLimits;
  /** Takes compressed frames where the exchange offers them; off by default, because inflating a frame takes longer. */
  readonly compression?: boolean;
  /** A clock that nobody sets: with it a machine that slept reconnects and signs anew. */
  readonly monotonicMs?: () => number;
  /** Where the exchange's clock stands beside ours; while it is null no feed is found to lag. */
  readonly clockOffset?: (nowMs: EpochMs) => ClockOffset | null;
  /** A feed that is certainly older than this for `lagSustainedMs` is left for a new connection. Null never leaves. */
  readonly maxFeedAgeMs?: number | null;
  readonly lagSustainedMs?: number;
  /** Makes the way to the exchange; the network's when left out. */
  readonly connect?: () => Socket;
  /** Told of each field of a frame that is not known; the frame is used all the same. */
  readonly onUnknownField?: (type: string, field: string) => void;
};

const SILENT_AFTER_MS = 25_000;
const BACKOFF: Backoff = { leastMs: 0, baseMs: 250, mostMs: 30_000 };
const CONNECT_TIMEOUT_MS = 5_000;
const ACK_TIMEOUT_MS = 5_000;
const MARKETS_PER_SUBSCRIPTION = 100;
/** About two seconds of the busiest feed that is planned for. */
const INBOUND: InboundLimits = { maxFrames: 20_000, maxLength: 64_000_000, framesPerTurn: 256 };
const LAG_SUSTAINED_MS = 10_000;
/** Subscriptions of one connection that the exchange may end before the whole connection is made anew. */
const MAX_ENDED = 3;

/** Fills and orders carry no numbers, so they are asked for apart from what does. */
const CHANNELS: readonly StreamChannelName[] = [
  'orderbook_delta',
  'market_lifecycle_v2',
  'fill',
  'user_orders',
];

/** What a command that waits for its acknowledgement was about. */
type Pending =
  | { readonly kind: 'open'; readonly wanted: StreamSubscription; readonly sentMs: EpochMs }
  | { readonly kind: 'change'; readonly change: StreamChange; readonly sentMs: EpochMs };

export type StreamCounts = {
  /** Numbered frames of subscriptions that had ended. */
  readonly stale: number;
  /** Frames that were let go for want of time. */
  readonly lost: number;
  readonly waiting: number;
  readonly mostWaiting: number;
  /** Connections that were left because they lagged. */
  readonly lagged: number;
};

/**
 * The exchange's WebSocket (docs.kalshi.com, "WebSocket Connection"): signed anew at each connect, subscriptions of
 * bounded size, frames as events. What it does not do is judge numbers: a gap is the reader's to see, who then asks for
 * snapshots.
 */
export class KalshiMarketStream implements MarketStream {
  readonly #options: KalshiStreamOptions;
  readonly #subscriptions: StreamSubscriptions;
  readonly #inbound: InboundQueue;
  readonly #lag: FeedLag | null;
  #socket: ReconnectingSocket | null = null;
  #handlers: MarketStreamHandlers | null = null;
  #isUp = false;
  #commands = 0;
  /** Commands that wait for their acknowledgement, by id, oldest first. */
  readonly #pending = new Map<number, Pending>();
  #ackTimer: TimerHandle | null = null;
  /** Subscriptions of this connection that the exchange ended. */
  #ended = 0;
  #stale = 0;
  #lagged = 0;

  constructor(options: KalshiStreamOptions) {
    this.#options = options;
    const { channels = CHANNELS, marketsPerSubscription = MARKETS_PER_SUBSCRIPTION } = options;
    this.#subscriptions = new StreamSubscriptions(channels, marketsPerSubscription);
    const { maxFeedAgeMs: maxAgeMs = null, lagSustainedMs: sustainedMs = LAG_SUSTAINED_MS } =
      options;
    this.#lag = maxAgeMs === null ? null : new FeedLag({ maxAgeMs, sustainedMs });
    this.#inbound = new InboundQueue({
      limits: options.inbound ?? INBOUND,
      worthOf: frameWorth,
      use: (text, receivedMs) => this.#onText(text, receivedMs),
      onLost: (subscription, frames) => {
        if (this.#subscriptions.get(subscription) !== undefined)
          this.#handlers?.onLost(subscription, frames);
      },
      onCaughtUp: (subscriptions) => this.#askAgain(subscriptions),
      onFull: (isFull) => (isFull ? this.#socket?.pause() : this.#socket?.resume()),
    });
  }

  get counts(): StreamCounts {
    return { ...this.#inbound.counts, stale: this.#stale, lagged: this.#lagged };
  }

  open(markets: readonly MarketTicker[], handlers: MarketStreamHandlers): void {
    invariant(this.#socket === null, 'a stream is opened once');
    const { wsUrl, signer, timers, random, maxFrameBytes } = this.#options;
    const { monotonicMs, connect, compression = false } = this.#options;
    const path = new URL(wsUrl).pathname;
    this.#subscriptions.setMarkets(markets);
    this.#handlers = handlers;
    this.#socket = new ReconnectingSocket(
      {
        timers,
        random,
        backoff: this.#options.backoff ?? BACKOFF,
        connectTimeoutMs: this.#options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
        silentAfterMs: this.#options.silentAfterMs ?? SILENT_AFTER_MS,
        maxFrameBytes,
        compression,
        ...(monotonicMs !== undefined && { monotonicMs }),
        ...(connect !== undefined && { connect }),
      },
      {
        target: () => ({
          url: wsUrl,
          headers: signer({ method: 'GET', path, nowMs: timers.nowMs() }),
        }),
        onOpen: () => this.#onOpen(),
        onText: (text, receivedMs) => this.#inbound.push(text, receivedMs),
        onClosed: (reason) => {
          // What it had said of our own orders is true, however the connection ended.
          this.#inbound.end();
          this.#forget();
          handlers.onDisconnected(reason);
        },
        onRefused: (refusal) => handlers.onRefused(refusal),
      },
    );
    this.#socket.open();
  }

  setMarkets(markets: readonly MarketTicker[]): void {
    invariant(this.#socket !== null, 'markets are set on a stream that was opened');
    const fresh = this.#subscriptions.setMarkets(markets);
    if (!this.#isUp) return;
    for (const change of this.#subscriptions.changes()) this.#change(change);
    for (const wanted of fresh) this.#subscribe(wanted);
  }

  /** Not acknowledged but by the snapshots themselves: whoever misses one asks again. */
  requestSnapshots(subscription: number, markets: readonly MarketTicker[]): void {
    const live = this.#subscriptions.get(subscription);
    if (live?.channel !== 'orderbook_delta') return;
    const followed = markets.filter((market) => live.followed.has(market));
    if (followed.length === 0) return;
    this.#send({
      cmd: 'update_subscription',
      id: this.#nextId(),
      subscription,
      action: 'get_snapshot',
      markets: followed,
    });
  }

  async close(): Promise<void> {
    // As when the exchange ends it: a stream that lags is left with what it had said of our own orders.
    this.#inbound.end();
    this.#forget();
    await this.#socket?.close();
  }

  #onOpen(): void {
    this.#forget();
    this.#isUp = true;
    this.#handlers?.onConnected();
    for (const wanted of this.#subscriptions.wanted()) this.#subscribe(wanted);
  }

  #subscribe(wanted: StreamSubscription): void {
    const id = this.#nextId();
    this.#await(id, { kind: 'open', wanted, sentMs: this.#options.timers.nowMs() });
    this.#send({
      cmd: 'subscribe',
      id,
      channels: [wanted.channel],
      markets: marketsToName(wanted),
      useYesPrice: true,
      ...(wanted.channel === 'ticker' && { sendInitialSnapshot: true }),
      ...(wanted.chunk !== null && { skipTickerAck: true }),
    });
  }

  #change(change: StreamChange): void {
    const id = this.#nextId();
    const { kind, subscription, markets } = change;
    this.#await(id, { kind: 'change', change, sentMs: this.#options.timers.nowMs() });
    if (kind === 'unsubscribe') this.#send({ cmd: kind, id, subscriptions: [subscription] });
    else this.#send({ cmd: 'update_subscription', id, subscription, action: kind, markets });
  }

  #askAgain(subscriptions: readonly number[]): void {
    for (const subscription of subscriptions)
      this.requestSnapshots(subscription, [
        ...(this.#subscriptions.get(subscription)?.followed ?? []),
      ]);
  }

  #onText(text: string, receivedMs: EpochMs): void {
    const handlers = this.#handlers;
    if (handlers === null) return;
    const { maxFrameBytes, onUnknownField } = this.#options;
    const event = decodeStreamFrame(text, {
      maxBytes: maxFrameBytes,
      useYesPrice: true,
      ...(onUnknownField !== undefined && { onUnknownField }),
    });
    if (event.kind === 'refused') {
      handlers.onFrame(text, receivedMs);
      handlers.onRefused(event);
      return;
    }
    const sequence = 'sequence' in event ? event.sequence : null;
    if (sequence !== null && this.#subscriptions.get(sequence.subscription) === undefined) {
      this.#stale += 1;
      return;
    }
    handlers.onFrame(text, receivedMs);
    if (event.kind === 'control') this.#onReply(text, handlers);
    handlers.onEvent(event, receivedMs);
    if (event.kind === 'stream_error') this.#onError(text, event);
    else this.#onAge(event, receivedMs);
  }

  #onReply(text: string, handlers: MarketStreamHandlers): void {
    const reply = decodeReply(text, this.#options.maxFrameBytes);
    if (reply.kind !== 'subscribed' && reply.kind !== 'done') return;
    const pending = this.#pending.get(reply.id);
    if (pending === undefined) return;
    if (reply.kind === 'subscribed') {
      if (pending.kind !== 'open' || pending.wanted.channel !== reply.channel) return;
      this.#acknowledge(reply.id);
      const { subscription } = reply;
      this.#subscriptions.opened(subscription, pending.wanted);
      handlers.onSubscribed(subscription, bookMarkets(pending.wanted));
      for (const change of this.#subscriptions.changesOf(subscription)) this.#change(change);
      return;
    }
    if (pending.kind !== 'change') return;
    this.#acknowledge(reply.id);
    const { kind, subscription } = pending.change;
    const live = this.#subscriptions.get(subscription);
    if (live !== undefined && live.channel === 'orderbook_delta')
      handlers.onMarkets(subscription, bookMarkets(live));
    if (kind === 'unsubscribe') this.#subscriptions.remove(subscription);
  }

  /**
   * A subscription that was ended (a channel error, or we read too slowly) is opened again; one that cannot be opened or
   * changed, and one that ends again and again, costs the connection.
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
    const live = subscription === null ? undefined : this.#subscriptions.get(subscription);
    this.#ended += 1;
    if (subscription === null || live === undefined || this.#ended > MAX_ENDED) {
      this.#socket?.reconnect(`the exchange ended a subscription: ${told}`);
      return;
    }
    this.#subscriptions.remove(subscription);
    for (const [id, pending] of this.#pending)
      if (pending.kind === 'change' && pending.change.subscription === subscription)
        this.#pending.delete(id);
    if (live.chunk?.markets.size !== 0) this.#subscribe(wantedOf(live.channel, live.chunk));
  }

  /** Whether the feed as a whole has fallen behind. Without a synced clock nobody knows what is old. */
  #onAge(event: MarketDataEvent, receivedMs: EpochMs): void {
    if (this.#lag === null) return;
    const timeMs = timeOfEvent(event);
    const offset = this.#options.clockOffset?.(receivedMs) ?? null;
    if (timeMs === null || offset === null) return;
    const ageMs = feedAgeMs(receivedMs, timeMs, offset);
    if (!this.#lag.observe(ageMs, offset.uncertaintyMs, receivedMs)) return;
    this.#lag.onLeft();
    this.#lagged += 1;
    this.#socket?.reconnect(`the feed is ${Math.round(ageMs)} ms behind`);
  }

  #send(command: StreamCommand): void {
    this.#socket?.send(encodeCommand(command));
  }

  #nextId(): number {
    this.#commands += 1;
    return this.#commands;
  }

  #await(id: number, pending: Pending): void {
    this.#pending.set(id, pending);
    this.#watchAcks();
  }

  /** The connection has proved itself when everything that was asked for has been acknowledged. */
  #acknowledge(id: number): void {
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#socket?.proved();
  }

  /** Waits for the oldest command; the others were sent later and have as long. */
  #watchAcks(): void {
    if (this.#ackTimer !== null) return;
    const [oldest] = this.#pending.values();
    if (oldest === undefined) return;
    const { timers, ackTimeoutMs = ACK_TIMEOUT_MS } = this.#options;
    const dueMs = oldest.sentMs + ackTimeoutMs;
    this.#ackTimer = timers.at(dueMs, 'commands are acknowledged', () => {
      this.#ackTimer = null;
      const [still] = this.#pending.values();
      if (still !== undefined && still.sentMs + ackTimeoutMs <= timers.nowMs())
        this.#socket?.reconnect(`no acknowledgement within ${ackTimeoutMs} ms`);
      else this.#watchAcks();
    });
  }

  /** Numbers and commands mean nothing beyond their connection. */
  #forget(): void {
    this.#isUp = false;
    this.#pending.clear();
    this.#subscriptions.forget();
    this.#inbound.clear();
    this.#lag?.clear();
    this.#ended = 0;
    if (this.#ackTimer !== null) this.#options.timers.cancel(this.#ackTimer);
    this.#ackTimer = null;
  }
}

/** The markets whose books a subscription brings; none where it brings no books. */
function bookMarkets({ channel, followed }: StreamSubscription): readonly MarketTicker[] {
  return channel === 'orderbook_delta' ? [...followed] : [];
}
