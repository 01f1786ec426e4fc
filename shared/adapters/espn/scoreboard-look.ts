import type { League } from '../../domain/market/leagues.ts';
import {
  phaseOfStatus,
  type EventField,
  type ScoreboardEvent,
} from '../../domain/market/scoreboard-event.ts';
import type { Board, BoardFailure } from './espn-client.ts';

/** What came of one look at a league's board, for metrics. Times in milliseconds. */
export type ScoreboardLook = {
  readonly league: League;
  /** `skipped`: the look before was still under way. */
  readonly outcome: 'board' | 'skipped' | BoardFailure['code'];
  /** From when it was due until it was asked for. */
  readonly lateMs: number;
  /** From then until all of it was told. */
  readonly tookMs: number;
  /** How old the board may have been; null when there was none. */
  readonly ageMs: number | null;
  readonly events: number;
  /** How many events did not show what they ought to. */
  readonly missing: Readonly<Partial<Record<EventField, number>>>;
  /** Status words that were not understood, and how often. */
  readonly unknownStatuses: ReadonlyMap<string, number>;
};

/** A look with what its board lacked. */
export function lookOf(
  league: League,
  seen: Board | BoardFailure | 'skipped',
  times: Pick<ScoreboardLook, 'lateMs' | 'tookMs'>,
): ScoreboardLook {
  const board = seen !== 'skipped' && seen.kind === 'board' ? seen : null;
  const events = board?.read.events ?? [];
  const missing: Partial<Record<EventField, number>> = {};
  for (const field of events.flatMap(lackedBy)) missing[field] = (missing[field] ?? 0) + 1;
  return {
    league,
    outcome: seen === 'skipped' ? seen : seen.kind === 'board' ? 'board' : seen.code,
    ...times,
    ageMs: board?.ageMs ?? null,
    events: events.length,
    missing,
    unknownStatuses: board?.read.unknownStatuses ?? new Map(),
  };
}

/** Nobody is drawn yet in many matches to come: no name is missing there. */
function lackedBy({ status, missing }: ScoreboardEvent): readonly EventField[] {
  return phaseOfStatus(status) === 'upcoming' ? missing.filter((one) => one !== 'name') : missing;
}
