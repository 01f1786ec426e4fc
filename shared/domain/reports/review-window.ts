import { dateOf, easternDayOf } from '../mapping/eastern-time.ts';
import type { EpochMs } from '../market/market.ts';
import type { TimeSpan } from './game-record.ts';

const HOUR_MS = 3_600_000;
const HOURS_OF_DAY = 24;

/** After the end of a day its last games are over: no game that is followed lasts longer. */
const LATE_GAMES_MS = 8 * HOUR_MS;

/** A stretch of time that what was kept is looked at for. */
export const REVIEW_WINDOWS = ['hour', 'day'] as const;
export type ReviewWindowKind = (typeof REVIEW_WINDOWS)[number];

/**
 * `name` is of this window and no other: an hour in UTC, such as 2026-11-22T17Z, because a local one may come twice; a
 * US Eastern day, such as 2026-11-22.
 */
export type ReviewWindow = TimeSpan & { readonly name: string } & (
    | { readonly kind: 'hour' }
    /** The games are those that start in it; the window goes on until the latest of them is over. */
    | { readonly kind: 'day'; readonly starts: TimeSpan }
  );

/**
 * The last hour that was over at a time after 2007, or the last US Eastern day whose games were: a day has ended by its
 * games eight hours after its midnight.
 */
export function windowBefore(kind: ReviewWindowKind, nowMs: EpochMs): ReviewWindow {
  switch (kind) {
    case 'hour': {
      const hours = Math.floor(nowMs / HOUR_MS) - 1;
      const date = dateOf(Math.floor(hours / HOURS_OF_DAY));
      const name = `${date}T${String(hours % HOURS_OF_DAY).padStart(2, '0')}Z`;
      return { kind, fromMs: hours * HOUR_MS, toMs: (hours + 1) * HOUR_MS, name };
    }
    case 'day': {
      const { date, fromMs, toMs } = easternDayOf(easternDayOf(nowMs - LATE_GAMES_MS).fromMs - 1);
      const starts = { fromMs, toMs };
      return { kind, fromMs, toMs: toMs + LATE_GAMES_MS, name: date, starts };
    }
  }
}
