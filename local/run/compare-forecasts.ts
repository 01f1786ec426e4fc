import type { ForecastComparison, ForecastScore } from '../../shared/contracts/run-record.ts';
import type { EventTicker, MarketResult } from '../../shared/domain/market/market.ts';
import type { Probability } from '../../shared/domain/money/probability.ts';
import {
  brier,
  logLoss,
  reliability,
  type ScoredForecast,
} from '../../shared/domain/reports/probability-score.ts';

const BINS = 10;
/** Below this an interval would say more than the sample knows. */
const LEAST_FOR_INTERVAL = 30;
const Z_95 = 1.959963984540054;

export type ComparedForecast = {
  readonly event: EventTicker;
  readonly fair: Probability;
  readonly market: Probability;
  readonly result: MarketResult;
};

/** Scores our fair value and the exchange's price on the same outcomes; null when nothing can be scored. */
export function compareForecasts(
  forecasts: readonly ComparedForecast[],
  words: Pick<ForecastComparison, 'fairKind' | 'moment'> & {
    readonly fairLabel: string;
    readonly marketLabel: string;
  },
): ForecastComparison | null {
  const scored = forecasts.flatMap(({ event, fair, market, result }) => {
    if (result.kind === 'scalar') return [];
    const outcome = result.kind === 'yes' ? 1 : 0;
    return [{ event, fair: { probability: fair, outcome }, market: { probability: market, outcome } }];
  }) as readonly {
    readonly event: EventTicker;
    readonly fair: ScoredForecast;
    readonly market: ScoredForecast;
  }[];
  const fair = score(words.fairLabel, scored.map((one) => one.fair));
  const market = score(words.marketLabel, scored.map((one) => one.market));
  if (fair === null || market === null) return null;
  return {
    fairKind: words.fairKind,
    forecasts: scored.length,
    moment: words.moment,
    fair,
    market,
    logLossDifference95: differenceInterval(scored),
  };
}

function score(label: string, forecasts: readonly ScoredForecast[]): ForecastScore | null {
  const [brierScore, logLossScore] = [brier(forecasts), logLoss(forecasts)];
  if (brierScore === null || logLossScore === null) return null;
  return {
    label,
    brier: brierScore,
    logLoss: logLossScore,
    reliability: reliability(forecasts, BINS),
  };
}

/** Normal interval of the mean difference with one event as one observation: its markets settle together. */
function differenceInterval(
  scored: readonly {
    readonly event: EventTicker;
    readonly fair: ScoredForecast;
    readonly market: ScoredForecast;
  }[],
): readonly [number, number] | null {
  const byEvent = new Map<EventTicker, number[]>();
  for (const { event, fair, market } of scored) {
    const difference = (logLoss([fair]) ?? 0) - (logLoss([market]) ?? 0);
    byEvent.set(event, [...(byEvent.get(event) ?? []), difference]);
  }
  const means = [...byEvent.values()].map(
    (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  );
  if (means.length < LEAST_FOR_INTERVAL) return null;
  const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
  const variance =
    means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (means.length - 1);
  const reach = Z_95 * Math.sqrt(variance / means.length);
  return [mean - reach, mean + reach];
}
