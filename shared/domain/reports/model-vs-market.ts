import { invariant } from '../money/invariant.ts';
import type { Probability } from '../money/probability.ts';
import {
  brier,
  logLoss,
  LOG_LOSS_FLOOR,
  reliability,
  type ReliabilityBin,
  type ScoredForecast,
} from './probability-score.ts';

/** What a model and the market said of the same thing at the same time, and what came of it. */
export type PairedForecast = {
  /** Forecasts of one event are not independent of each other; those of two clusters are. */
  readonly cluster: string;
  readonly model: Probability;
  readonly market: Probability;
  readonly outcome: 0 | 1;
};

export type Scores = {
  readonly brier: number;
  /** Nats. */
  readonly logLoss: number;
  readonly reliability: readonly ReliabilityBin[];
};

/** Mean loss of the model less that of the market, negative when the model is better, with its 95 % interval. */
export type PairedDifference = {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly verdict: 'model_better' | 'market_better' | 'undecided';
};

export type ModelVsMarket = {
  readonly n: number;
  readonly clusters: number;
  readonly model: Scores;
  readonly market: Scores;
  readonly difference: { readonly brier: PairedDifference; readonly logLoss: PairedDifference };
};

const BINS = 10;
const Z_95 = 1.959963984540054;

/**
 * Scores a model against the market on the same opportunities. The interval is that of the mean paired difference with a
 * cluster-robust standard error (Liang and Zeger 1986, small-sample factor g / (g − 1)) and the normal quantile. Null for
 * fewer than two clusters.
 */
export function modelVsMarket(pairs: readonly PairedForecast[]): ModelVsMarket | null {
  const clusters = new Set(pairs.map(({ cluster }) => cluster)).size;
  if (clusters < 2) return null;
  const ofModel = pairs.map(({ model, outcome }) => ({ probability: model, outcome }));
  const ofMarket = pairs.map(({ market, outcome }) => ({ probability: market, outcome }));
  return {
    n: pairs.length,
    clusters,
    model: scores(ofModel),
    market: scores(ofMarket),
    difference: {
      brier: pairedDifference(pairs, (p, outcome) => (p - outcome) ** 2),
      logLoss: pairedDifference(
        pairs,
        (p, outcome) => -Math.log(Math.max(LOG_LOSS_FLOOR, outcome === 1 ? p : 1 - p)),
      ),
    },
  };
}

function scores(forecasts: readonly ScoredForecast[]): Scores {
  const [squared, logarithmic] = [brier(forecasts), logLoss(forecasts)];
  invariant(squared !== null && logarithmic !== null, 'there are forecasts to score');
  return { brier: squared, logLoss: logarithmic, reliability: reliability(forecasts, BINS) };
}

function pairedDifference(
  pairs: readonly PairedForecast[],
  loss: (p: Probability, outcome: 0 | 1) => number,
): PairedDifference {
  const differences = pairs.map(({ cluster, model, market, outcome }) => ({
    cluster,
    value: loss(model, outcome) - loss(market, outcome),
  }));
  const n = differences.length;
  const mean = differences.reduce((sum, { value }) => sum + value, 0) / n;
  const byCluster = new Map<string, number>();
  for (const { cluster, value } of differences)
    byCluster.set(cluster, (byCluster.get(cluster) ?? 0) + value - mean);
  const g = byCluster.size;
  const squares = [...byCluster.values()].reduce((sum, value) => sum + value ** 2, 0);
  const half = (Z_95 * Math.sqrt((g / (g - 1)) * squares)) / n;
  const [low, high] = [mean - half, mean + half];
  const verdict = high < 0 ? 'model_better' : low > 0 ? 'market_better' : 'undecided';
  return { mean, low, high, verdict };
}
