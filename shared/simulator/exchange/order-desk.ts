import type { ExchangeError } from '../../adapters/kalshi/wire/exchange-error.ts';
import type { EpochMs, Market } from '../../domain/market/market.ts';
import { contracts, minContracts, NO_CONTRACTS } from '../../domain/money/contracts.ts';
import { NO_MONEY } from '../../domain/money/money.ts';
import type { Accounts } from './accounts.ts';
import { deterministicId } from './deterministic-id.ts';
import { EXCHANGE_ERRORS } from './exchange-errors.ts';
import type { FloorVoice } from './floor-voice.ts';
import type { Listing } from './listing.ts';
import type { Match } from './matching-engine.ts';
import { refuseOrder, type Pause } from './order-admission.ts';
import {
  otherSide,
  type AccountName,
  type NewOrder,
  type OrderUpdateReason,
  type SimFill,
  type SimOrder,
} from './sim-order.ts';
import { UNCONFIRMED } from './unconfirmed-codes.ts';

export type Placement =
  | { readonly kind: 'placed'; readonly order: SimOrder; readonly fills: readonly SimFill[] }
  | { readonly kind: 'refused'; readonly error: ExchangeError };

/** What a fill-or-kill that cannot be filled gets; the exchange does not say. */
export type FillOrKillAnswer = 'accepted_unfilled' | 'refused';

/**
 * Where orders come in: admission, matching, booking of both sides of each trade, and what becomes of the rest. It
 * knows every order by its id and every client order id that an account has ever used.
 */
export class OrderDesk {
  readonly #accounts: Accounts;
  readonly #voice: FloorVoice;
  readonly #fillOrKill: FillOrKillAnswer;
  readonly #orders = new Map<string, SimOrder>();
  readonly #clientIds = new Map<AccountName, Set<string>>();
  #orderCount = 0;
  #tradeCount = 0;
  #fillCount = 0;

  constructor(accounts: Accounts, voice: FloorVoice, fillOrKill: FillOrKillAnswer) {
    this.#accounts = accounts;
    this.#voice = voice;
    this.#fillOrKill = fillOrKill;
  }

  /** An order that was ever accepted; those of the crowd are not kept by id. */
  order(orderId: string): SimOrder | undefined {
    return this.#orders.get(orderId);
  }

  /** Checks an order, matches it, and rests, cancels or finishes what is left of it. */
  place(
    account: AccountName,
    request: NewOrder,
    listing: Listing | undefined,
    at: { readonly pause: Pause; readonly nowMs: EpochMs },
  ): Placement {
    if (this.#isUsed(account, request.clientOrderId))
      return { kind: 'refused', error: EXCHANGE_ERRORS.orderAlreadyExists };
    if (listing === undefined) return { kind: 'refused', error: EXCHANGE_ERRORS.marketNotFound };
    const error = refuseOrder(request, { account, accounts: this.#accounts, ...listing, ...at });
    if (error !== null) return { kind: 'refused', error };
    const isKilled =
      request.timeInForce === 'fill_or_kill' &&
      listing.engine.takeable({ ...request, account }) < request.count;
    if (isKilled && this.#fillOrKill === 'refused')
      return { kind: 'refused', error: UNCONFIRMED.fillOrKillRefused };
    const order = this.#accept(account, request, listing.market, at.nowMs);
    const fills = isKilled ? [] : this.#trade(order, listing, at.nowMs);
    if (order.status === 'resting') this.#placeRest(order, listing, isKilled, at.nowMs);
    this.#voice.tellOrder(order);
    this.#tellAccount(order, at.nowMs);
    return { kind: 'placed', order, fills };
  }

  /** Takes a resting order off the book, gives its collateral back, and tells. */
  drop(order: SimOrder, reason: OrderUpdateReason | null, listing: Listing, nowMs: EpochMs): void {
    listing.engine.remove(order);
    this.#finish(order, reason, listing.market, nowMs);
  }

  #isUsed(account: AccountName, clientOrderId: string | null): boolean {
    return clientOrderId !== null && this.#clientIds.get(account)?.has(clientOrderId) === true;
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
    if (request.clientOrderId !== null) {
      const used = this.#clientIds.get(account) ?? new Set();
      this.#clientIds.set(account, used.add(request.clientOrderId));
    }
    return order;
  }

  #capToPosition(order: SimOrder): void {
    const position = this.#accounts.position(order.account, order.market);
    const closable = contracts(Math.max(0, order.side === 'ask' ? position : -position));
    if (closable >= order.remaining) return;
    order.remaining = minContracts(order.remaining, closable);
    order.reason = 'ReduceOnlyCancel';
  }

  /** Matches an order and books both sides of each match. Returns the taker's fills. */
  #trade(order: SimOrder, listing: Listing, nowMs: EpochMs): readonly SimFill[] {
    const taking = listing.engine.take(order);
    const fills = taking.matches.map((match) => this.#book(order, match, listing, nowMs));
    for (const own of taking.selfCancelled)
      this.#finish(own, 'SelfTradeCancel', listing.market, nowMs);
    if (order.filled === order.count) {
      order.status = 'executed';
      order.reason = 'Trade';
    } else if (taking.stoppedAtOwn) end(order, 'SelfTradeCancel', nowMs);
    return fills;
  }

  /** One match: the level shrinks, the trade is public, both sides are booked. */
  #book(taker: SimOrder, match: Match, listing: Listing, nowMs: EpochMs): SimFill {
    const { maker, price, count } = match;
    const market = listing.market.ticker;
    this.#tradeCount += 1;
    const tradeId = deterministicId('trade', this.#tradeCount);
    listing.lastPrice = price;
    if (maker.remaining === 0) maker.status = 'executed';
    maker.reason = 'Trade';
    maker.updatedAtMs = nowMs;
    const side = otherSide(taker.side);
    const change = { market, side, price, change: -count, cause: taker, atMs: nowMs } as const;
    this.#voice.tell({ kind: 'book_change', ...change });
    const trade = { tradeId, market, price, count, takerSide: taker.side, atMs: nowMs } as const;
    this.#voice.tell({ kind: 'trade', ...trade });
    const takerFill = this.#bookSide(taker, 'taker', { tradeId, match, listing, nowMs });
    this.#bookSide(maker, 'maker', { tradeId, match, listing, nowMs });
    this.#voice.tellOrder(maker);
    this.#tellAccount(maker, nowMs);
    return takerFill;
  }

  #bookSide(
    order: SimOrder,
    role: SimFill['role'],
    trade: {
      readonly tradeId: string;
      readonly match: Match;
      readonly listing: Listing;
      readonly nowMs: EpochMs;
    },
  ): SimFill {
    const { price, count } = trade.match;
    const { market } = trade.listing;
    const atMs = trade.nowMs;
    const booked = this.#accounts.bookFill({ order, role, price, count, market, atMs });
    this.#fillCount += 1;
    const fill: SimFill = {
      tradeId: trade.tradeId,
      sequence: this.#fillCount,
      orderId: order.orderId,
      clientOrderId: order.clientOrderId,
      account: order.account,
      market: market.ticker,
      exchangeIndex: market.exchangeIndex,
      side: order.side,
      price,
      count,
      role,
      fee: booked.fee,
      postPosition: booked.postPosition,
      atMs,
    };
    this.#voice.tellFill(fill);
    return fill;
  }

  /** What becomes of the rest of an order that did not fill whole: it rests, or it is gone. */
  #placeRest(order: SimOrder, listing: Listing, isKilled: boolean, nowMs: EpochMs): void {
    if (isKilled || order.timeInForce !== 'good_till_canceled') {
      end(order, order.reason ?? (order.filled > 0 ? 'Trade' : null), nowMs);
      return;
    }
    if (order.filled > 0) order.reason = 'Trade';
    listing.engine.rest(order);
    this.#accounts.rest(order, listing.market);
    this.#voice.tellLevel(order, order.remaining, nowMs);
  }

  /** Ends an order that has just left the book. */
  #finish(order: SimOrder, reason: OrderUpdateReason | null, market: Market, nowMs: EpochMs): void {
    this.#accounts.release(order, market);
    this.#voice.tellLevel(order, -order.remaining, nowMs);
    end(order, reason, nowMs);
    this.#voice.tellOrder(order);
    this.#tellAccount(order, nowMs);
  }

  #tellAccount({ account, market, exchangeIndex }: SimOrder, atMs: EpochMs): void {
    this.#voice.tellAccount({ account, market, exchangeIndex, atMs });
  }
}

/** A cancelled order shows nothing remaining and keeps what it filled. */
function end(order: SimOrder, reason: OrderUpdateReason | null, nowMs: EpochMs): void {
  order.status = 'canceled';
  order.remaining = NO_CONTRACTS;
  order.reason = reason;
  order.updatedAtMs = nowMs;
}
