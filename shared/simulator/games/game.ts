import type { GameState } from '../../domain/market/game-state.ts';
import type { EpochMs, GameId, GameSide } from '../../domain/market/market.ts';
import type { Probability } from '../../domain/money/probability.ts';

/** A team as the feeds name it, and its code in tickers. */
export type Team = { readonly code: string; readonly name: string };

/** A game on the calendar: who plays, from when, and how strong they are before the news of the day. */
export type ScheduledGame = {
  readonly gameId: GameId;
  readonly home: Team;
  readonly away: Team;
  readonly startTimeMs: EpochMs;
  /** Home points less away points that an insider expects, in points. */
  readonly expectedMargin: number;
  /** Points of both teams together that an insider expects. */
  readonly expectedTotal: number;
};

export type Score = { readonly home: number; readonly away: number };

/** What happens in a game, with the score after it. */
export type GameEvent = { readonly timeMs: EpochMs; readonly score: Score } & (
  | { readonly kind: 'news'; readonly favours: GameSide }
  | { readonly kind: 'kickoff' }
  | { readonly kind: 'touchdown' | 'field_goal'; readonly side: GameSide }
  | { readonly kind: 'quarter_end'; readonly period: number }
  | { readonly kind: 'halftime' }
  | { readonly kind: 'overtime' }
  | { readonly kind: 'final'; readonly winner: GameSide }
);

/**
 * A game that has been played out in advance. Who looks at time t may ask for the state, the events and the true
 * probability up to t; the result and later events are for the exchange's settlement and for tests.
 */
export interface Game {
  readonly gameId: GameId;
  readonly home: Team;
  readonly away: Team;
  /** The scheduled start, which is also the kickoff. */
  readonly startTimeMs: EpochMs;
  /** When the winner is known. */
  readonly finalAtMs: EpochMs;
  readonly result: GameSide;
  /** In order of time. */
  readonly events: readonly GameEvent[];
  /** The state as somebody in the stadium sees it at a time. */
  stateAt(timeMs: EpochMs): GameState;
  /**
   * The exact probability that home wins, given all that happened up to a time: a martingale, 0 or 1 from `finalAtMs`.
   */
  trueHomeProbability(timeMs: EpochMs): Probability;
}
