import { encodeSubscriptionEnd } from '../../adapters/kalshi/wire/stream-replies.ts';
import { encodeStreamFrame } from '../../adapters/kalshi/wire/stream-encode.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { MarketDataEvent } from '../../ports/market-data.ts';
import {
  newSubscription,
  nextSequence,
  type FrameListener,
  type StreamChannel,
  type SubscribeParams,
  type Subscribed,
  type Subscription,
} from './stream-subscription.ts';

/** What goes out beside an event. */
export type SentWith = {
  readonly exchangeIndex?: number;
  readonly alsoTold?: Readonly<Record<string, unknown>>;
  readonly isCombo?: boolean;
  readonly commandId?: number;
};

/**
 * The subscriptions that are open, by number, listener and channel, and the way out to each. A listener that is full
 * loses the subscription with error 25, as a slow reader of the exchange does.
 */
export class OpenSubscriptions {
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
  #sids = 0;

  /** What a listener is subscribed to, oldest first. */
  of(listener: FrameListener): readonly Subscribed[] {
    return [...(this.#byListener.get(listener) ?? [])].map(({ channel, sid }) => ({
      channel,
      sid,
    }));
  }

  /** All of one listener, oldest first. */
  ofListener(listener: FrameListener): Iterable<Subscription> {
    return this.#byListener.get(listener) ?? [];
  }

  /** All of one channel, oldest first. */
  ofChannel(channel: StreamChannel): ReadonlySet<Subscription> {
    return this.#byChannel[channel];
  }

  isOpen(sid: number): boolean {
    return this.#subscriptions.has(sid);
  }

  /** One that is open. */
  get(sid: number): Subscription {
    const subscription = this.#subscriptions.get(sid);
    invariant(subscription !== undefined, `subscription ${sid} is open`);
    return subscription;
  }

  open(listener: FrameListener, channel: StreamChannel, params: SubscribeParams): Subscription {
    this.#sids += 1;
    const subscription = newSubscription(this.#sids, listener, channel, params);
    this.#subscriptions.set(subscription.sid, subscription);
    this.#byChannel[channel].add(subscription);
    const own = this.#byListener.get(listener) ?? new Set();
    this.#byListener.set(listener, own.add(subscription));
    return subscription;
  }

  /** Ends a subscription with an error of the exchange's: 10 for a fault of the channel, 25 for a slow reader. */
  end(sid: number, code: 10 | 25, nowMs: EpochMs): void {
    const subscription = this.get(sid);
    this.forget(subscription);
    const sequence = nextSequence(subscription);
    const frame = encodeSubscriptionEnd({ subscription: sid, sequence, code });
    subscription.listener(frame, nowMs, 'last');
  }

  /** Ends everything of one listener without a word, as a lost connection does. */
  disconnect(listener: FrameListener): void {
    for (const subscription of this.#byListener.get(listener) ?? []) this.forget(subscription);
    this.#byListener.delete(listener);
  }

  send(to: Subscription, event: MarketDataEvent, nowMs: EpochMs, more: SentWith = {}): void {
    const { commandId = 0, exchangeIndex = 0, ...told } = more;
    const { sid: subscription, useYesPrice } = to;
    const frame = encodeStreamFrame(event, { subscription, useYesPrice, exchangeIndex, ...told });
    const taken = to.listener(
      commandId === 0 ? frame : `{"id":${commandId},${frame.slice(1)}`,
      nowMs,
    );
    if (taken === 'full') this.end(subscription, 25, nowMs);
  }

  forget(subscription: Subscription): void {
    this.#subscriptions.delete(subscription.sid);
    this.#byChannel[subscription.channel].delete(subscription);
    this.#byListener.get(subscription.listener)?.delete(subscription);
  }
}
