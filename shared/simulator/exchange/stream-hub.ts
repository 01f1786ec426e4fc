import {
  commandRefusal,
  encodeCommandError,
  type CommandErrorCode,
} from '../../adapters/kalshi/wire/stream-commands.ts';
import { encodeSubscriptionEnd } from '../../adapters/kalshi/wire/stream-replies.ts';
import { MARKET_CHANNELS } from '../../adapters/kalshi/wire/stream-channels.ts';
import {
  encodeOk,
  encodeStreamFrame,
  encodeSubscribed,
  encodeUnsubscribed,
} from '../../adapters/kalshi/wire/stream-encode.ts';
import { marketIdOf } from '../../adapters/kalshi/wire/market-id.ts';
import type { EpochMs, MarketTicker } from '../../domain/market/market.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { MarketDataEvent } from '../../ports/market-data.ts';
import type { FloorEvent } from './floor-event.ts';
import type { Listing } from './listing.ts';
import {
  covers,
  newSubscription,
  nextNumber,
  nextSequence,
  type FrameListener,
  type StreamChannel,
  type SubscribeParams,
  type Subscribed,
  type Subscription,
} from './stream-subscription.ts';
import {
  alsoToldOfDelta,
  alsoToldOfQuote,
  deltaEvent,
  quoteEvent,
  tradeEvent,
} from './stream-events.ts';
import {
  alsoToldOfEvent,
  alsoToldOfLifecycle,
  eventEvent,
  feesEvent,
  lifecycleEvent,
} from './lifecycle-events.ts';
import {
  alsoToldOfFill,
  alsoToldOfOrder,
  alsoToldOfPosition,
  fillEvent,
  groupEvent,
  orderEvent,
  positionEvent,
} from './own-events.ts';
import type { Holding } from './holding.ts';
import type { AccountName } from './sim-order.ts';
import { isCombo } from './venue-facts.ts';
import { isToldTo } from './subaccount-name.ts';

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

/** What the stream looks up on the floor. */
export type StreamWorld = {
  readonly listing: (market: MarketTicker) => Listing | undefined;
  readonly listings: () => Iterable<Listing>;
  readonly holding: (account: AccountName, market: MarketTicker) => Holding | undefined;
};

/**
 * The exchange's stream: numbered subscriptions, each with its own sequence shared by its markets, control frames
 * included (Kalshi "WebSocket Connection"). Summaries and own fills, orders and positions are not numbered. Frames
 * leave at once; a listener that is full loses the subscription with error 25, as a slow reader of the exchange does.
 */
export class StreamHub {
  readonly #world: StreamWorld;
  readonly #rules: StreamRules;
  readonly #subscriptions = new Map<number, Subscription>();
  readonly #byListener = new Map<FrameListener, Set<Subscription>>();
  readonly #byChannel: Readonly<Record<StreamChannel, Set<Subscription>>> = {
    orderbook_delta: new Set(),
    ticker: new Set(),
    trade: new Set(),
    fill: new Set(),
    user_orders: new Set(),
    market_positions: new Set(),
    order_group_updates: new Set(),
    market_lifecycle_v2: new Set(),
    multivariate_market_lifecycle: new Set(),
  };
  /** Markets whose summary is to be told. */
  readonly #changed = new Set<MarketTicker>();
  #sids = 0;

  constructor(world: StreamWorld, rules: StreamRules) {
    this.#world = world;
    this.#rules = rules;
  }

  /** What a listener is subscribed to, oldest first. */
  of(listener: FrameListener): readonly Subscribed[] {
    return [...(this.#byListener.get(listener) ?? [])].map(({ channel, sid }) => ({
      channel,
      sid,
    }));
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
      const subscription = standing ?? this.#open(listener, channel, params);
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
    const subscription = this.#of(sid);
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
    const subscription = this.#of(sid);
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
    const subscription = this.#of(sid);
    invariant(subscription.channel === 'orderbook_delta', 'only a book has a snapshot');
    this.#snapshots(subscription, markets, commandId, nowMs);
  }

  unsubscribe(sids: readonly number[], commandId: number, nowMs: EpochMs): void {
    for (const sid of sids) {
      const subscription = this.#of(sid);
      this.#forget(subscription);
      const sequence = nextSequence(subscription);
      subscription.listener(
        encodeUnsubscribed({ id: commandId, subscription: sid, sequence }),
        nowMs,
      );
    }
  }

  /** Ends a subscription with an error of the exchange's: 10 for a fault of the channel, 25 for a slow reader. */
  end(sid: number, code: 10 | 25, nowMs: EpochMs): void {
    const subscription = this.#of(sid);
    this.#forget(subscription);
    const sequence = nextSequence(subscription);
    const frame = encodeSubscriptionEnd({ subscription: sid, sequence, code });
    subscription.listener(frame, nowMs, 'last');
  }

  /** Ends everything of one listener without a word, as a lost connection does. */
  disconnect(listener: FrameListener): void {
    for (const subscription of this.#byListener.get(listener) ?? []) this.#forget(subscription);
    this.#byListener.delete(listener);
  }

  /** Publishes one event of the floor to those who subscribed to it. */
  publish(event: FloorEvent, nowMs: EpochMs): void {
    switch (event.kind) {
      case 'book_change':
        for (const to of this.#byChannel.orderbook_delta) {
          if (!covers(to, event.market)) continue;
          const own = isToldTo(event.cause.account, to.account);
          const delta = deltaEvent(event, nextNumber(to), own);
          this.#send(to, delta, event.atMs, own ? { alsoTold: alsoToldOfDelta(event) } : {});
        }
        if (this.#byChannel.ticker.size > 0) this.#changed.add(event.market);
        return;
      case 'trade':
        for (const to of this.#byChannel.trade)
          if (covers(to, event.market))
            this.#send(to, tradeEvent(event, nextNumber(to)), event.atMs);
        return;
      case 'fill':
        for (const to of this.#byChannel.fill)
          if (isToldTo(event.fill.account, to.account) && covers(to, event.fill.market))
            this.#send(to, fillEvent(event.fill), nowMs, {
              exchangeIndex: event.fill.exchangeIndex,
              alsoTold: alsoToldOfFill(event.fill),
            });
        return;
      case 'order':
        for (const to of this.#byChannel.user_orders)
          if (isToldTo(event.order.account, to.account) && covers(to, event.order.market))
            this.#send(to, orderEvent(event.order), nowMs, {
              exchangeIndex: event.order.exchangeIndex,
              alsoTold: alsoToldOfOrder(event.order),
            });
        return;
      case 'account':
        if (event.market !== null) this.#position(event.account, event.market, event.atMs);
        return;
      case 'lifecycle': {
        const isOfCombos = this.#isCombo(event.market.ticker);
        const channel = isOfCombos ? 'multivariate_market_lifecycle' : 'market_lifecycle_v2';
        for (const to of this.#byChannel[channel])
          this.#send(to, lifecycleEvent(event, nextNumber(to)), event.atMs, {
            exchangeIndex: event.market.exchangeIndex,
            alsoTold: alsoToldOfLifecycle(event, this.#world.listing(event.market.ticker)),
            isCombo: isOfCombos,
          });
        return;
      }
      case 'event':
        for (const to of this.#byChannel.market_lifecycle_v2)
          this.#send(to, eventEvent(event, nextNumber(to)), event.atMs, {
            alsoTold: alsoToldOfEvent(event),
          });
        return;
      case 'event_fees':
        for (const to of this.#byChannel.market_lifecycle_v2)
          this.#send(to, feesEvent(event, nextNumber(to)), event.atMs);
        return;
      case 'order_group':
        for (const to of this.#byChannel.order_group_updates)
          if (isToldTo(event.account, to.account))
            this.#send(to, groupEvent(event, nextNumber(to)), event.atMs);
        return;
      case 'settlement':
        return;
    }
  }

  /**
   * Sums the markets up that changed since the last call, for those who subscribed to summaries. To be called when an
   * order has been carried out: in the middle of it the sums do not hold.
   */
  tellQuotes(nowMs: EpochMs): void {
    if (this.#changed.size === 0) return;
    for (const market of this.#changed) this.#quote(market, nowMs);
    this.#changed.clear();
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
    for (const { markets } of this.#byListener.get(listener) ?? []) ofSession += markets?.size ?? 0;
    return ofSession > MOST_MARKETS_OF_SESSION ? 26 : null;
  }

  /** The subscription that another one to its channel extends, where the exchange does that. */
  #standing(listener: FrameListener, channel: StreamChannel): Subscription | null {
    if (this.#rules.subscribedAgain === 'another') return null;
    for (const subscription of this.#byListener.get(listener) ?? [])
      if (subscription.channel === channel) return subscription;
    return null;
  }

  #open(listener: FrameListener, channel: StreamChannel, params: SubscribeParams): Subscription {
    this.#sids += 1;
    const subscription = newSubscription(this.#sids, listener, channel, params);
    this.#subscriptions.set(subscription.sid, subscription);
    this.#byChannel[channel].add(subscription);
    const own = this.#byListener.get(listener) ?? new Set();
    this.#byListener.set(listener, own.add(subscription));
    return subscription;
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
      if (listing === undefined || !this.#subscriptions.has(subscription.sid)) continue;
      const sequence = nextNumber(subscription);
      const snapshot = { market, ...listing.engine.view(), exchangeTimeMs: null };
      const event = { kind: 'book_snapshot', sequence, snapshot } as const;
      this.#send(subscription, event, nowMs, { commandId });
    }
  }

  #summaries(subscription: Subscription, nowMs: EpochMs): void {
    for (const listing of this.#world.listings()) {
      const { ticker } = listing.market;
      if (covers(subscription, ticker) && this.#subscriptions.has(subscription.sid))
        this.#send(subscription, quoteEvent(listing, nowMs), nowMs, {
          alsoTold: alsoToldOfQuote(listing),
        });
    }
  }

  #quote(market: MarketTicker, atMs: EpochMs): void {
    const listing = this.#world.listing(market);
    if (listing === undefined) return;
    for (const to of this.#byChannel.ticker)
      if (covers(to, market))
        this.#send(to, quoteEvent(listing, atMs), atMs, { alsoTold: alsoToldOfQuote(listing) });
  }

  /** Tells a position to its owner when it, or what it cost, is not what was told last. */
  #position(account: AccountName, market: MarketTicker, atMs: EpochMs): void {
    if (this.#byChannel.market_positions.size === 0) return;
    const holding = this.#world.holding(account, market);
    if (holding === undefined) return;
    const { position, traded, realised } = holding;
    const state = `${position} ${traded} ${realised}`;
    for (const to of this.#byChannel.market_positions) {
      if (!isToldTo(account, to.account) || !covers(to, market)) continue;
      if ((to.told.get(`${account} ${market}`) ?? '0 0 0') === state) continue;
      to.told.set(`${account} ${market}`, state);
      this.#send(to, positionEvent(holding), atMs, {
        alsoTold: alsoToldOfPosition(account, holding),
      });
    }
  }

  #send(
    to: Subscription,
    event: MarketDataEvent,
    nowMs: EpochMs,
    more: {
      readonly exchangeIndex?: number;
      readonly alsoTold?: Readonly<Record<string, unknown>>;
      readonly isCombo?: boolean;
      readonly commandId?: number;
    } = {},
  ): void {
    const { commandId = 0, exchangeIndex = 0, ...told } = more;
    const { sid: subscription, useYesPrice } = to;
    const frame = encodeStreamFrame(event, { subscription, useYesPrice, exchangeIndex, ...told });
    const taken = to.listener(
      commandId === 0 ? frame : `{"id":${commandId},${frame.slice(1)}`,
      nowMs,
    );
    if (taken === 'full') this.end(subscription, 25, nowMs);
  }

  /** Combos have a lifecycle channel of their own (Kalshi "Market and Event Lifecycle"). */
  #isCombo(market: MarketTicker): boolean {
    return isCombo(market, this.#world.listing(market)?.details ?? {});
  }

  #of(sid: number): Subscription {
    const subscription = this.#subscriptions.get(sid);
    invariant(subscription !== undefined, `subscription ${sid} is open`);
    return subscription;
  }

  #forget(subscription: Subscription): void {
    this.#subscriptions.delete(subscription.sid);
    this.#byChannel[subscription.channel].delete(subscription);
    this.#byListener.get(subscription.listener)?.delete(subscription);
  }
}
