import { clampProbability, type Probability } from '../money/probability.ts';

/** A forecast and what came of it: 1 when it happened. */
export type ScoredForecast = { readonly probability: Probability; readonly outcome: 0 | 1 };

/** Brier score (Brier 1950), mean squared error of the probabilities: 0 is perfect, 0.25 a coin. Null without forecasts. */
export function brier(forecasts: readonly ScoredForecast[]): number | null {
  return meanOf(forecasts, ({ probability, outcome }) => (probability - outcome) ** 2);
}

/** Probabilities are kept this far from 0 and 1 under the logarithm, so that one certain error costs 34.5, not infinity. */
export const LOG_LOSS_FLOOR = 1e-15;

/** Logarithmic score (Good 1952) in nats, mean of −ln of the probability given to what happened. Null without forecasts. */
export function logLoss(forecasts: readonly ScoredForecast[]): number | null {
  return meanOf(forecasts, ({ probability, outcome }) => {
    const given = outcome === 1 ? probability : 1 - probability;
    return -Math.log(Math.max(LOG_LOSS_FLOOR, given));
  });
}

/** An interval that holds the true share in 95 of 100 cases. */
export type Interval = { readonly low: Probability; readonly high: Probability };

/** The 97.5 % quantile of the normal distribution. */
const Z_95 = 1.959963984540054;

/**
 * Wilson's score interval (Wilson 1927) at 95 % for `hits` of `n`; unlike the normal approximation it holds for small n
 * and shares near 0 and 1. `n` is positive.
 */
export function wilsonInterval(hits: number, n: number): Interval {
  const share = hits / n;
  const z2 = Z_95 ** 2;
  const centre = share + z2 / (2 * n);
  const spread = Z_95 * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  const scale = 1 + z2 / n;
  return {
    low: clampProbability((centre - spread) / scale),
    high: clampProbability((centre + spread) / scale),
  };
}

/** Forecasts of one range of probabilities, `from` included and `to` not (but 1 is in the last), against what happened. */
export type ReliabilityBin = {
  readonly from: number;
  readonly to: number;
  readonly n: number;
  readonly meanForecast: number;
  readonly observedShare: number;
  readonly interval: Interval;
};

/** The reliability diagram over `bins` ranges of equal width. Ranges without forecasts are left out. */
export function reliability(
  forecasts: readonly ScoredForecast[],
  bins: number,
): readonly ReliabilityBin[] {
  const groups: ScoredForecast[][] = Array.from({ length: bins }, () => []);
  for (const forecast of forecasts)
    groups[Math.min(bins - 1, Math.floor(forecast.probability * bins))]?.push(forecast);
  return groups.flatMap((group, index) => {
    const n = group.length;
    if (n === 0) return [];
    const hits = group.filter(({ outcome }) => outcome === 1).length;
    return {
      from: index / bins,
      to: (index + 1) / bins,
      n,
      meanForecast: group.reduce((sum, { probability }) => sum + probability, 0) / n,
      observedShare: hits / n,
      interval: wilsonInterval(hits, n),
    };
  });
}

/**
 * Expected calibration error (Naeini and others 2015): distance between forecast and observed share, averaged over the
 * bins by their count. Null without forecasts.
 */
export function expectedCalibrationError(bins: readonly ReliabilityBin[]): number | null {
  const n = bins.reduce((sum, bin) => sum + bin.n, 0);
  if (n === 0) return null;
  const weighted = bins.reduce(
    (sum, bin) => sum + bin.n * Math.abs(bin.meanForecast - bin.observedShare),
    0,
  );
  return weighted / n;
}

function meanOf(
  forecasts: readonly ScoredForecast[],
  loss: (forecast: ScoredForecast) => number,
): number | null {
  if (forecasts.length === 0) return null;
  return forecasts.reduce((sum, forecast) => sum + loss(forecast), 0) / forecasts.length;
}
