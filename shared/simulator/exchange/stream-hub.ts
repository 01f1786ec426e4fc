import {
  encodeOk,
  encodeStreamFrame,
  encodeSubscribed,
  encodeUnsubscribed,
  type StreamEncodeOptions,
} from '../../adapters/kalshi/wire/stream-encode.ts';
import type { EpochMs, MarketTicker } from '../../domain/market/market.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { MarketDataEvent, StreamSequence } from '../../ports/market-data.ts';
import type { FloorEvent } from './floor-event.ts';
import type { AccountName } from './sim-order.ts';
import {
  alsoToldOfFill,
  alsoToldOfOrder,
  deltaEvent,
  fillEvent,
  lifecycleEvent,
  orderEvent,
  tradeEvent,
} from './stream-events.ts';
import type { Listing } from './listing.ts';

export type StreamChannel =
  'orderbook_delta' | 'trade' | 'fill' | 'user_orders' | 'market_lifecycle_v2';

/** Takes the bytes of one frame at the exchange's own time. Delay, loss and doubling are the world's business. */
export type FrameListener = (frame: string, nowMs: EpochMs) => void;

export type SubscribeParams = {
  readonly account: AccountName;
  readonly channels: readonly StreamChannel[];
  /** Null means all markets, which `orderbook_delta` does not allow. `market_lifecycle_v2` has no filter. */
  readonly markets: readonly MarketTicker[] | null;
  readonly useYesPrice: boolean;
  /** Echoed in the replies; 0 or absent when the client gave none. */
  readonly commandId?: number;
};

export type Subscribed = { readonly channel: StreamChannel; readonly sid: number };

type Subscription = {
  readonly sid: number;
  readonly channel: StreamChannel;
  readonly listener: FrameListener;
  readonly account: AccountName;
  readonly useYesPrice: boolean;
  markets: Set<MarketTicker> | null;
  seq: number;
};

/**
 * The exchange's stream: numbered subscriptions, each with its own sequence shared by its markets, control frames
 * included (Kalshi "WebSocket Connection"). Own fills and orders are not numbered. Frames leave at once.
 */
export class StreamHub {
  readonly #subscriptions = new Map<number, Subscription>();
  readonly #byChannel: Readonly<Record<StreamChannel, Set<Subscription>>> = {
    orderbook_delta: new Set(),
    trade: new Set(),
    fill: new Set(),
    user_orders: new Set(),
    market_lifecycle_v2: new Set(),
  };
  #sids = 0;

  /** Opens one subscription a channel: `subscribed`, then for the book the snapshot of each market. */
  subscribe(
    listener: FrameListener,
    params: SubscribeParams,
    listingOf: (market: MarketTicker) => Listing | undefined,
    nowMs: EpochMs,
  ): readonly Subscribed[] {
    const commandId = params.commandId ?? 0;
    const opened: Subscribed[] = [];
    for (const channel of params.channels) {
      if (channel === 'orderbook_delta' && params.markets === null) {
        listener(encodeStreamFrame(TICKER_REQUIRED, encodeOptions(0, params.useYesPrice)), nowMs);
        continue;
      }
      this.#sids += 1;
      const subscription: Subscription = {
        sid: this.#sids,
        channel,
        listener,
        account: params.account,
        useYesPrice: params.useYesPrice,
        markets: params.markets === null ? null : new Set(params.markets),
        seq: 0,
      };
      this.#subscriptions.set(subscription.sid, subscription);
      this.#byChannel[channel].add(subscription);
      listener(encodeSubscribed({ id: commandId, channel, subscription: subscription.sid }), nowMs);
      if (channel === 'orderbook_delta')
        this.#snapshots(subscription, params.markets ?? [], listingOf, 0, nowMs);
      opened.push({ channel, sid: subscription.sid });
    }
    return opened;
  }

  /** Adds markets to a subscription: `ok` with all of them, then the snapshots of the new ones. */
  addMarkets(
    sid: number,
    markets: readonly MarketTicker[],
    listingOf: (market: MarketTicker) => Listing | undefined,
    commandId: number,
    nowMs: EpochMs,
  ): void {
    const subscription = this.#of(sid);
    const standing = subscription.markets ?? new Set();
    const added = markets.filter((market) => !standing.has(market));
    subscription.markets = new Set([...standing, ...markets]);
    const ok = { id: commandId, sequence: next(subscription), markets: [...subscription.markets] };
    subscription.listener(encodeOk(ok), nowMs);
    if (subscription.channel === 'orderbook_delta')
      this.#snapshots(subscription, added, listingOf, 0, nowMs);
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
    const left = [...(subscription.markets ?? [])];
    const ok = { id: commandId, sequence: next(subscription), markets: left };
    subscription.listener(encodeOk(ok), nowMs);
  }

  /** Sends the books again, each under the next number of the subscription, with the command's id. */
  getSnapshot(
    sid: number,
    markets: readonly MarketTicker[],
    listingOf: (market: MarketTicker) => Listing | undefined,
    commandId: number,
    nowMs: EpochMs,
  ): void {
    const subscription = this.#of(sid);
    invariant(subscription.channel === 'orderbook_delta', 'only a book has a snapshot');
    this.#snapshots(subscription, markets, listingOf, commandId, nowMs);
  }

  unsubscribe(sids: readonly number[], commandId: number, nowMs: EpochMs): void {
    for (const sid of sids) {
      const subscription = this.#of(sid);
      this.#forget(subscription);
      subscription.listener(
        encodeUnsubscribed({ id: commandId, sequence: next(subscription) }),
        nowMs,
      );
    }
  }

  /** Ends everything of one listener without a word, as a lost connection does. */
  disconnect(listener: FrameListener): void {
    for (const subscription of this.#subscriptions.values())
      if (subscription.listener === listener) this.#forget(subscription);
  }

  /** Publishes one event of the floor to those who subscribed to it. */
  publish(event: FloorEvent, nowMs: EpochMs): void {
    switch (event.kind) {
      case 'book_change':
        for (const to of this.#byChannel.orderbook_delta)
          if (covers(to, event.market))
            send(to, deltaEvent(event, next(to), to.account), event.atMs);
        return;
      case 'trade':
        for (const to of this.#byChannel.trade)
          if (covers(to, event.market)) send(to, tradeEvent(event, next(to)), event.atMs);
        return;
      case 'fill':
        for (const to of this.#byChannel.fill)
          if (to.account === event.fill.account && covers(to, event.fill.market))
            send(to, fillEvent(event.fill), nowMs, {
              exchangeIndex: event.fill.exchangeIndex,
              alsoTold: alsoToldOfFill(event.fill),
            });
        return;
      case 'order':
        for (const to of this.#byChannel.user_orders)
          if (to.account === event.order.account && covers(to, event.order.market))
            send(to, orderEvent(event.order), nowMs, {
              exchangeIndex: event.order.exchangeIndex,
              alsoTold: alsoToldOfOrder(event.order),
            });
        return;
      case 'lifecycle':
        for (const to of this.#byChannel.market_lifecycle_v2)
          send(to, lifecycleEvent(event, next(to)), event.atMs, {
            exchangeIndex: event.market.exchangeIndex,
          });
        return;
      case 'settlement':
      case 'account':
      case 'order_group':
      case 'event':
      case 'event_fees':
        return;
    }
  }

  #snapshots(
    subscription: Subscription,
    markets: readonly MarketTicker[],
    listingOf: (market: MarketTicker) => Listing | undefined,
    commandId: number,
    nowMs: EpochMs,
  ): void {
    for (const market of markets) {
      const listing = listingOf(market);
      if (listing === undefined) continue;
      const sequence = next(subscription);
      const snapshot = { market, ...listing.engine.view(), exchangeTimeMs: null };
      const frame = encodeStreamFrame(
        { kind: 'book_snapshot', sequence, snapshot },
        encodeOptions(subscription.sid, subscription.useYesPrice),
      );
      subscription.listener(
        commandId === 0 ? frame : `{"id":${commandId},${frame.slice(1)}`,
        nowMs,
      );
    }
  }

  #of(sid: number): Subscription {
    const subscription = this.#subscriptions.get(sid);
    invariant(subscription !== undefined, `subscription ${sid} is open`);
    return subscription;
  }

  #forget(subscription: Subscription): void {
    this.#subscriptions.delete(subscription.sid);
    this.#byChannel[subscription.channel].delete(subscription);
  }
}

const TICKER_REQUIRED: MarketDataEvent = {
  kind: 'stream_error',
  sequence: null,
  subscription: null,
  code: 14,
  message: 'Market ticker required',
  terminal: false,
};

function send(
  to: Subscription,
  event: MarketDataEvent,
  nowMs: EpochMs,
  more: Pick<StreamEncodeOptions, 'alsoTold'> & { readonly exchangeIndex?: number } = {},
): void {
  to.listener(
    encodeStreamFrame(event, { ...encodeOptions(to.sid, to.useYesPrice), ...more }),
    nowMs,
  );
}

function encodeOptions(
  subscription: number,
  useYesPrice: boolean,
): {
  readonly subscription: number;
  readonly useYesPrice: boolean;
  readonly exchangeIndex: number;
} {
  return { subscription, useYesPrice, exchangeIndex: 0 };
}

function next(subscription: Subscription): NonNullable<StreamSequence> {
  subscription.seq += 1;
  return { subscription: subscription.sid, sequence: subscription.seq };
}

function covers(subscription: Subscription, market: MarketTicker): boolean {
  return subscription.markets === null || subscription.markets.has(market);
}
