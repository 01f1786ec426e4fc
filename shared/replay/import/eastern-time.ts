import { Temporal } from 'temporal-polyfill';
import type { EpochMs } from '../../domain/market/market.ts';

/** A wall clock in America/New_York. `month` is 1 to 12. */
export type EasternWallTime = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
};

/**
 * The instant at which New York's clocks show a wall time. Null for a date that does not exist and for the hours that a
 * change of the clocks skips or shows twice.
 */
export function easternToEpochMs(wall: EasternWallTime): EpochMs | null {
  try {
    return Temporal.PlainDateTime.from(wall, { overflow: 'reject' }).toZonedDateTime(
      'America/New_York',
      { disambiguation: 'reject' },
    ).epochMilliseconds;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Reads "7:30p" or "12:00p" as hour and minute; null when it is neither. */
export function parseTwelveHourTime(
  text: string,
): { readonly hour: number; readonly minute: number } | null {
  const match = /^(\d{1,2}):(\d{2})([ap])$/.exec(text);
  if (match === null) return null;
  const [hour, minute] = [Number(match[1]), Number(match[2])];
  if (hour < 1 || hour > 12 || minute > 59) return null;
  return { hour: (hour % 12) + (match[3] === 'p' ? 12 : 0), minute };
}
