import { invariant } from '../money/invariant.ts';
import { clampProbability } from '../money/probability.ts';
import type { ModelVersion } from './forecast.ts';
import type { Fixture, GameResult, RatingForecast, RatingModel, TeamName } from './rating-model.ts';

/** How much more a wide win teaches than a narrow one; `edge` below is the winner's rating less the loser's, home advantage included. */
export type MarginMultiplier =
  | { readonly kind: 'none' }
  /** ((margin + offset) ^ exponent) / (base + slope × edge): FiveThirtyEight's NBA form. */
  | {
      readonly kind: 'power';
      readonly offset: number;
      readonly exponent: number;
      readonly base: number;
      readonly slope: number;
    }
  /** ln(margin + 1) × base / (base + slope × edge): FiveThirtyEight's NFL form; a tie counts ln 2 × base, as published. */
  | { readonly kind: 'logarithm'; readonly base: number; readonly slope: number };

/** The constants of one Elo. Ratings are in Elo points; `scale` points are odds of ten to one. */
export type EloConstants = {
  readonly version: ModelVersion;
  readonly k: number;
  readonly homeAdvantage: number;
  readonly scale: number;
  readonly initialRating: number;
  /** Ratings that do not start at `initialRating`. */
  readonly initialRatings?: ReadonlyMap<TeamName, number>;
  readonly margin: MarginMultiplier;
  /** At a team's first game of a new season: rating × share + toward × (1 − share). */
  readonly carryOver: { readonly share: number; readonly toward: number };
};

type Rated = { readonly rating: number; readonly season: number };
export type EloState = { readonly teams: ReadonlyMap<TeamName, Rated> };

/**
 * An Elo rating (Elo 1978) with home advantage, margin of victory and carry-over between seasons. A draw counts half.
 * What the winner gains the loser loses, so ratings sum to a constant within a season.
 *
 * Uncertainty: with a constant gain K the rating of a team of constant strength keeps wandering around it with the
 * stationary variance K·scale / (2 ln 10) (the update linearised around the truth), so a difference of two ratings has
 * twice that, and by the delta method the probability has the standard deviation p(1 − p)·√(K·ln 10 / scale). It leaves
 * out that strengths change and that young ratings have not settled: a lower bound.
 */
export function eloModel(constants: EloConstants): RatingModel<EloState> {
  const { k, scale, version } = constants;
  invariant(k > 0 && scale > 0, 'an Elo has a positive K and scale');
  const spread = Math.sqrt((k * Math.LN10) / scale);
  return {
    version,
    initial: { teams: new Map() },
    rate(state, results) {
      const teams = new Map(state.teams);
      for (const result of results) rateGame(constants, teams, result);
      return { teams };
    },
    predict(state, fixture): RatingForecast {
      const p = winProbability(ratingGap(constants, state.teams, fixture), scale);
      return { homeProbability: clampProbability(p), uncertainty: p * (1 - p) * spread };
    },
  };
}

/** A team's rating as it enters a season, the carry-over applied once however many seasons it missed. */
export function eloRating(
  constants: EloConstants,
  teams: EloState['teams'],
  team: TeamName,
  season: number,
): number {
  const rated = teams.get(team);
  if (rated === undefined) return constants.initialRatings?.get(team) ?? constants.initialRating;
  if (rated.season === season) return rated.rating;
  const { share, toward } = constants.carryOver;
  return rated.rating * share + toward * (1 - share);
}

/** 1 / (1 + 10^(−gap / scale)): the probability that a side ahead by `gap` points wins. */
export function winProbability(gap: number, scale: number): number {
  return 1 / (1 + 10 ** (-gap / scale));
}

function ratingGap(
  constants: EloConstants,
  teams: EloState['teams'],
  fixture: Pick<Fixture, 'home' | 'away' | 'season' | 'neutral'>,
): number {
  const home = eloRating(constants, teams, fixture.home, fixture.season);
  const away = eloRating(constants, teams, fixture.away, fixture.season);
  return home - away + (fixture.neutral ? 0 : constants.homeAdvantage);
}

function rateGame(constants: EloConstants, teams: Map<TeamName, Rated>, result: GameResult): void {
  const { home, away, season } = result;
  invariant(home !== away, `a team does not play itself: ${home}`);
  const gap = ratingGap(constants, teams, result);
  const margin = result.homeScore - result.awayScore;
  const score = margin > 0 ? 1 : margin < 0 ? 0 : 0.5;
  const multiplier = marginMultiplier(constants.margin, Math.abs(margin), Math.sign(margin) * gap);
  const change = constants.k * multiplier * (score - winProbability(gap, constants.scale));
  teams.set(home, { season, rating: eloRating(constants, teams, home, season) + change });
  teams.set(away, { season, rating: eloRating(constants, teams, away, season) - change });
}

/** The multiplier of a game won by `margin` points by a side that was ahead by `edge` Elo points. */
export function marginMultiplier(form: MarginMultiplier, margin: number, edge: number): number {
  switch (form.kind) {
    case 'none':
      return 1;
    case 'power':
      return (margin + form.offset) ** form.exponent / (form.base + form.slope * edge);
    case 'logarithm':
      return margin === 0
        ? Math.LN2 * form.base
        : (Math.log(margin + 1) * form.base) / (form.base + form.slope * edge);
  }
}
