import type { EpochMs, GameOutcome } from '../market/market.ts';
import { assembleLine, type NoLine, type ValidLine } from './assembly.ts';
import type { FreshnessLimits, OddsPhase } from './freshness.ts';
import { LINE_SOURCES, type LineLeg, type LineSource } from './line.ts';

/** The rules by which sportsbooks speak, as configuration and the log at the start name them. */
export const ARBITRATION_RULES = [
  'pinnacle_only',
  'pinnacle_then_draftkings',
  'weighted_blend',
] as const;

export type ArbitrationRuleName = (typeof ARBITRATION_RULES)[number];

/** Which of the sportsbooks may speak, and with what weight. */
export type ArbitrationRule =
  | { readonly name: 'pinnacle_only' | 'pinnacle_then_draftkings' }
  | {
      readonly name: 'weighted_blend';
      /** Of each book; 0 is not asked. */
      readonly weights: Readonly<Record<LineSource, number>>;
      /** Fewer books with a usable line are no consensus. */
      readonly leastBooks: number;
    };

export type SourceReason = { readonly source: LineSource; readonly why: NoLine };

/** A book that speaks, and its share; shares of all that speak add up to one. */
export type WeightedLine = {
  readonly source: LineSource;
  readonly line: ValidLine;
  readonly weight: number;
};

export type Arbitration =
  | {
      readonly kind: 'line';
      readonly rule: ArbitrationRuleName;
      /** In the order of `LINE_SOURCES`. */
      readonly books: readonly WeightedLine[];
      /** Books that the rule asked and that had nothing. */
      readonly passedOver: readonly SourceReason[];
    }
  | {
      readonly kind: 'unavailable';
      readonly rule: ArbitrationRuleName;
      /** Books with a usable line that were too few for a blend; 0 otherwise. */
      readonly usable: number;
      readonly reasons: readonly SourceReason[];
    };

export type ArbitrationInput = {
  readonly legs: readonly LineLeg[];
  readonly outcomes: readonly GameOutcome[];
  readonly phase: OddsPhase;
  readonly nowMs: EpochMs;
  readonly limits: FreshnessLimits;
};

/** Whom the rules ask that ask in turn, the first to speak first. */
export const BOOKS_IN_TURN = {
  pinnacle_only: ['pinnacle'],
  pinnacle_then_draftkings: ['pinnacle', 'draftkings'],
} as const satisfies Readonly<Record<string, readonly LineSource[]>>;

/** The books that a rule may ask, the first to speak first. */
export function sourcesOfRule(rule: ArbitrationRule): readonly LineSource[] {
  return rule.name === 'weighted_blend'
    ? LINE_SOURCES.filter((source) => rule.weights[source] > 0)
    : BOOKS_IN_TURN[rule.name];
}

/** A rule in one text, for the log at the start: `weighted_blend of pinnacle 0.6, draftkings 0.4, at least 2`. */
export function describeRule(rule: ArbitrationRule): string {
  if (rule.name !== 'weighted_blend') return rule.name;
  const weights = sourcesOfRule(rule).map((source) => `${source} ${rule.weights[source]}`);
  return `${rule.name} of ${weights.join(', ')}, at least ${rule.leastBooks}`;
}

/**
 * Whose line counts now. In turn: the first in the rule's order that has a usable one. Blended: all that have one, by
 * weight, if they are enough. While the suspension of a book that is asked is fresh, nobody after it is asked, and no
 * blend is made: it has just seen a reason not to quote, and a line that has not yet moved is the one to lose money on.
 * The result depends on the set of legs only, not on their order or repetition.
 */
export function arbitrate(
  input: ArbitrationInput & { readonly rule: ArbitrationRule },
): Arbitration {
  const { rule } = input;
  return rule.name === 'weighted_blend'
    ? blend(input, rule)
    : firstUsable(input, rule.name, BOOKS_IN_TURN[rule.name]);
}

function firstUsable(
  input: ArbitrationInput,
  rule: ArbitrationRuleName,
  sources: readonly LineSource[],
): Arbitration {
  const reasons: SourceReason[] = [];
  for (const source of sources) {
    const line = assembleLine({ ...input, source });
    if (line.kind === 'valid')
      return { kind: 'line', rule, books: [{ source, line, weight: 1 }], passedOver: reasons };
    reasons.push({ source, why: line });
    if (line.kind === 'suspended') break;
  }
  return { kind: 'unavailable', rule, usable: 0, reasons };
}

function blend(
  input: ArbitrationInput,
  rule: Extract<ArbitrationRule, { name: 'weighted_blend' }>,
): Arbitration {
  const { name, weights, leastBooks } = rule;
  const lines: Omit<WeightedLine, 'weight'>[] = [];
  const reasons: SourceReason[] = [];
  for (const source of sourcesOfRule(rule)) {
    const line = assembleLine({ ...input, source });
    if (line.kind === 'valid') lines.push({ source, line });
    else reasons.push({ source, why: line });
  }
  const isSuspended = reasons.some(({ why }) => why.kind === 'suspended');
  if (isSuspended || lines.length < leastBooks)
    return { kind: 'unavailable', rule: name, usable: isSuspended ? 0 : lines.length, reasons };
  const total = lines.reduce((sum, { source }) => sum + weights[source], 0);
  const books = lines.map((one) => ({ ...one, weight: weights[one.source] / total }));
  return { kind: 'line', rule: name, books, passedOver: reasons };
}
