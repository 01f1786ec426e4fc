import { easternDaysAround, type EasternDate } from '../../../domain/mapping/eastern-time.ts';
import type { EpochMs } from '../../../domain/market/market.ts';

/** Days of a board, both included: ESPN names days in US Eastern. Dates are in the order of time. */
export type BoardDays = { readonly first: EasternDate; readonly last: EasternDate };

/** Yesterday to tomorrow, as a clock in US Eastern has it. */
export function daysAround(nowMs: EpochMs): BoardDays {
  const [first, , last] = easternDaysAround(nowMs);
  return { first, last };
}

export function isWithin({ first, last }: BoardDays, date: EasternDate): boolean {
  return date >= first && date <= last;
}

/** `20261121-20261123`, as the parameter `dates` takes it. */
export function datesText({ first, last }: BoardDays): string {
  return `${first}-${last}`.replace(/(\d{4})-(\d\d)-(\d\d)/g, '$1$2$3');
}

const DATES = /^(\d{4})(\d\d)(\d\d)(?:-(\d{4})(\d\d)(\d\d))?$/;

/** What `dates` asks for: one day or a range. Null for anything else. */
export function daysOfText(text: string): BoardDays | null {
  const match = DATES.exec(text);
  if (match === null) return null;
  const day = (at: number): string => match.slice(at, at + 3).join('-');
  return { first: day(1), last: match[4] === undefined ? day(1) : day(4) };
}
