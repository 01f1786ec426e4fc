import type { EventCompetitor } from './scoreboard-event.ts';

/** A set to six games needs two of a lead; one to seven was decided by a tie-break or from six to five. */
const SET_GAMES = 6;
const LEAST_LEAD = 2;

/**
 * The sets that each of two tennis players has won, from the games of each set, in the order of the players. A set is
 * over when a later one has begun, when the match was played to its end, or by its score; one that was broken off is
 * nobody's (rules of tennis, ITF, rule 6).
 */
export function setsWon(
  competitors: readonly [EventCompetitor, EventCompetitor],
  isPlayedOut: boolean,
): readonly [number, number] {
  const [one, other] = competitors.map(({ parts }) => parts.map(({ value }) => value));
  const sets = (one ?? []).map((games, at) => [games, other?.[at] ?? 0] as const);
  let [won, lost] = [0, 0];
  for (const [at, [mine, theirs]] of sets.entries()) {
    const isOver = at < sets.length - 1 || isPlayedOut || isWon(mine, theirs);
    if (!isOver || mine === theirs) continue;
    if (mine > theirs) won += 1;
    else lost += 1;
  }
  return [won, lost];
}

function isWon(mine: number, theirs: number): boolean {
  const most = Math.max(mine, theirs);
  const lead = Math.abs(mine - theirs);
  return most > SET_GAMES || (most === SET_GAMES && lead >= LEAST_LEAD);
}
