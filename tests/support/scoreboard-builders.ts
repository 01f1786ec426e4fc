import type {
  EventCompetitor,
  ScoreboardEvent,
} from '../../shared/domain/market/scoreboard-event.ts';

export function aCompetitor(id: string, change: Partial<EventCompetitor> = {}): EventCompetitor {
  return {
    id,
    name: id,
    code: id,
    side: null,
    score: 7,
    shootoutScore: null,
    parts: [{ value: 7, tiebreak: null }],
    judgesTotals: [],
    winner: null,
    ...change,
  };
}

/** A game of the NFL in its second quarter, 7 to 7, unless changed. */
export function aScoreboardEvent(change: Partial<ScoreboardEvent> = {}): ScoreboardEvent {
  return {
    eventId: '1',
    sport: 'football',
    league: 'nfl',
    division: null,
    status: 'in_progress',
    statusWord: 'STATUS_IN_PROGRESS',
    startTimeMs: 0,
    startConfirmed: true,
    period: 2,
    clock: { direction: 'down', seconds: 60, addedMinutes: 0 },
    half: null,
    ending: null,
    competitors: [aCompetitor('home'), aCompetitor('away')],
    missing: [],
    receivedMs: 0,
    ...change,
  };
}
