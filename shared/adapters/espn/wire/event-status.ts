import type { EventStatus } from '../../../domain/market/scoreboard-event.ts';

type Known = { readonly status: EventStatus; readonly states: readonly string[] };

const known = (status: EventStatus, ...states: string[]): Known => ({ status, states });
const over = known('final', 'post');
const live = known('in_progress', 'in');

/** ESPN's words, and the states each may stand beside. Those of stopped and cancelled games stand beside any. */
const WORDS: ReadonlyMap<string, Known> = new Map([
  ['STATUS_SCHEDULED', known('scheduled', 'pre')],
  ['STATUS_IN_PROGRESS', live],
  ['STATUS_IN_PROGRESS_2', live],
  ['STATUS_FIRST_HALF', live],
  ['STATUS_SECOND_HALF', live],
  ['STATUS_HALFTIME', known('halftime', 'in')],
  ['STATUS_END_PERIOD', known('between_periods', 'in')],
  ['STATUS_FINAL', over],
  ['STATUS_FULL_TIME', over],
  ['STATUS_FINAL_AET', over],
  ['STATUS_FINAL_PEN', over],
  ['STATUS_RETIRED', known('retired', 'post')],
  ['STATUS_WALKOVER', known('walkover', 'post')],
  ['STATUS_POSTPONED', known('postponed', 'pre', 'in', 'post')],
  ['STATUS_CANCELED', known('cancelled', 'pre', 'in', 'post')],
  ['STATUS_DELAYED', known('delayed', 'pre', 'in', 'post')],
  ['STATUS_RAIN_DELAY', known('delayed', 'pre', 'in', 'post')],
  ['STATUS_SUSPENDED', known('suspended', 'pre', 'in', 'post')],
]);

/**
 * Our status of ESPN's. A word that is not known, one beside a state it does not go with, and a final that is not
 * completed are `unknown`: not live, not over. `state` alone decides nothing (a postponed game is `post`).
 */
export function statusOf(type: {
  readonly name: string;
  readonly state: string;
  readonly completed: boolean;
}): EventStatus {
  const word = WORDS.get(type.name);
  if (word === undefined || !word.states.includes(type.state)) return 'unknown';
  const isOver = word.states.length === 1 && word.states[0] === 'post';
  const isStopped = word.states.length > 1;
  return isStopped || isOver === type.completed ? word.status : 'unknown';
}
