import type { ExchangeError } from '../../adapters/kalshi/wire/exchange-error.ts';
import type { EpochMs, MarketTicker } from '../../domain/market/market.ts';
import {
  addContracts,
  contracts,
  minContracts,
  NO_CONTRACTS,
  type Contracts,
} from '../../domain/money/contracts.ts';
import type { Accounts } from './accounts.ts';
import { BookDesk, end } from './book-desk.ts';
import { EXCHANGE_ERRORS } from './exchange-errors.ts';
import type { FloorVoice } from './floor-voice.ts';
import type { GroupDesk } from './group-desk.ts';
import type { Listing } from './listing.ts';
import { MAX_OPEN_ORDERS, refuseAmendment, refuseOrder, type Pause } from './order-admission.ts';
import { OrderRegister } from './order-register.ts';
import type { PublicTrades } from './public-trades.ts';
import type {
  AccountName,
  Amendment,
  NewOrder,
  OrderUpdateReason,
  SimFill,
  SimOrder,
} from './sim-order.ts';
import { UNCONFIRMED } from './unconfirmed-codes.ts';

export type Placement =
  | { readonly kind: 'placed'; readonly order: SimOrder; readonly fills: readonly SimFill[] }
  | { readonly kind: 'refused'; readonly error: ExchangeError };

export type Amended =
  | {
      readonly kind: 'amended';
      readonly order: SimOrder;
      /** What it took by crossing. */
      readonly fills: readonly SimFill[];
      /** True when what rests is more or less than before. */
      readonly isResized: boolean;
    }
  | { readonly kind: 'refused'; readonly error: ExchangeError };

/** Answers of the exchange that its documentation leaves open. */
export type DeskOptions = {
  /** What a fill-or-kill that cannot be filled gets. */
  readonly fillOrKill: 'accepted_unfilled' | 'refused';
  /** What a post-only order that would trade gets: recorded as a refusal, documented before as an order cancelled at once. */
  readonly postOnlyCross: 'refused' | 'accepted_cancelled';
};

type DeskTime = { readonly pause: Pause; readonly nowMs: EpochMs };

/** Where orders come in: admission first, then the book; and where resting ones are amended, decreased and taken off. */
export class OrderDesk {
  readonly #accounts: Accounts;
  readonly #options: DeskOptions;
  readonly #listingOf: (market: MarketTicker) => Listing;
  readonly #register: OrderRegister;
  readonly #books: BookDesk;

  constructor(input: {
    readonly accounts: Accounts;
    readonly voice: FloorVoice;
    readonly options: DeskOptions;
    readonly listingOf: (market: MarketTicker) => Listing;
  }) {
    const { accounts, voice, listingOf } = input;
    this.#accounts = accounts;
    this.#options = input.options;
    this.#listingOf = listingOf;
    this.#register = new OrderRegister((account) => voice.isOfCrowd(account));
    this.#books = new BookDesk({ accounts, voice, listingOf, register: this.#register });
  }

  /** The fuses of everyone. */
  get fuses(): GroupDesk {
    return this.#books.fuses;
  }

  /** What was traded by anybody. */
  get trades(): PublicTrades {
    return this.#books.trades.trades;
  }

  /** The orders that are known, and what rests of whom. */
  get register(): Pick<OrderRegister, 'order' | 'hasOrdered' | 'open'> {
    return this.#register;
  }

  /** Checks an order, matches it, and rests, cancels or finishes what is left of it. */
  place(
    account: AccountName,
    request: NewOrder,
    listing: Listing | undefined,
    at: DeskTime,
  ): Placement {
    if (this.#register.isUsed(account, request.clientOrderId))
      return refuse(EXCHANGE_ERRORS.orderAlreadyExists);
    if (listing === undefined) return refuse(EXCHANGE_ERRORS.marketNotFound);
    const error =
      refuseOrder(request, { account, ...this.#admission(listing, at) }) ??
      this.#refuseNumber(account, request);
    if (error !== null) return refuse(error);
    const { nowMs } = at;
    const isKilled = this.#isKilled(account, request, listing, nowMs);
    if (isKilled && this.#options.fillOrKill === 'refused')
      return refuse(UNCONFIRMED.fillOrKillRefused);
    const order = this.#register.accept(account, request, listing.market, nowMs);
    if (request.reduceOnly) this.#capToPosition(order);
    const fills = isKilled ? [] : this.#books.enter(order, listing, nowMs);
    if (isKilled) end(order, order.reason, nowMs);
    this.#books.tell(order, nowMs);
    return { kind: 'placed', order, fills };
  }

  /**
   * Changes a resting order. What it may fill in all is `count`, what filled included, so that a fill on the way is
   * harmless; with nothing left it is executed. Less size and another expiry keep its place in the queue; another
   * price or more size lose it, and may trade at once (Kalshi "Amend Order").
   */
  amend(order: SimOrder, change: Amendment, listing: Listing, at: DeskTime): Amended {
    if (
      change.clientOrderId !== order.clientOrderId &&
      this.#register.isUsed(order.account, change.clientOrderId)
    )
      return refuse(EXCHANGE_ERRORS.orderAlreadyExists);
    const { nowMs } = at;
    const remaining = contracts(Math.max(0, change.count - order.filled));
    const before = order.remaining;
    const error = refuseAmendment(order, { ...change, remaining }, this.#admission(listing, at));
    if (error !== null) return refuse(error);
    this.#register.rename(order, change.clientOrderId);
    order.expiresAtMs = change.expiresAtMs;
    order.reason = 'Amend';
    order.updatedAtMs = nowMs;
    let fills: readonly SimFill[] = [];
    if (remaining === 0) this.#complete(order, listing, nowMs);
    else if (keepsPlace(order, change.price, remaining))
      this.#books.shrink(order, remaining, listing, nowMs);
    else {
      this.#books.takeOff(order, listing, nowMs);
      order.price = change.price;
      order.count = addContracts(order.filled, remaining);
      order.remaining = remaining;
      fills = this.#books.enter(order, listing, nowMs);
    }
    this.#books.tell(order, nowMs);
    return { kind: 'amended', order, fills, isResized: order.remaining !== before };
  }

  /** Leaves `remaining` of a resting order, in its place; nothing cancels it. */
  decrease(order: SimOrder, remaining: Contracts, nowMs: EpochMs): void {
    if (remaining === 0) {
      this.drop(order, 'Decrease', nowMs);
      return;
    }
    order.reason = 'Decrease';
    order.updatedAtMs = nowMs;
    this.#books.shrink(order, remaining, this.#listingOf(order.market), nowMs);
    this.#books.tell(order, nowMs);
  }

  /** Takes a resting order off the book, gives its collateral back, and tells. */
  drop(order: SimOrder, reason: OrderUpdateReason | null, nowMs: EpochMs): void {
    this.#books.drop(order, reason, nowMs);
  }

  #admission({ market, life, engine }: Listing, at: DeskTime) {
    const { postOnlyCross } = this.#options;
    const accounts = this.#accounts;
    return { market, life, engine, postOnlyCross, accounts, groups: this.#books.groups, ...at };
  }

  #refuseNumber(account: AccountName, { timeInForce }: NewOrder): ExchangeError | null {
    return timeInForce === 'good_till_canceled' &&
      this.#register.openCount(account) >= MAX_OPEN_ORDERS
      ? UNCONFIRMED.tooManyOpenOrders
      : null;
  }

  #isKilled(account: AccountName, request: NewOrder, { engine }: Listing, nowMs: EpochMs): boolean {
    if (request.timeInForce !== 'fill_or_kill' || request.postOnly) return false;
    const limits = this.#books.groups.limitsAt(nowMs, new Set());
    return engine.takeable({ ...request, account }, limits) < request.count;
  }

  #capToPosition(order: SimOrder): void {
    const position = this.#accounts.position(order.account, order.market);
    const closable = contracts(Math.max(0, order.side === 'ask' ? position : -position));
    if (closable >= order.remaining) return;
    order.remaining = minContracts(order.remaining, closable);
    order.reason = 'ReduceOnlyCancel';
  }

  /** An amended order that has filled as much as it now may. */
  #complete(order: SimOrder, listing: Listing, nowMs: EpochMs): void {
    this.#books.takeOff(order, listing, nowMs);
    order.count = order.filled;
    order.remaining = NO_CONTRACTS;
    order.status = 'executed';
  }
}

function keepsPlace(order: SimOrder, price: SimOrder['price'], remaining: Contracts): boolean {
  return price === order.price && remaining <= order.remaining;
}

function refuse(error: ExchangeError): { readonly kind: 'refused'; readonly error: ExchangeError } {
  return { kind: 'refused', error };
}
