import { outcomesOf, type League } from '../../shared/domain/market/leagues.ts';
import type {
  EpochMs,
  GameId,
  GameOutcome,
  MarketTicker,
} from '../../shared/domain/market/market.ts';
import type { BookSync } from '../../shared/domain/market/market-tick.ts';
import type { Price } from '../../shared/domain/money/price.ts';
import { assembleLine, type NoLine } from '../../shared/domain/odds/assembly.ts';
import type { OddsPhase } from '../../shared/domain/odds/freshness.ts';
import type { LineSource, OddsFeedName } from '../../shared/domain/odds/line.ts';
import type { FairValue } from '../../shared/domain/pricing/fair-value.ts';
import { oddsPhaseOf } from '../../shared/domain/pricing/odds-phase.ts';
import { priceMarket, type PricingRefusal } from '../../shared/domain/pricing/price-market.ts';
import type { FeederPricing } from './feeder-parts.ts';
import type { PricingInput } from './session.ts';

/** What one sportsbook has of a game now. */
export type BookNow =
  | {
      readonly source: LineSource;
      readonly kind: 'valid';
      readonly feed: OddsFeedName;
      readonly ageMs: number;
      readonly odds: readonly { readonly side: GameOutcome; readonly raw: string }[];
    }
  | { readonly source: LineSource; readonly kind: NoLine['kind']; readonly why: NoLine };

/** What one market would be priced at now, and why not. */
export type MarketLine = {
  readonly market: MarketTicker;
  readonly title: string;
  readonly game: {
    readonly gameId: GameId;
    readonly league: League;
    readonly yesSide: GameOutcome;
    readonly startTimeMs: EpochMs;
    readonly phase: OddsPhase;
  } | null;
  readonly fair: FairValue | PricingRefusal;
  /** Since the oldest time that the fair value rests on; null without one. */
  readonly ageMs: number | null;
  readonly books: readonly BookNow[];
  readonly touch: {
    readonly sync: BookSync;
    readonly bid: Price | null;
    readonly ask: Price | null;
  };
};

/** Each followed market as pricing sees it at a time: by the same function that ticks are scored with. */
export function marketLines(
  inputs: readonly PricingInput[],
  pricing: FeederPricing,
  nowMs: EpochMs,
): readonly MarketLine[] {
  return inputs.map((input) => {
    const { market, mapping, sync, view, legs, forecast, state } = input;
    const fair = priceMarket({ mapping, legs, forecast, game: state, nowMs, pricing });
    const phase = mapping === null ? null : oddsPhaseOf(state, mapping.startTimeMs, nowMs);
    return {
      market: market.ticker,
      title: market.title,
      game:
        mapping === null || phase === null
          ? null
          : {
              gameId: mapping.gameId,
              league: mapping.league,
              yesSide: mapping.yesSide,
              startTimeMs: mapping.startTimeMs,
              phase,
            },
      fair,
      ageMs: fair.kind === 'refused' ? null : nowMs - fair.asOfMs,
      books:
        mapping === null || phase === null
          ? []
          : pricing.books.map((source) => bookNow(source, input, { pricing, phase, nowMs })),
      touch: { sync, bid: view.bids[0]?.price ?? null, ask: view.asks[0]?.price ?? null },
    };
  });
}

function bookNow(
  source: LineSource,
  { mapping, legs }: PricingInput,
  {
    pricing,
    phase,
    nowMs,
  }: { readonly pricing: FeederPricing; readonly phase: OddsPhase; readonly nowMs: EpochMs },
): BookNow {
  const outcomes = mapping === null ? [] : outcomesOf(mapping.league);
  const { limits } = pricing;
  const found = assembleLine({ legs, source, outcomes, phase, nowMs, limits });
  if (found.kind !== 'valid') return { source, kind: found.kind, why: found };
  return {
    source,
    kind: 'valid',
    feed: found.feed,
    ageMs: nowMs - found.asOfMs,
    odds: found.legs.map(({ side, quote }) => ({ side, raw: quote.raw })),
  };
}
