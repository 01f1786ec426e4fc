import {
  MARKET_CHANNELS,
  SEQUENCED_CHANNELS,
  type StreamChannelName,
} from '../../adapters/kalshi/wire/stream-channels.ts';
import type { EpochMs, MarketTicker } from '../../domain/market/market.ts';
import type { StreamSequence } from '../../ports/market-data.ts';
import type { AccountName } from './sim-order.ts';

export type StreamChannel = StreamChannelName;

/**
 * Takes the bytes of one frame at the exchange's own time. Delay, loss and doubling are the world's business. `full`
 * says that it was not taken because too much is unread: the subscription then ends. The `last` frame of such a
 * subscription is to be taken all the same.
 */
export type FrameListener = (frame: string, nowMs: EpochMs, last?: 'last') => 'full' | void;

export type SubscribeParams = {
  readonly account: AccountName;
  readonly channels: readonly StreamChannel[];
  /** Null means all markets, which `orderbook_delta` does not allow. Lifecycles and order groups have no filter. */
  readonly markets: readonly MarketTicker[] | null;
  readonly useYesPrice: boolean;
  /** Echoed in the replies; 0 or absent when the client gave none. */
  readonly commandId?: number;
  /** Markets by their other name, in place of `markets`: `ticker` only. */
  readonly marketIds?: readonly string[];
  /** Sums every market up at once: `ticker` only. */
  readonly sendInitialSnapshot?: boolean;
  /** Leaves the lists of markets out of the `ok` of this subscription. */
  readonly skipTickerAck?: boolean;
};

export type Subscribed = { readonly channel: StreamChannel; readonly sid: number };

export type Subscription = {
  readonly sid: number;
  readonly channel: StreamChannel;
  readonly listener: FrameListener;
  readonly account: AccountName;
  readonly useYesPrice: boolean;
  readonly skipTickerAck: boolean;
  /** The positions as they were told last, by account and market. */
  readonly told: Map<string, string>;
  markets: Set<MarketTicker> | null;
  seq: number;
};

export function newSubscription(
  sid: number,
  listener: FrameListener,
  channel: StreamChannel,
  params: SubscribeParams,
): Subscription {
  return {
    sid,
    channel,
    listener,
    account: params.account,
    useYesPrice: params.useYesPrice,
    skipTickerAck: params.skipTickerAck === true,
    told: new Map(),
    markets: null,
    seq: 0,
  };
}

export function covers(subscription: Subscription, market: MarketTicker): boolean {
  return subscription.markets === null || subscription.markets.has(market);
}

/** Where the next message of a numbered channel stands. */
export function nextNumber(subscription: Subscription): NonNullable<StreamSequence> {
  subscription.seq += 1;
  return { subscription: subscription.sid, sequence: subscription.seq };
}

/** The number of a control frame; null on channels that have none (Kalshi "WebSocket Connection"). */
export function nextSequence(subscription: Subscription): number | null {
  return SEQUENCED_CHANNELS.has(subscription.channel) ? nextNumber(subscription).sequence : null;
}

/** Whether the markets of a subscription can change. */
export function hasMarkets({ channel }: Pick<Subscription, 'channel'>): boolean {
  return MARKET_CHANNELS.has(channel);
}
