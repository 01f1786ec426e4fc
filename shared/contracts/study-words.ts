import type { Estimate } from '../domain/reports/cluster-bootstrap.ts';
import type { ArbitrationStudyRecord, DevigSetRecord } from './study-record.ts';

/** Findings in words, the same on the terminal and on the page. */

/** `−0.00032 (−0.00049 to −0.00014)`. */
export function estimateText(estimate: Estimate | null, digits: number): string {
  if (estimate === null) return 'not known';
  const { value, low, high } = estimate;
  return `${fixed(value, digits)} (${fixed(low, digits)} to ${fixed(high, digits)})`;
}

/** A fixed number of digits with a true minus, and none before zero. */
export function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return /^-0(\.0*)?$/.test(text) ? text.slice(1) : text.replace('-', '−');
}

/** Log losses differ in the fifth digit: 1e-5 nats. */
export const LOSS_DIGITS = 5;

/** What the method of the defaults gains over proportional, and whether that is more than chance. */
export function againstProportional(set: DevigSetRecord): string {
  const { kept } = set;
  if (kept === 'proportional') return 'proportional is the method of the defaults';
  const difference =
    set.methods
      .find(({ name }) => name === kept)
      ?.differences.find(({ than }) => than === 'proportional')?.logLoss ?? null;
  if (difference === null) return `too few days to compare ${kept} with proportional`;
  const numbers = estimateText(difference, LOSS_DIGITS);
  if (difference.high < 0) return `${kept} is better than proportional: log loss ${numbers}`;
  return difference.low > 0
    ? `${kept} is worse than proportional: log loss ${numbers}`
    : `no difference between ${kept} and proportional that can be told from noise: log loss ${numbers}`;
}

/** Which method to use, and by how much. */
export function choiceText({ choice, methods }: DevigSetRecord): string {
  if (choice.kind === 'change')
    return `use ${choice.to} instead of ${choice.from}: log loss ${estimateText(choice.difference, LOSS_DIGITS)}`;
  const { kept, best, difference, wouldWinAlone } = choice;
  if (difference === null) return `keep ${kept}: no method has a lower log loss`;
  const numbers = estimateText(difference, LOSS_DIGITS);
  return wouldWinAlone
    ? `keep ${kept}: ${best} is lower by ${numbers}, and that does not hold when all ${methods.length - 1} alternatives are allowed for`
    : `keep ${kept}: nothing better that can be told from noise; the lowest is ${best}, by ${numbers}`;
}

/** `90 s`, `30 min`, `any age`. */
export function ageText(ms: number): string {
  if (ms >= 24 * 3_600_000) return 'any age';
  return ms < 120_000 ? `${ms / 1_000} s` : `${ms / 60_000} min`;
}

/** Whether every order of arrival made the same bytes, and those without the exchange's quotes too. */
export function ordersText({ orders }: ArbitrationStudyRecord): string {
  const same = orders.different === 1 ? 'the same bytes' : `${orders.different} different results`;
  const kalshi =
    orders.sha256 === orders.sha256WithoutKalshi
      ? 'without Kalshi’s quotes too'
      : 'and other bytes without Kalshi’s quotes';
  return `${grouped(orders.orders)} orders of arrival made ${same}, ${kalshi}: ${grouped(orders.results)} results each, ${grouped(orders.lines)} of them lines, sha256 ${orders.sha256.slice(0, 16)}`;
}

/** `1,845 before 2006, 136 no moneyline`: the number first, because a reason may end with one. */
export function countsText(counts: readonly (readonly [string, number])[]): string {
  return counts.map(([what, n]) => `${grouped(n)} ${what}`).join(', ');
}

/** `1,845`. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
