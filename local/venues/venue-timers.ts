import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { TimerHandle, Timers, TimerTask } from '../../shared/ports/timers.ts';

/**
 * The timers of one set of venues: their time never goes back, as the exchange demands, though the machine's clock may
 * be set back; and what they have planned ends with them.
 */
export class VenueTimers implements Timers {
  readonly #timers: Timers;
  readonly #planned = new Set<TimerHandle>();
  #latestMs: EpochMs;
  #isClosed = false;

  /** Time begins at `fromMs` at the earliest. */
  constructor(timers: Timers, fromMs: EpochMs = Number.NEGATIVE_INFINITY) {
    this.#timers = timers;
    this.#latestMs = fromMs;
  }

  nowMs(): EpochMs {
    this.#latestMs = Math.max(this.#latestMs, this.#timers.nowMs());
    return this.#latestMs;
  }

  at(timeMs: EpochMs, label: string, task: TimerTask): TimerHandle {
    if (this.#isClosed) return { run: null };
    const handle = this.#timers.at(Math.max(timeMs, this.#timers.nowMs()), label, () => {
      this.#planned.delete(handle);
      return task();
    });
    this.#planned.add(handle);
    return handle;
  }

  after(delayMs: number, label: string, task: TimerTask): TimerHandle {
    return this.at(this.#timers.nowMs() + Math.ceil(delayMs), label, task);
  }

  cancel(handle: TimerHandle): void {
    this.#planned.delete(handle);
    this.#timers.cancel(handle);
  }

  sleep(ms: number): Promise<void> {
    return this.#timers.sleep(ms);
  }

  /** Nothing that was planned here happens any more. */
  close(): void {
    this.#isClosed = true;
    for (const handle of this.#planned) this.#timers.cancel(handle);
    this.#planned.clear();
  }
}
