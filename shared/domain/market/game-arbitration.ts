import { SCORE_SOURCES, type GamePhase, type GameState } from './game-state.ts';
import type { EpochMs } from './market.ts';

/** How careful a price must be while a phase is believed: none at all, by the limits of play, by those of before. */
const CAUTION: Readonly<Record<GamePhase, number>> = {
  final: 2,
  off: 2,
  stopped: 2,
  live: 1,
  pregame: 0,
};

/**
 * Which of the states that sources gave of one game counts; null when there is none. Each source speaks by its newest
 * word, by its own time. Those within `maxAgeMs` of now are compared; when all are older, those within it of the newest.
 * Where their phases differ the most cautious is believed, whoever says it and whenever: a game that is over, off or
 * stopped is not priced because another source has not heard of it yet, and one that has begun is not before its start.
 * Among those that agree the first of `SCORE_SOURCES` counts. So an old word gives way to a fresh one of a lower rank,
 * also the word that a game is over: who took it back says so again, who fell silent is not heard for ever. A state from
 * further ahead than `maxAgeMs` is not believed. A function of the set of states, never of their order.
 */
export function arbitrateGame(
  states: readonly GameState[],
  nowMs: EpochMs,
  maxAgeMs: number,
): GameState | null {
  const believed = states.filter(({ sourceTimeMs }) => sourceTimeMs - nowMs <= maxAgeMs);
  const words = SCORE_SOURCES.flatMap(
    (source) =>
      best(
        believed.filter((state) => state.source === source),
        compareWords,
      ) ?? [],
  );
  const newestMs = Math.max(...words.map(({ sourceTimeMs }) => sourceTimeMs));
  const sinceMs = (newestMs >= nowMs - maxAgeMs ? nowMs : newestMs) - maxAgeMs;
  return best(
    words.filter(({ sourceTimeMs }) => sourceTimeMs >= sinceMs),
    compareSources,
  );
}

/** Positive when `a` is the later word of one source. Of two at one time the cautious one, then a fixed one. */
export function compareWords(a: GameState, b: GameState): number {
  return (
    a.sourceTimeMs - b.sourceTimeMs ||
    CAUTION[a.phase] - CAUTION[b.phase] ||
    compareText(textOf(b), textOf(a)) ||
    // The same word again: its first arrival.
    b.receivedMs - a.receivedMs
  );
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
