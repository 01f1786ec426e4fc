import type { EventPhase } from '../market/scoreboard-event.ts';
import type { EpochMs } from '../market/market.ts';

/** What the cadence must know of an event. */
export type PolledEvent = {
  readonly phase: EventPhase;
  readonly startTimeMs: EpochMs;
  readonly startConfirmed: boolean;
};

export type PolledLeague<Name extends string = string> = {
  readonly league: Name;
  readonly events: readonly PolledEvent[];
};

/** How often a league is looked at. `none` when nothing in it can still happen. */
export type PollPlan<Name extends string = string> = {
  readonly league: Name;
  readonly pace: 'live' | 'near' | 'idle' | 'none';
  /** From the start of one look to the start of the next; null for `none`. */
  readonly intervalMs: number | null;
};

/** What we allow ourselves; no source publishes a limit. */
export type PollLimits = {
  /** All leagues together. */
  readonly requestsPerHour: number;
  /** The least from look to look while an event is live; the paces before it are multiples of it. */
  readonly liveMs: number;
};

/** Requests to the scoreboards in an hour, all leagues together. None is published: this is what we allow ourselves. */
export const REQUESTS_AN_HOUR = 500;

const DEFAULT_LIMITS: PollLimits = { requestsPerHour: REQUESTS_AN_HOUR, liveMs: 15_000 };

const HOUR_MS = 3_600_000;
/** 60 s and 10 min beside the usual 15 s. */
const NEAR_OF_LIVE = 4;
const IDLE_OF_LIVE = 40;
/** Near a start is from a quarter of an hour before it to three hours after it, should the game begin late. */
const NEAR_BEFORE_MS = 15 * 60_000;
const NEAR_AFTER_MS = 3 * HOUR_MS;
/** What leagues that are not live may take of the hour, however many they are. */
const NEAR_SHARE = 0.5;
const IDLE_SHARE = 0.2;

/**
 * How often each league is looked at: 15 s while an event is live, 60 s near a confirmed start or while one is stopped,
 * 10 min while something is still to come, and not at all after. Intervals grow so that all leagues together stay in
 * the limit: with live leagues only, max(15 s, live leagues × 7.2 s), rounded up. A start that is not confirmed never
 * makes it faster.
 */
export function pollPlan<Name extends string>(
  leagues: readonly PolledLeague<Name>[],
  nowMs: EpochMs,
  limits: PollLimits = DEFAULT_LIMITS,
): readonly PollPlan<Name>[] {
  const { requestsPerHour, liveMs } = limits;
  const paced = leagues.map(({ league, events }) => ({ league, pace: paceOf(events, nowMs) }));
  const count = (pace: PollPlan['pace']) => paced.filter((each) => each.pace === pace).length;
  const near = intervalFor(count('near'), NEAR_OF_LIVE * liveMs, NEAR_SHARE * requestsPerHour);
  const idle = intervalFor(count('idle'), IDLE_OF_LIVE * liveMs, IDLE_SHARE * requestsPerHour);
  const slow = (count('near') * HOUR_MS) / near + (count('idle') * HOUR_MS) / idle;
  const live = intervalFor(count('live'), liveMs, requestsPerHour - slow);
  const intervals = { live, near, idle, none: null };
  return paced.map(({ league, pace }) => ({ league, pace, intervalMs: intervals[pace] }));
}

function intervalFor(leagues: number, leastMs: number, requestsAnHour: number): number {
  return Math.max(leastMs, Math.ceil((leagues * HOUR_MS) / requestsAnHour));
}

function paceOf(events: readonly PolledEvent[], nowMs: EpochMs): PollPlan['pace'] {
  let pace: PollPlan['pace'] = 'none';
  for (const event of events) {
    const asked = paceOfEvent(event, nowMs);
    if (asked === 'live') return 'live';
    if (asked === 'near' || (asked === 'idle' && pace === 'none')) pace = asked;
  }
  return pace;
}

function paceOfEvent(event: PolledEvent, nowMs: EpochMs): PollPlan['pace'] {
  switch (event.phase) {
    case 'live':
      return 'live';
    case 'stopped':
      return 'near';
    case 'upcoming': {
      const untilMs = event.startTimeMs - nowMs;
      const near = untilMs <= NEAR_BEFORE_MS && untilMs >= -NEAR_AFTER_MS;
      return event.startConfirmed && near ? 'near' : 'idle';
    }
    case 'unknown':
      return 'idle';
    case 'off':
    case 'over':
      return 'none';
  }
}
