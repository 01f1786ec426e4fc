import type { ForecastComparison } from '../../contracts/run-record.ts';
import { modelVsMarket, type PairedForecast } from '../../domain/reports/model-vs-market.ts';

/** Below this many events an interval would say more than the sample knows. */
const LEAST_FOR_INTERVAL = 30;

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
