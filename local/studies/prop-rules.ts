import type { ArbitrationRule } from '../../shared/domain/odds/arbitration.ts';
import type { DevigMethod } from '../../shared/domain/odds/devig.ts';
import { STANDARD_LIMITS, type FreshnessLimits } from '../../shared/domain/odds/freshness.ts';
import type { LineSource } from '../../shared/domain/odds/line.ts';
import type { LineRules } from '../../shared/domain/pricing/fair-line.ts';
import { PROP_BOOKS } from './prop-legs.ts';

const MINUTE_MS = 60_000;

/** Longer than any quote lives: a book speaks as soon as it has once quoted. */
export const ANY_AGE_MS = 48 * 60 * MINUTE_MS;

/** Ages of a polled quote that are tried; the first is the configured one. */
export const MAX_AGES_MS: readonly number[] = [
  STANDARD_LIMITS.polled.quoteMaxAgeMs.pregame,
  ...[5, 15, 30, 45, 60, 90, 120].map((minutes) => minutes * MINUTE_MS),
  ANY_AGE_MS,
];

/** As configured, but for the age of a polled quote. */
export function limitsOf(maxAgeMs: number): FreshnessLimits {
  const { polled } = STANDARD_LIMITS;
  return {
    ...STANDARD_LIMITS,
    polled: { ...polled, quoteMaxAgeMs: { ...polled.quoteMaxAgeMs, pregame: maxAgeMs } },
  };
}

function weightsOf(books: readonly LineSource[]): Readonly<Record<LineSource, number>> {
  const of = (source: LineSource): number => (books.includes(source) ? 1 / books.length : 0);
  return {
    pinnacle: of('pinnacle'),
    draftkings: of('draftkings'),
    fanduel: of('fanduel'),
    betmgm: of('betmgm'),
    betrivers: of('betrivers'),
    caesars: of('caesars'),
  };
}

export const BLEND_NAME = 'blend of four, at least two';

/** The rules that can speak without Pinnacle: a blend of four books by equal weight, at least two; and one book alone. */
export const PROP_RULES: readonly { readonly name: string; readonly rule: ArbitrationRule }[] = [
  {
    name: BLEND_NAME,
    rule: { name: 'weighted_blend', weights: weightsOf(PROP_BOOKS), leastBooks: 2 },
  },
  {
    name: 'DraftKings alone',
    rule: { name: 'weighted_blend', weights: weightsOf(['draftkings']), leastBooks: 1 },
  },
];

/** How each book is de-vigged, and by which rule and limits lines are made. */
export function lineRules(
  rule: ArbitrationRule,
  maxAgeMs: number,
  method: Readonly<Record<LineSource, DevigMethod>>,
): LineRules {
  return { rule, method, limits: limitsOf(maxAgeMs) };
}
