import type { Contracts } from '../money/contracts.ts';
import type { Price } from '../money/price.ts';
import type { Level } from './book-view.ts';
import type { EpochMs, MarketTicker } from './market.ts';

/** The whole book of one market, on the YES scale: NO bids arrive as YES asks. Levels in any order. */
export type BookSnapshot = {
  readonly market: MarketTicker;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly exchangeTimeMs: EpochMs | null;
};

/** A signed change of one level, in 1e-2 contracts, on the YES scale. */
export type BookDelta = {
  readonly market: MarketTicker;
  readonly side: 'bid' | 'ask';
  readonly price: Price;
  readonly change: number;
  readonly exchangeTimeMs: EpochMs;
  /** Set when the change came from an order of ours. */
  readonly clientOrderId: string | null;
};
