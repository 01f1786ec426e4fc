import type { EpochMs } from '../market/market.ts';
import type { ModelVersion } from '../models/forecast.ts';
import type { Probability } from '../money/probability.ts';
import type { ArbitrationRuleName, SourceReason } from '../odds/arbitration.ts';
import type { OddsSource } from '../odds/line.ts';
import type { BookLine } from './fair-line.ts';

/** One book's part in a fair value: `probability` is of YES by this book alone. */
export type FairBook = Omit<BookLine, 'probabilities'> & { readonly probability: Probability };

/** The probability that YES wins, where it came from and how old it is. */
export type FairValue =
  | {
      readonly kind: 'line';
      readonly probability: Probability;
      /** Half the range of what its books say by each of the compared de-vig methods. */
      readonly uncertainty: number;
      readonly rule: ArbitrationRuleName;
      /** Who spoke, with what odds of which times, by which method. */
      readonly books: readonly FairBook[];
      /** Who was asked and had nothing, and why. */
      readonly passedOver: readonly SourceReason[];
      /** The oldest source time of all legs. */
      readonly asOfMs: EpochMs;
    }
  | {
      readonly kind: 'model';
      readonly probability: Probability;
      readonly uncertainty: number;
      readonly model: ModelVersion;
      readonly asOfMs: EpochMs;
    };

/** The sportsbooks behind a fair value; a model has none. */
export function sourcesOf(fair: FairValue): readonly OddsSource[] {
  return fair.kind === 'line' ? fair.books.map(({ source }) => source) : [];
}

/** How old what a fair value rests on is, in milliseconds. */
export function ageOf(fair: FairValue, nowMs: EpochMs): number {
  return nowMs - fair.asOfMs;
}
