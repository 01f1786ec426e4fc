import type { Rng } from '../rng.ts';
import { drawCrashes, type PlannedCrash } from './crash-plan.ts';
import type { Delay } from './delay.ts';
import type { FaultMix, TimeWindow } from './delivery.ts';
import { HEALTHY_QUEUE, type QueueFaults } from './queue-faults.ts';
import { NO_SUBMIT_FAULTS, SUBMIT_FAULTS, type SubmitFaultMix } from './submit-faults.ts';

/** The faults that a run may have. Those of submitting carry the names of `SubmitFault`. */
export const FAULT_NAMES = [
  ...SUBMIT_FAULTS,
  'stream_gap',
  'stream_duplicates',
  'user_messages_duplicated',
  'user_messages_reordered',
  'odds_duplicates',
  'odds_reordered',
  'stale_odds',
  'socket_drop',
  'process_crash',
  'queue_duplicates',
  'queue_reorder',
  'queue_redelivery',
] as const;

export type FaultName = (typeof FAULT_NAMES)[number];

/** Everything that goes wrong in one run, settled before it starts. */
export type FaultPlan<Point extends string> = {
  /** In the order of FAULT_NAMES. */
  readonly names: readonly FaultName[];
  readonly submit: SubmitFaultMix;
  /** The exchange's public stream: books, trades, lifecycle. A drop is a gap in its sequence. */
  readonly bookLink: FaultMix;
  /** The exchange's messages about our own orders and fills. Nothing is dropped while the socket holds. */
  readonly userLink: FaultMix;
  readonly oddsLink: FaultMix;
  /** The odds feed seems connected and says nothing. */
  readonly oddsSilences: readonly TimeWindow[];
  /** The exchange's socket is closed from, and can be opened again at, these times. */
  readonly socketDrops: readonly TimeWindow[];
  readonly crashes: readonly PlannedCrash<Point>[];
  readonly queue: QueueFaults;
};

/** Order of magnitude of the way from an exchange in the same region, and from an odds vendor. */
export const EXCHANGE_LINK_DELAY: Delay = { medianMs: 8, p99Ms: 40 };
export const ODDS_LINK_DELAY: Delay = { medianMs: 60, p99Ms: 300 };

/** Nothing goes wrong: delays are healthy and messages arrive once, in order. */
export const NO_FAULTS: FaultPlan<never> = {
  names: [],
  submit: NO_SUBMIT_FAULTS,
  bookLink: healthyLink(EXCHANGE_LINK_DELAY),
  userLink: healthyLink(EXCHANGE_LINK_DELAY),
  oddsLink: healthyLink(ODDS_LINK_DELAY),
  oddsSilences: [],
  socketDrops: [],
  crashes: [],
  queue: HEALTHY_QUEUE,
};

export type FaultPlanOptions<Point extends string> = {
  readonly rng: Rng;
  /** Windows of silence and closed sockets lie in this time. */
  readonly window: TimeWindow;
  readonly crashPoints: readonly Point[];
  /** Which faults may be drawn; all by default. */
  readonly allowed?: readonly FaultName[];
};

/**
 * Swarm testing (Groce et al. 2012): each seed has each allowed fault with probability one half, because runs that omit
 * some faults reach states that a run with all of them does not. How strong each is comes from a stream of its own, so
 * that leaving one out does not change another.
 */
export function drawFaultPlan<Point extends string>(
  options: FaultPlanOptions<Point>,
): FaultPlan<Point> {
  const allowed = new Set<FaultName>(options.allowed ?? FAULT_NAMES);
  const coins = options.rng.fork('which');
  const names = FAULT_NAMES.filter((name) => coins.chance(0.5) && allowed.has(name));
  return faultPlanOf(names, options);
}

/** A plan with exactly the named faults, for a scenario. */
export function faultPlanOf<Point extends string>(
  names: readonly FaultName[],
  options: Omit<FaultPlanOptions<Point>, 'allowed'>,
): FaultPlan<Point> {
  const chosen = new Set(names);
  /** A probability between `least` and `most` when the fault is chosen, otherwise 0. */
  const strength = (name: FaultName, least: number, most: number): number =>
    chosen.has(name) ? least + (most - least) * options.rng.fork(name).uniform() : 0;
  const submit = (name: FaultName): number => strength(name, 0.01, 0.1);
  return {
    names: FAULT_NAMES.filter((name) => chosen.has(name)),
    submit: {
      timeout_without_effect: submit('timeout_without_effect'),
      timeout_with_effect: submit('timeout_with_effect'),
      server_error_without_effect: submit('server_error_without_effect'),
      server_error_with_effect: submit('server_error_with_effect'),
      empty_success: submit('empty_success'),
    },
    bookLink: {
      ...healthyLink(EXCHANGE_LINK_DELAY),
      drop: strength('stream_gap', 0.0005, 0.005),
      duplicate: strength('stream_duplicates', 0.005, 0.05),
    },
    userLink: {
      ...healthyLink(EXCHANGE_LINK_DELAY),
      duplicate: strength('user_messages_duplicated', 0.05, 0.3),
      reorder: strength('user_messages_reordered', 0.05, 0.3),
    },
    oddsLink: {
      ...healthyLink(ODDS_LINK_DELAY),
      duplicate: strength('odds_duplicates', 0.02, 0.2),
      reorder: strength('odds_reordered', 0.02, 0.2),
    },
    oddsSilences: chosen.has('stale_odds')
      ? drawWindows(options.rng.fork('stale_odds'), options.window, { leastMs: 8_000 })
      : [],
    socketDrops: chosen.has('socket_drop')
      ? drawWindows(options.rng.fork('socket_drop'), options.window, { leastMs: 500 })
      : [],
    crashes: chosen.has('process_crash') ? plannedCrashes(options) : [],
    queue: {
      ...HEALTHY_QUEUE,
      duplicate: strength('queue_duplicates', 0.01, 0.1),
      reorder: strength('queue_reorder', 0.05, 0.5),
      lostDelete: strength('queue_redelivery', 0.01, 0.1),
    },
  };
}

const MOST_WINDOWS = 4;
const WINDOW_MEAN_MS = 15_000;
const MOST_CRASHES = 3;

function healthyLink(delay: Delay): FaultMix {
  return { delay, drop: 0, duplicate: 0, reorder: 0 };
}

function plannedCrashes<Point extends string>(
  options: Omit<FaultPlanOptions<Point>, 'allowed'>,
): readonly PlannedCrash<Point>[] {
  const rng = options.rng.fork('process_crash');
  return drawCrashes(rng, { points: options.crashPoints, count: 1 + rng.integer(MOST_CRASHES) });
}

/** One to four windows in order of time that do not overlap, all inside `within`. */
function drawWindows(
  rng: Rng,
  within: TimeWindow,
  length: { readonly leastMs: number },
): readonly TimeWindow[] {
  const count = 1 + rng.integer(MOST_WINDOWS);
  const shareMs = Math.floor((within.untilMs - within.fromMs) / count);
  return Array.from({ length: count }, (_, index) => {
    const earliestMs = within.fromMs + index * shareMs;
    const lengthMs = Math.min(Math.ceil(length.leastMs + rng.exponential(WINDOW_MEAN_MS)), shareMs);
    const fromMs = earliestMs + Math.floor(rng.uniform() * (shareMs - lengthMs));
    return { fromMs, untilMs: fromMs + lengthMs };
  });
}
