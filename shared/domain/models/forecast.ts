import type { EpochMs, GameId } from '../market/market.ts';
import type { Probability } from '../money/probability.ts';

/** An immutable version of a probability model; a changed constant is a new version. */
export type ModelVersion = { readonly name: string; readonly version: string };

/** A model's probability that the home side wins, from what was known at `asOfMs` and nothing later. */
export type ModelForecast = {
  readonly model: ModelVersion;
  readonly gameId: GameId;
  readonly homeProbability: Probability;
  /** One standard deviation of the probability, as the model states it. */
  readonly uncertainty: number;
  readonly asOfMs: EpochMs;
};
