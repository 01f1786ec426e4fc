import type { EpochMs, MarketTicker } from '../../domain/market/market.ts';
import type { FloorEvent } from './floor-event.ts';
import type { Holding } from './holding.ts';
import {
  alsoToldOfEvent,
  alsoToldOfLifecycle,
  eventEvent,
  feesEvent,
  lifecycleEvent,
} from './lifecycle-events.ts';
import type { Listing } from './listing.ts';
import type { OpenSubscriptions } from './open-subscriptions.ts';
import {
  alsoToldOfFill,
  alsoToldOfOrder,
  alsoToldOfPosition,
  fillEvent,
  groupEvent,
  orderEvent,
  positionEvent,
} from './own-events.ts';
import type { AccountName } from './sim-order.ts';
import {
  alsoToldOfDelta,
  alsoToldOfQuote,
  deltaEvent,
  quoteEvent,
  tradeEvent,
} from './stream-events.ts';
import { covers, nextNumber } from './stream-subscription.ts';
import { isToldTo } from './subaccount-name.ts';
import { isCombo } from './venue-facts.ts';

/** What the stream looks up on the floor. */
export type StreamWorld = {
  readonly listing: (market: MarketTicker) => Listing | undefined;
  readonly listings: () => Iterable<Listing>;
  readonly holding: (account: AccountName, market: MarketTicker) => Holding | undefined;
};

/** Tells what happens on the floor to those who subscribed to it, in the moment in which it happens. */
export class StreamPublisher {
  readonly #world: StreamWorld;
  readonly #open: OpenSubscriptions;
  /** Markets whose summary is to be told. */
  readonly #changed = new Set<MarketTicker>();

  constructor(world: StreamWorld, open: OpenSubscriptions) {
    this.#world = world;
    this.#open = open;
  }

  /** Publishes one event of the floor to those who subscribed to it. */
  publish(event: FloorEvent, nowMs: EpochMs): void {
    switch (event.kind) {
      case 'book_change':
        for (const to of this.#open.ofChannel('orderbook_delta')) {
          if (!covers(to, event.market)) continue;
          const own = isToldTo(event.cause.account, to.account);
          const delta = deltaEvent(event, nextNumber(to), own);
          this.#open.send(to, delta, event.atMs, own ? { alsoTold: alsoToldOfDelta(event) } : {});
        }
        if (this.#open.ofChannel('ticker').size > 0) this.#changed.add(event.market);
        return;
      case 'trade':
        for (const to of this.#open.ofChannel('trade'))
          if (covers(to, event.market))
            this.#open.send(to, tradeEvent(event, nextNumber(to)), event.atMs);
        return;
      case 'fill':
        for (const to of this.#open.ofChannel('fill'))
          if (isToldTo(event.fill.account, to.account) && covers(to, event.fill.market))
            this.#open.send(to, fillEvent(event.fill), nowMs, {
              exchangeIndex: event.fill.exchangeIndex,
              alsoTold: alsoToldOfFill(event.fill),
            });
        return;
      case 'order':
        for (const to of this.#open.ofChannel('user_orders'))
          if (isToldTo(event.order.account, to.account) && covers(to, event.order.market))
            this.#open.send(to, orderEvent(event.order), nowMs, {
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
        for (const to of this.#open.ofChannel(channel))
          this.#open.send(to, lifecycleEvent(event, nextNumber(to)), event.atMs, {
            exchangeIndex: event.market.exchangeIndex,
            alsoTold: alsoToldOfLifecycle(event, this.#world.listing(event.market.ticker)),
            isCombo: isOfCombos,
          });
        return;
      }
      case 'event':
        for (const to of this.#open.ofChannel('market_lifecycle_v2'))
          this.#open.send(to, eventEvent(event, nextNumber(to)), event.atMs, {
            alsoTold: alsoToldOfEvent(event),
          });
        return;
      case 'event_fees':
        for (const to of this.#open.ofChannel('market_lifecycle_v2'))
          this.#open.send(to, feesEvent(event, nextNumber(to)), event.atMs);
        return;
      case 'order_group':
        for (const to of this.#open.ofChannel('order_group_updates'))
          if (isToldTo(event.account, to.account))
            this.#open.send(to, groupEvent(event, nextNumber(to)), event.atMs);
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

  #quote(market: MarketTicker, atMs: EpochMs): void {
    const listing = this.#world.listing(market);
    if (listing === undefined) return;
    for (const to of this.#open.ofChannel('ticker'))
      if (covers(to, market))
        this.#open.send(to, quoteEvent(listing, atMs), atMs, {
          alsoTold: alsoToldOfQuote(listing),
        });
  }

  /** Tells a position to its owner when it, or what it cost, is not what was told last. */
  #position(account: AccountName, market: MarketTicker, atMs: EpochMs): void {
    if (this.#open.ofChannel('market_positions').size === 0) return;
    const holding = this.#world.holding(account, market);
    if (holding === undefined) return;
    const { position, traded, realised } = holding;
    const state = `${position} ${traded} ${realised}`;
    for (const to of this.#open.ofChannel('market_positions')) {
      if (!isToldTo(account, to.account) || !covers(to, market)) continue;
      if ((to.told.get(`${account} ${market}`) ?? '0 0 0') === state) continue;
      to.told.set(`${account} ${market}`, state);
      this.#open.send(to, positionEvent(holding), atMs, {
        alsoTold: alsoToldOfPosition(account, holding),
      });
    }
  }

  /** Combos have a lifecycle channel of their own (Kalshi "Market and Event Lifecycle"). */
  #isCombo(market: MarketTicker): boolean {
    return isCombo(market, this.#world.listing(market)?.details ?? {});
  }
}
