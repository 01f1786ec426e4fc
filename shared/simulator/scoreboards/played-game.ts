import { sportOf, type League, type Sport } from '../../domain/market/leagues.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import type {
  EventClock,
  EventCompetitor,
  EventStatus,
  ScoreboardEvent,
} from '../../domain/market/scoreboard-event.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { Rng } from '../rng.ts';
import type { ScriptedEvent } from './scripted-event.ts';

/** A team as ESPN shows it. */
export type ShownTeam = { readonly id: string; readonly code: string; readonly name: string };

export type PlayedGameOptions = {
  readonly rng: Rng;
  readonly league: League;
  readonly eventId: string;
  readonly home: ShownTeam;
  readonly away: ShownTeam;
  readonly startMs: EpochMs;
};

/** How a team sport is played and scored; enough for a board, not for a price. */
type Rules = {
  readonly periods: number;
  /** On the clock; an inning has none. */
  readonly periodSeconds: number;
  /** Of the day for one second on the clock. */
  readonly pace: number;
  /** Between periods, in seconds of the day. */
  readonly breakSeconds: number;
  readonly clock: EventClock['direction'] | null;
  /** Of one side in a period. */
  readonly meanScores: number;
  readonly points: readonly number[];
  readonly mayTie: boolean;
};

const QUARTERS = { periods: 4, clock: 'down', mayTie: false } as const;

function rulesOf(league: League): Rules {
  const sport = sportOf(league);
  switch (sport) {
    case 'football':
      return {
        ...QUARTERS,
        periodSeconds: 900,
        pace: 3,
        breakSeconds: 240,
        meanScores: 1.1,
        points: [3, 7],
      };
    case 'basketball': {
      const basketball = { ...QUARTERS, pace: 3, breakSeconds: 150, points: [1, 2, 2, 3] };
      if (league === 'ncaab')
        return { ...basketball, periods: 2, periodSeconds: 1_200, meanScores: 17 };
      return { ...basketball, periodSeconds: league === 'nba' ? 720 : 600, meanScores: 12 };
    }
    case 'hockey':
      return {
        ...QUARTERS,
        periods: 3,
        periodSeconds: 1_200,
        pace: 2,
        breakSeconds: 1_080,
        meanScores: 1,
        points: [1],
      };
    case 'baseball':
      return {
        periods: 9,
        periodSeconds: 1_080,
        pace: 1,
        breakSeconds: 0,
        clock: null,
        meanScores: 0.5,
        points: [1],
        mayTie: false,
      };
    case 'soccer':
      return {
        periods: 2,
        periodSeconds: 2_700,
        pace: 1,
        breakSeconds: 900,
        clock: 'up',
        meanScores: 0.7,
        points: [1],
        mayTie: true,
      };
    case 'tennis':
    case 'mma':
      invariant(false, `${sport} is not played by teams`);
  }
}

type Play = {
  readonly side: 0 | 1;
  readonly period: number;
  readonly second: number;
  readonly points: number;
};

/** Soccer's minutes beside a clock that stands. */
const ADDED_SECONDS = 240;

/**
 * A game of a team sport played out from a seed: Poisson scores in its periods, one more period where it must not end
 * tied, clock and breaks as its board shows them.
 */
export function playedGame(options: PlayedGameOptions): ScriptedEvent {
  const { league, startMs } = options;
  const rules = rulesOf(league);
  const plays = drawPlays(options.rng, rules);
  const periods = Math.max(rules.periods, ...plays.map(({ period }) => period));
  return {
    league,
    of: null,
    at: (timeMs) => shownAt(options, rules, { plays, periods }, (timeMs - startMs) / 1_000),
  };
}

function drawPlays(rng: Rng, rules: Rules): readonly Play[] {
  const plays: Play[] = [];
  for (let period = 1; period <= rules.periods; period += 1)
    for (const side of [0, 1] as const) {
      const draws = rng.fork(`period ${period} side ${side}`);
      const mean = rules.periodSeconds / rules.meanScores;
      for (
        let second = draws.exponential(mean);
        second < rules.periodSeconds;
        second += draws.exponential(mean)
      ) {
        const points = rules.points[draws.integer(rules.points.length)] ?? 1;
        plays.push({ side, period, second, points });
      }
    }
  const sum = (side: 0 | 1) => totalOf(plays.filter((play) => play.side === side));
  if (!rules.mayTie && sum(0) === sum(1)) {
    const side = rng.fork('overtime').chance(0.5) ? 0 : 1;
    const second = rules.periodSeconds / 4;
    plays.push({ side, period: rules.periods + 1, second, points: rules.points[0] ?? 1 });
  }
  return plays;
}

function totalOf(plays: readonly Play[]): number {
  return plays.reduce((total, { points }) => total + points, 0);
}

type Standing = {
  readonly status: EventStatus;
  readonly period: number;
  /** Played of the period, in seconds of its clock. */
  readonly second: number;
};

function standingAt(rules: Rules, periods: number, dayS: number): Standing {
  if (dayS < 0) return { status: 'scheduled', period: 0, second: 0 };
  const extraS = rules.clock === 'up' ? ADDED_SECONDS : 0;
  const lengthS = rules.periodSeconds + extraS;
  const roundS = lengthS * rules.pace + rules.breakSeconds;
  const period = Math.floor(dayS / roundS) + 1;
  const second = (dayS - (period - 1) * roundS) / rules.pace;
  // An overtime of these ends with its one score, a quarter into it.
  if (period > periods || (period > rules.periods && second >= rules.periodSeconds / 4))
    return { status: 'final', period: periods, second: lengthS };
  if (second < lengthS) return { status: 'in_progress', period, second: Math.floor(second) };
  if (period === periods) return { status: 'final', period, second: lengthS };
  const isHalf = period * 2 === rules.periods;
  return { status: isHalf ? 'halftime' : 'between_periods', period, second: lengthS };
}

const WORDS: Readonly<Partial<Record<EventStatus, string>>> = {
  scheduled: 'STATUS_SCHEDULED',
  in_progress: 'STATUS_IN_PROGRESS',
  halftime: 'STATUS_HALFTIME',
  between_periods: 'STATUS_END_PERIOD',
  final: 'STATUS_FINAL',
};

function shownAt(
  { league, eventId, home, away, startMs }: PlayedGameOptions,
  rules: Rules,
  { plays, periods }: { readonly plays: readonly Play[]; readonly periods: number },
  dayS: number,
): ScoreboardEvent {
  const sport = sportOf(league);
  const standing = standingAt(rules, periods, dayS);
  const { status, period, second } = standing;
  const isOver = status === 'final';
  const done = plays.filter(
    (play) => isOver || play.period < period || (play.period === period && play.second <= second),
  );
  const scores = ([0, 1] as const).map((side) =>
    totalOf(done.filter((play) => play.side === side)),
  );
  const competitor = (team: ShownTeam, at: 0 | 1): EventCompetitor => ({
    ...team,
    side: at === 0 ? 'home' : 'away',
    score: scores[at] ?? 0,
    shootoutScore: null,
    parts: Array.from({ length: period }, (_, nth) => ({
      value: totalOf(done.filter((play) => play.side === at && play.period === nth + 1)),
      tiebreak: null,
    })),
    judgesTotals: [],
    winner: isOver ? (scores[at] ?? 0) > (scores[1 - at] ?? 0) : null,
  });
  return {
    eventId,
    sport,
    league,
    division: null,
    status,
    statusWord: wordOf(sport, standing),
    startTimeMs: startMs,
    startConfirmed: true,
    period,
    clock: clockOf(rules, standing),
    half:
      sport === 'baseball' && status === 'in_progress'
        ? second * 2 < rules.periodSeconds
          ? 'top'
          : 'bottom'
        : null,
    ending: null,
    competitors: [competitor(home, 0), competitor(away, 1)],
    missing: [],
    receivedMs: startMs + dayS * 1_000,
  };
}

function wordOf(sport: Sport, { status, period }: Standing): string {
  if (sport === 'soccer' && status === 'final') return 'STATUS_FULL_TIME';
  if (sport === 'soccer' && status === 'in_progress')
    return period === 1 ? 'STATUS_FIRST_HALF' : 'STATUS_SECOND_HALF';
  return WORDS[status] ?? '';
}

function clockOf(rules: Rules, { status, period, second }: Standing): EventClock | null {
  if (rules.clock === null) return null;
  if (rules.clock === 'down') {
    const seconds = status === 'scheduled' ? 0 : Math.max(0, rules.periodSeconds - second);
    return { direction: 'down', seconds, addedMinutes: 0 };
  }
  const before = Math.max(0, period - 1) * rules.periodSeconds;
  const added = Math.floor(Math.max(0, second - rules.periodSeconds) / 60);
  return {
    direction: 'up',
    seconds: before + Math.min(second, rules.periodSeconds),
    addedMinutes: added,
  };
}
