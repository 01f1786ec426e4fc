import type { ExchangeError } from '../../adapters/kalshi/wire/exchange-error.ts';
import type { EpochMs, Market, MarketResult, MarketTicker } from '../../domain/market/market.ts';
import { contracts, type Contracts } from '../../domain/money/contracts.ts';
import { invariant } from '../../domain/money/invariant.ts';
import { NO_MONEY, type Money } from '../../domain/money/money.ts';
import { Accounts } from './accounts.ts';
import type { FloorListener } from './floor-event.ts';
import { FloorVoice } from './floor-voice.ts';
import type { Listing } from './listing.ts';
import { MatchingEngine } from './matching-engine.ts';
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
import type { Pause } from './order-admission.ts';
import { OrderDesk, type FillOrKillAnswer, type Placement } from './order-desk.ts';
import type { AccountName, NewOrder, OrderUpdateReason, SimOrder } from './sim-order.ts';
import { TimerQueue } from './timer-queue.ts';
import { UNCONFIRMED } from './unconfirmed-codes.ts';
import { Versions } from './versions.ts';

export type FloorOptions = { readonly fillOrKill: FillOrKillAnswer };

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
  readonly #voice: FloorVoice;
  readonly #desk: OrderDesk;
  readonly #listings = new Map<MarketTicker, Listing>();
  readonly #timers = new TimerQueue<DueChange>();
  #pause: Pause = 'none';
  #nowMs: EpochMs = 0;
  #settlementCount = 0;

  constructor(options: FloorOptions, listeners: readonly FloorListener[]) {
    this.#voice = new FloorVoice(listeners);
    this.#desk = new OrderDesk(this.accounts, this.#voice, options.fillOrKill);
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
    return this.#desk.order(orderId);
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
    const lives = new Versions<MarketLife>();
    lives.set(nowMs, life);
    const listing: Listing = { market, engine: new MatchingEngine(), lives, life, lastPrice: null };
    this.#listings.set(market.ticker, listing);
    this.#voice.tell({ kind: 'lifecycle', market, notice: { event: 'created' }, atMs: nowMs });
    this.#armLife(listing);
  }

  /** Money from outside; the only way in which money comes into being. */
  deposit(account: AccountName, exchangeIndex: number, amount: Money): void {
    this.accounts.deposit(account, exchangeIndex, amount);
    this.#voice.tellAccount({ account, market: null, exchangeIndex, atMs: this.#nowMs });
  }

  /** Marks an account as one of the crowd: its orders and fills are neither published to it nor remembered. */
  joinCrowd(account: AccountName): void {
    this.#voice.joinCrowd(account);
  }

  /** Checks an order, matches it, and rests, cancels or finishes what is left of it. */
  place(account: AccountName, request: NewOrder, nowMs: EpochMs): Placement {
    this.advance(nowMs);
    const listing = this.#listings.get(request.market);
    const placement = this.#desk.place(account, request, listing, { pause: this.#pause, nowMs });
    if (placement.kind === 'refused') return placement;
    const { order } = placement;
    if (order.status === 'resting' && order.expiresAtMs !== null)
      this.#timers.add(order.expiresAtMs, { kind: 'expiry', order });
    return placement;
  }

  /** Cancels an order and returns what was taken off the book; null when it does not rest any more. */
  cancel(order: SimOrder, nowMs: EpochMs): Contracts | ExchangeError | null {
    this.advance(nowMs);
    if (this.#pause === 'exchange') return UNCONFIRMED.exchangePaused;
    if (nowMs >= this.#listingOf(order.market).life.closeTimeMs) return UNCONFIRMED.marketInactive;
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

  /** Takes an order off the book; one that rests no more is left alone. */
  #drop(order: SimOrder, reason: OrderUpdateReason | null): void {
    if (order.status !== 'resting') return;
    this.#desk.drop(order, reason, this.#listingOf(order.market), this.#nowMs);
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
    const { market, engine, lives } = listing;
    const atMs = this.#nowMs;
    listing.life = change.life;
    lives.set(atMs, change.life);
    if (change.cancelsResting) {
      const reason = change.life.status === 'closed' ? 'CloseCancel' : 'HaltCancel';
      for (const order of engine.resting()) this.#drop(order, reason);
    }
    if (change.pays) this.#pay(listing);
    for (const notice of change.notices)
      this.#voice.tell({ kind: 'lifecycle', market, notice, atMs });
    this.#armLife(listing);
  }

  #armLife({ market, life }: Listing): void {
    const nextMs = nextLifeChangeMs(life);
    if (nextMs !== null) this.#timers.add(nextMs, { kind: 'life', market: market.ticker });
  }

  #pay({ market, life }: Listing): void {
    invariant(life.result !== null, 'a market is paid after its result is set');
    const yesValue = yesValueOf(life.result);
    const atMs = this.#nowMs;
    for (const { name } of this.accounts.all()) {
      const paid = this.accounts.settle(name, market, yesValue, atMs);
      if (paid === null || this.#voice.isOfCrowd(name)) continue;
      this.#settlementCount += 1;
      const isYes = paid.position > 0;
      const settlement = {
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
        atMs,
      };
      this.#voice.tell({ kind: 'settlement', account: name, settlement });
      const { ticker, exchangeIndex } = market;
      this.#voice.tellAccount({ account: name, market: ticker, exchangeIndex, atMs });
    }
  }

  #listingOf(market: MarketTicker): Listing {
    const listing = this.#listings.get(market);
    invariant(listing !== undefined, `market ${market} is listed`);
    return listing;
  }
}
