import { Temporal } from 'temporal-polyfill';
import type { EpochMs } from '../../../domain/market/market.ts';

/** The vendor names days and wall clocks in US Eastern, see `SOURCE_ZONES`. */
const EASTERN = 'America/New_York';

/** The day of a time in US Eastern, `2026-11-22`. A late game keeps its evening. */
export function easternDateOf(timeMs: EpochMs): string {
  return easternDay(timeMs).toString();
}

/** Yesterday, today and tomorrow as a clock in US Eastern has them. */
export function daysAround(nowMs: EpochMs): readonly string[] {
  const today = easternDay(nowMs);
  return [-1, 0, 1].map((days) => today.add({ days }).toString());
}

/** The time of a wall clock on an Eastern day; null for a day that is none and an hour that is skipped or shown twice. */
export function easternTimeMs(
  date: string,
  clock: { readonly hour: number; readonly minute: number },
): EpochMs | null {
  try {
    return Temporal.PlainDate.from(date, { overflow: 'reject' })
      .toPlainDateTime(Temporal.PlainTime.from(clock, { overflow: 'reject' }))
      .toZonedDateTime(EASTERN, { disambiguation: 'reject' }).epochMilliseconds;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function easternDay(timeMs: EpochMs): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(timeMs).toZonedDateTimeISO(EASTERN).toPlainDate();
}
