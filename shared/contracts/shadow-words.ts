import { MICROS_PER_CENT } from '../domain/money/money.ts';
import type { OfMany } from '../domain/reports/shadow-score.ts';
import type { ShadowRecord, ShadowRuleRecord } from './study-record.ts';
import { estimateText, grouped } from './study-words.ts';

/** Findings of the shadow bets in words, the same on the terminal and on the page. */

/** With fewer contracts, or fewer matches apart, an interval says more than the sample knows. */
export const FEW_BETS = 30;

/** Cents a contract, and cents a match: hundredths, and thousandths. */
export const CONTRACT_DIGITS = 2;
export const MATCH_DIGITS = 3;

/** `more than 5 ¢ after fees (strategy.minEdgeDollars)`. */
export function ruleText({ promise, minPerContract, isConfigured }: ShadowRuleRecord): string {
  const fees = promise === 'after_fee' ? 'after fees' : 'before fees';
  const setting = isConfigured ? ' (strategy.minEdgeDollars)' : '';
  return `more than ${minPerContract / MICROS_PER_CENT} ¢ ${fees}${setting}`;
}

/** The most contracts that any method buys by a rule. */
export function mostBets({ methods }: ShadowRuleRecord): number {
  return Math.max(0, ...methods.map(({ bets }) => bets));
}

/** Whether any method buys enough by a rule to be shown with intervals. */
export function saysSomething(rule: ShadowRuleRecord): boolean {
  return mostBets(rule) >= FEW_BETS;
}

/** What a rule shows, a sentence each: of the method of the defaults, and of all against proportional. */
export function ruleFindings(rule: ShadowRuleRecord, record: ShadowRecord): readonly string[] {
  const matches = grouped(record.matches);
  const most = mostBets(rule);
  if (most === 0) return [`nothing is bought in ${matches} matches, by any method`];
  if (most < FEW_BETS)
    return [
      `at most ${most} ${most === 1 ? 'contract' : 'contracts'} in ${matches} matches: too few to tell`,
    ];
  return [...ofKept(rule, record), ...ofAll(rule)];
}

function ofKept(
  { methods }: ShadowRuleRecord,
  { kept, yardsticks }: ShadowRecord,
): readonly string[] {
  const [ours, base] = [kept, 'proportional'].map((method) =>
    methods.find(({ name }) => name === method),
  );
  const difference = ours?.difference ?? null;
  if (difference === null) return ['proportional is the method of the defaults'];
  const { clv, value, profit } = difference;
  return [
    `${kept} buys ${grouped(ours?.bets ?? 0)} contracts, proportional ${grouped(base?.bets ?? 0)}`,
    `${kept} less proportional, cents a match by ${yardsticks[0]?.title ?? 'no close'}: CLV ${matchText(clv[0])}, shadow EV ${matchText(value[0])}, profit ${matchText(profit)}`,
  ];
}

function matchText(one: OfMany | undefined): string {
  return estimateText(one?.alone ?? null, MATCH_DIGITS);
}

/** Which methods differ from proportional when all the others are allowed for, and which earn anything at all. */
function ofAll({ methods }: ShadowRuleRecord): readonly string[] {
  const enough = methods.filter(({ bets }) => bets >= FEW_BETS);
  const earning = enough.filter(({ perContract }) =>
    perContract.value.every((one) => one !== null && one.low > 0),
  );
  const told = methods.flatMap(({ name, difference }) =>
    difference === null || difference.matchesApart < FEW_BETS ? [] : [{ name, difference }],
  );
  return [
    `shadow EV above nothing by every close: ${named(earning)}`,
    `CLV ${byCloses(told.map(({ name, difference }) => ({ name, sides: difference.clv.map(side) })))}`,
    `shadow EV ${byCloses(told.map(({ name, difference }) => ({ name, sides: difference.value.map(side) })))}`,
    `profit that differs from proportional’s: ${named(told.filter(({ difference }) => side(difference.profit) !== 0))}`,
  ];
}

/** Who is better or worse whatever close judges, and who only if one does. */
function byCloses(
  methods: readonly { readonly name: string; readonly sides: readonly number[] }[],
): string {
  const better = methods.filter(({ sides }) => sides.every((one) => one > 0));
  const worse = methods.filter(({ sides }) => sides.every((one) => one < 0));
  const depends = methods.filter(
    (one) =>
      !better.includes(one) && !worse.includes(one) && one.sides.some((value) => value !== 0),
  );
  return `against proportional, all comparisons allowed for: better by every close: ${named(better)}; worse by every close: ${named(worse)}; depending on the close: ${named(depends)}`;
}

function named(methods: readonly { readonly name: string }[]): string {
  return methods.length === 0 ? 'none' : methods.map(({ name }) => name).join(', ');
}

/** 1 above zero, −1 below, 0 when that cannot be told with all comparisons allowed for. */
function side({ ofMany }: OfMany): number {
  if (ofMany === null) return 0;
  return ofMany.low > 0 ? 1 : ofMany.high < 0 ? -1 : 0;
}
