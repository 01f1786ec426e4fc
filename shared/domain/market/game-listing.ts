import type { EpochMs, GameId } from './market.ts';

/** A team as a source of games names it, under our code. */
export type ListedTeam = { readonly code: string; readonly name: string };

/** A game on the calendar as a scoreboard lists it: who plays where, and from when. */
export type GameListing = {
  readonly gameId: GameId;
  readonly league: 'nfl';
  readonly home: ListedTeam;
  readonly away: ListedTeam;
  readonly startTimeMs: EpochMs;
  /** The day of the start in US Eastern, `2026-11-22`: exchanges and feeds name games by it. */
  readonly easternDate: string;
};
