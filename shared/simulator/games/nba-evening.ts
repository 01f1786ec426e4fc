import type { SentGame, SentStanding } from '../../adapters/balldontlie/wire/encode.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import { TEAM_ENTRIES } from '../../domain/mapping/teams.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { Rng } from '../rng.ts';

/** A game of an evening as it will have been played: who scores how fast. */
export type EveningGame = Omit<SentGame, 'standing' | 'homeScore' | 'visitorScore'> & {
  /** Points of each side in each quarter; no overtime is played. */
  readonly homeQuarters: readonly number[];
  readonly visitorQuarters: readonly number[];
  readonly isPostponed: boolean;
};

const QUARTER_MS = 36 * 60_000;
const BREAK_MS = 3 * 60_000;
const HALFTIME_MS = 15 * 60_000;
const QUARTER_SECONDS = 720;
const QUARTERS = 4;

/** Games between different teams, all drawn from the seed. */
export function nbaEvening(
  rng: Rng,
  options: { readonly games: number; readonly startTimeMs: EpochMs },
): readonly EveningGame[] {
  const teams = TEAM_ENTRIES.nba.map(({ code, name }, at) => ({
    id: at + 1,
    abbreviation: code,
    fullName: name,
  }));
  invariant(options.games * 2 <= teams.length, 'no team plays twice in an evening');
  const drawn = teams
    .map((team) => ({ team, order: rng.uniform() }))
    .toSorted((a, b) => a.order - b.order);
  return Array.from({ length: options.games }, (_, at) => {
    const [home, visitor] = [drawn[2 * at]?.team, drawn[2 * at + 1]?.team];
    invariant(home !== undefined && visitor !== undefined, 'there are teams for each game');
    const homeQuarters = drawQuarters(rng);
    return {
      id: 15_900_000 + at,
      home,
      visitor,
      startTimeMs: options.startTimeMs,
      homeQuarters,
      visitorQuarters: decided(homeQuarters, drawQuarters(rng)),
      isPostponed: false,
    };
  });
}

function drawQuarters(rng: Rng): readonly number[] {
  return Array.from({ length: QUARTERS }, () => 20 + rng.integer(18));
}

/** Nobody draws: a point more in the last quarter. */
function decided(home: readonly number[], visitor: readonly number[]): readonly number[] {
  const [first = 0, ...others] = visitor;
  return sum(home) === sum(visitor) ? [first + 1, ...others] : visitor;
}

/** The game as it stands at a time. A quarter takes 36 minutes, its points come evenly. */
export function nbaGameAt(game: EveningGame, timeMs: EpochMs): SentGame {
  const { homeQuarters, visitorQuarters, isPostponed, ...sent } = game;
  const standing = isPostponed
    ? { kind: 'postponed' as const }
    : standingAt(timeMs - game.startTimeMs);
  const of = (quarters: readonly number[]): number => pointsOf(quarters, standing);
  return { ...sent, standing, homeScore: of(homeQuarters), visitorScore: of(visitorQuarters) };
}

function standingAt(sinceMs: number): SentStanding {
  if (sinceMs < 0) return { kind: 'scheduled' };
  let beginMs = 0;
  for (let period = 1; period <= QUARTERS; period += 1) {
    const intoMs = sinceMs - beginMs;
    if (intoMs < QUARTER_MS) {
      const left = QUARTER_SECONDS * (1 - intoMs / QUARTER_MS);
      return { kind: 'live', period, clockSeconds: Math.min(QUARTER_SECONDS, Math.ceil(left)) };
    }
    const pauseMs = period === 2 ? HALFTIME_MS : BREAK_MS;
    if (period < QUARTERS && intoMs < QUARTER_MS + pauseMs)
      return period === 2 ? { kind: 'halftime' } : { kind: 'live', period, clockSeconds: 0 };
    beginMs += QUARTER_MS + pauseMs;
  }
  return { kind: 'final', period: QUARTERS };
}

function pointsOf(quarters: readonly number[], standing: SentStanding): number {
  switch (standing.kind) {
    case 'scheduled':
    case 'postponed':
      return 0;
    case 'halftime':
      return sum(quarters.slice(0, 2));
    case 'final':
      return sum(quarters);
    case 'live': {
      const played = 1 - standing.clockSeconds / QUARTER_SECONDS;
      const now = Math.floor((quarters[standing.period - 1] ?? 0) * played);
      return sum(quarters.slice(0, standing.period - 1)) + now;
    }
  }
}

function sum(points: readonly number[]): number {
  return points.reduce((total, value) => total + value, 0);
}
