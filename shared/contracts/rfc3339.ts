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
 * Reads an RFC 3339 time in UTC as milliseconds since 1970, with 0 to 9 digits of the second (vendors trim trailing
 * zeros). Rounded down: a time is never made later than the vendor said. Leap seconds, other zones and days that do
 * not exist are refused.
 */
export function parseRfc3339(
  text: string,
  zone: ZoneRule = 'zone_required',
): EpochMs | TimeTextRefusal {
  const time = parseTime(text, zone);
  return 'kind' in time ? time : time.seconds * 1_000 + Math.floor(time.nanos / 1_000_000);
}

/** The same as microseconds, rounded down; beyond the year 2255 a double does not hold them and they are refused. */
export function parseRfc3339Micros(text: string, zone: ZoneRule): number | TimeTextRefusal {
  const time = parseTime(text, zone);
  if ('kind' in time) return time;
  const micros = time.seconds * 1_000_000 + Math.floor(time.nanos / 1_000);
  return Number.isSafeInteger(micros) ? micros : refuse('out_of_range', text);
}

/** Writes a time in UTC as vendors do: `Z`, trailing zeros of the fraction trimmed. */
export function formatRfc3339(timeMs: EpochMs): string {
  const text = new Date(timeMs).toISOString();
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text.replace(/0*Z$/, 'Z');
}

function parseTime(
  text: string,
  zone: ZoneRule,
): { readonly seconds: number; readonly nanos: number } | TimeTextRefusal {
  const match = RFC3339.exec(text);
  if (match === null) return refuse('not_rfc3339', text);
  if (match[8] === undefined && zone === 'zone_required') return refuse('not_rfc3339', text);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map(Number);
  if (month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month))
    return refuse('no_such_time', text);
  if (hour > 23 || minute > 59 || second > 59) return refuse('no_such_time', text);
  const days = daysSinceEpoch(year, month, day);
  return {
    seconds: days * SECONDS_PER_DAY + hour * 3_600 + minute * 60 + second,
    nanos: Number((match[7] ?? '').padEnd(9, '0')),
  };
}

function refuse(code: TimeTextRefusal['code'], text: string): TimeTextRefusal {
  return { kind: 'refused', code, text: text.slice(0, 64) };
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
