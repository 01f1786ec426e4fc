import {
  DEFAULT_MAKERS,
  DEFAULT_TAKERS,
  type MakerParams,
  type TakerParams,
} from './exchange/participants.ts';
import type { BookProfile, TimeRange } from './sportsbooks/book-profile.ts';

/**
 * A wait of somebody who lives by the script, when the script passes `factor` times as fast as the clock: shorter by
 * the factor, but not below what a machine and its sockets can show, nor longer than it was. In whole milliseconds.
 */
function hurried(waitMs: number, factor: number, leastMs: number): number {
  return Math.round(Math.max(Math.min(waitMs, leastMs), waitMs / factor));
}

/** Whoever quotes looks at a game at most this often. */
const LOOK_MS = 200;
const LAG_MS = 40;
/** Both legs of a line are said again at least this often: our limits of age keep the clock's own time. */
const REPEAT_MS = 900;
const SUSPENSION_MS = 250;
/** Errors that last for a part of a game last for the same part of a short one. */
const HALF_LIFE_MS = 400;

/** A sportsbook that keeps up with a compressed script. A factor of 1 changes nothing. */
export function compressBook(profile: BookProfile, factor: number): BookProfile {
  const range = ({ leastMs, mostMs }: TimeRange, floorMs: number): TimeRange => ({
    leastMs: hurried(leastMs, factor, floorMs),
    mostMs: hurried(mostMs, factor, floorMs * 1.5),
  });
  return {
    ...profile,
    lagMs: hurried(profile.lagMs, factor, LAG_MS),
    noiseHalfLifeMs: hurried(profile.noiseHalfLifeMs, factor, HALF_LIFE_MS),
    look: {
      pregame: range(profile.look.pregame, LOOK_MS),
      live: range(profile.look.live, LOOK_MS),
    },
    heartbeat: {
      pregame: range(profile.heartbeat.pregame, REPEAT_MS),
      live: range(profile.heartbeat.live, REPEAT_MS),
    },
    otherLeg: range(profile.otherLeg, LAG_MS),
    suspends: { ...profile.suspends, length: range(profile.suspends.length, SUSPENSION_MS) },
  };
}

/** Market makers that keep up with a compressed script. */
export function compressMakers(factor: number): MakerParams {
  const { look, lag, refresh, mispricing, pullMs } = DEFAULT_MAKERS;
  return {
    ...DEFAULT_MAKERS,
    look: pace(look, factor, LOOK_MS),
    lag: pace(lag, factor, LAG_MS),
    refresh: pace(refresh, factor, REPEAT_MS),
    mispricing: {
      ...mispricing,
      halfLifeMs: hurried(mispricing.halfLifeMs, factor, HALF_LIFE_MS),
    },
    pullMs: hurried(pullMs, factor, SUSPENSION_MS),
  };
}

/** Takers that come as often in a game as they would, as far as a machine can follow. */
export function compressTakers(factor: number): TakerParams {
  return { ...DEFAULT_TAKERS, arrival: pace(DEFAULT_TAKERS.arrival, factor, REPEAT_MS) };
}

function pace(
  { pregameMs, liveMs }: MakerParams['look'],
  factor: number,
  leastMs: number,
): MakerParams['look'] {
  return {
    pregameMs: hurried(pregameMs, factor, leastMs),
    liveMs: hurried(liveMs, factor, leastMs),
  };
}
