import type { EpochMs } from '../../domain/market/market.ts';
import type { Rng } from '../rng.ts';

/** Pieces of news before a game, each moving the expected margin by the same number of points either way. */
export const NEWS_COUNT = 6;
export const NEWS_POINTS = 0.5;

/** A piece of news: at its time the expected margin moves by `points`, in home's favour when positive. */
export type News = { readonly timeMs: EpochMs; readonly points: number };

/** Fair coin flips at random times of a window, in order of time. */
export function drawNews(
  rng: Rng,
  window: { readonly fromMs: EpochMs; readonly untilMs: EpochMs },
): readonly News[] {
  const times = Array.from({ length: NEWS_COUNT }, () =>
    Math.floor(window.fromMs + rng.uniform() * (window.untilMs - window.fromMs)),
  );
  return times
    .toSorted((a, b) => a - b)
    .map((timeMs) => ({ timeMs, points: rng.chance(0.5) ? NEWS_POINTS : -NEWS_POINTS }));
}

/**
 * Probabilities before the game as the mean over the news still to come: `tree[seen][good]` after `seen` pieces of
 * which `good` favoured home. `kickoff(points)` is the probability at kickoff when news moved the margin by `points`.
 * Being a mean of what follows, the probability is a martingale although it is not linear in the margin.
 */
export function newsTree(kickoff: (points: number) => number): readonly (readonly number[])[] {
  let row: readonly number[] = Array.from({ length: NEWS_COUNT + 1 }, (_, good) =>
    kickoff((2 * good - NEWS_COUNT) * NEWS_POINTS),
  );
  const rows = [row];
  for (let seen = NEWS_COUNT - 1; seen >= 0; seen -= 1) {
    const after = row;
    row = Array.from(
      { length: seen + 1 },
      (_, good) => ((after[good] ?? 0) + (after[good + 1] ?? 0)) / 2,
    );
    rows.push(row);
  }
  return rows.toReversed();
}
