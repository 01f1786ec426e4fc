import { Temporal } from 'temporal-polyfill';
import type { EpochMs } from '../../domain/market/market.ts';

export const UTC_TIME = 'a time in UTC such as 2026-06-30T23:05:00Z';

/** Reads an ISO time that ends in Z, with at most three decimals of seconds; null for anything else and for dates that do not exist. */
export function parseUtc(text: string): EpochMs | null {
  if (!/^20\d{2}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/.test(text)) return null;
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
