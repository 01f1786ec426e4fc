import type { EpochMs } from '../domain/market/market.ts';

/** Why a text is not a time: not of the form, no such day or hour, or outside what the unit can count exactly. */
export type TimeTextRefusal = {
  readonly kind: 'refused';
  readonly code: 'not_rfc3339' | 'no_such_time' | 'out_of_range';
  readonly text: string;
};

/** A text without a zone is refused, or read as UTC where the feed's own page says that it is. */
export type ZoneRule = 'zone_required' | 'utc_when_absent';

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|\+00:00)?$/;
const SECONDS_PER_DAY = 86_400;

/**
 * Reads an RFC 3339 time in UTC as microseconds since 1970, with 0 to 9 digits of the second (vendors trim trailing
 * zeros); digits beyond the sixth are cut off. Leap seconds, other zones and days that do not exist are refused.
 */
export function parseRfc3339Micros(text: string, zone: ZoneRule): number | TimeTextRefusal {
  const refused = (code: TimeTextRefusal['code']): TimeTextRefusal => ({
    kind: 'refused',
    code,
    text: text.slice(0, 64),
  });
  const match = RFC3339.exec(text);
  if (match === null) return refused('not_rfc3339');
  if (match[8] === undefined && zone === 'zone_required') return refused('not_rfc3339');
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map(Number);
  if (month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month))
    return refused('no_such_time');
  if (hour > 23 || minute > 59 || second > 59) return refused('no_such_time');
  const seconds =
    daysSinceEpoch(year, month, day) * SECONDS_PER_DAY + hour * 3_600 + minute * 60 + second;
  const micros = seconds * 1_000_000 + Number((match[7] ?? '').slice(0, 6).padEnd(6, '0'));
  return Number.isSafeInteger(micros) ? micros : refused('out_of_range');
}

/** The same as milliseconds, rounded down: a time is never made later than the vendor said. */
export function parseRfc3339(
  text: string,
  zone: ZoneRule = 'zone_required',
): EpochMs | TimeTextRefusal {
  const micros = parseRfc3339Micros(text, zone);
  return typeof micros === 'number' ? Math.floor(micros / 1_000) : micros;
}

/** Writes a time in UTC as vendors do: `Z`, trailing zeros of the fraction trimmed. */
export function formatRfc3339(timeMs: EpochMs): string {
  const text = new Date(timeMs).toISOString();
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text.replace(/0*Z$/, 'Z');
}

function daysOfMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days from 1970-01-01 in the proleptic Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms"). */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
