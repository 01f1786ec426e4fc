import { invariant } from '../../domain/money/invariant.ts';
import type { OddsLadder } from './book-profile.ts';

/** American odds of both legs of a two-way moneyline: whole numbers of absolute value 100 or more. */
export type PostedOdds = { readonly home: number; readonly away: number };

/**
 * The odds of a book that believes in a home probability: half the margin is laid on each side, which for two outcomes
 * is Shin's model of a book that fears insiders (Shin 1993), then each side is rounded to the nearest odds of the ladder.
 */
export function quoteOdds(quote: {
  readonly homeProbability: number;
  readonly margin: number;
  readonly ladder: OddsLadder;
}): PostedOdds {
  const { homeProbability, margin, ladder } = quote;
  return {
    home: americanOdds(homeProbability + margin / 2, ladder),
    away: americanOdds(1 - homeProbability + margin / 2, ladder),
  };
}

/** The nearest American odds of a ladder for inverse decimal odds in (0, 1). Even money is +100. */
export function americanOdds(inverseOdds: number, ladder: OddsLadder): number {
  invariant(
    inverseOdds > 0 && inverseOdds < 1,
    `odds pay something and are not free: their inverse is in (0, 1), not ${inverseOdds}`,
  );
  const isFavourite = inverseOdds > 0.5;
  const magnitude = isFavourite
    ? (100 * inverseOdds) / (1 - inverseOdds)
    : (100 * (1 - inverseOdds)) / inverseOdds;
  const step = ladder.find(({ below }) => magnitude < below)?.step ?? 1;
  const rounded = Math.max(100, Math.round(magnitude / step) * step);
  return isFavourite && rounded > 100 ? -rounded : rounded;
}

/** American odds as books write them: "+108", "-113". */
export function americanText(american: number): string {
  return american > 0 ? `+${american}` : `${american}`;
}
