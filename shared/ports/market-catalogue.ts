import type { BookSide } from '../domain/execution/intent.ts';
import type { BookView, Level } from '../domain/market/book-view.ts';
import type { ClosedWindow, ExchangeStatus } from '../domain/market/exchange-calendar.ts';
import type { FeeOverride, FeeSchedule } from '../domain/market/fee-schedule.ts';
import type {
  EpochMs,
  EventTicker,
  Market,
  MarketResult,
  MarketTicker,
} from '../domain/market/market.ts';
import type { MarketRules, SettlementSource } from '../domain/market/settlement-facts.ts';
import type { Contracts } from '../domain/money/contracts.ts';
import type { Price } from '../domain/money/price.ts';
import type { Read } from './exchange.ts';

/** A template of events, such as all games of a league. `fees` is null where they cannot be computed. */
export type Series = {
  readonly seriesTicker: string;
  readonly title: string;
  readonly category: string | null;
  readonly tags: readonly string[];
  readonly exchangeIndex: number;
  readonly fees: FeeSchedule | null;
  readonly settlementSources: readonly SettlementSource[];
};

export type ExchangeEvent = {
  readonly eventTicker: EventTicker;
  readonly seriesTicker: string;
  readonly title: string;
  readonly exchangeIndex: number;
  readonly isMutuallyExclusive: boolean;
  /** What the event overrides of the fees of its series; null where nothing. */
  readonly feeOverride: FeeOverride | null;
  /** Empty where the event names none: those of its series then count. */
  readonly settlementSources: readonly SettlementSource[];
};

/** A market as the exchange lists it, with what moves. A quote of 0 or 1 dollar is none. */
export type MarketListing = {
  readonly market: Market;
  readonly result: MarketResult | null;
  readonly isCombo: boolean;
  readonly bid: Level | null;
  readonly ask: Level | null;
  readonly lastPrice: Price | null;
  readonly volume: Contracts;
  readonly volumeOneDay: Contracts;
  readonly openInterest: Contracts;
  /** Fees are waived until then; null when they are not. */
  readonly feesWaivedUntilMs: EpochMs | null;
  /** What YES and NO stand for in short. Null where it is not said; NO often repeats YES. */
  readonly yesName: string | null;
  readonly noName: string | null;
  readonly rules: MarketRules;
};

/**
 * Times by which a list of markets may be narrowed; seconds on the wire, both ends included. The exchange takes one kind
 * at a time: `created` with no status, `unopened` or `open`; `closes` with none or `closed`; `settled` with none or
 * `settled`; `updated` with nothing but a series, and never with combos.
 */
export type MarketTimes =
  | {
      readonly kind: 'created' | 'closes' | 'settled';
      readonly fromMs?: EpochMs;
      readonly untilMs?: EpochMs;
    }
  | { readonly kind: 'updated'; readonly fromMs: EpochMs };

export type MarketListFilter = {
  readonly seriesTicker?: string;
  readonly eventTicker?: EventTicker;
  readonly tickers?: readonly MarketTicker[];
  readonly status?: 'unopened' | 'open' | 'paused' | 'closed' | 'settled';
  /** Combos are left out unless they are asked for: their quotes are placeholders. */
  readonly withCombos?: boolean;
  readonly times?: MarketTimes;
  /** Also what has left the live list: markets that were settled before the historical cutoff. */
  readonly withPast?: boolean;
};

export type PublicTrade = {
  readonly tradeId: string;
  readonly market: MarketTicker;
  readonly price: Price;
  readonly count: Contracts;
  readonly takerSide: BookSide;
  readonly isBlockTrade: boolean;
  readonly exchangeTimeMs: EpochMs;
};

/**
 * Open, low, high and close of one price series within a period. In a bar of quotes a bid of 0 and an ask of 1 dollar
 * mean that there was none at that moment.
 */
export type PriceBar = {
  readonly open: Price;
  readonly low: Price;
  readonly high: Price;
  readonly close: Price;
};

export type Candle = {
  readonly market: MarketTicker;
  /** The inclusive end of the period. */
  readonly endMs: EpochMs;
  /** Null where there was no quote in the whole period. */
  readonly bid: PriceBar | null;
  readonly ask: PriceBar | null;
  /** Null where nothing traded. `mean` is weighted by contracts, rounded to 1e-4 dollars by the exchange. */
  readonly trades: (PriceBar & { readonly mean: Price | null }) | null;
  readonly volume: Contracts;
  readonly openInterest: Contracts;
};

export type CandleRequest = {
  readonly markets: readonly { readonly market: MarketTicker; readonly seriesTicker: string }[];
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
  readonly period: 'minute' | 'hour' | 'day';
};

/** A change of the fees of a series or an event that is known beforehand, or was. */
export type FeeChange = {
  readonly id: string;
  readonly seriesTicker: string;
  readonly change:
    /** Null fees: they cannot be computed. */
    | { readonly kind: 'series'; readonly fees: FeeSchedule | null }
    /** A null override: from then on the event has the fees of its series. */
    | {
        readonly kind: 'event';
        readonly eventTicker: EventTicker;
        readonly override: FeeOverride | null;
      };
  readonly atMs: EpochMs;
};

/** Up to when each kind of data has left the live endpoints for the historical ones. */
export type HistoricalCutoff = {
  readonly marketsSettledMs: EpochMs;
  readonly tradesCreatedMs: EpochMs;
  readonly ordersUpdatedMs: EpochMs;
  /** Null where the exchange does not tell it. */
  readonly positionsUpdatedMs: EpochMs | null;
};

/**
 * What the exchange tells of its markets by request. Histories are whole: what has left the live endpoints is read from
 * the historical ones, split at the cutoff, and comes in one list. Every method resolves.
 */
export interface MarketCatalogue {
  status(): Promise<Read<ExchangeStatus>>;
  /** Closed windows about a time: the weekly pause and the maintenance that is announced. */
  schedule(nowMs: EpochMs): Promise<Read<readonly ClosedWindow[]>>;
  seriesList(filter: { readonly category?: string }): Promise<Read<readonly Series[]>>;
  series(seriesTicker: string): Promise<Read<Series | null>>;
  events(filter: {
    readonly seriesTicker?: string;
    readonly status?: 'unopened' | 'open' | 'closed' | 'settled';
  }): Promise<Read<readonly ExchangeEvent[]>>;
  event(eventTicker: EventTicker): Promise<Read<ExchangeEvent | null>>;
  markets(filter: MarketListFilter): Promise<Read<readonly MarketListing[]>>;
  /** Null when the exchange does not know it, which may pass: a new market is not readable at once. */
  market(ticker: MarketTicker): Promise<Read<MarketListing | null>>;
  book(ticker: MarketTicker): Promise<Read<BookView | null>>;
  /** Those that the exchange knows; asked in as many requests as its limit of 100 needs. */
  books(tickers: readonly MarketTicker[]): Promise<Read<ReadonlyMap<MarketTicker, BookView>>>;
  /** Newest first. */
  trades(filter: {
    readonly market?: MarketTicker;
    readonly sinceMs: EpochMs;
    readonly untilMs?: EpochMs;
  }): Promise<Read<readonly PublicTrade[]>>;
  /** Oldest first within a market. */
  candles(request: CandleRequest): Promise<Read<readonly Candle[]>>;
  historicalCutoff(): Promise<Read<HistoricalCutoff>>;
  feeChanges(filter: {
    readonly seriesTicker?: string;
    readonly withPast: boolean;
  }): Promise<Read<readonly FeeChange[]>>;
}
