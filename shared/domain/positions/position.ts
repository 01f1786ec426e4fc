import type { Leg } from '../edge/edge.ts';
import type { ExitPriority, ExitRule } from '../exits/exit-rules.ts';
import type { EpochMs, EventTicker, MarketTicker } from '../market/market.ts';
import type { Contracts } from '../money/contracts.ts';
import type { Money } from '../money/money.ts';
import type { Price } from '../money/price.ts';

/** The last believed price at which the position could be sold, on the scale of its own leg. */
export type Mark = {
  readonly legPrice: Price;
  readonly exchangeTimeMs: EpochMs;
  /** True when a fresh, synced, two-sided book was missing and the last value was kept. */
  readonly kept: boolean;
};

/** When a level was first seen crossed; a stop waits until the crossing has persisted. */
export type Crossing = { readonly rule: ExitRule; readonly sinceMs: EpochMs };

/** Who may sell, and how much is not yet in flight. A higher priority raises the generation. */
export type ExitClaim = {
  readonly generation: number;
  readonly rule: ExitRule | null;
  readonly priority: ExitPriority | null;
  readonly sellable: Contracts;
  readonly attempts: number;
};

/** One leg of one market held by one strategy version, folded from its fills. */
export type Position = {
  readonly positionId: string;
  readonly market: MarketTicker;
  readonly eventTicker: EventTicker;
  readonly seriesTicker: string;
  readonly exchangeIndex: number;
  readonly leg: Leg;
  readonly strategy: { readonly name: string; readonly version: string };
  readonly generation: number;
  readonly state: 'open' | 'closed';
  readonly quantity: Contracts;
  /** Cost of what is still held, without fees. */
  readonly basis: Money;
  /** All that was bought, and what it cost: the entry price is their ratio. */
  readonly boughtCount: Contracts;
  readonly boughtCost: Money;
  readonly fees: Money;
  /** Proceeds less basis of what was sold or settled, before fees. */
  readonly realised: Money;
  readonly openedAtMs: EpochMs;
  readonly closedAtMs: EpochMs | null;
  readonly mark: Mark | null;
  readonly crossing: Crossing | null;
  readonly exit: ExitClaim;
};
