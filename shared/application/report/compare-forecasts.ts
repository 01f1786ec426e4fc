import type { ForecastComparison } from '../../contracts/run-record.ts';
import type { FairValue } from '../../domain/pricing/fair-value.ts';
import { modelVsMarket, type PairedForecast } from '../../domain/reports/model-vs-market.ts';
import type { MarketStats } from './run-stats.ts';

/** Below this many events an interval would say more than the sample knows. */
export const LEAST_FOR_INTERVAL = 30;

/** Scores our fair value and the exchange's price on the same outcomes; null when there are too few to score. */
export function compareForecasts(
  pairs: readonly PairedForecast[],
  words: Pick<ForecastComparison, 'fairKind' | 'moment'> & {
    readonly fairLabel: string;
    readonly marketLabel: string;
  },
): ForecastComparison | null {
  const scored = modelVsMarket(pairs);
  if (scored === null) return null;
  const { low, high } = scored.difference.logLoss;
  return {
    fairKind: words.fairKind,
    forecasts: scored.n,
    moment: words.moment,
    fair: { label: words.fairLabel, ...scored.model },
    market: { label: words.marketLabel, ...scored.market },
    logLossDifference95: scored.clusters < LEAST_FOR_INTERVAL ? null : [low, high],
  };
}

/**
 * Scores what was thought of each market just before its game against the middle of its book at that moment, on the
 * markets that have a result. Lines and models are not mixed: lines are scored when there are any.
 */
export function compareAtStart(markets: Iterable<MarketStats>): ForecastComparison | null {
  const paired = [...markets].flatMap(({ eventTicker, beforeStart, result }) => {
    if (beforeStart === null || result === null || result.kind === 'scalar') return [];
    const { fair, market } = beforeStart;
    const outcome = result.kind === 'yes' ? (1 as const) : (0 as const);
    return [
      { kind: fair.kind, pair: { cluster: eventTicker, model: fair.probability, market, outcome } },
    ];
  });
  const fairKind: FairValue['kind'] = paired.some(({ kind }) => kind === 'line') ? 'line' : 'model';
  return compareForecasts(
    paired.filter(({ kind }) => kind === fairKind).map(({ pair }) => pair),
    {
      fairKind,
      moment: `at the start, the ${fairKind === 'line' ? 'fair line' : 'model'} against the middle of the book`,
      fairLabel: fairKind === 'line' ? 'Fair line' : 'Model',
      marketLabel: 'Exchange price',
    },
  );
}
