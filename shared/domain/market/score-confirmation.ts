import type { ScoreboardEvent } from './scoreboard-event.ts';
import { compareEvents, type ScoreboardFinding } from './scoreboard-quality.ts';

/** What of an event may be doubted: it went back, where it can only go on unless it is corrected. */
export type DoubtedPart = 'scores' | 'period' | 'status';

/** An event as it is acted on, beside what was last shown of it. */
export type ConfirmedEvent = {
  /** As last shown, but each doubted part as it was before. */
  readonly accepted: ScoreboardEvent;
  readonly shown: ScoreboardEvent;
  readonly doubted: readonly DoubtedPart[];
  /** What is odd in this look after the one before, as `compareEvents` says it: once, when it happens. */
  readonly findings: readonly ScoreboardFinding[];
};

/**
 * Folds the looks at one event: the result of each look goes into the next, null before the first. A score that went
 * down, a period or a phase that went back, or other competitors are not accepted before the second look that shows
 * them: an overturned call stands, a slip is gone by then. What is not in doubt is taken at once, so that a game that is
 * stopped is not priced although its score is doubted. A look that is not later than the one before changes nothing.
 */
export function confirmEvent(
  before: ConfirmedEvent | null,
  shown: ScoreboardEvent,
): ConfirmedEvent {
  if (before === null || before.shown.eventId !== shown.eventId)
    return { accepted: shown, shown, doubted: [], findings: [] };
  if (shown.receivedMs <= before.shown.receivedMs) return { ...before, findings: [] };
  const findings = compareEvents(before.shown, shown);
  const again = partsOf(findings);
  const doubted = partsOf(compareEvents(before.accepted, shown)).filter(
    (part) => again.includes(part) || !before.doubted.includes(part),
  );
  return { accepted: keep(before.accepted, shown, doubted), shown, doubted, findings };
}

function keep(
  was: ScoreboardEvent,
  shown: ScoreboardEvent,
  doubted: readonly DoubtedPart[],
): ScoreboardEvent {
  const { competitors, period, clock, half, status, statusWord } = was;
  return {
    ...shown,
    ...(doubted.includes('scores') ? { competitors } : {}),
    ...(doubted.includes('period') ? { period, clock, half } : {}),
    ...(doubted.includes('status') ? { status, statusWord } : {}),
  };
}

function partsOf(findings: readonly ScoreboardFinding[]): readonly DoubtedPart[] {
  return [...new Set(findings.flatMap(partOf))];
}

function partOf({ code }: ScoreboardFinding): readonly DoubtedPart[] {
  switch (code) {
    case 'score_went_down':
    case 'competitors_changed':
      return ['scores'];
    case 'period_went_back':
      return ['period'];
    case 'phase_went_back':
      return ['status'];
    // A clock is set right in play, a start is moved; the others say nothing of the look before.
    case 'clock_went_back':
    case 'start_moved':
    case 'period_not_logical':
    case 'parts_do_not_add_up':
    case 'two_winners':
    case 'field_missing':
    case 'not_shown':
    case 'status_not_known':
      return [];
  }
}
