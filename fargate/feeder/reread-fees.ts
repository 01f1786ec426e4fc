import { clearCause, raiseCause } from '../../shared/application/trading-causes.ts';
import type { EventTicker } from '../../shared/domain/market/market.ts';
import type { DirectoryEntry, FeederParts } from './feeder-parts.ts';
import type { TaskTimers } from './task-timers.ts';

/** The wait before another try doubles from the one to the other: each reads the whole directory afresh. */
const RETRY_MS = 5_000;
const MOST_RETRY_MS = 300_000;
/** Reads lag behind what was told, and clocks differ: the first answer may have been of before. */
const CONFIRM_MS = 10_000;

/**
 * The fees of an event are about to be other ones: new risk in it is refused until they were read again. An event whose
 * fees nobody can compute is not listed any more, and its refusal stays.
 */
export async function rereadFees(
  { store, timers }: Pick<FeederParts, 'store' | 'timers'>,
  tasks: TaskTimers,
  eventTicker: EventTicker,
  read: () => Promise<readonly DirectoryEntry[] | null>,
  retryMs: number = RETRY_MS,
): Promise<void> {
  const cause = { code: 'fee_drift', scope: { kind: 'event', eventTicker } } as const;
  const detail = 'the exchange changes the fees of this event, which are being read again';
  await raiseCause(store, { ...cause, state: 'refuse', sinceMs: timers.nowMs(), detail });
  const entries = await tasks.guard('fees', read);
  if (tasks.isOver) return;
  if (entries?.some(({ market }) => market.eventTicker === eventTicker) === true) {
    await clearCause(store, cause);
    tasks.after(CONFIRM_MS, 'fees are read once more', async () => void (await read()));
    return;
  }
  // What could not be read at all is tried again as soon; an event that is not listed may never be again.
  const nextMs = entries === null ? retryMs : Math.min(MOST_RETRY_MS, 2 * retryMs);
  tasks.after(retryMs, 'fees are read again', () =>
    rereadFees({ store, timers }, tasks, eventTicker, read, nextMs),
  );
}
