import { LEAGUES, type League, type Sport } from '../../../domain/market/leagues.ts';
import type {
  EventCompetitor,
  EventStatus,
  ScoreboardEvent,
} from '../../../domain/market/scoreboard-event.ts';
import { BOARDS, SPORTS } from './leagues.ts';
import { startText } from './start-text.ts';

/** An event to be shown, and the tournament or card that it is part of; null for a game by itself. */
export type ShownEvent = { readonly event: ScoreboardEvent; readonly of: string | null };

type WireType = {
  readonly id: string;
  readonly name: string;
  readonly state: 'pre' | 'in' | 'post';
  readonly completed: boolean;
};

const type = (id: string, name: string, state: WireType['state'], completed = false): WireType => ({
  id,
  name,
  state,
  completed,
});

const TYPES: Readonly<Record<Exclude<EventStatus, 'unknown'>, WireType>> = {
  scheduled: type('1', 'STATUS_SCHEDULED', 'pre'),
  in_progress: type('2', 'STATUS_IN_PROGRESS', 'in'),
  halftime: type('23', 'STATUS_HALFTIME', 'in'),
  between_periods: type('22', 'STATUS_END_PERIOD', 'in'),
  delayed: type('7', 'STATUS_DELAYED', 'in'),
  suspended: type('8', 'STATUS_SUSPENDED', 'in'),
  // Not completed, and `post` all the same.
  postponed: type('6', 'STATUS_POSTPONED', 'post'),
  cancelled: type('5', 'STATUS_CANCELED', 'post'),
  final: type('3', 'STATUS_FINAL', 'post', true),
  retired: type('38', 'STATUS_RETIRED', 'post', true),
  walkover: type('40', 'STATUS_WALKOVER', 'post', true),
};

/** Soccer says its halves, and ends in words of its own. */
const SOCCER_FINAL = type('28', 'STATUS_FULL_TIME', 'post', true);
const SOCCER_HALVES = [
  type('25', 'STATUS_FIRST_HALF', 'in'),
  type('26', 'STATUS_SECOND_HALF', 'in'),
];

const HALVES = { top: 'Top', middle: 'Mid', bottom: 'Bot', end: 'End' } as const;
/** Of a bout that is not a title's. */
const ROUNDS = 3;

/**
 * A league's board as ESPN writes it, in the fields that are read of it: a game is an event of one competition, a bout
 * stands on its card, and a match in a draw of its tournament, which says that it is on for a week.
 */
export function encodeBoard(league: League, shown: readonly ShownEvent[]): string {
  const { sport } = BOARDS[league];
  if (sport !== 'tennis' && sport !== 'mma')
    return JSON.stringify({ events: shown.map(({ event }) => gameEvent(league, event)) });
  const names = [...new Set(shown.map(({ of }) => of ?? 'Open'))];
  return JSON.stringify({
    events: names.map((name) => {
      const within = shown.flatMap(({ event, of }) => ((of ?? 'Open') === name ? [event] : []));
      return sport === 'mma' ? card(league, name, within) : tournament(league, name, within);
    }),
  });
}

/** The sport's and the league's numbers, as `uid` has them. */
function uidOf(league: League, eventId: string): string {
  const { sport, uid } = BOARDS[league];
  const number = Object.entries(SPORTS).find(([, each]) => each === sport)?.[0] ?? '';
  return `s:${number}~l:${uid ?? String(900 + LEAGUES.indexOf(league))}~e:${eventId}`;
}

function gameEvent(league: League, event: ScoreboardEvent) {
  const [home, away] = event.competitors;
  return {
    id: event.eventId,
    uid: uidOf(league, event.eventId),
    date: startText(event.startTimeMs),
    name: `${away.name ?? ''} at ${home.name ?? ''}`,
    shortName: `${away.code ?? ''} @ ${home.code ?? ''}`,
    status: statusOf(event),
    competitions: [competition(event)],
  };
}

/** The status of a tournament says nothing of a match in it. */
const WEEK = { type: TYPES.in_progress };

function tournament(league: League, name: string, events: readonly ScoreboardEvent[]) {
  const divisions = [...new Set(events.map(({ division }) => division))];
  return {
    id: idOf(name),
    uid: uidOf(league, idOf(name)),
    date: startText(Math.min(...events.map(({ startTimeMs }) => startTimeMs))),
    name,
    status: WEEK,
    groupings: divisions.map((division) => ({
      grouping: { slug: division },
      competitions: events.filter((event) => event.division === division).map(competition),
    })),
  };
}

function card(league: League, name: string, events: readonly ScoreboardEvent[]) {
  return {
    id: idOf(name),
    uid: uidOf(league, idOf(name)),
    date: startText(Math.min(...events.map(({ startTimeMs }) => startTimeMs))),
    name,
    status: WEEK,
    competitions: events.map(competition),
  };
}

function idOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40);
}

function competition(event: ScoreboardEvent) {
  const { eventId, sport, startTimeMs, startConfirmed, division, missing } = event;
  return {
    id: eventId,
    date: startText(startTimeMs),
    ...(missing.includes('time_valid') ? {} : { timeValid: startConfirmed }),
    ...(division === null
      ? {}
      : { type: sport === 'mma' ? { abbreviation: division } : { slug: division } }),
    ...(sport === 'mma' ? { format: { regulation: { periods: ROUNDS } } } : {}),
    status: statusOf(event),
    // A draw lists either first; teams come home first.
    competitors: event.competitors.map((each, at) => competitor(sport, each, at)),
  };
}

function statusOf(event: ScoreboardEvent) {
  const { clock, period, half } = event;
  const said = typeOf(event);
  const detail = half === null ? said.name : `${HALVES[half]} ${ordinal(period ?? 0)}`;
  return {
    ...(clock === null && event.missing.includes('clock') ? {} : { clock: clock?.seconds ?? 0 }),
    displayClock: displayClock(event),
    ...(period === null ? {} : { period }),
    type: { ...said, detail },
  };
}

/** What is not known is written in the event's own word. */
function typeOf({ sport, status, statusWord, period }: ScoreboardEvent): WireType {
  if (status === 'unknown') return type('99', statusWord, 'in');
  if (sport === 'soccer' && status === 'final') return SOCCER_FINAL;
  if (sport === 'soccer' && status === 'in_progress')
    return SOCCER_HALVES[(period ?? 1) - 1] ?? TYPES.in_progress;
  return TYPES[status];
}

function displayClock({ clock }: ScoreboardEvent): string {
  if (clock === null) return '0:00';
  const { direction, seconds, addedMinutes } = clock;
  const minutes = Math.floor(seconds / 60);
  const rest = String(Math.floor(seconds % 60)).padStart(2, '0');
  if (direction === 'down' || seconds < 60) return `${minutes}:${rest}`;
  return addedMinutes === 0 ? `${minutes}'` : `${minutes}'+${addedMinutes}'`;
}

function competitor(sport: Sport, each: EventCompetitor, at: number) {
  const { id, name, code, side, score, shootoutScore, parts, judgesTotals, winner } = each;
  const values = sport === 'mma' ? judgesTotals.map((value) => ({ value })) : parts.map(partOf);
  return {
    id,
    ...(side === null ? { order: at + 1 } : { order: at, homeAway: side }),
    ...(winner === null ? {} : { winner }),
    ...(score === null ? {} : { score: String(score) }),
    ...(shootoutScore === null ? {} : { shootoutScore }),
    ...(values.length === 0 ? {} : { linescores: values }),
    ...(side === null
      ? { athlete: { displayName: name ?? 'TBD' } }
      : {
          team: {
            id,
            ...(code === null ? {} : { abbreviation: code }),
            displayName: name ?? 'TBD',
          },
        }),
  };
}

function partOf({ value, tiebreak }: EventCompetitor['parts'][number]) {
  return tiebreak === null ? { value } : { value, tiebreak };
}

function ordinal(n: number): string {
  const word = ['th', 'st', 'nd', 'rd'][n % 100 > 10 && n % 100 < 14 ? 0 : n % 10] ?? 'th';
  return `${n}${word}`;
}
