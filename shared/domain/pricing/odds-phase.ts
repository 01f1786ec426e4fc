import { START_TOLERANCE_MS } from '../feeds/start-check.ts';
import type { GameState } from '../market/game-state.ts';
import type { EpochMs } from '../market/market.ts';
import { saidMs } from '../odds/assembly.ts';
import type { OddsPhase } from '../odds/freshness.ts';

/**
 * A scoreboard's word that a game has not begun is worth so long: it is looked at each ten minutes until shortly
 * before. A word counts from its source's time, but no later than it came.
 */
const WORD_WORTH_MS = 15 * 60_000;

/**
 * By which limits odds of a game are fresh: those of play from its start time on, and before where a scoreboard has
 * said that it is on or over. However old that word is: a game that was on is not before its start again, and the
 * limits of play are the stricter ones. Without a word of the last quarter of an hour the limits of play hold from half
 * an hour before the start: sources that call a game by starts so far apart mean the same one, and some games begin
 * early. Whether a game is priced at all is another matter (`priceMarket`).
 */
export function oddsPhaseOf(
  state: Pick<GameState, 'phase' | 'sourceTimeMs' | 'receivedMs'> | null,
  startTimeMs: EpochMs,
  nowMs: EpochMs,
): OddsPhase {
  if (state?.phase === 'live' || state?.phase === 'final') return 'live';
  const isSeen = state !== null && nowMs - saidMs(state) <= WORD_WORTH_MS;
  return nowMs >= startTimeMs - (isSeen ? 0 : START_TOLERANCE_MS) ? 'live' : 'pregame';
}
