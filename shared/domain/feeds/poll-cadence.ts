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

/** Requests to the scoreboards in an hour, all leagues together. None is published: this is what we allow ourselves. */
export const REQUESTS_AN_HOUR = 500;

const HOUR_MS = 3_600_000;
const LIVE_MS = 15_000;
const NEAR_MS = 60_000;
const IDLE_MS = 600_000;
/** Near a start is from a quarter of an hour before it to three hours after it, should the game begin late. */
const NEAR_BEFORE_MS = 15 * 60_000;
const NEAR_AFTER_MS = 3 * HOUR_MS;
/** What leagues that are not live may take of the hour, however many they are. */
const NEAR_SHARE = 250;
const IDLE_SHARE = 100;

/**
 * How often each league is looked at: 15 s while an event is live, 60 s near a confirmed start or while one is stopped,
 * 10 min while something is still to come, and not at all after. Intervals grow so that all leagues together stay in
 * the limit: with live leagues only, max(15 s, live leagues × 7.2 s), rounded up. A start that is not confirmed never
 * makes it faster.
 */
export function pollPlan<Name extends string>(
  leagues: readonly PolledLeague<Name>[],
  nowMs: EpochMs,
): readonly PollPlan<Name>[] {
  const paced = leagues.map(({ league, events }) => ({ league, pace: paceOf(events, nowMs) }));
  const count = (pace: PollPlan['pace']) => paced.filter((each) => each.pace === pace).length;
  const near = intervalFor(count('near'), NEAR_MS, NEAR_SHARE);
  const idle = intervalFor(count('idle'), IDLE_MS, IDLE_SHARE);
  const slow = (count('near') * HOUR_MS) / near + (count('idle') * HOUR_MS) / idle;
  const live = intervalFor(count('live'), LIVE_MS, REQUESTS_AN_HOUR - slow);
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
