import type { Leg } from '../domain/edge/edge.ts';
import type { EpochMs, MarketTicker } from '../domain/market/market.ts';
import type { Contracts } from '../domain/money/contracts.ts';
import type { Money } from '../domain/money/money.ts';
import type { Price } from '../domain/money/price.ts';
import type { Probability } from '../domain/money/probability.ts';

/** One market as a person watching the run sees it. Prices and the fair probability are those of YES. */
export type MarketProgress = {
  readonly ticker: MarketTicker;
  readonly title: string;
  readonly bid: Price | null;
  readonly ask: Price | null;
  readonly fair: Probability | null;
  readonly position: { readonly leg: Leg; readonly quantity: Contracts } | null;
  /** Of the open position at its mark, before fees. */
  readonly unrealised: Money;
  /** Of everything that was closed in this market, after fees. */
  readonly realised: Money;
};

/** Where a run stands. Built at a bounded rate by the run, never per event. */
export type RunProgress = {
  readonly simulatedMs: EpochMs;
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  /** Share of the work that is done, 0 to 1; it need not be the share of simulated time. */
  readonly fraction: number;
  readonly ticks: number;
  readonly orders: number;
  readonly fills: number;
  /** Change of equity since the start, open positions at their marks, after fees. */
  readonly pnl: Money;
  /** At most a few dozen rows, the most interesting first. */
  readonly markets: readonly MarketProgress[];
  /** One short sentence of what is going on, or null. */
  readonly note: string | null;
};

/** Awaited by the run: that is where the terminal is drawn and where Ctrl-C gets its turn. */
export type OnProgress = (progress: RunProgress) => Promise<void>;
