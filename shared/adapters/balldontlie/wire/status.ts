import { phaseOfStatus, type EventStatus } from '../../../domain/market/scoreboard-event.ts';

/** What a game says of where it stands: a text for people, and in newer answers a word and a flag beside it. */
export type StatusWords = {
  readonly status: string;
  readonly state: string | null;
  readonly isPostponed: boolean;
};

/** The words of `status_state` in newer answers. What was abandoned may be replayed, and is not over. */
const STATES: ReadonlyMap<string, EventStatus> = new Map([
  ['scheduled', 'scheduled'],
  ['in_progress', 'in_progress'],
  ['final', 'final'],
  ['postponed', 'postponed'],
  ['canceled', 'cancelled'],
  ['cancelled', 'cancelled'],
  ['delayed', 'delayed'],
  ['suspended', 'suspended'],
  ['abandoned', 'suspended'],
]);

const TEXTS: readonly (readonly [RegExp, EventStatus])[] = [
  [/^final(?:\s*\/\s*\d?ot)?$/i, 'final'],
  [/^half(?:time)?$/i, 'halftime'],
  [/^(?:end(?: of)? .+|.+ ended)$/i, 'between_periods'],
  [/^(?:[1-4](?:st|nd|rd|th) (?:qtr|quarter)|q[1-4]|\d{0,2}ot\d{0,2})$/i, 'in_progress'],
  [/^(?:postponed|ppd)\b/i, 'postponed'],
  [/^cancell?ed\b/i, 'cancelled'],
  [/^delayed\b/i, 'delayed'],
  [/^suspended\b/i, 'suspended'],
  [/^scheduled$/i, 'scheduled'],
  [/^\d{4}-\d\d-\d\dT/, 'scheduled'],
  [/^\d{1,2}:\d\d\s*[ap]m(?: et)?$/i, 'scheduled'],
];

/**
 * Where a game stands. `unknown` for words that are not known, and where the text and the word beside it are of
 * different phases: one of them is old, and nobody knows which.
 */
export function statusOf({ status, state, isPostponed }: StatusWords): EventStatus {
  const text = TEXTS.find(([pattern]) => pattern.test(status.trim()))?.[1] ?? 'unknown';
  const word = state === null ? text : (STATES.get(state.toLowerCase()) ?? 'unknown');
  if (isPostponed) {
    const isPlayed = [text, word].some((one) => ['live', 'over'].includes(phaseOfStatus(one)));
    return isPlayed ? 'unknown' : 'postponed';
  }
  if (state === null || text === word) return text;
  if (text === 'unknown') return word;
  // The text of a game that does not take place may stay that of its start.
  if (text === 'scheduled' && ['off', 'stopped'].includes(phaseOfStatus(word))) return word;
  return phaseOfStatus(text) === phaseOfStatus(word) ? text : 'unknown';
}

const CLOCK = /(?:^|\s)(\d{0,2}):(\d\d)(?:\.\d)?$/;

/** Seconds left in the period of a clock such as `Q3 4:12`, `5:42` or `:32.4`; null for anything else. */
export function clockSecondsOf(time: string | null): number | null {
  const [, minutes, seconds] = CLOCK.exec(time?.trim() ?? '') ?? [];
  if (seconds === undefined || Number(seconds) > 59) return null;
  return Number(minutes ?? '') * 60 + Number(seconds);
}
