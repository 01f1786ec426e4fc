import type { GameOutcome } from '../market/market.ts';
import type { ArbitrationRuleName } from '../odds/arbitration.ts';
import type { BookLine, FairLine, LineRefusal } from './fair-line.ts';

/** What a line says, without its times and ages: another one is another version of the game's line. */
export type LineSaid = {
  /** Why there is none; null for a line. */
  readonly code: LineRefusal['code'] | null;
  readonly rule: ArbitrationRuleName | null;
  /** The fair probability of each outcome that the line has; none of a refusal. */
  readonly probabilities: Readonly<Partial<Record<GameOutcome, number>>>;
  readonly books: readonly Pick<BookLine, 'source' | 'feed' | 'method' | 'weight'>[];
};

/**
 * What a line, or the word that there is none, says. A function of the line alone; equal texts of it are one version.
 */
export function saidOf(line: FairLine | LineRefusal): LineSaid {
  if (line.kind === 'refused') return { code: line.code, rule: null, probabilities: {}, books: [] };
  return {
    code: null,
    rule: line.rule,
    probabilities: ofOutcomes(line, line.probabilities),
    books: line.books.map(({ source, feed, method, weight }) => ({ source, feed, method, weight })),
  };
}

/** Values that stand in the order of a line's outcomes, by outcome. */
export function ofOutcomes(
  { outcomes }: Pick<FairLine, 'outcomes'>,
  values: readonly number[],
): Readonly<Partial<Record<GameOutcome, number>>> {
  return Object.fromEntries(outcomes.map((outcome, at) => [outcome, values[at]]));
}
