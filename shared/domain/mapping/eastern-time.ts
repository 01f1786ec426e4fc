import type { EpochMs } from '../market/market.ts';

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
  const springMs = sundayOf(year, 3, 2) * DAY_MS + 2 * HOUR_MS;
  const autumnMs = sundayOf(year, 11, 1) * DAY_MS + HOUR_MS;
  if (wallMs >= springMs && wallMs < springMs + HOUR_MS) return null;
  if (wallMs >= autumnMs && wallMs < autumnMs + HOUR_MS) return null;
  const isSummer = wallMs >= springMs && wallMs < autumnMs;
  return wallMs + (isSummer ? 4 : 5) * HOUR_MS;
}

/** How many days the second date is after the first; null where one of them is none. */
export function daysBetween(from: EasternDate, to: EasternDate): number | null {
  const [a, b] = [partsOf(from), partsOf(to)];
  if (a === null || b === null) return null;
  return daysTo(b.year, b.month, b.day) - daysTo(a.year, a.month, a.day);
}

function partsOf(date: EasternDate): { year: number; month: number; day: number } | null {
  const [, year, month, day] = DATE.exec(date) ?? [];
  const parts = { year: Number(year), month: Number(month), day: Number(day) };
  const isDay =
    parts.year >= 2007 &&
    parts.month >= 1 &&
    parts.month <= 12 &&
    parts.day >= 1 &&
    parts.day <= 31;
  return isDay ? parts : null;
}

/** Days since 1970-01-01 of a day of the Gregorian calendar (H. Hinnant, "chrono-compatible low-level date algorithms"). */
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
