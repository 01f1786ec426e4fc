/** Bounds that are wider before the game than during it. */
export type PhaseLimits = { readonly pregame: number; readonly live: number };

/** How old a pushed quote may be, and how far apart the two legs of a pair, by the source's own times. */
export type FreshnessLimits = {
  readonly quoteMaxAgeMs: PhaseLimits;
  readonly sideStalenessMs: PhaseLimits;
};

/** A game before its start, or anything after it. */
export type OddsPhase = keyof PhaseLimits;

/** Pushed odds: 30 s before the game, 5 s in play, and the legs of a pair no further apart than that. */
export const PUSHED_ODDS_LIMITS: FreshnessLimits = {
  quoteMaxAgeMs: { pregame: 30_000, live: 5_000 },
  sideStalenessMs: { pregame: 30_000, live: 5_000 },
};
