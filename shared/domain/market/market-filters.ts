import { complement, ONE_DOLLAR, type Price } from '../money/price.ts';
import { cost, type Money } from '../money/money.ts';
import type { Level } from './book-view.ts';
import { phaseOf } from './exchange-calendar.ts';
import type { EpochMs, Market, MarketTicker } from './market.ts';

/** A market as discovery sees it: what it is, and the top of its book on the YES scale. */
export type Candidate = {
  readonly market: Market;
  /** The exchange's category of its series, such as Sports; null where it is not known. */
  readonly category: string | null;
  /** Made of other markets' results: its quotes are placeholders (docs.kalshi.com, "Multivariate Events"). */
  readonly isCombo: boolean;
  readonly bid: Level | null;
  readonly ask: Level | null;
};

/** Which markets are looked at. What is null or empty is not asked for. */
export type MarketFilters = {
  /** In the exchange's words, whatever their case; empty for all of them. */
  readonly categories: readonly string[];
  /** One of the two sides must be at least this likely by the middle of the book; in millionths. */
  readonly minFavouriteMillionths: number | null;
  /** What can be traded at the best price, on the side that shows less; dollars at risk. */
  readonly minLiquidity: Money;
  readonly maxSpread: Price | null;
  /** Whether markets that nobody has looked into yet are left out. */
  readonly excludeResearchGaps: boolean;
  /** Markets and series that are known to need looking into before they are traded. */
  readonly researchGaps: ReadonlySet<MarketTicker>;
};

export const MARKET_FILTER_CODES = [
  'combo',
  'market_not_open',
  'category_not_wanted',
  'research_gap',
  'no_two_sided_quote',
  'spread_too_wide',
  'liquidity_too_low',
  'favourite_too_weak',
] as const;
export type MarketFilterCode = (typeof MARKET_FILTER_CODES)[number];

export type FilterVerdict =
  /** A research gap is shown also where it does not keep the market out. */
  | { readonly kind: 'kept'; readonly researchGap: boolean }
  | {
      readonly kind: 'refused';
      readonly code: MarketFilterCode;
      readonly numbers: Readonly<Record<string, number | string>>;
    };

const MILLIONTHS_PER_PRICE_UNIT = 1_000_000 / ONE_DOLLAR;

/**
 * Whether a market is one to look at; else the first reason against it, with its numbers. Prices are in 1e-4 dollars,
 * money in 1e-6, the favourite's probability in millionths: the middle between bid and ask of its side, which for NO is
 * one minus that of YES.
 */
export function filterMarket(
  candidate: Candidate,
  filters: MarketFilters,
  nowMs: EpochMs,
): FilterVerdict {
  const researchGap = isResearchGap(candidate.market, filters.researchGaps);
  return (
    refusedKind(candidate, filters, researchGap, nowMs) ??
    refusedQuote(candidate, filters) ?? { kind: 'kept', researchGap }
  );
}

function refusedKind(
  { market, category, isCombo }: Candidate,
  filters: MarketFilters,
  researchGap: boolean,
  nowMs: EpochMs,
): FilterVerdict | null {
  if (isCombo) return refused('combo', { ticker: market.ticker });
  const phase = phaseOf(market, nowMs);
  if (phase !== 'open') return refused('market_not_open', { status: market.status, phase });
  const wanted = filters.categories.map((name) => name.toLowerCase());
  if (wanted.length > 0 && !wanted.includes((category ?? '').toLowerCase()))
    return refused('category_not_wanted', { category: category ?? 'unknown' });
  return filters.excludeResearchGaps && researchGap
    ? refused('research_gap', { ticker: market.ticker, series: market.seriesTicker })
    : null;
}

/** Without a bid or an ask there is no price: only filters that ask for one refuse it. */
function refusedQuote({ bid, ask }: Candidate, filters: MarketFilters): FilterVerdict | null {
  const { maxSpread, minLiquidity, minFavouriteMillionths } = filters;
  if (maxSpread === null && minLiquidity === 0 && minFavouriteMillionths === null) return null;
  if (bid === null || ask === null)
    return refused('no_two_sided_quote', { bid: bid?.price ?? 'none', ask: ask?.price ?? 'none' });
  const spread = ask.price - bid.price;
  if (maxSpread !== null && spread > maxSpread)
    return refused('spread_too_wide', { spread, maxSpread, bid: bid.price, ask: ask.price });
  // To take costs YES the ask, and NO one minus the bid.
  const liquidity = Math.min(cost(ask.price, ask.count), cost(complement(bid.price), bid.count));
  if (liquidity < minLiquidity) return refused('liquidity_too_low', { liquidity, minLiquidity });
  if (minFavouriteMillionths === null) return null;
  const yes = ((bid.price + ask.price) / 2) * MILLIONTHS_PER_PRICE_UNIT;
  const favourite = Math.max(yes, 1_000_000 - yes);
  return favourite > minFavouriteMillionths
    ? null
    : refused('favourite_too_weak', { favourite, minFavouriteMillionths });
}

/** A gap is named by the market, its event or its series. */
function isResearchGap(market: Market, gaps: ReadonlySet<string>): boolean {
  return gaps.has(market.ticker) || gaps.has(market.eventTicker) || gaps.has(market.seriesTicker);
}

function refused(
  code: MarketFilterCode,
  numbers: Readonly<Record<string, number | string>>,
): FilterVerdict {
  return { kind: 'refused', code, numbers };
}
