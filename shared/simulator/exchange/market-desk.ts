import {
  structureOf,
  type PriceLevelStructure,
  PRICE_LEVEL_STRUCTURES,
} from '../../domain/market/tick-grid.ts';
import type {
  EpochMs,
  EventTicker,
  Market,
  MarketResult,
  MarketTicker,
} from '../../domain/market/market.ts';
import { contracts, NO_CONTRACTS } from '../../domain/money/contracts.ts';
import { invariant } from '../../domain/money/invariant.ts';
import { NO_MONEY } from '../../domain/money/money.ts';
import type { Accounts } from './accounts.ts';
import type { FeeDesk } from './fee-desk.ts';
import type { FloorVoice } from './floor-voice.ts';
import type { Listing } from './listing.ts';
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
import { MarketTape } from './market-tape.ts';
import { MatchingEngine } from './matching-engine.ts';
import type { OrderUpdateReason, SimOrder } from './sim-order.ts';
import type { EventFacts, MarketDetails } from './venue-facts.ts';
import { Versions } from './versions.ts';

export type MarketDeskParts = {
  readonly accounts: Accounts;
  readonly fees: FeeDesk;
  readonly voice: FloorVoice;
  readonly nowMs: () => EpochMs;
  /** Does what the clock brings first. */
  readonly advance: (nowMs: EpochMs) => void;
  /** Runs something when its time comes. */
  readonly at: (atMs: EpochMs, run: () => void) => void;
  /** Takes an order off its book. */
  readonly drop: (order: SimOrder, reason: OrderUpdateReason | null) => void;
};

/** The markets that are listed and their events: what is said of them, how they live, and what they pay in the end. */
export class MarketDesk {
  readonly #parts: MarketDeskParts;
  readonly #listings = new Map<MarketTicker, Listing>();
  readonly #events = new Map<EventTicker, EventFacts>();
  #settlementCount = 0;

  constructor(parts: MarketDeskParts) {
    this.#parts = parts;
  }

  event(eventTicker: EventTicker): EventFacts | undefined {
    return this.#events.get(eventTicker);
  }

  events(): Iterable<EventFacts> {
    return this.#events.values();
  }

  find(market: MarketTicker): Listing | undefined {
    return this.#listings.get(market);
  }

  all(): Iterable<Listing> {
    return this.#listings.values();
  }

  /** One that is listed. */
  of(market: MarketTicker): Listing {
    const listing = this.#listings.get(market);
    invariant(listing !== undefined, () => `market ${market} is listed`);
    return listing;
  }

  /** Lists a market. Its status follows from its times, except `inactive`, which is kept. */
  addMarket(market: Market, nowMs: EpochMs, details: MarketDetails = {}): void {
    this.#parts.advance(nowMs);
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
    if (!this.#events.has(market.eventTicker)) this.describeEvent(eventOf(market, details), nowMs);
    this.#parts.fees.listed(listing, nowMs);
    const notice = { event: 'created' } as const;
    this.#parts.voice.tell({ kind: 'lifecycle', market: listing.market, notice, atMs: nowMs });
    this.#armLife(listing);
  }

  /** What is said of an event from now on; its markets may be listed later. */
  describeEvent(event: EventFacts, nowMs: EpochMs): void {
    this.#parts.advance(nowMs);
    this.#events.set(event.eventTicker, event);
    this.#parts.voice.tell({ kind: 'event', event, atMs: nowMs });
  }

  /** Other words or times of a market; trading depends on none of them. */
  describeMarket(
    ticker: MarketTicker,
    change: Partial<Pick<Market, 'title' | 'expectedExpirationMs'>>,
    nowMs: EpochMs,
  ): void {
    this.#parts.advance(nowMs);
    const listing = this.of(ticker);
    listing.market = { ...listing.market, ...change };
    this.#notify(listing, { event: 'metadata_updated' });
  }

  /** Another grid from now on. What rests stays, on the new grid or not. */
  setStructure(ticker: MarketTicker, structure: PriceLevelStructure, nowMs: EpochMs): void {
    this.#parts.advance(nowMs);
    const listing = this.of(ticker);
    const priceRanges = PRICE_LEVEL_STRUCTURES[structure];
    listing.market = { ...listing.market, priceRanges };
    listing.structure = structure;
    this.#notify(listing, { event: 'price_level_structure_updated', structure, priceRanges });
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
    this.#parts.advance(nowMs);
    if (this.of(market).life.closeTimeMs > nowMs) {
      const refusal = this.moveClose(market, nowMs, nowMs);
      if (refusal !== null) return refusal;
      this.#parts.advance(nowMs);
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

  #notify(listing: Listing, notice: LifecycleNotice): void {
    const atMs = this.#parts.nowMs();
    listing.updatedAtMs = atMs;
    this.#parts.voice.tell({ kind: 'lifecycle', market: listing.market, notice, atMs });
  }

  #change(
    ticker: MarketTicker,
    nowMs: EpochMs,
    step: (life: MarketLife) => LifeChange | LifeRefusal,
  ): LifeRefusal | null {
    this.#parts.advance(nowMs);
    const listing = this.of(ticker);
    const change = step(listing.life);
    if ('kind' in change) return change;
    this.#live(listing, change);
    return null;
  }

  #elapse(ticker: MarketTicker): void {
    const listing = this.of(ticker);
    const change = lifeAt(listing.life, this.#parts.nowMs());
    if (change !== null) this.#live(listing, change);
  }

  #live(listing: Listing, change: LifeChange): void {
    const { engine, lives } = listing;
    const atMs = this.#parts.nowMs();
    listing.updatedAtMs = atMs;
    listing.life = change.life;
    lives.set(atMs, change.life);
    if (change.cancelsResting) {
      const reason = change.life.status === 'closed' ? 'CloseCancel' : 'HaltCancel';
      for (const order of engine.resting()) this.#parts.drop(order, reason);
    }
    if (change.pays) this.#pay(listing);
    for (const notice of change.notices) this.#notify(listing, notice);
    this.#armLife(listing);
  }

  #armLife({ market, life }: Listing): void {
    const nextMs = nextLifeChangeMs(life);
    if (nextMs !== null) this.#parts.at(nextMs, () => this.#elapse(market.ticker));
  }

  #pay(listing: Listing): void {
    const { market, life } = listing;
    listing.openInterest = NO_CONTRACTS;
    invariant(life.result !== null, 'a market is paid after its result is set');
    const yesValue = yesValueOf(life.result);
    const atMs = this.#parts.nowMs();
    for (const { name } of this.#parts.accounts.all()) {
      const paid = this.#parts.accounts.settle(name, market, yesValue, atMs);
      if (paid === null || this.#parts.voice.isOfCrowd(name)) continue;
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
      this.#parts.voice.tell({ kind: 'settlement', account: name, settlement });
      const { ticker, exchangeIndex } = market;
      this.#parts.voice.tellAccount({ account: name, market: ticker, exchangeIndex, atMs });
    }
  }
}

/** What is known of an event from its first market. */
function eventOf(
  { eventTicker, seriesTicker, exchangeIndex, title }: Market,
  { event }: MarketDetails,
): EventFacts {
  return {
    eventTicker,
    seriesTicker,
    exchangeIndex,
    title,
    subTitle: '',
    isMutuallyExclusive: false,
    collateralReturn: '',
    settlementSources: [],
    ...event,
  };
}
