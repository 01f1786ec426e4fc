import { formatRfc3339, parseRfc3339 } from '../../../contracts/rfc3339.ts';
import type { EpochMs } from '../../../domain/market/market.ts';

const MINUTE_MS = 60_000;

/**
 * `2026-11-22T18:00Z`: UTC, to the minute, as ESPN writes it. A text with seconds is read with them; null for any
 * other.
 */
export function startOf(date: string): EpochMs | null {
  const time = parseRfc3339(/T\d\d:\d\dZ$/.test(date) ? date.replace('Z', ':00Z') : date);
  return typeof time === 'number' ? time : null;
}

/** As ESPN writes a start on a whole minute. Any other keeps its seconds, which a compressed day needs. */
export function startText(startTimeMs: EpochMs): string {
  const text = formatRfc3339(startTimeMs);
  return startTimeMs % MINUTE_MS === 0 ? text.replace(/:00(\.0+)?Z$/, 'Z') : text;
}
