import type { MarketRules } from '../market/settlement-facts.ts';
import { easternMs, type EasternDate } from './eastern-time.ts';
import { monthNumber } from './event-ticker.ts';
import type { EpochMs } from '../market/market.ts';

/**
 * What YES pays when the game ends level. `own_market`: the event has a market for it, and those of both sides pay
 * NO.
 */
export type TieRule = 'half' | 'pays_no' | 'own_market' | 'fair_price' | 'not_stated';

/** What becomes of a game that is not played when it was to be. */
export type PostponementRule =
  /** The market waits for so long; `otherwise` is what it pays afterwards. */
  | {
      readonly kind: 'waits';
      readonly hours: number;
      readonly otherwise: 'fair_price' | 'not_stated';
    }
  | { readonly kind: 'waits_without_limit' }
  | { readonly kind: 'fair_price' }
  | { readonly kind: 'not_stated' };

/** A rule and the sentence that states it. */
export type Stated<T> = { readonly rule: T; readonly quote: string | null };

export type RulesReading = {
  /** Who must win for YES: `If Buffalo wins the ...`. */
  readonly winner: Stated<string> | null;
  /** `Miami at Buffalo`, or `vs`, which names no host. What follows the second name may still hang on it. */
  readonly sides: Stated<{
    readonly first: string;
    readonly second: string;
    readonly isAt: boolean;
  }> | null;
  /** `originally scheduled for Nov 22, 2026 at 1:00 PM EST`; the start is null where no Eastern time is given. */
  readonly scheduled: Stated<{
    readonly date: EasternDate;
    readonly startMs: EpochMs | null;
  }> | null;
  readonly tie: Stated<TieRule>;
  readonly postponement: Stated<PostponementRule>;
  /** Two sentences that state different things. */
  readonly contradictions: readonly {
    readonly about: 'tie' | 'postponement';
    readonly quotes: readonly string[];
  }[];
};

const WINNER = /^If (?:the )?(.+?) wins? the (.+)$/i;
const SIDES = /^(.+?) (vs\.?|at|@) (.+?) (?:game|match|fight|bout)\b/i;
const SCHEDULED =
  /scheduled for ([A-Z][a-z]{2})[a-z]*\.? (\d{1,2}), (\d{4})(?: at (\d{1,2}):(\d\d) ([AP]M) E[SD]?T)?/;

/**
 * What the exchange's rules of a game winner state, by these patterns and nothing else: a sentence that none of them
 * knows states nothing. Sentences end with a full stop before a capital letter, but not after `St.` and `vs.`.
 */
export function readRules({ primary, secondary }: MarketRules): RulesReading {
  const first = sentencesOf(primary);
  const all = [...first, ...sentencesOf(secondary)];
  const tie = stated(all, tieRuleOf);
  const postponement = stated(all, waitOf);
  const then = all.find((sentence) => isOff(sentence) && FAIR_PRICE.test(sentence)) ?? null;
  return {
    ...winnerOf(first),
    scheduled: scheduledOf(all),
    tie: tie.first ?? { rule: 'not_stated', quote: null },
    postponement: postponementOf(all, postponement.first, then),
    contradictions: [
      ...(tie.isOne ? [] : [{ about: 'tie' as const, quotes: tie.quotes }]),
      ...(postponement.isOne
        ? []
        : [{ about: 'postponement' as const, quotes: postponement.quotes }]),
    ],
  };
}

function winnerOf(primary: readonly string[]): Pick<RulesReading, 'winner' | 'sides'> {
  for (const quote of primary) {
    const [, winner, rest] = WINNER.exec(quote) ?? [];
    if (winner === undefined || rest === undefined) continue;
    const [, first, word, second] = SIDES.exec(rest) ?? [];
    return {
      winner: { rule: winner, quote },
      sides:
        first === undefined || second === undefined
          ? null
          : { rule: { first, second, isAt: word === 'at' || word === '@' }, quote },
    };
  }
  return { winner: null, sides: null };
}

function scheduledOf(sentences: readonly string[]): RulesReading['scheduled'] {
  for (const quote of sentences) {
    const [, monthName = '', day = '', year = '', hour, minute, half] = SCHEDULED.exec(quote) ?? [];
    const month = monthNumber(monthName);
    if (month === null || day === '') continue;
    const date = `${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}`;
    const time = hour === undefined ? null : clockOf(Number(hour), Number(minute), half === 'PM');
    return { rule: { date, startMs: time === null ? null : easternMs(date, time) }, quote };
  }
  return null;
}

function clockOf(hour: number, minute: number, isPm: boolean): { hour: number; minute: number } {
  return { hour: (hour % 12) + (isPm ? 12 : 0), minute };
}

const LEVEL = /\b(?:tie|tied|ties|draw|drawn)\b/i;
const FAIR_PRICE = /fair (?:market )?(?:price|value)|last (?:traded|fair)\b.*price/i;
const SETTLES = /\b(?:resolves?|settles?|pays?|strike)\b/i;

/** The first that matches counts: a sentence of the tie's own market also says that the others pay NO. */
function tieRuleOf(sentence: string): TieRule | null {
  if (!LEVEL.test(sentence) || !SETTLES.test(sentence)) return null;
  if (/["“]?\btie["”]? (?:strike|market|outcome)|(?:tie|draw)\b.*\bto Yes\b/i.test(sentence))
    return 'own_market';
  if (/0?\.50\b|\b50 ?(?:cents|¢)|\b50[-/ ]50\b|\bhalf\b/i.test(sentence)) return 'half';
  if (FAIR_PRICE.test(sentence)) return 'fair_price';
  return /\bto No\b/i.test(sentence) ? 'pays_no' : null;
}

const NUMBERS = 'zero one two three four five six seven eight nine ten'.split(' ');
const WAIT = /\b(?:within|over|than|beyond) (\d+|[a-z]+) (hour|day|week)s?\b/i;
const HOURS = { hour: 1, day: 24, week: 168 } as const;

function isOff(sentence: string): boolean {
  return /postpone|delay|reschedul|cancel|\bnot (?:been )?(?:started|start|begun|begin|played)\b/i.test(
    sentence,
  );
}

/** The hours for which a market waits for a game that was put off. */
function waitOf(sentence: string): number | null {
  if (!isOff(sentence)) return null;
  const [, count = '', unit = ''] = WAIT.exec(sentence) ?? [];
  const number = /^\d+$/.test(count) ? Number(count) : NUMBERS.indexOf(count.toLowerCase());
  const hours = unit === '' ? 0 : HOURS[unit.toLowerCase() as keyof typeof HOURS];
  return number > 0 && hours > 0 ? number * hours : null;
}

function postponementOf(
  sentences: readonly string[],
  wait: Stated<number> | null,
  then: string | null,
): Stated<PostponementRule> {
  if (wait !== null) {
    const after = then === null ? 'not_stated' : 'fair_price';
    const rule = { kind: 'waits', hours: wait.rule, otherwise: after } as const;
    return { rule, quote: wait.quote };
  }
  const open = sentences.find((one) => /postpone|delay/i.test(one) && /\bopen\b/i.test(one));
  if (open !== undefined) return { rule: { kind: 'waits_without_limit' }, quote: open };
  if (then !== null && /postpone|reschedul/i.test(then))
    return { rule: { kind: 'fair_price' }, quote: then };
  return { rule: { kind: 'not_stated' }, quote: null };
}

function stated<T>(
  sentences: readonly string[],
  ruleOf: (sentence: string) => T | null,
): {
  readonly first: Stated<T> | null;
  readonly isOne: boolean;
  readonly quotes: readonly string[];
} {
  const found = sentences.flatMap((quote) => {
    const rule = ruleOf(quote);
    return rule === null ? [] : [{ rule, quote }];
  });
  return {
    first: found[0] ?? null,
    isOne: new Set(found.map(({ rule }) => rule)).size <= 1,
    quotes: found.map(({ quote }) => quote),
  };
}

function sentencesOf(text: string): readonly string[] {
  return text
    .split(/(?<=[.!?])(?<!\b(?:St|vs)\.)\s+(?=["“A-Z])|\n+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}
