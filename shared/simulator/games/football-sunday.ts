import type { EpochMs } from '../../domain/market/market.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { Rng } from '../rng.ts';
import type { Game, ScheduledGame, Team } from './game.ts';
import { NFL_TEAMS } from './nfl-teams.ts';
import { playNflGame } from './nfl-game.ts';
import { NFL_PACE, SHORT_PACE } from './pace.ts';

/** A day of games. The time zone is explicit: `midnightMs` is 00:00 Eastern of the day that `date` names. */
export type GameDay = { readonly date: string; readonly midnightMs: EpochMs };

/** Sunday 2026-11-22. Eastern standard time (UTC-5) holds from 2026-11-01, so midnight there is 05:00 UTC. */
export const SUNDAY_2026_11_22: GameDay = {
  date: '2026-11-22',
  midnightMs: 1_795_323_600_000,
};

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** The Sunday windows, as time of day Eastern, and how many games start in each: 13 in all. */
const WINDOWS: readonly { readonly afterMidnightMs: number; readonly games: number }[] = [
  { afterMidnightMs: 13 * HOUR_MS, games: 8 },
  { afterMidnightMs: 16 * HOUR_MS + 5 * MINUTE_MS, games: 2 },
  { afterMidnightMs: 16 * HOUR_MS + 25 * MINUTE_MS, games: 2 },
  { afterMidnightMs: 20 * HOUR_MS + 20 * MINUTE_MS, games: 1 },
];

/** Points: what playing at home is worth, how team strengths spread, and the usual total. */
const HOME_ADVANTAGE = 1.7;
const STRENGTH_DEVIATION = 4.5;
const LARGEST_MARGIN = 14;
const TOTAL_MEAN = 44.5;
const TOTAL_DEVIATION = 3;

/** Thirteen games between real teams; who meets whom and how strong they are is drawn, not the league's schedule. */
export function footballSunday(
  rng: Rng,
  day: GameDay = SUNDAY_2026_11_22,
): readonly ScheduledGame[] {
  const pairing = rng.fork('pairing');
  const teams = shuffled(pairing, NFL_TEAMS);
  const starts = WINDOWS.flatMap(({ afterMidnightMs, games }) =>
    Array.from({ length: games }, () => day.midnightMs + afterMidnightMs),
  );
  return starts.map((startTimeMs, index) => {
    const home = teams[2 * index];
    const away = teams[2 * index + 1];
    invariant(home !== undefined && away !== undefined, 'the league has teams for 13 games');
    return scheduledGame({ rng, day, home, away, startTimeMs });
  });
}

/** One game of the Sunday, at 13:00 Eastern. */
export function oneGame(rng: Rng, day: GameDay = SUNDAY_2026_11_22): readonly ScheduledGame[] {
  return footballSunday(rng, day).slice(0, 1);
}

/** A scheduled game played at the pace of the NFL: about 3 h 10 min. */
export function playFullGame(rng: Rng, scheduled: ScheduledGame): Game {
  return playNflGame(rng.fork(scheduled.gameId), scheduled, NFL_PACE);
}

/** A scheduled game played within about 20 minutes, scores of a whole game, for simulations over many seeds. */
export function playShortGame(rng: Rng, scheduled: ScheduledGame): Game {
  return playNflGame(rng.fork(scheduled.gameId), scheduled, SHORT_PACE);
}

function scheduledGame(game: {
  readonly rng: Rng;
  readonly day: GameDay;
  readonly home: Team;
  readonly away: Team;
  readonly startTimeMs: EpochMs;
}): ScheduledGame {
  const { home, away, day } = game;
  const gameId = `nfl-${day.date}-${away.code}-${home.code}`;
  const strengths = game.rng.fork(`strengths ${gameId}`);
  const margin = HOME_ADVANTAGE + STRENGTH_DEVIATION * (strengths.normal() - strengths.normal());
  return {
    gameId,
    home,
    away,
    startTimeMs: game.startTimeMs,
    expectedMargin: Math.min(LARGEST_MARGIN, Math.max(-LARGEST_MARGIN, margin)),
    expectedTotal: TOTAL_MEAN + TOTAL_DEVIATION * strengths.normal(),
  };
}

/** Fisher and Yates. */
function shuffled<T>(rng: Rng, items: readonly T[]): readonly T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const pick = rng.integer(last + 1);
    const a = result[last];
    const b = result[pick];
    if (a === undefined || b === undefined) continue;
    result[last] = b;
    result[pick] = a;
  }
  return result;
}
