import type { MarketTicker } from '../../shared/domain/market/market.ts';

/** What the operator of a simulated exchange can bring about, and nobody at a real one. */
export type OwnWorld = {
  /** Runs something while trading, or the whole exchange, is paused. */
  readonly paused: <T>(pause: 'trading' | 'exchange', run: () => Promise<T>) => Promise<T>;
  /** Whoever is there sells at this price to whoever bids: so many orders of `count` contracts each. */
  readonly offer: (
    market: MarketTicker,
    offers: { readonly price: string; readonly count: string; readonly orders: number },
  ) => void;
  /** Determines and pays out a market; resolves when it is paid. */
  readonly settle: (market: MarketTicker) => Promise<void>;
  /** An open market that may be settled. */
  readonly spareMarket: MarketTicker;
  /** Breaks every stream. */
  readonly dropStreams: () => void;
};
