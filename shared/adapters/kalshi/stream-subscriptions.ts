import type { MarketTicker } from '../../domain/market/market.ts';
import { MARKET_CHANNELS, type StreamChannelName } from './wire/stream-channels.ts';

/** Markets that share a subscription, or one for each channel of markets: a gap spoils no more than these. */
type Chunk = { readonly markets: Set<MarketTicker> };

/** One subscription of this connection, as the exchange has acknowledged it or was asked for it. */
export type StreamSubscription = {
  readonly channel: StreamChannelName;
  /** Null where the channel tells of everything. */
  readonly chunk: Chunk | null;
  /** What the exchange was told to follow. */
  readonly followed: Set<MarketTicker>;
};

/** A change of a subscription that the exchange is to be asked for. */
export type StreamChange = {
  readonly kind: 'add_markets' | 'delete_markets' | 'unsubscribe';
  readonly subscription: number;
  readonly markets: readonly MarketTicker[];
};

/** Channels that are asked for with the markets that are followed; the account's own are always whole. */
const OF_MARKETS: readonly StreamChannelName[] = ['orderbook_delta', 'ticker', 'trade'];

/**
 * What a connection is subscribed to and what it should be. Markets are spread over chunks of bounded size, each with
 * subscriptions of its own; the chunks outlive a connection, the subscriptions do not.
 */
export class StreamSubscriptions {
  readonly #channels: readonly StreamChannelName[];
  readonly #chunkSize: number;
  #chunks: Chunk[] = [];
  readonly #live = new Map<number, StreamSubscription>();

  constructor(channels: readonly StreamChannelName[], chunkSize: number) {
    this.#channels = channels;
    this.#chunkSize = chunkSize;
  }

  get(subscription: number): StreamSubscription | undefined {
    return this.#live.get(subscription);
  }

  /** A new connection knows of nothing. */
  forget(): void {
    this.#live.clear();
  }

  /** The exchange ended a subscription. */
  remove(subscription: number): void {
    this.#live.delete(subscription);
  }

  /** The exchange has acknowledged a subscription. */
  opened(subscription: number, wanted: StreamSubscription): void {
    this.#live.set(subscription, wanted);
  }

  /** Everything that a new connection is to be subscribed to. */
  wanted(): readonly StreamSubscription[] {
    return this.#channels.flatMap((channel) =>
      OF_MARKETS.includes(channel)
        ? this.#chunks.map((chunk) => wantedOf(channel, chunk))
        : [wantedOf(channel, null)],
    );
  }

  /** Follows these markets from now on; returns the chunks that are new, whose subscriptions are to be opened. */
  setMarkets(markets: readonly MarketTicker[]): readonly StreamSubscription[] {
    const wanted = new Set(markets);
    for (const chunk of this.#chunks)
      for (const market of chunk.markets) if (!wanted.delete(market)) chunk.markets.delete(market);
    this.#chunks = this.#chunks.filter((chunk) => chunk.markets.size > 0);
    const fresh: Chunk[] = [];
    let room = this.#chunks.find((chunk) => chunk.markets.size < this.#chunkSize);
    for (const market of wanted) {
      if (room === undefined) {
        room = { markets: new Set() };
        this.#chunks.push(room);
        fresh.push(room);
      }
      room.markets.add(market);
      const { size } = room.markets;
      if (size >= this.#chunkSize)
        room = this.#chunks.find((chunk) => chunk.markets.size < this.#chunkSize);
    }
    return this.#channels
      .filter((channel) => OF_MARKETS.includes(channel))
      .flatMap((channel) => fresh.map((chunk) => wantedOf(channel, chunk)));
  }

  /** What is to be asked of the exchange so that a subscription follows what its chunk has; asked once. */
  changesOf(subscription: number): readonly StreamChange[] {
    const live = this.#live.get(subscription);
    if (live === undefined || live.chunk === null) return [];
    const { chunk, followed } = live;
    if (chunk.markets.size === 0) {
      if (followed.size === 0) return [];
      followed.clear();
      return [{ kind: 'unsubscribe', subscription, markets: [] }];
    }
    const added = [...chunk.markets].filter((market) => !followed.has(market));
    const gone = [...followed].filter((market) => !chunk.markets.has(market));
    for (const market of added) followed.add(market);
    for (const market of gone) followed.delete(market);
    const changes: StreamChange[] = [];
    if (added.length > 0) changes.push({ kind: 'add_markets', subscription, markets: added });
    if (gone.length > 0) changes.push({ kind: 'delete_markets', subscription, markets: gone });
    return changes;
  }

  /** The same for every subscription of the connection. */
  changes(): readonly StreamChange[] {
    return [...this.#live.keys()].flatMap((subscription) => this.changesOf(subscription));
  }
}

/** A subscription as it would be opened now. */
export function wantedOf(
  channel: StreamChannelName,
  chunk: StreamSubscription['chunk'],
): StreamSubscription {
  return { channel, chunk, followed: new Set(chunk?.markets ?? []) };
}

/** The markets to name when a subscription is opened; null for all. */
export function marketsToName({
  channel,
  chunk,
  followed,
}: StreamSubscription): readonly MarketTicker[] | null {
  return chunk === null || !MARKET_CHANNELS.has(channel) ? null : [...followed];
}
