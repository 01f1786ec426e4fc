import type { ExchangeError } from '../../adapters/kalshi/wire/exchange-error.ts';
import type {
  EpochMs,
  EventTicker,
  Market,
  MarketResult,
  MarketTicker,
} from '../../domain/market/market.ts';
import {
  structureOf,
  type PriceLevelStructure,
  PRICE_LEVEL_STRUCTURES,
} from '../../domain/market/tick-grid.ts';
import { contracts, NO_CONTRACTS, type Contracts } from '../../domain/money/contracts.ts';
import { invariant } from '../../domain/money/invariant.ts';
import { NO_MONEY, type Money } from '../../domain/money/money.ts';
import { Accounts } from './accounts.ts';
import { CashDesk } from './cash-desk.ts';
import { FeeDesk } from './fee-desk.ts';
import type { FloorListener } from './floor-event.ts';
import { FloorVoice } from './floor-voice.ts';
import type { Listing } from './listing.ts';
import { MarketTape } from './market-tape.ts';
import { MatchingEngine } from './matching-engine.ts';
import {
  amendResult,
  deactivate,
  determine,
  dispute,
  lifeAt,
  moveClose,
  newLife,
  nextLifeChangeMs,
  reactivate,
  yesValueOf,
  type LifeChange,
  type LifecycleNotice,
  type LifeRefusal,
  type MarketLife,
} from './market-lifecycle.ts';
import type { Pause } from './order-admission.ts';
import type { GroupDesk } from './group-desk.ts';
import { OrderDesk, type Amended, type DeskOptions, type Placement } from './order-desk.ts';
import type { AccountName, Amendment, NewOrder, OrderUpdateReason, SimOrder } from './sim-order.ts';
import { TimerQueue } from './timer-queue.ts';
import type { PublicTrades } from './public-trades.ts';
import { UNCONFIRMED } from './unconfirmed-codes.ts';
import type { EventFacts, MarketDetails } from './venue-facts.ts';
import { Versions } from './versions.ts';

export type FloorOptions = DeskOptions;

/** Cancel-all reaches orders that come this long after it (Kalshi "Cancel All Orders"). */
export const AFTERSHOCK_MS = 60_000;
/** How long such an order rests; the exchange does not say. */
const AFTERSHOCK_DELAY_MS = 500;

type DueChange =
  | { readonly kind: 'life'; readonly market: MarketTicker }
  | { readonly kind: 'expiry' | 'aftershock'; readonly order: SimOrder }
  | { readonly kind: 'run'; readonly run: (nowMs: EpochMs) => void };

/**
 * The exchange without its wires: markets, books, accounts and their clockwork. Synchronous and deterministic: time
 * comes in with every call and never goes back. What happens is told to the listeners in the order in which it happens;
 * a listener must not call back into the floor.
 */
export class TradingFloor {
  readonly accounts = new Accounts();
  /** Fees of series and events. */
  readonly fees: FeeDesk;
  /** Cash that moves without a trade. */
  readonly cash: CashDesk;
  readonly #options: { -readonly [Option in keyof FloorOptions]: FloorOptions[Option] };
  readonly #voice: FloorVoice;
  readonly #desk: OrderDesk;
  readonly #listings = new Map<MarketTicker, Listing>();
  readonly #timers = new TimerQueue<DueChange>();
  readonly #cancelledAllMs = new Map<AccountName, EpochMs>();
  readonly #events = new Map<EventTicker, EventFacts>();
  readonly #shardPauses = new Map<number, Pause>();
  #pause: Pause = 'none';
  #nowMs: EpochMs = 0;
  #settlementCount = 0;

  constructor(options: FloorOptions, listeners: readonly FloorListener[]) {
    this.#voice = new FloorVoice(listeners);
    const at = (atMs: EpochMs, run: (nowMs: EpochMs) => void): void => {
      if (atMs <= this.#nowMs) run(this.#nowMs);
      else this.#timers.add(atMs, { kind: 'run', run });
    };
    this.fees = new FeeDesk({ listings: () => this.listings(), voice: this.#voice, at });
    this.cash = new CashDesk({
      accounts: this.accounts,
      voice: this.#voice,
      at,
      nowMs: () => this.#nowMs,
    });
    this.#options = { ...options };
    this.#desk = new OrderDesk({
      accounts: this.accounts,
      voice: this.#voice,
      options: this.#options,
      listingOf: (market) => this.#listingOf(market),
    });
  }

  get nowMs(): EpochMs {
    return this.#nowMs;
  }

  /** Answers that the documentation leaves open, from now on. */
  answerWith(options: Partial<FloorOptions>): void {
    Object.assign(this.#options, options);
  }

  get pause(): Pause {
    return this.#pause;
  }

  /** The pause of one shard: its own, or that of everything when it is the harder one. */
  pauseOf(exchangeIndex: number): Pause {
    const own = this.#shardPauses.get(exchangeIndex) ?? 'none';
    if (own === 'exchange' || this.#pause === 'exchange') return 'exchange';
    return own === 'trading' ? own : this.#pause;
  }

  /** Shards that have a market or somebody's money, in rising order. */
  shards(): readonly number[] {
    const shards = new Set<number>(this.#shardPauses.keys());
    for (const { market } of this.#listings.values()) shards.add(market.exchangeIndex);
    for (const account of this.accounts.all())
      for (const shard of account.shards.keys()) shards.add(shard);
    return [...shards.add(0)].toSorted((a, b) => a - b);
  }

  event(eventTicker: EventTicker): EventFacts | undefined {
    return this.#events.get(eventTicker);
  }

  events(): Iterable<EventFacts> {
    return this.#events.values();
  }

  listing(market: MarketTicker): Listing | undefined {
    return this.#listings.get(market);
  }

  listings(): Iterable<Listing> {
    return this.#listings.values();
  }

  order(orderId: string): SimOrder | undefined {
    return this.#desk.register.order(orderId);
  }

  /** True once an account has sent an order with an id of its own. */
  hasOrdered(account: AccountName): boolean {
    return this.#desk.register.hasOrdered(account);
  }

  /** What rests of an account in order of arrival; nothing for one of the crowd. */
  open(account: AccountName): readonly SimOrder[] {
    return this.#desk.register.open(account);
  }

  /** What was traded by anybody. */
  get trades(): PublicTrades {
    return this.#desk.trades;
  }

  /** What stands before a resting order in its book, in 1e-2 contracts. */
  ahead(order: SimOrder): Contracts {
    return this.#listingOf(order.market).engine.ahead(order);
  }

  /** The order groups of everyone. */
  get groups(): GroupDesk {
    return this.#desk.fuses;
  }

  /** The next time at which something happens by the clock alone; null when nothing will. */
  nextWakeMs(): EpochMs | null {
    return this.#timers.nextMs();
  }

  /** Does what the clock brings up to and including `nowMs`, in order of time. */
  advance(nowMs: EpochMs): void {
    invariant(nowMs >= this.#nowMs, () => `time does not go back from ${this.#nowMs} to ${nowMs}`);
    // Each timer is taken out once and adds at most one later timer: bounded by changes of life and expiries.
    for (;;) {
      const due = this.#timers.takeDue(nowMs);
      if (due === null) break;
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      this.#come(due.value);
    }
    this.#nowMs = nowMs;
  }

  /** Lists a market. Its status follows from its times, except `inactive`, which is kept. */
  addMarket(market: Market, nowMs: EpochMs, details: MarketDetails = {}): void {
    this.advance(nowMs);
    invariant(!this.#listings.has(market.ticker), `market ${market.ticker} is listed once`);
    const life = newLife(market, nowMs);
    const lives = new Versions<MarketLife>();
    lives.set(nowMs, life);
    const listing: Listing = {
      market,
      details,
      seriesFees: market.fees,
      structure: details.priceLevelStructure ?? structureOf(market.priceRanges) ?? '',
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      engine: new MatchingEngine(),
      lives,
      life,
      bookChangedMs: null,
      lastPrice: null,
      lastCount: null,
      volume: NO_CONTRACTS,
      openInterest: NO_CONTRACTS,
      tape: new MarketTape(),
    };
    this.#listings.set(market.ticker, listing);
    if (!this.#events.has(market.eventTicker)) this.describeEvent(eventOf(market), nowMs);
    this.fees.listed(listing, nowMs);
    const notice = { event: 'created' } as const;
    this.#voice.tell({ kind: 'lifecycle', market: listing.market, notice, atMs: nowMs });
    this.#armLife(listing);
  }

  /** What is said of an event from now on; its markets may be listed later. */
  describeEvent(event: EventFacts, nowMs: EpochMs): void {
    this.advance(nowMs);
    this.#events.set(event.eventTicker, event);
    this.#voice.tell({ kind: 'event', event, atMs: nowMs });
  }

  /** Other words or times of a market; trading depends on none of them. */
  describeMarket(
    ticker: MarketTicker,
    change: Partial<Pick<Market, 'title' | 'expectedExpirationMs'>>,
    nowMs: EpochMs,
  ): void {
    this.advance(nowMs);
    const listing = this.#listingOf(ticker);
    listing.market = { ...listing.market, ...change };
    this.#notify(listing, { event: 'metadata_updated' });
  }

  /** Another grid from now on. What rests stays, on the new grid or not. */
  setStructure(ticker: MarketTicker, structure: PriceLevelStructure, nowMs: EpochMs): void {
    this.advance(nowMs);
    const listing = this.#listingOf(ticker);
    const priceRanges = PRICE_LEVEL_STRUCTURES[structure];
    listing.market = { ...listing.market, priceRanges };
    listing.structure = structure;
    this.#notify(listing, { event: 'price_level_structure_updated', structure, priceRanges });
  }

  /** Money from outside; the only way in which money comes into being. */
  deposit(account: AccountName, exchangeIndex: number, amount: Money): void {
    this.cash.deposit(account, exchangeIndex, amount);
  }

  /** Marks an account as one of the crowd: its orders and fills are neither published to it nor remembered. */
  joinCrowd(account: AccountName): void {
    this.#voice.joinCrowd(account);
  }

  /** Checks an order, matches it, and rests, cancels or finishes what is left of it. */
  place(account: AccountName, request: NewOrder, nowMs: EpochMs): Placement {
    this.advance(nowMs);
    const listing = this.#listings.get(request.market);
    const pause = listing === undefined ? this.#pause : this.#pauseOf(listing);
    const placement = this.#desk.place(account, request, listing, { pause, nowMs });
    if (placement.kind === 'refused') return placement;
    const { order } = placement;
    this.#armExpiry(order);
    const cancelledAllMs = this.#cancelledAllMs.get(account);
    if (cancelledAllMs !== undefined && nowMs < cancelledAllMs + AFTERSHOCK_MS)
      this.#timers.add(nowMs + AFTERSHOCK_DELAY_MS, { kind: 'aftershock', order });
    return placement;
  }

  /** Changes a resting order; null when it does not rest any more. */
  amend(order: SimOrder, change: Amendment, nowMs: EpochMs): Amended | null {
    this.advance(nowMs);
    const listing = this.#listingOf(order.market);
    const isClosed = nowMs >= listing.life.closeTimeMs;
    const pause = this.#pauseOf(listing);
    if (order.status !== 'resting' && !isClosed && pause !== 'exchange') return null;
    const expiredMs = order.expiresAtMs;
    const amended = this.#desk.amend(order, change, listing, { pause, nowMs });
    if (amended.kind === 'amended' && order.expiresAtMs !== expiredMs) this.#armExpiry(order);
    return amended;
  }

  /** Leaves less of a resting order, in its place; null when it does not rest any more. Allowed where a cancel is. */
  decrease(
    order: SimOrder,
    decrease: { readonly kind: 'by' | 'to'; readonly count: Contracts },
    nowMs: EpochMs,
  ): Contracts | ExchangeError | null {
    this.advance(nowMs);
    const refusal = this.#refuseCancel(order);
    if (refusal !== null) return refusal;
    if (order.status !== 'resting') return null;
    const { kind, count } = decrease;
    if (kind === 'to' && count > order.remaining) return UNCONFIRMED.badDecrease;
    const remaining = kind === 'to' ? count : contracts(Math.max(0, order.remaining - count));
    if (remaining < order.remaining) this.#desk.decrease(order, remaining, nowMs);
    return remaining;
  }

  /** Cancels all that rests of an account on all shards, and what comes to rest in the minute after. */
  cancelAll(account: AccountName, nowMs: EpochMs): ExchangeError | null {
    this.advance(nowMs);
    if (this.#pause === 'exchange') return UNCONFIRMED.exchangePaused;
    this.#cancelledAllMs.set(account, nowMs);
    for (const order of this.#desk.register.open(account))
      if (this.pauseOf(order.exchangeIndex) !== 'exchange') this.#drop(order, null);
    return null;
  }

  /** Cancels an order and returns what was taken off the book; null when it does not rest any more. */
  cancel(order: SimOrder, nowMs: EpochMs): Contracts | ExchangeError | null {
    this.advance(nowMs);
    const refusal = this.#refuseCancel(order);
    if (refusal !== null) return refusal;
    if (order.status !== 'resting') return null;
    const reducedBy = order.remaining;
    this.#drop(order, null);
    return reducedBy;
  }

  /** Of one shard, or of everything: then no shard has a pause of its own any more. */
  setPause(pause: Pause, nowMs: EpochMs, shard: number | null = null): void {
    this.advance(nowMs);
    if (shard === null) {
      this.#pause = pause;
      this.#shardPauses.clear();
    } else this.#shardPauses.set(shard, pause);
    if (pause === 'none') return;
    for (const { engine, market } of this.#listings.values()) {
      if (shard !== null && market.exchangeIndex !== shard) continue;
      for (const order of engine.resting())
        if (order.cancelOnPause) this.#drop(order, 'HaltCancel');
    }
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

  dispute(market: MarketTicker, nowMs: EpochMs): LifeRefusal | null {
    return this.#change(market, nowMs, dispute);
  }

  /** The result after a dispute. */
  amendResult(market: MarketTicker, result: MarketResult, nowMs: EpochMs): LifeRefusal | null {
    return this.#change(market, nowMs, (life) => amendResult(life, result, nowMs));
  }

  #pauseOf({ market }: Listing): Pause {
    return this.#shardPauses.size === 0 ? this.#pause : this.pauseOf(market.exchangeIndex);
  }

  #notify(listing: Listing, notice: LifecycleNotice): void {
    const atMs = this.#nowMs;
    listing.updatedAtMs = atMs;
    this.#voice.tell({ kind: 'lifecycle', market: listing.market, notice, atMs });
  }

  /** Takes an order off the book; one that rests no more is left alone. */
  #drop(order: SimOrder, reason: OrderUpdateReason | null): void {
    if (order.status !== 'resting') return;
    this.#desk.drop(order, reason, this.#nowMs);
  }

  /** What the clock brought. An expiry that was amended away is not one. */
  #come(due: DueChange): void {
    switch (due.kind) {
      case 'life':
        return this.#elapse(due.market);
      case 'run':
        return due.run(this.#nowMs);
      case 'aftershock':
        return this.#drop(due.order, null);
      case 'expiry': {
        const { expiresAtMs } = due.order;
        if (expiresAtMs !== null && expiresAtMs <= this.#nowMs)
          this.#drop(due.order, 'ExpiryCancel');
      }
    }
  }

  #armExpiry(order: SimOrder): void {
    if (order.status === 'resting' && order.expiresAtMs !== null)
      this.#timers.add(order.expiresAtMs, { kind: 'expiry', order });
  }

  /** Why nothing may be taken off the book of an order's market. */
  #refuseCancel(order: SimOrder): ExchangeError | null {
    const listing = this.#listingOf(order.market);
    if (this.#pauseOf(listing) === 'exchange') return UNCONFIRMED.exchangePaused;
    return this.#nowMs >= listing.life.closeTimeMs ? UNCONFIRMED.marketInactive : null;
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
    const { engine, lives } = listing;
    const atMs = this.#nowMs;
    listing.updatedAtMs = atMs;
    listing.life = change.life;
    lives.set(atMs, change.life);
    if (change.cancelsResting) {
      const reason = change.life.status === 'closed' ? 'CloseCancel' : 'HaltCancel';
      for (const order of engine.resting()) this.#drop(order, reason);
    }
    if (change.pays) this.#pay(listing);
    for (const notice of change.notices) this.#notify(listing, notice);
    this.#armLife(listing);
  }

  #armLife({ market, life }: Listing): void {
    const nextMs = nextLifeChangeMs(life);
    if (nextMs !== null) this.#timers.add(nextMs, { kind: 'life', market: market.ticker });
  }

  #pay(listing: Listing): void {
    const { market, life } = listing;
    listing.openInterest = NO_CONTRACTS;
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
    invariant(listing !== undefined, () => `market ${market} is listed`);
    return listing;
  }
}

/** What is known of an event from its first market. */
function eventOf({ eventTicker, seriesTicker, exchangeIndex, title }: Market): EventFacts {
  return {
    eventTicker,
    seriesTicker,
    exchangeIndex,
    title,
    subTitle: '',
    isMutuallyExclusive: false,
    collateralReturn: '',
  };
}
