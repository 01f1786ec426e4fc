import type { EpochMs } from '../market/market.ts';
import { invariant } from '../money/invariant.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** A day of the calendar, `2026-11-22`. */
export type EasternDate = string;

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;

/**
 * The time that a US Eastern wall clock shows. Daylight time holds from the second Sunday of March to the first of
 * November, changing at two in the morning (15 U.S.C. 260a, since 2007). Null for a day that is none and for a wall
 * clock that is shown twice or never.
 */
export function easternMs(
  date: EasternDate,
  time: { hour: number; minute: number },
): EpochMs | null {
  const parts = partsOf(date);
  const { hour, minute } = time;
  if (parts === null || hour > 23 || minute > 59) return null;
  const { year, month, day } = parts;
  const wallMs = daysTo(year, month, day) * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS;
  const { springMs, autumnMs } = changesOf(year);
  if (wallMs >= springMs && wallMs < springMs + HOUR_MS) return null;
  if (wallMs >= autumnMs && wallMs < autumnMs + HOUR_MS) return null;
  const isSummer = wallMs >= springMs && wallMs < autumnMs;
  return wallMs + (isSummer ? 4 : 5) * HOUR_MS;
}

/** A day of the US Eastern calendar, from its midnight to the next one: 23 to 25 hours. */
export type EasternDay = {
  readonly date: EasternDate;
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
};

/** The US Eastern day that a time lies in. The rules are those since 2007; an earlier time is a bug. */
export function easternDayOf(atMs: EpochMs): EasternDay {
  const days = easternDaysTo(atMs);
  const date = dateOf(days);
  return { date, fromMs: midnightOf(date), toMs: midnightOf(dateOf(days + 1)) };
}

/** The date of so many days since 1970-01-01 (H. Hinnant, "chrono-compatible low-level date algorithms"). */
export function dateOf(days: number): string {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const ofEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1_460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) /
      365,
  );
  const ofYear =
    ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(day)}`;
}

function midnightOf(date: EasternDate): EpochMs {
  const atMs = easternMs(date, { hour: 0, minute: 0 });
  invariant(atMs !== null, `midnight of ${date} is shown once: clocks change later in the night`);
  return atMs;
}

function twoDigits(count: number): string {
  return String(count).padStart(2, '0');
}

/**
 * The day that a US Eastern wall clock shows at any time, by the rules since 2007. A late game keeps its evening;
 * what a source says may be of any year.
 */
export function easternDateOf(timeMs: EpochMs): EasternDate {
  return dateOf(easternDaysTo(timeMs));
}

/** Yesterday, today and tomorrow, as a clock in US Eastern has them; a day of 23 or 25 hours is one of them. */
export function easternDaysAround(
  nowMs: EpochMs,
): readonly [EasternDate, EasternDate, EasternDate] {
  const today = easternDaysTo(nowMs);
  return [dateOf(today - 1), dateOf(today), dateOf(today + 1)];
}

/** Days from 1970-01-01 to the Eastern day of a time. */
function easternDaysTo(timeMs: EpochMs): number {
  // Standard time shows two o'clock when the clocks skip it, and one o'clock when they show it again.
  const winterMs = timeMs - 5 * HOUR_MS;
  const { springMs, autumnMs } = changesOf(
    Number(dateOf(Math.floor(winterMs / DAY_MS)).slice(0, 4)),
  );
  const isSummer = winterMs >= springMs && winterMs < autumnMs;
  return Math.floor((winterMs + (isSummer ? HOUR_MS : 0)) / DAY_MS);
}

/** How many days the second date is after the first; null where one of them is none. */
export function daysBetween(from: EasternDate, to: EasternDate): number | null {
  const [a, b] = [partsOf(from), partsOf(to)];
  if (a === null || b === null) return null;
  return daysTo(b.year, b.month, b.day) - daysTo(a.year, a.month, a.day);
}

/** From when a wall clock skips an hour, and from when it shows one twice. */
function changesOf(year: number): { readonly springMs: number; readonly autumnMs: number } {
  return {
    springMs: sundayOf(year, 3, 2) * DAY_MS + 2 * HOUR_MS,
    autumnMs: sundayOf(year, 11, 1) * DAY_MS + HOUR_MS,
  };
}

function partsOf(date: EasternDate): { year: number; month: number; day: number } | null {
  const [, year, month, day] = DATE.exec(date) ?? [];
  const parts = { year: Number(year), month: Number(month), day: Number(day) };
  if (!(parts.year >= 2007)) return null;
  // The 30th of February is no day.
  return dateOf(daysTo(parts.year, parts.month, parts.day)) === date ? parts : null;
}

/**
 * Days since 1970-01-01 of a day of the Gregorian calendar (H. Hinnant, "chrono-compatible low-level date
 * algorithms").
 */
function daysTo(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468
  );
}

/** The n-th Sunday of a month, in days since 1970-01-01, which was a Thursday. */
function sundayOf(year: number, month: number, nth: number): number {
  const first = daysTo(year, month, 1);
  const toSunday = (7 - ((first + 4) % 7)) % 7;
  return first + toSunday + 7 * (nth - 1);
}
