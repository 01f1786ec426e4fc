import type { Sport } from './leagues.ts';
import {
  phaseOfStatus,
  type EventCompetitor,
  type EventField,
  type EventPhase,
  type ScoreboardEvent,
} from './scoreboard-event.ts';

/**
 * What is odd in a scoreboard event. A score that went down is a correction until it is shown again (an overturned
 * call), and never acted on before.
 */
export type ScoreboardFinding =
  | {
      readonly code: 'score_went_down';
      readonly competitorId: string;
      readonly from: number;
      readonly to: number;
    }
  | { readonly code: 'period_went_back'; readonly from: number; readonly to: number }
  | { readonly code: 'clock_went_back'; readonly from: number; readonly to: number }
  | { readonly code: 'phase_went_back'; readonly from: EventPhase; readonly to: EventPhase }
  | { readonly code: 'competitors_changed' }
  | { readonly code: 'start_moved'; readonly fromMs: number; readonly toMs: number }
  | { readonly code: 'period_not_logical'; readonly period: number }
  | {
      readonly code: 'parts_do_not_add_up';
      readonly competitorId: string;
      readonly sum: number;
      readonly score: number;
    }
  | { readonly code: 'two_winners' }
  /** A live game that has lacked it for so many looks in a row. */
  | { readonly code: 'field_missing'; readonly field: EventField; readonly looks: number }
  /** A game that is not over was shown before and is not any more. */
  | { readonly code: 'not_shown' }
  /** The source's own word, which we do not know or which contradicts itself. */
  | { readonly code: 'status_not_known'; readonly word: string };

/** The most of a period in seconds where the clock counts down: a college half is the longest. */
const LONGEST_PERIOD_SECONDS: Readonly<Partial<Record<Sport, number>>> = {
  football: 900,
  basketball: 1_200,
  hockey: 1_200,
};

/** What is odd in one event by itself. */
export function checkEvent(event: ScoreboardEvent): readonly ScoreboardFinding[] {
  const findings: ScoreboardFinding[] = [];
  const { period, clock, sport, competitors } = event;
  const phase = phaseOfStatus(event.status);
  const longest = LONGEST_PERIOD_SECONDS[sport];
  const tooLong = clock !== null && longest !== undefined && clock.seconds > longest;
  const notBegun = (phase === 'live' || phase === 'over') && period === 0;
  if (period !== null && (notBegun || tooLong))
    findings.push({ code: 'period_not_logical', period });
  if (competitors.every(({ winner }) => winner === true)) findings.push({ code: 'two_winners' });
  if (phase === 'unknown') findings.push({ code: 'status_not_known', word: event.statusWord });
  // Sets do not add up to a score, and a hockey shoot-out adds a goal that is in no period.
  if (sport === 'football' || sport === 'basketball' || sport === 'baseball')
    for (const { id, score, parts } of competitors) {
      const sum = parts.reduce((total, { value }) => total + value, 0);
      if (score !== null && parts.length > 0 && sum !== score)
        findings.push({ code: 'parts_do_not_add_up', competitorId: id, sum, score });
    }
  return findings;
}

/** What is odd between two looks at the same event. Times in ms, clocks in seconds. Different events have no findings. */
export function compareEvents(
  before: ScoreboardEvent,
  after: ScoreboardEvent,
): readonly ScoreboardFinding[] {
  if (before.eventId !== after.eventId || before.sport !== after.sport) return [];
  const findings: ScoreboardFinding[] = [];
  const [from, to] = [phaseOfStatus(before.status), phaseOfStatus(after.status)];
  if ((from === 'over' && to !== 'over') || (from === 'live' && to === 'upcoming'))
    findings.push({ code: 'phase_went_back', from, to });
  if (before.startTimeMs !== after.startTimeMs)
    findings.push({ code: 'start_moved', fromMs: before.startTimeMs, toMs: after.startTimeMs });
  if (before.competitors.some(({ id }, at) => id !== after.competitors[at]?.id))
    return [...findings, { code: 'competitors_changed' }];
  for (const competitor of after.competitors) {
    const was = before.competitors.find(({ id }) => id === competitor.id);
    if (was !== undefined) findings.push(...lowered(was, competitor));
  }
  return [...findings, ...backwards(before, after)];
}

/** A score, or the games of one set, that is less than it was. Parts of team games may be rebooked: their sum counts. */
function lowered(before: EventCompetitor, after: EventCompetitor): readonly ScoreboardFinding[] {
  const pairs =
    before.score !== null && after.score !== null
      ? [[before.score, after.score] as const]
      : before.parts.map(({ value }, at) => [value, after.parts[at]?.value ?? 0] as const);
  return pairs
    .filter(([from, to]) => to < from)
    .map(([from, to]) => ({ code: 'score_went_down', competitorId: after.id, from, to }));
}

function backwards(before: ScoreboardEvent, after: ScoreboardEvent): readonly ScoreboardFinding[] {
  if (before.period === null || after.period === null) return [];
  if (after.period < before.period)
    return [{ code: 'period_went_back', from: before.period, to: after.period }];
  if (after.period > before.period || before.clock === null || after.clock === null) return [];
  if (phaseOfStatus(before.status) !== 'live' || phaseOfStatus(after.status) !== 'live') return [];
  const [from, to] = [before.clock.seconds, after.clock.seconds];
  const back = after.clock.direction === 'down' ? to > from : to < from;
  return back ? [{ code: 'clock_went_back', from, to }] : [];
}
