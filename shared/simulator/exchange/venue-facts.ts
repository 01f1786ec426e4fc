import type { EpochMs, EventTicker, MarketTicker } from '../../domain/market/market.ts';
import type { SettlementSource } from '../../domain/market/settlement-facts.ts';
import type { PriceLevelStructure } from '../../domain/market/tick-grid.ts';

/** What the exchange says of a template of events beside its fees. */
export type SeriesFacts = {
  readonly seriesTicker: string;
  readonly title: string;
  /** Such as `Sports`; empty when it has none. */
  readonly category: string;
  readonly tags: readonly string[];
  readonly frequency: string;
  readonly settlementSources: readonly SettlementSource[];
};

/** What the exchange says of an event. */
export type EventFacts = {
  readonly eventTicker: EventTicker;
  readonly seriesTicker: string;
  readonly exchangeIndex: number;
  readonly title: string;
  readonly subTitle: string;
  readonly isMutuallyExclusive: boolean;
  readonly collateralReturn: 'MECNET' | 'DIRECNET' | '';
  /** None where those of the series count. */
  readonly settlementSources: readonly SettlementSource[];
};

/** Which outcome a market asks for, in numbers or in words (Kalshi "Get Market": the strike fields). */
export type Strike =
  | { readonly type: 'greater' | 'greater_or_equal'; readonly floor: number }
  | { readonly type: 'less' | 'less_or_equal'; readonly cap: number }
  | { readonly type: 'between'; readonly floor: number; readonly cap: number }
  | { readonly type: 'functional'; readonly functional: string }
  | {
      readonly type: 'custom' | 'structured';
      readonly custom: Readonly<Record<string, string>>;
    };

/** What a listed market says beside what trading needs. Everything has a default. */
export type MarketDetails = {
  readonly yesSubTitle?: string;
  readonly noSubTitle?: string;
  readonly rulesPrimary?: string;
  readonly rulesSecondary?: string;
  readonly strike?: Strike;
  readonly occurrenceMs?: EpochMs;
  readonly latestExpirationMs?: EpochMs;
  readonly earlyCloseCondition?: string;
  readonly isProvisional?: boolean;
  /** What its event is described with, if this is the first market of it; known from the market otherwise. */
  readonly event?: Partial<Omit<EventFacts, 'eventTicker' | 'seriesTicker' | 'exchangeIndex'>>;
  /** Nobody is charged before it. */
  readonly feesWaivedUntilMs?: EpochMs;
  /** The name of its grid, when its ranges alone do not tell. */
  readonly priceLevelStructure?: PriceLevelStructure | 'banded_centi_cent' | '';
  /** A combo: the collection that it is of, and what it is made of. */
  readonly combo?: {
    readonly collection: string;
    readonly legs: readonly {
      readonly eventTicker: EventTicker;
      readonly market: MarketTicker;
      readonly side: 'yes' | 'no';
    }[];
  };
};

const COMBO = 'KXMVE';

/** A market of several others; by its ticker where nothing else is said of it (Kalshi "Market and Event Lifecycle"). */
export function isCombo(market: MarketTicker, { combo }: Pick<MarketDetails, 'combo'>): boolean {
  return combo !== undefined || market.startsWith(COMBO);
}
