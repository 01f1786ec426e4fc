import type { Edge } from '../edge/edge.ts';
import { findEdge } from '../edge/find-edge.ts';
import type { SkipReason } from '../decisions/skip-reason.ts';
import { phaseOf } from '../market/exchange-calendar.ts';
import type { EpochMs } from '../market/market.ts';
import type { MarketTick } from '../market/market-tick.ts';
import type { Contracts } from '../money/contracts.ts';
import type { FairValue } from '../pricing/fair-value.ts';
import { priceMarket, type PricingConfig } from '../pricing/price-market.ts';
import type { StrategyVersion } from './strategy-version.ts';

/** A market whose price is far enough from fair value; what it will become is for sizing and the gate to say. */
export type EntrySignal = {
  readonly kind: 'signal';
  readonly tick: MarketTick;
  readonly fair: FairValue;
  readonly edge: Edge;
  readonly decidedAtMs: EpochMs;
};

/** Why a tick did not become a signal; `fair` is there when the market could at least be priced. */
export type EntrySkip = {
  readonly kind: 'skip';
  readonly reason: SkipReason;
  readonly fair: FairValue | null;
};

export type EntryLimits = {
  readonly tickMaxAgeMs: number;
  readonly bookMaxAgeMs: number;
  /** No order is sized beyond this count, whatever the book shows. */
  readonly maxCount: Contracts;
};

/**
 * One tick's decision, a pure function of its arguments: may this market be looked at, what is it worth, does the
 * book offer more than the strategy asks after fees. Ages are taken at the later of our time and the feeder's: a clock
 * behind the feeder's makes no odds younger and no game later than they were when the tick left it.
 */
export function decideEntry(input: {
  readonly tick: MarketTick;
  readonly nowMs: EpochMs;
  readonly strategy: StrategyVersion;
  readonly pricing: PricingConfig;
  readonly limits: EntryLimits;
}): EntrySignal | EntrySkip {
  const { tick, strategy, pricing, limits } = input;
  const nowMs = Math.max(input.nowMs, tick.feederTimeMs);
  const untradable = untradableReason(tick, nowMs, strategy, limits);
  if (untradable !== null) return { kind: 'skip', reason: untradable, fair: null };
  const fair = priceMarket({
    mapping: tick.mapping,
    legs: tick.legs,
    forecast: tick.forecast,
    game: tick.game,
    nowMs,
    pricing,
  });
  if (fair.kind === 'refused') return { kind: 'skip', reason: fair.code, fair: null };
  const found = findEdge({
    fair: fair.probability,
    view: tick.book.view,
    fees: tick.market.fees,
    minPerContract: strategy.minEdgePerContract,
    maxCount: limits.maxCount,
  });
  if (found.kind === 'none') return { kind: 'skip', reason: found.code, fair };
  return { kind: 'signal', tick, fair, edge: found.edge, decidedAtMs: input.nowMs };
}

function untradableReason(
  tick: MarketTick,
  nowMs: EpochMs,
  strategy: StrategyVersion,
  limits: EntryLimits,
): SkipReason | null {
  if (nowMs - tick.feederTimeMs > limits.tickMaxAgeMs) return 'tick_too_old';
  const phase = phaseOf(tick.market, nowMs);
  if (phase !== 'open' && phase !== 'closed') return 'market_not_active';
  if (phase === 'closed' || nowMs >= tick.market.closeTimeMs - strategy.closeGuardMs)
    return 'market_closing';
  if (tick.book.sync === 'gapped') return 'book_gapped';
  if (nowMs - tick.book.exchangeTimeMs > limits.bookMaxAgeMs) return 'book_stale';
  return null;
}
