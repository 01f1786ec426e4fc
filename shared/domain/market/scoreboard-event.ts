import type { League, Sport } from './leagues.ts';
import type { EpochMs } from './market.ts';

/** Where an event stands. `unknown` is a word that is not in the table, or one that contradicts itself. */
export type EventStatus =
  | 'scheduled'
  | 'in_progress'
  | 'halftime'
  | 'between_periods'
  | 'delayed'
  | 'suspended'
  | 'postponed'
  | 'cancelled'
  | 'final'
  | 'retired'
  | 'walkover'
  | 'unknown';

/** What may be done with a status: an event that is stopped or off has no result and is not played now. */
export type EventPhase = 'upcoming' | 'live' | 'stopped' | 'off' | 'over' | 'unknown';

/** Football, basketball and hockey count down in the period; soccer up over the match, with added minutes beside it. */
export type EventClock = {
  readonly direction: 'down' | 'up';
  readonly seconds: number;
  /** Minutes of stoppage shown beside a clock that stands: "90'+4'". */
  readonly addedMinutes: number;
};

/** A score of one period, or the games of one tennis set with the points of its tie-break. */
export type PartScore = { readonly value: number; readonly tiebreak: number | null };

export type EventCompetitor = {
  readonly id: string;
  /** Null while nobody is drawn. */
  readonly name: string | null;
  readonly code: string | null;
  readonly side: 'home' | 'away' | null;
  /** As the scoreboard shows it, also before the start. Tennis and UFC have none. */
  readonly score: number | null;
  readonly shootoutScore: number | null;
  readonly parts: readonly PartScore[];
  /** UFC only: the judges' totals, which are no score. */
  readonly judgesTotals: readonly number[];
  /** Null until the event is over, whatever the source says before. */
  readonly winner: boolean | null;
};

export type EventField = 'score' | 'clock' | 'period' | 'half' | 'sets' | 'name' | 'time_valid';

/** One game, match or bout as a scoreboard shows it at one time. Nothing in it is filled in that was not shown. */
export type ScoreboardEvent = {
  readonly eventId: string;
  readonly sport: Sport;
  readonly league: League | null;
  /** The draw or weight class: a week of tennis holds men, women and doubles. */
  readonly division: string | null;
  readonly status: EventStatus;
  /** The source's own word, kept to be counted and read by people. */
  readonly statusWord: string;
  readonly startTimeMs: EpochMs;
  /** False while the source only guesses the time of day: such a start drives nothing. */
  readonly startConfirmed: boolean;
  /** Quarter, half, inning, set or round; 0 before the start where the source says so. */
  readonly period: number | null;
  /** Null where the sport has none. */
  readonly clock: EventClock | null;
  /** Baseball only. */
  readonly half: 'top' | 'middle' | 'bottom' | 'end' | null;
  /** UFC only, once over: all rounds fought, or ended inside them. */
  readonly ending: 'distance' | 'inside_distance' | null;
  /** Home first, or by order of the draw. */
  readonly competitors: readonly [EventCompetitor, EventCompetitor];
  /** What this event ought to show and does not. */
  readonly missing: readonly EventField[];
  readonly receivedMs: EpochMs;
};

/** The phase of a status. An unknown one is not live and not over. */
export function phaseOfStatus(status: EventStatus): EventPhase {
  switch (status) {
    case 'scheduled':
      return 'upcoming';
    case 'in_progress':
    case 'halftime':
    case 'between_periods':
      return 'live';
    case 'delayed':
    case 'suspended':
      return 'stopped';
    case 'postponed':
    case 'cancelled':
      return 'off';
    case 'final':
    case 'retired':
    case 'walkover':
      return 'over';
    case 'unknown':
      return 'unknown';
  }
}
