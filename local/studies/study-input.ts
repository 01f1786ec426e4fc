import type { DevigMethod } from '../../shared/domain/odds/devig.ts';
import type { Resampling } from '../../shared/domain/reports/score-series.ts';
import { seededRng } from '../../shared/simulator/rng.ts';

/** Asked of every study: where the data is, and the seed of its resampling. */
export type StudyInput = {
  readonly dataDir: string;
  readonly seed: number;
  readonly resamples: number;
  readonly note: (text: string) => void;
};

/** How each kind of book is de-vigged by the defaults. */
export type KeptMethods = { readonly pinnacle: DevigMethod; readonly others: DevigMethod };

/** The five leagues of soccer, as the source names their divisions. */
export const DIVISIONS = ['E0', 'F1', 'D1', 'I1', 'SP1'] as const;

/** Counts by reason of several files as one. */
export function addedCounts(
  counts: readonly Readonly<Record<string, number>>[],
): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const [reason, count] of counts.flatMap((one) => Object.entries(one)))
    sum[reason] = (sum[reason] ?? 0) + count;
  return sum;
}

/** A stream of chance of its own for each part of a study, so that one part does not move another. */
export function resamplingOf(
  { seed, resamples }: Pick<StudyInput, 'seed' | 'resamples'>,
  label: string,
): Resampling {
  const rng = seededRng(seed).fork(label);
  // A whole number below a few thousand from 53 bits: the bias of the product is nothing beside the resampling.
  return { resamples, draw: (below) => Math.floor(rng.uniform() * below) };
}
