import type { Timers } from '../../shared/ports/timers.ts';
import type { OnProgress } from '../../shared/contracts/run-progress.ts';
import type { SimulatedVenues } from '../venues/simulated-venues.ts';
import type { EmbeddedAccount } from './embedded-account.ts';
import type { RunWatch } from './run-watch.ts';

const LOOK_MS = 500;
/** After the script's end everything is to be settled and booked by then. */
const GRACE_MS = 20_000;

/** Until the script is over, everything is settled and nothing is held; or the time for it is over. */
export async function followRun(on: {
  readonly onProgress: OnProgress;
  readonly venues: SimulatedVenues;
  readonly account: EmbeddedAccount;
  readonly watch: RunWatch;
  readonly timers: Timers;
  readonly signal: AbortSignal;
  /** Shown with the progress. */
  readonly note: string | null;
}): Promise<void> {
  const { onProgress, venues, account, watch, timers, signal, note } = on;
  for (;;) {
    signal.throwIfAborted();
    const nowMs = timers.nowMs();
    await watch.tell(onProgress, { store: account.sources.store, venues, nowMs, note });
    if (nowMs >= venues.endMs && (nowMs >= venues.endMs + GRACE_MS || (await isFlat(account))))
      return;
    await timers.sleep(LOOK_MS);
  }
}

async function isFlat({ sources, cloud }: EmbeddedAccount): Promise<boolean> {
  const positions = await sources.store.list('positions');
  const open = await sources.store.openOrders();
  return (
    positions.every(({ value }) => value.state === 'closed') && open.length === 0 && cloud.isIdle
  );
}
