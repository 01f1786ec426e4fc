import type { OddsDelivery } from './line.ts';

/** Bounds that are wider before the game than during it; null during it is never. */
export type PhaseLimits = { readonly pregame: number; readonly live: number | null };

/** How old a quote may be, and how far apart the legs of a line, by the source's own times. */
export type AgeLimits = {
  readonly quoteMaxAgeMs: PhaseLimits;
  readonly sideStalenessMs: PhaseLimits;
};

export type FreshnessLimits = Readonly<Record<OddsDelivery, AgeLimits>>;

/** A game before its start, or anything after it. */
export type OddsPhase = keyof PhaseLimits;

/**
 * Pushed odds: 30 s before the game, 5 s in play, and the legs of a line no further apart than that. Polled odds: once
 * and a half of the 60 s in which their source refreshes them, and never in play.
 */
export const STANDARD_LIMITS: FreshnessLimits = {
  pushed: {
    quoteMaxAgeMs: { pregame: 30_000, live: 5_000 },
    sideStalenessMs: { pregame: 30_000, live: 5_000 },
  },
  polled: {
    quoteMaxAgeMs: { pregame: 90_000, live: null },
    sideStalenessMs: { pregame: 30_000, live: null },
  },
};
