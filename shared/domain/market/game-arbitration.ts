import { SCORE_SOURCES, type GamePhase, type GameState } from './game-state.ts';
import type { EpochMs } from './market.ts';

/** How far a source's clock may be ahead of ours. */
const MOST_AHEAD_MS = 60_000;

/** There is no price at all. */
const UNPLAYED = 2;
/** How careful a price must be while a phase is believed: none at all, by the limits of play, by those of before. */
const CAUTION: Readonly<Record<GamePhase, number>> = {
  final: UNPLAYED,
  off: UNPLAYED,
  stopped: UNPLAYED,
  live: 1,
  pregame: 0,
};

/**
 * Which of the states that sources gave of one game counts; null when there is none. Each source speaks by its newest
 * word. Where their phases differ the most cautious is believed, whoever says it: a game that is over, off or stopped is
 * not priced because another source has not heard of it yet, and one that has begun is not before its start. The word
 * that it is over, off or stopped stands until its source takes it back, however long ago that was: scoreboards are not
 * asked of games that are over. Others are compared when they were said within `maxAgeMs` of now, or of the newest when
 * all are older, so that an old one gives way to a fresh one of a lower rank. Among those that agree the first of
 * `SCORE_SOURCES` counts. A function of the set of states, never of their order.
 */
export function arbitrateGame(
  states: readonly GameState[],
  nowMs: EpochMs,
  maxAgeMs: number,
): GameState | null {
  const words = SCORE_SOURCES.flatMap(
    (source) =>
      best(
        states.filter((state) => state.source === source),
        compareWords,
      ) ?? [],
  );
  const newestMs = Math.max(...words.map(saidMs));
  const sinceMs = (newestMs >= nowMs - maxAgeMs ? nowMs : newestMs) - maxAgeMs;
  return best(
    words.filter((state) => saidMs(state) >= sinceMs || CAUTION[state.phase] === UNPLAYED),
    compareSources,
  );
}

/** Positive when `a` is the later word of one source. Of two at one time the cautious one, then a fixed one. */
export function compareWords(a: GameState, b: GameState): number {
  return (
    saidMs(a) - saidMs(b) ||
    CAUTION[a.phase] - CAUTION[b.phase] ||
    compareText(textOf(b), textOf(a)) ||
    // The same word again: its first arrival.
    b.receivedMs - a.receivedMs
  );
}

/**
 * When a word was said, by its source. A time that is further ahead than a clock may be is none: it counts from when it
 * came, so that it is heard, and keeps nothing after it from being heard.
 */
function saidMs({ sourceTimeMs, receivedMs }: GameState): EpochMs {
  return sourceTimeMs - receivedMs > MOST_AHEAD_MS ? receivedMs : sourceTimeMs;
}

function compareSources(a: GameState, b: GameState): number {
  return (
    CAUTION[a.phase] - CAUTION[b.phase] ||
    SCORE_SOURCES.indexOf(b.source) - SCORE_SOURCES.indexOf(a.source)
  );
}

function best(
  states: readonly GameState[],
  compare: (a: GameState, b: GameState) => number,
): GameState | null {
  return states.reduce<GameState | null>(
    (standing, state) => (standing === null || compare(state, standing) > 0 ? state : standing),
    null,
  );
}

function textOf(state: GameState): string {
  const { phase, startTimeMs, homeScore, awayScore, period, clockSeconds } = state;
  return [phase, startTimeMs, homeScore, awayScore, period, clockSeconds].join(' ');
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
