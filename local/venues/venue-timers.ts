import type { EpochMs } from '../../shared/domain/market/market.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import type { TimerHandle, Timers, TimerTask } from '../../shared/ports/timers.ts';

type Planned = {
  readonly timeMs: EpochMs;
  readonly label: string;
  /** The machine's timer; null while the time of the venues stands still. */
  armed: TimerHandle | null;
};

/**
 * The timers of one set of venues: their time never goes back, as the exchange demands, though the machine's clock may
 * be set back; and what they have planned ends with them. Their time may be moved ahead and run at another rate.
 */
export class VenueTimers implements Timers {
  readonly #timers: Timers;
  readonly #planned = new Map<TimerHandle, Planned>();
  #latestMs: EpochMs;
  /** A moment of both clocks from which the time of the venues is counted. */
  #machineFromMs: EpochMs = 0;
  #fromMs: EpochMs = 0;
  #rate = 1;
  #isClosed = false;

  /** Time begins at `fromMs` at the earliest. */
  constructor(timers: Timers, fromMs: EpochMs = Number.NEGATIVE_INFINITY) {
    this.#timers = timers;
    this.#latestMs = fromMs;
  }

  /** Milliseconds of the venues in one of the machine. */
  get rate(): number {
    return this.#rate;
  }

  nowMs(): EpochMs {
    const passedMs = (this.#timers.nowMs() - this.#machineFromMs) * this.#rate;
    this.#latestMs = Math.max(this.#latestMs, this.#fromMs + Math.floor(passedMs));
    return this.#latestMs;
  }

  at(timeMs: EpochMs, label: string, task: TimerTask): TimerHandle {
    const handle: TimerHandle = { run: task };
    if (this.#isClosed) return { run: null };
    const planned: Planned = { timeMs, label, armed: null };
    this.#planned.set(handle, planned);
    this.#arm(handle, planned);
    return handle;
  }

  after(delayMs: number, label: string, task: TimerTask): TimerHandle {
    return this.at(this.nowMs() + Math.ceil(delayMs), label, task);
  }

  cancel(handle: TimerHandle): void {
    handle.run = null;
    const planned = this.#planned.get(handle);
    this.#planned.delete(handle);
    if (planned !== undefined) this.#disarm(planned);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, 'sleep', resolve);
    });
  }

  /** Moves the time ahead; what was due in between happens next, in order of time. */
  advance(byMs: number): void {
    invariant(Number.isSafeInteger(byMs) && byMs >= 0, `time goes ahead by ${byMs} ms`);
    this.#restart(this.nowMs() + byMs, this.#rate);
  }

  /** From now on the time of the venues runs so many times as fast as the machine's; 0 makes it stand still. */
  setRate(rate: number): void {
    invariant(Number.isFinite(rate) && rate >= 0, `time runs ${rate} times as fast`);
    this.#restart(this.nowMs(), rate);
  }

  /** Nothing that was planned here happens any more. */
  close(): void {
    this.#isClosed = true;
    for (const [handle, planned] of this.#planned) {
      handle.run = null;
      this.#disarm(planned);
    }
    this.#planned.clear();
  }

  #restart(fromMs: EpochMs, rate: number): void {
    this.#machineFromMs = this.#timers.nowMs();
    this.#fromMs = fromMs;
    this.#rate = rate;
    const waiting = [...this.#planned].toSorted(([, one], [, other]) => one.timeMs - other.timeMs);
    for (const [handle, planned] of waiting) {
      this.#disarm(planned);
      this.#arm(handle, planned);
    }
  }

  #arm(handle: TimerHandle, planned: Planned): void {
    const dueMs = this.#machineMsOf(planned.timeMs);
    if (dueMs === null) return;
    planned.armed = this.#timers.at(dueMs, planned.label, () => {
      const task = handle.run;
      handle.run = null;
      this.#planned.delete(handle);
      return task?.();
    });
  }

  #disarm(planned: Planned): void {
    if (planned.armed !== null) this.#timers.cancel(planned.armed);
    planned.armed = null;
  }

  /** When the machine's clock shows a time of the venues, or now if that is past; null when it never will. */
  #machineMsOf(timeMs: EpochMs): EpochMs | null {
    const machineNowMs = this.#timers.nowMs();
    const waitMs = timeMs - this.#fromMs;
    if (this.#rate === 0) return waitMs <= 0 ? machineNowMs : null;
    return Math.max(machineNowMs, this.#machineFromMs + Math.ceil(waitMs / this.#rate));
  }
}
