import type { EpochMs, MarketTicker } from '../../domain/market/market.ts';
import {
  addContracts,
  NO_CONTRACTS,
  subtractContracts,
  type Contracts,
} from '../../domain/money/contracts.ts';
import type { Accounts } from './accounts.ts';
import type { FloorVoice } from './floor-voice.ts';
import { GroupDesk } from './group-desk.ts';
import type { Listing } from './listing.ts';
import { isPostOnlyCross } from './order-admission.ts';
import { OrderGroups, type OrderGroup } from './order-groups.ts';
import type { OrderRegister } from './order-register.ts';
import type { OrderUpdateReason, SimFill, SimOrder } from './sim-order.ts';
import { TradeBook } from './trade-book.ts';

export type BookDeskParts = {
  readonly accounts: Accounts;
  readonly voice: FloorVoice;
  readonly register: OrderRegister;
  readonly listingOf: (market: MarketTicker) => Listing;
};

/**
 * Where accepted orders meet the book: they trade, rest, shrink and leave, with their collateral, their group and the
 * word of it to everybody. An order that does not rest any more has given all of it back.
 */
export class BookDesk {
  /** The fuses of everyone. */
  readonly fuses: GroupDesk;
  readonly groups = new OrderGroups();
  readonly trades: TradeBook;
  readonly #parts: BookDeskParts;

  constructor(parts: BookDeskParts) {
    this.#parts = parts;
    this.trades = new TradeBook(parts.accounts, parts.voice);
    this.fuses = new GroupDesk(this.groups, parts.voice, (order, nowMs) =>
      this.drop(order, null, nowMs),
    );
  }

  /** An order comes to the book: it trades, and what is left of it rests or is gone. Returns its fills. */
  enter(order: SimOrder, listing: Listing, nowMs: EpochMs): readonly SimFill[] {
    const { accounts, register, voice } = this.#parts;
    // Where such an order is refused it never comes here.
    if (order.postOnly && isPostOnlyCross(order, listing.engine)) {
      end(order, 'PostOnlyCrossCancel', nowMs);
      return [];
    }
    const fills = this.#trade(order, listing, nowMs);
    if (fills.length > 0) order.reason ??= 'Trade';
    if (order.status !== 'resting') return fills;
    if (order.timeInForce !== 'good_till_canceled') {
      end(order, order.reason, nowMs);
      return fills;
    }
    if (fills.length > 0) order.reason = 'Trade';
    listing.engine.rest(order);
    accounts.rest(order, listing.market);
    this.groups.enter(order);
    register.rests(order);
    voice.tellOwnLevel(listing, order, order.remaining, nowMs);
    return fills;
  }

  /** Makes a resting order smaller where it stands. */
  shrink(order: SimOrder, remaining: Contracts, listing: Listing, nowMs: EpochMs): void {
    const by = subtractContracts(order.remaining, remaining);
    if (by === 0) return;
    listing.engine.shrink(order, by);
    order.count = addContracts(order.filled, remaining);
    this.#parts.accounts.resize(order, listing.market);
    this.#parts.voice.tellOwnLevel(listing, order, -by, nowMs);
  }

  /** Takes a resting order off the book without ending it. */
  takeOff(order: SimOrder, listing: Listing, nowMs: EpochMs): void {
    listing.engine.remove(order);
    this.#leave(order, listing, nowMs);
  }

  /** Takes a resting order off the book, gives its collateral back, and tells. */
  drop(order: SimOrder, reason: OrderUpdateReason | null, nowMs: EpochMs): void {
    const listing = this.#parts.listingOf(order.market);
    listing.engine.remove(order);
    this.#finish(order, reason, listing, nowMs);
  }

  tell(order: SimOrder, atMs: EpochMs): void {
    const { account, market, exchangeIndex } = order;
    this.#parts.voice.tellOrder(order);
    this.#parts.voice.tellAccount({ account, market, exchangeIndex, atMs });
  }

  /** Matches an order and books both sides of each match; a group whose limit it reaches is triggered. */
  #trade(order: SimOrder, listing: Listing, nowMs: EpochMs): readonly SimFill[] {
    const full = new Set<OrderGroup>();
    const taking = listing.engine.take(order, this.groups.limitsAt(nowMs, full));
    const fills = taking.matches.map((match) => this.trades.book(order, match, listing, nowMs));
    for (const { maker } of taking.matches) if (maker.remaining === 0) this.#forget(maker);
    for (const own of taking.selfCancelled) this.#finish(own, 'SelfTradeCancel', listing, nowMs);
    for (const gone of taking.groupCancelled) this.#finish(gone, null, listing, nowMs);
    if (order.filled === order.count) {
      order.status = 'executed';
      order.reason = 'Trade';
    } else if (taking.stopped !== null)
      end(order, taking.stopped === 'at_own_order' ? 'SelfTradeCancel' : null, nowMs);
    for (const group of full) this.fuses.trigger(group, nowMs);
    return fills;
  }

  /** Ends an order that has just left the book. */
  #finish(
    order: SimOrder,
    reason: OrderUpdateReason | null,
    listing: Listing,
    nowMs: EpochMs,
  ): void {
    this.#leave(order, listing, nowMs);
    end(order, reason, nowMs);
    this.tell(order, nowMs);
  }

  #leave(order: SimOrder, listing: Listing, nowMs: EpochMs): void {
    this.#forget(order);
    this.#parts.accounts.release(order, listing.market);
    this.#parts.voice.tellOwnLevel(listing, order, -order.remaining, nowMs);
  }

  #forget(order: SimOrder): void {
    this.#parts.register.restsNoMore(order);
    this.groups.leave(order);
  }
}

/** A cancelled order shows nothing remaining and keeps what it filled. */
export function end(order: SimOrder, reason: OrderUpdateReason | null, nowMs: EpochMs): void {
  order.status = 'canceled';
  order.remaining = NO_CONTRACTS;
  order.reason = reason;
  order.updatedAtMs = nowMs;
}
