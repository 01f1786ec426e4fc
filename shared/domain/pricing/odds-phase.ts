import type { GameState } from '../market/game-state.ts';
import type { EpochMs } from '../market/market.ts';
import type { OddsPhase } from '../odds/freshness.ts';

/**
 * By which limits odds of a game are fresh: those of play from its start time on, and before where a scoreboard has said
 * that it is on or over. However old that word is: a game that was on is not before its start again, and the limits of
 * play are the stricter ones. Whether a game is priced at all is another matter (`priceMarket`).
 */
export function oddsPhaseOf(
  state: Pick<GameState, 'phase'> | null,
  startTimeMs: EpochMs,
  nowMs: EpochMs,
): OddsPhase {
  const wasOn = state?.phase === 'live' || state?.phase === 'final';
  return wasOn || nowMs >= startTimeMs ? 'live' : 'pregame';
}
