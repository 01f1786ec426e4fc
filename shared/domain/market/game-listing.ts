import type { League } from './leagues.ts';
import type { EpochMs, GameId } from './market.ts';

/** A team, or an athlete, as a source of games names it, under our code where we know it. */
export type ListedTeam = { readonly code: string; readonly name: string };

/** A game on the calendar as a scoreboard lists it: who plays where, and from when. */
export type GameListing = {
  readonly gameId: GameId;
  readonly league: League;
  /** The first of the draw where nobody is at home. */
  readonly home: ListedTeam;
  readonly away: ListedTeam;
  readonly startTimeMs: EpochMs;
  /** False while the source only guesses the time of day: such a start confirms nothing and drives nothing. */
  readonly startConfirmed: boolean;
  /** The day of the start in US Eastern, `2026-11-22`: exchanges and feeds name games by it. */
  readonly easternDate: string;
};
