import type { ExchangeError } from '../../adapters/kalshi/wire/exchange-error.ts';
import type { EpochMs, EventTicker, MarketTicker } from '../../domain/market/market.ts';
import { contracts, type Contracts } from '../../domain/money/contracts.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { Money } from '../../domain/money/money.ts';
import { Accounts } from './accounts.ts';
import { CashDesk } from './cash-desk.ts';
import { FeeDesk } from './fee-desk.ts';
import type { FloorListener } from './floor-event.ts';
import { FloorPauses } from './floor-pauses.ts';
import { FloorVoice } from './floor-voice.ts';
import type { GroupDesk } from './group-desk.ts';
import type { Listing } from './listing.ts';
import { MarketDesk } from './market-desk.ts';
import type { Pause } from './order-admission.ts';
import { OrderDesk, type Amended, type DeskOptions, type Placement } from './order-desk.ts';
import type { PublicTrades } from './public-trades.ts';
import type { AccountName, Amendment, NewOrder, OrderUpdateReason, SimOrder } from './sim-order.ts';
import { TimerQueue } from './timer-queue.ts';
import { UNCONFIRMED } from './unconfirmed-codes.ts';
import type { EventFacts } from './venue-facts.ts';

export type FloorOptions = DeskOptions;

/** Cancel-all reaches orders that come this long after it (Kalshi "Cancel All Orders"). */
export const AFTERSHOCK_MS = 60_000;
/** How long such an order rests; the exchange does not say. */
const AFTERSHOCK_DELAY_MS = 500;

type DueChange =
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
  /** The markets, their events and their life. */
  readonly markets: MarketDesk;
  readonly #options: { -readonly [Option in keyof FloorOptions]: FloorOptions[Option] };
  readonly #voice: FloorVoice;
  readonly #desk: OrderDesk;
  readonly #timers = new TimerQueue<DueChange>();
  readonly #cancelledAllMs = new Map<AccountName, EpochMs>();
  readonly #pauses = new FloorPauses();
  #nowMs: EpochMs = 0;

  constructor(options: FloorOptions, listeners: readonly FloorListener[]) {
    this.#voice = new FloorVoice(listeners);
    const at = (atMs: EpochMs, run: (nowMs: EpochMs) => void): void => {
      if (atMs <= this.#nowMs) run(this.#nowMs);
      else this.#timers.add(atMs, { kind: 'run', run });
    };
    this.fees = new FeeDesk({ listings: () => this.listings(), voice: this.#voice, at });
    this.markets = new MarketDesk({
      accounts: this.accounts,
      fees: this.fees,
      voice: this.#voice,
      nowMs: () => this.#nowMs,
      advance: (nowMs) => this.advance(nowMs),
      at: (atMs, run) => this.#timers.add(atMs, { kind: 'run', run }),
      drop: (order, reason) => this.#drop(order, reason),
    });
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
      listingOf: (market) => this.markets.of(market),
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
    return this.#pauses.everywhere;
  }

  /** The pause of one shard: its own, or that of everything when it is the harder one. */
  pauseOf(exchangeIndex: number): Pause {
    return this.#pauses.of(exchangeIndex);
  }

  /** Shards that have a market or somebody's money, in rising order. */
  shards(): readonly number[] {
    const shards = new Set<number>(this.#pauses.shards);
    for (const { market } of this.markets.all()) shards.add(market.exchangeIndex);
    for (const account of this.accounts.all())
      for (const shard of account.shards.keys()) shards.add(shard);
    return [...shards.add(0)].toSorted((a, b) => a - b);
  }

  event(eventTicker: EventTicker): EventFacts | undefined {
    return this.markets.event(eventTicker);
  }

  events(): Iterable<EventFacts> {
    return this.markets.events();
  }

  listing(market: MarketTicker): Listing | undefined {
    return this.markets.find(market);
  }

  listings(): Iterable<Listing> {
    return this.markets.all();
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
    return this.markets.of(order.market).engine.ahead(order);
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
    const listing = this.markets.find(request.market);
    const pause = listing === undefined ? this.pause : this.pauseOf(listing.market.exchangeIndex);
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
    const listing = this.markets.of(order.market);
    const isClosed = nowMs >= listing.life.closeTimeMs;
    const pause = this.pauseOf(listing.market.exchangeIndex);
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
    if (this.pause === 'exchange') return UNCONFIRMED.exchangePaused;
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
    this.#pauses.set(pause, shard);
    if (pause === 'none') return;
    for (const { engine, market } of this.markets.all()) {
      if (shard !== null && market.exchangeIndex !== shard) continue;
      for (const order of engine.resting())
        if (order.cancelOnPause) this.#drop(order, 'HaltCancel');
    }
  }

  /** Takes an order off the book; one that rests no more is left alone. */
  #drop(order: SimOrder, reason: OrderUpdateReason | null): void {
    if (order.status !== 'resting') return;
    this.#desk.drop(order, reason, this.#nowMs);
  }

  /** What the clock brought. An expiry that was amended away is not one. */
  #come(due: DueChange): void {
    switch (due.kind) {
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
    const listing = this.markets.of(order.market);
    if (this.pauseOf(listing.market.exchangeIndex) === 'exchange')
      return UNCONFIRMED.exchangePaused;
    return this.#nowMs >= listing.life.closeTimeMs ? UNCONFIRMED.marketInactive : null;
  }
}
