import type { Timers } from '../../shared/ports/timers.ts';
import type { LocalCloud } from '../cloud/local-cloud.ts';

/** Messages of all queues together; what a stream's mapping gave up counts among the dead. */
export type QueueTotals = {
  readonly lost: number;
  readonly dead: number;
  readonly waiting: number;
};

export function queueTotals(cloud: LocalCloud): QueueTotals {
  const deadLetterQueues = new Set(
    Object.values(cloud.wiring.queues).map(({ redrive }) => redrive?.deadLetterQueue),
  );
  let [sent, done, dead, waiting] = [0, 0, 0, 0];
  for (const { name, counters } of cloud.queueCounters()) {
    if (deadLetterQueues.has(name)) continue;
    sent += counters.sent + counters.duplicated;
    done += counters.processed;
    dead += counters.deadLettered + counters.expired;
    waiting += counters.waiting + counters.inFlight;
  }
  const givenUp = cloud.streamMappings.reduce((sum, { counters }) => sum + counters.givenUp, 0);
  return { lost: sent - done - dead - waiting, dead: dead + givenUp, waiting };
}

const LOOK_MS = 50;
/** Idle at so many looks in a row: a stream is polled, and between two polls it looks idle too. */
const IDLE_LOOKS = 8;
const LONGEST_MS = 15_000;

/** Waits until nothing is on its way any more, a quarter of a minute at most. True when it came to rest. */
export async function settleDown(
  cloud: LocalCloud,
  timers: Timers,
  signal: AbortSignal,
): Promise<boolean> {
  const giveUpMs = timers.nowMs() + LONGEST_MS;
  let idle = 0;
  while (idle < IDLE_LOOKS) {
    signal.throwIfAborted();
    if (timers.nowMs() > giveUpMs) return false;
    idle = cloud.isIdle ? idle + 1 : 0;
    await timers.sleep(LOOK_MS);
  }
  return true;
}
