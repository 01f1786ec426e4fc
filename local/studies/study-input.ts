import type { Resampling } from '../../shared/domain/reports/score-series.ts';
import { seededRng } from '../../shared/simulator/rng.ts';

/** Asked of every study: where the data is, and the seed of its resampling. */
export type StudyInput = {
  readonly dataDir: string;
  readonly seed: number;
  readonly resamples: number;
  readonly note: (text: string) => void;
};

/** A stream of chance of its own for each part of a study, so that one part does not move another. */
export function resamplingOf(
  { seed, resamples }: Pick<StudyInput, 'seed' | 'resamples'>,
  label: string,
): Resampling {
  const rng = seededRng(seed).fork(label);
  // A whole number below a few thousand from 53 bits: the bias of the product is nothing beside the resampling.
  return { resamples, draw: (below) => Math.floor(rng.uniform() * below) };
}
