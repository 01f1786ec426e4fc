import type { GamePhase } from '../market/game-state.ts';
import type { EpochMs } from '../market/market.ts';
import type { RecordedLine, RecordedState, TimeSpan } from './game-record.ts';

/** When a game was before its start, in play and over, by its schedule and all that was said of it. */
export type GameCourse = {
  /** Its start, or before that when it was seen on, over or off. */
  readonly beginMs: EpochMs;
  /**
   * When it began at the latest: its start, or when it was first seen on after that, as after rain or a long match
   * before.
   */
  readonly beganMs: EpochMs;
  /** Null of a game that nobody saw begin. */
  readonly play: TimeSpan | null;
  /** From when on it was over or off by the first source that goes on saying so; null while none does. */
  readonly endedMs: EpochMs | null;
  /** It did not take place. */
  readonly isOff: boolean;
};

/**
 * The course of a game from the states of all sources, in any order, as known at `nowMs`. A word that a game is over or
 * off counts while its source does not take it back, and the first source that says so ends the play, as it ends the
 * pricing. A game that is over and was never seen on was in play from its start: nobody was there to see it. One that
 * was seen on and never over is taken to be on for `atMostMs`.
 */
export function courseOf({
  startTimeMs,
  states,
  nowMs,
  atMostMs,
}: {
  readonly startTimeMs: EpochMs;
  readonly states: readonly RecordedState[];
  readonly nowMs: EpochMs;
  readonly atMostMs: number;
}): GameCourse {
  const known = states.filter(({ fromMs }) => fromMs < nowMs);
  const ends = [...Map.groupBy(known, ({ source }) => source).values()].flatMap(
    (ofSource) => endOf(ofSource) ?? [],
  );
  const endedMs = ends.length === 0 ? null : Math.min(...ends.map(({ fromMs }) => fromMs));
  const seenOn = known.filter(({ phase }) => phase === 'live').map(({ fromMs }) => fromMs);
  const wasPlayed = seenOn.length > 0 || ends.some(({ phase }) => phase === 'final');
  const beginMs = Math.min(startTimeMs, ...seenOn, endedMs ?? Infinity);
  const fromMs = Math.min(startTimeMs, ...seenOn);
  const toMs = endedMs ?? Math.min(nowMs, fromMs + atMostMs);
  return {
    beginMs,
    beganMs: seenOn.length === 0 ? startTimeMs : Math.max(startTimeMs, Math.min(...seenOn)),
    play: wasPlayed && toMs > fromMs ? { fromMs, toMs } : null,
    endedMs,
    isOff: !wasPlayed && endedMs !== null,
  };
}

const ENDS: ReadonlySet<GamePhase> = new Set(['final', 'off']);

/** From when on one source said without a break that a game is over or off, and which of them last. */
function endOf(states: readonly RecordedState[]): Pick<RecordedState, 'fromMs' | 'phase'> | null {
  const said = states.toSorted(compareStates);
  const last = said.at(-1);
  if (last === undefined || !ENDS.has(last.phase)) return null;
  const goesOn = said.findLastIndex(({ phase }) => !ENDS.has(phase));
  const first = said[goesOn + 1] ?? last;
  return { fromMs: first.fromMs, phase: last.phase };
}

/** By time; of two at one time in a fixed order. */
export function compareStates(a: RecordedState, b: RecordedState): number {
  return (
    a.fromMs - b.fromMs ||
    compareText(a.source, b.source) ||
    compareText(JSON.stringify(a), JSON.stringify(b))
  );
}

/** By time; of two at one time the one with the greater id is the later one. */
export function compareLines(a: RecordedLine, b: RecordedLine): number {
  return a.atMs - b.atMs || compareText(a.eventId, b.eventId);
}

/** By UTF-16 units, the same everywhere. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
