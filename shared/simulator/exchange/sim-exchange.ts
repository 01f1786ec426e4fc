import type { ExchangeError } from '../../adapters/kalshi/wire/exchange-error.ts';
import type { HttpAnswer } from '../../adapters/kalshi/wire/orders.ts';
import type { BookView } from '../../domain/market/book-view.ts';
import type { EpochMs, Market, MarketResult, MarketTicker } from '../../domain/market/market.ts';
import type { Contracts } from '../../domain/money/contracts.ts';
import type { Money } from '../../domain/money/money.ts';
import { AccountEntry } from './account-entry.ts';
import { AccountHistory } from './account-history.ts';
import { accountTruth, type AccountTruth } from './account-truth.ts';
import type { MoneyTotals } from './accounts.ts';
import { carryOutControl, type ControlledParts } from './carry-out-control.ts';
import { CatalogueReads } from './catalogue-reads.ts';
import type { ControlAction, ControlRefusal } from './control-action.ts';
import type { FloorEvent } from './floor-event.ts';
import { GroupEntry } from './group-entry.ts';
import { KeyRing } from './key-ring.ts';
import type { LifeRefusal } from './market-lifecycle.ts';
import { MarketReads } from './market-reads.ts';
import type { Pause } from './order-admission.ts';
import { carryOut, type OrderCommand } from './order-command.ts';
import type { Placement } from './order-desk.ts';
import { OrderEntry } from './order-entry.ts';
import { QueueReads } from './queue-reads.ts';
import { RateLimiter } from './rate-limiter.ts';
import { ReadClock } from './read-clock.ts';
import { RestReads } from './rest-reads.ts';
import {
  DEFAULT_READ_LAG,
  type KeyPairPem,
  type SimExchangeOptions,
} from './sim-exchange-options.ts';
import type { AccountName, NewOrder, SimOrder } from './sim-order.ts';
import { STREAM_RULES, StreamHub } from './stream-hub.ts';
import type { FrameListener, SubscribeParams, Subscribed } from './stream-subscription.ts';
import { TradingFloor, type FloorOptions } from './trading-floor.ts';
import type { MarketDetails } from './venue-facts.ts';
import { VenueSettings } from './venue-settings.ts';

/**
 * The simulated exchange behind its wire: REST bodies in and out, frames on the stream, reads that lag behind writes,
 * and an oracle of the truth that no client can reach. Synchronous; `nowMs` comes with every call and never goes back.
 * Between calls nothing happens by itself: call `advance` at `nextWakeMs()` so that the stream tells of closings,
 * expiries and settlements when they happen. Listeners are called at once and must not call back.
 */
export class SimExchange {
  /** The reads of accounts: each gives the status and body of the real one as of a moment ago. */
  readonly reads: RestReads;
  readonly markets: MarketReads;
  readonly catalogue: CatalogueReads;
  /** The keys of the accounts, as far as the exchange was told of them. */
  readonly keys = new KeyRing();
  readonly queue: QueueReads;
  /** What accounts may ask for; the router of requests charges it. */
  readonly limiter: RateLimiter;
  readonly #entries: {
    readonly orders: OrderEntry;
    readonly groups: GroupEntry;
    readonly accounts: AccountEntry;
  };
  readonly #makeKeyPair: (() => KeyPairPem) | null;
  /** What the operator has set. */
  readonly settings = new VenueSettings();
  readonly #controlled: ControlledParts;
  readonly #history = new AccountHistory();
  readonly #stream: StreamHub;
  readonly #floor: TradingFloor;

  constructor(options: SimExchangeOptions) {
    const floor: FloorOptions = {
      fillOrKill: options.fillOrKill ?? 'accepted_unfilled',
      postOnlyCross: options.postOnlyCross ?? 'refused',
    };
    this.#floor = new TradingFloor(floor, [
      (event: FloorEvent) => this.#history.remember(event, this.#floor.accounts),
      (event: FloorEvent) => this.#stream.publish(event, this.#floor.nowMs),
    ]);
    this.#stream = new StreamHub(
      {
        listing: (market) => this.#floor.listing(market),
        listings: () => this.#floor.listings(),
        holding: (account, market) => this.#floor.accounts.find(account)?.holdings.get(market),
      },
      { ...STREAM_RULES, ...options.stream },
    );
    this.limiter = new RateLimiter(options.limits ?? null);
    this.queue = new QueueReads(this.#floor);
    this.#makeKeyPair = options.makeKeyPair ?? null;
    this.#entries = {
      orders: new OrderEntry(this.#floor, this.settings),
      groups: new GroupEntry(this.#floor),
      accounts: new AccountEntry({
        floor: this.#floor,
        keys: this.keys,
        limiter: this.limiter,
      }),
    };
    const clock = new ReadClock(options.readLag ?? DEFAULT_READ_LAG, options.rng);
    const { limiter, settings } = this;
    settings.cutoff = options.cutoff ?? null;
    this.#controlled = { floor: this.#floor, settings, clock, limiter };
    const floorAndClock = { floor: this.#floor, settings, clock };
    this.reads = new RestReads({ ...floorAndClock, history: this.#history });
    this.markets = new MarketReads(floorAndClock);
    this.catalogue = new CatalogueReads({ ...floorAndClock, markets: this.markets });
  }

  /** The next time at which something happens by the clock alone; null when nothing will. */
  nextWakeMs(): EpochMs | null {
    return this.#floor.nextWakeMs();
  }

  advance(nowMs: EpochMs): void {
    this.#floor.advance(nowMs);
    this.#stream.tellQuotes(nowMs);
  }

  /** Lists a market. Its status follows from its times, except `inactive`, which is kept. */
  addMarket(market: Market, nowMs: EpochMs, details: MarketDetails = {}): void {
    this.#floor.markets.addMarket(market, nowMs, details);
  }

  /** Money from outside, readable as of now; the only way in which money comes into being. */
  deposit(account: AccountName, shard: number, amount: Money): void {
    this.#floor.deposit(account, shard, amount);
  }

  /** `POST /portfolio/events/orders` with the text of its body. */
  submit(account: AccountName, body: string, nowMs: EpochMs): HttpAnswer {
    return this.#told(this.#entries.orders.create(account, body, nowMs));
  }

  /**
   * `DELETE /portfolio/events/orders/{order_id}`. Without a shard and a ticker the default shard 0 is tried. Cancelled,
   * filled, unknown and wrong-shard orders are answered alike.
   */
  cancel(
    account: AccountName,
    query: {
      readonly orderId: string;
      readonly exchangeIndex?: number;
      readonly market?: MarketTicker;
    },
    nowMs: EpochMs,
  ): HttpAnswer {
    return this.#told(this.#entries.orders.cancel(account, query, nowMs));
  }

  /** Every other write of the order surface: batches, amend, decrease, cancel-all, order groups. */
  command(account: AccountName, command: OrderCommand, nowMs: EpochMs): HttpAnswer {
    return this.#told(carryOut(this.#entries, account, command, nowMs));
  }

  /** An order without its wire: how the simulated crowd trades. */
  place(account: AccountName, order: NewOrder, nowMs: EpochMs): Placement {
    return this.#told(this.#floor.place(account, order, nowMs));
  }

  /** A cancel without its wire. Null when the order does not rest any more. */
  withdraw(order: SimOrder, nowMs: EpochMs): Contracts | ExchangeError | null {
    return this.#told(this.#floor.cancel(order, nowMs));
  }

  /** The order groups, to be read. */
  get groups(): Pick<GroupEntry, 'list' | 'one'> {
    return this.#entries.groups;
  }

  /** Marks an account as one of the crowd: nothing is published to it and nothing of it is remembered but money. */
  joinCrowd(account: AccountName): void {
    this.#floor.joinCrowd(account);
  }

  /** The floor itself, for the crowd and for tests. */
  get floor(): TradingFloor {
    return this.#floor;
  }

  /** Opens one subscription a channel; frames go to the listener from now on. */
  subscribe(
    listener: FrameListener,
    params: SubscribeParams,
    nowMs: EpochMs,
  ): readonly Subscribed[] {
    this.#floor.advance(nowMs);
    return this.#stream.subscribe(listener, params, nowMs);
  }

  addMarkets(sid: number, markets: readonly MarketTicker[], nowMs: EpochMs, commandId = 0): void {
    this.#floor.advance(nowMs);
    this.#stream.addMarkets(sid, markets, commandId, nowMs);
  }

  /** Takes markets out of a subscription. */
  deleteMarkets(
    sid: number,
    markets: readonly MarketTicker[],
    nowMs: EpochMs,
    commandId = 0,
  ): void {
    this.#floor.advance(nowMs);
    this.#stream.deleteMarkets(sid, markets, commandId, nowMs);
  }

  /** Sends the books of some markets again, under the next numbers of their subscription. */
  getSnapshot(sid: number, markets: readonly MarketTicker[], nowMs: EpochMs, commandId = 0): void {
    this.#floor.advance(nowMs);
    this.#stream.getSnapshot(sid, markets, commandId, nowMs);
  }

  unsubscribe(sids: readonly number[], nowMs: EpochMs, commandId = 0): void {
    this.#floor.advance(nowMs);
    this.#stream.unsubscribe(sids, commandId, nowMs);
  }

  /** What a listener is subscribed to, oldest first. */
  subscriptionsOf(listener: FrameListener): readonly Subscribed[] {
    return this.#stream.of(listener);
  }

  /** Ends one subscription with an error of the exchange's: 10 for a fault of the channel, 25 for a slow reader. */
  endSubscription(sid: number, code: 10 | 25, nowMs: EpochMs): void {
    this.#stream.end(sid, code, nowMs);
  }

  /** Ends all subscriptions of a listener without a word, as a lost connection does. */
  disconnect(listener: FrameListener): void {
    this.#stream.disconnect(listener);
  }

  /** What the operator does: everything that has no method of its own here. Null when it is done. */
  control(action: ControlAction, nowMs: EpochMs): ControlRefusal | null {
    return carryOutControl(this.#controlled, action, nowMs);
  }

  /** A new pair for a key; null where none can be made. */
  newKeyPair(): KeyPairPem | null {
    return this.#makeKeyPair?.() ?? null;
  }

  /** Every token bucket is full again. */
  dismissBuckets(): void {
    this.limiter.refill();
  }

  /** The weekly pause (`trading`: cancels still work) or a halt of everything (`exchange`). */
  setPause(pause: Pause, nowMs: EpochMs): void {
    this.#floor.setPause(pause, nowMs);
  }

  deactivate(market: MarketTicker, nowMs: EpochMs): LifeRefusal | null {
    return this.#floor.markets.deactivate(market, nowMs);
  }

  reactivate(market: MarketTicker, nowMs: EpochMs): LifeRefusal | null {
    return this.#floor.markets.reactivate(market, nowMs);
  }

  moveClose(market: MarketTicker, closeTimeMs: EpochMs, nowMs: EpochMs): LifeRefusal | null {
    return this.#floor.markets.moveClose(market, closeTimeMs, nowMs);
  }

  /** The world's result of a market; one that still trades is closed early first. Paid after its settlement timer. */
  determine(market: MarketTicker, result: MarketResult, nowMs: EpochMs): LifeRefusal | null {
    return this.#floor.markets.determine(market, result, nowMs);
  }

  /** The whole truth about one account, without lag. For checkers only. */
  truth(account: AccountName): AccountTruth {
    return accountTruth(account, this.#floor.accounts, this.#history);
  }

  /** The book of a market as it is. For checkers only. */
  book(market: MarketTicker): BookView | null {
    return this.#floor.listing(market)?.engine.view() ?? null;
  }

  /** When the book of a market last changed; null before its first order. For checkers only. */
  bookChangedMs(market: MarketTicker): EpochMs | null {
    return this.#floor.listing(market)?.bookChangedMs ?? null;
  }

  /** Where all money stands; `deposits` equals the sum of the rest. For checkers only. */
  totals(): MoneyTotals {
    return this.#floor.accounts.totals();
  }

  /** An order was carried out: who wants summaries is told how the market stands after it. */
  #told<Answer>(answer: Answer): Answer {
    this.#stream.tellQuotes(this.#floor.nowMs);
    return answer;
  }
}
