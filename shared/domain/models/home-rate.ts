import type { EpochMs, GameId } from '../market/market.ts';
import { invariant } from '../money/invariant.ts';
import { probability } from '../money/probability.ts';
import type { ModelForecast, ModelVersion } from './forecast.ts';

/** How often the home side won in one season that is over. */
export type HomeRate = {
  readonly model: ModelVersion;
  readonly games: number;
  readonly homeWins: number;
  /** When the season was over and its last result known. */
  readonly asOfMs: EpochMs;
};

/**
 * The plainest forecast there is: the share of home wins of an earlier season, the same for every game, with the standard
 * error of that share (binomial, √(p(1−p)/n)) as its uncertainty. It knows nothing of teams, pitchers or form; the error
 * says how well the share is known, not how far a single game lies from it. Needs a season with at least one game.
 */
export function homeRateForecast(rate: HomeRate, gameId: GameId): ModelForecast {
  const { games, homeWins, model, asOfMs } = rate;
  invariant(games > 0, 'a share needs at least one game');
  const share = homeWins / games;
  return {
    model,
    gameId,
    homeProbability: probability(share),
    uncertainty: Math.sqrt((share * (1 - share)) / games),
    asOfMs,
  };
}
