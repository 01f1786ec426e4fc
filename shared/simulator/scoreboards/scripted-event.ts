import type { League } from '../../domain/market/leagues.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import type {
  EventCompetitor,
  EventField,
  ScoreboardEvent,
} from '../../domain/market/scoreboard-event.ts';

/** A game, match or bout of a script, as a board shows it at a time. */
export type ScriptedEvent = {
  readonly league: League;
  /** The tournament or card that it is part of; null for a game by itself. */
  readonly of: string | null;
  readonly at: (timeMs: EpochMs) => ScoreboardEvent;
};

/** What is odd with one event of a board; each is of the real ones. Times are when it is shown. */
export type BoardOddity =
  /** `post` and not completed: it has no result. */
  | { readonly kind: 'postponed'; readonly fromMs: EpochMs }
  | { readonly kind: 'suspended'; readonly fromMs: EpochMs; readonly untilMs: EpochMs }
  /** The first side's score is lower for a while, and then as it was: a slip of the board. */
  | {
      readonly kind: 'score_slips';
      readonly fromMs: EpochMs;
      readonly untilMs: EpochMs;
      readonly points: number;
    }
  /** The first side's score is too high for a while: a call that is overturned. */
  | {
      readonly kind: 'score_overturned';
      readonly fromMs: EpochMs;
      readonly untilMs: EpochMs;
      readonly points: number;
    }
  | { readonly kind: 'unknown_status'; readonly fromMs: EpochMs; readonly word: string }
  | {
      readonly kind: 'fields_missing';
      readonly fields: readonly EventField[];
      readonly fromMs: EpochMs;
    }
  /** The time of day is a guess until then. */
  | { readonly kind: 'start_unconfirmed'; readonly untilMs: EpochMs }
  | { readonly kind: 'start_moved'; readonly fromMs: EpochMs; readonly byMs: number };

/** The event as it is shown with what is odd with it. */
export function withOddity(event: ScriptedEvent, oddity: BoardOddity): ScriptedEvent {
  return { ...event, at: (timeMs) => oddAt(event.at(timeMs), oddity, timeMs) };
}

function oddAt(event: ScoreboardEvent, oddity: BoardOddity, timeMs: EpochMs): ScoreboardEvent {
  switch (oddity.kind) {
    case 'postponed':
      return timeMs < oddity.fromMs
        ? event
        : { ...event, status: 'postponed', statusWord: 'STATUS_POSTPONED' };
    case 'suspended':
      return isDuring(oddity, timeMs)
        ? { ...event, status: 'suspended', statusWord: 'STATUS_SUSPENDED' }
        : event;
    case 'score_slips':
      return isDuring(oddity, timeMs) ? withPoints(event, -oddity.points) : event;
    case 'score_overturned':
      return isDuring(oddity, timeMs) ? withPoints(event, oddity.points) : event;
    case 'unknown_status':
      return timeMs < oddity.fromMs
        ? event
        : { ...event, status: 'unknown', statusWord: oddity.word };
    case 'fields_missing':
      return timeMs < oddity.fromMs ? event : without(event, oddity.fields);
    case 'start_unconfirmed':
      return timeMs < oddity.untilMs ? { ...event, startConfirmed: false } : event;
    case 'start_moved':
      return timeMs < oddity.fromMs
        ? event
        : { ...event, startTimeMs: event.startTimeMs + oddity.byMs };
  }
}

function isDuring(
  { fromMs, untilMs }: { readonly fromMs: EpochMs; readonly untilMs: EpochMs },
  timeMs: EpochMs,
): boolean {
  return timeMs >= fromMs && timeMs < untilMs;
}

function withPoints(event: ScoreboardEvent, points: number): ScoreboardEvent {
  const [first, second] = event.competitors;
  if (first.score === null) return event;
  const score = Math.max(0, first.score + points);
  const last = first.parts.at(-1);
  const parts =
    last === undefined
      ? []
      : [...first.parts.slice(0, -1), { ...last, value: last.value + score - first.score }];
  return { ...event, competitors: [{ ...first, score, parts }, second] };
}

function without(event: ScoreboardEvent, fields: readonly EventField[]): ScoreboardEvent {
  const has = (field: EventField): boolean => fields.includes(field);
  const bare = (each: EventCompetitor): EventCompetitor => ({
    ...each,
    ...(has('score') ? { score: null } : {}),
    ...(has('sets') ? { parts: [] } : {}),
    ...(has('name') ? { name: null } : {}),
  });
  return {
    ...event,
    ...(has('clock') ? { clock: null } : {}),
    ...(has('period') ? { period: null } : {}),
    ...(has('half') ? { half: null } : {}),
    competitors: [bare(event.competitors[0]), bare(event.competitors[1])],
    missing: [...new Set([...event.missing, ...fields])],
  };
}
