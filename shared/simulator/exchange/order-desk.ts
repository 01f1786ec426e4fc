import type { ExchangeError } from '../../adapters/kalshi/wire/exchange-error.ts';
import type { EpochMs, Market, MarketTicker } from '../../domain/market/market.ts';
import {
  addContracts,
  contracts,
  minContracts,
  NO_CONTRACTS,
  subtractContracts,
  type Contracts,
} from '../../domain/money/contracts.ts';
import { NO_MONEY } from '../../domain/money/money.ts';
import type { Accounts } from './accounts.ts';
import { deterministicId } from './deterministic-id.ts';
import { EXCHANGE_ERRORS } from './exchange-errors.ts';
import type { FloorVoice } from './floor-voice.ts';
import { GroupDesk } from './group-desk.ts';
import type { Listing } from './listing.ts';
import {
  isPostOnlyCross,
  MAX_OPEN_ORDERS,
  refuseAmendment,
  refuseOrder,
  type Pause,
} from './order-admission.ts';
import { OrderGroups, type OrderGroup } from './order-groups.ts';
import type {
  AccountName,
  Amendment,
  NewOrder,
  OrderUpdateReason,
  SimFill,
  SimOrder,
} from './sim-order.ts';
import { ownerOf } from './subaccount-name.ts';
import { TradeBook } from './trade-book.ts';
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

/**
 * Where orders come in: admission, matching, and what becomes of the rest; and where resting ones are amended,
 * decreased and taken off. It knows every order by its id and every client order id that an account has ever used.
 */
export class OrderDesk {
  /** The fuses of everyone. */
  readonly fuses: GroupDesk;
  readonly #accounts: Accounts;
  readonly #voice: FloorVoice;
  readonly #options: DeskOptions;
  readonly #listingOf: (market: MarketTicker) => Listing;
  readonly #trades: TradeBook;
  readonly #groups = new OrderGroups();
  readonly #orders = new Map<string, SimOrder>();
  readonly #open = new Map<AccountName, Set<SimOrder>>();
  /** Of the account with all its subaccounts. */
  readonly #clientIds = new Map<AccountName, Set<string>>();
  #orderCount = 0;

  constructor(input: {
    readonly accounts: Accounts;
    readonly voice: FloorVoice;
    readonly options: DeskOptions;
    readonly listingOf: (market: MarketTicker) => Listing;
  }) {
    this.#accounts = input.accounts;
    this.#voice = input.voice;
    this.#options = input.options;
    this.#listingOf = input.listingOf;
    this.#trades = new TradeBook(input.accounts, input.voice);
    this.fuses = new GroupDesk(this.#groups, input.voice, (order, nowMs) =>
      this.drop(order, null, nowMs),
    );
  }

  /** An order that was ever accepted; those of the crowd are not kept by id. */
  order(orderId: string): SimOrder | undefined {
    return this.#orders.get(orderId);
  }

  /** True once an account or one of its subaccounts has sent an order with an id of its own. */
  hasOrdered(account: AccountName): boolean {
    return this.#clientIds.has(ownerOf(account));
  }

  /** What rests of an account in order of arrival; nothing for one of the crowd. */
  open(account: AccountName): readonly SimOrder[] {
    return [...(this.#open.get(account) ?? [])];
  }

  /** Checks an order, matches it, and rests, cancels or finishes what is left of it. */
  place(
    account: AccountName,
    request: NewOrder,
    listing: Listing | undefined,
    at: DeskTime,
  ): Placement {
    if (this.#isUsed(account, request.clientOrderId))
      return refuse(EXCHANGE_ERRORS.orderAlreadyExists);
    if (listing === undefined) return refuse(EXCHANGE_ERRORS.marketNotFound);
    const error =
      refuseOrder(request, { account, ...this.#admission(listing, at) }) ??
      this.#refuseNumber(account, request);
    if (error !== null) return refuse(error);
    const isKilled = this.#isKilled(account, request, listing, at.nowMs);
    if (isKilled && this.#options.fillOrKill === 'refused')
      return refuse(UNCONFIRMED.fillOrKillRefused);
    const order = this.#accept(account, request, listing.market, at.nowMs);
    const fills = isKilled ? [] : this.#enter(order, listing, at.nowMs);
    if (isKilled) end(order, order.reason, at.nowMs);
    this.#tell(order, at.nowMs);
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
      this.#isUsed(order.account, change.clientOrderId)
    )
      return refuse(EXCHANGE_ERRORS.orderAlreadyExists);
    const remaining = contracts(Math.max(0, change.count - order.filled));
    const before = order.remaining;
    const error = refuseAmendment(order, { ...change, remaining }, this.#admission(listing, at));
    if (error !== null) return refuse(error);
    this.#rename(order, change.clientOrderId);
    order.expiresAtMs = change.expiresAtMs;
    order.reason = 'Amend';
    order.updatedAtMs = at.nowMs;
    let fills: readonly SimFill[] = [];
    if (remaining === 0) this.#complete(order, listing, at.nowMs);
    else if (keepsPlace(order, change.price, remaining))
      this.#shrink(order, remaining, listing, at.nowMs);
    else {
      this.#takeOff(order, listing, at.nowMs);
      order.price = change.price;
      order.count = addContracts(order.filled, remaining);
      order.remaining = remaining;
      fills = this.#enter(order, listing, at.nowMs);
    }
    this.#tell(order, at.nowMs);
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
    this.#shrink(order, remaining, this.#listingOf(order.market), nowMs);
    this.#tell(order, nowMs);
  }

  /** Takes a resting order off the book, gives its collateral back, and tells. */
  drop(order: SimOrder, reason: OrderUpdateReason | null, nowMs: EpochMs): void {
    const listing = this.#listingOf(order.market);
    listing.engine.remove(order);
    this.#finish(order, reason, listing.market, nowMs);
  }

  #admission({ market, life, engine }: Listing, at: DeskTime) {
    const { postOnlyCross } = this.#options;
    return {
      market,
      life,
      engine,
      postOnlyCross,
      accounts: this.#accounts,
      groups: this.#groups,
      ...at,
    };
  }

  #refuseNumber(account: AccountName, { timeInForce }: NewOrder): ExchangeError | null {
    return timeInForce === 'good_till_canceled' &&
      (this.#open.get(account)?.size ?? 0) >= MAX_OPEN_ORDERS
      ? UNCONFIRMED.tooManyOpenOrders
      : null;
  }

  #isUsed(account: AccountName, clientOrderId: string | null): boolean {
    return (
      clientOrderId !== null && this.#clientIds.get(ownerOf(account))?.has(clientOrderId) === true
    );
  }

  #isKilled(account: AccountName, request: NewOrder, { engine }: Listing, nowMs: EpochMs): boolean {
    if (request.timeInForce !== 'fill_or_kill' || request.postOnly) return false;
    const limits = this.#groups.limitsAt(nowMs, new Set());
    return engine.takeable({ ...request, account }, limits) < request.count;
  }

  #accept(account: AccountName, request: NewOrder, market: Market, nowMs: EpochMs): SimOrder {
    this.#orderCount += 1;
    const isOfCrowd = this.#voice.isOfCrowd(account);
    const order: SimOrder = {
      ...request,
      orderId: isOfCrowd ? `crowd-${this.#orderCount}` : deterministicId('order', this.#orderCount),
      account,
      exchangeIndex: market.exchangeIndex,
      sequence: this.#orderCount,
      createdAtMs: nowMs,
      status: 'resting',
      remaining: request.count,
      filled: NO_CONTRACTS,
      takerCost: NO_MONEY,
      makerCost: NO_MONEY,
      takerFees: NO_MONEY,
      makerFees: NO_MONEY,
      feeAccumulator: NO_MONEY,
      updatedAtMs: nowMs,
      reason: null,
    };
    if (request.reduceOnly) this.#capToPosition(order);
    if (isOfCrowd) return order;
    this.#orders.set(order.orderId, order);
    this.#use(account, request.clientOrderId);
    return order;
  }

  #rename(order: SimOrder, clientOrderId: string | null): void {
    order.clientOrderId = clientOrderId;
    this.#use(order.account, clientOrderId);
  }

  #use(account: AccountName, clientOrderId: string | null): void {
    if (clientOrderId === null) return;
    const owner = ownerOf(account);
    const used = this.#clientIds.get(owner) ?? new Set();
    this.#clientIds.set(owner, used.add(clientOrderId));
  }

  #capToPosition(order: SimOrder): void {
    const position = this.#accounts.position(order.account, order.market);
    const closable = contracts(Math.max(0, order.side === 'ask' ? position : -position));
    if (closable >= order.remaining) return;
    order.remaining = minContracts(order.remaining, closable);
    order.reason = 'ReduceOnlyCancel';
  }

  /** An order comes to the book: it trades, and what is left of it rests or is gone. Returns its fills. */
  #enter(order: SimOrder, listing: Listing, nowMs: EpochMs): readonly SimFill[] {
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
    this.#accounts.rest(order, listing.market);
    this.#groups.enter(order);
    if (!this.#voice.isOfCrowd(order.account)) {
      const open = this.#open.get(order.account) ?? new Set();
      this.#open.set(order.account, open.add(order));
    }
    this.#voice.tellLevel(order, order.remaining, nowMs);
    return fills;
  }

  /** Matches an order and books both sides of each match; a group whose limit it reaches is triggered. */
  #trade(order: SimOrder, listing: Listing, nowMs: EpochMs): readonly SimFill[] {
    const full = new Set<OrderGroup>();
    const taking = listing.engine.take(order, this.#groups.limitsAt(nowMs, full));
    const fills = taking.matches.map((match) => this.#trades.book(order, match, listing, nowMs));
    for (const { maker } of taking.matches) if (maker.remaining === 0) this.#leave(maker);
    for (const own of taking.selfCancelled)
      this.#finish(own, 'SelfTradeCancel', listing.market, nowMs);
    for (const gone of taking.groupCancelled) this.#finish(gone, null, listing.market, nowMs);
    if (order.filled === order.count) {
      order.status = 'executed';
      order.reason = 'Trade';
    } else if (taking.stopped !== null)
      end(order, taking.stopped === 'at_own_order' ? 'SelfTradeCancel' : null, nowMs);
    for (const group of full) this.fuses.trigger(group, nowMs);
    return fills;
  }

  /** Makes a resting order smaller where it stands. */
  #shrink(order: SimOrder, remaining: Contracts, listing: Listing, nowMs: EpochMs): void {
    const by = subtractContracts(order.remaining, remaining);
    if (by === 0) return;
    listing.engine.shrink(order, by);
    order.count = addContracts(order.filled, remaining);
    this.#accounts.resize(order, listing.market);
    this.#voice.tellLevel(order, -by, nowMs);
  }

  /** An amended order that has filled as much as it now may. */
  #complete(order: SimOrder, listing: Listing, nowMs: EpochMs): void {
    this.#takeOff(order, listing, nowMs);
    order.count = order.filled;
    order.remaining = NO_CONTRACTS;
    order.status = 'executed';
  }

  #takeOff(order: SimOrder, { engine, market }: Listing, nowMs: EpochMs): void {
    engine.remove(order);
    this.#leave(order);
    this.#accounts.release(order, market);
    this.#voice.tellLevel(order, -order.remaining, nowMs);
  }

  /** Ends an order that has just left the book. */
  #finish(order: SimOrder, reason: OrderUpdateReason | null, market: Market, nowMs: EpochMs): void {
    this.#leave(order);
    this.#accounts.release(order, market);
    this.#voice.tellLevel(order, -order.remaining, nowMs);
    end(order, reason, nowMs);
    this.#tell(order, nowMs);
  }

  #leave(order: SimOrder): void {
    this.#open.get(order.account)?.delete(order);
    this.#groups.leave(order);
  }

  #tell(order: SimOrder, atMs: EpochMs): void {
    const { account, market, exchangeIndex } = order;
    this.#voice.tellOrder(order);
    this.#voice.tellAccount({ account, market, exchangeIndex, atMs });
  }
}

function keepsPlace(order: SimOrder, price: SimOrder['price'], remaining: Contracts): boolean {
  return price === order.price && remaining <= order.remaining;
}

function refuse(error: ExchangeError): { readonly kind: 'refused'; readonly error: ExchangeError } {
  return { kind: 'refused', error };
}

/** A cancelled order shows nothing remaining and keeps what it filled. */
function end(order: SimOrder, reason: OrderUpdateReason | null, nowMs: EpochMs): void {
  order.status = 'canceled';
  order.remaining = NO_CONTRACTS;
  order.reason = reason;
  order.updatedAtMs = nowMs;
}
