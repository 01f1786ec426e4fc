import type { EpochMs, Market, MarketResult, MarketTicker } from '../../domain/market/market.ts';
import {
  contracts,
  minContracts,
  NO_CONTRACTS,
  type Contracts,
} from '../../domain/money/contracts.ts';
import { invariant } from '../../domain/money/invariant.ts';
import { NO_MONEY, type Money } from '../../domain/money/money.ts';
import type { Price } from '../../domain/money/price.ts';
import { Accounts } from './accounts.ts';
import type { ExchangeError } from '../../adapters/kalshi/wire/exchange-error.ts';
import { EXCHANGE_ERRORS } from './exchange-errors.ts';
import { deterministicId } from './deterministic-id.ts';
import type { FloorEvent, FloorListener } from './floor-event.ts';
import { MatchingEngine, type Match } from './matching-engine.ts';
import {
  deactivate,
  determine,
  lifeAt,
  moveClose,
  newLife,
  nextLifeChangeMs,
  reactivate,
  yesValueOf,
  type LifeChange,
  type LifeRefusal,
  type MarketLife,
} from './market-lifecycle.ts';
import { refuseOrder, type Pause } from './order-admission.ts';
import {
  otherSide,
  type AccountName,
  type NewOrder,
  type OrderUpdateReason,
  type SimFill,
  type SimOrder,
  type SimSettlement,
} from './sim-order.ts';
import { TimerQueue } from './timer-queue.ts';
import { UNCONFIRMED } from './unconfirmed-codes.ts';
import { Versions } from './versions.ts';

/** One market on the floor. */
export type Listing = {
  readonly market: Market;
  readonly engine: MatchingEngine;
  /** Where the market stood at each time; the newest is where it stands. */
  readonly lives: Versions<MarketLife>;
  life: MarketLife;
  /** Price of the last trade; null before the first. */
  lastPrice: Price | null;
};

export type FloorOptions = {
  /** What a fill-or-kill that cannot be filled gets; the exchange does not say. */
  readonly fillOrKill: 'accepted_unfilled' | 'refused';
};

export type Placement =
  | { readonly kind: 'placed'; readonly order: SimOrder; readonly fills: readonly SimFill[] }
  | { readonly kind: 'refused'; readonly error: ExchangeError };

type DueChange =
  | { readonly kind: 'life'; readonly market: MarketTicker }
  | { readonly kind: 'expiry'; readonly order: SimOrder };

/**
 * The exchange without its wires: markets, books, accounts and their clockwork. Synchronous and deterministic: time
 * comes in with every call and never goes back. What happens is told to the listeners in the order in which it happens;
 * a listener must not call back into the floor.
 */
export class TradingFloor {
  readonly accounts = new Accounts();
  readonly #options: FloorOptions;
  readonly #listeners: readonly FloorListener[];
  readonly #listings = new Map<MarketTicker, Listing>();
  readonly #orders = new Map<string, SimOrder>();
  readonly #clientIds = new Map<AccountName, Set<string>>();
  readonly #crowd = new Set<AccountName>();
  readonly #timers = new TimerQueue<DueChange>();
  #pause: Pause = 'none';
  #nowMs: EpochMs = 0;
  #orderCount = 0;
  #tradeCount = 0;
  #fillCount = 0;
  #settlementCount = 0;

  constructor(options: FloorOptions, listeners: readonly FloorListener[]) {
    this.#options = options;
    this.#listeners = listeners;
  }

  get nowMs(): EpochMs {
    return this.#nowMs;
  }

  get pause(): Pause {
    return this.#pause;
  }

  listing(market: MarketTicker): Listing | undefined {
    return this.#listings.get(market);
  }

  listings(): Iterable<Listing> {
    return this.#listings.values();
  }

  order(orderId: string): SimOrder | undefined {
    return this.#orders.get(orderId);
  }

  /** The next time at which something happens by the clock alone; null when nothing will. */
  nextWakeMs(): EpochMs | null {
    return this.#timers.nextMs();
  }

  /** Does what the clock brings up to and including `nowMs`, in order of time. */
  advance(nowMs: EpochMs): void {
    invariant(nowMs >= this.#nowMs, `time does not go back from ${this.#nowMs} to ${nowMs}`);
    // Each timer is taken out once and adds at most one later timer: bounded by changes of life and expiries.
    for (;;) {
      const due = this.#timers.takeDue(nowMs);
      if (due === null) break;
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      if (due.value.kind === 'expiry') this.#drop(due.value.order, 'ExpiryCancel');
      else this.#elapse(due.value.market);
    }
    this.#nowMs = nowMs;
  }

  /** Lists a market. Its status follows from its times, except `inactive`, which is kept. */
  addMarket(market: Market, nowMs: EpochMs): void {
    this.advance(nowMs);
    invariant(!this.#listings.has(market.ticker), `market ${market.ticker} is listed once`);
    const life = newLife(market, nowMs);
    const listing: Listing = {
      market,
      engine: new MatchingEngine(),
      lives: new Versions(),
      life,
      lastPrice: null,
    };
    listing.lives.set(nowMs, life);
    this.#listings.set(market.ticker, listing);
    this.#tell({ kind: 'lifecycle', market, notice: { event: 'created' }, atMs: nowMs });
    this.#armLife(listing);
  }

  deposit(account: AccountName, shard: number, amount: Money): void {
    this.accounts.deposit(account, shard, amount);
    this.#tellAccount(account, null, shard);
  }

  /** Marks an account as one of the crowd: its orders and fills are neither published to it nor remembered. */
  joinCrowd(account: AccountName): void {
    this.#crowd.add(account);
  }

  isOfCrowd(account: AccountName): boolean {
    return this.#crowd.has(account);
  }

  /** Checks an order, matches it, and rests, cancels or finishes what is left of it. */
  place(account: AccountName, request: NewOrder, nowMs: EpochMs): Placement {
    this.advance(nowMs);
    const used = this.#clientIds.get(account);
    if (request.clientOrderId !== null && used?.has(request.clientOrderId) === true)
      return { kind: 'refused', error: EXCHANGE_ERRORS.orderAlreadyExists };
    const listing = this.#listings.get(request.market);
    if (listing === undefined) return { kind: 'refused', error: EXCHANGE_ERRORS.marketNotFound };
    const { market, life, engine } = listing;
    const error = refuseOrder(request, {
      account,
      market,
      life,
      pause: this.#pause,
      engine,
      accounts: this.accounts,
      nowMs,
    });
    if (error !== null) return { kind: 'refused', error };
    const kills =
      request.timeInForce === 'fill_or_kill' && !this.#isTakeable(account, request, engine);
    if (kills && this.#options.fillOrKill === 'refused')
      return { kind: 'refused', error: UNCONFIRMED.fillOrKillRefused };
    const order = this.#accept(account, request, market);
    const fills = kills ? [] : this.#trade(order, listing);
    if (order.status === 'resting') this.#finishArrival(order, listing, kills);
    this.#tellOrder(order);
    this.#tellAccount(account, market.ticker, market.exchangeIndex);
    return { kind: 'placed', order, fills };
  }

  /** Cancels a resting order of an account; `null` when it is not resting. Returns what was taken off the book. */
  cancel(order: SimOrder, nowMs: EpochMs): Contracts | ExchangeError | null {
    this.advance(nowMs);
    if (this.#pause === 'exchange') return UNCONFIRMED.exchangePaused;
    const listing = this.#listingOf(order.market);
    if (nowMs >= listing.life.closeTimeMs) return UNCONFIRMED.marketInactive;
    if (order.status !== 'resting') return null;
    const reducedBy = order.remaining;
    this.#drop(order, null);
    return reducedBy;
  }

  setPause(pause: Pause, nowMs: EpochMs): void {
    this.advance(nowMs);
    this.#pause = pause;
    if (pause === 'none') return;
    for (const { engine } of this.#listings.values())
      for (const order of engine.resting())
        if (order.cancelOnPause) this.#drop(order, 'HaltCancel');
  }

  deactivate(market: MarketTicker, nowMs: EpochMs): LifeRefusal | null {
    return this.#change(market, nowMs, deactivate);
  }

  reactivate(market: MarketTicker, nowMs: EpochMs): LifeRefusal | null {
    return this.#change(market, nowMs, reactivate);
  }

  moveClose(market: MarketTicker, closeTimeMs: EpochMs, nowMs: EpochMs): LifeRefusal | null {
    return this.#change(market, nowMs, (life) => moveClose(life, closeTimeMs, nowMs));
  }

  /** Sets the result; a market that still trades is closed first, as an early close with its own notice. */
  determine(market: MarketTicker, result: MarketResult, nowMs: EpochMs): LifeRefusal | null {
    this.advance(nowMs);
    if (this.#listingOf(market).life.closeTimeMs > nowMs) {
      const refusal = this.moveClose(market, nowMs, nowMs);
      if (refusal !== null) return refusal;
      this.advance(nowMs);
    }
    return this.#change(market, nowMs, (life) => determine(life, result, nowMs));
  }

  #isTakeable(account: AccountName, request: NewOrder, engine: MatchingEngine): boolean {
    return engine.takeable({ ...request, account }) >= request.count;
  }

  #accept(account: AccountName, request: NewOrder, market: Market): SimOrder {
    this.#orderCount += 1;
    const isOfCrowd = this.#crowd.has(account);
    const order: SimOrder = {
      ...request,
      orderId: isOfCrowd ? `crowd-${this.#orderCount}` : deterministicId('order', this.#orderCount),
      account,
      exchangeIndex: market.exchangeIndex,
      sequence: this.#orderCount,
      createdAtMs: this.#nowMs,
      status: 'resting',
      remaining: request.count,
      filled: NO_CONTRACTS,
      takerCost: NO_MONEY,
      makerCost: NO_MONEY,
      takerFees: NO_MONEY,
      makerFees: NO_MONEY,
      feeAccumulator: NO_MONEY,
      updatedAtMs: this.#nowMs,
      reason: null,
    };
    if (request.reduceOnly) this.#capToPosition(order);
    if (isOfCrowd) return order;
    this.#orders.set(order.orderId, order);
    if (request.clientOrderId !== null) {
      const used = this.#clientIds.get(account) ?? new Set();
      used.add(request.clientOrderId);
      this.#clientIds.set(account, used);
    }
    return order;
  }

  #capToPosition(order: SimOrder): void {
    const position = this.accounts.position(order.account, order.market);
    const closable = contracts(Math.max(0, order.side === 'ask' ? position : -position));
    if (closable >= order.remaining) return;
    order.remaining = minContracts(order.remaining, closable);
    order.reason = 'ReduceOnlyCancel';
  }

  /** Matches an order and books both sides of each match. Returns the taker's fills. */
  #trade(order: SimOrder, listing: Listing): readonly SimFill[] {
    const taking = listing.engine.take(order);
    const fills = taking.matches.map((match) => this.#book(order, match, listing));
    for (const own of taking.selfCancelled) this.#finish(own, 'SelfTradeCancel', listing);
    if (order.remaining === 0 && order.filled === order.count) order.status = 'executed';
    else if (taking.stoppedAtOwn) this.#end(order, 'SelfTradeCancel');
    if (fills.length > 0 && order.status === 'executed') order.reason = 'Trade';
    return fills;
  }

  #book(taker: SimOrder, match: Match, listing: Listing): SimFill {
    const { maker, price, count } = match;
    const { market } = listing;
    this.#tradeCount += 1;
    const tradeId = deterministicId('trade', this.#tradeCount);
    const atMs = this.#nowMs;
    listing.lastPrice = price;
    if (maker.remaining === 0) maker.status = 'executed';
    maker.reason = 'Trade';
    maker.updatedAtMs = atMs;
    this.#tell({
      kind: 'book_change',
      market: market.ticker,
      side: otherSide(taker.side),
      price,
      change: -count,
      cause: taker,
      atMs,
    });
    const takerSide = taker.side;
    this.#tell({ kind: 'trade', tradeId, market: market.ticker, price, count, takerSide, atMs });
    const takerFill = this.#bookSide(taker, 'taker', tradeId, match, market);
    this.#bookSide(maker, 'maker', tradeId, match, market);
    this.#tellOrder(maker);
    this.#tellAccount(maker.account, market.ticker, market.exchangeIndex);
    return takerFill;
  }

  #bookSide(
    order: SimOrder,
    role: SimFill['role'],
    tradeId: string,
    { price, count }: Match,
    market: Market,
  ): SimFill {
    const atMs = this.#nowMs;
    const { fee, postPosition } = this.accounts.bookFill({
      order,
      role,
      price,
      count,
      market,
      atMs,
    });
    this.#fillCount += 1;
    const fill: SimFill = {
      tradeId,
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
      fee,
      postPosition,
      atMs,
    };
    if (!this.#crowd.has(order.account)) this.#tell({ kind: 'fill', fill });
    return fill;
  }

  /** What becomes of the rest of an order that did not fill whole: it rests, or it is gone. */
  #finishArrival(order: SimOrder, listing: Listing, killed: boolean): void {
    if (killed || order.timeInForce !== 'good_till_canceled' || order.remaining === 0) {
      this.#end(order, order.reason ?? (order.filled > 0 ? 'Trade' : null));
      return;
    }
    if (order.filled > 0) order.reason = 'Trade';
    listing.engine.rest(order);
    this.accounts.rest(order, listing.market);
    if (order.expiresAtMs !== null) this.#timers.add(order.expiresAtMs, { kind: 'expiry', order });
    this.#tellBook(order, order.remaining);
  }

  /** Takes a resting order off the book. */
  #drop(order: SimOrder, reason: OrderUpdateReason | null): void {
    if (order.status !== 'resting') return;
    const listing = this.#listingOf(order.market);
    listing.engine.remove(order);
    this.#finish(order, reason, listing);
  }

  /** Ends an order that has just left the book, and tells. */
  #finish(order: SimOrder, reason: OrderUpdateReason | null, { market }: Listing): void {
    this.accounts.release(order, market);
    this.#tellBook(order, -order.remaining);
    this.#end(order, reason);
    this.#tellOrder(order);
    this.#tellAccount(order.account, market.ticker, market.exchangeIndex);
  }

  #end(order: SimOrder, reason: OrderUpdateReason | null): void {
    order.status = 'canceled';
    order.remaining = NO_CONTRACTS;
    order.reason = reason;
    order.updatedAtMs = this.#nowMs;
  }

  #change(
    ticker: MarketTicker,
    nowMs: EpochMs,
    step: (life: MarketLife) => LifeChange | LifeRefusal,
  ): LifeRefusal | null {
    this.advance(nowMs);
    const listing = this.#listingOf(ticker);
    const change = step(listing.life);
    if ('kind' in change) return change;
    this.#live(listing, change);
    return null;
  }

  #elapse(ticker: MarketTicker): void {
    const listing = this.#listingOf(ticker);
    const change = lifeAt(listing.life, this.#nowMs);
    if (change !== null) this.#live(listing, change);
  }

  #live(listing: Listing, change: LifeChange): void {
    const { market, engine } = listing;
    const atMs = this.#nowMs;
    listing.life = change.life;
    listing.lives.set(atMs, change.life);
    if (change.cancelsResting) {
      const reason = change.life.status === 'closed' ? 'CloseCancel' : 'HaltCancel';
      for (const order of engine.resting()) this.#drop(order, reason);
    }
    if (change.pays) this.#pay(listing);
    for (const notice of change.notices) this.#tell({ kind: 'lifecycle', market, notice, atMs });
    this.#armLife(listing);
  }

  #armLife({ market, life }: Listing): void {
    const nextMs = nextLifeChangeMs(life);
    if (nextMs !== null) this.#timers.add(nextMs, { kind: 'life', market: market.ticker });
  }

  #pay({ market, life }: Listing): void {
    invariant(life.result !== null, 'a market is paid after its result is set');
    const yesValue = yesValueOf(life.result);
    for (const { name } of this.accounts.all()) {
      const paid = this.accounts.settle(name, market, yesValue, this.#nowMs);
      if (paid === null || this.#crowd.has(name)) continue;
      this.#settlementCount += 1;
      const isYes = paid.position > 0;
      const settlement: SimSettlement = {
        sequence: this.#settlementCount,
        market: market.ticker,
        exchangeIndex: market.exchangeIndex,
        eventTicker: market.eventTicker,
        result: life.result,
        yesCount: contracts(Math.max(0, paid.position)),
        yesCost: isYes ? paid.basis : NO_MONEY,
        noCount: contracts(Math.max(0, -paid.position)),
        noCost: isYes ? NO_MONEY : paid.basis,
        revenue: paid.revenue,
        tradeFees: paid.tradeFees,
        atMs: this.#nowMs,
      };
      this.#tell({ kind: 'settlement', account: name, settlement });
      this.#tellAccount(name, market.ticker, market.exchangeIndex);
    }
  }

  #listingOf(market: MarketTicker): Listing {
    const listing = this.#listings.get(market);
    invariant(listing !== undefined, `market ${market} is listed`);
    return listing;
  }

  #tell(event: FloorEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #tellBook(order: SimOrder, change: number): void {
    const { market, side, price } = order;
    const atMs = this.#nowMs;
    this.#tell({ kind: 'book_change', market, side, price, change, cause: order, atMs });
  }

  #tellOrder(order: SimOrder): void {
    if (!this.#crowd.has(order.account)) this.#tell({ kind: 'order', order });
  }

  #tellAccount(account: AccountName, market: MarketTicker | null, exchangeIndex: number): void {
    if (this.#crowd.has(account)) return;
    this.#tell({ kind: 'account', account, market, exchangeIndex, atMs: this.#nowMs });
  }
}
