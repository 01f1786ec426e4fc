import type { FeeSchedule } from '../../domain/market/fee-schedule.ts';
import type { EpochMs, Market } from '../../domain/market/market.ts';
import type { Contracts } from '../../domain/money/contracts.ts';
import type { Price } from '../../domain/money/price.ts';
import type { MarketTape } from './market-tape.ts';
import type { MatchingEngine } from './matching-engine.ts';
import type { MarketLife } from './market-lifecycle.ts';
import type { MarketDetails } from './venue-facts.ts';
import type { Versions } from './versions.ts';

/** One market on the floor. */
export type Listing = {
  /** As it is now: its words, its grid and its fees may change. `fees` are those that are charged. */
  market: Market;
  readonly details: MarketDetails;
  /** The fees before its event overrides them or a waiver lifts them. */
  seriesFees: FeeSchedule;
  /** The exchange's name of its grid. */
  structure: string;
  readonly createdAtMs: EpochMs;
  updatedAtMs: EpochMs;
  readonly engine: MatchingEngine;
  /** Where the market stood at each time; the newest is where it stands. */
  readonly lives: Versions<MarketLife>;
  life: MarketLife;
  /** When a level of its book last changed; null before its first order. */
  bookChangedMs: EpochMs | null;
  /** Price of the last trade; null before the first. */
  lastPrice: Price | null;
  /** Contracts of the last trade; null before the first. */
  lastCount: Contracts | null;
  /** All contracts that ever traded, each trade once. */
  volume: Contracts;
  /** Pairs of a YES and a NO contract that are held, in 1e-2 contracts. */
  openInterest: Contracts;
  /** Its quotes and trades by periods of time. */
  readonly tape: MarketTape;
};
