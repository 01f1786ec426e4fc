import { Temporal } from 'temporal-polyfill';
import { SOURCE_ZONES } from '../../../domain/feeds/source-zones.ts';
import type { EpochMs } from '../../../domain/market/market.ts';

/**
 * BoltOdds writes start times as a wall clock without a zone. Stored labels agree with US Eastern and not with UTC, so
 * Eastern is the zone, and a second source must confirm the start before a game is traded.
 */
const BOLT_ZONE = SOURCE_ZONES.boltodds_when.zone;

/** Why a `when` is not one instant: not of the form, or skipped or repeated by a change of the clocks. */
export type WhenRefusal = {
  readonly kind: 'refused';
  readonly code: 'not_a_when' | 'nonexistent_time' | 'ambiguous_time';
  readonly text: string;
  readonly zone: typeof BOLT_ZONE;
};

/** Every message of a game carries the same text: what was read lately is not read again. */
const READ = new Map<string, EpochMs>();
const MOST_READ = 1_024;

const WHEN = /^(\d{4})-(\d\d)-(\d\d), (\d\d):(\d\d) (AM|PM)$/;

/** Reads `YYYY-MM-DD, hh:mm AM/PM` in `America/New_York`. A time that the clocks skip or repeat is refused. */
export function parseBoltWhen(text: string): EpochMs | WhenRefusal {
  const known = READ.get(text);
  if (known !== undefined) return known;
  const read = readWhen(text);
  if (typeof read !== 'number') return read;
  if (READ.size >= MOST_READ) READ.clear();
  READ.set(text, read);
  return read;
}

function readWhen(text: string): EpochMs | WhenRefusal {
  const refused = (code: WhenRefusal['code']): WhenRefusal => ({
    kind: 'refused',
    code,
    text: text.slice(0, 64),
    zone: BOLT_ZONE,
  });
  const wall = wallClockOf(text);
  if (wall === null) return refused('not_a_when');
  try {
    return wall.toZonedDateTime(BOLT_ZONE, { disambiguation: 'reject' }).epochMilliseconds;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refused(isSkipped(wall) ? 'nonexistent_time' : 'ambiguous_time');
  }
}

/** Of a wall clock that is not one instant: whether the clocks never show it, rather than twice. */
function isSkipped(wall: Temporal.PlainDateTime): boolean {
  const shown = wall.toZonedDateTime(BOLT_ZONE, { disambiguation: 'earlier' });
  return !shown.toPlainDateTime().equals(wall);
}

/** Writes a time as BoltOdds does; the part below a minute is cut off. A feed that switched its zone writes UTC. */
export function formatBoltWhen(
  timeMs: EpochMs,
  zone: typeof BOLT_ZONE | 'UTC' = BOLT_ZONE,
): string {
  const wall = Temporal.Instant.fromEpochMilliseconds(timeMs).toZonedDateTimeISO(zone);
  const hour = wall.hour % 12 === 0 ? 12 : wall.hour % 12;
  const clock = `${twoDigits(hour)}:${twoDigits(wall.minute)} ${wall.hour < 12 ? 'AM' : 'PM'}`;
  return `${wall.toPlainDate().toString()}, ${clock}`;
}

function wallClockOf(text: string): Temporal.PlainDateTime | null {
  const match = WHEN.exec(text);
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour12 = 0, minute = 0] = match.slice(1, 6).map(Number);
  if (hour12 < 1 || hour12 > 12) return null;
  const hour = (hour12 % 12) + (match[6] === 'PM' ? 12 : 0);
  try {
    return Temporal.PlainDateTime.from({ year, month, day, hour, minute }, { overflow: 'reject' });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
