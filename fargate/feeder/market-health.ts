import { phaseOf, type MarketPhase } from '../../shared/domain/market/exchange-calendar.ts';
import type { EpochMs, MarketTicker } from '../../shared/domain/market/market.ts';
import type { BookSync } from '../../shared/domain/market/market-tick.ts';
import type { DirectoryEntry } from './feeder-parts.ts';
import type { MarketFreshness } from './session.ts';

/** One market as the feeder knows it now; ages in milliseconds, null where nothing has come yet. */
export type MarketHealth = {
  readonly market: MarketTicker;
  readonly phase: MarketPhase;
  readonly book: BookSync;
  /** Since the exchange's time up to which the book is known to be whole. */
  readonly bookAgeMs: number | null;
  readonly lineAgeMs: number | null;
  readonly gameAgeMs: number | null;
  /** Since its last tick was said. */
  readonly tickAgeMs: number | null;
  readonly researchGap: boolean;
};

/** The freshness of each market at a time, with what discovery says of it. */
export function marketHealth(
  freshness: readonly MarketFreshness[],
  entries: Iterable<DirectoryEntry>,
  nowMs: EpochMs,
): readonly MarketHealth[] {
  const gaps = new Set<MarketTicker>();
  for (const { market, researchGap } of entries) if (researchGap === true) gaps.add(market.ticker);
  const ageOf = (timeMs: EpochMs | null): number | null =>
    timeMs === null || timeMs <= 0 ? null : nowMs - timeMs;
  return freshness.map(({ market, sync, bookTimeMs, lineTimeMs, gameTimeMs, publishedMs }) => ({
    market: market.ticker,
    phase: phaseOf(market, nowMs),
    book: sync,
    bookAgeMs: ageOf(bookTimeMs),
    lineAgeMs: ageOf(lineTimeMs),
    gameAgeMs: ageOf(gameTimeMs),
    tickAgeMs: ageOf(publishedMs),
    researchGap: gaps.has(market.ticker),
  }));
}
