import { gameSecond, type HockeyPlay, type HockeySide } from './hockey-events.ts';
import type { CheckedPlays } from './hockey-plays-check.ts';

const MINUTE_SECONDS = 60;
/** A penalty of unknown length is taken for the longest that puts a team a player down. */
const LONGEST_PENALTY_MINUTES = 5;
/** Behind others of its team a penalty starts late, but not later than this. */
const PENALTY_MEMORY_SECONDS = 1_200;

/** Seconds of the game after `from` to `to`. */
export type PenaltySpan = { readonly from: number; readonly to: number };

/** Penalties that take a player off the ice. A misconduct takes off one who is replaced. */
export function isManDown({ event }: HockeyPlay): boolean {
  return (
    event.kind === 'penalty' &&
    event.severity !== 'misconduct' &&
    event.severity !== 'penalty_shot' &&
    event.minutes !== 0
  );
}

/**
 * When a team may have been a player down, by the penalties that are told; those at once are served one after
 * another.
 */
export function penaltySpans({ plays }: CheckedPlays, side: HockeySide): readonly PenaltySpan[] {
  const own = plays.filter(
    (play) => isManDown(play) && play.event.kind === 'penalty' && play.event.side === side,
  );
  return own.map((play) => {
    const from = gameSecond(play);
    const seconds = own.reduce((sum, other) => {
      const at = gameSecond(other);
      const isBefore = from - PENALTY_MEMORY_SECONDS <= at && at <= from;
      return sum + (isBefore ? penaltySeconds(other) : 0);
    }, 0);
    return { from, to: from + seconds };
  });
}

/** How long a team is down by a penalty at the most, in seconds of play. */
export function penaltySeconds({ event }: HockeyPlay): number {
  const minutes = event.kind === 'penalty' ? (event.minutes ?? LONGEST_PENALTY_MINUTES) : 0;
  return minutes * MINUTE_SECONDS;
}
