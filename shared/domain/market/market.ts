import type { Price } from '../money/price.ts';
import type { FeeSchedule } from './fee-schedule.ts';
import type { League } from './leagues.ts';
import type { PriceRange } from './tick-grid.ts';

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;
export type MarketTicker = string;
export type EventTicker = string;
export type GameId = string;

/** The exchange's own words for where a market stands in its life. */
export type MarketStatus =
  | 'initialized'
  | 'active'
  | 'inactive'
  | 'closed'
  | 'determined'
  | 'disputed'
  | 'amended'
  | 'finalized';

/** What one YES contract pays: one dollar, nothing, or a stated value. */
export type MarketResult =
  | { readonly kind: 'yes' }
  | { readonly kind: 'no' }
  | { readonly kind: 'scalar'; readonly settlementValue: Price };

/** What a binary market is, without its book. Times that the exchange has not given are null and make it untradable. */
export type Market = {
  readonly ticker: MarketTicker;
  readonly eventTicker: EventTicker;
  readonly seriesTicker: string;
  /** The exchange's shard: orders and cash of this market live there. */
  readonly exchangeIndex: number;
  readonly title: string;
  readonly status: MarketStatus;
  readonly openTimeMs: EpochMs;
  readonly closeTimeMs: EpochMs;
  readonly expectedExpirationMs: EpochMs | null;
  readonly settlementTimerMs: number;
  readonly priceRanges: readonly PriceRange[];
  readonly fees: FeeSchedule;
};

/** Which competitor of a game. */
export type GameSide = 'home' | 'away';

/** How a game may end. A draw is an outcome only where the league settles draws. */
export type GameOutcome = GameSide | 'draw';

/**
 * The checked statement that YES of a market means one outcome of one game, and what shows it. What was checked in full
 * stands in the mapping's evidence.
 */
export type GameMapping = {
  readonly market: MarketTicker;
  readonly gameId: GameId;
  readonly league: League;
  readonly yesSide: GameOutcome;
  readonly startTimeMs: EpochMs;
  readonly evidence: readonly string[];
};
