import type { GameState } from '../../shared/domain/market/game-state.ts';
import { LOOK } from './line-builders.ts';

/** A game that ESPN says to be on, a second ago, unless changed. */
export function aGameState(change: Partial<GameState> = {}): GameState {
  return {
    source: 'espn',
    gameId: 'game',
    phase: 'live',
    startTimeMs: LOOK - 3_600_000,
    homeScore: 0,
    awayScore: 0,
    period: 1,
    clockSeconds: 600,
    sourceTimeMs: LOOK - 1_000,
    receivedMs: LOOK,
    ...change,
  };
}
