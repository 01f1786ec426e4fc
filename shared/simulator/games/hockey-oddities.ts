import type { Rng } from '../rng.ts';
import type { HockeyGame } from './hockey-told.ts';
import { PLAY_ODDITIES, withPlayOddity, type PlayOddity } from './hockey-play-oddities.ts';
import { SHIFT_ODDITIES, withShiftOddity, type ShiftOddity } from './hockey-shift-oddities.ts';

/** What can be wrong with the plays and shifts of a game, most of it seen in public captures. */
export const HOCKEY_ODDITIES = { ...PLAY_ODDITIES, ...SHIFT_ODDITIES } as const;

export type HockeyOddity = PlayOddity | ShiftOddity;

/** The game with one fault in it. Null where the game has nothing that this fault could befall. */
export function withHockeyOddity(
  game: HockeyGame,
  oddity: HockeyOddity,
  rng: Rng,
): HockeyGame | null {
  if (isOfPlays(oddity)) {
    const plays = withPlayOddity(game.plays, oddity, rng);
    return plays === null ? null : { ...game, plays };
  }
  const shifts = withShiftOddity(game, oddity, rng);
  return shifts === null ? null : { ...game, shifts };
}

function isOfPlays(oddity: HockeyOddity): oddity is PlayOddity {
  return Object.hasOwn(PLAY_ODDITIES, oddity);
}
