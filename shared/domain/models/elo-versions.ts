import type { ModelVersion } from './forecast.ts';
import { eloModel, type EloConstants, type EloState } from './elo.ts';
import type { RatingModel } from './rating-model.ts';

/**
 * FiveThirtyEight's NBA Elo with its published constants ("How We Calculate NBA Elo Ratings", 2015): K 20, home
 * advantage 100, margin multiplier (margin + 3)^0.8 / (7.5 + 0.006 × edge), three quarters of a rating carried over
 * toward 1505. Published ratings start with the league in 1946; here every team starts at 1500 in the first season of
 * the results given, so its first months are worth less than the published ones.
 */
const ELO_NBA_538: EloConstants = {
  version: { name: 'elo-nba-538', version: '1.0.0' },
  k: 20,
  homeAdvantage: 100,
  scale: 400,
  initialRating: 1500,
  margin: { kind: 'power', offset: 3, exponent: 0.8, base: 7.5, slope: 0.006 },
  carryOver: { share: 0.75, toward: 1505 },
};

/**
 * The house's own NBA constants: K 32 and home advantage 40, a plain Elo without margin of victory. The same three
 * quarters are carried over, toward the common start of 1500.
 */
const ELO_NBA_HOUSE: EloConstants = {
  version: { name: 'elo-nba-house', version: '1.0.0' },
  k: 32,
  homeAdvantage: 40,
  scale: 400,
  initialRating: 1500,
  margin: { kind: 'none' },
  carryOver: { share: 0.75, toward: 1500 },
};

/** Every Elo version there is. Never edited: a changed constant is a new entry. */
export const ELO_VERSIONS: readonly EloConstants[] = [ELO_NBA_538, ELO_NBA_HOUSE];

/** The two NBA models, the published one first. */
export const NBA_ELO_MODELS: readonly RatingModel<EloState>[] = ELO_VERSIONS.map(eloModel);

/** `name@version`, as reports and recordings name a model. */
export function modelLabel(version: ModelVersion): string {
  return `${version.name}@${version.version}`;
}
