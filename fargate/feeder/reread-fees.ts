import { clearCause, raiseCause } from '../../shared/application/trading-causes.ts';
import type { EventTicker } from '../../shared/domain/market/market.ts';
import type { DirectoryEntry, FeederParts } from './feeder-parts.ts';
import type { TaskTimers } from './task-timers.ts';

const RETRY_MS = 5_000;

/**
 * The fees of an event are about to be other ones: new risk in it is refused until they were read again. An event whose
 * fees nobody can compute is not listed any more, and its refusal stays.
 */
export async function rereadFees(
  { store, timers }: Pick<FeederParts, 'store' | 'timers'>,
  tasks: TaskTimers,
  eventTicker: EventTicker,
  read: () => Promise<readonly DirectoryEntry[] | null>,
): Promise<void> {
  const cause = { code: 'fee_drift', scope: { kind: 'event', eventTicker } } as const;
  const detail = 'the exchange changes the fees of this event, which are being read again';
  await raiseCause(store, { ...cause, state: 'refuse', sinceMs: timers.nowMs(), detail });
  const entries = await tasks.guard('fees', read);
  if (tasks.isOver) return;
  if (entries?.some(({ market }) => market.eventTicker === eventTicker) === true)
    await clearCause(store, cause);
  else
    tasks.after(RETRY_MS, 'fees are read again', () =>
      rereadFees({ store, timers }, tasks, eventTicker, read),
    );
}
