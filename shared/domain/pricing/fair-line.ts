import type { EpochMs, GameOutcome } from '../market/market.ts';
import { invariant } from '../money/invariant.ts';
import { probability, type Probability } from '../money/probability.ts';
import {
  arbitrate,
  type ArbitrationRule,
  type ArbitrationRuleName,
  type SourceReason,
  type WeightedLine,
} from '../odds/arbitration.ts';
import type { NoLine } from '../odds/assembly.ts';
import { devig, type Devigged, type DevigMethod, type DevigRefusal } from '../odds/devig.ts';
import { MARGIN_NOISE } from '../odds/devig/solved.ts';
import type { FreshnessLimits, OddsPhase } from '../odds/freshness.ts';
import type { LineLeg, LineSource, OddsFeedName } from '../odds/line.ts';

/** How lines are made of legs, from configuration. */
export type LineRules = {
  readonly rule: ArbitrationRule;
  readonly method: Readonly<Record<LineSource, DevigMethod>>;
  readonly limits: FreshnessLimits;
};

/** One book's part in a line. */
export type BookLine = {
  readonly source: LineSource;
  readonly feed: OddsFeedName;
  readonly method: DevigMethod;
  /** Sum of the inverse odds less one. */
  readonly margin: number;
  /** Shin's share of money that knows the outcome; null for methods without insiders. */
  readonly z: number | null;
  /** Its share in the line; the shares of a line's books add up to one. */
  readonly weight: number;
  /** In the order of the outcomes. */
  readonly probabilities: readonly Probability[];
  readonly legs: readonly BookLeg[];
};

export type BookLeg = {
  readonly side: GameOutcome;
  readonly decimalOdds: number;
  readonly sourceTimeMs: EpochMs;
};

/** The fair probability of each outcome of a game, which books said it by which rule, and when. */
export type FairLine = {
  readonly kind: 'line';
  readonly rule: ArbitrationRuleName;
  readonly outcomes: readonly GameOutcome[];
  /** In the order of the outcomes; their sum is 1 within 1e-12. */
  readonly probabilities: readonly Probability[];
  /** Half the range of what these books say by each of the compared methods, of each outcome. */
  readonly uncertainties: readonly number[];
  readonly books: readonly BookLine[];
  /** Books that the rule asked first, or beside, and that had nothing: why these books spoke. */
  readonly passedOver: readonly SourceReason[];
  /** The oldest source time of all legs. */
  readonly asOfMs: EpochMs;
};

/** Why there is no line, with what is behind it. */
export type LineRefusal =
  | {
      readonly kind: 'refused';
      readonly code: LineRefusalCode;
      /** In the order of the rule; the first that knew anything gave the code. */
      readonly reasons: readonly SourceReason[];
    }
  | {
      readonly kind: 'refused';
      readonly code: 'devig_refused';
      readonly source: LineSource;
      readonly refusal: DevigRefusal | MarginRefusal;
    };

/** Odds that a method has an answer for, but that no book quotes as one line. */
export type MarginRefusal = {
  readonly kind: 'refused';
  readonly method: DevigMethod;
  readonly code: 'margin_too_large';
  readonly margin: number;
};

export type LineRefusalCode = (typeof LINE_CODES)[NoLine['kind']] | 'line_too_few_books';

const LINE_CODES = {
  missing: 'line_missing',
  waiting: 'line_waiting',
  expired: 'line_expired',
  stale_leg: 'line_stale_leg',
  suspended: 'line_suspended',
  not_in_play: 'line_not_in_play',
} as const satisfies Readonly<Record<NoLine['kind'], string>>;

/**
 * The largest margin of one book's line. Of 28,803 recorded lines of bookmakers (NFL moneylines, five soccer leagues)
 * none has more than 0.134, and one has less than zero; of 142,538 of tennis one in a thousand has more than 0.123, and
 * what is beyond 0.2 or below zero shows a slip in one of its two odds.
 */
const MOST_MARGIN = 0.2;

/** What a line is compared by, beside the configured method, to say how much the method matters here. */
const COMPARED: readonly DevigMethod[] = ['proportional', 'power', 'shin'];

/**
 * The fair line of one game from the legs of all books: arbitration, then each book's margin out by its own method,
 * then the mean by weight (Stone 1961, linear opinion pool). Odds that a book's method refuses make no line at all,
 * also in a blend: a book with impossible odds is not one to be left out quietly. Nor do, whatever the method, odds
 * that pay more than fair or keep more than `MOST_MARGIN`: sides of two moments or of two markets, or an outcome that
 * is missing. A function of the set of legs, never of their order.
 */
export function makeFairLine(input: {
  readonly legs: readonly LineLeg[];
  readonly outcomes: readonly GameOutcome[];
  readonly phase: OddsPhase;
  readonly nowMs: EpochMs;
  readonly rules: LineRules;
}): FairLine | LineRefusal {
  const { rules, outcomes } = input;
  const arbitration = arbitrate({ ...input, rule: rules.rule, limits: rules.limits });
  if (arbitration.kind === 'unavailable') {
    const { usable, reasons } = arbitration;
    const code = usable > 0 ? 'line_too_few_books' : refusalCode(reasons);
    return { kind: 'refused', code, reasons };
  }
  const books: BookLine[] = [];
  for (const weighted of arbitration.books) {
    const { source } = weighted;
    const book = bookLine(weighted, rules.method[source]);
    if ('code' in book) return { kind: 'refused', code: 'devig_refused', source, refusal: book };
    books.push(book);
  }
  return {
    kind: 'line',
    rule: arbitration.rule,
    outcomes,
    probabilities: blended(books, outcomes.length),
    uncertainties: halfRanges(books, outcomes.length),
    books,
    passedOver: arbitration.passedOver,
    asOfMs: Math.min(...arbitration.books.map(({ line }) => line.asOfMs)),
  };
}

function bookLine(
  { source, line, weight }: WeightedLine,
  method: DevigMethod,
): BookLine | DevigRefusal | MarginRefusal {
  const legs = line.legs.map(({ side, quote, sourceTimeMs }) => ({
    side,
    decimalOdds: quote.decimalOdds,
    sourceTimeMs,
  }));
  const fair = devig(
    method,
    legs.map(({ decimalOdds }) => decimalOdds),
  );
  if (fair.kind === 'refused') return fair;
  const { margin, probabilities } = fair;
  if (margin < -MARGIN_NOISE) return { kind: 'refused', method, code: 'negative_margin', margin };
  if (margin > MOST_MARGIN) return { kind: 'refused', method, code: 'margin_too_large', margin };
  const z = 'z' in fair ? fair.z : null;
  return { source, feed: line.feed, method, margin, z, weight, probabilities, legs };
}

/**
 * The mean by weight of each outcome. One book is left as it is; a sum of several is brought back to 1 exactly once.
 */
function blended(books: readonly BookLine[], outcomes: number): readonly Probability[] {
  const [only] = books;
  if (books.length === 1 && only !== undefined) return only.probabilities;
  const means = eachOutcome(outcomes, (at) =>
    books.reduce((sum, book) => sum + book.weight * answer(book, at), 0),
  );
  const total = means.reduce((sum, mean) => sum + mean, 0);
  return means.map((mean) => probability(mean / total));
}

function halfRanges(books: readonly BookLine[], outcomes: number): readonly number[] {
  const answers = books.flatMap((book) => [book, ...otherAnswers(book)]);
  return eachOutcome(outcomes, (at) => {
    const values = answers.map((each) => answer(each, at));
    return (Math.max(...values) - Math.min(...values)) / 2;
  });
}

/** What a book says by the methods that are compared and not its own; one that refuses its odds says nothing. */
function otherAnswers(book: BookLine): readonly Devigged[] {
  const odds = book.legs.map(({ decimalOdds }) => decimalOdds);
  return COMPARED.filter((method) => method !== book.method)
    .map((method) => devig(method, odds))
    .filter((result) => result.kind === 'devigged');
}

function eachOutcome<Value>(outcomes: number, valueAt: (at: number) => Value): readonly Value[] {
  return Array.from({ length: outcomes }, (_, at) => valueAt(at));
}

function answer({ probabilities }: BookLine | Devigged, at: number): Probability {
  const value = probabilities[at];
  invariant(value !== undefined, 'a line has a probability for each outcome');
  return value;
}

/** A suspension says why; else the first source in the rule's order of which anything is known. */
function refusalCode(reasons: readonly SourceReason[]): LineRefusalCode {
  if (reasons.some(({ why }) => why.kind === 'suspended')) return 'line_suspended';
  const telling = reasons.find(({ why }) => why.kind !== 'missing');
  return telling === undefined ? 'line_missing' : LINE_CODES[telling.why.kind];
}
