import type { Market } from '../../domain/market/market.ts';
import type { Price } from '../../domain/money/price.ts';
import type { MatchingEngine } from './matching-engine.ts';
import type { MarketLife } from './market-lifecycle.ts';
import type { Versions } from './versions.ts';

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
