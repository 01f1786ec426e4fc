import {
  commandRefusal,
  encodeCommandError,
  type CommandErrorCode,
} from '../../adapters/kalshi/wire/stream-commands.ts';
import { MARKET_CHANNELS } from '../../adapters/kalshi/wire/stream-channels.ts';
import {
  encodeOk,
  encodeSubscribed,
  encodeUnsubscribed,
} from '../../adapters/kalshi/wire/stream-encode.ts';
import { marketIdOf } from '../../adapters/kalshi/wire/market-id.ts';
import type { EpochMs, MarketTicker } from '../../domain/market/market.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { FloorEvent } from './floor-event.ts';
import { OpenSubscriptions } from './open-subscriptions.ts';
import { alsoToldOfQuote, quoteEvent } from './stream-events.ts';
import { StreamPublisher, type StreamWorld } from './stream-publisher.ts';
import {
  covers,
  nextNumber,
  nextSequence,
  type FrameListener,
  type StreamChannel,
  type SubscribeParams,
  type Subscribed,
  type Subscription,
} from './stream-subscription.ts';

/** What the exchange's documents leave open about its stream, and the bounds that it has. */
export type StreamRules = {
  /** Subscribing again to a channel: a subscription beside the first, or more markets for it. Unconfirmed. */
  readonly subscribedAgain: 'another' | 'extended';
  /** More in one subscription is error 26; null is no bound. Unconfirmed. */
  readonly mostMarkets: number | null;
};

export const STREAM_RULES: StreamRules = { subscribedAgain: 'another', mostMarkets: null };

/** Markets that one connection may be subscribed to in all (Kalshi "WebSocket Connection"). */
const MOST_MARKETS_OF_SESSION = 500_000;

/**
 * The exchange's stream: numbered subscriptions, each with its own sequence shared by its markets, control frames
 * included (Kalshi "WebSocket Connection"). Summaries and own fills, orders and positions are not numbered. Frames
 * leave at once; a listener that is full loses the subscription with error 25, as a slow reader of the exchange does.
 */
export class StreamHub {
  readonly #world: StreamWorld;
  readonly #rules: StreamRules;
  readonly #open = new OpenSubscriptions();
  readonly #publisher: StreamPublisher;

  constructor(world: StreamWorld, rules: StreamRules) {
    this.#world = world;
    this.#rules = rules;
    this.#publisher = new StreamPublisher(world, this.#open);
  }

  /** What a listener is subscribed to, oldest first. */
  of(listener: FrameListener): readonly Subscribed[] {
    return this.#open.of(listener);
  }

  /** Publishes one event of the floor to those who subscribed to it. */
  publish(event: FloorEvent, nowMs: EpochMs): void {
    this.#publisher.publish(event, nowMs);
  }

  /** Sums up the markets that changed, when an order has been carried out. */
  tellQuotes(nowMs: EpochMs): void {
    this.#publisher.tellQuotes(nowMs);
  }

  /** Ends a subscription with an error of the exchange's: 10 for a fault of the channel, 25 for a slow reader. */
  end(sid: number, code: 10 | 25, nowMs: EpochMs): void {
    this.#open.end(sid, code, nowMs);
  }

  /** Ends everything of one listener without a word, as a lost connection does. */
  disconnect(listener: FrameListener): void {
    this.#open.disconnect(listener);
  }

  /** Opens one subscription a channel: `subscribed`, then for the book the snapshot of each market. */
  subscribe(
    listener: FrameListener,
    params: SubscribeParams,
    nowMs: EpochMs,
  ): readonly Subscribed[] {
    const { commandId: id = 0, channels } = params;
    const markets = this.#marketsOf(params);
    const opened: Subscribed[] = [];
    for (const channel of channels) {
      const refusal = this.#refuse(listener, channel, markets);
      if (refusal !== null) {
        listener(encodeCommandError(commandRefusal(id, refusal)), nowMs);
        continue;
      }
      const standing = this.#standing(listener, channel);
      const subscription = standing ?? this.#open.open(listener, channel, params);
      const before = standing?.markets ?? new Set();
      if (markets === null || (standing !== null && standing.markets === null))
        subscription.markets = null;
      else if (MARKET_CHANNELS.has(channel))
        subscription.markets = new Set([...before, ...markets]);
      const { sid } = subscription;
      listener(encodeSubscribed({ id, channel, subscription: sid }), nowMs);
      opened.push({ channel, sid });
      if (channel === 'orderbook_delta')
        this.#snapshots(
          subscription,
          (markets ?? []).filter((one) => !before.has(one)),
          0,
          nowMs,
        );
      if (channel === 'ticker' && params.sendInitialSnapshot === true)
        this.#summaries(subscription, nowMs);
    }
    return opened;
  }

  /** Adds markets to a subscription: `ok` with all of them, then the snapshots of the new ones. One to all stays so. */
  addMarkets(
    sid: number,
    markets: readonly MarketTicker[],
    commandId: number,
    nowMs: EpochMs,
  ): void {
    const subscription = this.#open.get(sid);
    const standing = subscription.markets;
    const added = markets.filter((market) => standing !== null && !standing.has(market));
    const refusal = this.#refuseMore(subscription, added.length);
    if (refusal !== null) {
      subscription.listener(encodeCommandError(commandRefusal(commandId, refusal)), nowMs);
      return;
    }
    for (const market of added) standing?.add(market);
    this.#ok(subscription, commandId, nowMs);
    if (subscription.channel === 'orderbook_delta') this.#snapshots(subscription, added, 0, nowMs);
  }

  /** Takes markets out of a subscription: `ok` with those that are left. One to all markets stays one to all. */
  deleteMarkets(
    sid: number,
    markets: readonly MarketTicker[],
    commandId: number,
    nowMs: EpochMs,
  ): void {
    const subscription = this.#open.get(sid);
    for (const market of markets) subscription.markets?.delete(market);
    this.#ok(subscription, commandId, nowMs);
  }

  /** Sends the books again, each under the next number of the subscription, with the command's id. */
  getSnapshot(
    sid: number,
    markets: readonly MarketTicker[],
    commandId: number,
    nowMs: EpochMs,
  ): void {
    const subscription = this.#open.get(sid);
    invariant(subscription.channel === 'orderbook_delta', 'only a book has a snapshot');
    this.#snapshots(subscription, markets, commandId, nowMs);
  }

  unsubscribe(sids: readonly number[], commandId: number, nowMs: EpochMs): void {
    for (const sid of sids) {
      const subscription = this.#open.get(sid);
      this.#open.forget(subscription);
      const sequence = nextSequence(subscription);
      subscription.listener(
        encodeUnsubscribed({ id: commandId, subscription: sid, sequence }),
        nowMs,
      );
    }
  }

  #marketsOf({ markets, marketIds }: SubscribeParams): readonly MarketTicker[] | null {
    if (marketIds === undefined) return markets;
    const wanted = new Set(marketIds);
    const found: MarketTicker[] = [];
    for (const { market } of this.#world.listings())
      if (wanted.has(marketIdOf(market.ticker))) found.push(market.ticker);
    return found;
  }

  #refuse(
    listener: FrameListener,
    channel: StreamChannel,
    markets: readonly MarketTicker[] | null,
  ): CommandErrorCode | null {
    if (channel === 'orderbook_delta' && markets === null) return 14;
    const standing = this.#standing(listener, channel);
    const count = markets === null || !MARKET_CHANNELS.has(channel) ? 0 : markets.length;
    return this.#tooMany(listener, (standing?.markets?.size ?? 0) + count, count);
  }

  #refuseMore({ listener, markets }: Subscription, count: number): CommandErrorCode | null {
    return markets === null ? null : this.#tooMany(listener, markets.size + count, count);
  }

  #tooMany(listener: FrameListener, inAll: number, more: number): CommandErrorCode | null {
    const { mostMarkets } = this.#rules;
    if (more === 0) return null;
    if (mostMarkets !== null && inAll > mostMarkets) return 26;
    let ofSession = more;
    for (const { markets } of this.#open.ofListener(listener)) ofSession += markets?.size ?? 0;
    return ofSession > MOST_MARKETS_OF_SESSION ? 26 : null;
  }

  /** The subscription that another one to its channel extends, where the exchange does that. */
  #standing(listener: FrameListener, channel: StreamChannel): Subscription | null {
    if (this.#rules.subscribedAgain === 'another') return null;
    for (const subscription of this.#open.ofListener(listener))
      if (subscription.channel === channel) return subscription;
    return null;
  }

  #ok(subscription: Subscription, id: number, nowMs: EpochMs): void {
    const { sid, listener, markets, skipTickerAck } = subscription;
    const ok = {
      id,
      subscription: sid,
      sequence: nextSequence(subscription),
      markets: skipTickerAck ? null : [...(markets ?? [])],
    };
    listener(encodeOk(ok), nowMs);
  }

  #snapshots(
    subscription: Subscription,
    markets: readonly MarketTicker[],
    commandId: number,
    nowMs: EpochMs,
  ): void {
    for (const market of markets) {
      const listing = this.#world.listing(market);
      if (listing === undefined || !this.#open.isOpen(subscription.sid)) continue;
      const sequence = nextNumber(subscription);
      const snapshot = { market, ...listing.engine.view(), exchangeTimeMs: null };
      const event = { kind: 'book_snapshot', sequence, snapshot } as const;
      this.#open.send(subscription, event, nowMs, { commandId });
    }
  }

  #summaries(subscription: Subscription, nowMs: EpochMs): void {
    for (const listing of this.#world.listings()) {
      const { ticker } = listing.market;
      if (covers(subscription, ticker) && this.#open.isOpen(subscription.sid))
        this.#open.send(subscription, quoteEvent(listing, nowMs), nowMs, {
          alsoTold: alsoToldOfQuote(listing),
        });
    }
  }
}
