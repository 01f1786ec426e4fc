import { Temporal } from 'temporal-polyfill';
import type { EpochMs } from '../../../domain/market/market.ts';

/** ESPN names days in US Eastern, and so do the exchange's tickers. */
const EASTERN = 'America/New_York';

/** Looks at a board ask for the same few days again and again. */
const DAYS = new Map<EpochMs, string>();
const MOST_DAYS = 4_096;

/** The day of a time in US Eastern, `2026-11-22`. A late game keeps its evening. */
export function easternDateOf(timeMs: EpochMs): string {
  const known = DAYS.get(timeMs);
  if (known !== undefined) return known;
  const day = Temporal.Instant.fromEpochMilliseconds(timeMs)
    .toZonedDateTimeISO(EASTERN)
    .toPlainDate()
    .toString();
  if (DAYS.size >= MOST_DAYS) DAYS.clear();
  DAYS.set(timeMs, day);
  return day;
}

/** Days of a board, both included. Texts of this form are in the order of time. */
export type EasternDays = { readonly first: string; readonly last: string };

/** Yesterday to tomorrow, as a clock in US Eastern has it. */
export function daysAround(nowMs: EpochMs): EasternDays {
  const today = Temporal.Instant.fromEpochMilliseconds(nowMs)
    .toZonedDateTimeISO(EASTERN)
    .toPlainDate();
  return {
    first: today.subtract({ days: 1 }).toString(),
    last: today.add({ days: 1 }).toString(),
  };
}

/** When the next day begins in US Eastern. */
export function nextEasternDayMs(nowMs: EpochMs): EpochMs {
  return Temporal.Instant.fromEpochMilliseconds(nowMs)
    .toZonedDateTimeISO(EASTERN)
    .startOfDay()
    .add({ days: 1 })
    .startOfDay().epochMilliseconds;
}

export function isWithin({ first, last }: EasternDays, date: string): boolean {
  return date >= first && date <= last;
}

/** `20261121-20261123`, as the parameter `dates` takes it. */
export function datesText({ first, last }: EasternDays): string {
  return `${first}-${last}`.replace(/(\d{4})-(\d\d)-(\d\d)/g, '$1$2$3');
}

const DATES = /^(\d{4})(\d\d)(\d\d)(?:-(\d{4})(\d\d)(\d\d))?$/;

/** What `dates` asks for: one day or a range. Null for anything else. */
export function daysOfText(text: string): EasternDays | null {
  const match = DATES.exec(text);
  if (match === null) return null;
  const day = (at: number): string => match.slice(at, at + 3).join('-');
  return { first: day(1), last: match[4] === undefined ? day(1) : day(4) };
}
